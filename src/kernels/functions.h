/* functions.h - exp, tanh and sigmoid of eight reals.
 *
 * In float: within 2 ulp of the exact value over all floats, exact at 0, right at +-inf and NaN. In
 * double (the gradient tests) they are libm's. */
#ifndef KERNELS_FUNCTIONS_H
#define KERNELS_FUNCTIONS_H

#include "kernels/vec.h"

#ifdef REAL_DOUBLE

#include <math.h>

#define LANE_BY_LANE(name, expression)                                                             \
    INLINE vec name(vec x) {                                                                       \
        for (int i = 0; i < LANES; i++) {                                                          \
            const double v = x[i];                                                                 \
            x[i] = (expression);                                                                   \
        }                                                                                          \
        return x;                                                                                  \
    }
LANE_BY_LANE(vec_exp, exp(v))
LANE_BY_LANE(vec_expm1, expm1(v))
LANE_BY_LANE(vec_tanh, tanh(v))
LANE_BY_LANE(vec_sigmoid, 1 / (1 + exp(-v)))

#else

/* e^x = 2^n (1 + p): n the nearest integer to x / ln 2, p = e^f - 1 for the rest f, |f| <= ln 2 /
 * 2, by a polynomial with a relative error of 6e-10 (interpolated at Chebyshev nodes). */
struct exp_parts {
    vec n, p;
};

INLINE struct exp_parts exp_split(vec x) {
    const vec round = vec_set(0x1.8p23f); /* adding it rounds to an integer */
    vec n = vec_fma(x, vec_set(1.44269504f), round) - round;
    vec f = vec_fma(n, vec_set(-0x1.62e4p-1f), x); /* ln 2, high part: n times it is exact */
    f = vec_fma(n, vec_set(-0x1.7f7d1cp-20f), f);
    vec q = vec_set(0.000198909908f);
    q = vec_fma(q, f, vec_set(0.00139336500f));
    q = vec_fma(q, f, vec_set(0.00833331093f));
    q = vec_fma(q, f, vec_set(0.0416664649f));
    q = vec_fma(q, f, vec_set(0.166666667f));
    q = vec_fma(q, f, vec_set(0.5f));
    return (struct exp_parts){n, vec_fma(f * f, q, f)};
}

FUNCTION vec vec_exp(vec x) {
    struct exp_parts e = exp_split(vec_min(vec_max(x, vec_set(-104.0f)), vec_set(89.0f)));
    return vec_scale(1 + e.p, e.n);
}

/* sigmoid(x) = z / (1 + z) for x < 0 and 1 / (1 + z) else, with z = e^-|x|. What 1 + z loses by
 * rounding is put back: y / (d + lost) = y / d - y / d * lost / d, and there a rough 1 / d will do.
 */
FUNCTION vec vec_sigmoid(vec x) {
    const mask sign = (mask)vec_set(-0.0f);
    vec z = vec_exp((vec)((mask)x | sign)), d = 1 + z, lost = z - (d - 1);
    vec y = vec_less(x, vec_set(0), z, vec_set(1)) / d;
    return vec_fma(-y * lost, vec_fma(d, vec_set(-0.5f), vec_set(1.45f)), y);
}

/* e^x - 1, for x <= 88 */
FUNCTION vec vec_expm1(vec x) {
    struct exp_parts e = exp_split(vec_max(x, vec_set(-30.0f)));
    vec s = vec_scale(vec_set(1), e.n);
    return vec_fma(s, e.p, s - 1);
}

/* tanh(x) = 1 - 2 / (e^2|x| + 1), with the sign of x; where that would cancel, |x| < 0.5625, the
 * odd polynomial x + x^3 P(x^2), with a relative error of 5e-9. */
FUNCTION vec vec_tanh(vec x) {
    const mask sign = (mask)vec_set(-0.0f);
    vec m = (vec)((mask)x & ~sign), z = m * m;
    vec p = vec_set(-0.00652557217f);
    p = vec_fma(p, z, vec_set(0.0212633534f));
    p = vec_fma(p, z, vec_set(-0.0539017532f));
    p = vec_fma(p, z, vec_set(0.133330738f));
    p = vec_fma(p, z, vec_set(-0.333333317f));
    vec near = vec_fma(m * z, p, m), far = 1 - 2 / (vec_exp(m * 2) + 1);
    return (vec)((mask)vec_less(m, vec_set(0.5625f), near, far) | ((mask)x & sign));
}

#endif
#endif
