/* Kernels: those of every instruction set against the generic ones, bit for bit. */
#include "kernel_arrays.h"

/* ---- arrays and activations ------------------------------------------------------------------- */

static void test_arrays(void **state) {
    (void)state;
    for (size_t n = 1; n <= 70; n++)
        for (int specials = 0; specials < 2; specials++) {
            struct arrays a = MAKE(specials, n, n, n, n, 3 * n, n, 4 * n + 3);
            double squares[2], want = 0;
            float first = a.of[0][2][0], sum = a.of[0][5][0], factor = ordinary();
            for (size_t i = 0; i < n; i++) want += (double)a.of[0][0][i] * (double)a.of[0][0][i];
            for (size_t k = 0; k < 2; k++) {
                float **of = a.of[k];
                squares[k] = kernels[k]->sum_squares(n, of[0]);
                kernels[k]->add(n, of[0], of[1]);
                kernels[k]->scale(n, factor, of[2]);
                kernels[k]->clip(n, 1.5f, of[3]);
                kernels[k]->column_sums(3, n, of[4], n, of[5]);
                kernels[k]->fill_rows(4, n, of[0], of[6], n + 1);
            }
            assert_true(same((float)squares[0], (float)squares[1]));
            assert_true(squares[0] == squares[1] || isnan(squares[0]));
            if (!specials) assert_true(fabs(squares[0] - want) <= 1e-14 * want);
            assert_true(same(a.of[1][2][0], first * factor));
            sum = ((sum + a.of[0][4][0]) + a.of[0][4][n]) + a.of[0][4][2 * n];
            assert_true(same(a.of[1][5][0], sum));
            for (size_t i = 0; i < n; i++) {
                assert_true(!(fabsf(a.of[1][3][i]) > 1.5f)); /* NaN stays */
                for (size_t r = 0; r < 4; r++)
                    assert_true(same(a.of[1][6][r * (n + 1) + i], a.of[1][0][i]));
            }
            compare(&a, "arrays");
        }
}

static void test_projections(void **state) {
    (void)state;
    for (size_t n = 1; n <= 70; n++)
        for (int specials = 0; specials < 2; specials++) {
            struct arrays a = MAKE(specials, n, n);
            double dot[2], along = 0;
            for (size_t i = 0; i < n; i++) along += (double)a.of[0][0][i] * (double)a.of[0][1][i];
            double want = (double)a.of[0][1][n - 1] - along * (double)a.of[0][0][n - 1];
            for (size_t k = 0; k < 2; k++) {
                dot[k] = kernels[k]->dot(n, a.of[k][0], a.of[k][1]);
                kernels[k]->project(n, a.of[k][0], a.of[k][1]);
            }
            assert_true(dot[0] == dot[1] || isnan(dot[0]));
            if (!specials) {
                assert_true(fabs(dot[0] - along) <= 1e-12 * (1 + fabs(along)));
                assert_true(fabs((double)a.of[0][1][n - 1] - want) <= 1e-6 * (1 + fabs(want)));
            }
            compare(&a, "projection");
        }
}

static void test_activations(void **state) {
    (void)state;
    for (int kind = 0; kind < ACTIVATION_COUNT; kind++)
        for (size_t rows = 1; rows <= 3; rows++)
            for (size_t width = 1; width <= 35; width++)
                for (int specials = 0; specials < 2; specials++) {
                    size_t n = rows * width;
                    struct arrays a = MAKE(specials, n, n, n, n);
                    for (size_t k = 0; k < 2; k++) {
                        float **of = a.of[k];
                        kernels[k]->activate((enum activation)kind, rows, width, of[0], of[1]);
                        kernels[k]->activate_back((enum activation)kind, rows, width, of[0], of[1],
                                                  of[2], of[3]);
                    }
                    compare(&a, activation_names[kind]);
                }
}

/* ---- cells ----------------------------------------------------------------------------------- */

static void lstm(enum activation f, enum activation gate, size_t rows, size_t u, bool first,
                 bool specials) {
    size_t n = rows * u, row = 4 * u + 3, all = rows * row; /* rows lie apart */
    bool keeps = activation_needs_input(f) || activation_needs_input(gate);
    struct arrays a = MAKE(specials, all, all, n, n, n, n, n, n);
    for (size_t k = 0; k < 2; k++) {
        float **of = a.of[k], *input = keeps ? of[1] : NULL, *before = first ? NULL : of[2];
        kernels[k]->lstm_forward(f, gate, rows, u, row, of[0], input, before, of[3], of[4], of[5]);
        kernels[k]->lstm_backward(f, gate, rows, u, row, of[0], input, before, of[3], of[4], of[6],
                                  of[7]);
    }
    compare(&a, "lstm");
}

static void gru(enum activation f, enum activation gate, bool reset_after, size_t rows, size_t u,
                bool first, bool specials) {
    size_t n = rows * u, row = 4 * u + 3, all = rows * row; /* rows lie apart */
    bool keeps = activation_needs_input(f) || activation_needs_input(gate);
    struct arrays a = MAKE(specials, all, all, n, n, n, n);
    for (size_t k = 0; k < 2; k++) {
        float **of = a.of[k], *input = keeps ? of[1] : NULL, *before = first ? NULL : of[2];
        kernels[k]->gru_gates(gate, reset_after, rows, u, row, of[0], input, before);
        kernels[k]->gru_output(f, reset_after, rows, u, row, of[0], input, before, of[3]);
        kernels[k]->gru_output_back(f, gate, reset_after, rows, u, row, of[0], input, before,
                                    of[4]);
        if (!reset_after)
            kernels[k]->gru_reset_back(gate, rows, u, row, of[0], input, before, of[5], of[4]);
    }
    compare(&a, "gru");
}

static void test_cells(void **state) {
    (void)state;
    for (size_t rows = 1; rows <= 3; rows++)
        for (size_t u = 1; u <= 35; u++)
            for (int form = 0; form < 8; form++) {
                bool first = form & 1, specials = form & 2, after = form & 4;
                lstm(ACTIVATION_TANH, ACTIVATION_SIGMOID, rows, u, first, specials);
                gru(ACTIVATION_TANH, ACTIVATION_SIGMOID, after, rows, u, first, specials);
            }
}
static void test_cells_of_all_activations(void **state) {
    (void)state;
    for (int f = 0; f < ACTIVATION_COUNT; f++)
        for (int gate = 0; gate < ACTIVATION_COUNT; gate++) {
            if (f == ACTIVATION_SOFTMAX || gate == ACTIVATION_SOFTMAX) continue;
            for (int form = 0; form < 8; form++) {
                bool first = form & 1, specials = form & 2, after = form & 4;
                lstm((enum activation)f, (enum activation)gate, 2, 11, first, specials);
                gru((enum activation)f, (enum activation)gate, after, 2, 11, first, specials);
            }
        }
}

/* ---- dropout and optimizers ------------------------------------------------------------------ */

static void test_dropout(void **state) {
    (void)state;
    const uint32_t key[2] = {17, 4};
    const size_t origin[5] = {3, 0, 4, 1, 2};
    for (size_t width = 1; width <= 35; width++)
        for (uint64_t step = 0; step < 3; step++) {
            struct arrays a = MAKE(step == 2, 5 * width, 5 * width);
            for (size_t k = 0; k < 2; k++)
                kernels[k]->dropout(5, width, 0.3, key, step << 33, origin, 7, a.of[k][0],
                                    a.of[k][1]);
            compare(&a, "dropout");
        }
}

/* About the rate is dropped, the rest is scaled, and each coordinate draws its own mask. */
static void test_dropout_rate(void **state) {
    enum { ROWS = 50, WIDTH = 400, N = ROWS * WIDTH };
    (void)state;
    static float x[N], y[N], other[N];
    size_t origin[ROWS];
    const uint32_t key[2] = {1, 2}, other_key[2] = {1, 3};
    for (size_t i = 0; i < N; i++) x[i] = 2;
    for (size_t i = 0; i < ROWS; i++) origin[i] = i;
    for (double rate = 0.1; rate < 1; rate += 0.2) {
        size_t dropped = 0, same_key = 0, same_step = 0, same_time = 0;
        kernels[1]->dropout(ROWS, WIDTH, rate, key, 5, origin, 2, x, y);
        for (size_t i = 0; i < N; i++) {
            dropped += y[i] == 0;
            assert_true(y[i] == 0 || y[i] == 2 * (float)(1 / (1 - rate)));
        }
        assert_true(fabs((double)dropped / N - rate) < 5 * sqrt(rate * (1 - rate) / N));
        kernels[1]->dropout(ROWS, WIDTH, rate, other_key, 5, origin, 2, x, other);
        for (size_t i = 0; i < N; i++) same_key += (y[i] == 0) == (other[i] == 0);
        kernels[1]->dropout(ROWS, WIDTH, rate, key, 6, origin, 2, x, other);
        for (size_t i = 0; i < N; i++) same_step += (y[i] == 0) == (other[i] == 0);
        kernels[1]->dropout(ROWS, WIDTH, rate, key, 5, origin, 3, x, other);
        for (size_t i = 0; i < N; i++) same_time += (y[i] == 0) == (other[i] == 0);
        double expected = rate * rate + (1 - rate) * (1 - rate), spread = 5 * sqrt(0.25 / N);
        assert_true(fabs((double)same_key / N - expected) < spread);
        assert_true(fabs((double)same_step / N - expected) < spread);
        assert_true(fabs((double)same_time / N - expected) < spread);
    }
    /* A row's mask goes with its place before the sort. */
    kernels[1]->dropout(ROWS, WIDTH, 0.5, key, 5, origin, 2, x, y);
    kernels[1]->dropout(1, WIDTH, 0.5, key, 5, &origin[7], 2, x, other);
    assert_memory_equal(other, y + 7 * WIDTH, WIDTH * sizeof *y);
}

static void test_optimizers(void **state) {
    (void)state;
    for (size_t n = 1; n <= 40; n++)
        for (unsigned form = 0; form < 32; form++) {
            struct arrays a = MAKE(form & 16, n, n, n, n, n);
            /* Mean squares are never negative. */
            for (size_t k = 0; k < 2; k++)
                for (size_t i = 0; i < n; i++)
                    for (size_t s = 2; s < 5; s++) a.of[k][s][i] = fabsf(a.of[k][s][i]);
            for (size_t k = 0; k < 2; k++) {
                struct update u = {.count = n,
                                   .weights = a.of[k][0],
                                   .gradient = a.of[k][1],
                                   .first = a.of[k][2],
                                   .second = a.of[k][3],
                                   .third = a.of[k][4],
                                   .rate = 0.013f,
                                   .decay = form & 8 ? 0.004f : 0,
                                   .momentum = 0.9f,
                                   .rho = 0.95f,
                                   .rest = 0.05f,
                                   .rest_1 = 0.1f,
                                   .rest_2 = 0.001f,
                                   .beta_2 = 0.999f,
                                   .gradient_rate = 0.004f,
                                   .widening = 1.7f,
                                   .epsilon = 1e-7f,
                                   .nesterov = form & 4,
                                   .centered = form & 4,
                                   .amsgrad = form & 4};
                if (form % 4 == 0) u.first = NULL;
                if (form % 4 == 2) u.second = NULL;
                if (form % 4 < 2)
                    kernels[k]->sgd(&u);
                else
                    kernels[k]->rmsprop(&u);
                u.first = a.of[k][2];
                u.second = a.of[k][3];
                kernels[k]->adam(&u);
                kernels[k]->adagrad(&u);
                kernels[k]->adadelta(&u);
                kernels[k]->adamax(&u);
                kernels[k]->nadam(&u);
                kernels[k]->average(n, 0.9f, 0.1f, a.of[k][0], a.of[k][4]);
            }
            compare(&a, "optimizers");
        }
}

static void test_select(void **state) {
    struct error err;
    (void)state;
    assert_string_equal(kernels_select("generic", &err)->name, "generic");
    assert_non_null(kernels_select("auto", &err));
    assert_null(kernels_select("sse9", &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_string_equal(err.text,
                        "unknown instruction set 'sse9'; one of auto, generic, avx2, avx512");
}

int main(void) {
    static char avx2[] = "avx2", avx512[] = "avx512";
    const struct CMUnitTest tests[] = {
        TEST(test_arrays),
        TEST(test_projections),
        TEST(test_activations),
        TEST(test_cells),
        TEST(test_cells_of_all_activations),
        TEST(test_dropout),
        TEST(test_dropout_rate),
        TEST(test_optimizers),
        cmocka_unit_test(test_select),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
