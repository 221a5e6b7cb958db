/* The pipeline: counts of parameters, names, return_sequences, first weights, and what must not
 * change a bit: padding, the cut of the rows, frozen layers. */
#include "fixture.h"

#include "model/init.h"
#include "model/names.h"

/* The model section of a YAML text; the tree must outlive it. */
static void parse(struct tree *tree, const char *yaml) {
    const struct yaml_limits most = yaml_config_limits;
    *tree = (struct tree){0};
    CHECK(yaml_read_bytes(tree, "m.yaml", yaml, strlen(yaml), &most, err));
}

struct built {
    struct tree tree;
    struct model_options options;
    struct model model;
    struct error err;
    bool good;
};
static void build(struct built *b, const char *yaml, size_t features, bool target_steps) {
    *b = (struct built){0};
    parse(&b->tree, yaml);
    CHECK(params_read(model_params, b->tree.root, &b->options, err));
    const struct batch_shape shape = {.features = features, .target_steps = target_steps};
    b->good = model_build(&b->model, &b->options, &shape, &b->err);
}
static void free_built(struct built *b) {
    model_free(&b->model);
    params_free(model_params, &b->options);
    tree_free(&b->tree);
}

/* ---- counts and names ------------------------------------------------------------------------ */

static void expect_size(const char *yaml, size_t features, size_t size) {
    struct built b;
    build(&b, yaml, features, false);
    assert_true(b.good);
    assert_int_equal(b.model.size, size);
    free_built(&b);
}

static void test_parameter_counts(void **state) {
    (void)state;
    /* 4 64 (1 + 64 + 1) + 64 32 + 32 + 32 + 1 */
    expect_size("layers: [{lstm: 64}, {dropout: 0.2}, {dense: {units: 32, activation: relu}}, "
                "{dropout: 0.2}, {dense: 1}]",
                1, 19009);
    expect_size("layers: [{lstm: 5}]", 3, 4 * 5 * (3 + 5 + 1));
    expect_size("layers: [{lstm: {units: 5, use_bias: false}}]", 3, 4 * 5 * (3 + 5));
    expect_size("layers: [{gru: 5}]", 3, 3 * 5 * (3 + 5 + 2));
    expect_size("layers: [{gru: {units: 5, reset_after: false}}]", 3, 3 * 5 * (3 + 5 + 1));
    expect_size("layers: [{simple_rnn: 5}]", 3, 5 * (3 + 5 + 1));
    expect_size("layers: [{lstm: 4}, {gru: 3}, {dense: 2}]", 7,
                4 * 4 * (7 + 4 + 1) + 3 * 3 * (4 + 3 + 2) + 3 * 2 + 2);
}

static void expect_names(const char *yaml, const char *const *name) {
    struct built b;
    build(&b, yaml, 2, false);
    assert_true(b.good);
    for (size_t i = 0; i < b.model.layers; i++) assert_string_equal(b.model.layer[i].name, name[i]);
    free_built(&b);
}

static void test_names(void **state) {
    (void)state;
    expect_names("layers: [{lstm: 4}, {lstm: 4}, {dense: 1}, {dense: 1}, {dense: 1}]",
                 (const char *[]){"lstm", "lstm_1", "dense", "dense_1", "dense_2"});
    /* A given name is taken, wherever it stands. */
    expect_names("layers: [{lstm: 4}, {dense: 1}, {dense: {units: 1, name: dense}}]",
                 (const char *[]){"lstm", "dense_1", "dense"});
    expect_names("layers: [{lstm: {units: 4, name: A.b-c_9}}, {dense: 1}]",
                 (const char *[]){"A.b-c_9", "dense"});
}

static void expect_error(const char *yaml, bool target_steps, const char *text) {
    struct built b;
    build(&b, yaml, 2, target_steps);
    assert_false(b.good);
    assert_int_equal(b.err.kind, ERROR_CONFIG);
    assert_string_equal(b.err.text, text);
    free_built(&b);
}

static void test_bad_names(void **state) {
    (void)state;
    expect_error("layers:\n- lstm: {units: 4, name: a}\n- dense: {units: 1, name: a}\n", false,
                 "m.yaml:3:3: two layers have the name 'a'");
    expect_error("layers:\n- lstm: {units: 4, name: resume}\n", false,
                 "m.yaml:2:3: layer name 'resume' is kept for the training state in checkpoints");
    expect_error("layers:\n- lstm: {units: 4, name: a/b}\n", false,
                 "m.yaml:2:3: layer name 'a/b': expected letters, digits, '_', '.' and '-' only");
    expect_error("layers:\n- lstm: {units: 4, name: ''}\n", false,
                 "m.yaml:2:3: layer name '': expected letters, digits, '_', '.' and '-' only");
}

/* ---- return_sequences ------------------------------------------------------------------------ */

static void expect_sequences(const char *yaml, bool target_steps, const char *pattern) {
    struct built b;
    build(&b, yaml, 2, target_steps);
    if (!b.good) fail_msg("%s", b.err.text);
    assert_int_equal(b.model.layers, strlen(pattern));
    for (size_t i = 0; i < b.model.layers; i++)
        assert_int_equal(b.model.layer[i].out_sequence, pattern[i] == 's');
    free_built(&b);
}

static void test_return_sequences(void **state) {
    (void)state;
    expect_sequences("layers: [{lstm: 4}, {gru: 4}, {dense: 1}]", false, "s--");
    expect_sequences("layers: [{lstm: 4}, {gru: 4}, {dense: 1}]", true, "sss");
    expect_sequences("layers: [{lstm: 4}, {dropout: 0.1}, {dense: 3}, {simple_rnn: 4}]", false,
                     "sss-");
    expect_sequences("layers: [{lstm: {units: 4, return_sequences: true}}, {lstm: 4}]", false,
                     "s-");
}

static void test_return_sequences_contradicted(void **state) {
    (void)state;
    expect_error("layers:\n- lstm: {units: 4, return_sequences: false}\n- lstm: 4\n", false,
                 "m.yaml:3:3: layer 'lstm_1' works on steps, but 'lstm' before it gives only one "
                 "output for a sequence; remove return_sequences: false");
    expect_error("layers:\n- lstm: {units: 4, return_sequences: true}\n- dense: 1\n", false,
                 "m.yaml:3:3: layer 'dense' gives an output for each step, but the data has one "
                 "target for a sequence; end the sequence with a recurrent layer or pool, or "
                 "write data.target_per: step");
    expect_error("layers:\n- lstm: {units: 4, return_sequences: false}\n- dense: 1\n", true,
                 "m.yaml:3:3: the data has a target for each step, but layer 'dense' gives one "
                 "output for a sequence; remove return_sequences: false");
}

/* ---- first weights --------------------------------------------------------------------------- */

static void draw(enum initializer kind, size_t rows, size_t columns, uint64_t seed, uint32_t number,
                 real *to) {
    struct layer_tensor tensor = {.name = "kernel",
                                  .rank = columns > 0 ? 2 : 1,
                                  .extent = {rows, columns},
                                  .initializer = kind,
                                  .size = rows * (columns > 0 ? columns : 1)};
    init_tensor(&tensor, seed, number, to);
}

enum { IN = 40, OUT = 120, N = IN * OUT };

static void test_initial_distributions(void **state) {
    /* variance, and the limit beyond which nothing lies; 0: none */
    const double cut = 2 / 0.87962566103423978;
    const struct {
        enum initializer kind;
        double variance, limit;
    } want[] = {
        {INITIALIZER_GLOROT_UNIFORM, 2.0 / (IN + OUT), sqrt(6.0 / (IN + OUT))},
        {INITIALIZER_GLOROT_NORMAL, 2.0 / (IN + OUT), cut * sqrt(2.0 / (IN + OUT))},
        {INITIALIZER_HE_UNIFORM, 2.0 / IN, sqrt(6.0 / IN)},
        {INITIALIZER_HE_NORMAL, 2.0 / IN, cut * sqrt(2.0 / IN)},
        {INITIALIZER_LECUN_UNIFORM, 1.0 / IN, sqrt(3.0 / IN)},
        {INITIALIZER_LECUN_NORMAL, 1.0 / IN, cut * sqrt(1.0 / IN)},
        {INITIALIZER_RANDOM_UNIFORM, 0.05 * 0.05 / 3, 0.05},
        {INITIALIZER_RANDOM_NORMAL, 0.05 * 0.05, 0},
        {INITIALIZER_TRUNCATED_NORMAL, 0.05 * 0.05 * 0.77374130355, 0.1},
    };
    (void)state;
    static real w[N];
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        double sum = 0, squares = 0, largest = 0;
        draw(want[i].kind, IN, OUT, 1, 0, w);
        for (size_t j = 0; j < N; j++) {
            sum += (double)w[j];
            squares += (double)w[j] * (double)w[j];
            largest = fmax(largest, fabs((double)w[j]));
        }
        if (!(fabs(sum / N) < 5 * sqrt(want[i].variance / N)) ||
            !(fabs(squares / N / want[i].variance - 1) < 0.08) ||
            (want[i].limit > 0 &&
             !(largest <= want[i].limit * 1.0000001 && largest > 0.95 * want[i].limit)))
            fail_msg("%s: mean %g, variance %g, largest %g", initializer_kinds[want[i].kind].name,
                     sum / N, squares / N, largest);
    }
    draw(INITIALIZER_IDENTITY, IN, OUT, 1, 0, w);
    for (size_t i = 0; i < IN; i++)
        for (size_t j = 0; j < OUT; j++) assert_true(w[i * OUT + j] == (i == j));
    draw(INITIALIZER_ZEROS, IN, OUT, 1, 0, w);
    for (size_t j = 0; j < N; j++) assert_true(w[j] == 0);
    draw(INITIALIZER_ONES, IN, 0, 1, 0, w);
    for (size_t j = 0; j < IN; j++) assert_true(w[j] == 1);
}

/* The shorter side's vectors are orthonormal; wide as a recurrent kernel, tall, square. */
static void test_orthogonal(void **state) {
    static const size_t shape[][2] = {{30, 120}, {120, 30}, {50, 50}, {1, 1}, {1, 7}};
    (void)state;
    static real w[3600];
    for (size_t s = 0; s < sizeof shape / sizeof *shape; s++) {
        size_t rows = shape[s][0], columns = shape[s][1];
        bool wide = rows <= columns;
        size_t vectors = wide ? rows : columns, length = wide ? columns : rows;
        draw(INITIALIZER_ORTHOGONAL, rows, columns, 3, 1, w);
        for (size_t a = 0; a < vectors; a++)
            for (size_t b = 0; b <= a; b++) {
                double dot = 0;
                for (size_t i = 0; i < length; i++)
                    dot += (double)w[wide ? a * columns + i : i * columns + a] *
                           (double)w[wide ? b * columns + i : i * columns + b];
                assert_true(fabs(dot - (a == b)) < 1e-6);
            }
    }
    /* One gate's block by itself is not. */
    double norm = 0;
    draw(INITIALIZER_ORTHOGONAL, 30, 120, 3, 1, w);
    for (size_t i = 0; i < 30; i++) norm += (double)w[i] * (double)w[i];
    assert_true(norm < 0.6);
}

static void test_seeds(void **state) {
    (void)state;
    static real a[N], b[N];
    for (int kind = INITIALIZER_GLOROT_UNIFORM; kind < INITIALIZER_COUNT; kind++) {
        draw((enum initializer)kind, IN, OUT, 1, 0, a);
        draw((enum initializer)kind, IN, OUT, 1, 0, b);
        assert_memory_equal(a, b, sizeof a);
        draw((enum initializer)kind, IN, OUT, 2, 0, b);
        assert_memory_not_equal(a, b, sizeof a);
        draw((enum initializer)kind, IN, OUT, 1, 1, b);
        assert_memory_not_equal(a, b, sizeof a);
    }
}

/* ---- one batch through a model --------------------------------------------------------------- */

enum { ROWS = 7, STEPS = 9, FEATURES = 3 };
static const size_t lengths[ROWS] = {4, 9, 1, 9, 6, 4, 2};

/* Each kind of layer, both orders of reading, all that is random switched on. */
static const char *const per_sequence =
    "layers: [{lstm: 5}, {dropout: 0.3}, {gru: {units: 4, reset_after: false}}, "
    "{bidirectional: {gru: {units: 18, dropout: 0.2}, merge_mode: ave}}, layer_normalization, "
    "{simple_rnn: {units: 19, go_backwards: true, dropout: 0.3}}, {activation: softsign}, {gru: "
    "6}, {pool: "
    "mean}, "
    "{repeat_vector: 4}, {bidirectional: {simple_rnn: 3}}, {dense: 2}]";
static const char *const per_step =
    "layers: [{gru: {units: 18, activation: gelu}}, {dense: {units: 3, activation: tanh}}, "
    "{bidirectional: {lstm: {units: 17, dropout: 0.1, recurrent_dropout: 0.2}, merge_mode: mul}}, "
    "{gru: {units: 5, recurrent_dropout: 0.3}}, layer_normalization, "
    "{lstm: {units: 5, recurrent_activation: hard_sigmoid}}, {dropout: 0.5}, {dense: 2}]";

static real input(size_t sample, size_t t, size_t j) {
    return (real)sin((double)(sample * 31 + t * 7 + j * 3));
}
static real target(size_t sample, size_t t, size_t j) {
    return (real)cos((double)(sample * 13 + t * 5 + j));
}

/* Samples order[0..count-1], as a dataset would gather them. */
static void fill(struct fixture *f, const size_t *order, size_t count) {
    size_t length[ROWS];
    for (size_t i = 0; i < count; i++) length[i] = lengths[order[i]];
    batch_arrange(&f->batch, order, length, count);
    const struct steps *steps = &f->batch.steps;
    for (size_t r = 0; r < count; r++)
        for (size_t t = 0; t < steps->length[r]; t++) {
            size_t at = steps->offset[t] + r;
            for (size_t j = 0; j < FEATURES; j++)
                f->batch.x[at * FEATURES + j] = input(f->batch.sample[r], t, j);
            for (size_t j = 0; j < 2; j++)
                if (f->batch.shape.target_steps)
                    f->batch.y[at * 2 + j] = target(f->batch.sample[r], t, j);
                else
                    f->batch.y[r * 2 + j] = target(f->batch.sample[r], 0, j);
        }
}

struct trial {
    struct tree tree;
    struct fixture f;
};
static void start(struct trial *run, const char *yaml, bool target_steps, const char *isa) {
    parse(&run->tree, yaml);
    struct error err;
    struct node *train = node_new(NODE_MAPPING, (struct place){"t", 0, 0}, &err);
    struct batch_shape shape = {.rows = ROWS,
                                .steps = STEPS,
                                .features = FEATURES,
                                .targets = 2,
                                .target_steps = target_steps};
    fixture_build(&run->f, run->tree.root, train, NULL, shape, false, isa);
    node_free(train);
    model_initialize(&run->f.model, 11);
}
static void stop(struct trial *run) {
    fixture_free(&run->f);
    tree_free(&run->tree);
}

/* Output j of a sample at step t (0 for an output per sequence). */
static real output_of(const struct fixture *f, size_t sample, size_t t, size_t j) {
    const struct steps *steps = &f->batch.steps;
    for (size_t r = 0; r < steps->rows; r++)
        if (f->batch.sample[r] == sample)
            return model_output(
                &f->model)[(steps->offset[t] * f->batch.shape.target_steps + r) * 2 + j];
    fail_msg("sample %zu is not in the batch", sample);
    return 0;
}

/* Each row of a batch of ragged rows gives what it gives alone: no padding, no neighbours. */
static void check_alone(const char *yaml, bool target_steps, const char *isa) {
    struct trial all, one;
    size_t order[ROWS] = {0, 1, 2, 3, 4, 5, 6};
    start(&all, yaml, target_steps, isa);
    start(&one, yaml, target_steps, isa);
    all.f.training = one.f.training = false;
    fill(&all.f, order, ROWS);
    (void)fixture_pass_all(&all.f, 1, false);
    for (size_t i = 0; i < ROWS; i++) {
        fill(&one.f, &order[i], 1);
        (void)fixture_pass_all(&one.f, 1, false);
        for (size_t t = 0; t < (target_steps ? lengths[i] : 1); t++)
            for (size_t j = 0; j < 2; j++) {
                real a = output_of(&all.f, i, t, j), b = output_of(&one.f, i, t, j);
                assert_memory_equal(&a, &b, sizeof a);
            }
    }
    stop(&all);
    stop(&one);
}

static void test_padding_changes_no_bit(void **state) {
    (void)state;
    check_alone(per_sequence, false, "auto");
    check_alone(per_step, true, "auto");
    check_alone(per_sequence, false, "generic");
}

/* One, two, three or five threads, either instruction set: the same outputs, gradients, loss. */
static void check_parts(const char *yaml, bool target_steps) {
    static const size_t parts[] = {2, 3, 5};
    struct trial one, other;
    size_t order[ROWS] = {3, 1, 2, 0, 6, 5, 4};
    start(&one, yaml, target_steps, "generic");
    fill(&one.f, order, ROWS);
    double loss = fixture_pass_all(&one.f, 1, true);
    size_t outputs = fixture_rows_out(&one.f) * 2 * sizeof(real);
    for (size_t i = 0; i < 2 * sizeof parts / sizeof *parts; i++) {
        start(&other, yaml, target_steps, i % 2 ? "generic" : "auto");
        fill(&other.f, order, ROWS);
        double again = fixture_pass_all(&other.f, parts[i / 2], true);
        assert_memory_equal(&loss, &again, sizeof loss);
        assert_memory_equal(model_output(&one.f.model), model_output(&other.f.model), outputs);
        assert_memory_equal(one.f.model.gradients, other.f.model.gradients,
                            one.f.model.size * sizeof(real));
        stop(&other);
    }
    stop(&one);
}

static void test_parts_change_no_bit(void **state) {
    (void)state;
    check_parts(per_sequence, false);
    check_parts(per_step, true);
}

/* Another order of the rows adds the same numbers in another order. */
static void check_order(const char *yaml, bool target_steps) {
    struct trial a, b;
    size_t order[ROWS] = {0, 1, 2, 3, 4, 5, 6}, other[ROWS] = {6, 3, 5, 0, 2, 1, 4};
    start(&a, yaml, target_steps, "auto");
    start(&b, yaml, target_steps, "auto");
    a.f.training = b.f.training = false;
    fill(&a.f, order, ROWS);
    fill(&b.f, other, ROWS);
    double loss = fixture_pass_all(&a.f, 1, true), again = fixture_pass_all(&b.f, 1, true);
    assert_true(fabs(loss - again) <= 1e-14 * loss);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t t = 0; t < (target_steps ? lengths[i] : 1); t++) {
            real x = output_of(&a.f, i, t, 0), y = output_of(&b.f, i, t, 0);
            assert_memory_equal(&x, &y, sizeof x);
        }
    double largest = 0;
    for (size_t i = 0; i < a.f.model.size; i++)
        largest = fmax(largest, fabs((double)a.f.model.gradients[i]));
    for (size_t i = 0; i < a.f.model.size; i++)
        assert_true(fabs((double)a.f.model.gradients[i] - (double)b.f.model.gradients[i]) <=
                    1e-6 * largest);
    stop(&a);
    stop(&b);
}

static void test_order_changes_rounding_only(void **state) {
    (void)state;
    check_order(per_sequence, false);
    check_order(per_step, true);
}

/* ---- layers in training ---------------------------------------------------------------------- */

static void test_forget_bias(void **state) {
    struct trial run;
    (void)state;
    start(&run, "layers: [{lstm: 4}, {lstm: {units: 3, unit_forget_bias: false}}, {dense: 2}]",
          false, "auto");
    for (size_t i = 0; i < run.f.model.parameters; i++) {
        const struct parameter *p = &run.f.model.parameter[i];
        const real *w = run.f.model.weights + p->tensor->offset;
        if (strcmp(p->name, "lstm/bias") == 0)
            for (size_t j = 0; j < 16; j++) assert_true(w[j] == (j >= 4 && j < 8 ? 1 : 0));
        if (strcmp(p->name, "lstm_1/bias") == 0 || strcmp(p->name, "dense/bias") == 0)
            for (size_t j = 0; j < p->tensor->size; j++) assert_true(w[j] == 0);
        if (strcmp(p->name, "lstm/kernel") != 0) continue;
        double limit = sqrt(6.0 / (FEATURES + 16)), largest = 0; /* of the fused shape */
        for (size_t j = 0; j < p->tensor->size; j++) largest = fmax(largest, fabs((double)w[j]));
        assert_true(largest <= limit && largest > 0.9 * limit);
    }
    stop(&run);
}

/* A frozen layer keeps its bits, below, between and above layers that train. */
static void test_frozen(void **state) {
    static const char *const yaml[] = {
        "layers: [{lstm: {units: 5, trainable: false, name: ice}}, {gru: 4}, {dense: 2}]",
        "layers: [{lstm: 5}, {gru: {units: 4, trainable: false, name: ice}}, {dense: 2}]",
        "layers: [{lstm: 5}, {gru: 4}, {dense: {units: 2, trainable: false, name: ice}}]",
    };
    size_t order[ROWS] = {0, 1, 2, 3, 4, 5, 6};
    (void)state;
    for (size_t y = 0; y < sizeof yaml / sizeof *yaml; y++) {
        struct trial run;
        start(&run, yaml[y], false, "auto");
        fill(&run.f, order, ROWS);
        real *before = malloc(run.f.model.size * sizeof *before);
        assert_non_null(before);
        memcpy(before, run.f.model.weights, run.f.model.size * sizeof *before);
        for (int step = 0; step < 5; step++) {
            (void)fixture_pass_all(&run.f, 2, true);
            fixture_update(&run.f);
        }
        for (size_t i = 0; i < run.f.model.parameters; i++) {
            const struct parameter *p = &run.f.model.parameter[i];
            size_t at = p->tensor->offset;
            bool changed = memcmp(before + at, run.f.model.weights + at,
                                  p->tensor->size * sizeof *before) != 0;
            assert_int_equal(changed, strncmp(p->name, "ice/", 4) != 0);
        }
        free(before);
        stop(&run);
    }
}

/* Dropout works in training only, and each step draws afresh. */
static void test_dropout_in_training(void **state) {
    struct trial run;
    size_t order[ROWS] = {0, 1, 2, 3, 4, 5, 6};
    (void)state;
    start(&run, per_step, true, "auto");
    fill(&run.f, order, ROWS);
    double first = fixture_pass_all(&run.f, 1, false), same = fixture_pass_all(&run.f, 1, false);
    run.f.step = 1;
    double next = fixture_pass_all(&run.f, 1, false);
    run.f.training = false;
    double off = fixture_pass_all(&run.f, 1, false);
    run.f.step = 0;
    double off_again = fixture_pass_all(&run.f, 1, false);
    assert_true(first == same && first != next && off == off_again && off != first);
    stop(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameter_counts),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_bad_names),
        cmocka_unit_test(test_return_sequences),
        cmocka_unit_test(test_return_sequences_contradicted),
        cmocka_unit_test(test_initial_distributions),
        cmocka_unit_test(test_orthogonal),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_padding_changes_no_bit),
        cmocka_unit_test(test_parts_change_no_bit),
        cmocka_unit_test(test_order_changes_rounding_only),
        cmocka_unit_test(test_forget_bias),
        cmocka_unit_test(test_frozen),
        cmocka_unit_test(test_dropout_in_training),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
