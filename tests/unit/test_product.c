/* Products and packing: bit for bit with the generic kernels, and against plain double. */
#include "kernel_arrays.h"

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

int main(void) {
    static char avx2[] = "avx2", avx512[] = "avx512";
    const struct CMUnitTest tests[] = {
        TEST(test_product),       TEST(test_product_specials), TEST(test_product_cuts),
        TEST(test_product_forms), TEST(test_product_wide),     TEST(test_pack),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
