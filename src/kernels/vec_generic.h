/* vec_generic.h - vec.h's operations in portable C: the reference, and what old machines run.
 *
 * A fused multiply-add of floats is made from doubles, exactly: the product of two floats is exact
 * in double, the sum with the third is rounded to odd (its last bit set when anything was lost),
 * and rounding such a sum to float is then the one rounding that a true fma does (Boldo and
 * Melquiond 2008, Emulation of FMA and correctly rounded sums). */
#ifndef KERNELS_VEC_GENERIC_H
#define KERNELS_VEC_GENERIC_H

#include <math.h>

#define FUNCTION OUTLINE /* exp and its kin: small rather than quick */

INLINE vec vec_set(real x) {
    return (vec){x, x, x, x};
}

INLINE vec vec_less(vec a, vec b, vec yes, vec no) {
    return vec_select(a < b, yes, no);
}
INLINE vec vec_max(vec x, vec limit) {
    return vec_less(x, limit, limit, x);
}
INLINE vec vec_min(vec x, vec limit) {
    return vec_less(limit, x, limit, x);
}

#ifndef REAL_DOUBLE
/* By the exponent's bits; in two factors, so that the result may be subnormal or infinite. */
INLINE vec vec_scale(vec x, vec n) {
    const vec round = vec_set(0x1.8p23f); /* its last bits hold what is added to it */
    mask whole = (mask)(n + round) - (mask)round, half = whole >> 1;
    return x * (vec)((half + 127) << 23) * (vec)((whole - half + 127) << 23);
}
#endif

#ifdef REAL_DOUBLE
INLINE vec vec_fma(vec a, vec b, vec c) {
    return a * b + c;
}
#elif defined FP_FAST_FMAF /* the machine has the instruction: other processors than x86 */
INLINE vec vec_fma(vec a, vec b, vec c) {
    for (int i = 0; i < LANES; i++) a[i] = __builtin_fmaf(a[i], b[i], c[i]);
    return a;
}
#else
typedef double vec_wide __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t mask_wide __attribute__((vector_size(LANES * sizeof(int64_t))));

OUTLINE vec vec_fma(vec a, vec b, vec c) {
    vec_wide product = __builtin_convertvector(a, vec_wide) * __builtin_convertvector(b, vec_wide);
    vec_wide addend = __builtin_convertvector(c, vec_wide), sum = product + addend;
    /* Knuth's two-sum: error is what the addition lost. */
    vec_wide back = sum - product, error = (product - (sum - back)) + (addend - back);
    mask_wide inexact = (error > 0) | (error < 0);
    mask_wide even = ((mask_wide)sum & 1) == 0;
    mask_wide away = (error > 0) ^ (sum < 0); /* -1: the lost part points away from zero */
    mask_wide odd = (mask_wide)sum + (inexact & even & ((away & 2) - 1));
    return __builtin_convertvector((vec_wide)odd, vec);
}
#endif

OUTLINE vec vec_load_n(const real *p, size_t n) {
    real lane[LANES] = {0};
    for (size_t i = 0; i < n; i++) lane[i] = p[i];
    return vec_load(lane);
}
OUTLINE void vec_store_n(real *p, vec v, size_t n) {
    real lane[LANES];
    vec_store(lane, v);
    for (size_t i = 0; i < n; i++) p[i] = lane[i];
}

OUTLINE vec vec_sqrt(vec x) {
    for (int i = 0; i < LANES; i++)
        x[i] = (real)sqrt((double)x[i]); /* exact: double has more than twice float's bits */
    return x;
}

INLINE wide wide_multiply(wide a, wide b) {
    return a * b;
}

#endif
