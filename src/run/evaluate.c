#include "run/evaluate.h"

void evaluate_batch(const struct engine *e, struct metric *metric, size_t metrics) {
    bool categorical = e->loss.ops->activation == ACTIVATION_SOFTMAX;
    struct metric_rows rows = {.rows = engine_rows(e),
                               .outputs =
                                   e->middle != NULL ? e->batch.shape.targets : e->model.outputs,
                               .targets = e->batch.shape.targets,
                               .output = engine_point(e),
                               .target = e->truth,
                               .class_targets = e->loss.class_targets,
                               .categorical = categorical,
                               .threshold = e->loss.settings->from_logits ? 0 : 0.5};
    if (!mask_leaves_out(&e->mask) || !e->batch.shape.target_steps) {
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

void evaluate_part(struct engine *e, enum part part, size_t *order, struct metric *metric,
                   size_t metrics, double *loss) {
    size_t count = dataset_count(e->data, part);
    double sum = 0;
    for (size_t i = 0; i < metrics; i++) metric[i].sum = metric[i].count = 0;
    for (size_t first = 0; first < count; first += e->batch_size) {
        size_t n = count - first < e->batch_size ? count - first : e->batch_size;
        double batch_loss;
        for (size_t i = 0; i < n; i++) order[i] = first + i;
        engine_evaluate(e, part, order, n, &batch_loss);
        sum += batch_loss * (double)n;
        if (metrics == 0) continue;
        engine_restore(e, part, true);
        evaluate_batch(e, metric, metrics);
    }
    *loss = sum / (double)count;
}
