/* The list of layer types: the one place that names them all. */
#include "layers/layers.h"

#include "layers/recurrent.h"

#define LSTM                                                                                       \
    {                                                                                              \
        .name = "lstm", .params = lstm_params, .size = sizeof(struct recurrent_settings),          \
        .shorthand = "units", .ops = &lstm_ops, .help = "long short-term memory"                   \
    }
#define GRU                                                                                        \
    {                                                                                              \
        .name = "gru", .params = gru_params, .size = sizeof(struct recurrent_settings),            \
        .shorthand = "units", .ops = &gru_ops, .help = "gated recurrent unit"                      \
    }
#define SIMPLE_RNN                                                                                 \
    {                                                                                              \
        .name = "simple_rnn", .params = simple_rnn_params,                                         \
        .size = sizeof(struct recurrent_settings), .shorthand = "units", .ops = &simple_rnn_ops,   \
        .help = "fully connected recurrent layer"                                                  \
    }

const struct kind cell_kinds[] = {LSTM, GRU, SIMPLE_RNN, {0}};

const struct kind layer_kinds[] = {
    SIMPLE_RNN,
    LSTM,
    GRU,
    {.name = "bidirectional",
     .params = bidirectional_params,
     .size = sizeof(struct bidirectional_settings),
     .ops = &bidirectional_ops,
     .help = "a recurrent layer that reads each sequence both ways"},
    {.name = "dense",
     .params = dense_params,
     .size = sizeof(struct dense_settings),
     .shorthand = "units",
     .ops = &dense_ops,
     .help = "fully connected layer; on a sequence it works per step"},
    {.name = "dropout",
     .params = dropout_params,
     .size = sizeof(struct dropout_settings),
     .shorthand = "rate",
     .ops = &dropout_ops,
     .help = "sets a fraction of its inputs to 0 while training"},
    {.name = "activation",
     .params = activation_params,
     .size = sizeof(struct activation_settings),
     .shorthand = "activation",
     .ops = &activation_ops,
     .help = "an activation function as a layer"},
    {0},
};
