/* Small loops over arrays: fill, add, scale, clip, norms. */
#include "kernels/table.h"
#include "kernels/vec.h"

void KERNEL(fill_rows)(size_t rows, size_t width, const real *row, real *to, size_t to_row) {
    for (size_t r = 0; r < rows; r++) memcpy(to + r * to_row, row, width * sizeof *to);
}

void KERNEL(add)(size_t count, const real *x, real *y) {
    EACH_VEC(i, n, count) STORE(y + i, LOAD(y + i, n) + LOAD(x + i, n), n);
}

void KERNEL(hadamard)(size_t count, const real *a, const real *b, real *y) {
    EACH_VEC(i, n, count) STORE(y + i, LOAD(a + i, n) * LOAD(b + i, n), n);
}

/* Four reals and four doubles: quarters of the virtual lanes, which compilers handle best. */
typedef real quarter __attribute__((vector_size(4 * sizeof(real))));
typedef double quarter_wide __attribute__((vector_size(4 * sizeof(double))));

INLINE quarter_wide quarter_square(const real *p) {
    quarter v;
    memcpy(&v, p, sizeof v);
    quarter_wide w = __builtin_convertvector(v, quarter_wide);
    return w * w;
}

/* Lane i sums x[i]^2 + x[i + 16]^2 + ... */
double KERNEL(sum_squares)(size_t count, const real *x) {
    quarter_wide a = {0}, b = {0}, c = {0}, d = {0};
    size_t i = 0;
    for (; i + VIRTUAL_LANES <= count; i += VIRTUAL_LANES) {
        a += quarter_square(x + i);
        b += quarter_square(x + i + 4);
        c += quarter_square(x + i + 8);
        d += quarter_square(x + i + 12);
    }
    real rest[VIRTUAL_LANES] = {0};
    for (size_t j = 0; i + j < count; j++) rest[j] = x[i + j];
    a += quarter_square(rest);
    b += quarter_square(rest + 4);
    c += quarter_square(rest + 8);
    d += quarter_square(rest + 12);
    a = (a + c) + (b + d);
    return (a[0] + a[2]) + (a[1] + a[3]);
}

void KERNEL(scale)(size_t count, real factor, real *x) {
    EACH_VEC(i, n, count) STORE(x + i, LOAD(x + i, n) * factor, n);
}

void KERNEL(clip)(size_t count, real limit, real *x) {
    EACH_VEC(i, n, count)
    STORE(x + i, vec_min(vec_max(LOAD(x + i, n), vec_set(-limit)), vec_set(limit)), n);
}
