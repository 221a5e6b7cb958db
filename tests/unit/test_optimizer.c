/* Optimizers against Keras 3's formulas, worked out here number by number in double: updates over
 * some steps, clipping, weight decay, and the order of the three. */
#include "fixture.h"

struct trial {
    struct tree model, train;
    struct fixture f;
    double *w, *m, *v, *x; /* the reference's weights and moments */
};

static void parse(struct tree *tree, const char *yaml) {
    *tree = (struct tree){0};
    CHECK(yaml_read_bytes(tree, "o.yaml", yaml, strlen(yaml), &yaml_config_limits, err));
}

static double *zeros(size_t count) {
    double *block = calloc(count, sizeof *block);
    assert_non_null(block);
    return block;
}

static void start(struct trial *t, const char *optimizer, const char *isa) {
    char yaml[256];
    *t = (struct trial){.w = NULL};
    (void)snprintf(yaml, sizeof yaml, "optimizer: %s\n", optimizer);
    parse(&t->model,
          "layers: [{simple_rnn: 9}, {dense: {units: 5, trainable: false}}, {dense: 2}]");
    parse(&t->train, yaml);
    fixture_build(&t->f, t->model.root, t->train.root, NULL,
                  (struct batch_shape){.rows = 1, .steps = 1, .features = 3, .targets = 2}, false,
                  isa);
    model_initialize(&t->f.model, 5);
    size_t n = t->f.model.size;
    t->w = zeros(n);
    t->m = zeros(n);
    t->v = zeros(n);
    t->x = zeros(n);
    for (size_t i = 0; i < n; i++) t->w[i] = (double)t->f.model.weights[i];
}
static void stop(struct trial *t) {
    fixture_free(&t->f);
    tree_free(&t->model);
    tree_free(&t->train);
    free(t->w);
    free(t->m);
    free(t->v);
    free(t->x);
}

/* Gradients of very different sizes, some of them zero, as they come. */
static double gradient(size_t step, size_t i) {
    double g = sin((double)(step * 17 + i * 5)) * pow(10, (double)(i % 6) - 4);
    return i % 11 == 0 ? 0 : (double)(real)g;
}

/* The names of the settings are those of the formulas. */
static void reference(struct trial *t, const struct optimizer_settings *s, const char *kind,
                      size_t i, double g, double step) {
    double lr = s->learning_rate, w = t->w[i] - t->w[i] * s->weight_decay * lr;
    if (strcmp(kind, "sgd") == 0) {
        t->m[i] = s->momentum * t->m[i] - lr * g;
        w += s->momentum == 0 ? -lr * g : s->nesterov ? s->momentum * t->m[i] - lr * g : t->m[i];
    } else if (strcmp(kind, "rmsprop") == 0) {
        t->v[i] = s->rho * t->v[i] + (1 - s->rho) * g * g;
        t->x[i] = s->rho * t->x[i] + (1 - s->rho) * g;
        double under = t->v[i] - (s->centered ? t->x[i] * t->x[i] : 0) + s->epsilon;
        t->m[i] = s->momentum * t->m[i] + lr * g / sqrt(under);
        w -= t->m[i];
    } else {
        double alpha = lr * sqrt(1 - pow(s->beta_2, step)) / (1 - pow(s->beta_1, step));
        t->m[i] += (g - t->m[i]) * (1 - s->beta_1);
        t->v[i] += (g * g - t->v[i]) * (1 - s->beta_2);
        t->x[i] = fmax(t->x[i], t->v[i]);
        w -= alpha * t->m[i] / (sqrt(s->amsgrad ? t->x[i] : t->v[i]) + s->epsilon);
    }
    t->w[i] = w;
}

/* What is left of a gradient after clipping: per tensor, over all, or each number by itself. */
static double clipped(const struct trial *t, const struct optimizer_settings *s, size_t step,
                      const struct parameter *p, size_t i) {
    double squares = 0, all = 0, g = gradient(step, i);
    for (size_t k = 0; k < t->f.model.parameters; k++) {
        const struct parameter *q = &t->f.model.parameter[k];
        for (size_t j = 0; q->trainable && j < q->tensor->size; j++) {
            double x = gradient(step, q->tensor->offset + j);
            all += x * x;
            if (q == p) squares += x * x;
        }
    }
    if (!isnan(s->clipvalue)) return fmax(-s->clipvalue, fmin(s->clipvalue, g));
    if (!isnan(s->clipnorm)) return g * s->clipnorm / fmax(sqrt(squares), s->clipnorm);
    if (!isnan(s->global_clipnorm))
        return g * s->global_clipnorm / fmax(sqrt(all), s->global_clipnorm);
    return g;
}

static void step_reference(struct trial *t, size_t step) {
    const struct optimizer_settings *s = t->f.optimizer.settings;
    const char *kind = t->f.train.optimizer.kind->name;
    for (size_t k = 0; k < t->f.model.parameters; k++) {
        const struct parameter *p = &t->f.model.parameter[k];
        for (size_t j = 0; p->trainable && j < p->tensor->size; j++) {
            size_t i = p->tensor->offset + j;
            reference(t, s, kind, i, clipped(t, s, step, p, i), (double)step + 1);
        }
    }
}

static void check(const char *optimizer) {
    for (int isa = 0; isa < 2; isa++) {
        struct trial t;
        start(&t, optimizer, isa ? "generic" : "auto");
        size_t n = t.f.model.size;
        for (size_t step = 0; step < 12; step++) {
            for (size_t i = 0; i < n; i++) t.f.model.gradients[i] = (real)gradient(step, i);
            step_reference(&t, step);
            fixture_update(&t.f);
            for (size_t i = 0; i < n; i++)
                if (!(fabs((double)t.f.model.weights[i] - t.w[i]) <= 2e-6 * (1 + fabs(t.w[i]))))
                    fail_msg("%s, step %zu, weight %zu: %.9g, expected %.9g", optimizer, step, i,
                             (double)t.f.model.weights[i], t.w[i]);
        }
        assert_int_equal(t.f.optimizer.iteration, 12);
        stop(&t);
    }
}

static void test_sgd(void **state) {
    (void)state;
    check("sgd");
    check("{sgd: {learning_rate: 0.1, momentum: 0.9}}");
    check("{sgd: {learning_rate: 0.1, momentum: 0.9, nesterov: true}}");
}
static void test_rmsprop(void **state) {
    (void)state;
    check("rmsprop");
    check("{rmsprop: {learning_rate: 0.01, rho: 0.8, momentum: 0.5}}");
    check("{rmsprop: {learning_rate: 0.001, centered: true, epsilon: 0.001}}");
}
static void test_adam(void **state) {
    (void)state;
    check("adam");
    check("{adam: {learning_rate: 0.01, beta_1: 0.8, beta_2: 0.95, epsilon: 0.001}}");
    check("{adam: {learning_rate: 0.01, beta_2: 0.5, amsgrad: true}}");
}
static void test_clipping(void **state) {
    (void)state;
    check("{sgd: {clipnorm: 0.5}}");
    check("{sgd: {global_clipnorm: 1.5}}");
    check("{sgd: {clipvalue: 0.01}}");
    check("{adam: {clipnorm: 0.5, learning_rate: 0.01}}");
    check("{sgd: {global_clipnorm: 1000000}}"); /* never reached */
}
static void test_weight_decay(void **state) {
    (void)state;
    check("{sgd: {weight_decay: 0.1}}");
    check("{sgd: {weight_decay: 0.1, momentum: 0.9, global_clipnorm: 1}}");
    check("{adam: {weight_decay: 0.004, learning_rate: 0.1}}");
    check("{rmsprop: {weight_decay: 0.004}}");
}

static void test_one_clipping_only(void **state) {
    struct tree train;
    struct fixture_train settings = {0};
    struct optimizer optimizer;
    struct plan plan = {0};
    struct model model = {0};
    struct error failure;
    (void)state;
    parse(&train, "optimizer:\n  sgd: {clipnorm: 1, clipvalue: 1}\n");
    CHECK(params_read(fixture_rows, train.root, &settings, err));
    assert_false(optimizer_start(&optimizer, &settings.optimizer, &model, &plan, &failure));
    assert_int_equal(failure.kind, ERROR_CONFIG);
    assert_string_equal(failure.text,
                        "o.yaml:2:3: optimizer 'sgd': only one of clipnorm, clipvalue "
                        "and global_clipnorm may be set");
    optimizer_free(&optimizer);
    params_free(fixture_rows, &settings);
    plan_free(&plan);
    tree_free(&train);
}

/* A gradient that is not finite stops the step before it changes anything, and is named. */
static void test_not_finite(void **state) {
    struct trial t;
    (void)state;
    start(&t, "adam", "auto");
    struct optimizer *o = &t.f.optimizer;
    const struct parameter *bad = &t.f.model.parameter[1];
    for (size_t i = 0; i < t.f.model.size; i++) t.f.model.gradients[i] = 1;
    t.f.model.gradients[bad->tensor->offset + 3] = INFINITY;
    optimizer_squares(o, t.f.kernels, 0, 1);
    assert_false(optimizer_norms(o));
    assert_string_equal(optimizer_culprit(o), bad->name);
    t.f.model.gradients[bad->tensor->offset + 3] = NAN;
    optimizer_squares(o, t.f.kernels, 0, 1);
    assert_false(optimizer_norms(o));
    assert_string_equal(optimizer_culprit(o), bad->name);
    stop(&t);
}

/* The norm is over what trains, and its bits do not depend on who sums. */
static void test_norm(void **state) {
    struct trial t;
    (void)state;
    start(&t, "adam", "auto");
    struct optimizer *o = &t.f.optimizer;
    double want = 0, first = 0;
    for (size_t i = 0; i < t.f.model.size; i++) t.f.model.gradients[i] = (real)gradient(3, i);
    for (size_t k = 0; k < t.f.model.parameters; k++) {
        const struct parameter *p = &t.f.model.parameter[k];
        for (size_t j = 0; p->trainable && j < p->tensor->size; j++)
            want += pow(gradient(3, p->tensor->offset + j), 2);
    }
    for (size_t parts = 1; parts <= 5; parts++) {
        for (size_t part = 0; part < parts; part++) optimizer_squares(o, t.f.kernels, part, parts);
        assert_true(optimizer_norms(o));
        if (parts == 1) first = o->norm;
        assert_memory_equal(&first, &o->norm, sizeof first);
    }
    assert_true(fabs(first / sqrt(want) - 1) < 1e-13);
    stop(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sgd),          cmocka_unit_test(test_rmsprop),
        cmocka_unit_test(test_adam),         cmocka_unit_test(test_clipping),
        cmocka_unit_test(test_weight_decay), cmocka_unit_test(test_one_clipping_only),
        cmocka_unit_test(test_not_finite),   cmocka_unit_test(test_norm),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
