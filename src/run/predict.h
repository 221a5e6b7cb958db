/* predict.h - outputs of a model for all samples of a data set, block by block. */
#ifndef RUN_PREDICT_H
#define RUN_PREDICT_H

#include "run/engine.h"

/* What a block has to offer, in the order of the samples: place(i, t) finds the outputs of step t
 * (0 when targets are per sequence) of the i-th sample of the block in engine->restored. */
struct predict_block {
    struct engine *engine;
    size_t first, count; /* samples */
    const size_t *row;   /* [count] the batch's row of each */
};

/* Row of engine->restored ([..][outputs]) for sample i of the block. */
size_t predict_place(const struct predict_block *block, size_t i, size_t step);

/* The outputs of some samples, a batch at most, in engine->restored: as predict_all gives them. The
 * second half by itself, after outputs were changed. */
void predict_some(struct engine *engine, const size_t *sample, size_t count);
void predict_restore(struct engine *engine);

/* Values for a person: numbers in the targets' own units, probabilities for classes (logits become
 * probabilities). Calls `take` for each block; it returns false with an error to stop. */
bool predict_all(struct engine *engine,
                 bool (*take)(void *context, const struct predict_block *block, struct error *err),
                 void *context, struct error *err);

#endif
