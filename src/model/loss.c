/* Losses, as in Keras 3: a mean over the outputs of a row, then over rows; e = output - target.
 *
 *   mse     mean e^2
 *   mae     mean |e|
 *   huber   mean of e^2/2 where |e| <= delta, else delta |e| - delta^2/2
 *
 *   binary_crossentropy        mean of -(y log p + (1 - y) log(1 - p)), y smoothed to y(1-s) + s/2
 *                              from logits z: max(z, 0) - z y + log(1 + e^-|z|), derivative p - y
 *
 *   categorical_crossentropy   -sum y log p, y smoothed to y(1-s) + s/K
 *                              from logits: p = softmax(z), derivative p - y
 *
 *   sparse_categorical_crossentropy   the same with y a class number
 *
 * Probabilities are clipped to [1e-7, 1 - 1e-7], categorical ones after division by their sum. When
 * the last layer is a sigmoid or a softmax, the loss is given its logits: the same value without
 * the clipping, and a derivative that does not die. Sums are in double. */
#include "model/loss.h"

#include <math.h>

#include "base/elementary.h"

static const double clip_epsilon = 1e-7;

static double mse(const struct loss *loss, const real *output, const real *target, double scale,
                  real *gradient) {
    double sum = 0, n = (double)loss->width;
    for (size_t j = 0; j < loss->width; j++) {
        double e = (double)output[j] - (double)target[j];
        sum += e * e;
        if (gradient != NULL) gradient[j] = (real)(2 * e / n * scale);
    }
    return sum / n;
}

static double mae(const struct loss *loss, const real *output, const real *target, double scale,
                  real *gradient) {
    double sum = 0, n = (double)loss->width;
    for (size_t j = 0; j < loss->width; j++) {
        double e = (double)output[j] - (double)target[j];
        sum += fabs(e);
        double sign = e > 0 ? 1 : e < 0 ? -1 : e;
        if (gradient != NULL) gradient[j] = (real)(sign / n * scale);
    }
    return sum / n;
}

static double huber(const struct loss *loss, const real *output, const real *target, double scale,
                    real *gradient) {
    double sum = 0, n = (double)loss->width, delta = loss->settings->delta;
    for (size_t j = 0; j < loss->width; j++) {
        double e = (double)output[j] - (double)target[j];
        bool inside = fabs(e) <= delta;
        sum += inside ? 0.5 * e * e : delta * fabs(e) - 0.5 * delta * delta;
        double slope = inside ? e : e > 0 ? delta : e < 0 ? -delta : e;
        if (gradient != NULL) gradient[j] = (real)(slope / n * scale);
    }
    return sum / n;
}

static double clipped(double p) {
    return p < clip_epsilon ? clip_epsilon : p > 1 - clip_epsilon ? 1 - clip_epsilon : p;
}

static double binary(const struct loss *loss, const real *output, const real *target, double scale,
                     real *gradient) {
    double sum = 0, n = (double)loss->width, s = loss->settings->label_smoothing;
    for (size_t j = 0; j < loss->width; j++) {
        double x = (double)output[j], y = (double)target[j] * (1 - s) + 0.5 * s, slope;
        if (loss->logits) {
            sum += (x > 0 ? x : 0) - x * y + exact_log1p(exact_exp(-fabs(x)));
            slope = exact_sigmoid(x) - y;
        } else {
            double p = clipped(x);
            sum -= y * exact_log(p) + (1 - y) * exact_log(1 - p);
            slope = p == x ? (p - y) / (p * (1 - p)) : 0; /* flat where it is clipped */
        }
        if (gradient != NULL) gradient[j] = (real)(slope / n * scale);
    }
    return sum / n;
}

/* Target j of a row, smoothed. */
static double share(const struct loss *loss, const real *target, size_t j) {
    double y = loss->class_targets ? ((size_t)target[0] == j ? 1 : 0) : (double)target[j];
    double s = loss->settings->label_smoothing;
    return y * (1 - s) + s / (double)loss->width;
}

static double categorical_logits(const struct loss *loss, const real *output, const real *target,
                                 double scale, real *gradient) {
    double largest = (double)output[0], total = 0, sum = 0, weight = 0;
    for (size_t j = 1; j < loss->width; j++)
        if (!((double)output[j] <= largest)) largest = (double)output[j];
    for (size_t j = 0; j < loss->width; j++) total += exact_exp((double)output[j] - largest);
    double log_total = exact_log(total);
    for (size_t j = 0; j < loss->width; j++) {
        double y = share(loss, target, j);
        sum -= y * ((double)output[j] - largest - log_total);
        weight += y;
    }
    for (size_t j = 0; gradient != NULL && j < loss->width; j++) {
        double p = exact_exp((double)output[j] - largest) / total;
        gradient[j] = (real)((p * weight - share(loss, target, j)) * scale);
    }
    return sum;
}

static double categorical(const struct loss *loss, const real *output, const real *target,
                          double scale, real *gradient) {
    if (loss->logits) return categorical_logits(loss, output, target, scale, gradient);
    double total = 0, sum = 0, inside = 0;
    for (size_t j = 0; j < loss->width; j++) total += (double)output[j];
    for (size_t j = 0; j < loss->width; j++) {
        double p = (double)output[j] / total, y = share(loss, target, j);
        sum -= y * exact_log(clipped(p));
        if (clipped(p) == p) inside += y;
    }
    for (size_t j = 0; gradient != NULL && j < loss->width; j++) {
        double p = (double)output[j] / total;
        double pull = clipped(p) == p ? share(loss, target, j) / p : 0; /* flat where clipped */
        gradient[j] = (real)((inside - pull) / total * scale);
    }
    return sum;
}

double loss_row(const struct loss *loss, const real *output, const real *target, double scale,
                real *gradient) {
    return loss->ops->row(loss, output, target, scale, gradient);
}

static const struct loss_ops mse_ops = {mse, LOSS_NUMBERS, ACTIVATION_LINEAR};
static const struct loss_ops mae_ops = {mae, LOSS_NUMBERS, ACTIVATION_LINEAR};
static const struct loss_ops huber_ops = {huber, LOSS_NUMBERS, ACTIVATION_LINEAR};
static const struct loss_ops binary_ops = {binary, LOSS_EITHER, ACTIVATION_SIGMOID};
static const struct loss_ops categorical_ops = {categorical, LOSS_EITHER, ACTIVATION_SOFTMAX};
static const struct loss_ops sparse_ops = {categorical, LOSS_CLASS, ACTIVATION_SOFTMAX};

#define FROM_LOGITS                                                                                \
    {                                                                                              \
        .key = "from_logits", .type = PARAM_BOOL,                                                  \
        .offset = offsetof(struct loss_settings, from_logits), .preset = "false",                  \
        .help = "the model's outputs are logits, not probabilities"                                \
    }
#define LABEL_SMOOTHING                                                                            \
    {                                                                                              \
        .key = "label_smoothing", .type = PARAM_REAL,                                              \
        .offset = offsetof(struct loss_settings, label_smoothing), .preset = "0", .least = 0,      \
        .most = 1, .help = "part of each target that is spread evenly over the classes"            \
    }

static const struct param no_params[] = {{0}};
static const struct param huber_params[] = {
    {.key = "delta",
     .type = PARAM_REAL,
     .offset = offsetof(struct loss_settings, delta),
     .preset = "1",
     .least = 0,
     .above = true,
     .most = INFINITY,
     .help = "where the square becomes a straight line"},
    {0},
};
static const struct param smoothed_params[] = {FROM_LOGITS, LABEL_SMOOTHING, {0}};
static const struct param sparse_params[] = {FROM_LOGITS, {0}};

#define LOSS(text, rows, table, words)                                                             \
    {                                                                                              \
        .name = text, .params = rows, .size = sizeof(struct loss_settings), .ops = &table,         \
        .help = words                                                                              \
    }
const struct kind loss_kinds[] = {
    LOSS("mse", no_params, mse_ops, "mean squared error"),
    LOSS("mae", no_params, mae_ops, "mean absolute error"),
    LOSS("huber", huber_params, huber_ops, "square near zero, straight beyond delta"),
    LOSS("binary_crossentropy", smoothed_params, binary_ops,
         "two classes, or several labels, each with its own output"),
    LOSS("categorical_crossentropy", smoothed_params, categorical_ops,
         "a probability for each class"),
    LOSS("sparse_categorical_crossentropy", sparse_params, sparse_ops,
         "a probability for each class, the target a class number"),
    {0},
};
