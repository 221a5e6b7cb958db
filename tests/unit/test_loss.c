/* Losses and their derivatives by numbers worked out by hand: clipping, logits, label smoothing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/loss.h"

static const struct loss_settings plain = {.delta = 1}, smoothed = {.label_smoothing = 0.2};

static struct loss loss_named(const char *name, const struct loss_settings *settings,
                              size_t width) {
    const struct kind *kind = loss_kinds;
    while (kind->name != NULL && strcmp(kind->name, name) != 0) kind++;
    assert_non_null(kind->name);
    return (struct loss){.ops = kind->ops, .settings = settings, .width = width};
}

static void near(const char *what, double got, double want) {
    if (!(fabs(got - want) <= 2e-7 * (1 + fabs(want))))
        fail_msg("%s: %.12g, expected %.12g", what, got, want);
}

/* The loss, and its derivative times a scale of 1/2, of up to three outputs. */
static void expect(struct loss loss, const float *output, const float *target, double want,
                   const double *slope) {
    float gradient[3];
    near("the loss", loss_row(&loss, output, target, 0.5, gradient), want);
    near("the loss alone", loss_row(&loss, output, target, 0.5, NULL), want);
    for (size_t j = 0; j < loss.width; j++)
        near("its derivative", (double)gradient[j], 0.5 * slope[j]);
}

/* Errors 1/2, -2 and 0. */
static const float outputs[3] = {2, -1, 0.25F}, targets[3] = {1.5F, 1, 0.25F};

static void test_mse(void **state) {
    (void)state;
    expect(loss_named("mse", &plain, 3), outputs, targets, 4.25 / 3,
           (double[]){1.0 / 3, -4.0 / 3, 0});
}

static void test_mae(void **state) {
    (void)state;
    expect(loss_named("mae", &plain, 3), outputs, targets, 2.5 / 3,
           (double[]){1.0 / 3, -1.0 / 3, 0});
}

static void test_huber(void **state) {
    const struct loss_settings narrow = {.delta = 0.25};
    (void)state;
    expect(loss_named("huber", &plain, 3), outputs, targets, (0.125 + 1.5) / 3,
           (double[]){0.5 / 3, -1.0 / 3, 0});
    expect(loss_named("huber", &narrow, 3), outputs, targets, (0.09375 + 0.46875) / 3,
           (double[]){0.25 / 3, -0.25 / 3, 0});
}

static void test_mape(void **state) {
    (void)state;
    /* Errors 1/2, -2 and 0 of 3/2, 1 and 1/4. */
    expect(loss_named("mape", &plain, 3), outputs, targets, 100 * (1.0 / 3 + 2) / 3,
           (double[]){100 / 4.5, -100.0 / 3, 0});
    expect(loss_named("mape", &plain, 1), (float[]){0.5F}, (float[]){0}, 5e8, (double[]){1e9});
}

static void test_msle(void **state) {
    (void)state;
    /* log 3 - log 2.5, log(1 + 1e-7) - log 2, 0 */
    double first = log(1.2), second = 1e-7 - log(2);
    expect(loss_named("msle", &plain, 3), outputs, targets, (first * first + second * second) / 3,
           (double[]){2 * first / 3 / 3, 0, 0});
}

static void test_log_cosh(void **state) {
    (void)state;
    expect(loss_named("log_cosh", &plain, 3), outputs, targets, (log(cosh(0.5)) + log(cosh(2))) / 3,
           (double[]){tanh(0.5) / 3, -tanh(2) / 3, 0});
    expect(loss_named("log_cosh", &plain, 1), (float[]){-900}, (float[]){0}, 900 - log(2),
           (double[]){-1});
}

static void test_poisson(void **state) {
    (void)state;
    expect(loss_named("poisson", &plain, 2), (float[]){2, 0.5F}, (float[]){3, 0},
           (2 - 3 * log(2 + 1e-7) + 0.5) / 2, (double[]){-0.25, 0.5});
}

/* Levels of 1/4, 1/2 and 3/4 of each target side by side. */
static void test_quantile(void **state) {
    double level[3] = {0.25, 0.5, 0.75};
    const struct loss_settings levels = {.quantiles = {level, 3}};
    struct loss loss = loss_named("quantile", &levels, 3);
    (void)state;
    assert_int_equal(loss_levels(&loss), 3);
    assert_int_equal(loss_middle(&loss), 1);
    /* 2 below the target, 1 above, at it */
    expect(loss, (float[]){1, 4, 3}, (float[]){3}, (0.5 + 0.5) / 3,
           (double[]){-0.25 / 3, 0.5 / 3, 0});
    loss.settings = &(const struct loss_settings){.quantiles = {level + 1, 2}};
    loss.width = 2;
    expect(loss, (float[]){0, 5}, (float[]){1}, (0.5 + 0.25 * 4) / 2, (double[]){-0.25, 0.125});
    assert_int_equal(loss_middle(&loss), 0);
    assert_int_equal(loss_levels(&(struct loss){.settings = &plain}), 1);
}
static void test_quantile_of_two_targets(void **state) {
    double level[2] = {0.25, 0.75};
    const struct loss_settings levels = {.quantiles = {level, 2}};
    struct loss loss = loss_named("quantile", &levels, 4);
    float gradient[4];
    (void)state;
    near("the loss", loss_row(&loss, (float[]){0, 0, 3, 3}, (float[]){1, 2}, 1, gradient),
         (0.25 + 0.75 + 0.75 + 0.25) / 4);
    near("above", (double)gradient[2], 0.75 / 4);
    near("below", (double)gradient[1], -0.75 / 4);
}

static void test_kl_divergence(void **state) {
    struct loss loss = loss_named("kl_divergence", &plain, 2);
    (void)state;
    expect(loss, (float[]){0.5F, 0.5F}, (float[]){0.25F, 0.75F}, 0.25 * log(0.5) + 0.75 * log(1.5),
           (double[]){-0.5, -1.5});
    expect(loss, (float[]){0, 1}, (float[]){1, 0}, 16.1180956509583 - 16.1180956509583e-7,
           (double[]){0, -1e-7});
    loss.logits = true; /* softmax of 0 and log 3 */
    expect(loss, (float[]){0, 1.09861228866811F}, (float[]){0.5F, 0.5F},
           0.5 * log(2) + 0.5 * log(2.0 / 3), (double[]){-0.25, 0.25});
}

static void test_binary(void **state) {
    struct loss loss = loss_named("binary_crossentropy", &plain, 1);
    (void)state;
    expect(loss, (float[]){0.25F}, (float[]){1}, log(4), (double[]){-4});
    expect(loss, (float[]){0.25F}, (float[]){0}, log(4.0 / 3), (double[]){4.0 / 3});
    loss.width = 2; /* a mean over the outputs */
    expect(loss, (float[]){0.25F, 0.75F}, (float[]){1, 1}, (log(4) + log(4.0 / 3)) / 2,
           (double[]){-2, -2.0 / 3});
}

static void test_binary_smoothing(void **state) {
    struct loss loss = loss_named("binary_crossentropy", &smoothed, 1);
    (void)state;
    /* A target of 1 becomes 0.9, of 0 becomes 0.1. */
    expect(loss, (float[]){0.25F}, (float[]){1}, 1.27643313225308, (double[]){-3.46666666666667});
    expect(loss, (float[]){0.75F}, (float[]){0}, 1.27643313225308, (double[]){3.46666666666667});
    loss.logits = true;
    expect(loss, (float[]){-2}, (float[]){1}, 1.92692801104297, (double[]){-0.780797077977882});
}

static void test_binary_logits(void **state) {
    struct loss loss = loss_named("binary_crossentropy", &plain, 1);
    (void)state;
    loss.logits = true;
    expect(loss, (float[]){1.5F}, (float[]){1}, 0.201413277982752, (double[]){-0.182425523806356});
    expect(loss, (float[]){1.5F}, (float[]){0}, 1.70141327798275, (double[]){0.817574476193644});
    /* Nothing is clipped, nothing overflows, and the derivative does not die. */
    expect(loss, (float[]){800}, (float[]){0}, 800, (double[]){1});
    expect(loss, (float[]){-800}, (float[]){1}, 800, (double[]){-1});
    expect(loss, (float[]){-800}, (float[]){0}, 0, (double[]){0});
}

/* -log 1e-7: the largest loss of one item. */
static const double most = 16.1180956509583;

static void test_binary_clipping(void **state) {
    struct loss loss = loss_named("binary_crossentropy", &plain, 1);
    (void)state;
    expect(loss, (float[]){0}, (float[]){1}, most, (double[]){0});
    expect(loss, (float[]){1}, (float[]){0}, most, (double[]){0});
    expect(loss, (float[]){0}, (float[]){0}, 1.00000005e-7, (double[]){0});
    expect(loss, (float[]){1}, (float[]){1}, 1.00000005e-7, (double[]){0});
}

static void test_categorical(void **state) {
    struct loss loss = loss_named("categorical_crossentropy", &plain, 3);
    (void)state;
    expect(loss, (float[]){0.5F, 0.25F, 0.25F}, (float[]){0, 1, 0}, log(4), (double[]){1, -3, 1});
    /* Divided by their sum first. */
    expect(loss, (float[]){1, 0.5F, 0.5F}, (float[]){0, 1, 0}, log(4), (double[]){0.5, -1.5, 0.5});
    loss.settings = &(const struct loss_settings){.label_smoothing = 0.3};
    expect(loss, (float[]){0.5F, 0.25F, 0.25F}, (float[]){0, 1, 0}, 1.3169796430639,
           (double[]){0.8, -2.2, 0.6});
}

static void test_categorical_clipping(void **state) {
    struct loss loss = loss_named("categorical_crossentropy", &plain, 3);
    (void)state;
    expect(loss, (float[]){0, 0.5F, 0.5F}, (float[]){1, 0, 0}, most, (double[]){0, 0, 0});
    expect(loss, (float[]){1, 0, 0}, (float[]){1, 0, 0}, 1.00000005e-7, (double[]){0, 0, 0});
}

/* From probabilities that are there the same comes as from the logits alone, however close to 1. */
static void compare_given(struct loss loss, const float *logit, const float *target) {
    float probability[5], one[5], other[5];
    double total = 0;
    loss.logits = true;
    for (size_t j = 0; j < 5; j++) total += exp((double)logit[j]);
    for (size_t j = 0; j < 5; j++) probability[j] = (float)(exp((double)logit[j]) / total);
    double want = loss_row(&loss, logit, target, 0.5, one);
    double got = loss_row_given(&loss, logit, probability, target, 0.5, other);
    assert_true(fabs(got - want) <= 1e-6 * want + 1e-15);
    for (size_t j = 0; j < 5; j++)
        assert_true(fabsf(other[j] - one[j]) <= 1e-4F * fabsf(one[j]));
    assert_true(loss_row_given(&loss, logit, probability, target, 0.5, NULL) == got);
    assert_true(loss_row_given(&loss, logit, NULL, target, 0.5, NULL) == want);
}

static void test_categorical_given(void **state) {
    static const float logits[3][5] = {
        {1, -2, 0.5F, 3, 0}, {-1, 4, 3.5F, 0, 1}, {-30, -25, 0, -28, -31}};
    struct loss sparse = loss_named("sparse_categorical_crossentropy", &plain, 5);
    struct loss shares = loss_named("categorical_crossentropy", &smoothed, 5);
    (void)state;
    sparse.class_targets = true;
    for (size_t i = 0; i < 3; i++) {
        compare_given(sparse, logits[i], (float[]){2});
        compare_given(shares, logits[i], (float[]){0, 0.25F, 0.75F, 0, 0});
    }
}

static void test_categorical_logits(void **state) {
    struct loss loss = loss_named("categorical_crossentropy", &plain, 3);
    (void)state;
    loss.logits = true;
    expect(loss, (float[]){1, 2, -1}, (float[]){0, 0, 1}, 3.34901221676819,
           (double[]){0.259496460342419, 0.705384512698241, -0.964880973040660});
    expect(loss, (float[]){800, 0, -800}, (float[]){0, 0, 1}, 1600, (double[]){1, 0, -1});
    loss.settings = &(const struct loss_settings){.label_smoothing = 0.3};
    expect(loss, (float[]){1, 2, -1}, (float[]){1, 0, 0}, 1.44901221676819,
           (double[]){-0.540503539657581, 0.605384512698241, -0.0648809730406603});
}

/* The same with the number of the class for a target. */
static void test_sparse(void **state) {
    struct loss loss = loss_named("sparse_categorical_crossentropy", &plain, 3);
    (void)state;
    loss.class_targets = true;
    expect(loss, (float[]){0.5F, 0.25F, 0.25F}, (float[]){1}, log(4), (double[]){1, -3, 1});
    loss.logits = true;
    expect(loss, (float[]){1, 2, -1}, (float[]){2}, 3.34901221676819,
           (double[]){0.259496460342419, 0.705384512698241, -0.964880973040660});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mse),
        cmocka_unit_test(test_mae),
        cmocka_unit_test(test_huber),
        cmocka_unit_test(test_mape),
        cmocka_unit_test(test_msle),
        cmocka_unit_test(test_log_cosh),
        cmocka_unit_test(test_poisson),
        cmocka_unit_test(test_quantile),
        cmocka_unit_test(test_quantile_of_two_targets),
        cmocka_unit_test(test_kl_divergence),
        cmocka_unit_test(test_binary),
        cmocka_unit_test(test_binary_smoothing),
        cmocka_unit_test(test_binary_logits),
        cmocka_unit_test(test_binary_clipping),
        cmocka_unit_test(test_categorical),
        cmocka_unit_test(test_categorical_clipping),
        cmocka_unit_test(test_categorical_logits),
        cmocka_unit_test(test_categorical_given),
        cmocka_unit_test(test_sparse),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
