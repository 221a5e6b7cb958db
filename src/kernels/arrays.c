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

void KERNEL(add_scaled)(size_t count, real factor, const real *x, real *y) {
    const vec by = vec_set(factor);
    EACH_VEC(i, n, count) STORE(y + i, vec_fma(by, LOAD(x + i, n), LOAD(y + i, n)), n);
}

/* Four reals and four doubles: quarters of the virtual lanes, which compilers handle best. */
typedef real quarter __attribute__((vector_size(4 * sizeof(real))));
typedef double quarter_wide __attribute__((vector_size(4 * sizeof(double))));

INLINE quarter_wide quarter_load(const real *p) {
    quarter v;
    memcpy(&v, p, sizeof v);
    return __builtin_convertvector(v, quarter_wide);
}
INLINE quarter_wide quarter_square(const real *p) {
    quarter_wide w = quarter_load(p);
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

/* Lane i of eight sums x[i] y[i] + x[i + 8] y[i + 8] + ...; what is left over goes to lane 0. */
double KERNEL(dot)(size_t count, const real *x, const real *y) {
    quarter_wide a = {0}, b = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        a += quarter_load(x + i) * quarter_load(y + i);
        b += quarter_load(x + i + 4) * quarter_load(y + i + 4);
    }
    for (; i < count; i++) a[0] += (double)x[i] * (double)y[i];
    a += b;
    return (a[0] + a[2]) + (a[1] + a[3]);
}

void KERNEL(project)(size_t count, const real *q, real *x) {
    const double along = KERNEL(dot)(count, q, x);
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        quarter rest =
            __builtin_convertvector(quarter_load(x + i) - along * quarter_load(q + i), quarter);
        memcpy(x + i, &rest, sizeof rest);
    }
    for (; i < count; i++) x[i] = (real)((double)x[i] - along * (double)q[i]);
}

void KERNEL(scale)(size_t count, real factor, real *x) {
    EACH_VEC(i, n, count) STORE(x + i, LOAD(x + i, n) * factor, n);
}

void KERNEL(clip)(size_t count, real limit, real *x) {
    EACH_VEC(i, n, count)
    STORE(x + i, vec_min(vec_max(LOAD(x + i, n), vec_set(-limit)), vec_set(limit)), n);
}
