/* batch.h - what a model eats: some samples, arranged for the engine.
 *
 * A batch is planned once for the largest it can be, then filled again and again: batch_arrange
 * sorts the samples by length, a dataset's gather fills the arrays in that order. */
#ifndef MODEL_BATCH_H
#define MODEL_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/real.h"
#include "layers/column_embedding.h"
#include "layers/steps.h"

/* Do samples go on from each other? If so, which recurrent layers carry their states on: those that
 * say so, or all that do not say otherwise. */
enum carry { CARRY_NONE, CARRY_ASKED, CARRY_ALL };

/* What does not change from batch to batch. */
struct batch_shape {
    size_t rows;       /* most sequences */
    size_t steps;      /* most steps of one */
    size_t features;   /* of a step */
    size_t targets;    /* numbers a target has: of a sequence, or of each step */
    bool target_steps; /* a target for each step */
    size_t vocabulary; /* the features are one id, below this; 0: they are not ids, or it is open */
    bool weighted;     /* rows of the target have weights */
    enum carry carry;
    /* Features that hold ids beside others, in their order; borrowed. */
    const struct embedded_feature *embedded;
    size_t embeddings;

    /* Of a decoder, which also has the targets then, one for each of its steps; 0: there is none.
     * Where the model writes steps of another number than it reads, a decoder's batch has the
     * targets alone: decoder_steps of each sample, without features. */
    size_t decoder_steps, decoder_features, decoder_vocabulary;
    /* Of a decoder of numbers: its steps, and the targets of each. */
    size_t horizon, horizon_features;
};

/* The second batch of a pair: what a decoder reads and is to write. Its rows are the samples of the
 * encoder's, sorted by lengths of their own. */
struct batch_shape batch_shape_of_decoder(const struct batch_shape *shape);

struct batch {
    struct batch_shape shape;
    struct steps steps;
    size_t *sample; /* [B] number of the sample in a row, in its part */
    real *x;        /* [total][features] */
    real *y;        /* [B][targets], or [total][targets] with target_steps; a class is its number */
    real *weight; /* [B], or [total] with target_steps: what a row's loss is multiplied by (the mean
                       still divides by the number of rows, as Keras' does); NULL: all 1 */
    size_t *bucket; /* scratch of batch_arrange: [steps + 2] */
};

/* Note the batch's arrays in `plan`; they are there after plan_commit. */
void batch_plan(struct batch *batch, const struct batch_shape *shape, struct plan *plan);

/* Arrange `count` samples, the i-th of length[i] steps: fills steps and sample. The sort is stable.
 * Lengths are 0..shape.steps. */
void batch_arrange(struct batch *batch, const size_t *sample, const size_t *length, size_t count);

/* Arrange the samples of another batch, in its order, each of shape.steps steps. */
void batch_follow(struct batch *batch, const struct batch *other);

#endif
