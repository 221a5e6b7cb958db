/* Layer normalization, row by row; the equations are at the top of layers/layer_normalization.c. */
#include "kernels/table.h"
#include "kernels/vec.h"

/* Sums go over the virtual lanes and one tree. */
enum { VECS = VIRTUAL_LANES / LANES };

INLINE real lane_sum(const vec sums[static VECS]) {
    real lane[VIRTUAL_LANES];
    for (size_t i = 0; i < VECS; i++) vec_store(lane + i * LANES, sums[i]);
    for (size_t half = VIRTUAL_LANES / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++) lane[i] += lane[i + half];
    return lane[0];
}

/* The lanes past the row's end hold x = 0, not x - mean. */
INLINE vec centred(const real *x, size_t n, vec mean) {
    if (n == LANES) return vec_load(x) - mean;
    real lane[LANES] = {0};
    vec_store_n(lane, vec_load_n(x, n) - mean, n);
    return vec_load(lane);
}

void KERNEL(normalize)(size_t rows, size_t width, real epsilon, const real *x, const real *gamma,
                       const real *beta, real *y, real *normal, real *inverse) {
    const real count = (real)width;
    for (size_t r = 0; r < rows; r++, x += width, y += width) {
        vec sums[VECS] = {vec_set(0)}, squares[VECS] = {vec_set(0)};
        EACH_VEC(j, n, width) sums[j / LANES % VECS] += LOAD(x + j, n);
        const vec mean = vec_set(lane_sum(sums) / count);
        EACH_VEC(j, n, width) {
            vec d = centred(x + j, n, mean), *sum = &squares[j / LANES % VECS];
            *sum = vec_fma(d, d, *sum);
        }
        const vec variance = vec_set(lane_sum(squares) / count);
        const vec s = 1 / vec_sqrt(variance + epsilon);
        if (inverse != NULL) inverse[r] = s[0];
        EACH_VEC(j, n, width) {
            vec value = (LOAD(x + j, n) - mean) * s;
            if (normal != NULL) STORE(normal + r * width + j, value, n);
            if (gamma != NULL) value *= LOAD(gamma + j, n);
            if (beta != NULL) value += LOAD(beta + j, n);
            STORE(y + j, value, n);
        }
    }
}

void KERNEL(normalize_back)(size_t rows, size_t width, const real *gamma, const real *inverse,
                            const real *dy, real *normal, real *dx) {
    const real count = (real)width;
    for (size_t r = 0; r < rows; r++, dy += width, normal += width) {
        vec sums[VECS] = {vec_set(0)}, products[VECS] = {vec_set(0)};
        EACH_VEC(j, n, width) {
            vec g = LOAD(dy + j, n), *product = &products[j / LANES % VECS];
            if (gamma != NULL) g *= LOAD(gamma + j, n);
            sums[j / LANES % VECS] += g;
            *product = vec_fma(g, LOAD(normal + j, n), *product);
        }
        const vec mean = vec_set(lane_sum(sums) / count), s = vec_set(inverse[r]);
        const vec slope = vec_set(lane_sum(products) / count);
        EACH_VEC(j, n, width) {
            vec d = LOAD(dy + j, n), value = LOAD(normal + j, n), g = d;
            if (gamma != NULL) g *= LOAD(gamma + j, n);
            if (dx != NULL) STORE(dx + r * width + j, s * vec_fma(-value, slope, g - mean), n);
            STORE(normal + j, d * value, n);
        }
    }
}
