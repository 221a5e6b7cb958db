#include "run/predict.h"

#include <stdlib.h>

#include "base/elementary.h"

size_t predict_place(const struct predict_block *block, size_t i, size_t step) {
    const struct engine *e = block->engine;
    size_t row = block->row[i];
    const struct batch *batch = engine_targets(e);
    return batch->shape.target_steps ? batch->steps.offset[step] + row : row;
}

static void softmax(double *z, size_t width) {
    double largest = z[0], total = 0;
    for (size_t j = 1; j < width; j++)
        if (z[j] > largest) largest = z[j];
    for (size_t j = 0; j < width; j++) total += z[j] = exact_exp(z[j] - largest);
    for (size_t j = 0; j < width; j++) z[j] /= total;
}

/* A loss that takes logits says what they are logits of. */
static void to_probabilities(struct engine *e) {
    size_t rows = engine_rows(e), width = e->model.outputs;
    if (!e->loss.settings->from_logits) return;
    for (size_t r = 0; r < rows; r++) {
        double *z = e->restored + r * width;
        if (e->loss.ops->activation == ACTIVATION_SOFTMAX)
            softmax(z, width);
        else
            for (size_t j = 0; j < width; j++) z[j] = exact_sigmoid(z[j]);
    }
}

void predict_restore(struct engine *e) {
    engine_restore(e, PART_TRAIN, false);
    to_probabilities(e);
}

void predict_some(struct engine *e, const size_t *sample, size_t count) {
    engine_evaluate(e, PART_TRAIN, sample, count, NULL);
    predict_restore(e);
}

bool predict_all(struct engine *e,
                 bool (*take)(void *context, const struct predict_block *block, struct error *err),
                 void *context, struct error *err) {
    size_t count = dataset_count(e->data, PART_TRAIN);
    size_t *sample = memory_take(2 * e->batch_size, sizeof *sample, "a block", err);
    if (sample == NULL) return false;
    size_t *row = sample + e->batch_size;
    bool good = true;
    for (size_t first = 0; first < count && good; first += e->batch_size) {
        size_t n = count - first < e->batch_size ? count - first : e->batch_size;
        for (size_t i = 0; i < n; i++) sample[i] = first + i;
        predict_some(e, sample, n);
        for (size_t r = 0; r < n; r++) row[e->batch.steps.origin[r]] = r;
        good = take(context, &(struct predict_block){e, first, n, row}, err);
    }
    free(sample);
    return good;
}
