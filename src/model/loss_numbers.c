/* Losses of numbers, as in Keras 3: a mean over the outputs of a row; e = output - target.
 *
 *   mse         e^2                              mae        |e|
 *   mape        100 |e| / max(|target|, 1e-7)
 *   msle        (log(max(output, 1e-7) + 1) - log(max(target, 1e-7) + 1))^2
 *   huber       e^2/2 where |e| <= delta, else delta |e| - delta^2/2
 *   log_cosh    log(cosh(e)) = |e| + log(1 + e^(-2|e|)) - log 2
 *   poisson     output - target log(output + 1e-7)
 *   quantile    of level q: (1 - q) e where e > 0, else -q e; outputs are targets x levels, the
 *               levels of a target side by side */
#include <math.h>

#include "base/elementary.h"
#include "model/loss_rows.h"

static const double epsilon = 1e-7;

/* A loss that is a mean of one term for each output: its value, and its slope by the output. */
struct term {
    double value, slope;
};
typedef struct term term_function(const struct loss_settings *settings, double output,
                                  double target);

static inline double mean_of(term_function *term, const struct loss *loss, const real *output,
                             const real *target, double scale, real *gradient) {
    double sum = 0, n = (double)loss->width;
    for (size_t j = 0; j < loss->width; j++) {
        struct term t = term(loss->settings, (double)output[j], (double)target[j]);
        sum += t.value;
        if (gradient != NULL) gradient[j] = (real)(t.slope / n * scale);
    }
    return sum / n;
}

/* -1, 0, 1, or the NaN that x is. */
static double sign(double x) {
    return x > 0 ? 1 : x < 0 ? -1 : x;
}

static struct term mse(const struct loss_settings *s, double output, double target) {
    double e = output - target;
    (void)s;
    return (struct term){e * e, 2 * e};
}

static struct term mae(const struct loss_settings *s, double output, double target) {
    double e = output - target;
    (void)s;
    return (struct term){fabs(e), sign(e)};
}

static struct term mape(const struct loss_settings *s, double output, double target) {
    double e = output - target, size = fabs(target) > epsilon ? fabs(target) : epsilon;
    (void)s;
    return (struct term){100 * fabs(e) / size, 100 * sign(e) / size};
}

static struct term msle(const struct loss_settings *s, double output, double target) {
    /* A NaN stays one. */
    double x = output < epsilon ? epsilon : output, y = target < epsilon ? epsilon : target;
    double e = exact_log1p(x) - exact_log1p(y);
    (void)s;
    return (struct term){e * e, output < epsilon ? 0 : 2 * e / (x + 1)};
}

static struct term huber(const struct loss_settings *s, double output, double target) {
    double e = output - target;
    if (fabs(e) <= s->delta) return (struct term){0.5 * e * e, e};
    return (struct term){s->delta * fabs(e) - 0.5 * s->delta * s->delta, s->delta * sign(e)};
}

static struct term log_cosh(const struct loss_settings *s, double output, double target) {
    double e = output - target, tail = exact_exp(-2 * fabs(e));
    (void)s;
    return (struct term){fabs(e) + exact_log1p(tail) - 0.69314718055994531,
                         sign(e) * (1 - tail) / (1 + tail)};
}

static struct term poisson(const struct loss_settings *s, double output, double target) {
    (void)s;
    return (struct term){output - target * exact_log(output + epsilon),
                         1 - target / (output + epsilon)};
}

#define MEAN(name)                                                                                 \
    double loss_##name(const struct loss *loss, const real *output, const real *target,            \
                       double scale, real *gradient) {                                             \
        return mean_of(name, loss, output, target, scale, gradient);                               \
    }
MEAN(mse)
MEAN(mae)
MEAN(mape)
MEAN(msle)
MEAN(huber)
MEAN(log_cosh)
MEAN(poisson)

double loss_quantile(const struct loss *loss, const real *output, const real *target, double scale,
                     real *gradient) {
    const struct param_reals *levels = &loss->settings->quantiles;
    double sum = 0, n = (double)loss->width;
    for (size_t i = 0; i < loss->width; i++) {
        double q = levels->value[i % levels->count];
        double e = (double)output[i] - (double)target[i / levels->count];
        double slope = e > 0 ? 1 - q : e < 0 ? -q : e;
        sum += slope * e;
        if (gradient != NULL) gradient[i] = (real)(slope / n * scale);
    }
    return sum / n;
}
