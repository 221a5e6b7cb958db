/* Metrics by numbers worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/metric.h"

/* A metric with room for ten rows; `kept` is what holds its sums. */
struct kept {
    struct metric metric;
    struct plan plan;
};

static void start(struct kept *kept, const char *name, const struct metric_rows *rows) {
    static const struct metric_settings settings = {.k = 2};
    const struct param_kind kind = {.kind = kind_find(metric_kinds, name),
                                    .settings = (void *)&settings};
    const struct metric_frame frame = {.outputs = rows->outputs,
                                       .targets = rows->targets,
                                       .classes = rows->outputs > 1 ? rows->outputs : 2,
                                       .categorical = rows->categorical || rows->outputs == 1,
                                       .most_rows = 10};
    struct error err;
    *kept = (struct kept){.plan = {.items = NULL}};
    if (kind.kind == NULL) fail_msg("no metric '%s'", name);
    metric_start(&kept->metric, &kind, &frame, &kept->plan);
    assert_true(plan_commit(&kept->plan, "a test", &err));
}

static void expect(const char *name, const struct metric_rows *rows, double want) {
    struct kept kept;
    start(&kept, name, rows);
    for (int again = 0; again < 2; again++) {
        metric_reset(&kept.metric);
        metric_add(&kept.metric, rows);
        double got = metric_value(&kept.metric);
        if (!(fabs(got - want) <= 1e-12)) fail_msg("%s: %.15g, expected %.15g", name, got, want);
    }
    plan_free(&kept.plan);
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

static void test_relative(void **state) {
    struct metric_rows rows = {.rows = 2,
                               .outputs = 1,
                               .targets = 1,
                               .output = (const double[]){3, 0},
                               .target = (const double[]){1, 0}};
    (void)state;
    expect("mape", &rows, 100);
    expect("smape", &rows, 50);
}

/* Of the first target 1 - 4/2, of the second 1. */
static void test_r2(void **state) {
    struct metric_rows rows = {.rows = 3,
                               .outputs = 2,
                               .targets = 2,
                               .output = (const double[]){1, 1e6, 2, 1e6 + 1, 5, 1e6 + 5},
                               .target = (const double[]){1, 1e6, 2, 1e6 + 1, 3, 1e6 + 5}};
    (void)state;
    expect("r2", &rows, 0);
    /* The first column alone. */
    rows.outputs = rows.targets = 1;
    rows.output_row = rows.target_row = 2;
    expect("r2", &rows, -1);
    expect("mae", &rows, 2.0 / 3);
}

/* Rows of several batches count alike, whatever the sizes of the batches. */
static void check_batches(const char *name, double one, double all) {
    struct kept kept;
    struct metric_rows first = numbers, rest = numbers;
    start(&kept, name, &numbers);
    assert_true(isnan(metric_value(&kept.metric)));
    first.rows = 1;
    metric_add(&kept.metric, &first);
    double got = metric_value(&kept.metric);
    assert_true(isnan(one) ? !isfinite(got) : fabs(got - one) <= 1e-12);
    rest.rows = 2;
    rest.output += 2;
    rest.target += 2;
    metric_add(&kept.metric, &rest);
    assert_true(fabs(metric_value(&kept.metric) - all) <= 1e-12);
    plan_free(&kept.plan);
}
static void test_sums_over_batches(void **state) {
    (void)state;
    check_batches("rmse", sqrt(5), 2.27303028283098);
    /* Targets 10 0 5 and 10 5 1: squares about their means 50 and 40 2/3, errors 5 and 26. */
    check_batches("r2", NAN, 1 - (5.0 / 50 + 26.0 / (122.0 / 3)) / 2);
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

/* Right, answered and there: 2 2 3, 1 2 2, 1 2 1. */
static const struct metric_rows three = {
    .rows = 6,
    .outputs = 3,
    .targets = 1,
    .output =
        (const double[]){.8, .1, .1, .8, .1, .1, .1, .8, .1, .1, .8, .1, .1, .1, .8, .1, .1, .8},
    .target = (const double[]){0, 0, 0, 1, 1, 2},
    .class_targets = true,
    .categorical = true,
    .threshold = 0.5,
};
static void test_averages(void **state) {
    (void)state;
    expect("precision_macro", &three, 2.0 / 3);
    expect("precision_micro", &three, 4.0 / 6);
    expect("precision_weighted", &three, 4.5 / 6);
    expect("recall_macro", &three, 13.0 / 18);
    expect("recall_micro", &three, 4.0 / 6);
    expect("recall_weighted", &three, 4.0 / 6);
    expect("f1_macro", &three, (0.8 + 0.5 + 2.0 / 3) / 3);
    expect("f1_micro", &three, 4.0 / 6);
    expect("f1_weighted", &three, (3 * 0.8 + 2 * 0.5 + 2.0 / 3) / 6);
    /* A class that is neither answered nor there does not count. */
    struct metric_rows two = three;
    two.rows = 2;
    expect("f1_macro", &two, 1);
}

/* Answers 1 1 0 0 1, truths 1 0 1 0 1. */
static void test_positive(void **state) {
    struct metric_rows rows = {.rows = 5,
                               .outputs = 1,
                               .targets = 1,
                               .output = (const double[]){0.9, 0.8, 0.1, 0.2, 0.7},
                               .target = (const double[]){1, 0, 1, 0, 1},
                               .class_targets = true,
                               .threshold = 0.5};
    (void)state;
    expect("precision", &rows, 2.0 / 3);
    expect("recall", &rows, 2.0 / 3);
    expect("f1", &rows, 2.0 / 3);
    expect("precision_macro", &rows, (0.5 + 2.0 / 3) / 2);
    rows.output = (const double[]){0.1, 0.2, 0.1, 0.2, 0.1};
    expect("precision", &rows, 0); /* 0 / 0 */
    rows.outputs = rows.targets = 5;
    rows.rows = 1;
    rows.class_targets = false;
    rows.output = (const double[]){0.9, 0.8, 0.1, 0.2, 0.7}; /* five labels */
    expect("precision_micro", &rows, 2.0 / 3);
    expect("recall_macro", &rows, 2.0 / 4);
}

static void test_auc(void **state) {
    struct metric_rows rows = {.rows = 4,
                               .outputs = 1,
                               .targets = 1,
                               .output = (const double[]){0.1, 0.4, 0.35, 0.8},
                               .target = (const double[]){0, 0, 1, 1},
                               .class_targets = true};
    struct kept kept;
    (void)state;
    expect("auc", &rows, 0.75);
    rows.output = (const double[]){0.5, 0.2, 0.5, 0.9}; /* equal scores: half */
    expect("auc", &rows, 3.5 / 4);
    rows.output = (const double[]){1, 1, 1, 1};
    expect("auc", &rows, 0.5);
    rows.output = (const double[]){4, 3, 2, 1};
    expect("auc", &rows, 0);
    rows.outputs = 2; /* the second of two scores */
    rows.categorical = true;
    rows.output = (const double[]){0.9, 0.1, 0.6, 0.4, 0.65, 0.35, 0.2, 0.8};
    expect("auc", &rows, 0.75);
    rows.target = (const double[]){1, 1, 1, 1}; /* no pair */
    start(&kept, "auc", &rows);
    metric_add(&kept.metric, &rows);
    assert_true(isnan(metric_value(&kept.metric)));
    plan_free(&kept.plan);
}

static void test_top_k(void **state) {
    struct metric_rows rows = {.rows = 4,
                               .outputs = 3,
                               .targets = 1,
                               .output =
                                   (const double[]){.1, .5, .4, .1, .5, .4, .3, .3, .4, 0, 0, 0},
                               .target = (const double[]){2, 0, 1, 2},
                               .class_targets = true,
                               .categorical = true};
    (void)state;
    expect("top_k_accuracy", &rows, 3.0 / 4); /* k is 2; an equal score is not above */
}

static void test_perplexity(void **state) {
    struct metric_rows rows = {.rows = 2,
                               .outputs = 3,
                               .targets = 1,
                               .output = (const double[]){0.5, 0.25, 0.25, 0.5, 0.25, 0.25},
                               .target = (const double[]){0, 1},
                               .class_targets = true,
                               .categorical = true};
    (void)state;
    expect("perplexity", &rows, 2 * sqrt(2));
    expect("bits_per_char", &rows, 1.5);
    rows.logits = true;
    rows.output = (const double[]){log(2) - 900, -900, -900, 1000 + log(2), 1000, 1000};
    expect("bits_per_char", &rows, 1.5);
    rows.rows = 1;
    rows.logits = false;
    rows.output = (const double[]){0, 0.5, 0.5}; /* what a float holds: no infinity */
    expect("bits_per_char", &rows, 126);
}

static void test_which_is_better(void **state) {
    static const struct {
        const char *name;
        bool classes, higher_better;
    } want[] = {
        {"mse", false, false},        {"rmse", false, false},         {"mae", false, false},
        {"mape", false, false},       {"smape", false, false},        {"r2", false, true},
        {"accuracy", true, true},     {"top_k_accuracy", true, true}, {"precision", true, true},
        {"recall_micro", true, true}, {"f1_macro", true, true},       {"auc", true, true},
        {"perplexity", true, false},  {"bits_per_char", true, false}};
    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const struct metric_ops *ops = kind_find(metric_kinds, want[i].name)->ops;
        assert_int_equal(ops->classes, want[i].classes);
        assert_int_equal(ops->higher_better, want[i].higher_better);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_sums_over_batches),
        cmocka_unit_test(test_binary_accuracy),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_which_is_better),
        cmocka_unit_test(test_relative),
        cmocka_unit_test(test_r2),
        cmocka_unit_test(test_averages),
        cmocka_unit_test(test_positive),
        cmocka_unit_test(test_auc),
        cmocka_unit_test(test_top_k),
        cmocka_unit_test(test_perplexity),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
