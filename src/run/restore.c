/* Outputs in the targets' own units.
 *
 * Quantiles are outputs like others until they are looked at: then those of one target are sorted
 * (Chernozhukov, Fernandez-Val, Galichon 2010: never further from the truth than before). */
#include "run/engine.h"

/* The outputs of one level, [rows][targets], at their places among all levels. */
static void restore_level(struct engine *e, enum part part, size_t q, double *truth) {
    size_t rows = engine_rows(e), targets = engine_targets(e)->shape.targets,
           levels = loss_levels(&e->loss);
    const real *output = engine_output(e);
    for (size_t i = 0; i < rows * targets; i++) e->level[i] = output[i * levels + q];
    dataset_restore(e->data, part, engine_targets(e), e->level, e->middle, truth);
    for (size_t i = 0; i < rows * targets; i++) e->restored[i * levels + q] = e->middle[i];
}

static void sort(double *x, size_t count) {
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && x[j] < x[j - 1]; j--) {
            double larger = x[j - 1];
            x[j - 1] = x[j];
            x[j] = larger;
        }
}

static void restore_levels(struct engine *e, enum part part, bool with_truth) {
    size_t count = engine_rows(e) * engine_targets(e)->shape.targets,
           levels = loss_levels(&e->loss);
    size_t middle = loss_middle(&e->loss);
    for (size_t q = 0; q < levels; q++)
        restore_level(e, part, q, with_truth && q == 0 ? e->truth : NULL);
    for (size_t i = 0; i < count; i++) {
        sort(e->restored + i * levels, levels);
        e->middle[i] = e->restored[i * levels + middle];
    }
}

void engine_restore(struct engine *e, enum part part, bool with_truth) {
    const struct schema *schema = dataset_schema(e->data);
    const real *output = engine_output(e);
    size_t rows = engine_rows(e), outputs = e->model.outputs,
           targets = engine_targets(e)->shape.targets;
    if (e->middle != NULL) {
        restore_levels(e, part, with_truth);
        return;
    }
    if (schema->target_kind == TARGET_NUMBER && dataset_restores(e->data)) {
        dataset_restore(e->data, part, engine_targets(e), output, e->restored,
                        with_truth ? e->truth : NULL);
        return;
    }
    for (size_t i = 0; i < rows * outputs; i++) e->restored[i] = (double)output[i];
    for (size_t i = 0; with_truth && i < rows * targets; i++)
        e->truth[i] = (double)engine_targets(e)->y[i];
}

const double *engine_point(const struct engine *e) {
    return e->middle != NULL ? e->middle : e->restored;
}
