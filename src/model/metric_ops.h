/* metric_ops.h - the metrics by file, for metric.c's list. */
#ifndef MODEL_METRIC_OPS_H
#define MODEL_METRIC_OPS_H

#include "model/metric.h"

/* Rows are `width` apart unless they say otherwise. */
static inline const double *metric_output(const struct metric_rows *r, size_t i) {
    return r->output + i * (r->output_row > 0 ? r->output_row : r->outputs);
}
static inline const double *metric_target(const struct metric_rows *r, size_t i) {
    return r->target + i * (r->target_row > 0 ? r->target_row : r->targets);
}

double metric_mean(const struct metric *metric); /* sum / count */

extern const struct metric_ops metric_mse, metric_rmse, metric_mae, metric_mape, metric_smape,
    metric_mase, metric_scaled_mse, metric_scaled_mae, metric_r2;
extern const struct metric_ops metric_accuracy, metric_top_k_accuracy, metric_perplexity,
    metric_bits_per_char;
extern const struct metric_ops metric_precision, metric_precision_macro, metric_precision_micro,
    metric_precision_weighted;
extern const struct metric_ops metric_recall, metric_recall_macro, metric_recall_micro,
    metric_recall_weighted;
extern const struct metric_ops metric_f1, metric_f1_macro, metric_f1_micro, metric_f1_weighted;
extern const struct metric_ops metric_auc;

#endif
