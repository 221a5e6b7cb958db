/* What training keeps of each step until the way back: at most 7 numbers for each row and unit of an
 * LSTM, 5 of a GRU, 2 of a SimpleRNN, counted in what a plan takes. */
#include "fixture.h"

enum { ROWS = 32, UNITS = 100, STEPS = 1000, FEATURES = 3 };
/* A row of gates is filled up to a cache line, and to an odd number of them. */
enum { PAD = 2 * 64 / sizeof(real) - 1 };

static struct error err[1];

static size_t plan_bytes(const struct model_options *options, size_t steps) {
    const struct batch_shape shape = {.features = FEATURES};
    const struct layer_limits limits = {ROWS, ROWS * steps, true};
    struct plan plan = {0};
    struct model model;
    assert_true(model_build(&model, options, &shape, err));
    model_plan(&model, &limits, &plan);
    size_t bytes = plan.bytes;
    plan_free(&plan);
    model_free(&model);
    return bytes;
}

static void check(const char *yaml, size_t most) {
    struct tree tree = {0};
    struct model_options options = {0};
    assert_true(yaml_read_bytes(&tree, "m.yaml", yaml, strlen(yaml), &yaml_config_limits, err));
    assert_true(params_read(model_params, tree.root, &options, err));
    size_t bytes = plan_bytes(&options, STEPS + 1) - plan_bytes(&options, 1);
    size_t row = bytes / ((size_t)STEPS * ROWS * sizeof(real));
    printf("# %s: %.2f numbers a row, step and unit\n", yaml, (double)row / UNITS);
    assert_true(row <= most * UNITS + PAD);
    assert_true(row > (most - 1) * UNITS + PAD); /* the count counts */
    params_free(model_params, &options);
    tree_free(&tree);
}

static void test_kept(void **state) {
    (void)state;
    check("layers: [{lstm: 100}, {dense: 1}]", 7);
    check("layers: [{gru: 100}, {dense: 1}]", 5);
    check("layers: [{gru: {units: 100, reset_after: false}}, {dense: 1}]", 5);
    check("layers: [{simple_rnn: 100}, {dense: 1}]", 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kept)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
