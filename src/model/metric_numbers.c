/* Metrics of numbers; e = output - target.
 *
 *   mse    mean e^2          rmse  its root          mae   mean |e|
 *   mape   100 mean |e| / max(|target|, 1e-7)        smape 200 mean |e| / (|output| + |target|)
 *   mase   mean |e| / scale, for each target by itself, then their mean; the scale is the mean
 *          |y_t - y_(t - season)| of the training part
 *   scaled_mse, scaled_mae   mean (e / scale)^2, mean |e / scale|; the scale is the standard
 *          deviation of the target in the training part (as Zhou et al. 2021 report errors)
 *   r2     1 - sum e^2 / sum (target - its mean)^2, for each target by itself, then their mean */
#include <math.h>

#include "model/metric_ops.h"

typedef double term_function(double output, double target);

static double squared(double output, double target) {
    return (output - target) * (output - target);
}

static double absolute(double output, double target) {
    return fabs(output - target);
}

static double relative(double output, double target) {
    double size = fabs(target);
    return 100 * fabs(output - target) / (size < 1e-7 ? 1e-7 : size);
}

static double symmetric(double output, double target) {
    double size = fabs(output) + fabs(target);
    return size == 0 ? 0 : 200 * fabs(output - target) / size;
}

static inline void add_terms(struct metric *m, const struct metric_rows *r, term_function *term) {
    for (size_t i = 0; i < r->rows; i++)
        for (size_t j = 0; j < r->targets; j++)
            m->sum += term(metric_output(r, i)[j], metric_target(r, i)[j]);
    m->count += (double)(r->rows * r->targets);
}

static void add_squared(struct metric *m, const struct metric_rows *r) {
    add_terms(m, r, squared);
}
static void add_absolute(struct metric *m, const struct metric_rows *r) {
    add_terms(m, r, absolute);
}
static void add_relative(struct metric *m, const struct metric_rows *r) {
    add_terms(m, r, relative);
}
static void add_symmetric(struct metric *m, const struct metric_rows *r) {
    add_terms(m, r, symmetric);
}

static inline void add_scaled(struct metric *m, const struct metric_rows *r, term_function *term) {
    for (size_t i = 0; i < r->rows; i++)
        for (size_t j = 0; j < r->targets; j++)
            m->sum +=
                term(metric_output(r, i)[j] / m->scale[j], metric_target(r, i)[j] / m->scale[j]);
    m->count += (double)(r->rows * r->targets);
}

static void add_scaled_squared(struct metric *m, const struct metric_rows *r) {
    add_scaled(m, r, squared);
}
static void add_scaled_absolute(struct metric *m, const struct metric_rows *r) {
    add_scaled(m, r, absolute);
}

static double root(const struct metric *m) {
    return sqrt(metric_mean(m));
}

/* Of each target: rows, sum of |e|. */
enum { MASE_NUMBERS = 2 };

static size_t mase_size(const struct metric_frame *frame) {
    return MASE_NUMBERS * frame->targets;
}

static void add_mase(struct metric *m, const struct metric_rows *r) {
    for (size_t i = 0; i < r->rows; i++)
        for (size_t j = 0; j < r->targets && (j + 1) * MASE_NUMBERS <= m->size; j++) {
            m->more[j * MASE_NUMBERS]++;
            m->more[j * MASE_NUMBERS + 1] +=
                absolute(metric_output(r, i)[j], metric_target(r, i)[j]);
        }
    m->count += (double)r->rows;
}

static double mase(const struct metric *m) {
    double sum = 0, targets = 0;
    for (size_t j = 0; j < m->size / MASE_NUMBERS; j++) {
        const double *of = m->more + j * MASE_NUMBERS;
        if (of[0] == 0) continue;
        sum += of[1] / of[0] / m->scale[j];
        targets++;
    }
    return targets > 0 ? sum / targets : NAN;
}

static const char *only_forecasts(const struct metric_frame *frame) {
    return frame->forecasts ? NULL : "is for forecasts: windows whose targets come after them";
}

/* Of each target: rows, mean, sum of squares about the mean (Welford 1962), sum of e^2. */
enum { R2_NUMBERS = 4 };

static size_t r2_size(const struct metric_frame *frame) {
    return R2_NUMBERS * frame->targets;
}

static void add_r2(struct metric *m, const struct metric_rows *r) {
    for (size_t i = 0; i < r->rows; i++)
        for (size_t j = 0; j < r->targets && (j + 1) * R2_NUMBERS <= m->size; j++) {
            double *of = m->more + j * R2_NUMBERS, y = metric_target(r, i)[j];
            double before = y - of[1];
            of[0]++;
            of[1] += before / of[0];
            of[2] += before * (y - of[1]);
            of[3] += squared(metric_output(r, i)[j], y);
        }
    m->count += (double)r->rows;
}

static double r2(const struct metric *m) {
    double sum = 0, targets = 0;
    for (size_t j = 0; j < m->size; j += R2_NUMBERS) {
        if (m->more[j] == 0) continue;
        sum += 1 - m->more[j + 3] / m->more[j + 2];
        targets++;
    }
    return targets > 0 ? sum / targets : NAN;
}

const struct metric_ops metric_mse = {.add = add_squared, .value = metric_mean};
const struct metric_ops metric_rmse = {.add = add_squared, .value = root};
const struct metric_ops metric_mae = {.add = add_absolute, .value = metric_mean};
const struct metric_ops metric_mape = {.add = add_relative, .value = metric_mean};
const struct metric_ops metric_smape = {.add = add_symmetric, .value = metric_mean};
const struct metric_ops metric_mase = {.add = add_mase,
                                       .value = mase,
                                       .size = mase_size,
                                       .refuse = only_forecasts,
                                       .scale = METRIC_BY_NAIVE_ERROR};
const struct metric_ops metric_scaled_mse = {.add = add_scaled_squared,
                                             .value = metric_mean,
                                             .refuse = only_forecasts,
                                             .scale = METRIC_BY_DEVIATION};
const struct metric_ops metric_scaled_mae = {.add = add_scaled_absolute,
                                             .value = metric_mean,
                                             .refuse = only_forecasts,
                                             .scale = METRIC_BY_DEVIATION};
const struct metric_ops metric_r2 = {
    .add = add_r2, .value = r2, .size = r2_size, .higher_better = true};
