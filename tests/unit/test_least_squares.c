/* Linear fits by numbers worked out by hand or known beforehand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/least_squares.h"

static void fit_rows(size_t inputs, size_t outputs, size_t rows, const double *x, const double *y,
                     double *w) {
    struct least_squares fit;
    struct error err = {0};
    assert_true(least_squares_start(&fit, inputs, outputs, &err));
    for (size_t r = 0; r < rows; r++) least_squares_add(&fit, x + r * inputs, y + r * outputs);
    least_squares_solve(&fit, w);
    least_squares_free(&fit);
}

static void near(double found, double want, double tolerance) {
    if (!(fabs(found - want) <= tolerance)) fail_msg("%.15g, expected %.15g", found, want);
}

/* x 1 2 3 4, y 6 5 7 10: slope 1.4, intercept 3.5. */
static void test_line(void **state) {
    const double x[] = {1, 2, 3, 4}, y[] = {6, 5, 7, 10};
    double w[2];
    (void)state;
    fit_rows(1, 1, 4, x, y, w);
    near(w[0], 1.4, 1e-7);
    near(w[1], 3.5, 1e-6);
}

/* Two outputs, each its own plane, the inputs far from 0 and of different sizes. */
static void test_planes(void **state) {
    double x[5 * 2], y[5 * 2], w[2 * 3];
    const double a[] = {0, 1, 2, 5, 7}, b[] = {3, -1, 4, 1, -5};
    (void)state;
    for (size_t r = 0; r < 5; r++) {
        x[2 * r] = 1e5 + a[r];
        x[2 * r + 1] = b[r] / 1000;
        y[2 * r] = 2 * x[2 * r] - 30 * x[2 * r + 1] + 7;
        y[2 * r + 1] = -x[2 * r] + 5;
    }
    fit_rows(2, 2, 5, x, y, w);
    near(w[0], 2, 1e-6);
    near(w[1], -30, 1e-4);
    near(w[3], -1, 1e-6);
    near(w[4], 0, 1e-4);
    near(w[0] * 1e5 + w[2], 2e5 + 7, 1e-4);
}

/* Inputs that say the same share their weight; a constant one gets none. */
static void test_collinear(void **state) {
    double x[6 * 3], y[6], w[4];
    (void)state;
    for (size_t r = 0; r < 6; r++) {
        x[3 * r] = x[3 * r + 1] = (double)r;
        x[3 * r + 2] = 42;
        y[r] = 4 * (double)r - 1;
    }
    fit_rows(3, 1, 6, x, y, w);
    near(w[0], 2, 1e-6);
    near(w[1], 2, 1e-6);
    assert_true(w[2] == 0);
    near(w[3], -1, 1e-6);
}

/* Fewer rows than inputs: they are met all the same. */
static void test_few_rows(void **state) {
    const double x[] = {1, 0, 2, 1, 3, 1, 0, 1}, y[] = {5, -3};
    double w[5];
    (void)state;
    fit_rows(4, 1, 2, x, y, w);
    for (size_t r = 0; r < 2; r++) {
        double sum = w[4];
        for (size_t j = 0; j < 4; j++) sum += w[j] * x[r * 4 + j];
        near(sum, y[r], 1e-5);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_planes),
        cmocka_unit_test(test_collinear),
        cmocka_unit_test(test_few_rows),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
