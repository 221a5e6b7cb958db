/* The forward pass that keeps nothing for a backward pass: the same bits as the one that does,
 * states in and out included, in less memory. */
#include "fixture.h"

#include "base/random.h"

enum { ROWS = 9, STEPS = 11, FEATURES = 3 };

/* One model twice: planned to be trained, and not. */
struct pair {
    struct tree tree;
    struct fixture trained;
    struct model_options options;
    struct model model;
    struct batch batch;
    struct plan plan;
};

static void open_pair(struct pair *p, const char *yaml, bool target_steps) {
    struct error ignored;
    struct batch_shape shape = {.rows = ROWS,
                                .steps = STEPS,
                                .features = FEATURES,
                                .targets = 2,
                                .target_steps = target_steps};
    *p = (struct pair){0};
    CHECK(yaml_read_bytes(&p->tree, "m.yaml", yaml, strlen(yaml), &yaml_config_limits, err));
    struct node *train = node_new(NODE_MAPPING, (struct place){"t", 0, 0}, &ignored);
    fixture_build(&p->trained, p->tree.root, train, NULL, shape, false, "auto");
    node_free(train);
    p->trained.training = false; /* dropout is off, but there is room for a backward pass */
    model_initialize(&p->trained.model, 5);
    CHECK(params_read(model_params, p->tree.root, &p->options, err));
    CHECK(model_build(&p->model, &p->options, &shape, err));
    struct layer_limits limits = {ROWS, (size_t)ROWS * STEPS, false};
    batch_plan(&p->batch, &shape, &p->plan);
    model_plan(&p->model, &limits, &p->plan);
    CHECK(plan_commit(&p->plan, "the test", err));
    model_connect(&p->model, p->batch.x, NULL);
    memcpy(p->model.weights, p->trained.model.weights, p->model.size * sizeof(real));
}

static void close_pair(struct pair *p) {
    fixture_free(&p->trained);
    model_free(&p->model);
    plan_free(&p->plan);
    params_free(model_params, &p->options);
    tree_free(&p->tree);
}

static void fill(struct batch *batch) {
    static const size_t length[ROWS] = {4, 11, 1, 7, 11, 2, 7, 5, 9};
    size_t sample[ROWS];
    struct random_stream stream = random_stream(3, RANDOM_GENERATE, 0);
    for (size_t i = 0; i < ROWS; i++) sample[i] = i;
    batch_arrange(batch, sample, length, ROWS);
    for (size_t i = 0; i < batch->steps.total * FEATURES; i++)
        batch->x[i] = (real)random_normal(stream, 0, i);
}

static void forward(struct model *model, const struct steps *steps, const struct kernels *kernels,
                    size_t parts) {
    struct pass pass = {.kernels = kernels, .steps = steps, .parameters = model->weights};
    model_prepare(model, &pass, 0, 1);
    for (size_t p = 0; p < parts; p++)
        model_forward(model, &pass, ROWS * p / parts, ROWS * (p + 1) / parts);
}

/* Bits of the outputs, and, where asked, of the states that go in and come out. */
static void check(const char *yaml, bool target_steps, bool states) {
    struct pair p;
    real first[ROWS * 64], last[2][ROWS * 64];
    for (size_t i = 0; i < ROWS * 64; i++) first[i] = (real)((double)(i % 17) / 17 - 0.5);
    for (size_t parts = 1; parts <= 3; parts++) {
        open_pair(&p, yaml, target_steps);
        struct layer *layer[] = {&p.trained.model.layer[0], &p.model.layer[0]};
        for (size_t i = 0; states && i < 2; i++)
            layer[i]->state = (struct layer_state){.first = first, .last = last[i]};
        fill(&p.trained.batch);
        fill(&p.batch);
        forward(&p.trained.model, &p.trained.batch.steps, p.trained.kernels, 1);
        forward(&p.model, &p.batch.steps, p.trained.kernels, parts);
        size_t rows = target_steps ? p.batch.steps.total : ROWS;
        assert_memory_equal(model_output(&p.trained.model), model_output(&p.model),
                            rows * 2 * sizeof(real));
        if (states && layer[0]->state_size > 0)
            assert_memory_equal(last[0], last[1], ROWS * layer[0]->state_size * sizeof(real));
        close_pair(&p);
    }
}

static const char *const models[] = {
    "layers: [{lstm: 9}, {dense: 2}]",
    "layers: [{gru: 9}, {dense: 2}]",
    "layers: [{gru: {units: 9, reset_after: false}}, {dense: 2}]",
    "layers: [{simple_rnn: 9}, {dense: 2}]",
    "layers: [{lstm: {units: 9, go_backwards: true}}, {dense: 2}]",
    "layers: [{lstm: 9}, {dropout: 0.5}, {gru: 20}, {dense: {units: 2, activation: gelu}}]",
    "layers: [{bidirectional: {lstm: 7}}, {layer_normalization: {}}, {bidirectional: {gru: 6, "
    "merge_mode: mul}}, {dropout: 0.3}, {dense: 2}]",
    "layers: [{simple_rnn: {units: 9, activation: gelu}}, {lstm: {units: 4, activation: silu, "
    "recurrent_activation: softplus}}, {dropout: 0.1}, {dense: 2}]",
};

static void test_outputs(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        check(models[i], false, false);
        check(models[i], true, false);
    }
}

static void test_states(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        check(models[i], false, true);
        check(models[i], true, true);
    }
}

/* A layer at the end of its sequence takes no room that grows with the steps: only x does. */
static void test_memory(void **state) {
    size_t bytes[2];
    struct tree tree = {0};
    struct model_options options = {0};
    static const char yaml[] = "layers: [{lstm: 64}, {dropout: 0.1}, {dense: 2}]";
    (void)state;
    CHECK(yaml_read_bytes(&tree, "m.yaml", yaml, strlen(yaml), &yaml_config_limits, err));
    CHECK(params_read(model_params, tree.root, &options, err));
    for (size_t i = 0; i < 2; i++) {
        struct plan plan = {0};
        struct model model;
        const struct batch_shape shape = {.features = FEATURES};
        CHECK(model_build(&model, &options, &shape, err));
        struct layer_limits limits = {ROWS, (size_t)ROWS * (i == 0 ? 1 : 1000), false};
        model_plan(&model, &limits, &plan);
        bytes[i] = plan.bytes;
        plan_free(&plan);
        model_free(&model);
    }
    assert_int_equal(bytes[0], bytes[1]);
    params_free(model_params, &options);
    tree_free(&tree);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outputs),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_memory),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
