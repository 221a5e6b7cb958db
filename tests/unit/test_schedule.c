/* Learning rates by the step, against numbers worked out by hand from Keras 3's formulas. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "files/params.h"
#include "files/yaml.h"
#include "model/schedule.h"

struct holder {
    struct param_kind rate;
};
static const struct param rows[] = {
    {.key = "rate", .type = PARAM_KIND, .kinds = schedule_kinds, .plain = schedule_constant}, {0}};

static bool read(const char *text, struct tree *tree, struct holder *to, struct error *err) {
    char yaml[256];
    *tree = (struct tree){0};
    *to = (struct holder){0};
    (void)snprintf(yaml, sizeof yaml, "rate: %s\n", text);
    return yaml_read_bytes(tree, "r.yaml", yaml, strlen(yaml), &yaml_config_limits, err) &&
           params_read(rows, tree->root, to, err) && schedule_check(&to->rate, err);
}

/* Rates of steps 0, 1, ... */
static void expect(const char *schedule, size_t count, const double *want) {
    struct tree tree;
    struct holder holder;
    struct error err;
    if (!read(schedule, &tree, &holder, &err)) fail_msg("%s", err.text);
    for (size_t step = 0; step < count; step++) {
        double got = schedule_rate(&holder.rate, step);
        if (!(fabs(got - want[step]) <= 1e-14))
            fail_msg("%s, step %zu: %.17g, expected %.17g", schedule, step, got, want[step]);
    }
    params_free(rows, &holder);
    tree_free(&tree);
}

static void test_constant(void **state) {
    (void)state;
    expect("0.25", 3, (double[]){0.25, 0.25, 0.25});
    expect("{constant: 0.25}", 1, (double[]){0.25});
}
static void test_exponential(void **state) {
    (void)state;
    expect("{exponential_decay: {initial_learning_rate: 0.8, decay_steps: 2, decay_rate: 0.25}}", 5,
           (double[]){0.8, 0.4, 0.2, 0.1, 0.05});
    expect("{exponential_decay: {initial_learning_rate: 0.8, decay_steps: 2, decay_rate: 0.25, "
           "staircase: true}}",
           5, (double[]){0.8, 0.8, 0.2, 0.2, 0.05});
}
static void test_inverse_time(void **state) {
    (void)state;
    expect("{inverse_time_decay: {initial_learning_rate: 1, decay_steps: 2, decay_rate: 3}}", 5,
           (double[]){1, 0.4, 0.25, 1 / 5.5, 1.0 / 7});
    expect("{inverse_time_decay: {initial_learning_rate: 1, decay_steps: 2, decay_rate: 3, "
           "staircase: true}}",
           5, (double[]){1, 1, 0.25, 0.25, 1.0 / 7});
}
static void test_polynomial(void **state) {
    (void)state;
    expect("{polynomial_decay: {initial_learning_rate: 1, decay_steps: 4, end_learning_rate: 0.2}}",
           7, (double[]){1, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2});
    expect("{polynomial_decay: {initial_learning_rate: 1, decay_steps: 4, end_learning_rate: 0, "
           "power: 2}}",
           5, (double[]){1, 0.5625, 0.25, 0.0625, 0});
    expect("{polynomial_decay: {initial_learning_rate: 1, decay_steps: 4, end_learning_rate: 0, "
           "power: 0.5}}",
           5, (double[]){1, 0.86602540378443865, 0.70710678118654752, 0.5, 0});
    /* Past its end a cycle is twice as long, past that three times. */
    expect("{polynomial_decay: {initial_learning_rate: 1, decay_steps: 2, end_learning_rate: 0, "
           "cycle: true}}",
           6, (double[]){1, 0.5, 0, 0.25, 0, 1.0 / 6});
}
static void test_cosine(void **state) {
    (void)state;
    expect("{cosine_decay: {initial_learning_rate: 1, decay_steps: 4}}", 6,
           (double[]){1, 0.85355339059327373, 0.5, 0.14644660940672627, 0, 0});
    expect("{cosine_decay: {initial_learning_rate: 2, decay_steps: 2, alpha: 0.1}}", 4,
           (double[]){2, 1.1, 0.2, 0.2});
    expect("{cosine_decay: {initial_learning_rate: 0.1, decay_steps: 2, warmup_target: 0.5, "
           "warmup_steps: 2}}",
           6, (double[]){0.1, 0.3, 0.5, 0.25, 0, 0});
}
static void test_piecewise(void **state) {
    (void)state;
    expect("{piecewise_constant_decay: {boundaries: [1, 3], values: [3, 2, 1]}}", 5,
           (double[]){3, 3, 2, 2, 1});
    expect("{piecewise_constant_decay: {boundaries: 0, values: [3, 2]}}", 2, (double[]){3, 2});
}

static void refuse(const char *schedule, const char *want) {
    struct tree tree;
    struct holder holder;
    struct error err;
    assert_false(read(schedule, &tree, &holder, &err));
    assert_string_equal(err.text, want);
    params_free(rows, &holder);
    tree_free(&tree);
}
static void test_errors(void **state) {
    (void)state;
    refuse("0", "r.yaml:1:7: learning_rate: expected finite number > 0, got \"0\"");
    refuse("fast", "r.yaml:1:7: learning_rate: expected number, got \"fast\"");
    refuse("{cosine_deca: {}}", "r.yaml:1:8: unknown rate 'cosine_deca': expected one of constant, "
                                "exponential_decay, cosine_decay, polynomial_decay, "
                                "inverse_time_decay, piecewise_constant_decay; did you mean "
                                "'cosine_decay'?");
    refuse("{cosine_decay: {initial_learning_rate: 1}}",
           "r.yaml:1:8: missing required key 'decay_steps' in rate 'cosine_decay'");
    refuse("{cosine_decay: {initial_learning_rate: 1, decay_steps: 5, warmup_steps: 3}}",
           "r.yaml:1:8: cosine_decay: warmup_target and warmup_steps go together; warmup_target is "
           "missing");
    refuse("{piecewise_constant_decay: {boundaries: [1, 2], values: [1, 2]}}",
           "r.yaml:1:8: piecewise_constant_decay: expected one value more than boundaries (2), got "
           "2");
    refuse("{piecewise_constant_decay: {boundaries: [2, 2], values: [1, 2, 3]}}",
           "r.yaml:1:8: piecewise_constant_decay: boundaries must grow, but 2 comes after 2");
    refuse("{piecewise_constant_decay: {boundaries: [1, x], values: [1, 2, 3]}}",
           "r.yaml:1:51: boundaries: expected number, got \"x\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant),     cmocka_unit_test(test_exponential),
        cmocka_unit_test(test_inverse_time), cmocka_unit_test(test_polynomial),
        cmocka_unit_test(test_cosine),       cmocka_unit_test(test_piecewise),
        cmocka_unit_test(test_errors),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
