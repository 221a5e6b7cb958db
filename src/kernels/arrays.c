/* Small loops over arrays: fill, add, scale, clip, norms, dropout. */
#include "base/random.h"
#include "kernels/table.h"
#include "kernels/vec.h"

void KERNEL(fill_rows)(size_t rows, size_t width, const real *row, real *to, size_t to_row) {
    for (size_t r = 0; r < rows; r++) memcpy(to + r * to_row, row, width * sizeof *to);
}

void KERNEL(add)(size_t count, const real *x, real *y) {
    EACH_VEC(i, n, count) STORE(y + i, LOAD(y + i, n) + LOAD(x + i, n), n);
}

/* Four reals and four doubles: halves of what fits a register, which compilers handle best. */
typedef real half __attribute__((vector_size(4 * sizeof(real))));
typedef double half_wide __attribute__((vector_size(4 * sizeof(double))));

INLINE half_wide half_load(const real *p) {
    half v;
    memcpy(&v, p, sizeof v);
    return __builtin_convertvector(v, half_wide);
}

/* Lane i of eight sums x[i]^2 + x[i + 8]^2 + ... */
double KERNEL(sum_squares)(size_t count, const real *x) {
    half_wide low = {0}, high = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        half_wide a = half_load(x + i), b = half_load(x + i + LANES / 2);
        low += a * a;
        high += b * b;
    }
    for (size_t j = 0; i < count; i++, j++) {
        double v = (double)x[i];
        if (j < 4)
            low[j] += v * v;
        else
            high[j - 4] += v * v;
    }
    return ((low[0] + high[0]) + (low[2] + high[2])) + ((low[1] + high[1]) + (low[3] + high[3]));
}

void KERNEL(scale)(size_t count, real factor, real *x) {
    EACH_VEC(i, n, count) STORE(x + i, LOAD(x + i, n) * factor, n);
}

void KERNEL(clip)(size_t count, real limit, real *x) {
    EACH_VEC(i, n, count)
    STORE(x + i, vec_min(vec_max(LOAD(x + i, n), vec_set(-limit)), vec_set(limit)), n);
}

void KERNEL(dropout)(size_t rows, size_t width, double rate, const uint32_t key[2], uint64_t step,
                     const size_t *origin, size_t time, const real *x, real *y) {
    const uint32_t dropped = (uint32_t)(rate * 0x1p32); /* bits below it: dropped */
    const real factor = (real)(1 / (1 - rate));
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < width; j += 4) {
            /* Units are below 2^22, so the step has 42 bits. */
            const uint32_t counter[4] = {(uint32_t)(j / 4) | (uint32_t)(step >> 32) << 22,
                                         (uint32_t)origin[r], (uint32_t)time, (uint32_t)step};
            uint32_t bits[4];
            random_block(counter, key, bits);
            for (size_t k = 0; k < 4 && j + k < width; k++) {
                size_t at = r * width + j + k;
                y[at] = bits[k] < dropped ? 0 : x[at] * factor;
            }
        }
}
