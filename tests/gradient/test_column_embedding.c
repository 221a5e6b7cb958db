/* Learned vectors beside numbers: what the next layer sees, and gradients against central
 * differences, in double. */
#include "fixture.h"

#include "base/random.h"

enum { ROWS = 4, STEPS = 5, FEATURES = 3, OUTPUTS = 2 };

static const struct embedded_feature embedded[] = {{"sky", 1, 4, 2}, {"day", 2, 5, 3}};

static double uniform(size_t stream, size_t i) {
    return 2 * random_uniform(random_stream(5, RANDOM_GENERATE, (uint32_t)stream), 0, i) - 1;
}

static void start(struct fixture *f, const char *layers) {
    struct error ignored;
    struct tree tree = {0};
    CHECK(yaml_read_bytes(&tree, "m.yaml", layers, strlen(layers), &yaml_config_limits, err));
    struct node *train = node_new(NODE_MAPPING, (struct place){"t", 0, 0}, &ignored);
    struct batch_shape shape = {.rows = ROWS,
                                .steps = STEPS,
                                .features = FEATURES,
                                .targets = OUTPUTS,
                                .embedded = embedded,
                                .embeddings = 2};
    fixture_build(f, tree.root, train, NULL, shape, false, "generic");
    node_free(train);
    tree_free(&tree);
    batch_arrange(&f->batch, (size_t[]){0, 1, 2, 3}, (size_t[]){2, 5, 1, 4}, ROWS);
    fixture_mask(f);
    f->steps = model_arrange(&f->model, &fixture_batch(f)->steps);
    for (size_t i = 0; i < f->batch.steps.total; i++) {
        real *x = f->batch.x + i * FEATURES;
        x[0] = uniform(1, i);
        x[1] = (real)(i % 4);
        x[2] = (real)(i * i % 5);
    }
    for (size_t i = 0; i < ROWS * OUTPUTS; i++) f->batch.y[i] = uniform(2, i);
    for (size_t i = 0; i < f->model.size; i++) f->model.weights[i] = uniform(3, i);
}

static void puts_vectors_in_place(void **state) {
    struct fixture f;
    (void)state;
    start(&f, "{layers: [gru: 3, dense: 2]}");
    assert_int_equal(f.model.implicit, 2);
    assert_string_equal(f.model.parameter[0].name, "day/embeddings");
    assert_string_equal(f.model.parameter[1].name, "sky/embeddings");
    const real *day = f.model.weights + f.model.parameter[0].tensor->offset;
    const real *sky = f.model.weights + f.model.parameter[1].tensor->offset;
    (void)fixture_pass_all(&f, 2, false);
    for (size_t i = 0; i < f.batch.steps.total; i++) {
        const real *y = f.model.layer[1].y + i * 6;
        assert_true(y[0] == f.batch.x[i * FEATURES]);
        for (size_t j = 0; j < 2; j++) assert_true(y[1 + j] == sky[i % 4 * 2 + j]);
        for (size_t j = 0; j < 3; j++) assert_true(y[3 + j] == day[i * i % 5 * 3 + j]);
    }
    fixture_free(&f);
}

static void gradients_are_slopes(void **state) {
    struct fixture f;
    const double h = 1e-4;
    (void)state;
    start(&f, "{layers: [lstm: 3, dense: 2]}");
    (void)fixture_pass_all(&f, 3, true);
    double largest = 0;
    for (size_t i = 0; i < f.model.size; i++) {
        real *weight = &f.model.weights[i];
        const real kept = *weight, got = f.model.gradients[i];
        *weight = kept + h;
        double above = fixture_pass_all(&f, 1, false);
        *weight = kept - h;
        double want = (above - fixture_pass_all(&f, 1, false)) / (2 * h);
        *weight = kept;
        if (!(fabs(want - got) < 1e-7))
            fail_msg("[%zu]: gradient %.12g, slope %.12g", i, got, want);
        if (i < f.model.parameter[1].tensor->offset + f.model.parameter[1].tensor->size)
            largest = fmax(largest, fabs(got));
    }
    assert_true(largest > 1e-3);
    fixture_free(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_vectors_in_place),
        cmocka_unit_test(gradients_are_slopes),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
