/* Smoothed lines, the names of several histories, counts of a confusion matrix. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files/plot.h"
#include "files/plot_matrix.h"

static struct error err;

static void smooth(double *y, size_t count, double much, double *to) {
    struct plot_series series = {.y = y, .stride = 1, .count = count, .best = count};
    struct plot plot = {.series = &series, .count = 1};
    assert_true(plot_smooth(&plot, much, &err));
    memcpy(to, series.smooth, count * sizeof *to);
    free(series.smooth);
}

/* 0.5: (1 - 0.5^n) divided out of 0.5 a, 0.25 a + 0.5 b, ... */
static void test_exponential(void **state) {
    double y[] = {8, 4, NAN, 2}, got[4];
    (void)state;
    smooth(y, 4, 0.5, got);
    assert_true(got[0] == 8);
    assert_true(fabs(got[1] - (0.25 * 8 + 0.5 * 4) / 0.75) < 1e-15);
    assert_true(isnan(got[2]));
    assert_true(fabs(got[3] - (0.125 * 8 + 0.25 * 4 + 0.5 * 2) / 0.875) < 1e-15);
}

static void test_window(void **state) {
    double y[] = {8, 4, NAN, 2, 6}, got[5];
    (void)state;
    smooth(y, 5, 2, got);
    assert_true(got[0] == 8 && got[1] == 6 && isnan(got[2]) && got[3] == 3 && got[4] == 4);
    smooth(y, 5, 100, got);
    assert_true(got[4] == 5);
}

static void check_names(const char *const *path, const char *const *wanted, size_t count) {
    char *name[4];
    assert_true(plot_names(path, count, name, &err));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(name[i], wanted[i]);
        free(name[i]);
    }
}

static void test_names(void **state) {
    (void)state;
    check_names((const char *[]){"a.csv", "b.csv"}, (const char *[]){"a.csv", "b.csv"}, 2);
    check_names((const char *[]){"runs/lstm/history.csv", "runs/gru/history.csv"},
                (const char *[]){"lstm", "gru"}, 2);
    check_names((const char *[]){"runs/a.csv", "runs/b.csv", "runs/x/a.csv"},
                (const char *[]){"a.csv", "b.csv", "x/a.csv"}, 3);
    check_names((const char *[]){"history.csv", "old/history.csv"},
                (const char *[]){"history.csv", "old/history.csv"}, 2);
    check_names((const char *[]){"/h.csv", "/old/h.csv"}, (const char *[]){"h.csv", "old/h.csv"},
                2);
    check_names((const char *[]){"runs/h.csv", "runs/h.csv"}, (const char *[]){"h.csv", "h.csv"},
                2);
    check_names((const char *[]){"runs/h.csv"}, (const char *[]){"runs/h.csv"}, 1);
}

static void test_classes(void **state) {
    const size_t count[] = {3, 1, 0, 0, 5, 0, 2, 0, 0};
    const char *const name[] = {"a", "b", "c"};
    struct plot_matrix matrix = {.name = name, .classes = 3, .count = count};
    struct text to = {0};
    (void)state;
    struct plot_class a = plot_matrix_class(&matrix, 0), c = plot_matrix_class(&matrix, 2);
    assert_int_equal(a.rows, 4);
    assert_int_equal(a.answers, 5);
    assert_int_equal(a.right, 3);
    assert_int_equal(c.rows, 2);
    assert_int_equal(c.answers, 0);
    plot_matrix_summary(&matrix, &to);
    assert_string_equal(to.bytes, "0.727 of 11 rows are right");
    text_free(&to);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exponential),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_classes),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
