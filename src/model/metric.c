/* The list of metrics; each stands with its formula in the metric_*.c of its kind. */
#include "model/metric.h"

#include <math.h>
#include <string.h>

#include "model/metric_ops.h"

void metric_start(struct metric *metric, const struct param_kind *kind,
                  const struct metric_frame *frame, struct plan *plan) {
    *metric = (struct metric){.name = kind->kind->name,
                              .ops = kind->kind->ops,
                              .settings = kind->settings,
                              .classes = frame->classes};
    metric->scales = metric->ops->scale != METRIC_UNSCALED ? frame->targets : 0;
    if (metric->scales > 0) plan_want(plan, &metric->scale, metric->scales, sizeof *metric->scale);
    if (metric->ops->size == NULL) return;
    metric->size = metric->ops->size(frame);
    plan_want(plan, &metric->more, metric->size, sizeof *metric->more);
}

void metric_reset(struct metric *metric) {
    metric->sum = metric->count = 0;
    if (metric->more != NULL) memset(metric->more, 0, metric->size * sizeof *metric->more);
}

void metric_add(struct metric *metric, const struct metric_rows *rows) {
    metric->ops->add(metric, rows);
}

double metric_mean(const struct metric *metric) {
    return metric->count > 0 ? metric->sum / metric->count : NAN;
}

double metric_value(const struct metric *metric) {
    return metric->count > 0 ? metric->ops->value(metric) : NAN;
}

static const struct param no_params[] = {{0}};
static const struct param top_k_params[] = {
    {.key = "k",
     .type = PARAM_COUNT,
     .offset = offsetof(struct metric_settings, k),
     .preset = "5",
     .least = 1,
     .most = 0x1p53,
     .help = "places that the right class may have"},
    {0},
};

static const struct param mase_params[] = {
    {.key = "season",
     .type = PARAM_COUNT,
     .offset = offsetof(struct metric_settings, season),
     .preset = "~",
     .least = 1,
     .most = 0x1p53,
     .help = "rows that the naive forecast looks back; when left out, those of the data's season, "
             "else 1"},
    {0},
};

#define METRIC(text, words)                                                                        \
    {                                                                                              \
        .name = #text, .params = no_params, .size = sizeof(struct metric_settings),                \
        .ops = &metric_##text, .help = words                                                       \
    }
#define ALL_AVERAGES(text, words)                                                                  \
    METRIC(text, words " of the second of two classes"),                                           \
        METRIC(text##_macro, words ", the mean over the classes"),                                 \
        METRIC(text##_micro, words " of all classes counted together"),                            \
        METRIC(text##_weighted, words ", the mean over the classes by how often each is there")
const struct kind metric_kinds[] = {
    METRIC(mse, "mean squared error"),
    METRIC(rmse, "root of the mean squared error"),
    METRIC(mae, "mean absolute error"),
    METRIC(mape, "mean absolute error in per cent of the target"),
    METRIC(smape, "mean absolute error in per cent of the mean of the two sizes, 0 to 200"),
    {.name = "mase",
     .params = mase_params,
     .size = sizeof(struct metric_settings),
     .shorthand = "season",
     .ops = &metric_mase,
     .help =
         "mean absolute error over that of a naive forecast in the training part, the mean over "
         "the targets"},
    METRIC(scaled_mse, "mean squared error in standard deviations of each target in the "
                       "training part"),
    METRIC(scaled_mae, "mean absolute error in standard deviations of each target in the "
                       "training part"),
    METRIC(r2, "1 less the squared error over that of the mean, the mean over the targets"),
    METRIC(accuracy, "fraction of right answers"),
    {.name = "top_k_accuracy",
     .params = top_k_params,
     .size = sizeof(struct metric_settings),
     .shorthand = "k",
     .ops = &metric_top_k_accuracy,
     .help = "fraction of rows whose right class is among the k best"},
    ALL_AVERAGES(precision, "right ones among those answered"),
    ALL_AVERAGES(recall, "right ones among those that are there"),
    ALL_AVERAGES(f1, "harmonic mean of precision and recall"),
    METRIC(auc, "area under the curve, exact; of two classes, not of the training part"),
    METRIC(perplexity, "e to the mean of -log p, p the probability of the right class"),
    METRIC(bits_per_char, "mean of -log2 p, p the probability of the right class"),
    {0},
};
