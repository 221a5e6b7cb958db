/* Metrics by numbers worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/metric.h"

static struct metric metric_named(const char *name) {
    const struct kind *kind = metric_kinds;
    while (kind->name != NULL && strcmp(kind->name, name) != 0) kind++;
    assert_non_null(kind->name);
    return (struct metric){.name = kind->name, .ops = kind->ops};
}

static void expect(const char *name, const struct metric_rows *rows, double want) {
    struct metric metric = metric_named(name);
    metric_add(&metric, rows);
    if (!(fabs(metric_value(&metric) - want) <= 1e-12))
        fail_msg("%s: %.15g, expected %.15g", name, metric_value(&metric), want);
}

/* Three rows of two numbers, errors 1 -3 2 -1 0 4: absolute 11, squared 31. */
static const struct metric_rows numbers = {
    .rows = 3,
    .outputs = 2,
    .targets = 2,
    .output = (const double[]){11, 7, 2, 4, 5, 5},
    .target = (const double[]){10, 10, 0, 5, 5, 1},
};

static void test_numbers(void **state) {
    (void)state;
    expect("mse", &numbers, 31.0 / 6);
    expect("rmse", &numbers, 2.27303028283098);
    expect("mae", &numbers, 11.0 / 6);
}

/* Rows of several batches count alike, whatever the sizes of the batches. */
static void test_sums_over_batches(void **state) {
    struct metric rmse = metric_named("rmse");
    struct metric_rows first = numbers, rest = numbers;
    (void)state;
    assert_true(isnan(metric_value(&rmse)));
    first.rows = 1;
    metric_add(&rmse, &first);
    assert_true(fabs(metric_value(&rmse) - sqrt(5)) <= 1e-12);
    rest.rows = 2;
    rest.output += 2;
    rest.target += 2;
    metric_add(&rmse, &rest);
    assert_true(fabs(metric_value(&rmse) - 2.27303028283098) <= 1e-12);
}

/* An answer is positive above the threshold, not at it. */
static void test_binary_accuracy(void **state) {
    struct metric_rows rows = {
        .rows = 5,
        .outputs = 1,
        .targets = 1,
        .output = (const double[]){0.5, 0.25, 0.75, 0.625, -1},
        .target = (const double[]){0, 0, 1, 0, 1},
        .class_targets = true,
        .threshold = 0.5,
    };
    (void)state;
    expect("accuracy", &rows, 3.0 / 5);
    rows.output = (const double[]){0, 0.25, 0.75, -0.5, -1};
    rows.threshold = 0; /* of logits: negative, positive, positive, negative, negative */
    expect("accuracy", &rows, 3.0 / 5);
    rows.target = (const double[]){1, 1, 1, 0, 0};
    expect("accuracy", &rows, 4.0 / 5);
}

/* A label each: every one is right or wrong. */
static void test_labels(void **state) {
    const struct metric_rows rows = {
        .rows = 2,
        .outputs = 3,
        .targets = 3,
        .output = (const double[]){0.9, 0.2, 0.6, 0.1, 0.5, 0.3},
        .target = (const double[]){1, 0, 0, 1, 0, 0},
        .threshold = 0.5,
    };
    (void)state;
    expect("accuracy", &rows, 4.0 / 6);
}

static void test_classes(void **state) {
    struct metric_rows rows = {
        .rows = 4,
        .outputs = 3,
        .targets = 1,
        .output = (const double[]){1, 3, 2, 0.4, 0.4, 0.2, -1, -2, -3, 0, 0, 1},
        .target = (const double[]){1, 1, 0, 0},
        .class_targets = true,
        .categorical = true,
        .threshold = 0.5,
    };
    (void)state;
    expect("accuracy", &rows, 2.0 / 4); /* of equal scores the first counts */
    rows.class_targets = false;
    rows.targets = 3;
    rows.target = (const double[]){0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0};
    expect("accuracy", &rows, 3.0 / 4);
}

static void test_which_is_better(void **state) {
    static const struct {
        const char *name;
        bool classes, higher_better;
    } want[] = {{"mse", false, false},
                {"rmse", false, false},
                {"mae", false, false},
                {"accuracy", true, true}};
    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct metric metric = metric_named(want[i].name);
        assert_int_equal(metric.ops->classes, want[i].classes);
        assert_int_equal(metric.ops->higher_better, want[i].higher_better);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),         cmocka_unit_test(test_sums_over_batches),
        cmocka_unit_test(test_binary_accuracy), cmocka_unit_test(test_labels),
        cmocka_unit_test(test_classes),         cmocka_unit_test(test_which_is_better),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
