/* Optimizers against Keras 3's formulas, worked out here number by number in double: updates over
 * some steps, clipping, weight decay, and the order of the three. */
#include "fixture.h"

#include "model/schedule.h"

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

static const char small[] =
    "layers: [{simple_rnn: 9}, {dense: {units: 5, trainable: false}}, {dense: 2}]";
/* 4500 weights in a tensor: more than are summed in one block. */
static const char large[] = "layers: [{simple_rnn: 9}, {dense: 500}, {dense: 2}]";

static void start_layers(struct trial *t, const char *layers, const char *optimizer,
                         const char *isa) {
    char yaml[256];
    *t = (struct trial){.w = NULL};
    (void)snprintf(yaml, sizeof yaml, "optimizer: %s\n", optimizer);
    parse(&t->model, layers);
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
static void start(struct trial *t, const char *optimizer, const char *isa) {
    start_layers(t, small, optimizer, isa);
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
    static const double size[] = {1e-4, 1e-3, 1e-2, 1e-1, 1, 10};
    double g = sin((double)(step * 17 + i * 5)) * size[i % 6];
    return i % 11 == 0 ? 0 : (double)(real)g;
}

/* w, m, v, x of one weight, g its gradient, t the step from 1; the names of the settings are those
 * of the formulas. Each gives what is taken from the weight. */
struct terms {
    const struct optimizer_settings *s;
    double *m, *v, *x, lr, g, t;
};

static double sgd(const struct terms *r) {
    double mu = r->s->momentum;
    *r->m = mu * *r->m - r->lr * r->g;
    return mu == 0 ? r->lr * r->g : r->s->nesterov ? r->lr * r->g - mu * *r->m : -*r->m;
}
static double rmsprop(const struct terms *r) {
    double rho = r->s->rho;
    *r->v = rho * *r->v + (1 - rho) * r->g * r->g;
    *r->x = rho * *r->x + (1 - rho) * r->g;
    double under = *r->v - (r->s->centered ? *r->x * *r->x : 0) + r->s->epsilon;
    return *r->m = r->s->momentum * *r->m + r->lr * r->g / sqrt(under);
}
static double adam(const struct terms *r) {
    const struct optimizer_settings *s = r->s;
    double alpha = r->lr * sqrt(1 - pow(s->beta_2, r->t)) / (1 - pow(s->beta_1, r->t));
    *r->m += (r->g - *r->m) * (1 - s->beta_1);
    *r->v += (r->g * r->g - *r->v) * (1 - s->beta_2);
    *r->x = fmax(*r->x, *r->v);
    return alpha * *r->m / (sqrt(s->amsgrad ? *r->x : *r->v) + s->epsilon);
}
static double adagrad(const struct terms *r) {
    if (r->t == 1) *r->v = r->s->initial_accumulator;
    *r->v += r->g * r->g;
    return r->lr * r->g / sqrt(*r->v + r->s->epsilon);
}
static double adadelta(const struct terms *r) {
    double rho = r->s->rho, epsilon = r->s->epsilon;
    *r->v = rho * *r->v + (1 - rho) * r->g * r->g;
    double delta = sqrt(*r->x + epsilon) / sqrt(*r->v + epsilon) * r->g;
    *r->x = rho * *r->x + (1 - rho) * delta * delta;
    return r->lr * delta;
}
static double adamax(const struct terms *r) {
    const struct optimizer_settings *s = r->s;
    *r->m += (r->g - *r->m) * (1 - s->beta_1);
    *r->v = fmax(s->beta_2 * *r->v, fabs(r->g));
    return r->lr * *r->m / ((1 - pow(s->beta_1, r->t)) * (*r->v + s->epsilon));
}
static double nadam(const struct terms *r) {
    const struct optimizer_settings *s = r->s;
    double product = 1, now = 0, next = 0;
    for (double i = 1; i <= r->t + 1; i++) {
        now = next;
        next = s->beta_1 * (1 - 0.5 * pow(0.96, i));
        if (i <= r->t) product *= next;
    }
    *r->m += (r->g - *r->m) * (1 - s->beta_1);
    *r->v += (r->g * r->g - *r->v) * (1 - s->beta_2);
    double m = next * *r->m / (1 - product * next) + (1 - now) * r->g / (1 - product);
    return r->lr * m / (sqrt(*r->v / (1 - pow(s->beta_2, r->t))) + s->epsilon);
}

static void reference(struct trial *t, const struct optimizer_settings *s, const char *kind,
                      size_t i, double g, double step) {
    static const struct {
        const char *name;
        double (*step)(const struct terms *r);
    } formula[] = {{"sgd", sgd},       {"rmsprop", rmsprop}, {"adam", adam},
                   {"adamw", adam},    {"adagrad", adagrad}, {"adadelta", adadelta},
                   {"adamax", adamax}, {"nadam", nadam}};
    double lr = schedule_rate(&s->learning_rate, (uint64_t)step - 1);
    const struct terms terms = {s, &t->m[i], &t->v[i], &t->x[i], lr, g, step};
    t->w[i] -= t->w[i] * s->weight_decay * lr;
    for (size_t k = 0; k < sizeof formula / sizeof *formula; k++)
        if (strcmp(kind, formula[k].name) == 0) t->w[i] -= formula[k].step(&terms);
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

static void check_layers(const char *layers, const char *optimizer, size_t steps) {
    for (int isa = 0; isa < 2; isa++) {
        struct trial t;
        start_layers(&t, layers, optimizer, isa ? "generic" : "auto");
        size_t n = t.f.model.size;
        for (size_t step = 0; step < steps; step++) {
            for (size_t i = 0; i < n; i++) t.f.model.gradients[i] = (real)gradient(step, i);
            step_reference(&t, step);
            fixture_update(&t.f);
            for (size_t i = 0; i < n; i++)
                if (!(fabs((double)t.f.model.weights[i] - t.w[i]) <= 2e-6 * (1 + fabs(t.w[i]))))
                    fail_msg("%s, step %zu, weight %zu: %.9g, expected %.9g", optimizer, step, i,
                             (double)t.f.model.weights[i], t.w[i]);
        }
        assert_int_equal(t.f.optimizer.iteration, steps);
        stop(&t);
    }
}

static void check(const char *optimizer) {
    check_layers(small, optimizer, 12);
}

static void test_large_tensors(void **state) {
    (void)state;
    check_layers(large, "{adam: {learning_rate: 0.01, clipnorm: 0.5}}", 3);
    check_layers(large, "{sgd: {learning_rate: 0.1, global_clipnorm: 0.5}}", 3);
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
static void test_adam_kin(void **state) {
    (void)state;
    check("adamw");
    check("{adamw: {weight_decay: 0.1, learning_rate: 0.05, amsgrad: true}}");
    check("adamax");
    check("{adamax: {learning_rate: 0.01, beta_1: 0.5, beta_2: 0.7, epsilon: 0.001}}");
    check("nadam");
    check("{nadam: {learning_rate: 0.01, beta_1: 0.8, beta_2: 0.9, epsilon: 0.001}}");
}
static void test_adagrad_and_adadelta(void **state) {
    (void)state;
    check("adagrad");
    check("{adagrad: {learning_rate: 0.05, initial_accumulator_value: 0.5, epsilon: 0.01}}");
    check("adadelta");
    check("{adadelta: {learning_rate: 1, rho: 0.5, epsilon: 0.001, weight_decay: 0.01}}");
}
/* The product of nadam's momenta is that of the step, also after one that was further on. */
static void test_nadam_turned_back(void **state) {
    struct trial t;
    real rate[2];
    (void)state;
    start(&t, "nadam", "auto");
    for (size_t i = 0; i < t.f.model.size; i++) t.f.model.gradients[i] = 1;
    for (size_t i = 0; i < 2; i++) {
        t.f.optimizer.iteration = 2;
        optimizer_squares(&t.f.optimizer, t.f.kernels, 0, 1);
        assert_true(optimizer_norms(&t.f.optimizer));
        rate[i] = t.f.optimizer.update.rate;
        for (size_t step = 0; step < 3; step++) fixture_update(&t.f);
    }
    assert_true(rate[0] == rate[1]);
    stop(&t);
}
static void test_schedule(void **state) {
    (void)state;
    check("{sgd: {learning_rate: {exponential_decay: {initial_learning_rate: 0.5, decay_steps: 3, "
          "decay_rate: 0.5}}, weight_decay: 0.1}}");
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
        cmocka_unit_test(test_sgd),
        cmocka_unit_test(test_large_tensors),
        cmocka_unit_test(test_rmsprop),
        cmocka_unit_test(test_adam),
        cmocka_unit_test(test_clipping),
        cmocka_unit_test(test_adam_kin),
        cmocka_unit_test(test_adagrad_and_adadelta),
        cmocka_unit_test(test_nadam_turned_back),
        cmocka_unit_test(test_schedule),
        cmocka_unit_test(test_weight_decay),
        cmocka_unit_test(test_one_clipping_only),
        cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_norm),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
