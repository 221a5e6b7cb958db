/* recurrent.h - what the recurrent layers share: settings, the walk over time, gradients. */
#ifndef LAYERS_RECURRENT_H
#define LAYERS_RECURRENT_H

#include "layers/layer.h"
#include "layers/vocabulary.h"

struct recurrent_settings {
    struct layer_settings layer;
    size_t units;
    int activation, recurrent_activation, use_bias;
    struct param_kind kernel_initializer, recurrent_initializer, bias_initializer;
    struct regularizer kernel_regularizer, recurrent_regularizer, bias_regularizer;
    double dropout, recurrent_dropout;
    int return_sequences, go_backwards, stateful;
    int unit_forget_bias; /* lstm */
    int reset_after;      /* gru */
};

#define RECURRENT_PARAMS                                                                           \
    UNITS_PARAM(struct recurrent_settings),                                                        \
        ACTIVATION_PARAM(struct recurrent_settings, activation, "tanh",                            \
                         "activation of the output and the candidate"),                            \
        USE_BIAS_PARAM(struct recurrent_settings),                                                 \
        INITIALIZER_PARAM(struct recurrent_settings, kernel_initializer, "glorot_uniform"),        \
        INITIALIZER_PARAM(struct recurrent_settings, recurrent_initializer, "orthogonal"),         \
        INITIALIZER_PARAM(struct recurrent_settings, bias_initializer, "zeros"),                   \
        REGULARIZER_PARAM(struct recurrent_settings, kernel_regularizer),                          \
        REGULARIZER_PARAM(struct recurrent_settings, recurrent_regularizer),                       \
        REGULARIZER_PARAM(struct recurrent_settings, bias_regularizer),                            \
        {.key = "dropout",                                                                         \
         .type = PARAM_REAL,                                                                       \
         .offset = offsetof(struct recurrent_settings, dropout),                                   \
         .preset = "0",                                                                            \
         .most = 1,                                                                                \
         .below = true,                                                                            \
         .help = "fraction of the inputs to drop while training, the same at all steps"},          \
        {.key = "recurrent_dropout",                                                               \
         .type = PARAM_REAL,                                                                       \
         .offset = offsetof(struct recurrent_settings, recurrent_dropout),                         \
         .preset = "0",                                                                            \
         .most = 1,                                                                                \
         .below = true,                                                                            \
         .help = "fraction of the state to drop while training, the same at all steps; each gate " \
                 "then drops others, of the inputs too"},                                          \
        {.key = "return_sequences",                                                                \
         .type = PARAM_BOOL,                                                                       \
         .offset = offsetof(struct recurrent_settings, return_sequences),                          \
         .preset = "~",                                                                            \
         .help = "an output for every step, not only the last; found from the layers after and "   \
                 "the targets"},                                                                   \
        {.key = "go_backwards",                                                                    \
         .type = PARAM_BOOL,                                                                       \
         .offset = offsetof(struct recurrent_settings, go_backwards),                              \
         .preset = "false",                                                                        \
         .help = "read the sequence from its end; outputs are in the order of reading"},           \
        {.key = "stateful",                                                                        \
         .type = PARAM_BOOL,                                                                       \
         .offset = offsetof(struct recurrent_settings, stateful),                                  \
         .preset = "~",                                                                            \
         .help = "go on in each chunk from the state in which the chunk before it ended; by "      \
                 "default as train.stateful says"},                                                \
        LAYER_PARAMS(struct recurrent_settings)
#define RECURRENT_ACTIVATION_PARAM                                                                 \
    ACTIVATION_PARAM(struct recurrent_settings, recurrent_activation, "sigmoid",                   \
                     "activation of the gates")

/* What dropout inside a cell needs; see recurrent_dropout.h. */
struct gate_masks {
    size_t count;       /* that have masks of their own: all, or 1 for a mask that they share */
    size_t rows, total; /* what the arrays below have room for: B, packed steps */
    real *x_mask;       /* [count][rows][in]: 0 or 1 / (1 - rate); NULL without dropout */
    real *h_mask;       /* [count][rows][u], and all below: NULL without recurrent_dropout */
    real *x;            /* [count][total][in]: masked; NULL without dropout */
    real *h;            /* [count][total][u]: masked, before each step */
    real *part;         /* [rows][part_row], for the products of one gate */
    size_t part_row; /* the larger of in and u, so that a row has its place whatever stands in it */
    real *kernel, *kernel_transposed; /* packed, gate by gate */
    real *recurrent, *recurrent_transposed;
};

struct recurrent {
    size_t units;   /* u */
    size_t columns; /* of the kernel: u, 4u, 3u */
    size_t width;   /* row length of z: at least the u, 4u, 4u that are kept of a step */
    enum activation activation, gate;
    bool use_bias, go_backwards;
    bool keeps_input; /* an activation's derivative needs its input */
    bool one_step;    /* no sequence is longer */
    bool keeps_steps; /* training: what a step leaves is kept, since backward comes */

    real *kernel, *kernel_transposed; /* packed [in][columns] and its transpose */
    real *z;     /* [kept][width]: pre-activations, gates, derivatives; see recurrent_kept */
    real *input; /* [total][width] or NULL: pre-activations */
    real *h;     /* [total][u]; NULL where layer->y takes its place */
    real *dh;    /* [B][u]: derivative of h, on its way back in time */
    real *reversed,
        *dreversed; /* [total][in]: x, where it is read otherwise than it lies, and dx */
    double dropout, recurrent_dropout;
    struct gate_masks gates;
};

/* A row length for z: an odd number of cache lines, so that the same column of many rows, which a
 * product walks down, does not fall into the same few sets of the cache. */
size_t recurrent_row(size_t width);

/* Rows of what is kept of the steps: all packed steps in training, else one for each row of the
 * batch, where each step overwrites the one before. And the first that a run's rows stand in. */
size_t recurrent_kept_rows(const struct layer_limits *limits);
size_t recurrent_kept(const struct recurrent *self, struct run run, size_t r0);

/* Gates and candidate must work element by element; sets out_features and out_sequence. */
bool recurrent_build(struct layer *layer, struct recurrent *self, size_t columns, size_t width,
                     struct error *err);
void recurrent_plan(struct layer *layer, struct recurrent *self, const struct layer_limits *limits,
                    struct plan *plan);
/* Pack the kernel (not the recurrent one). */
void recurrent_prepare(struct layer *layer, struct recurrent *self, const struct pass *pass,
                       size_t part, size_t parts);

/* Is there nothing for the recurrent kernel to work on? Sequences of one step that start from zeros
 * and go nowhere: the kernel need not be packed. */
bool recurrent_idle(const struct layer *layer, const struct recurrent *self);

/* Before the walk: reverse the input if it is read backwards. */
void recurrent_begin(struct layer *layer, struct recurrent *self, const struct pass *pass,
                     size_t r0, size_t r1);
/* The input in the order of reading. */
const real *recurrent_input(const struct layer *layer, const struct recurrent *self);
/* Where h of a step's run goes. */
real *recurrent_h(const struct layer *layer, const struct recurrent *self, struct run run,
                  size_t r0);
/* h before step t for the rows from r0 on; NULL for zeros. In inference it may be where h goes. */
const real *recurrent_before(const struct layer *layer, const struct recurrent *self,
                             const struct pass *pass, size_t t, size_t r0);
/* After the walk: y (where it is not a sequence) and the last states. */
void recurrent_end(struct layer *layer, struct recurrent *self, const struct pass *pass, size_t r0,
                   size_t r1);

/* The way back starts: dh from dlast and, where y is not a sequence, dy. */
void recurrent_begin_back(struct layer *layer, struct recurrent *self, const struct pass *pass,
                          size_t r0, size_t r1);
/* Step t: add dy's part to dh. */
void recurrent_enter(struct layer *layer, struct recurrent *self, const struct pass *pass,
                     struct run run, size_t r0);
/* The derivative dz [run][columns], with row length `width`, to dx. Rows begin with r0. */
void recurrent_to_input(struct layer *layer, struct recurrent *self, const struct pass *pass,
                        struct run run, size_t r0);
void recurrent_end_back(struct layer *layer, struct recurrent *self, const struct pass *pass,
                        size_t r0, size_t r1);

/* A part of the gradients of one layer: of some of their columns, what `rows` packed rows of z from
 * `first` on give. */
struct block {
    struct team_range columns;
    size_t first, rows;
};
typedef void block_gradient(struct layer *layer, const struct pass *pass, struct block block);

/* Zero the gradients' columns, then add what all rows give, block by block and in the order of the
 * rows: while a block of z is in the cache, `add` takes the gradients of all tensors from it. */
void recurrent_blocks(struct layer *layer, const struct pass *pass, struct team_range columns,
                      block_gradient *add);

/* What a block adds: x' z to the kernel's gradient, h-before' z to a recurrent kernel's gradient
 * `out` [u][columns], sums of z to a bias's, `out` [columns]. Column j takes column z_first + j of
 * z. */
void recurrent_add_kernel(const struct layer *layer, const struct recurrent *self,
                          const struct pass *pass, struct block block);
void recurrent_add_outer(const struct layer *layer, const struct recurrent *self,
                         const struct pass *pass, size_t z_first, struct block block, real *out);
void recurrent_add_bias(const struct recurrent *self, const struct pass *pass, size_t z_first,
                        struct block block, real *out);

/* The slot of layer_ops, for cells whose z holds the derivatives of the kernels' columns one for
 * one, with tensors kernel, recurrent_kernel, bias, and whose `own` begins with the base. */
void recurrent_weight_gradient(struct layer *layer, const struct pass *pass, size_t part,
                               size_t parts);

/* What each row ends with, to [B][u]: its last step of an array that is `packed`, else its row. */
void recurrent_last(const struct steps *steps, size_t u, bool packed, const real *from, real *to,
                    size_t r0, size_t r1);

#endif
