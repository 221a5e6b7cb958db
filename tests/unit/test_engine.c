/* Batches through the engine: dropout keyed by seed and step, logits judged and shown as what they
 * are logits of. */
#include "run/evaluate.h"
#include "run/predict.h"
#include "training_run.h"

static const char dropping[] = "data: {csv: d.csv, inputs: x, targets: y}\n"
                               "model:\n"
                               "  layers:\n"
                               "    - simple_rnn: 16\n"
                               "    - dropout: 0.5\n"
                               "    - dense: 1\n"
                               "train: {loss: mse, optimizer: sgd}\n";

static int write_data(void **state) {
    if (enter_folder(state) != 0) return 1;
    write_text("d.csv", "x,y\n1,1\n2,0.5\n3,1\n4,0.25\n5,1\n6,0\n7,1\n8,0\n");
    write_text("two.csv", "x,y\n1,0\n1,1\n1,1\n1,1\n1,0\n");
    write_text("three.csv", "x,y\n1,a\n1,b\n1,c\n");
    return 0;
}

/* ---- dropout --------------------------------------------------------------------------------- */

/* The loss of the first batch by given weights, before the optimizer's step `iteration`. */
static double dropped(struct training_run *run, const real *weights, uint64_t iteration) {
    struct engine *engine = &run->training.trainer.engine;
    const size_t sample[] = {0, 1, 2, 3, 4, 5, 6, 7};
    double loss;
    memcpy(engine->model.weights, weights, engine->model.size * sizeof *weights);
    engine_weights_changed(engine);
    engine->optimizer.iteration = iteration;
    CHECK(engine_train(engine, PART_TRAIN, sample, 8, &loss, err));
    assert_int_equal(engine->optimizer.iteration, iteration + 1);
    return loss;
}

static void test_dropout_by_step_and_seed(void **state) {
    struct training_run one, two;
    (void)state;
    run_open(&one, dropping, "seed=1", false);
    run_open(&two, dropping, "seed=2", false);
    const struct model *model = &one.training.trainer.engine.model;
    real *weights = malloc(model->size * sizeof *weights);
    assert_non_null(weights);
    memcpy(weights, model->weights, model->size * sizeof *weights);
    double first = dropped(&one, weights, 0), second = dropped(&one, weights, 1);
    assert_true(first != second && first == dropped(&one, weights, 0));
    assert_true(second != dropped(&one, weights, 2));
    assert_true(first != dropped(&two, weights, 0) && second != dropped(&two, weights, 1));
    free(weights);
    run_close(&one);
    run_close(&two);
}

/* ---- logits ---------------------------------------------------------------------------------- */

static void open_logits(struct training_run *run, const char *csv, size_t units, const char *loss) {
    char yaml[512];
    (void)snprintf(yaml, sizeof yaml,
                   "data: {csv: %s, inputs: x, targets: y, columns: {y: category}}\n"
                   "model: {layers: [{simple_rnn: 1}, {dense: %zu}]}\n"
                   "train: {loss: {%s: {from_logits: true}}, optimizer: sgd}\n",
                   csv, units, loss);
    run_open(run, yaml, NULL, false);
    real *kernel = run_tensor(run, "dense/kernel", run->training.trainer.engine.model.weights);
    for (size_t i = 0; i < units; i++) kernel[i] = 0;
}

/* Of five, three are positive: a logit of 1/4 says so of all, though it is under 1/2. */
static void test_logits_are_judged_at_zero(void **state) {
    struct training_run run;
    struct metric metric;
    double loss;
    (void)state;
    open_logits(&run, "two.csv", 1, "binary_crossentropy");
    struct trainer *trainer = &run.training.trainer;
    assert_string_equal(trainer->metric[0].name, "accuracy");
    metric = trainer->metric[0];
    run_set(&run, "dense/bias", 0.25);
    evaluate_part(&trainer->engine, PART_TRAIN, trainer->scratch, &metric, 1, &loss);
    assert_true(fabs(metric_value(&metric) - 0.6) < 1e-12);
    assert_true(fabs(loss - (0.575939419892213 * 3 + 0.825939419892213 * 2) / 5) < 1e-7);
    run_set(&run, "dense/bias", -0.25);
    evaluate_part(&trainer->engine, PART_TRAIN, trainer->scratch, &metric, 1, &loss);
    assert_true(fabs(metric_value(&metric) - 0.4) < 1e-12);
    run_close(&run);
}

struct shown {
    double value[16];
    size_t count;
};
static bool take(void *context, const struct predict_block *block, struct error *err) {
    struct shown *shown = context;
    size_t width = block->engine->model.outputs;
    (void)err;
    for (size_t i = 0; i < block->count; i++) {
        const double *output = block->engine->restored + predict_place(block, i, 0) * width;
        for (size_t j = 0; j < width; j++) shown->value[shown->count++] = output[j];
    }
    return true;
}

static void test_binary_logits_are_shown_as_probabilities(void **state) {
    struct training_run run;
    struct shown shown = {.count = 0};
    (void)state;
    open_logits(&run, "two.csv", 1, "binary_crossentropy");
    run_set(&run, "dense/bias", 1);
    CHECK(predict_all(&run.training.trainer.engine, take, &shown, err));
    assert_int_equal(shown.count, 5);
    for (size_t i = 0; i < 5; i++) assert_true(fabs(shown.value[i] - 0.731058578630005) < 1e-12);
    run_close(&run);
}

static void test_logits_of_classes_are_shown_as_probabilities(void **state) {
    struct training_run run;
    struct shown shown = {.count = 0};
    /* e^1, e^2, e^-1 by their sum */
    static const double want[] = {0.259496460342419, 0.705384512698241, 0.0351190269593403};
    (void)state;
    open_logits(&run, "three.csv", 3, "sparse_categorical_crossentropy");
    real *bias = run_tensor(&run, "dense/bias", run.training.trainer.engine.model.weights);
    bias[0] = 1;
    bias[1] = 2;
    bias[2] = -1;
    engine_weights_changed(&run.training.trainer.engine);
    CHECK(predict_all(&run.training.trainer.engine, take, &shown, err));
    assert_int_equal(shown.count, 9);
    for (size_t i = 0; i < 9; i++) assert_true(fabs(shown.value[i] - want[i % 3]) < 1e-12);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dropout_by_step_and_seed),
        cmocka_unit_test(test_logits_are_judged_at_zero),
        cmocka_unit_test(test_binary_logits_are_shown_as_probabilities),
        cmocka_unit_test(test_logits_of_classes_are_shown_as_probabilities),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, write_data, leave_folder);
}
