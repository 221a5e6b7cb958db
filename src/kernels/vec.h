/* vec.h - several reals at a time, on any machine.
 *
 * GCC's vector extensions write + - * / and comparisons; a header for each instruction set adds
 * what they lack: vec_set, vec_fma, vec_sqrt, wide_multiply, and vec_load_n and vec_store_n for the first n <
 * LANES lanes (those that are not loaded are 0). Each lane does exactly the IEEE operation that a
 * scalar would, so results do not depend on the instruction set. Another one is one more header. */
#ifndef KERNELS_VEC_H
#define KERNELS_VEC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/real.h"

/* KERNEL(product) is product_generic, product_avx2, ... */
#define KERNEL_JOIN(name, isa) name##_##isa
#define KERNEL_NAME(name, isa) KERNEL_JOIN(name, isa)
#define KERNEL(name)           KERNEL_NAME(name, KERNEL_ISA)

#define INLINE  static inline __attribute__((always_inline))
#define OUTLINE static __attribute__((noinline, unused)) /* code that is not worth copying */

/* As many as a register holds. */
#if defined __AVX512F__ && !defined REAL_DOUBLE
enum { LANES = 16 };
#elif defined __AVX2__ && defined __FMA__ && !defined REAL_DOUBLE
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif
typedef real vec __attribute__((vector_size(LANES * sizeof(real))));
/* Horizontal sums go over that many lanes and one tree, however many lanes a machine has. */
enum { VIRTUAL_LANES = 16 };

#ifdef REAL_DOUBLE
typedef int64_t integer;
#else
typedef int32_t integer;
#endif
typedef integer mask __attribute__((vector_size(LANES * sizeof(integer)))); /* lanes 0 or -1 */

/* 32-bit numbers in lanes of 64 bits; wide_multiply gives their whole products. */
enum { WIDE_LANES = sizeof(vec) / sizeof(uint64_t) };
typedef uint64_t wide __attribute__((vector_size(sizeof(vec))));

INLINE vec vec_load(const real *p) {
    vec v;
    memcpy(&v, p, sizeof v);
    return v;
}
INLINE void vec_store(real *p, vec v) {
    memcpy(p, &v, sizeof v);
}

INLINE vec vec_select(mask m, vec yes, vec no) {
    return (vec)((m & (mask)yes) | (~m & (mask)no));
}

#if defined __AVX512F__ && !defined REAL_DOUBLE
#include "kernels/vec_avx512.h"
#elif defined __AVX2__ && defined __FMA__ && !defined REAL_DOUBLE
#include "kernels/vec_avx2.h"
#else
#include "kernels/vec_generic.h"
#endif

/* Run `body` over 0..count-1, LANES at a time: i is the index, n the lanes (less at the end).
 * LOAD and STORE inside the body take whole vectors where they can. */
#define EACH_VEC(i, n, count)                                                                      \
    for (size_t i = 0, n; i < (count) && (n = (count)-i < LANES ? (count)-i : LANES, 1); i += LANES)
INLINE vec LOAD(const real *p, size_t n) {
    return n == LANES ? vec_load(p) : vec_load_n(p, n);
}
INLINE void STORE(real *p, vec v, size_t n) {
    if (n == LANES)
        vec_store(p, v);
    else
        vec_store_n(p, v, n);
}

#endif
