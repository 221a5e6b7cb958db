/* States follow their sequence: chunks of it, in batches of any make, give what one pass gives. */
#include "fixture.h"

#include "model/states.h"

enum { SEQUENCES = 5, STEPS = 11, FEATURES = 3, OUTPUTS = 6 };
static const size_t lengths[SEQUENCES] = {11, 4, 9, 1, 7};
static const char *const yaml =
    "layers: [{lstm: 5}, {gru: 4}, {gru: {units: 18, reset_after: false}}, {simple_rnn: 6}]";

struct trial {
    struct tree tree;
    struct model_options options;
    struct model model;
    struct states states;
    struct batch batch;
    struct plan plan;
    struct pass pass;
};

static void start(struct trial *run, size_t rows, bool stateful, bool training) {
    const struct batch_shape shape = {
        .rows = rows, .steps = STEPS, .features = FEATURES, .targets = 1, .target_steps = true};
    const struct layer_limits limits = {rows, rows * STEPS, training};
    const struct yaml_limits most = yaml_config_limits;
    *run = (struct trial){0};
    CHECK(yaml_read_bytes(&run->tree, "m.yaml", yaml, strlen(yaml), &most, err));
    CHECK(params_read(model_params, run->tree.root, &run->options, err));
    CHECK(model_build(&run->model, &run->options, &shape, err));
    for (size_t i = 0; i < run->model.layers; i++) run->model.layer[i].stateful = stateful;
    batch_plan(&run->batch, &shape, &run->plan);
    model_plan(&run->model, &limits, &run->plan);
    CHECK(states_start(&run->states, &run->model, &limits, SEQUENCES, &run->plan, err));
    CHECK(plan_commit(&run->plan, "the test", err));
    model_connect(&run->model, run->batch.x, NULL);
    states_connect(&run->states);
    model_initialize(&run->model, 3);
    run->pass.steps = &run->batch.steps;
    run->pass.parameters = run->model.weights;
    CHECK((run->pass.kernels = kernels_select("auto", err)) != NULL);
    model_prepare(&run->model, &run->pass, 0, 1);
}
static void stop(struct trial *run) {
    states_free(&run->states);
    model_free(&run->model);
    plan_free(&run->plan);
    params_free(model_params, &run->options);
    tree_free(&run->tree);
}

/* Steps from..from+most-1 of some sequences, as far as they have them; outputs to their places. */
static void feed(struct trial *run, const size_t *sequence, size_t count, size_t from, size_t most,
                 real output[SEQUENCES][STEPS][OUTPUTS]) {
    size_t length[SEQUENCES] = {0};
    for (size_t i = 0; i < count; i++) {
        size_t left = lengths[sequence[i]] > from ? lengths[sequence[i]] - from : 0;
        length[i] = left < most ? left : most;
    }
    batch_arrange(&run->batch, sequence, length, count);
    const struct steps *steps = &run->batch.steps;
    for (size_t r = 0; r < count; r++)
        for (size_t t = 0; t < steps->length[r]; t++)
            for (size_t j = 0; j < FEATURES; j++)
                run->batch.x[(steps->offset[t] + r) * FEATURES + j] =
                    (real)sin((double)(run->batch.sample[r] * 31 + (from + t) * 7 + j));
    states_load(&run->states, steps, run->batch.sample, 0, count);
    model_forward(&run->model, &run->pass, 0, count);
    states_store(&run->states, steps, run->batch.sample, 0, count);
    for (size_t r = 0; r < count; r++)
        for (size_t t = 0; t < steps->length[r]; t++)
            memcpy(output[run->batch.sample[r]][from + t],
                   model_output(&run->model) + (steps->offset[t] + r) * OUTPUTS,
                   OUTPUTS * sizeof(real));
}

static real whole[SEQUENCES][STEPS][OUTPUTS], pieces[SEQUENCES][STEPS][OUTPUTS];

static void one_pass(void) {
    static const size_t all[SEQUENCES] = {0, 1, 2, 3, 4};
    struct trial run;
    start(&run, SEQUENCES, false, true);
    feed(&run, all, SEQUENCES, 0, STEPS, whole);
    stop(&run);
}

static void check_chunks(size_t chunk, size_t batch, bool training) {
    static const size_t order[SEQUENCES] = {3, 0, 4, 2, 1};
    struct trial run;
    start(&run, batch, true, training);
    memset(pieces, 0, sizeof pieces);
    for (size_t from = 0; from < STEPS; from += chunk) /* other neighbours in each round */
        for (size_t i = 0; i < SEQUENCES; i += batch) {
            size_t sequence[SEQUENCES], count = SEQUENCES - i < batch ? SEQUENCES - i : batch;
            for (size_t j = 0; j < count; j++) sequence[j] = order[(i + j + from) % SEQUENCES];
            feed(&run, sequence, count, from, chunk, pieces);
        }
    assert_memory_equal(whole, pieces, sizeof whole);
    stop(&run);
}

static void test_chunks_equal_one_pass(void **state) {
    (void)state;
    one_pass();
    check_chunks(3, 2, true);
    check_chunks(3, SEQUENCES, false);
    check_chunks(1, 1, false);
    check_chunks(5, 3, false);
}

static void test_reset(void **state) {
    static const size_t two[] = {2, 0};
    struct trial run;
    (void)state;
    one_pass();
    start(&run, 2, true, false);
    feed(&run, two, 2, 0, 4, pieces);
    states_reset(&run.states, 2);
    feed(&run, two, 2, 0, 4, pieces);
    assert_memory_equal(whole[2], pieces[2], 4 * OUTPUTS * sizeof(real));
    assert_memory_not_equal(whole[0], pieces[0], 4 * OUTPUTS * sizeof(real)); /* it went on */
    stop(&run);
}

/* A sequence without a step in a batch is where it was. */
static void test_rest(void **state) {
    static const size_t two[] = {1, 2}; /* 4 and 9 steps */
    struct trial run;
    (void)state;
    start(&run, 2, true, false);
    feed(&run, two, 2, 0, 4, pieces);
    for (size_t i = 0; i < run.model.layers; i++) {
        size_t size = run.model.layer[i].state_size;
        real before[2][64], *kept = states_of(&run.states, i);
        memcpy(before[0], kept + 1 * size, size * sizeof(real));
        memcpy(before[1], kept + 2 * size, size * sizeof(real));
        feed(&run, two, 2, 4 + i, 1, pieces);
        assert_memory_equal(before[0], kept + 1 * size, size * sizeof(real));
        assert_memory_not_equal(before[1], kept + 2 * size, size * sizeof(real));
    }
    stop(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks_equal_one_pass),
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_rest),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
