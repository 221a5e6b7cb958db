/* Kernels: those of every instruction set against the generic ones bit for bit, products against
 * plain double. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "kernels/kernels.h"

static const struct kernels *kernels[2]; /* generic, and the one under test */

static int choose(void **state) {
    struct error err;
    const char *isa = *state;
    kernels[0] = kernels_select("generic", &err);
    kernels[1] = kernels_select(isa, &err);
    if (kernels[1] == NULL) {
        printf("# no %s here: generic is held against itself\n", isa);
        kernels[1] = kernels[0];
    }
    return kernels[0] == NULL;
}

static uint64_t seed = 1;
static uint32_t draw(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33);
}

static float ordinary(void) {
    return (float)((double)draw() / 0x1p31 * 8 - 4);
}
/* One in three is a trap: infinities, NaN, zeros, subnormals, the largest and the smallest. */
static float special(void) {
    static const float trap[] = {0.0f,        -0.0f,    INFINITY,    -INFINITY, NAN,
                                 FLT_MAX,     -FLT_MAX, FLT_MIN,     0x1p-149f, -0x1p-149f,
                                 0x1.8p-130f, 1e30f,    -1e30f,      1e-30f,    -1e-38f,
                                 88.7f,       -104.0f,  16777217.0f, 1.0f,      -1.0f};
    uint32_t which = draw() % (3 * (sizeof trap / sizeof *trap));
    return which < sizeof trap / sizeof *trap ? trap[which] : ordinary();
}

/* Arrays for one call, twice over: one set for each instruction set. */
struct arrays {
    size_t count, size[8];
    float *of[2][8];
};
static struct arrays make(bool specials, size_t count, const size_t *size) {
    struct arrays a = {.count = count};
    for (size_t i = 0; i < count; i++) {
        a.size[i] = size[i];
        for (size_t k = 0; k < 2; k++) {
            a.of[k][i] = malloc(size[i] > 0 ? size[i] * sizeof(float) : 1);
            assert_non_null(a.of[k][i]);
        }
        for (size_t j = 0; j < size[i]; j++)
            a.of[0][i][j] = a.of[1][i][j] = specials ? special() : ordinary();
    }
    return a;
}
#define MAKE(specials, ...)                                                                        \
    make(specials, sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t), (const size_t[]){__VA_ARGS__})

/* A NaN is a NaN: which of two that meet is kept, and its sign, IEEE 754 leaves open. */
static bool same(float a, float b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}
static void compare(struct arrays *a, const char *what) {
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < a->size[i]; j++)
            if (!same(a->of[0][i][j], a->of[1][i][j]))
                fail_msg("%s, array %zu [%zu]: generic %a, %s %a", what, i, j,
                         (double)a->of[0][i][j], kernels[1]->name, (double)a->of[1][i][j]);
        free(a->of[0][i]);
        free(a->of[1][i]);
    }
}

static void free_all(struct arrays *a) {
    for (size_t i = 0; i < a->count; i++) {
        free(a->of[0][i]);
        free(a->of[1][i]);
    }
}

/* ---- products -------------------------------------------------------------------------------- */

static void check_product(const struct arrays *a, const float *start, const struct product *p) {
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = 0; j < p->columns; j++) {
            double sum = (double)start[i * p->c_row + j], size = fabs(sum);
            for (size_t k = 0; k < p->depth; k++) {
                double x = (double)p->a[i * p->a_row + k * p->a_step];
                double y = (double)p->b[j / PANEL * p->b_panel + k * p->b_step + j % PANEL];
                sum += x * y;
                size += fabs(x * y);
            }
            double got = (double)a->of[1][2][i * p->c_row + j];
            if (!(fabs(got - sum) <= size * (double)p->depth * 0x1p-24))
                fail_msg("product %zux%zux%zu at %zu,%zu: %.9g, expected %.9g", p->rows, p->columns,
                         p->depth, i, j, got, sum);
        }
}

/* forms: bit 0 a transposed, bit 1 b packed. Rows and columns have room at their ends. */
static void multiply(size_t rows, size_t columns, size_t depth, unsigned form, bool specials) {
    bool transposed = form & 1, packed = form & 2;
    size_t c_row = columns + form % 3, a_row = transposed ? 1 : depth + 1;
    size_t a_step = transposed ? rows + 2 : 1, b_row = columns + 1;
    size_t b_size = packed ? packed_size(depth, columns) : depth * b_row;
    struct arrays a =
        MAKE(specials, transposed ? depth * a_step : rows * a_row, b_size, rows * c_row);
    float *start = malloc(rows * c_row * sizeof *start);
    assert_non_null(start);
    memcpy(start, a.of[0][2], rows * c_row * sizeof *start);
    struct product p = {.rows = rows,
                        .columns = columns,
                        .depth = depth,
                        .a_row = a_row,
                        .a_step = a_step,
                        .b_panel = packed ? PANEL * depth : PANEL,
                        .b_step = packed ? PANEL : b_row,
                        .c_row = c_row};
    for (size_t k = 0; k < 2; k++) {
        p.a = a.of[k][0];
        p.b = a.of[k][1];
        p.c = a.of[k][2];
        kernels[k]->product(&p);
    }
    if (!specials) check_product(&a, start, &p);
    for (size_t i = 0; i < rows; i++) /* the room at the ends of rows is nobody's */
        assert_memory_equal(start + i * c_row + columns, a.of[1][2] + i * c_row + columns,
                            (c_row - columns) * sizeof *start);
    free(start);
    compare(&a, "product");
}

static void test_product(void **state) {
    (void)state;
    unsigned form = 0;
    for (size_t rows = 1; rows <= 14; rows++)
        for (size_t columns = 1; columns <= 35; columns++)
            for (size_t depth = 0; depth <= 40; depth++) {
                if (rows * columns > 100 && (rows + columns + depth) % 4 != 0) continue;
                multiply(rows, columns, depth, form++ % 4, false);
            }
}
static void test_product_specials(void **state) {
    (void)state;
    for (size_t rows = 1; rows <= 14; rows++)
        for (size_t columns = 1; columns <= 35; columns += 3)
            for (size_t depth = 0; depth <= 8; depth++)
                multiply(rows, columns, depth, (unsigned)(rows + columns + depth) % 4, true);
}

/* Neither the cut of rows nor that of panels changes a bit; a chain may be cut over k. */
static void test_product_cuts(void **state) {
    enum { ROWS = 13, COLUMNS = 43, DEPTH = 37 };
    (void)state;
    for (size_t k = 0; k < 2; k++)
        for (size_t cut = 1; cut < ROWS; cut++) {
            struct arrays a = MAKE(false, ROWS * DEPTH, DEPTH * COLUMNS, ROWS * COLUMNS);
            struct product p = {.rows = ROWS,
                                .columns = COLUMNS,
                                .depth = DEPTH,
                                .a = a.of[0][0],
                                .a_row = DEPTH,
                                .a_step = 1,
                                .b = a.of[0][1],
                                .b_panel = PANEL,
                                .b_step = COLUMNS,
                                .c = a.of[0][2],
                                .c_row = COLUMNS};
            kernels[k]->product(&p);
            struct product part = p;
            part.c = a.of[1][2];
            part.rows = cut;
            part.columns = 2 * PANEL;
            kernels[k]->product(&part);
            part.b += 2 * PANEL;
            part.c += 2 * PANEL;
            part.columns = COLUMNS - 2 * PANEL;
            kernels[k]->product(&part);
            part = p;
            part.rows = ROWS - cut;
            part.a += cut * DEPTH;
            part.c = a.of[1][2] + cut * COLUMNS;
            part.depth = 3 * cut;
            kernels[k]->product(&part);
            part.a += part.depth;
            part.b += part.depth * COLUMNS;
            part.depth = DEPTH - 3 * cut;
            kernels[k]->product(&part);
            compare(&a, "product in parts");
        }
}

/* A fresh start from a row or from zeros, and a second factor, are what filling C and two products
 * give, to the bit; one row alone goes another way than many. */
static void check_forms(size_t rows, size_t columns, size_t depth, size_t more, bool start) {
    size_t panels = (columns + PANEL - 1) / PANEL * PANEL;
    for (size_t k = 0; k < 2; k++) {
        struct arrays a = MAKE(false, rows * depth, depth * panels, rows * more, more * panels,
                               columns, rows * columns, rows * columns);
        float **of = a.of[k];
        struct product p = {.rows = rows,
                            .columns = columns,
                            .depth = depth,
                            .a = of[0],
                            .a_row = depth,
                            .a_step = 1,
                            .b = of[1],
                            .b_panel = depth * PANEL,
                            .b_step = PANEL,
                            .c = of[5],
                            .c_row = columns};
        struct product once = p;
        once.c = of[6];
        once.fresh = true;
        once.start = start ? of[4] : NULL;
        once.more_depth = more;
        once.more_a = of[2];
        once.more_a_row = more;
        once.more_b = of[3];
        once.more_b_panel = more * PANEL;
        kernels[k]->product(&once);
        for (size_t r = 0; r < rows; r++)
            for (size_t j = 0; j < columns; j++) of[5][r * columns + j] = start ? of[4][j] : 0;
        kernels[k]->product(&p);
        p.a = of[2], p.a_row = p.depth = more, p.b = of[3], p.b_panel = more * PANEL;
        kernels[k]->product(&p);
        assert_memory_equal(of[5], of[6], rows * columns * sizeof(float));
        free_all(&a);
    }
}

static void test_product_forms(void **state) {
    static const size_t rows[] = {1, 2, 7, 13}, columns[] = {1, 16, 33, 150, 300};
    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 5; j++)
            for (size_t depth = 1; depth < 8; depth += 3)
                for (size_t more = 0; more < 6; more += 5)
                    for (int start = 0; start < 2; start++)
                        check_forms(rows[i], columns[j], depth, more, start != 0);
}

/* The same product by the generic kernels and by those under test, with room for wide rows. */
static void test_product_wide(void **state) {
    (void)state;
    for (size_t rows = 1; rows <= 2; rows++)
        for (size_t columns = 100; columns <= 420; columns += 31) {
            enum { DEPTH = 9 };
            size_t panels = (columns + PANEL - 1) / PANEL * PANEL;
            struct arrays a = MAKE(false, rows * DEPTH, DEPTH * panels, rows * columns);
            for (size_t k = 0; k < 2; k++)
                kernels[k]->product(&(struct product){.rows = rows,
                                                      .columns = columns,
                                                      .depth = DEPTH,
                                                      .a = a.of[k][0],
                                                      .a_row = DEPTH,
                                                      .a_step = 1,
                                                      .b = a.of[k][1],
                                                      .b_panel = DEPTH * PANEL,
                                                      .b_step = PANEL,
                                                      .c = a.of[k][2],
                                                      .c_row = columns});
            compare(&a, "wide product");
        }
}

static void test_pack(void **state) {
    (void)state;
    for (size_t k = 1; k <= 20; k += 3)
        for (size_t n = 1; n <= 40; n++) {
            size_t panels = (n + PANEL - 1) / PANEL;
            assert_int_equal(packed_size(k, n), panels * PANEL * k);
            struct arrays a = MAKE(true, k * (n + 2), panels * PANEL * k, panels * PANEL * k);
            float *turned = malloc(n * (k + 1) * sizeof *turned);
            assert_non_null(turned);
            for (size_t i = 0; i < k; i++)
                for (size_t j = 0; j < n; j++)
                    turned[j * (k + 1) + i] = a.of[0][0][i * (n + 2) + j];
            for (size_t isa = 0; isa < 2; isa++) {
                size_t half = panels / 2; /* in two shares */
                kernels[isa]->pack(k, n, a.of[isa][0], n + 2, 0, half, a.of[isa][1]);
                kernels[isa]->pack(k, n, a.of[isa][0], n + 2, half, panels, a.of[isa][1]);
                kernels[isa]->pack_transposed(k, n, turned, k + 1, 0, panels, a.of[isa][2]);
            }
            for (size_t at = 0; at < panels * PANEL * k; at++) {
                size_t i = at / PANEL % k, j = at / (PANEL * k) * PANEL + at % PANEL;
                float want = j < n ? a.of[0][0][i * (n + 2) + j] : 0;
                assert_true(same(a.of[1][1][at], want) && same(a.of[1][2][at], want));
            }
            free(turned);
            compare(&a, "pack");
        }
}

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
                                   .beta_1 = 0.9f,
                                   .beta_2 = 0.999f,
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

#define TEST(name)                                                                                 \
    cmocka_unit_test_prestate_setup_teardown(name, choose, NULL, avx2),                            \
        cmocka_unit_test_prestate_setup_teardown(name, choose, NULL, avx512)

int main(void) {
    static char avx2[] = "avx2", avx512[] = "avx512";
    const struct CMUnitTest tests[] = {
        TEST(test_product),       TEST(test_product_specials),
        TEST(test_product_forms), TEST(test_product_wide),
        TEST(test_product_cuts),  TEST(test_pack),
        TEST(test_arrays),        TEST(test_activations),
        TEST(test_cells),         TEST(test_cells_of_all_activations),
        TEST(test_dropout),       TEST(test_dropout_rate),
        TEST(test_optimizers),    cmocka_unit_test(test_select),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
