/* Which kernels to run, and what they share. */
#include <string.h>

#include "kernels/kernels.h"

extern const struct kernels kernels_generic;
#if defined __x86_64__ && !defined REAL_DOUBLE
#define HAVE_X86
extern const struct kernels kernels_avx2, kernels_avx512;
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

static bool has_avx2(void) {
#ifdef HAVE_X86
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

static bool has_avx512(void) {
#ifdef HAVE_X86
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
#else
    return false;
#endif
}

static bool always(void) {
    return true;
}

/* Best first. */
static const struct {
    const char *name;
    bool (*here)(void);
    const struct kernels *kernels;
} sets[] = {
#ifdef HAVE_X86
    {"avx512", has_avx512, &kernels_avx512},
    {"avx2", has_avx2, &kernels_avx2},
#else
    {"avx512", has_avx512, NULL},
    {"avx2", has_avx2, NULL},
#endif
    {"generic", always, &kernels_generic},
};

const struct kernels *kernels_select(const char *name, struct error *err) {
    bool any = strcmp(name, "auto") == 0, known = any;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        bool meant = any || strcmp(name, sets[i].name) == 0;
        if (meant && sets[i].here()) return sets[i].kernels;
        known = known || meant;
    }
    if (known)
        (void)error_set(err, ERROR_CONFIG, "this machine has no %s instructions; try --isa auto",
                        name);
    else
        (void)error_set(err, ERROR_CONFIG,
                        "unknown instruction set '%s'; one of auto, generic, avx2, avx512", name);
    return NULL;
}
