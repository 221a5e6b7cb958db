#include "model/metric.h"

#include <math.h>

static void squared(const struct metric_rows *r, double *sum, double *count) {
    for (size_t i = 0; i < r->rows * r->targets; i++) {
        double e = r->output[i] - r->target[i];
        *sum += e * e;
    }
    *count += (double)(r->rows * r->targets);
}

static void absolute(const struct metric_rows *r, double *sum, double *count) {
    for (size_t i = 0; i < r->rows * r->targets; i++) *sum += fabs(r->output[i] - r->target[i]);
    *count += (double)(r->rows * r->targets);
}

static size_t largest(const double *x, size_t count) {
    size_t best = 0;
    for (size_t j = 1; j < count; j++)
        if (x[j] > x[best]) best = j;
    return best;
}

/* One output, or one for each label: each is right or wrong at the threshold. */
static void binary_accuracy(const struct metric_rows *r, double *sum, double *count) {
    for (size_t i = 0; i < r->rows * r->outputs; i++)
        *sum += (r->output[i] > r->threshold) == (r->target[i] > 0.5);
    *count += (double)(r->rows * r->outputs);
}

static void accuracy(const struct metric_rows *r, double *sum, double *count) {
    if (!r->categorical) {
        binary_accuracy(r, sum, count);
        return;
    }
    for (size_t i = 0; i < r->rows; i++) {
        const double *target = r->target + i * r->targets;
        size_t class = r->class_targets ? (size_t)target[0] : largest(target, r->targets);
        *sum += largest(r->output + i * r->outputs, r->outputs) == class;
    }
    *count += (double)r->rows;
}

void metric_add(struct metric *metric, const struct metric_rows *rows) {
    metric->ops->add(rows, &metric->sum, &metric->count);
}

double metric_value(const struct metric *metric) {
    double mean = metric->count > 0 ? metric->sum / metric->count : NAN;
    return metric->ops->root ? sqrt(mean) : mean;
}

static const struct metric_ops mse_ops = {squared, false, false, false};
static const struct metric_ops rmse_ops = {squared, true, false, false};
static const struct metric_ops mae_ops = {absolute, false, false, false};
static const struct metric_ops accuracy_ops = {accuracy, false, true, true};

static const struct param no_params[] = {{0}};
#define METRIC(text, table, words)                                                                 \
    { .name = text, .params = no_params, .size = 1, .ops = &table, .help = words }
const struct kind metric_kinds[] = {
    METRIC("mse", mse_ops, "mean squared error"),
    METRIC("rmse", rmse_ops, "root of the mean squared error"),
    METRIC("mae", mae_ops, "mean absolute error"),
    METRIC("accuracy", accuracy_ops, "fraction of right answers"),
    {0},
};
