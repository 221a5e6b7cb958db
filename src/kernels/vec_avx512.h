/* vec_avx512.h - vec.h's operations with AVX-512. */
#ifndef KERNELS_VEC_AVX512_H
#define KERNELS_VEC_AVX512_H

#include <immintrin.h>

#define FUNCTION INLINE /* exp and its kin: worth copying here */

INLINE vec vec_set(real x) {
    return (vec)_mm512_set1_ps(x);
}
INLINE vec vec_fma(vec a, vec b, vec c) {
    return (vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
INLINE vec vec_sqrt(vec x) {
    return (vec)_mm512_sqrt_ps((__m512)x);
}

INLINE vec vec_less(vec a, vec b, vec yes, vec no) {
    return (vec)_mm512_mask_blend_ps(_mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ),
                                     (__m512)no, (__m512)yes);
}
INLINE vec vec_max(vec x, vec limit) {
    return (vec)_mm512_max_ps((__m512)limit, (__m512)x); /* the second where either is NaN */
}
INLINE vec vec_min(vec x, vec limit) {
    return (vec)_mm512_min_ps((__m512)limit, (__m512)x);
}
INLINE vec vec_scale(vec x, vec n) {
    return (vec)_mm512_scalef_ps((__m512)x, (__m512)n);
}

INLINE __mmask16 vec_lanes(size_t n) {
    return (__mmask16)((1u << n) - 1);
}
INLINE vec vec_load_n(const real *p, size_t n) {
    return (vec)_mm512_maskz_loadu_ps(vec_lanes(n), p);
}
INLINE void vec_store_n(real *p, vec v, size_t n) {
    _mm512_mask_storeu_ps(p, vec_lanes(n), (__m512)v);
}

INLINE wide wide_multiply(wide a, wide b) {
    return (wide)_mm512_mul_epu32((__m512i)a, (__m512i)b);
}

#endif
