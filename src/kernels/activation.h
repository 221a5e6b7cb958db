/* activation.h - activation functions and derivatives of eight reals, for use inside cells.
 *
 * Formulas and constants are Keras 3's. `kind` is a constant in the cells' common cases, so that
 * the switch goes away; where it is not one, one copy of the switch serves all callers. Softmax is
 * not here: it needs the whole row. */
#ifndef KERNELS_ACTIVATION_H
#define KERNELS_ACTIVATION_H

#include "base/elementary.h"
#include "kernels/functions.h"
#include "kernels/kernels.h"

#define SELU_SCALE  ((real)1.05070098735548)
#define SELU_ALPHA  ((real)1.67326324235438)
#define LEAKY_SLOPE ((real)0.2)

/* Rare functions go lane by lane in double: their speed does not matter, their bits do. */
OUTLINE vec vec_map(double (*f)(double), vec x) {
    for (int i = 0; i < LANES; i++) x[i] = (real)f((double)x[i]);
    return x;
}
static inline double softplus(double x) {
    return (x > 0 ? x : 0) + exact_log1p(exact_exp(x > 0 ? -x : x));
}
static inline double normal_density(double x) {
    return 0.3989422804014327 * exact_exp(-0.5 * x * x);
}
static inline double normal_distribution(double x) {
    return 0.5 * (1 + exact_erf(x * 0.7071067811865476));
}
static inline double tanh_exact(double x) {
    double e = exact_exp(-2 * (x < 0 ? -x : x)), t = (1 - e) / (1 + e);
    return x < 0 ? -t : t;
}
static inline double gelu(double x) {
    return x * normal_distribution(x);
}
static inline double gelu_slope(double x) {
    return normal_distribution(x) + x * normal_density(x);
}
static inline double mish(double x) {
    return x * tanh_exact(softplus(x));
}
static inline double mish_slope(double x) {
    double t = tanh_exact(softplus(x));
    return t + x * (1 - t * t) * exact_sigmoid(x);
}

INLINE vec vec_abs(vec x) {
    return vec_less(x, vec_set(0), -x, x);
}

INLINE vec activate_known(enum activation kind, vec x) {
    switch (kind) {
    case ACTIVATION_TANH: return vec_tanh(x);
    case ACTIVATION_SIGMOID: return vec_sigmoid(x);
    case ACTIVATION_RELU: return vec_max(x, vec_set(0));
    case ACTIVATION_HARD_SIGMOID:
        return vec_min(vec_max(x / 6 + (real)0.5, vec_set(0)), vec_set(1));
    case ACTIVATION_ELU: return vec_less(vec_set(0), x, x, vec_expm1(vec_min(x, vec_set(0))));
    case ACTIVATION_SELU:
        return SELU_SCALE *
               vec_less(vec_set(0), x, x, SELU_ALPHA * vec_expm1(vec_min(x, vec_set(0))));
    case ACTIVATION_GELU: return vec_map(gelu, x);
    case ACTIVATION_SILU: return x * vec_sigmoid(x);
    case ACTIVATION_MISH: return vec_map(mish, x);
    case ACTIVATION_SOFTPLUS: return vec_map(softplus, x);
    case ACTIVATION_SOFTSIGN: return x / (1 + vec_abs(x));
    case ACTIVATION_EXPONENTIAL: return vec_exp(x);
    case ACTIVATION_LEAKY_RELU: return vec_less(vec_set(0), x, x, LEAKY_SLOPE * x);
    case ACTIVATION_RELU6: return vec_min(vec_max(x, vec_set(0)), vec_set(6));
    case ACTIVATION_LINEAR:
    case ACTIVATION_SOFTMAX:
    case ACTIVATION_COUNT: break;
    }
    return x;
}

/* f'(x), with y = f(x); x counts only where activation_needs_input(kind). */
INLINE vec slope_known(enum activation kind, vec x, vec y) {
    const vec one = vec_set(1), zero = vec_set(0);
    switch (kind) {
    case ACTIVATION_TANH: return vec_fma(-y, y, one);
    case ACTIVATION_SIGMOID: return vec_fma(-y, y, y);
    case ACTIVATION_RELU: return vec_less(vec_set(0), y, one, zero);
    case ACTIVATION_HARD_SIGMOID: return vec_select((y > 0) & (y < 1), vec_set((real)1 / 6), zero);
    case ACTIVATION_ELU: return vec_less(vec_set(0), y, one, y + 1);
    case ACTIVATION_SELU:
        return vec_less(vec_set(0), y, vec_set(SELU_SCALE), y + SELU_SCALE * SELU_ALPHA);
    case ACTIVATION_GELU: return vec_map(gelu_slope, x);
    case ACTIVATION_SILU: {
        vec s = vec_sigmoid(x);
        return s * (1 + x * (1 - s));
    }
    case ACTIVATION_MISH: return vec_map(mish_slope, x);
    case ACTIVATION_SOFTPLUS: return vec_sigmoid(x);
    case ACTIVATION_SOFTSIGN: {
        vec s = 1 - vec_abs(y); /* 1 / (1 + |x|) */
        return s * s;
    }
    case ACTIVATION_EXPONENTIAL: return y;
    case ACTIVATION_LEAKY_RELU: return vec_less(vec_set(0), y, one, vec_set(LEAKY_SLOPE));
    case ACTIVATION_RELU6: return vec_select((y > 0) & (y < 6), one, zero);
    case ACTIVATION_LINEAR:
    case ACTIVATION_SOFTMAX:
    case ACTIVATION_COUNT: break;
    }
    return one;
}

/* The kind known only at run time: one copy of the switch, in activation.c. */
vec KERNEL(activate_any)(enum activation kind, vec x);
vec KERNEL(slope_any)(enum activation kind, vec x, vec y);

INLINE vec vec_activate(enum activation kind, vec x) {
    return __builtin_constant_p(kind) ? activate_known(kind, x) : KERNEL(activate_any)(kind, x);
}
INLINE vec vec_slope(enum activation kind, vec x, vec y) {
    return __builtin_constant_p(kind) ? slope_known(kind, x, y) : KERNEL(slope_any)(kind, x, y);
}

#endif
