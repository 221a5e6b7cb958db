/* layer.h - the contract of a layer: all that the pipeline knows of one.
 *
 * A layer maps steps of `in_features` numbers to steps (or, when it ends the sequence, rows) of
 * `out_features`. Arrays of a sequence are packed as steps.h says; the others are [B][features],
 * rows in the same order. Work is cut by rows of the batch: a thread takes rows r0 <= r < r1
 * through every layer and all time steps, forward and back, and never looks at another row. So
 * nothing waits inside the recurrence, and results do not depend on the cut. */
#ifndef LAYERS_LAYER_H
#define LAYERS_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/param.h"
#include "base/real.h"
#include "kernels/kernels.h"
#include "layers/regularizer.h"
#include "layers/steps.h"
#include "layers/tensor.h"

enum { LAYER_TENSORS = 6 }; /* most tensors a layer has: bidirectional, of two cells */

/* The keys that every layer takes; the first member of each layer's settings. */
struct layer_settings {
    char *name;    /* unset: the type, then type_1, type_2, ... */
    int trainable; /* frozen tensors keep their bits */
};
#define LAYER_PARAMS(owner)                                                                        \
    {.key = "name",                                                                                \
     .type = PARAM_TEXT,                                                                           \
     .offset = offsetof(owner, layer.name),                                                        \
     .preset = "~",                                                                                \
     .help = "name of the layer in files and reports; by default its type, then type_1, type_2"},  \
    {                                                                                              \
        .key = "trainable", .type = PARAM_BOOL, .offset = offsetof(owner, layer.trainable),        \
        .preset = "true", .help = "false freezes the layer's weights"                              \
    }

/* The largest batch a layer must be ready for. */
struct layer_limits {
    size_t rows;   /* B */
    size_t total;  /* packed steps */
    bool training; /* backward and weight_gradient will be called; else nothing is kept for them */
};

/* One pass over one batch: what all layers share. */
struct pass {
    const struct kernels *kernels;
    const struct steps *steps;
    const real *parameters; /* flat */
    real *gradients;        /* flat; weight_gradient overwrites its tensors' parts */
    bool training;          /* dropout is on */
    uint64_t seed, step;    /* keys of random masks; step counts batches since training began */
};

/* A state handed from one sequence to the next, or from an encoder to a decoder: all NULL means
 * that rows start from zeros and nobody asks where they end. Each is [B][state_size]. Set before
 * the first `prepare`; a layer that is to carry states on has `last` from then on. */
struct layer_state {
    const real *first; /* states before step 0 */
    real *last;        /* out: after each row's last step */
    const real *dlast; /* derivative of the loss with respect to `last`; NULL: zeros */
    real *dfirst;      /* out: with respect to `first` */
};

/* What a decoder's layer sees of the encoder: its outputs, a sequence for each row. A row of the
 * decoder's batch looks at one row of the encoder's and adds to the derivatives there alone, so rows
 * of a training batch never meet. */
struct memory {
    size_t features, longest; /* of a step; most steps of a row */
    const real *x;            /* [total][features], packed as `steps` says */
    real *dx;                 /* derivative of the loss with respect to x, to be added to */
    const struct steps *steps;
    const size_t *row; /* [B] row there of a row here */
};

struct layer {
    const struct layer_ops *ops;
    const void *settings; /* of the layer's kind; starts with struct layer_settings; borrowed */
    char *name;           /* owned */
    uint32_t number;      /* place in the model; tells apart random masks */

    size_t in_features, out_features;
    bool in_sequence, out_sequence;
    bool return_sequences; /* what the pipeline asks of a layer that can end a sequence */
    bool trainable;        /* by its settings; a build may say no */
    bool wants_dx;         /* dx will be asked for; set by the model before `plan` */
    bool stateful; /* goes on from the states that its sequences ended with; see model/states.h */
    bool opposite; /* reads sequences the other way than its settings say */

    bool first;                  /* reads the data itself */
    const struct memory *memory; /* in a decoder; else NULL */
    size_t vocabulary; /* of a first layer: how many ids the data has, 0 when it has none */
    size_t ids;        /* of a first layer that reads ids: how many it knows, else 0 */
    bool masks;        /* of a first layer: steps whose features are all mask_value do not count */
    real mask_value;
    size_t repeats;            /* steps of every sequence it gives, 0: those of its input */
    const struct steps *steps; /* of its input; set by the model where they are not the batch's */

    struct layer_tensor tensor[LAYER_TENSORS];
    size_t tensors;

    const real *x; /* input; set by the model */
    real *y;       /* output; wanted in the plan by the layer, or x itself where it wants none */
    real *dy;      /* derivative of the loss with respect to y; backward may change it */
    real *dx;      /* out: with respect to x; NULL when nobody needs it */

    /* The last layer, when the loss works on what goes into its activation: the layer keeps that
     * in `logits` and takes dy as its derivative. */
    bool loss_on_logits;
    real *logits;

    size_t state_size; /* of a row, 0: the layer has no state */
    struct layer_state state;
    void *own; /* private to the layer; owned, freed by `destroy` */
};

/* Every slot is filled; layer_check says so at start. Layers without weights use the functions
 * below. */
struct layer_ops {
    /* From settings, in_features and in_sequence: set the out_ fields, list the tensors, take
     * `own`. Errors: what the settings cannot mean here (ERROR_CONFIG), no memory. */
    bool (*build)(struct layer *layer, struct error *err);

    /* Note y and every buffer of one's own in the plan. */
    void (*plan)(struct layer *layer, const struct layer_limits *limits, struct plan *plan);

    /* Make ready what all rows share (packed weights), part `part` of `parts`; once for each change
     * of the parameters, before forward. */
    void (*prepare)(struct layer *layer, const struct pass *pass, size_t part, size_t parts);

    /* y from x, for rows r0..r1-1 and all their steps; keeps what backward needs. */
    void (*forward)(struct layer *layer, const struct pass *pass, size_t r0, size_t r1);

    /* dx from dy, for the same rows; keeps what weight_gradient needs. */
    void (*backward)(struct layer *layer, const struct pass *pass, size_t r0, size_t r1);

    /* The tensors' gradients over all rows and steps: the columns of part `part` of `parts`. */
    void (*weight_gradient)(struct layer *layer, const struct pass *pass, size_t part,
                            size_t parts);

    /* Free `own`; also after a build that failed. */
    void (*destroy)(struct layer *layer);

    /* Has the type an activation that a loss can take the logits of? Gives it, else LINEAR. */
    enum activation (*output_activation)(const struct layer *layer);

    bool needs_sequence;   /* works on steps only */
    bool needs_row;        /* works on one output a sequence only */
    bool can_end_sequence; /* return_sequences is its to choose */
    bool attends;          /* reads the memory */
};

bool layer_check(const struct layer_ops *ops); /* no hole in the table? */

bool layer_same_shape(struct layer *, struct error *); /* a build: no weights, shape kept */
void layer_no_prepare(struct layer *, const struct pass *, size_t, size_t);
void layer_no_gradient(struct layer *, const struct pass *, size_t, size_t);
void layer_no_own(struct layer *); /* also frees a plain `own` block */
enum activation layer_linear(const struct layer *);

/* Numbers in all tensors. */
size_t layer_parameters(const struct layer *layer);

/* Add a tensor of rank 1 (columns 0: rows values) or 2. */
bool layer_add_tensor(struct layer *layer, const char *name, size_t rows, size_t columns,
                      int initializer, struct error *err);

/* The same, as a config says how it starts and what its size costs; both are borrowed. */
bool layer_add_weights(struct layer *layer, const char *name, size_t rows, size_t columns,
                       const struct param_kind *initializer, const struct regularizer *regularizer,
                       struct error *err);

/* Contiguous runs of packed rows that belong to batch rows r0..r1-1: run i of `count`. All steps
 * are one run when every row is meant, or when the array is not a sequence. */
struct run {
    size_t first, rows;
};
size_t layer_runs(const struct steps *steps, bool sequence, size_t r0, size_t r1);
struct run layer_run(const struct steps *steps, bool sequence, size_t r0, size_t r1, size_t i);

/* Rows r0..r1-1 that have a step t. */
struct run layer_step(const struct steps *steps, size_t t, size_t r0, size_t r1);

#endif
