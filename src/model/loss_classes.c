/* Losses of classes, as in Keras 3.
 *
 *   binary_crossentropy        mean of -(y log p + (1 - y) log(1 - p)), y smoothed to y(1-s) + s/2
 *                              from logits z: max(z, 0) - z y + log(1 + e^-|z|), derivative p - y
 *
 *   categorical_crossentropy   -sum y log p, y smoothed to y(1-s) + s/K
 *                              from logits: p = softmax(z), derivative p - y
 *
 *   sparse_categorical_crossentropy   the same with y a class number
 *
 *   kl_divergence              sum y log(y / p), y and p clipped to [1e-7, 1]
 *                              from logits: p = softmax(z), derivative p sum(y) - y
 *
 * Probabilities of crossentropies are clipped to [1e-7, 1 - 1e-7], categorical ones after division
 * by their sum. When the last layer is a sigmoid or a softmax, the loss is given its logits: the
 * same value without the clipping, and a derivative that does not die. */
#include <math.h>

#include "base/elementary.h"
#include "model/loss_rows.h"

static const double clip_epsilon = 1e-7;

static double clipped(double p) {
    return p < clip_epsilon ? clip_epsilon : p > 1 - clip_epsilon ? 1 - clip_epsilon : p;
}

double loss_binary(const struct loss *loss, const real *output, const real *target, double scale,
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

/* In four sums, so that none waits for itself. */
static double add_up(const real *x, size_t count) {
    double sum[4] = {0};
    size_t j = 0;
    for (; j + 4 <= count; j += 4)
        for (size_t k = 0; k < 4; k++) sum[k] += (double)x[j + k];
    for (; j < count; j++) sum[0] += (double)x[j];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Of all but one. */
static double add_others(const real *x, size_t count, size_t one) {
    return add_up(x, one) + add_up(x + one + 1, count - one - 1);
}

/* With z_k the largest logit, log p_j = z_j - z_k - log(1 + what the others have beside p_k), which
 * keeps its digits where p_k is close to 1; and so does p_t - 1 as what the others have. */
double loss_categorical_given(const struct loss *loss, const real *logit, const real *probability,
                              const real *target, double scale, real *gradient) {
    size_t width = loss->width, k = 0;
    double sum = 0, weight = 0;
    for (size_t j = 1; j < width; j++)
        if (!(probability[j] <= probability[k])) k = j;
    double log_total = exact_log1p(add_others(probability, width, k) / (double)probability[k]);
    if (loss->class_targets && loss->settings->label_smoothing == 0) {
        size_t t = (size_t)target[0];
        for (size_t j = 0; gradient != NULL && j < width; j++)
            gradient[j] = (real)((double)probability[j] * scale);
        if (gradient != NULL) gradient[t] = (real)(-add_others(probability, width, t) * scale);
        return (double)logit[k] - (double)logit[t] + log_total;
    }
    for (size_t j = 0; j < width; j++) {
        double y = share(loss, target, j);
        sum += y * ((double)logit[k] - (double)logit[j] + log_total);
        weight += y;
    }
    for (size_t j = 0; gradient != NULL && j < width; j++)
        gradient[j] = (real)(((double)probability[j] * weight - share(loss, target, j)) * scale);
    return sum;
}

double loss_categorical(const struct loss *loss, const real *output, const real *target,
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

/* y sums to about 1, and its clipped values do the weighting in both forms. */
static double clipped_above_zero(double p) {
    return p < clip_epsilon ? clip_epsilon : p > 1 ? 1 : p;
}

static double kl_logits(const struct loss *loss, const real *output, const real *target,
                        double scale, real *gradient) {
    double largest = (double)output[0], total = 0, sum = 0, weight = 0;
    for (size_t j = 1; j < loss->width; j++)
        if (!((double)output[j] <= largest)) largest = (double)output[j];
    for (size_t j = 0; j < loss->width; j++) total += exact_exp((double)output[j] - largest);
    double log_total = exact_log(total);
    for (size_t j = 0; j < loss->width; j++) {
        double y = clipped_above_zero((double)target[j]);
        sum += y * (exact_log(y) - ((double)output[j] - largest - log_total));
        weight += y;
    }
    for (size_t j = 0; gradient != NULL && j < loss->width; j++) {
        double p = exact_exp((double)output[j] - largest) / total;
        gradient[j] = (real)((p * weight - clipped_above_zero((double)target[j])) * scale);
    }
    return sum;
}

double loss_kl_divergence(const struct loss *loss, const real *output, const real *target,
                          double scale, real *gradient) {
    double sum = 0;
    if (loss->logits) return kl_logits(loss, output, target, scale, gradient);
    for (size_t j = 0; j < loss->width; j++) {
        double y = clipped_above_zero((double)target[j]);
        double p = clipped_above_zero((double)output[j]);
        sum += y * exact_log(y / p);
        double slope = p == (double)output[j] ? -y / p : 0; /* flat where it is clipped */
        if (gradient != NULL) gradient[j] = (real)(slope * scale);
    }
    return sum;
}
