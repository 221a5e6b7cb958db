/* kernel_arrays.h - arrays for one call of a kernel, twice over: for the generic kernels and for those
 * of the instruction set under test; afterwards they must be the same to the bit. */
#ifndef TESTS_KERNEL_ARRAYS_H
#define TESTS_KERNEL_ARRAYS_H

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "kernels/kernels.h"

static const struct kernels *kernels[2]; /* generic, and the one under test */

static inline int choose(void **state) {
    struct error err;
    const char *isa = *state;
    kernels[0] = kernels_select("generic", &err);
    kernels[1] = kernels_select(isa, &err);
    if (kernels[1] == NULL) {
        printf("# no %s here: generic is held against itself\n", isa);
        kernels[1] = kernels[0];
    }
    return kernels[0] == NULL;
}

static uint64_t seed = 1;
static inline uint32_t draw(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33);
}

static inline float ordinary(void) {
    return (float)((double)draw() / 0x1p31 * 8 - 4);
}
/* One in three is a trap: infinities, NaN, zeros, subnormals, the largest and the smallest. */
static inline float special(void) {
    static const float trap[] = {0.0f,        -0.0f,    INFINITY,    -INFINITY, NAN,
                                 FLT_MAX,     -FLT_MAX, FLT_MIN,     0x1p-149f, -0x1p-149f,
                                 0x1.8p-130f, 1e30f,    -1e30f,      1e-30f,    -1e-38f,
                                 88.7f,       -104.0f,  16777217.0f, 1.0f,      -1.0f};
    uint32_t which = draw() % (3 * (sizeof trap / sizeof *trap));
    return which < sizeof trap / sizeof *trap ? trap[which] : ordinary();
}

/* Arrays for one call, twice over: one set for each instruction set. */
struct arrays {
    size_t count, size[8];
    float *of[2][8];
};
static inline struct arrays make(bool specials, size_t count, const size_t *size) {
    struct arrays a = {.count = count};
    for (size_t i = 0; i < count; i++) {
        a.size[i] = size[i];
        for (size_t k = 0; k < 2; k++) {
            a.of[k][i] = malloc(size[i] > 0 ? size[i] * sizeof(float) : 1);
            assert_non_null(a.of[k][i]);
        }
        for (size_t j = 0; j < size[i]; j++)
            a.of[0][i][j] = a.of[1][i][j] = specials ? special() : ordinary();
    }
    return a;
}
#define MAKE(specials, ...)                                                                        \
    make(specials, sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t), (const size_t[]){__VA_ARGS__})

/* A NaN is a NaN: which of two that meet is kept, and its sign, IEEE 754 leaves open. */
static inline bool same(float a, float b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}
static inline void compare(struct arrays *a, const char *what) {
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < a->size[i]; j++)
            if (!same(a->of[0][i][j], a->of[1][i][j]))
                fail_msg("%s, array %zu [%zu]: generic %a, %s %a", what, i, j,
                         (double)a->of[0][i][j], kernels[1]->name, (double)a->of[1][i][j]);
        free(a->of[0][i]);
        free(a->of[1][i]);
    }
}

static inline void free_all(struct arrays *a) {
    for (size_t i = 0; i < a->count; i++) {
        free(a->of[0][i]);
        free(a->of[1][i]);
    }
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_prestate_setup_teardown(name, choose, NULL, avx2),                            \
        cmocka_unit_test_prestate_setup_teardown(name, choose, NULL, avx512)

#endif
