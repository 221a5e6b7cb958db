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
    LSTM,
    GRU,
    SIMPLE_RNN,
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
    {.name = "embedding",
     .params = embedding_params,
     .size = sizeof(struct embedding_settings),
     .shorthand = "output_dim",
     .ops = &embedding_ops,
     .help = "a learned vector for each id; only as the first layer"},
    {.name = "layer_normalization",
     .params = layer_normalization_params,
     .size = sizeof(struct layer_normalization_settings),
     .ops = &layer_normalization_ops,
     .help = "each step's features with mean 0 and variance 1, then scaled and centred as learned"},
    {.name = "activation",
     .params = activation_params,
     .size = sizeof(struct activation_settings),
     .shorthand = "activation",
     .ops = &activation_ops,
     .help = "an activation function as a layer"},
    {.name = "masking",
     .params = masking_params,
     .size = sizeof(struct masking_settings),
     .shorthand = "mask_value",
     .ops = &masking_ops,
     .help = "leaves out steps of padding; only as the first layer"},
    {.name = "repeat_vector",
     .params = repeat_vector_params,
     .size = sizeof(struct repeat_vector_settings),
     .shorthand = "n",
     .ops = &repeat_vector_ops,
     .help = "a sequence of n steps from one output"},
    {.name = "attention",
     .params = attention_params,
     .size = sizeof(struct attention_settings),
     .shorthand = "score",
     .ops = &attention_ops,
     .help = "in a decoder: each step looks at the encoder's outputs"},
    {.name = "pool",
     .params = pool_params,
     .size = sizeof(struct pool_settings),
     .shorthand = "mode",
     .ops = &pool_ops,
     .help = "one output from the steps of a sequence"},
    {0},
};
