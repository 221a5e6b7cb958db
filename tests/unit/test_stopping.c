/* Early stopping, on runs whose figures are written beforehand: after each epoch's only step the
 * weights are set so that the validation gives the next number of the script. */
#include "training_run.h"

/* Each validation target is 0 and each output the last bias, so that val_loss, their mean absolute
 * error, is the bias. */
static const char loss_config[] = "data: {csv: number.csv, inputs: x, targets: y, validation: 4}\n"
                                  "model:\n"
                                  "  layers:\n"
                                  "    - simple_rnn: {units: 1, activation: linear}\n"
                                  "    - dense: 1\n"
                                  "train:\n"
                                  "  loss: mae\n"
                                  "  optimizer: sgd\n"
                                  "  epochs: 8\n";

/* Each of eight validation targets is positive; an answer is where x = 1 ... 8 is over 8.5 - k,
 * which is so k times: val_accuracy is k / 8. */
static const char accuracy_config[] =
    "data: {csv: class.csv, inputs: x, targets: y, validation: 8}\n"
    "model:\n"
    "  layers:\n"
    "    - simple_rnn: {units: 1, activation: linear}\n"
    "    - dense: {units: 1, activation: sigmoid}\n"
    "train:\n"
    "  loss: binary_crossentropy\n"
    "  optimizer: sgd\n"
    "  epochs: 8\n";

static int write_data(void **state) {
    if (enter_folder(state) != 0) return 1;
    write_text("number.csv", "x,y\n1,1\n2,1\n3,1\n4,1\n5,0\n6,0\n7,0\n8,0\n");
    write_text("class.csv", "x,y\n1,0\n2,1\n1,1\n2,1\n3,1\n4,1\n5,1\n6,1\n7,1\n8,1\n");
    return 0;
}

static double next(const struct training_run *run) {
    const double *script = run->context;
    return script[run->training.trainer.state.epoch];
}

static void set_loss(struct training_run *run) {
    run_set(run, "dense/kernel", 0);
    run_set(run, "dense/bias", next(run));
}

static void set_accuracy(struct training_run *run) {
    run_set(run, "simple_rnn/kernel", 1);
    run_set(run, "simple_rnn/bias", 0);
    run_set(run, "dense/kernel", 1);
    run_set(run, "dense/bias", -(8.5 - 8 * next(run)));
}

/* What a script must lead to. */
struct outcome {
    size_t epochs, best, wait;
};

static void follow(struct training_run *run, bool accuracy, const char *stopping, double *script) {
    char change[256];
    (void)snprintf(change, sizeof change, "train.early_stopping=%s", stopping);
    run_open(run, accuracy ? accuracy_config : loss_config, change, false);
    run->each_step = accuracy ? set_accuracy : set_loss;
    run->context = script;
    run_train(run);
}

static void assert_outcome(const struct training_run *run, bool accuracy, struct outcome want) {
    const struct trainer *trainer = &run->training.trainer;
    const double *script = run->context;
    assert_int_equal(trainer->state.epoch, want.epochs);
    assert_int_equal(run->records, want.epochs);
    for (size_t i = 0; i < run->records; i++) {
        const struct train_epoch *record = &run->record[i];
        assert_int_equal(record->epoch, i + 1);
        assert_true((accuracy ? record->val_metric[0] : record->val_loss) == script[i]);
    }
    assert_int_equal(trainer->state.best_epoch, want.best);
    assert_int_equal(trainer->state.wait, want.wait);
    assert_true(trainer->state.best == script[want.best - 1]);
    assert_true(trainer->state.finished);
    assert_true(run->record[want.best - 1].best);
    for (size_t i = want.best; i < run->records; i++) assert_false(run->record[i].best);
}

static void expect(bool accuracy, const char *stopping, double *script, struct outcome want) {
    struct training_run run;
    follow(&run, accuracy, stopping, script);
    assert_outcome(&run, accuracy, want);
    /* The weights that predict are those of the best epoch, not the last ones. */
    const struct trainer *trainer = &run.training.trainer;
    const real *predicting = train_predicting_weights(trainer);
    assert_ptr_equal(predicting, trainer->best_weights);
    double bias = script[want.best - 1];
    if (accuracy) bias = -(8.5 - 8 * bias);
    assert_true((double)*run_tensor(&run, "dense/bias", trainer->best_weights) == bias);
    run_close(&run);
}

/* Equal is not better; the epoch that makes the wait `patience` long is the last. */
static void test_patience(void **state) {
    (void)state;
    expect(false, "{patience: 2}", (double[]){1, 0.5, 0.75, 0.5, 0.25, 0.125, 0.125, 0.125},
           (struct outcome){4, 2, 2});
    expect(false, "{patience: 1}", (double[]){1, 0.5, 0.25, 0.375, 0.125, 0, 0, 0},
           (struct outcome){4, 3, 1});
    expect(false, "{patience: 3}", (double[]){1, 2, 2, 0.5, 2, 2, 2, 0.25},
           (struct outcome){7, 4, 3});
}

/* Patience 0 allows no epoch without an improvement, and ends none that has one. */
static void test_no_patience(void **state) {
    (void)state;
    expect(false, "{patience: 0}", (double[]){1, 0.5, 0.5, 0.25, 0.125, 0, 0, 0},
           (struct outcome){3, 2, 1});
}

/* After an improvement the wait begins anew. */
static void test_wait_begins_anew(void **state) {
    (void)state;
    expect(false, "{patience: 2}", (double[]){1, 1.5, 0.5, 0.75, 0.25, 0.5, 0.75, 0.125},
           (struct outcome){7, 5, 2});
}

static void test_never_stopped(void **state) {
    (void)state;
    expect(false, "{patience: 4}", (double[]){1, 0.5, 0.75, 0.75, 0.75, 0.25, 0.5, 0.375},
           (struct outcome){8, 6, 2});
}

/* An improvement must be by more than min_delta, and is measured from the best so far. */
static void test_min_delta(void **state) {
    (void)state;
    expect(false, "{patience: 3, min_delta: 0.25}",
           (double[]){1, 0.875, 0.75, 0.625, 0.5, 0.75, 0.375, 0}, (struct outcome){7, 4, 3});
    expect(true, "{monitor: val_accuracy, patience: 3, min_delta: 0.25}",
           (double[]){0.125, 0.25, 0.375, 0.5, 0.625, 0.375, 0.75, 1}, (struct outcome){7, 4, 3});
}

/* Of an accuracy, more is better. */
static void test_higher_is_better(void **state) {
    (void)state;
    expect(true, "{monitor: val_accuracy, patience: 2}",
           (double[]){0.5, 0.625, 0.5, 0.75, 0.25, 0.125, 1, 1}, (struct outcome){6, 4, 2});
}

/* Epochs without a validation neither wait nor improve. */
static void test_rare_validation(void **state) {
    struct training_run run;
    (void)state;
    run_open(&run, loss_config,
             "train={loss: mae, optimizer: sgd, epochs: 8, validation_freq: 2, "
             "early_stopping: {patience: 2}}",
             false);
    run.each_step = set_loss;
    run.context = (double[]){1, 0.5, 0.25, 0.75, 0.125, 0.625, 0, 0};
    run_train(&run);
    assert_int_equal(run.records, 6);
    assert_int_equal(run.training.trainer.state.best_epoch, 2);
    run_close(&run);
}

/* restore_best: false watches, and keeps the last weights. */
static void test_without_restore(void **state) {
    struct training_run run;
    (void)state;
    follow(&run, false, "{patience: 2, restore_best: false}",
           (double[]){1, 0.5, 0.75, 0.625, 0, 0, 0, 0});
    const struct trainer *trainer = &run.training.trainer;
    assert_int_equal(run.records, 4);
    assert_int_equal(trainer->state.best_epoch, 2);
    assert_ptr_equal(train_predicting_weights(trainer), trainer->engine.model.weights);
    assert_true(*run_tensor(&run, "dense/bias", trainer->engine.model.weights) == 0.625F);
    run_close(&run);
}

/* Only what beats the baseline too begins the wait anew; an improvement itself does not end a run. */
static void test_baseline(void **state) {
    (void)state;
    expect(false, "{patience: 2, baseline: 0.5}", (double[]){4, 3, 2, 1, 1.5, 0, 0, 0},
           (struct outcome){5, 4, 2});
    expect(false, "{patience: 2, baseline: 0.5}", (double[]){4, 3, 0.25, 1, 0.125, 1, 1, 0},
           (struct outcome){7, 5, 2});
    expect(true, "{monitor: val_accuracy, patience: 1, baseline: 0.5, min_delta: 0.125}",
           (double[]){0.125, 0.375, 0.625, 1, 0.5, 0.625, 0.75, 1}, (struct outcome){5, 4, 1});
}

/* The first epochs neither wait nor improve, however good they are. */
static void test_start_from_epoch(void **state) {
    (void)state;
    expect(false, "{patience: 2, start_from_epoch: 3}", (double[]){0.125, 1, 2, 4, 3, 3, 3, 0},
           (struct outcome){7, 5, 2});
}

/* What a finished run is judged by are the figures of the best epoch. */
static void test_judged_by_the_best(void **state) {
    struct training_run run;
    struct training_result result;
    (void)state;
    follow(&run, false, "{patience: 2}", (double[]){1, 0.25, 0.75, 0.5, 0, 0, 0, 0});
    training_judge(&run.training, &result);
    assert_true(result.validation.model.loss == 0.25);
    assert_true(result.validation.model.metric[0] == 0.25);
    assert_true(result.test.samples == 0);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patience),           cmocka_unit_test(test_no_patience),
        cmocka_unit_test(test_wait_begins_anew),   cmocka_unit_test(test_never_stopped),
        cmocka_unit_test(test_min_delta),          cmocka_unit_test(test_higher_is_better),
        cmocka_unit_test(test_rare_validation),    cmocka_unit_test(test_without_restore),
        cmocka_unit_test(test_judged_by_the_best), cmocka_unit_test(test_baseline),
        cmocka_unit_test(test_start_from_epoch),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, write_data, leave_folder);
}
