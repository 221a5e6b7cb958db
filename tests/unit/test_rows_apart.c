/* Rows of a batch never meet: what one thread's rows write, the passes of another's leave alone. All
 * buffers of a model lie in one block, so that two passes over different rows, each from the same
 * state, show every place that both write. */
#include "fixture.h"

enum {
    ROWS = 6,
    STEPS = 4,
    FEATURES = 7
}; /* other than the units: a row's place must not depend */

static const struct {
    const char *layers;
    bool target_steps;
} models[] = {
    {"layers: [{lstm: 3}]", false},
    {"layers: [{gru: 3}]", false},
    {"layers: [{gru: {units: 3, reset_after: false}}]", false},
    {"layers: [{simple_rnn: 3}]", false},
    {"layers: [{lstm: {units: 3, dropout: 0.3}}, {lstm: 2}]", true},
    {"layers: [{lstm: {units: 3, dropout: 0.3, recurrent_dropout: 0.3}}, {gru: 5}]", true},
    {"layers: [{dense: 4}, {lstm: {units: 9, dropout: 0.3, recurrent_dropout: 0.3}}]", false},
    {"layers: [{dense: 9}, {gru: {units: 3, dropout: 0.3, recurrent_dropout: 0.3}}]", false},
    {"layers: [{dense: 9}, {gru: {units: 3, dropout: 0.3, recurrent_dropout: 0.3, reset_after: "
     "false}}]",
     false},
    {"layers: [{dense: 2}, {simple_rnn: {units: 3, dropout: 0.3, recurrent_dropout: 0.3}}]", false},
    {"layers: [{dense: 5}, {bidirectional: {lstm: {units: 3, recurrent_dropout: 0.3}}}]", true},
    {"layers: [{dense: 5}, {bidirectional: {gru: 3, merge_mode: mul}}]", false},
    {"layers: [{lstm: {units: 3, go_backwards: true, activation: relu}}]", true},
    {"layers: [{dense: {units: 5, activation: softmax}}, layer_normalization, {gru: 3}]", false},
    {"layers: [{dense: 5}, {dropout: 0.4}, {activation: gelu}, {pool: mean}]", false},
    {"layers: [{dense: 5}, {pool: max}, {repeat_vector: 4}, {lstm: 2}]", true},
};

struct trial {
    struct tree tree;
    struct fixture f;
    size_t words;
    uint32_t *before, *first, *second;
};

static void start(struct trial *run, const char *yaml, bool target_steps) {
    static const size_t length[ROWS] = {4, 4, 3, 2, 2, 1};
    const struct batch_shape shape = {.rows = ROWS,
                                      .steps = STEPS,
                                      .features = FEATURES,
                                      .targets = 1,
                                      .target_steps = target_steps};
    size_t sample[ROWS] = {0, 1, 2, 3, 4, 5};
    struct error unread;
    struct node *train = node_new(NODE_MAPPING, (struct place){"t", 0, 0}, &unread);
    *run = (struct trial){0};
    CHECK(yaml_read_bytes(&run->tree, "m.yaml", yaml, strlen(yaml), &yaml_config_limits, err));
    fixture_build(&run->f, run->tree.root, train, NULL, shape, false, "generic");
    node_free(train);
    batch_arrange(&run->f.batch, sample, length, ROWS);
    for (size_t i = 0; i < run->f.batch.steps.total * FEATURES; i++)
        run->f.batch.x[i] = (real)sin((double)i + 1);
    model_initialize(&run->f.model, 3);
    run->words = run->f.plan.bytes / sizeof *run->before;
    run->before = malloc(run->f.plan.bytes);
    run->first = malloc(run->f.plan.bytes);
    run->second = malloc(run->f.plan.bytes);
    assert_true(run->before != NULL && run->first != NULL && run->second != NULL);
}

static void stop(struct trial *run) {
    free(run->before);
    free(run->first);
    free(run->second);
    fixture_free(&run->f);
    tree_free(&run->tree);
}

/* The gaps between buffers are nobody's, which a sanitizer would say. */
__attribute__((no_sanitize("address"))) static void copy(const uint32_t *from, uint32_t *to,
                                                         size_t words) {
    for (size_t i = 0; i < words; i++) ((volatile uint32_t *)to)[i] = from[i];
}

static uint32_t *block(const struct trial *run) {
    char *start = run->f.plan.block;
    start += -(uintptr_t)start % MEMORY_ALIGNMENT;
    return (uint32_t *)(void *)start;
}

typedef void passing(struct model *model, const struct pass *pass, size_t first, size_t end);

/* The work on [0, half) and on [half, end), each from the state that it is started in. */
static void expect_apart(struct trial *run, passing *work, size_t half, size_t end,
                         const char *what, const char *yaml) {
    struct pass pass = fixture_pass(&run->f);
    copy(block(run), run->before, run->words);
    work(&run->f.model, &pass, 0, half);
    copy(block(run), run->first, run->words);
    copy(run->before, block(run), run->words);
    work(&run->f.model, &pass, half, end);
    copy(block(run), run->second, run->words);
    size_t some = 0, more = 0;
    for (size_t i = 0; i < run->words; i++) {
        bool one = run->first[i] != run->before[i], two = run->second[i] != run->before[i];
        if (one && two) fail_msg("%s: %s writes word %zu for both", yaml, what, i);
        some += one;
        more += two;
    }
    assert_true(some > 0 && more > 0);
    copy(run->before, block(run), run->words);
}

static void forward(struct model *model, const struct pass *pass, size_t first, size_t end) {
    model_forward(model, pass, first, end);
}
static void backward(struct model *model, const struct pass *pass, size_t first, size_t end) {
    model_backward(model, pass, first, end);
}
static void gradient(struct model *model, const struct pass *pass, size_t first, size_t end) {
    for (size_t part = first; part < end; part++) model_weight_gradient(model, pass, part, 3);
}

static void test_rows_apart(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        for (size_t half = 1; half < ROWS; half++) {
            struct trial run;
            start(&run, models[i].layers, models[i].target_steps);
            struct pass pass = fixture_pass(&run.f);
            model_prepare(&run.f.model, &pass, 0, 1);
            expect_apart(&run, forward, half, ROWS, "forward", models[i].layers);
            model_forward(&run.f.model, &pass, 0, ROWS);
            for (size_t j = 0; j < fixture_rows_out(&run.f) * run.f.model.outputs; j++)
                run.f.dy[j] = (real)cos((double)j);
            expect_apart(&run, backward, half, ROWS, "backward", models[i].layers);
            stop(&run);
        }
    }
}

/* The same of the columns of weight gradients; with enough of them that two parts have some. */
static void test_columns_apart(void **state) {
    static const char *const wide[] = {"layers: [{lstm: 20}]", "layers: [{gru: 20}]",
                                       "layers: [{gru: {units: 20, reset_after: false}}]",
                                       "layers: [{simple_rnn: 40}]",
                                       "layers: [{pool: mean}, {dense: 40}]"};
    (void)state;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        struct trial run;
        start(&run, wide[i], false);
        struct pass pass = fixture_pass(&run.f);
        model_prepare(&run.f.model, &pass, 0, 1);
        model_forward(&run.f.model, &pass, 0, ROWS);
        for (size_t j = 0; j < ROWS * run.f.model.outputs; j++) run.f.dy[j] = (real)cos((double)j);
        model_backward(&run.f.model, &pass, 0, ROWS);
        expect_apart(&run, gradient, 1, 3, "the gradient", wide[i]);
        stop(&run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_apart),
        cmocka_unit_test(test_columns_apart),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
