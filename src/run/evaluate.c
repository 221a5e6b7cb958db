#include "run/evaluate.h"

#include "data/chunks.h"
#include "run/batches.h"

struct metric_rows evaluate_rows(const struct engine *e) {
    bool categorical = e->loss.ops->activation == ACTIVATION_SOFTMAX;
    return (struct metric_rows){.rows = engine_rows(e),
                                .outputs = e->middle != NULL ? engine_targets(e)->shape.targets
                                                             : e->model.outputs,
                                .targets = engine_targets(e)->shape.targets,
                                .output = engine_point(e),
                                .target = e->truth,
                                .class_targets = e->loss.class_targets,
                                .categorical = categorical,
                                .logits = e->loss.settings->from_logits != 0,
                                .threshold = e->loss.settings->from_logits ? 0 : 0.5};
}

void evaluate_batch(const struct engine *e, struct metric *metric, size_t metrics) {
    struct metric_rows rows = evaluate_rows(e);
    if (!mask_leaves_out(&e->mask) || !engine_targets(e)->shape.target_steps) {
        for (size_t i = 0; i < metrics; i++) metric_add(&metric[i], &rows);
        return;
    }
    const double *output = rows.output, *target = rows.target;
    rows.rows = 1;
    for (size_t p = 0; p < e->fed.steps.total; p++) {
        rows.output = output + e->mask.place[p] * rows.outputs;
        rows.target = target + e->mask.place[p] * rows.targets;
        for (size_t i = 0; i < metrics; i++) metric_add(&metric[i], &rows);
    }
}

size_t evaluate_next(const struct engine *e, enum part part, size_t *first, size_t *order) {
    size_t count = dataset_count(e->data, part), n = 0;
    if (dataset_groups(e->data, part) > 0)
        return *first < batches_count(e, part) ? batches_take(e, part, NULL, (*first)++, order) : 0;
    for (; *first < count && n < e->batch_size; ++*first)
        if (dataset_known(e->data, part, *first)) order[n++] = *first;
    return n;
}

double evaluate_answer(struct engine *e, const struct baselines *baselines, enum baseline which,
                       enum part part, const size_t *sample, size_t count, bool restore) {
    double loss;
    if (baselines != NULL) {
        engine_gather(e, part, sample, count);
        baselines_answer(baselines, e, part, which);
        return engine_loss(e);
    }
    engine_evaluate(e, part, sample, count, &loss);
    if (restore) engine_restore(e, part, true);
    return loss;
}

/* Rows of the batch are the steps of its samples in order of time, or the samples themselves. */
void evaluate_place(const struct engine *e, size_t row, size_t *sample, size_t *step) {
    const struct steps *steps = &engine_targets(e)->steps;
    *step = 0;
    if (engine_targets(e)->shape.target_steps) {
        *step = steps_of_row(steps, row);
        row -= steps->offset[*step];
    }
    *sample = engine_targets(e)->sample[row];
}

void evaluate_visit(struct engine *e, enum part part, size_t first, size_t end, size_t *order,
                    void (*take)(void *context, const struct evaluate_row *row), void *context) {
    bool groups = dataset_groups(e->data, part) > 0;
    for (size_t n; (groups || first < end) && (n = evaluate_next(e, part, &first, order)) > 0;) {
        (void)evaluate_answer(e, NULL, BASELINES, part, order, n, true);
        struct metric_rows rows = evaluate_rows(e);
        for (size_t i = 0; i < engine_scored(e); i++) {
            struct evaluate_row seen;
            size_t row = engine_scored_row(e, i);
            evaluate_place(e, row, &seen.sample, &seen.step);
            if (seen.sample >= end) continue;
            seen.output = e->restored + row * e->model.outputs;
            seen.point = rows.output + row * rows.outputs;
            seen.truth = rows.target + row * rows.targets;
            take(context, &seen);
        }
    }
}

void evaluate_baseline(struct engine *e, const struct baselines *baselines, enum baseline which,
                       enum part part, size_t *order, struct metric *metric, size_t metrics,
                       double *loss) {
    double sum = 0, count = 0;
    for (size_t i = 0; i < metrics; i++) metric_reset(&metric[i]);
    for (size_t first = 0, n; (n = evaluate_next(e, part, &first, order)) > 0;) {
        double mean = evaluate_answer(e, baselines, which, part, order, n, metrics > 0);
        sum += mean * engine_weight(e);
        count += engine_weight(e);
        evaluate_batch(e, metric, metrics);
    }
    *loss = sum / count;
}

void evaluate_part(struct engine *e, enum part part, size_t *order, struct metric *metric,
                   size_t metrics, double *loss) {
    evaluate_baseline(e, NULL, BASELINES, part, order, metric, metrics, loss);
}
