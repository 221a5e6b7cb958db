/* The GRU cell, element by element; the equations are at the top of layers/gru.c. */
#include "kernels/activation.h"
#include "kernels/table.h"

/* g's columns by name; each [u] of a row of 4u. */
#define Z(g) (g)
#define R(g) ((g) + u)
#define H(g) ((g) + 2 * u)
#define S(g) ((g) + 3 * u) /* with reset_after h U_h + b1, without r * h_before */

INLINE void gates(enum activation gate, bool reset_after, size_t rows, size_t u, size_t g_row,
                  real *g, real *input, const real *h_before) {
    for (size_t row = 0; row < rows; row++, g += g_row) {
        if (input != NULL) memcpy(input + row * g_row, g, 2 * u * sizeof *g);
        EACH_VEC(j, n, u) {
            vec r = vec_activate(gate, LOAD(R(g) + j, n));
            STORE(Z(g) + j, vec_activate(gate, LOAD(Z(g) + j, n)), n);
            STORE(R(g) + j, r, n);
            if (!reset_after)
                STORE(S(g) + j, h_before != NULL ? r * LOAD(h_before + row * u + j, n) : vec_set(0),
                      n);
        }
    }
}

INLINE void output(enum activation f, bool reset_after, size_t rows, size_t u, size_t g_row,
                   real *g, real *input, const real *h_before, real *h) {
    for (size_t row = 0; row < rows; row++, g += g_row) {
        EACH_VEC(j, n, u) {
            vec x = LOAD(H(g) + j, n), z = LOAD(Z(g) + j, n);
            if (reset_after) x = vec_fma(LOAD(R(g) + j, n), LOAD(S(g) + j, n), x);
            if (input != NULL) STORE(H(input + row * g_row) + j, x, n);
            vec candidate = vec_activate(f, x);
            vec before = h_before != NULL ? LOAD(h_before + row * u + j, n) : vec_set(0);
            STORE(H(g) + j, candidate, n);
            STORE(h + row * u + j, vec_fma(z, before - candidate, candidate), n);
        }
    }
}

INLINE void output_back(enum activation f, enum activation gate, bool reset_after, size_t rows,
                        size_t u, size_t g_row, real *g, const real *input, const real *h_before,
                        real *dh) {
    for (size_t row = 0; row < rows; row++, g += g_row, dh += u) {
        const real *x = input != NULL ? input + row * g_row : g;
        EACH_VEC(j, n, u) {
            vec z = LOAD(Z(g) + j, n), candidate = LOAD(H(g) + j, n), d = LOAD(dh + j, n);
            vec before = h_before != NULL ? LOAD(h_before + row * u + j, n) : vec_set(0);
            vec dz = d * (before - candidate) * vec_slope(gate, LOAD(Z(x) + j, n), z);
            vec dx = d * (1 - z) * vec_slope(f, LOAD(H(x) + j, n), candidate);
            if (reset_after) {
                vec r = LOAD(R(g) + j, n), s = LOAD(S(g) + j, n);
                STORE(R(g) + j, dx * s * vec_slope(gate, LOAD(R(x) + j, n), r), n);
                STORE(S(g) + j, dx * r, n);
            }
            STORE(Z(g) + j, dz, n);
            STORE(H(g) + j, dx, n);
            STORE(dh + j, d * z, n);
        }
    }
}

void KERNEL(gru_gates)(enum activation gate, bool reset_after, size_t rows, size_t u, size_t g_row,
                       real *g, real *input, const real *h_before) {
    if (gate == ACTIVATION_SIGMOID && reset_after)
        gates(ACTIVATION_SIGMOID, true, rows, u, g_row, g, input, h_before);
    else
        gates(gate, reset_after, rows, u, g_row, g, input, h_before);
}

void KERNEL(gru_output)(enum activation f, bool reset_after, size_t rows, size_t u, size_t g_row,
                        real *g, real *input, const real *h_before, real *h) {
    if (f == ACTIVATION_TANH && reset_after)
        output(ACTIVATION_TANH, true, rows, u, g_row, g, input, h_before, h);
    else
        output(f, reset_after, rows, u, g_row, g, input, h_before, h);
}

void KERNEL(gru_output_back)(enum activation f, enum activation gate, bool reset_after, size_t rows,
                             size_t u, size_t g_row, real *g, const real *input,
                             const real *h_before, real *dh) {
    if (f == ACTIVATION_TANH && gate == ACTIVATION_SIGMOID && reset_after)
        output_back(ACTIVATION_TANH, ACTIVATION_SIGMOID, true, rows, u, g_row, g, NULL, h_before,
                    dh);
    else
        output_back(f, gate, reset_after, rows, u, g_row, g, input, h_before, dh);
}

void KERNEL(gru_reset_back)(enum activation gate, size_t rows, size_t u, size_t g_row, real *g,
                            const real *input, const real *h_before, const real *drh, real *dh) {
    for (size_t row = 0; row < rows; row++, g += g_row, dh += u, drh += u) {
        const real *x = input != NULL ? input + row * g_row : g;
        EACH_VEC(j, n, u) {
            vec r = LOAD(R(g) + j, n), d = LOAD(drh + j, n);
            vec before = h_before != NULL ? LOAD(h_before + row * u + j, n) : vec_set(0);
            STORE(R(g) + j, d * before * vec_slope(gate, LOAD(R(x) + j, n), r), n);
            STORE(dh + j, vec_fma(d, r, LOAD(dh + j, n)), n);
        }
    }
}
