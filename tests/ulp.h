/* ulp.h - how far exp, tanh and sigmoid are from libm's double, in units in the last place of the
 * float result: over all floats with a stride, for the quick test and the exhaustive one. */
#ifndef TESTS_ULP_H
#define TESTS_ULP_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernels/kernels.h"

enum { ULP_CHUNK = 4096 };

static inline float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
static inline uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double ulp_exact(enum activation kind, double x) {
    switch (kind) {
    case ACTIVATION_EXPONENTIAL: return exp(x);
    case ACTIVATION_TANH: return tanh(x);
    default: return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
    }
}

/* Distance of `got` from the exact value; INFINITY where it is wrong altogether. */
static inline double ulp_error(float got, double exact) {
    if (isnan(exact)) return isnan(got) ? 0 : INFINITY;
    if (isnan(got)) return INFINITY;
    if ((double)got == exact) return 0;
    int exponent;
    (void)frexp(exact, &exponent);
    double unit = ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
    /* Past the largest float the next one would be 2^128. */
    double value = isinf(got) ? copysign(0x1p128, (double)got) : (double)got;
    if (isinf(got) && fabs(exact) > 0x1p128) return signbit(exact) == signbit(got) ? 0 : INFINITY;
    return fabs(value - exact) / unit;
}

/* The largest error over the floats of bits first, first + stride, ... below end, and where. */
static inline double ulp_worst(const struct kernels *kernels, enum activation kind, uint64_t first,
                               uint64_t end, uint64_t stride, float *where) {
    float x[ULP_CHUNK], y[ULP_CHUNK];
    double worst = 0;
    for (uint64_t bits = first; bits < end;) {
        size_t count = 0;
        for (; count < ULP_CHUNK && bits < end; bits += stride)
            x[count++] = float_of((uint32_t)bits);
        kernels->activate(kind, 1, count, x, y);
        for (size_t i = 0; i < count; i++) {
            double error = ulp_error(y[i], ulp_exact(kind, (double)x[i]));
            if (error <= worst) continue;
            worst = error;
            *where = x[i];
        }
    }
    return worst;
}

#endif
