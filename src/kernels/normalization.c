/* Layer normalization, row by row; the equations are at the top of layers/layer_normalization.c. */
#include "kernels/lanes.h"
#include "kernels/table.h"

/* The lanes past the row's end hold x = 0, not x - mean. */
INLINE vec centred(const real *x, size_t n, vec mean) {
    if (n == LANES) return vec_load(x) - mean;
    real lane[LANES] = {0};
    vec_store_n(lane, vec_load_n(x, n) - mean, n);
    return vec_load(lane);
}

/* Rows go side by side through each of the sums and roots, whose delays then overlap. */
enum { BLOCK = 8 };

INLINE real mean_of(size_t width, const real *x) {
    vec sums[VECS] = {vec_set(0)};
    EACH_VEC(j, n, width) sums[j / LANES % VECS] += LOAD(x + j, n);
    return lane_sum(sums) / (real)width;
}

INLINE real variance_of(size_t width, const real *x, real mean) {
    vec squares[VECS] = {vec_set(0)};
    EACH_VEC(j, n, width) {
        vec d = centred(x + j, n, vec_set(mean)), *sum = &squares[j / LANES % VECS];
        *sum = vec_fma(d, d, *sum);
    }
    return lane_sum(squares) / (real)width;
}

static void normalize_rows(size_t rows, size_t width, real epsilon, const real *x,
                           const real *gamma, const real *beta, real *y, real *normal,
                           real *inverse) {
    real mean[BLOCK], s[BLOCK];
    for (size_t r = 0; r < rows; r++) mean[r] = mean_of(width, x + r * width);
    for (size_t r = 0; r < rows; r++)
        s[r] = 1 / vec_sqrt(vec_set(variance_of(width, x + r * width, mean[r]) + epsilon))[0];
    for (size_t r = 0; r < rows; r++) {
        if (inverse != NULL) inverse[r] = s[r];
        EACH_VEC(j, n, width) {
            vec value = (LOAD(x + r * width + j, n) - mean[r]) * s[r];
            if (normal != NULL) STORE(normal + r * width + j, value, n);
            if (gamma != NULL) value *= LOAD(gamma + j, n);
            if (beta != NULL) value += LOAD(beta + j, n);
            STORE(y + r * width + j, value, n);
        }
    }
}

void KERNEL(normalize)(size_t rows, size_t width, real epsilon, const real *x, const real *gamma,
                       const real *beta, real *y, real *normal, real *inverse) {
    for (size_t r = 0; r < rows; r += BLOCK)
        normalize_rows(rows - r < BLOCK ? rows - r : BLOCK, width, epsilon, x + r * width, gamma,
                       beta, y + r * width, normal != NULL ? normal + r * width : NULL,
                       inverse != NULL ? inverse + r : NULL);
}

/* Means of g = dy gamma and of g n. */
INLINE void slopes_of(size_t width, const real *gamma, const real *dy, const real *normal,
                      real *mean, real *slope) {
    vec sums[VECS] = {vec_set(0)}, products[VECS] = {vec_set(0)};
    EACH_VEC(j, n, width) {
        vec g = LOAD(dy + j, n), *product = &products[j / LANES % VECS];
        if (gamma != NULL) g *= LOAD(gamma + j, n);
        sums[j / LANES % VECS] += g;
        *product = vec_fma(g, LOAD(normal + j, n), *product);
    }
    *mean = lane_sum(sums) / (real)width;
    *slope = lane_sum(products) / (real)width;
}

static void back_rows(size_t rows, size_t width, const real *gamma, const real *inverse,
                      const real *dy, real *normal, real *dx) {
    real mean[BLOCK], slope[BLOCK];
    for (size_t r = 0; r < rows; r++)
        slopes_of(width, gamma, dy + r * width, normal + r * width, &mean[r], &slope[r]);
    for (size_t r = 0; r < rows; r++) EACH_VEC(j, n, width) {
            vec d = LOAD(dy + r * width + j, n), value = LOAD(normal + r * width + j, n), g = d;
            if (gamma != NULL) g *= LOAD(gamma + j, n);
            if (dx != NULL)
                STORE(dx + r * width + j,
                      inverse[r] * vec_fma(-value, vec_set(slope[r]), g - mean[r]), n);
            STORE(normal + r * width + j, d * value, n);
        }
}

void KERNEL(normalize_back)(size_t rows, size_t width, const real *gamma, const real *inverse,
                            const real *dy, real *normal, real *dx) {
    for (size_t r = 0; r < rows; r += BLOCK)
        back_rows(rows - r < BLOCK ? rows - r : BLOCK, width, gamma, inverse + r, dy + r * width,
                  normal + r * width, dx != NULL ? dx + r * width : NULL);
}
