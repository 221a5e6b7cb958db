/* Gradient accumulation and the moving average of the weights, as Keras 3 does them. */
#include "fixture.h"

struct trial {
    struct tree model, train;
    struct fixture f;
};

static void start(struct trial *t, const char *optimizer) {
    static const char layers[] = "layers: [simple_rnn: 9, {dense: {units: 3, trainable: false}}]";
    char yaml[256];
    *t = (struct trial){.f = {.kernels = NULL}};
    (void)snprintf(yaml, sizeof yaml, "optimizer: %s\n", optimizer);
    CHECK(yaml_read_bytes(&t->model, "m", layers, strlen(layers), &yaml_config_limits, err));
    CHECK(yaml_read_bytes(&t->train, "o.yaml", yaml, strlen(yaml), &yaml_config_limits, err));
    fixture_build(&t->f, t->model.root, t->train.root, NULL,
                  (struct batch_shape){.rows = 1, .steps = 1, .features = 2, .targets = 3}, false,
                  "auto");
    model_initialize(&t->f.model, 5);
}
static void stop(struct trial *t) {
    fixture_free(&t->f);
    tree_free(&t->model);
    tree_free(&t->train);
}

/* Numbers of few bits, so that sums and means are exact. */
static real gradient(size_t step, size_t i) {
    return (real)((int)((step * 7 + i * 3) % 16) - 8) / 8;
}

static void step(struct trial *t, real (*g)(size_t step, size_t i), size_t number) {
    for (size_t i = 0; i < t->f.model.size; i++) t->f.model.gradients[i] = g(number, i);
    fixture_update(&t->f);
}

static real mean_of_four(size_t step, size_t i) {
    real sum = 0;
    for (size_t k = 0; k < 4; k++) sum += gradient(4 * step + k, i);
    return sum / 4;
}

/* Four batches make the update that their mean makes; before the fourth nothing moves. */
static void check_mean(const char *with, const char *without) {
    struct trial a, b;
    start(&a, with);
    start(&b, without);
    size_t bytes = a.f.model.size * sizeof(real);
    for (size_t update = 0; update < 5; update++) {
        for (size_t k = 0; k < 4; k++) {
            assert_memory_equal(a.f.model.weights, b.f.model.weights, bytes);
            step(&a, gradient, 4 * update + k);
            assert_true((a.f.optimizer.norm > 0) == (k == 3));
        }
        step(&b, mean_of_four, update);
        assert_memory_equal(a.f.model.weights, b.f.model.weights, bytes);
        assert_true(a.f.optimizer.norm == b.f.optimizer.norm);
    }
    assert_int_equal(a.f.optimizer.iteration, 20);
    stop(&a);
    stop(&b);
}
static void test_mean(void **state) {
    (void)state;
    check_mean("{adam: {gradient_accumulation_steps: 4}}", "adam");
    check_mean("{sgd: {gradient_accumulation_steps: 4, clipnorm: 0.5, weight_decay: 0.1}}",
               "{sgd: {clipnorm: 0.5, weight_decay: 0.1}}");
    check_mean("{nadam: {gradient_accumulation_steps: 4}}", "nadam");
}

/* A schedule counts batches, as Keras' does. */
static void test_schedule_counts_batches(void **state) {
    struct trial t;
    (void)state;
    start(&t, "{sgd: {gradient_accumulation_steps: 2, learning_rate: {piecewise_constant_decay: "
              "{boundaries: [2], values: [0.5, 0.25]}}}}");
    for (size_t i = 0; i < 5; i++) {
        step(&t, gradient, i);
        assert_true(t.f.optimizer.learning_rate == (i <= 2 ? 0.5 : 0.25));
    }
    stop(&t);
}

/* A batch whose gradient is not finite leaves the sum of those before it alone. */
static void test_not_finite(void **state) {
    struct trial t;
    (void)state;
    start(&t, "{sgd: {gradient_accumulation_steps: 2}}");
    step(&t, gradient, 0);
    real before = t.f.optimizer.slot[SLOT_ACCUMULATED][1], weight = t.f.model.weights[1];
    t.f.model.gradients[1] = INFINITY;
    optimizer_squares(&t.f.optimizer, t.f.kernels, 0, 1);
    assert_false(optimizer_norms(&t.f.optimizer));
    assert_true(t.f.optimizer.slot[SLOT_ACCUMULATED][1] == before);
    assert_true(t.f.model.weights[1] == weight);
    stop(&t);
}

/* The average against its formula: after the first update the weights themselves, then 3/4 of what
 * it was and 1/4 of what they are; every third update the weights take its place. */
static void check_average(const char *optimizer, size_t overwrite) {
    struct trial t;
    start(&t, optimizer);
    size_t n = t.f.model.size;
    real *w = t.f.model.weights;
    double average[256], weight[256];
    assert_true(n <= 256);
    for (size_t i = 0; i < n; i++) weight[i] = (double)w[i];
    assert_null(optimizer_average(&t.f.optimizer));
    for (size_t s = 0; s < 8; s++) {
        step(&t, gradient, s);
        const real *got = optimizer_average(&t.f.optimizer);
        assert_non_null(got);
        for (size_t k = 0; k < t.f.model.parameters; k++) {
            const struct parameter *p = &t.f.model.parameter[k];
            for (size_t i = p->tensor->offset; i < p->tensor->offset + p->tensor->size; i++) {
                if (p->trainable) weight[i] -= 0.5 * (double)gradient(s, i);
                average[i] = s == 0 ? weight[i] : 0.75 * average[i] + 0.25 * weight[i];
                if (overwrite > 0 && (s + 1) % overwrite == 0) weight[i] = average[i];
                assert_true(fabs((double)got[i] - average[i]) <= 1e-5);
                assert_true(fabs((double)w[i] - weight[i]) <= 1e-5);
            }
        }
    }
    stop(&t);
}
static void test_average(void **state) {
    (void)state;
    check_average("{sgd: {learning_rate: 0.5, use_ema: true, ema_momentum: 0.75}}", 0);
    check_average("{sgd: {learning_rate: 0.5, use_ema: true, ema_momentum: 0.75, "
                  "ema_overwrite_frequency: 3}}",
                  3);
}

static void test_overwriting_needs_an_average(void **state) {
    struct tree train = {0};
    struct fixture_train settings = {0};
    struct optimizer optimizer;
    struct plan plan = {0};
    struct model model = {0};
    struct error failure;
    static const char yaml[] = "optimizer:\n  sgd: {ema_overwrite_frequency: 3}\n";
    (void)state;
    CHECK(yaml_read_bytes(&train, "o.yaml", yaml, strlen(yaml), &yaml_config_limits, err));
    CHECK(params_read(fixture_rows, train.root, &settings, err));
    assert_false(optimizer_start(&optimizer, &settings.optimizer, &model, &plan, &failure));
    assert_string_equal(failure.text, "o.yaml:2:3: optimizer 'sgd': ema_overwrite_frequency needs "
                                      "use_ema: true");
    optimizer_free(&optimizer);
    params_free(fixture_rows, &settings);
    plan_free(&plan);
    tree_free(&train);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mean),
        cmocka_unit_test(test_schedule_counts_batches),
        cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_average),
        cmocka_unit_test(test_overwriting_needs_an_average),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
