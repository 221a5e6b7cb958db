/* Which kernels to run, and what they share. */
#include <string.h>

#include "kernels/kernels.h"

extern const struct kernels kernels_generic;
#if defined __x86_64__ && !defined REAL_DOUBLE
#define HAVE_AVX2
extern const struct kernels kernels_avx2;
#endif

/* ORDER enum activation */
const char *const activation_names[ACTIVATION_COUNT + 1] = {
    "linear", "tanh", "sigmoid",  "relu",     "hard_sigmoid", "softmax",    "elu",   "selu", "gelu",
    "silu",   "mish", "softplus", "softsign", "exponential",  "leaky_relu", "relu6", NULL,
};

bool activation_needs_input(enum activation kind) {
    return kind == ACTIVATION_GELU || kind == ACTIVATION_SILU || kind == ACTIVATION_MISH ||
           kind == ACTIVATION_SOFTPLUS;
}

size_t packed_size(size_t k, size_t n) {
    return k * ((n + PANEL - 1) / PANEL) * PANEL;
}

static bool machine_has_avx2(void) {
#ifdef HAVE_AVX2
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

const struct kernels *kernels_select(const char *name, struct error *err) {
    bool any = strcmp(name, "auto") == 0;
#ifdef HAVE_AVX2
    if ((any || strcmp(name, "avx2") == 0) && machine_has_avx2()) return &kernels_avx2;
#endif
    if (any || strcmp(name, "generic") == 0) return &kernels_generic;
    if (strcmp(name, "avx2") == 0)
        (void)error_set(err, ERROR_CONFIG, "this machine has no avx2 instructions; try --isa auto");
    else
        (void)error_set(err, ERROR_CONFIG,
                        "unknown instruction set '%s'; one of auto, generic, avx2", name);
    (void)machine_has_avx2;
    return NULL;
}
