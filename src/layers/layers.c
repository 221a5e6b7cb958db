/* The list of layer types: the one place that names them all. */
#include "layers/layers.h"

#include "layers/recurrent.h"

extern const struct param simple_rnn_params[], lstm_params[], gru_params[], dense_params[],
    dropout_params[], activation_params[];
extern const struct layer_ops simple_rnn_ops, lstm_ops, gru_ops, dense_ops, dropout_ops,
    activation_ops;

const struct kind layer_kinds[] = {
    {.name = "simple_rnn",
     .params = simple_rnn_params,
     .size = sizeof(struct recurrent_settings),
     .shorthand = "units",
     .ops = &simple_rnn_ops,
     .help = "fully connected recurrent layer"},
    {.name = "lstm",
     .params = lstm_params,
     .size = sizeof(struct recurrent_settings),
     .shorthand = "units",
     .ops = &lstm_ops,
     .help = "long short-term memory"},
    {.name = "gru",
     .params = gru_params,
     .size = sizeof(struct recurrent_settings),
     .shorthand = "units",
     .ops = &gru_ops,
     .help = "gated recurrent unit"},
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
