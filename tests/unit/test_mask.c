/* Masked steps, wherever they stand in a sequence, change no bit of what comes of the others. */
#include "fixture.h"

enum { ROWS = 4, STEPS = 6, MORE = 3, FEATURES = 2, OUTPUTS = 2 };
static const size_t lengths[ROWS] = {4, 6, 1, 4};

/* Layers without random numbers of their own: a dropout mask goes by the valid steps anyway. */
static const char *const per_sequence =
    "layers: [{masking: {mask_value: 3}}, {bidirectional: {lstm: {units: 5, dropout: 0.2}}}, "
    "{gru: {units: 17, go_backwards: true}}, {pool: mean}, {dense: 2}]";
static const char *const per_step =
    "layers: [{masking: {mask_value: 3}}, {bidirectional: {gru: 4}}, {layer_normalization: {}}, "
    "{simple_rnn: {units: 5, recurrent_dropout: 0.3}}, {dense: 2}]";
static const char *const of_ids =
    "layers: [{embedding: {input_dim: 9, output_dim: 4, mask_zero: true}}, {lstm: 5}, {dense: 2}]";

struct trial {
    struct tree tree;
    struct fixture f;
    bool ids;
    size_t from[ROWS][STEPS + MORE]; /* the valid step that stands there, or SIZE_MAX */
};

static void start(struct trial *run, const char *yaml, bool target_steps) {
    const struct yaml_limits most = yaml_config_limits;
    *run = (struct trial){.ids = yaml == of_ids};
    const struct batch_shape shape = {.rows = ROWS,
                                      .steps = STEPS + MORE,
                                      .features = run->ids ? 1 : FEATURES,
                                      .targets = OUTPUTS,
                                      .target_steps = target_steps};
    struct error unread;
    struct node *train = node_new(NODE_MAPPING, (struct place){"t", 0, 0}, &unread);
    CHECK(yaml_read_bytes(&run->tree, "m.yaml", yaml, strlen(yaml), &most, err));
    fixture_build(&run->f, run->tree.root, train, NULL, shape, false, "auto");
    node_free(train);
    model_initialize(&run->f.model, 5);
}

static void stop(struct trial *run) {
    fixture_free(&run->f);
    tree_free(&run->tree);
}

/* A value of a valid step: the one that masks stands in one feature at most (Keras' rule). */
static real input(const struct trial *run, size_t sample, size_t t, size_t j) {
    if (run->ids) return (real)(1 + (sample * 5 + t * 3) % 8);
    if (j == (sample + t) % 5) return 3;
    return (real)sin((double)(sample * 31 + t * 7 + j * 3));
}

/* The sequences, with `before` masked steps in front, `between` after the first valid one, and
 * `after` at the end. */
static void fill(struct trial *run, size_t before, size_t between, size_t after) {
    struct batch *batch = &run->f.batch;
    size_t sample[ROWS] = {0, 1, 2, 3}, length[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        size_t at = 0, valid = 0;
        while (at < before) run->from[i][at++] = SIZE_MAX;
        run->from[i][at++] = valid++;
        for (size_t k = 0; k < between; k++) run->from[i][at++] = SIZE_MAX;
        while (valid < lengths[i]) run->from[i][at++] = valid++;
        for (size_t k = 0; k < after; k++) run->from[i][at++] = SIZE_MAX;
        length[i] = at;
    }
    batch_arrange(batch, sample, length, ROWS);
    size_t features = batch->shape.features;
    for (size_t r = 0; r < ROWS; r++) {
        size_t i = batch->sample[r];
        for (size_t t = 0; t < batch->steps.length[r]; t++) {
            size_t at = batch->steps.offset[t] + r, from = run->from[i][t];
            for (size_t j = 0; j < features; j++)
                batch->x[at * features + j] =
                    from == SIZE_MAX ? (run->ids ? 0 : 3) : input(run, i, from, j);
            for (size_t k = 0; k < OUTPUTS && (batch->shape.target_steps || t == 0); k++)
                batch->y[at * OUTPUTS + k] =
                    from == SIZE_MAX && batch->shape.target_steps
                        ? 1e6F
                        : (real)cos((double)(i * 13 + k + (t > 0 ? from * 5 : 0)));
        }
    }
}

/* The outputs where the whole sequences are: a masked step repeats the one before it. */
static void take_outputs(struct trial *run, real *to) {
    mask_scatter(&run->f.mask, &run->f.batch, &run->f.fed, OUTPUTS, model_output(&run->f.model),
                 to);
}

static void compare_outputs(const struct trial *plain, const real *of_plain,
                            const struct trial *masked, const real *of_masked) {
    static const real zeros[OUTPUTS] = {0};
    const struct steps *p = &plain->f.batch.steps, *m = &masked->f.batch.steps;
    bool steps = plain->f.batch.shape.target_steps;
    for (size_t i = 0; i < ROWS; i++) {
        size_t a = 0, b = 0;
        while (plain->f.batch.sample[a] != i) a++;
        while (masked->f.batch.sample[b] != i) b++;
        const real *now = zeros;
        for (size_t t = 0; t < (steps ? m->length[b] : 1); t++) {
            size_t from = steps ? masked->from[i][t] : 0;
            if (from != SIZE_MAX) now = of_plain + (p->offset[from] + a) * OUTPUTS;
            assert_memory_equal(of_masked + (m->offset[t] + b) * OUTPUTS, now, sizeof zeros);
        }
    }
}

static void check(const char *yaml, bool target_steps) {
    static const size_t masked[][3] = {{0, 0, 3}, {2, 0, 0}, {0, 3, 0}, {1, 1, 1}};
    static real of_plain[ROWS * (STEPS + MORE) * OUTPUTS],
        of_masked[ROWS * (STEPS + MORE) * OUTPUTS];
    struct trial plain, other;
    start(&plain, yaml, target_steps);
    fill(&plain, 0, 0, 0);
    double loss = fixture_pass_all(&plain.f, 2, true);
    take_outputs(&plain, of_plain);
    assert_int_equal(plain.f.fed.steps.total, 4 + 6 + 1 + 4);
    assert_memory_equal(of_plain, model_output(&plain.f.model),
                        (size_t)(target_steps ? 15 : ROWS) * OUTPUTS * sizeof(real));
    for (size_t i = 0; i < sizeof masked / sizeof *masked; i++) {
        start(&other, yaml, target_steps);
        fill(&other, masked[i][0], masked[i][1], masked[i][2]);
        double again = fixture_pass_all(&other.f, 1, true);
        take_outputs(&other, of_masked);
        assert_memory_equal(&loss, &again, sizeof loss);
        assert_memory_equal(plain.f.model.gradients, other.f.model.gradients,
                            plain.f.model.size * sizeof(real));
        compare_outputs(&plain, of_plain, &other, of_masked);
        stop(&other);
    }
    stop(&plain);
}

static void test_masked_steps_change_no_bit(void **state) {
    (void)state;
    check(per_sequence, false);
    check(per_step, true);
    check(of_ids, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_masked_steps_change_no_bit)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
