/* vec_avx2.h - vec.h's operations with AVX2 and FMA. */
#ifndef KERNELS_VEC_AVX2_H
#define KERNELS_VEC_AVX2_H

#include <immintrin.h>

#define FUNCTION INLINE /* exp and its kin: worth copying here */

INLINE vec vec_set(real x) {
    return (vec)_mm256_set1_ps(x);
}
INLINE vec vec_fma(vec a, vec b, vec c) {
    return (vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
INLINE vec vec_sqrt(vec x) {
    return (vec)_mm256_sqrt_ps((__m256)x);
}

INLINE vec vec_less(vec a, vec b, vec yes, vec no) {
    return (vec)_mm256_blendv_ps((__m256)no, (__m256)yes,
                                 _mm256_cmp_ps((__m256)a, (__m256)b, _CMP_LT_OQ));
}
INLINE vec vec_max(vec x, vec limit) {
    return (vec)_mm256_max_ps((__m256)limit, (__m256)x); /* the second where either is NaN */
}
INLINE vec vec_min(vec x, vec limit) {
    return (vec)_mm256_min_ps((__m256)limit, (__m256)x);
}
/* By the exponent's bits; in two factors, so that the result may be subnormal or infinite. */
INLINE vec vec_scale(vec x, vec n) {
    const vec round = vec_set(0x1.8p23f); /* its last bits hold what is added to it */
    mask whole = (mask)(n + round) - (mask)round, half = whole >> 1;
    return x * (vec)((half + 127) << 23) * (vec)((whole - half + 127) << 23);
}

INLINE __m256i vec_lanes(size_t n) {
    const mask lane = {0, 1, 2, 3, 4, 5, 6, 7};
    return (__m256i)(lane < (integer)n);
}
INLINE vec vec_load_n(const real *p, size_t n) {
    return (vec)_mm256_maskload_ps(p, vec_lanes(n));
}
INLINE void vec_store_n(real *p, vec v, size_t n) {
    _mm256_maskstore_ps(p, vec_lanes(n), (__m256)v);
}

INLINE wide wide_multiply(wide a, wide b) {
    return (wide)_mm256_mul_epu32((__m256i)a, (__m256i)b);
}

#endif
