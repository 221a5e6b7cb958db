/* The LSTM cell, element by element; the equations are at the top of layers/lstm.c. */
#include "kernels/activation.h"
#include "kernels/table.h"

INLINE void forward_row(enum activation f, enum activation gate, size_t u, real *z, real *input,
                        const real *c_before, real *c, real *tanh_c, real *h) {
    if (input != NULL) memcpy(input, z, 4 * u * sizeof *z);
    /* Two loops: in one, h would wait for c and f(c) at the end of every turn. */
    EACH_VEC(j, n, u) {
        vec i = vec_activate(gate, LOAD(z + j, n)), forget = vec_activate(gate, LOAD(z + u + j, n));
        vec g = vec_activate(f, LOAD(z + 2 * u + j, n));
        vec before = c_before != NULL ? LOAD(c_before + j, n) : vec_set(0);
        STORE(z + j, i, n);
        STORE(z + u + j, forget, n);
        STORE(z + 2 * u + j, g, n);
        STORE(c + j, vec_fma(forget, before, i * g), n);
    }
    EACH_VEC(j, n, u) {
        vec o = vec_activate(gate, LOAD(z + 3 * u + j, n)), t = vec_activate(f, LOAD(c + j, n));
        STORE(z + 3 * u + j, o, n);
        STORE(tanh_c + j, t, n);
        STORE(h + j, o * t, n);
    }
}

INLINE void backward_row(enum activation f, enum activation gate, size_t u, real *z,
                         const real *input, const real *c_before, const real *c, const real *tanh_c,
                         const real *dh, real *dc) {
    const real *x = input != NULL ? input : z;
    EACH_VEC(j, n, u) {
        vec i = LOAD(z + j, n), forget = LOAD(z + u + j, n), g = LOAD(z + 2 * u + j, n);
        vec o = LOAD(z + 3 * u + j, n), t = LOAD(tanh_c + j, n), dhj = LOAD(dh + j, n);
        vec before = c_before != NULL ? LOAD(c_before + j, n) : vec_set(0);
        vec dcell = vec_fma(dhj * o, vec_slope(f, LOAD(c + j, n), t), LOAD(dc + j, n));
        STORE(dc + j, dcell * forget, n);
        vec slope_i = vec_slope(gate, LOAD(x + j, n), i);
        vec slope_f = vec_slope(gate, LOAD(x + u + j, n), forget);
        vec slope_g = vec_slope(f, LOAD(x + 2 * u + j, n), g);
        vec slope_o = vec_slope(gate, LOAD(x + 3 * u + j, n), o);
        STORE(z + j, dcell * g * slope_i, n);
        STORE(z + u + j, dcell * before * slope_f, n);
        STORE(z + 2 * u + j, dcell * i * slope_g, n);
        STORE(z + 3 * u + j, dhj * t * slope_o, n);
    }
}

INLINE void forward_rows(enum activation f, enum activation gate, size_t rows, size_t u,
                         size_t z_row, real *z, real *input, const real *c_before, real *c,
                         real *tanh_c, real *h) {
    for (size_t r = 0; r < rows; r++)
        forward_row(f, gate, u, z + r * z_row, input != NULL ? input + r * z_row : NULL,
                    c_before != NULL ? c_before + r * u : NULL, c + r * u, tanh_c + r * u,
                    h + r * u);
}

INLINE void backward_rows(enum activation f, enum activation gate, size_t rows, size_t u,
                          size_t z_row, real *z, const real *input, const real *c_before,
                          const real *c, const real *tanh_c, const real *dh, real *dc) {
    for (size_t r = 0; r < rows; r++)
        backward_row(f, gate, u, z + r * z_row, input != NULL ? input + r * z_row : NULL,
                     c_before != NULL ? c_before + r * u : NULL, c + r * u, tanh_c + r * u,
                     dh + r * u, dc + r * u);
}

/* The usual pair of activations is compiled for itself. */
void KERNEL(lstm_forward)(enum activation f, enum activation gate, size_t rows, size_t u,
                          size_t z_row, real *z, real *input, const real *c_before, real *c,
                          real *tanh_c, real *h) {
    if (f == ACTIVATION_TANH && gate == ACTIVATION_SIGMOID)
        forward_rows(ACTIVATION_TANH, ACTIVATION_SIGMOID, rows, u, z_row, z, NULL, c_before, c,
                     tanh_c, h);
    else
        forward_rows(f, gate, rows, u, z_row, z, input, c_before, c, tanh_c, h);
}

void KERNEL(lstm_backward)(enum activation f, enum activation gate, size_t rows, size_t u,
                           size_t z_row, real *z, const real *input, const real *c_before,
                           const real *c, const real *tanh_c, const real *dh, real *dc) {
    if (f == ACTIVATION_TANH && gate == ACTIVATION_SIGMOID)
        backward_rows(ACTIVATION_TANH, ACTIVATION_SIGMOID, rows, u, z_row, z, NULL, c_before, c,
                      tanh_c, dh, dc);
    else
        backward_rows(f, gate, rows, u, z_row, z, input, c_before, c, tanh_c, dh, dc);
}
