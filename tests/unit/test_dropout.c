/* Dropout layers: how much they drop, what they leave, and that each draws a mask of its own. */
#include "fixture.h"

#include "layers/recurrent.h"

enum { ROWS = 8, STEPS = 10, WIDTH = 30, COUNT = ROWS * STEPS * WIDTH };

struct masks {
    struct fixture f;
    struct tree tree;
};

/* One after another on an input of ones, in training. */
static void start(struct masks *m, const char *yaml) {
    const struct batch_shape shape = {
        .rows = ROWS, .steps = STEPS, .features = WIDTH, .targets = 1, .target_steps = true};
    const struct yaml_limits most = yaml_config_limits;
    struct error unread;
    struct node *train = node_new(NODE_MAPPING, (struct place){"train", 0, 0}, &unread);
    size_t sample[ROWS], length[ROWS];
    m->tree = (struct tree){0};
    CHECK(yaml_read_bytes(&m->tree, "m.yaml", yaml, strlen(yaml), &most, err));
    fixture_build(&m->f, m->tree.root, train, NULL, shape, false, "auto");
    node_free(train);
    for (size_t r = 0; r < ROWS; r++) {
        sample[r] = r;
        length[r] = STEPS;
    }
    batch_arrange(&m->f.batch, sample, length, ROWS);
    for (size_t i = 0; i < COUNT; i++) m->f.batch.x[i] = 1;
    for (size_t i = 0; i < ROWS * STEPS; i++) m->f.batch.y[i] = 0;
    (void)fixture_pass_all(&m->f, 1, false);
}

static void stop(struct masks *m) {
    fixture_free(&m->f);
    tree_free(&m->tree);
}

static size_t count_of(const real *y, real value) {
    size_t count = 0;
    for (size_t i = 0; i < COUNT; i++) count += y[i] == value;
    return count;
}

static void test_rate(void **state) {
    struct masks m;
    (void)state;
    start(&m, "layers: [{dropout: 0.75}, {dense: 1}]");
    const real *y = m.f.model.layer[0].y;
    size_t kept = count_of(y, 4);
    assert_int_equal(kept + count_of(y, 0), COUNT);
    assert_true(kept > 500 && kept < 700); /* 600, with a standard deviation of 21 */
    stop(&m);
}

/* Of those that the first keeps, the second keeps half; with the first's mask it would keep all. */
static void test_layers_differ(void **state) {
    struct masks m;
    (void)state;
    start(&m, "layers: [{dropout: 0.5}, {dropout: 0.5}, {dense: 1}]");
    const real *first = m.f.model.layer[0].y, *second = m.f.model.layer[1].y;
    size_t kept = count_of(first, 2), both = count_of(second, 4);
    assert_true(kept > 1100 && kept < 1300); /* 1200, 24.5 */
    assert_true(both > 490 && both < 710);   /* 600, 21 */
    stop(&m);
}

static void test_steps_rows_and_units_differ(void **state) {
    struct masks m;
    (void)state;
    start(&m, "layers: [{dropout: 0.5}, {dense: 1}]");
    const real *y = m.f.model.layer[0].y;
    /* Packed steps: [step][row][unit]. */
    assert_memory_not_equal(y, y + WIDTH, WIDTH * sizeof *y);
    assert_memory_not_equal(y, y + ROWS * WIDTH, WIDTH * sizeof *y);
    size_t kept = 0;
    for (size_t j = 0; j < WIDTH; j++) kept += y[j] > 0;
    assert_true(kept > 0 && kept < WIDTH);
    stop(&m);
}

static void test_steps_of_training_differ(void **state) {
    static const uint64_t steps[] = {1, (uint64_t)1 << 32, (uint64_t)1 << 40};
    struct masks m;
    (void)state;
    start(&m, "layers: [{dropout: 0.5}, {dense: 1}]");
    real first[WIDTH];
    const real *y = m.f.model.layer[0].y;
    memcpy(first, y, sizeof first);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        m.f.step = steps[i];
        (void)fixture_pass_all(&m.f, 1, false);
        assert_memory_not_equal(y, first, sizeof first);
    }
    stop(&m);
}

/* ---- inside cells: one mask for all steps ---------------------------------------------------- */

static const real *first_of(const struct masks *m, size_t row, size_t t) {
    return m->f.model.layer[0].y + (m->f.batch.steps.offset[t] + row) * WIDTH;
}

/* A cell that gives its input shows the mask: of each row its own, at each step the same. */
static void test_cell_masks_last_over_time(void **state) {
    struct masks m;
    (void)state;
    const char *yaml = "layers: [{simple_rnn: {units: 30, activation: linear, dropout: 0.5, "
                       "kernel_initializer: identity, recurrent_initializer: zeros}}, {dense: 1}]";
    start(&m, yaml);
    model_initialize(&m.f.model, 1);
    (void)fixture_pass_all(&m.f, 1, false);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t t = 1; t < STEPS; t++)
            assert_memory_equal(first_of(&m, r, 0), first_of(&m, r, t), WIDTH * sizeof(real));
    assert_memory_not_equal(first_of(&m, 0, 0), first_of(&m, 1, 0), WIDTH * sizeof(real));
    size_t kept = count_of(m.f.model.layer[0].y, 2);
    assert_int_equal(kept + count_of(m.f.model.layer[0].y, 0), COUNT);
    assert_true(kept > 800 && kept < 1600); /* 1200, 77 */
    m.f.step = 1;                           /* the next batch has others */
    real before[WIDTH];
    memcpy(before, first_of(&m, 0, 0), sizeof before);
    (void)fixture_pass_all(&m.f, 1, false);
    assert_memory_not_equal(before, first_of(&m, 0, 0), sizeof before);
    m.f.training = false;
    (void)fixture_pass_all(&m.f, 1, false);
    assert_int_equal(count_of(m.f.model.layer[0].y, 1), COUNT);
    stop(&m);
}

/* Keras: with recurrent_dropout each gate has a mask of x and one of h, else all share one of x. */
static void test_gates_have_their_own_masks(void **state) {
    struct masks m;
    (void)state;
    start(&m, "layers: [{lstm: {units: 30, dropout: 0.5, recurrent_dropout: 0.5}}, {dense: 1}]");
    const struct recurrent *lstm = m.f.model.layer[0].own;
    assert_int_equal(lstm->gates.count, 4);
    for (size_t a = 0; a < 4; a++) {
        const real *x = lstm->gates.x_mask + a * ROWS * WIDTH;
        assert_memory_not_equal(x, lstm->gates.h_mask + a * ROWS * WIDTH, WIDTH * sizeof *x);
        for (size_t b = 0; b < a; b++) {
            assert_memory_not_equal(x, lstm->gates.x_mask + b * ROWS * WIDTH, WIDTH * sizeof *x);
            assert_memory_not_equal(lstm->gates.h_mask + a * ROWS * WIDTH,
                                    lstm->gates.h_mask + b * ROWS * WIDTH, WIDTH * sizeof *x);
        }
    }
    stop(&m);
    start(&m, "layers: [{gru: {units: 30, dropout: 0.5}}, {dense: 1}]");
    const struct recurrent *gru = m.f.model.layer[0].own;
    assert_int_equal(gru->gates.count, 1);
    assert_null(gru->gates.h_mask);
    stop(&m);
}

/* The two cells of a bidirectional layer drop each their own. */
static void test_ways_have_their_own_masks(void **state) {
    struct masks m;
    (void)state;
    start(&m, "layers: [{bidirectional: {simple_rnn: {units: 30, activation: linear, dropout: 0.5, "
              "kernel_initializer: identity, recurrent_initializer: zeros}}}, {dense: 1}]");
    model_initialize(&m.f.model, 1);
    (void)fixture_pass_all(&m.f, 1, false);
    const real *y = m.f.model.layer[0].y;
    for (size_t r = 0; r < ROWS; r++)
        assert_memory_not_equal(y + 2 * r * WIDTH, y + (2 * r + 1) * WIDTH, WIDTH * sizeof *y);
    stop(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_layers_differ),
        cmocka_unit_test(test_steps_rows_and_units_differ),
        cmocka_unit_test(test_steps_of_training_differ),
        cmocka_unit_test(test_cell_masks_last_over_time),
        cmocka_unit_test(test_gates_have_their_own_masks),
        cmocka_unit_test(test_ways_have_their_own_masks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
