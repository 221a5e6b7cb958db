/* kernels.h - the numeric work on arrays, compiled once for each instruction set.
 *
 * Kernels take arrays and sizes; they allocate nothing, print nothing and know no structs of the
 * rest. Every element of a result is one fixed sequence of IEEE operations - a product is one chain
 * of fused multiply-adds over k - so all instruction sets give the same bits, and so does any
 * split of the rows or columns among threads. Matrices are row-major; [a][b] is a shape.
 *
 * The cells' equations stand at the top of layers/simple_rnn.c, lstm.c and gru.c. */
#ifndef KERNELS_KERNELS_H
#define KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/real.h"

/* Activation functions; the order is that of activation_names. */
enum activation {
    ACTIVATION_LINEAR,
    ACTIVATION_TANH,
    ACTIVATION_SIGMOID,
    ACTIVATION_RELU,
    ACTIVATION_HARD_SIGMOID,
    ACTIVATION_SOFTMAX, /* over a row; the others are element by element */
    ACTIVATION_ELU,
    ACTIVATION_SELU,
    ACTIVATION_GELU,
    ACTIVATION_SILU,
    ACTIVATION_MISH,
    ACTIVATION_SOFTPLUS,
    ACTIVATION_SOFTSIGN,
    ACTIVATION_EXPONENTIAL,
    ACTIVATION_LEAKY_RELU,
    ACTIVATION_RELU6,
    ACTIVATION_COUNT
};

/* Their names in a config, NULL at the end. */
extern const char *const activation_names[ACTIVATION_COUNT + 1];

/* True when the derivative needs the input and cannot be had from the output alone. */
bool activation_needs_input(enum activation kind);

/* Panels: the columns of a right-hand matrix, 16 by 16, each [k][16]; the last is padded with
 * zeros. A packed [k][n] matrix takes packed_size(k, n) reals. */
enum { PANEL = 16 };
size_t packed_size(size_t k, size_t n);

/* How a product finds its operands: A(i, k) = a[i * a_row + k * a_step], and, of a right-hand
 * matrix, B(k, 16 p + j) = b[p * b_panel + k * b_step + j]. A packed one has b_panel = 16 k_count
 * and b_step = 16; a row-major one has b_panel = 16 and b_step = its row length. */
struct product {
    size_t rows, columns, depth;
    const real *a;
    size_t a_row, a_step;
    const real *b;
    size_t b_panel, b_step;
    real *c; /* [rows][...], row length c_row */
    size_t c_row;

    /* Chains start from C; with `fresh` from the row `start` [columns], or zeros when it is NULL, so
     * that C is only written. */
    bool fresh;
    const real *start;

    /* A second product whose chains go on where the first one's end; more_depth 0: none. Its steps
     * are the first one's a_step and b_step. */
    size_t more_depth;
    const real *more_a;
    size_t more_a_row;
    const real *more_b;
    size_t more_b_panel;
};

/* What one step of an optimizer needs; the fields an optimizer does not use are 0. The numbers that
 * are 1 less another come worked out, since a float would lose their last bits. */
struct update {
    size_t count;
    real *weights;
    const real *gradient;
    real *first, *second, *third; /* moments, as the optimizer's formulas name them */
    real rate;                    /* learning rate, with bias corrections folded in */
    real decay;                   /* weights -= decay * weights, before the step */
    real momentum;                /* sgd, rmsprop */
    real rho, rest;               /* rmsprop, adadelta: rho and 1 - rho */
    real rest_1, rest_2;          /* adam and its kin: 1 - beta_1 and 1 - beta_2 */
    real beta_2;                  /* adamax */
    real gradient_rate, widening; /* nadam: the gradient's share; what makes up for a young v */
    real epsilon;
    bool nesterov, centered, amsgrad;
};

struct kernels {
    const char *name; /* of the instruction set, as --isa takes it */

    /* Pack b [k][n] (row length b_row), or its transpose, into panels first..end-1. */
    void (*pack)(size_t k, size_t n, const real *b, size_t b_row, size_t first, size_t end,
                 real *panels);
    void (*pack_transposed)(size_t k, size_t n, const real *b, size_t b_row, size_t first,
                            size_t end, real *panels);

    /* C (+)= A B: every element is one chain of fma over k = 0, 1, ... */
    void (*product)(const struct product *p);

    /* sums[j] += b[0][j], then b[1][j], ...: the gradient of a bias. */
    void (*column_sums)(size_t rows, size_t columns, const real *b, size_t b_row, real *sums);

    /* y = f(x) for rows of `width`; x and y may be the same. */
    void (*activate)(enum activation kind, size_t rows, size_t width, const real *x, real *y);
    /* dx = dy * f'(x), given y = f(x); x is read only where activation_needs_input. dx may be dy.
     */
    void (*activate_back)(enum activation kind, size_t rows, size_t width, const real *x,
                          const real *y, const real *dy, real *dx);

    /* Cells, for `rows` rows of one time step; a [rows][u] array has row length u unless said.
     * c_before and h_before may be NULL for zeros. */

    /* LSTM: z [rows][4u], row length z_row, holds pre-activations i f c o and becomes the gates;
     * input (NULL when no activation needs it) likewise gets a copy of what z was. Gives c, tanh_c
     * = f(c), h. */
    void (*lstm_forward)(enum activation f, enum activation gate, size_t rows, size_t u,
                         size_t z_row, real *z, real *input, const real *c_before, real *c,
                         real *tanh_c, real *h);
    /* In: dh, dc [rows][u], total derivatives of h and c from what comes after. z becomes the
     * derivative of the pre-activations, dc that of c_before. */
    void (*lstm_backward)(enum activation f, enum activation gate, size_t rows, size_t u,
                          size_t z_row, real *z, const real *input, const real *c_before,
                          const real *c, const real *tanh_c, const real *dh, real *dc);

    /* GRU: g [rows][4u], row length g_row, holds z r h and, in its last u, what the recurrent
     * product gives h: with reset_after h U_h + b1, before it r*h. */
    /* z and r: pre-activations to gates; without reset_after also g's last u = r * h_before. */
    void (*gru_gates)(enum activation gate, bool reset_after, size_t rows, size_t u, size_t g_row,
                      real *g, real *input, const real *h_before);
    /* The candidate and h, once the product of the last u (before) or with U_h (after) is in. */
    void (*gru_output)(enum activation f, bool reset_after, size_t rows, size_t u, size_t g_row,
                       real *g, real *input, const real *h_before, real *h);
    /* In: dh, the total derivative. g's z and h columns become derivatives of pre-activations (with
     * reset_after r's and the last u's too), dh becomes the direct part dh * z. */
    void (*gru_output_back)(enum activation f, enum activation gate, bool reset_after, size_t rows,
                            size_t u, size_t g_row, real *g, const real *input,
                            const real *h_before, real *dh);
    /* Without reset_after: drh [rows][u], the derivative of r * h_before, gives r's column of g
     * and adds drh * r to dh. g's last u still holds r * h_before. */
    void (*gru_reset_back)(enum activation gate, size_t rows, size_t u, size_t g_row, real *g,
                           const real *input, const real *h_before, const real *drh, real *dh);

    /* y = x * mask: element (row, unit) is kept, times 1/(1 - rate), when its random bits say so.
     * key as in base/random.h; the words of the counter are unit / 4, row, time, step. */
    void (*dropout)(size_t rows, size_t width, double rate, const uint32_t key[2], uint64_t step,
                    const size_t *origin, size_t time, const real *x, real *y);

    /* Layer normalization of rows of `width`; gamma and beta may be NULL. Forward also gives the
     * normal rows and 1 / deviation unless those are NULL; back needs them, gives dx unless NULL,
     * and leaves dy n in the normal rows. */
    void (*normalize)(size_t rows, size_t width, real epsilon, const real *x, const real *gamma,
                      const real *beta, real *y, real *normal, real *inverse);
    void (*normalize_back)(size_t rows, size_t width, const real *gamma, const real *inverse,
                           const real *dy, real *normal, real *dx);

    void (*fill_rows)(size_t rows, size_t width, const real *row, real *to, size_t to_row);
    void (*add)(size_t count, const real *x, real *y);                     /* y += x */
    void (*hadamard)(size_t count, const real *a, const real *b, real *y); /* y = a b, each */
    void (*add_scaled)(size_t count, real factor, const real *x, real *y); /* y += factor x, fma */

    double (*sum_squares)(size_t count, const real *x); /* in 8 lanes of double and a fixed tree */
    /* x . y in 8 lanes of double and a fixed tree; x -= (q . x) q, in double. */
    double (*dot)(size_t count, const real *x, const real *y);
    void (*project)(size_t count, const real *q, real *x);
    void (*scale)(size_t count, real factor, real *x);
    void (*clip)(size_t count, real limit, real *x); /* into -limit..limit; NaN stays */

    /* Steps of the optimizers; adamw's is adam's. */
    void (*sgd)(const struct update *u);
    void (*rmsprop)(const struct update *u);
    void (*adam)(const struct update *u);
    void (*adagrad)(const struct update *u);
    void (*adadelta)(const struct update *u);
    void (*adamax)(const struct update *u);
    void (*nadam)(const struct update *u);

    /* mean = momentum * mean + rest * x */
    void (*average)(size_t count, real momentum, real rest, const real *x, real *mean);
};

/* The kernels of an instruction set by its name ("auto": the best this machine has); NULL with an
 * ERROR_CONFIG when it is unknown or this machine lacks it. */
const struct kernels *kernels_select(const char *name, struct error *err);

#endif
