/* The golden cases: predictions, every layer's output, gradients, weights after 1 and 10 steps of
 * every optimizer and schedule, and fits in minibatches, within the tolerance beside each number. */
#include "golden_case.h"

static void compare(const char *what, const struct tensor *want, const real *got, double atol) {
    for (size_t i = 0; i < want->count; i++) {
        double a = tensor_value(want, i), b = (double)got[i];
        if (!(fabs(a - b) <= atol))
            fail_msg("%s[%zu]: %.9g, expected %.9g within %g", what, i, b, a, atol);
    }
}

/* Flat buffers hold Keras' layouts, so tensors compare as they stand. */
static void compare_tensors(const struct golden *g, const struct fixture *f, const char *prefix,
                            const real *flat, double atol) {
    for (size_t i = 0; i < f->model.parameters; i++) {
        const struct parameter *p = &f->model.parameter[i];
        compare(p->name, tensor(g, "%s/%s", prefix, p->name), flat + p->tensor->offset, atol);
    }
}

/* From a file's order, batch-major, into the packed one; `from` is the first sample's. */
static void fill_rows(const struct steps *steps, const struct tensor *from, size_t first,
                      bool sequence, size_t width, real *to) {
    size_t count = sequence ? steps->count : 1;
    for (size_t r = 0; r < steps->rows; r++)
        for (size_t t = 0; t < count; t++)
            for (size_t j = 0; j < width; j++)
                to[((sequence ? steps->offset[t] : 0) + r) * width + j] =
                    (real)tensor_value(from, ((first + r) * count + t) * width + j);
}

/* Samples first..first+count-1, batch-major in the file, time-major here. */
static void fill(const struct golden *g, struct fixture *f, size_t first, size_t count) {
    const struct batch_shape *s = &f->batch.shape;
    size_t sample[64], length[64];
    for (size_t i = 0; i < count; i++) {
        sample[i] = first + i;
        length[i] = s->steps;
    }
    batch_arrange(&f->batch, sample, length, count);
    fill_rows(&f->batch.steps, tensor(g, "x"), first, true, s->features, f->batch.x);
    if (s->weighted)
        fill_rows(&f->batch.steps, tensor(g, "sample_weight"), first, s->target_steps, 1,
                  f->batch.weight);
    fill_rows(&f->batch.steps, tensor(g, "y"), first, s->target_steps, s->targets, f->batch.y);
}

static void start(const struct golden *g, struct fixture *f, const struct node *run) {
    struct node *only = NULL;
    if (run != NULL) {
        struct error err;
        struct node *copy = node_copy(at(run, "optimizer"), &err);
        only = node_new(NODE_MAPPING, run->place, &err);
        assert_true(node_add(only, "optimizer", run->place, copy, &err));
        copy = node_copy(at(at(g->tree.root, "train"), "loss"), &err);
        assert_true(node_add(only, "loss", run->place, copy, &err));
    }
    fixture_build(f, at(g->tree.root, "model"), at(g->tree.root, "train"), only, shape_of(g),
                  has_classes(g), g->isa);
    if (only != NULL) f->loss.settings = f->train.loss.settings;
    node_free(only);
    f->training = false; /* dropout is off */
    load_weights(g, f);
}

/* Rows have one length, so a packed row of the whole batch is (step, row); masked steps are not
 * looked at. */
static void check_layer(const struct fixture *f, const struct layer *layer,
                        const struct tensor *want, double atol) {
    const struct steps *steps = f->mask.layer != NULL ? &f->fed.steps : &f->batch.steps;
    size_t n = layer->out_features, rows = steps->rows;
    size_t count = layer->out_sequence ? want->shape[1] : 1;
    assert_int_equal(want->count, rows * count * n);
    for (size_t p = 0; p < (layer->out_sequence ? steps->total : rows); p++) {
        bool place = f->mask.layer != NULL && layer->out_sequence;
        size_t at = place ? f->mask.place[p] : p, t = at / rows, r = at % rows;
        if (f->mask.layer != NULL && !place) r = f->fed.steps.origin[r];
        for (size_t j = 0; j < n; j++) {
            double a = tensor_value(want, (r * count + t) * n + j), b = (double)layer->y[p * n + j];
            if (!(fabs(a - b) <= atol))
                fail_msg("%s row %zu step %zu: %.9g, expected %.9g", layer->name, r, t, b, a);
        }
    }
}

static void check_layers(const struct golden *g, const struct fixture *f, const struct node *atol) {
    for (size_t i = 0; i < f->model.layers; i++)
        check_layer(f, &f->model.layer[i], tensor(g, "layers/%s", f->model.layer[i].name),
                    number(at(atol, "layer_outputs")));
    check_layer(f, &f->model.layer[f->model.layers - 1], tensor(g, "prediction"),
                number(at(atol, "prediction")));
}

static void check_start(const struct golden *g) {
    struct fixture f;
    const struct node *atol = at(g->expect, "atol");
    start(g, &f, NULL);
    fill(g, &f, 0, f.batch.shape.rows);
    double loss = fixture_pass_all(&f, 2, true);
    check_layers(g, &f, atol);
    compare_tensors(g, &f, "gradients", f.model.gradients, number(at(atol, "gradients")));
    assert_true(fabs(loss - number(at(g->expect, "loss"))) <= number(at(atol, "loss")));
    fixture_free(&f);
}

static void check_run(const struct golden *g, const struct node *run) {
    struct fixture f;
    char prefix[128];
    const struct node *losses = at(run, "losses_before_step"), *after = at(run, "after");
    start(g, &f, run);
    fill(g, &f, 0, f.batch.shape.rows);
    for (size_t step = 0, next = 0; step < losses->count; step++) {
        double loss = fixture_pass_all(&f, 1, true);
        assert_true(fabs(loss - number(losses->item[step])) <= number(at(run, "loss_atol")));
        fixture_update(&f);
        if (next == after->count || number(at(after->item[next], "steps")) != (double)(step + 1))
            continue;
        (void)snprintf(prefix, sizeof prefix, "after/%s/%zu", at(run, "run")->text, step + 1);
        compare_tensors(g, &f, prefix, f.model.weights, number(at(after->item[next++], "atol")));
    }
    fixture_free(&f);
}

static void check_fit(const struct golden *g, const struct node *fit) {
    struct fixture f;
    char prefix[128];
    size_t size = (size_t)number(at(fit, "batch_size"));
    const struct node *losses = at(fit, "epoch_losses");
    start(g, &f, fit);
    size_t rows = f.batch.shape.rows;
    for (size_t epoch = 0; epoch < losses->count; epoch++) {
        double sum = 0;
        for (size_t first = 0; first < rows; first += size) {
            size_t count = rows - first < size ? rows - first : size;
            fill(g, &f, first, count);
            sum += fixture_pass_all(&f, 1, true) * (double)count;
            fixture_update(&f);
        }
        assert_true(fabs(sum / (double)rows - number(losses->item[epoch])) <=
                    number(at(fit, "atol")));
    }
    (void)snprintf(prefix, sizeof prefix, "fit/%s", at(fit, "run")->text);
    compare_tensors(g, &f, prefix, f.model.weights, number(at(fit, "atol")));
    fixture_free(&f);
}

static void check_case(const char *name, const char *isa) {
    struct golden g;
    golden_open(&g, name, isa);
    check_start(&g);
    const struct node *runs = at(g.expect, "runs"), *fits = node_find(g.expect, "fits");
    assert_true(runs->count >= 2);
    for (size_t i = 0; i < runs->count; i++) check_run(&g, runs->item[i]);
    for (size_t i = 0; fits != NULL && i < fits->count; i++) check_fit(&g, fits->item[i]);
    golden_close(&g);
}

static void test_case(void **state) {
    check_case(*state, "auto");
}
static void test_case_generic(void **state) {
    check_case(*state, "generic");
}

int main(void) {
    struct CMUnitTest tests[2 * CASES];
    char names[2 * CASES][64];
    for (size_t i = 0; i < 2 * CASES; i++) {
        (void)snprintf(names[i], sizeof names[i], "golden %s%s", cases[i % CASES],
                       i < CASES ? "" : ", generic");
        union {
            const char *in;
            void *out;
        } name = {cases[i % CASES]};
        tests[i] = (struct CMUnitTest){.name = names[i],
                                       .test_func = i < CASES ? test_case : test_case_generic,
                                       .initial_state = name.out};
    }
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
