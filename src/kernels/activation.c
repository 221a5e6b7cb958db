/* Activations over rows, softmax among them. */
#include "kernels/activation.h"

#include "kernels/lanes.h"
#include "kernels/table.h"

vec KERNEL(activate_any)(enum activation kind, vec x) {
    return activate_known(kind, x);
}
vec KERNEL(slope_any)(enum activation kind, vec x, vec y) {
    return slope_known(kind, x, y);
}

static real row_max(size_t width, const real *x) {
    real largest = x[0];
    for (size_t j = 1; j < width; j++)
        if (!(x[j] <= largest)) largest = x[j]; /* a NaN wins, and stays */
    return largest;
}

static void softmax_row(size_t width, const real *x, real *y) {
    const vec largest = vec_set(row_max(width, x));
    vec sums[VECS] = {vec_set(0)};
    EACH_VEC(j, n, width) {
        vec e = vec_exp(LOAD(x + j, n) - largest);
        STORE(y + j, e, n);
        sums[j / LANES % VECS] += LOAD(y + j, n);
    }
    const vec total = vec_set(lane_sum(sums));
    EACH_VEC(j, n, width) STORE(y + j, LOAD(y + j, n) / total, n);
}

/* dx = y (dy - sum(dy y)) */
static void softmax_back_row(size_t width, const real *y, const real *dy, real *dx) {
    vec sums[VECS] = {vec_set(0)};
    EACH_VEC(j, n, width) {
        vec *sum = &sums[j / LANES % VECS];
        *sum = vec_fma(LOAD(dy + j, n), LOAD(y + j, n), *sum);
    }
    const vec mean = vec_set(lane_sum(sums));
    EACH_VEC(j, n, width) STORE(dx + j, LOAD(y + j, n) * (LOAD(dy + j, n) - mean), n);
}

INLINE void activate_all(enum activation kind, size_t count, const real *x, real *y) {
    EACH_VEC(i, n, count) STORE(y + i, vec_activate(kind, LOAD(x + i, n)), n);
}

void KERNEL(activate)(enum activation kind, size_t rows, size_t width, const real *x, real *y) {
    switch (kind) { /* the common ones with the kind known to the compiler */
    case ACTIVATION_LINEAR:
        if (x != y) memcpy(y, x, rows * width * sizeof *y);
        break;
    case ACTIVATION_TANH: activate_all(ACTIVATION_TANH, rows * width, x, y); break;
    case ACTIVATION_SIGMOID: activate_all(ACTIVATION_SIGMOID, rows * width, x, y); break;
    case ACTIVATION_RELU: activate_all(ACTIVATION_RELU, rows * width, x, y); break;
    case ACTIVATION_SOFTMAX:
        for (size_t r = 0; r < rows; r++) softmax_row(width, x + r * width, y + r * width);
        break;
    default: activate_all(kind, rows * width, x, y);
    }
}

void KERNEL(activate_back)(enum activation kind, size_t rows, size_t width, const real *x,
                           const real *y, const real *dy, real *dx) {
    if (kind == ACTIVATION_SOFTMAX) {
        for (size_t r = 0; r < rows; r++)
            softmax_back_row(width, y + r * width, dy + r * width, dx + r * width);
        return;
    }
    const real *input = activation_needs_input(kind) ? x : y;
    EACH_VEC(i, n, rows * width) {
        vec slope = vec_slope(kind, LOAD(input + i, n), LOAD(y + i, n));
        STORE(dx + i, LOAD(dy + i, n) * slope, n);
    }
}
