/* layers.h - the list of layer types, with the settings of the simple ones. */
#ifndef LAYERS_LAYERS_H
#define LAYERS_LAYERS_H

#include "layers/layer.h"

/* Each kind's `ops` is its struct layer_ops. A new layer is a file, and a line in layers.c. */
extern const struct kind layer_kinds[];

/* Those that a bidirectional layer runs both ways. */
extern const struct kind cell_kinds[];

/* What each layer's file gives to the list. */
extern const struct param simple_rnn_params[], lstm_params[], gru_params[], dense_params[],
    dropout_params[], activation_params[], bidirectional_params[], embedding_params[],
    layer_normalization_params[], pool_params[], repeat_vector_params[], masking_params[],
    attention_params[];
extern const struct layer_ops simple_rnn_ops, lstm_ops, gru_ops, dense_ops, dropout_ops,
    activation_ops, bidirectional_ops, embedding_ops, layer_normalization_ops, pool_ops,
    repeat_vector_ops, masking_ops, attention_ops, horizon_ops;

struct dense_settings {
    struct layer_settings layer;
    size_t units;
    int activation, use_bias;
    struct param_kind kernel_initializer, bias_initializer;
    struct regularizer kernel_regularizer, bias_regularizer;
};

struct dropout_settings {
    struct layer_settings layer;
    double rate;
};

struct activation_settings {
    struct layer_settings layer;
    int activation;
};

struct bidirectional_settings {
    struct layer_settings layer;
    struct param_kind cell; /* of cell_kinds */
    int merge_mode;
};

struct embedding_settings {
    struct layer_settings layer;
    size_t input_dim, output_dim;
    int mask_zero;
    char *vectors;
    struct param_kind embeddings_initializer;
    struct regularizer embeddings_regularizer;
};

struct layer_normalization_settings {
    struct layer_settings layer;
    double epsilon;
    int center, scale;
};

struct masking_settings {
    struct layer_settings layer;
    double mask_value;
};

struct attention_settings {
    struct layer_settings layer;
    int score, use_scale;
};

/* Where a decoder looks: the weights [rows][memory->longest] that the last pass gave step t of rows
 * from r on, steps as in the pass. */
const real *attention_weights(const struct layer *layer, size_t packed_row);

/* A decoder's steps side by side; no type of a config. */
struct horizon_settings {
    struct layer_settings layer;
    size_t steps;
};

/* Put what a pass gave at `step` at the horizon's place h. */
void horizon_put(const struct layer *layer, const struct steps *steps, size_t step, size_t h,
                 size_t r0, size_t r1);

struct pool_settings {
    struct layer_settings layer;
    int mode;
};
bool pool_takes_last(const struct layer *layer); /* and looks at no other step */

struct repeat_vector_settings {
    struct layer_settings layer;
    size_t n;
};

#endif
