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
    double value[32];
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

/* ---- weights of rows --------------------------------------------------------------------------- */

/* Losses and gradients of a step without an optimizer's: the weights stay. */
static double loss_of(struct training_run *run, const size_t *sample, size_t count, real *weight) {
    struct engine *engine = &run->training.trainer.engine;
    double loss;
    engine->batch.weight = weight;
    CHECK(engine_train(engine, PART_TRAIN, sample, count, &loss, err));
    return loss;
}

/* A weight of 3 is two more of the sample, but for the number of rows that the mean divides by. */
static void test_weights_are_repetitions(void **state) {
    static const char still[] = "data: {csv: d.csv, inputs: x, targets: y}\n"
                                "model: {layers: [{gru: 5}, {dense: 1}]}\n"
                                "train: {loss: huber, optimizer: {sgd: 1e-30}}\n";
    struct training_run run;
    real weight[] = {3, 1, 1, 2, 0};
    (void)state;
    run_open(&run, still, NULL, false);
    const struct model *model = &run.training.trainer.engine.model;
    real *gradient = malloc(model->size * sizeof *gradient);
    assert_non_null(gradient);
    double weighted = loss_of(&run, (size_t[]){0, 1, 2, 3, 4}, 5, weight);
    memcpy(gradient, model->gradients, model->size * sizeof *gradient);
    double repeated = loss_of(&run, (size_t[]){0, 0, 0, 1, 2, 3, 3}, 7, NULL);
    assert_true(fabs(5 * weighted - 7 * repeated) < 1e-6);
    double largest = 0;
    for (size_t i = 0; i < model->size; i++) {
        double want = 7 * (double)model->gradients[i];
        largest = fmax(largest, fabs(want));
        assert_true(fabs(5 * (double)gradient[i] - want) < 1e-5);
    }
    assert_true(largest > 0.1);
    free(gradient);
    run_close(&run);
}

/* ---- quantiles ------------------------------------------------------------------------------- */

/* Levels that cross are put in order, each in the targets' own units; the middle one is judged. */
static void test_quantiles_never_cross(void **state) {
    static const char yaml[] =
        "data: {csv: d.csv, inputs: x, targets: y, columns: {y: {scale: minmax}}}\n"
        "model: {layers: [{simple_rnn: 1}, {dense: 3}]}\n"
        "train: {loss: {quantile: [0.1, 0.5, 0.9]}, optimizer: sgd, metrics: mae}\n";
    struct training_run run;
    struct shown shown = {.count = 0};
    struct metric metric;
    double loss;
    (void)state;
    run_open(&run, yaml, NULL, false);
    struct trainer *trainer = &run.training.trainer;
    real *weights = trainer->engine.model.weights;
    for (size_t i = 0; i < 3; i++) run_tensor(&run, "dense/kernel", weights)[i] = 0;
    real *bias = run_tensor(&run, "dense/bias", weights);
    bias[0] = 0.75F;
    bias[1] = 1.25F;
    bias[2] = 0.25F;
    engine_weights_changed(&trainer->engine);
    metric = trainer->metric[0];
    evaluate_part(&trainer->engine, PART_TRAIN, trainer->scratch, &metric, 1, &loss);
    assert_true(fabs(metric_value(&metric) - (4 * 0.25 + 0.25 + 0.5 + 2 * 0.75) / 8) < 1e-6);
    CHECK(predict_all(&trainer->engine, take, &shown, err));
    assert_int_equal(shown.count > 12, true);
    for (size_t i = 0; i < 12; i++)
        assert_true(fabs(shown.value[i] - (i % 3 == 0 ? 0.25 : i % 3 == 1 ? 0.75 : 1.25)) < 1e-6);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dropout_by_step_and_seed),
        cmocka_unit_test(test_logits_are_judged_at_zero),
        cmocka_unit_test(test_binary_logits_are_shown_as_probabilities),
        cmocka_unit_test(test_logits_of_classes_are_shown_as_probabilities),
        cmocka_unit_test(test_weights_are_repetitions),
        cmocka_unit_test(test_quantiles_never_cross),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, write_data, leave_folder);
}
