#include <math.h>
#include <stdint.h>

#include "base/elementary.h"
#include "data/store.h"

bool dataset_restores(const struct dataset *dataset) {
    const struct schema *schema = dataset->schema;
    for (size_t i = 0; i < schema->targets; i++) {
        const struct schema_column *column = &schema->column[schema->target[i]];
        if (column->log || column->difference > 0 || column->scale != SCALE_NONE) return true;
    }
    return false;
}

/* A target column with what is needed to undo its transforms. */
struct undo {
    const struct schema_column *column;
    const float *level; /* NULL when the file does not have it */
    const float *value;
    size_t end; /* rows from here on are not there */
};

static struct undo undo_of(const struct dataset *dataset, size_t target, size_t end) {
    size_t k = dataset->schema->target[target];
    bool there = dataset->at[k] != SIZE_MAX;
    return (struct undo){&dataset->schema->column[k], dataset->level[k],
                         there ? dataset->table.column[dataset->at[k]].value : NULL, end};
}

static double true_value(const struct undo *undo, size_t row) {
    return undo->value != NULL && row < undo->end ? (double)undo->value[row] : NAN;
}

static double unscale(const struct undo *undo, real output) {
    return (double)output * undo->column->spread + undo->column->center;
}

/* The horizon of one target: the targets lie at rows first, first + 1, ... and rows up to `last`
 * are known. */
static void restore_horizon(const struct undo *undo, const real *output, size_t horizon,
                            size_t first, size_t last, double *restored, double *truth) {
    size_t difference = undo->column->difference;
    for (size_t h = 0; h < horizon; h++) {
        restored[h] = unscale(undo, output[h]);
        if (difference > 0) {
            size_t base = first + h - difference;
            restored[h] += base <= last ? (double)undo->level[base] : restored[h - difference];
        }
    }
    for (size_t h = 0; h < horizon; h++) {
        if (undo->column->log) restored[h] = exact_exp(restored[h]);
        if (truth != NULL) truth[h] = true_value(undo, first + h);
    }
}

size_t store_last_input(const struct dataset *dataset, struct sample sample) {
    return dataset->sampling.layout == LAYOUT_ROWS ? sample.row : sample.row + sample.length - 1;
}

static void restore_ends(const struct dataset *dataset, struct sample sample, size_t r,
                         const real *output, double *restored, double *truth) {
    size_t horizon = store_horizon(dataset), targets = store_targets(dataset);
    for (size_t k = 0; k < dataset->schema->targets; k++) {
        struct undo undo = undo_of(dataset, k, sample.end);
        size_t at = r * targets + k * horizon;
        restore_horizon(&undo, output + at, horizon, store_target_row(dataset, sample),
                        store_last_input(dataset, sample), restored + at,
                        truth != NULL ? truth + at : NULL);
    }
}

static void restore_steps(const struct dataset *dataset, struct sample whole,
                          const struct steps *steps, size_t r, const real *output, double *restored,
                          double *truth) {
    struct sample sample = store_answered(dataset, whole);
    size_t targets = store_targets(dataset);
    bool time_major = dataset->sampling.layout == LAYOUT_ROWS;
    for (size_t t = 0; t < sample.length; t++)
        for (size_t k = 0; k < targets; k++) {
            struct undo undo = undo_of(dataset, time_major ? t * targets + k : k, sample.end);
            size_t at = (steps->offset[t] + r) * targets + k;
            size_t row = time_major ? sample.row : sample.row + t;
            restore_horizon(&undo, output + at, 1, row, row, restored + at,
                            truth != NULL ? truth + at : NULL);
        }
}

static void copy(const struct dataset *dataset, const struct batch *batch, const real *output,
                 double *restored, double *truth) {
    size_t rows = dataset->sampling.per_step ? batch->steps.total : batch->steps.rows;
    for (size_t i = 0; i < rows * store_targets(dataset); i++) {
        restored[i] = (double)output[i];
        if (truth != NULL) truth[i] = dataset->targets ? (double)batch->y[i] : NAN;
    }
}

void dataset_restore(const struct dataset *dataset, enum part part, const struct batch *batch,
                     const real *output, double *restored, double *truth) {
    if (dataset->schema->target_kind == TARGET_CLASS) {
        copy(dataset, batch, output, restored, truth);
        return;
    }
    for (size_t r = 0; r < batch->steps.rows; r++) {
        struct sample sample = store_sample(dataset, part, batch->sample[r]);
        if (dataset->sampling.per_step)
            restore_steps(dataset, sample, &batch->steps, r, output, restored, truth);
        else
            restore_ends(dataset, sample, r, output, restored, truth);
    }
}
