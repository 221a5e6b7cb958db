/* Layers against numbers worked out by hand, and what must mirror. */
#include "fixture.h"

struct trial {
    struct tree tree;
    struct fixture f;
};

/* A model on a batch of the given lengths, rows longest first; x counts up from 1. */
static void start(struct trial *run, const char *yaml, struct batch_shape shape,
                  const size_t *length) {
    const struct yaml_limits most = yaml_config_limits;
    struct error unread;
    struct node *train = node_new(NODE_MAPPING, (struct place){"t", 0, 0}, &unread);
    size_t sample[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    run->tree = (struct tree){0};
    CHECK(yaml_read_bytes(&run->tree, "m.yaml", yaml, strlen(yaml), &most, err));
    fixture_build(&run->f, run->tree.root, train, NULL, shape, false, "auto");
    node_free(train);
    batch_arrange(&run->f.batch, sample, length, shape.rows);
    for (size_t i = 0; i < run->f.batch.steps.total * shape.features; i++)
        run->f.batch.x[i] = (real)(i + 1);
    run->f.training = false;
}
static void stop(struct trial *run) {
    fixture_free(&run->f);
    tree_free(&run->tree);
}

static void expect(const real *got, const double *want, size_t count, double within) {
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)got[i] - want[i]) <= within))
            fail_msg("[%zu]: %.9g, expected %.9g", i, (double)got[i], want[i]);
}

/* Two rows of 3 and 1 steps: packed x is 1 2 | 3 4, 5 6, 7 8. */
static const struct batch_shape two = {.rows = 2, .steps = 3, .features = 2, .targets = 2};
static const size_t ragged[2] = {3, 1};

static void test_pool(void **state) {
    static const char *const yaml[] = {"layers: [{pool: last}]", "layers: [{pool: mean}]",
                                       "layers: [{pool: max}]"};
    static const double want[][4] = {{7, 8, 3, 4}, {13. / 3, 16. / 3, 3, 4}, {7, 8, 3, 4}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct trial run;
        start(&run, yaml[i], two, ragged);
        (void)fixture_pass_all(&run.f, 1, false);
        expect(model_output(&run.f.model), want[i], 4, 1e-6);
        stop(&run);
    }
}

/* The largest is not the last, and a NaN is larger than all. */
static void test_pool_max(void **state) {
    struct trial run;
    (void)state;
    start(&run, "layers: [{pool: max}]", two, ragged);
    run.f.batch.x[4] = 9;
    run.f.batch.x[1] = NAN;
    (void)fixture_pass_all(&run.f, 1, false);
    expect(model_output(&run.f.model), (double[]){9}, 1, 0);
    assert_true(isnan(model_output(&run.f.model)[1]));
    stop(&run);
}

static void test_repeat_vector(void **state) {
    struct trial run;
    (void)state;
    start(&run, "layers: [{pool: last}, {repeat_vector: 2}]",
          (struct batch_shape){
              .rows = 2, .steps = 3, .features = 2, .targets = 2, .target_steps = true},
          ragged);
    (void)fixture_pass_all(&run.f, 1, false);
    assert_int_equal(fixture_rows_out(&run.f), 4);
    expect(model_output(&run.f.model), (double[]){7, 8, 3, 4, 7, 8, 3, 4}, 8, 0);
    stop(&run);
}

/* Deviations of 1 2 6 from 3 are -2 -1 3, their variance 14 / 3. */
static void test_layer_normalization(void **state) {
    struct trial run;
    static const size_t one[] = {1};
    (void)state;
    start(&run, "layers: [{pool: last}, {layer_normalization: {epsilon: 0.5}}]",
          (struct batch_shape){.rows = 1, .steps = 1, .features = 3, .targets = 3}, one);
    run.f.batch.x[2] = 6;
    model_initialize(&run.f.model, 1);
    real *gamma = run.f.model.weights, *beta = gamma + 3;
    assert_true(gamma[0] == 1 && gamma[2] == 1 && beta[0] == 0);
    gamma[1] = 3;
    beta[2] = 4;
    (void)fixture_pass_all(&run.f, 1, false);
    double s = 1 / sqrt(14. / 3 + 0.5);
    expect(model_output(&run.f.model), (double[]){-2 * s, -3 * s, 4 + 3 * s}, 3, 1e-6);
    stop(&run);
}

/* Of steps that are equally large the first one alone gets the derivative. */
static void test_pool_max_of_equals(void **state) {
    struct trial run;
    (void)state;
    start(&run, "layers: [{dense: {units: 2, use_bias: false}}, {pool: max}]", two, ragged);
    run.f.training = true;
    model_initialize(&run.f.model, 2);
    real *x = run.f.batch.x;
    for (size_t at = 2; at < 4; at++) /* row 0 is packed rows 0, 2 and 3 */
        memcpy(x + 2 * at, x, 2 * sizeof *x);
    (void)fixture_pass_all(&run.f, 1, true);
    const real *dy = run.f.dy;
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 2; j++) {
            double want = (double)x[i] * (double)dy[j] + (double)x[2 + i] * (double)dy[2 + j];
            expect(run.f.model.gradients + 2 * i + j, &want, 1, 1e-5);
            assert_true(fabs(want) > 1e-2);
        }
    stop(&run);
}

/* With the ways' weights exchanged it gives the mirror image of what it reads from the other end,
 * and, when it is to go backwards, of what it reads as it is. */
static void check_mirror(const char *yaml, bool turned) {
    enum { ROWS = 4, STEPS = 6, IN = 3, U = 5 };
    static const struct batch_shape shape = {
        .rows = ROWS, .steps = STEPS, .features = IN, .targets = 2 * U, .target_steps = true};
    static const size_t length[ROWS] = {6, 6, 4, 1};
    struct trial a, b;
    start(&a, "layers: [{bidirectional: {gru: 5}}]", shape, length);
    start(&b, yaml, shape, length);
    model_initialize(&a.f.model, 9);
    size_t half = a.f.model.size / 2;
    memcpy(b.f.model.weights, a.f.model.weights + half, half * sizeof(real));
    memcpy(b.f.model.weights + half, a.f.model.weights, half * sizeof(real));
    const struct steps *steps = &a.f.batch.steps;
    for (size_t i = 0; i < steps->total * IN; i++) a.f.batch.x[i] = (real)sin((double)i);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t t = 0; t < length[r]; t++) {
            size_t from = turned ? length[r] - 1 - t : t;
            memcpy(b.f.batch.x + (steps->offset[t] + r) * IN,
                   a.f.batch.x + (steps->offset[from] + r) * IN, IN * sizeof(real));
        }
    (void)fixture_pass_all(&a.f, 1, false);
    (void)fixture_pass_all(&b.f, 1, false);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t t = 0; t < length[r]; t++) {
            const real *x = model_output(&a.f.model) + (steps->offset[t] + r) * 2 * U;
            const real *y =
                model_output(&b.f.model) + (steps->offset[length[r] - 1 - t] + r) * 2 * U;
            assert_memory_equal(x, y + U, U * sizeof(real));
            assert_memory_equal(x + U, y, U * sizeof(real));
        }
    stop(&a);
    stop(&b);
}

static void test_bidirectional_mirrors(void **state) {
    (void)state;
    check_mirror("layers: [{bidirectional: {gru: 5}}]", true);
    check_mirror("layers: [{bidirectional: {gru: {units: 5, go_backwards: true}}}]", false);
}

/* ---- what is not there ----------------------------------------------------------------------- */

/* Whatever the batch before has left in its place. */
static void test_empty_sequence_ends_with_zeros(void **state) {
    struct trial run;
    (void)state;
    start(&run, "layers: [{gru: 2}]", two, ragged);
    model_initialize(&run.f.model, 2);
    (void)fixture_pass_all(&run.f, 1, false);
    const real *y = model_output(&run.f.model);
    assert_true(y[0] != 0 && y[2] != 0 && y[3] != 0);
    batch_arrange(&run.f.batch, (size_t[]){0, 1}, (size_t[]){3, 0}, 2);
    (void)fixture_pass_all(&run.f, 1, false);
    assert_true(y[0] != 0);
    expect(y + 2, (double[]){0, 0}, 2, 0);
    stop(&run);
}

static void test_no_id_is_vector_0(void **state) {
    struct trial run;
    static const size_t one[] = {4};
    static const real ids[] = {2, 3, -1, NAN};
    (void)state;
    start(&run, "layers: [{embedding: {input_dim: 3, output_dim: 2}}]",
          (struct batch_shape){
              .rows = 1, .steps = 4, .features = 1, .targets = 2, .target_steps = true},
          one);
    model_initialize(&run.f.model, 2);
    memcpy(run.f.batch.x, ids, sizeof ids);
    (void)fixture_pass_all(&run.f, 1, false);
    const real *y = model_output(&run.f.model), *vectors = run.f.model.weights;
    assert_memory_equal(y, vectors + 4, 2 * sizeof *y);
    for (size_t t = 1; t < 4; t++) assert_memory_equal(y + 2 * t, vectors, 2 * sizeof *y);
    stop(&run);
}

/* ---- how tensors start, and what their size costs -------------------------------------------- */

static const real *tensor_of(const struct trial *run, const char *name) {
    for (size_t i = 0; i < run->f.model.parameters; i++)
        if (strcmp(run->f.model.parameter[i].name, name) == 0)
            return run->f.model.weights + run->f.model.parameter[i].tensor->offset;
    fail_msg("no tensor '%s'", name);
    return NULL;
}

static void test_initializers_with_settings(void **state) {
    struct trial run;
    (void)state;
    start(&run,
          "layers: [{dense: {units: 2, kernel_initializer: {constant: 0.25}, bias_initializer: "
          "{random_uniform: {minval: 2, maxval: 3}}}}, {gru: {units: 2, kernel_initializer: "
          "{identity: {gain: 3}}, recurrent_initializer: {orthogonal: 2}}}]",
          two, ragged);
    model_initialize(&run.f.model, 5);
    expect(tensor_of(&run, "dense/kernel"), (double[]){0.25, 0.25, 0.25, 0.25}, 4, 0);
    expect(tensor_of(&run, "dense/bias"), (double[]){2.5, 2.5}, 2, 0.5);
    expect(tensor_of(&run, "gru/kernel"), (double[]){3, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0}, 12, 0);
    const real *u = tensor_of(&run, "gru/recurrent_kernel");
    double square = 0, dot = 0;
    for (size_t j = 0; j < 6; j++) {
        square += (double)u[j] * (double)u[j];
        dot += (double)u[j] * (double)u[6 + j];
    }
    assert_true(fabs(square - 4) < 1e-5 && fabs(dot) < 1e-5);
    stop(&run);
}

/* A sum of sizes and of squares; nothing for what is frozen. */
static void test_penalty(void **state) {
    static const char *const yaml[] = {
        "layers: [{dense: {units: 2, kernel_initializer: {constant: -2}, bias_initializer: "
        "{constant: 3}}}, {pool: last}]",
        "layers: [{dense: {units: 2, kernel_initializer: {constant: -2}, bias_initializer: "
        "{constant: 3}, kernel_regularizer: {l1: 0.5, l2: 0.25}, bias_regularizer: {l2: 0.125}}}, "
        "{pool: last}]",
        "layers: [{dense: {units: 2, kernel_initializer: {constant: -2}, bias_initializer: "
        "{constant: 3}, kernel_regularizer: {l1: 0.5}, trainable: false}}, {pool: last}]",
    };
    double loss[3];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct trial run;
        start(&run, yaml[i], two, ragged);
        model_initialize(&run.f.model, 5);
        loss[i] = fixture_pass_all(&run.f, 1, false);
        stop(&run);
    }
    assert_true(loss[1] - loss[0] == 0.5 * 8 + 0.25 * 16 + 0.125 * 18);
    assert_true(loss[2] == loss[0]);
}

/* More weights than are summed in one block. */
static void test_penalty_of_many(void **state) {
    struct trial run;
    double sum = 0;
    (void)state;
    start(&run,
          "layers: [{dense: {units: 2500, use_bias: false, kernel_regularizer: {l2: 0.5}}}, "
          "{dense: 2}, {pool: last}]",
          two, ragged);
    model_initialize(&run.f.model, 5);
    for (size_t i = 0; i < 5000; i++)
        sum += 0.5 * (double)run.f.model.weights[i] * (double)run.f.model.weights[i];
    penalty_sums(&run.f.penalty, 0, 1);
    assert_true(fabs(penalty_value(&run.f.penalty) - sum) < 1e-9);
    stop(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pool),
        cmocka_unit_test(test_pool_max),
        cmocka_unit_test(test_pool_max_of_equals),
        cmocka_unit_test(test_repeat_vector),
        cmocka_unit_test(test_layer_normalization),
        cmocka_unit_test(test_bidirectional_mirrors),
        cmocka_unit_test(test_empty_sequence_ends_with_zeros),
        cmocka_unit_test(test_no_id_is_vector_0),
        cmocka_unit_test(test_initializers_with_settings),
        cmocka_unit_test(test_penalty),
        cmocka_unit_test(test_penalty_of_many),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
