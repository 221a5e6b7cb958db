#include "tools/ahead.h"

#include <stdlib.h>

#include "tools/cli.h"

/* The targets that begin `step` rows ahead, for all series. */
static void predict_step(struct predictor *p, size_t step, size_t *sample) {
    struct engine *e = &p->engine;
    size_t series = dataset_series(p->data), targets = e->batch.shape.targets;
    for (size_t first = 0; first < series; first += e->batch_size) {
        size_t n = series - first < e->batch_size ? series - first : e->batch_size;
        for (size_t i = 0; i < n; i++) sample[i] = dataset_ahead(p->data, first + i, step);
        engine_evaluate(e, PART_TRAIN, sample, n, NULL);
        engine_restore(e, PART_TRAIN, false);
        for (size_t r = 0; r < n; r++)
            dataset_feed(p->data, e->batch.sample[r], engine_point(e) + r * targets);
    }
}

static void add_rows(const struct predictor *p, size_t series, size_t steps, struct text *to) {
    const struct schema *schema = &p->checkpoint.schema;
    char number[32];
    for (size_t step = 0; step < steps; step++) {
        size_t row = dataset_ahead_row(p->data, series, step);
        dataset_label(p->data, row, to);
        text_format(to, "%zu", step + 1);
        for (size_t k = 0; k < schema->targets; k++)
            text_format(to, ",%s", text_number(dataset_fed(p->data, k, row), number));
        text_add(to, "\n");
    }
}

bool ahead_print(struct predictor *p, size_t steps, struct error *err) {
    const struct schema *schema = &p->checkpoint.schema;
    size_t horizon = p->engine.batch.shape.targets / schema->targets;
    size_t *sample = memory_take(p->engine.batch_size, sizeof *sample, "a forecast", err);
    struct text to = {0};
    if (sample == NULL) return false;
    for (size_t step = 0; step < steps; step += horizon) predict_step(p, step, sample);
    free(sample);
    dataset_label_header(p->data, &to);
    text_add(&to, "step");
    for (size_t k = 0; k < schema->targets; k++) {
        text_add(&to, ",");
        text_add_csv(&to, schema->column[schema->target[k]].name);
    }
    text_add(&to, "\n");
    bool good = true;
    for (size_t series = 0; good && series < dataset_series(p->data); series++) {
        add_rows(p, series, steps, &to);
        good = cli_print_text(&to, err);
    }
    text_free(&to);
    return good;
}
