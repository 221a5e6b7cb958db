#include "model/batch.h"

#include <string.h>

struct batch_shape batch_shape_of_decoder(const struct batch_shape *shape) {
    return (struct batch_shape){.rows = shape->rows,
                                .steps = shape->decoder_steps,
                                .features = shape->decoder_features,
                                .vocabulary = shape->decoder_vocabulary,
                                .targets = shape->targets,
                                .target_steps = true,
                                .weighted = shape->weighted};
}

void batch_plan(struct batch *batch, const struct batch_shape *shape, struct plan *plan) {
    struct steps *steps = &batch->steps;
    size_t total; /* packed steps; an overflow is the plan's to report */
    if (__builtin_mul_overflow(shape->rows, shape->steps, &total)) plan->failed = true;
    batch->shape = *shape;
    plan_want(plan, &steps->active, shape->steps, sizeof *steps->active);
    plan_want(plan, &steps->offset, shape->steps + 1, sizeof *steps->offset);
    plan_want(plan, &steps->length, shape->rows, sizeof *steps->length);
    plan_want(plan, &steps->origin, shape->rows, sizeof *steps->origin);
    plan_want(plan, &batch->sample, shape->rows, sizeof *batch->sample);
    plan_want(plan, &batch->bucket, shape->steps + 2, sizeof *batch->bucket);
    plan_want(plan, &batch->x, total, shape->features * sizeof *batch->x);
    plan_want(plan, &batch->y, shape->target_steps ? total : shape->rows,
              shape->targets * sizeof *batch->y);
    if (shape->weighted)
        plan_want(plan, &batch->weight, shape->target_steps ? total : shape->rows,
                  sizeof *batch->weight);
}

/* A counting sort: bucket l is where the next row of length l goes, longest first. */
static void sort_rows(struct batch *batch, const size_t *sample, const size_t *length,
                      size_t count) {
    size_t longest = batch->shape.steps, *next = batch->bucket;
    memset(next, 0, (longest + 2) * sizeof *next);
    for (size_t i = 0; i < count; i++) next[length[i]]++;
    for (size_t l = longest + 1, row = 0; l-- > 0;) {
        size_t rows = next[l];
        next[l] = row;
        row += rows;
    }
    for (size_t i = 0; i < count; i++) {
        size_t row = next[length[i]]++;
        batch->steps.length[row] = length[i];
        batch->steps.origin[row] = i;
        batch->sample[row] = sample[i];
    }
}

void batch_arrange(struct batch *batch, const size_t *sample, const size_t *length, size_t count) {
    struct steps *steps = &batch->steps;
    sort_rows(batch, sample, length, count);
    steps->rows = count;
    steps->count = count > 0 ? steps->length[0] : 0;
    steps->total = 0;
    for (size_t t = 0, rows = count; t < steps->count; t++) {
        while (steps->length[rows - 1] <= t) rows--;
        steps->active[t] = rows;
        steps->offset[t] = steps->total;
        steps->total += rows;
    }
    steps->offset[steps->count] = steps->total;
}

void batch_follow(struct batch *batch, const struct batch *other) {
    struct steps *steps = &batch->steps;
    size_t rows = other->steps.rows;
    steps->rows = rows;
    steps->count = batch->shape.steps;
    steps->total = rows * steps->count;
    for (size_t r = 0; r < rows; r++) {
        steps->length[r] = steps->count;
        steps->origin[r] = other->steps.origin[r];
        batch->sample[r] = other->sample[r];
    }
    for (size_t t = 0; t < steps->count; t++) steps->active[t] = rows;
    for (size_t t = 0; t <= steps->count; t++) steps->offset[t] = t * rows;
}
