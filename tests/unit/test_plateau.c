/* ReduceLROnPlateau, on runs whose validation losses are written beforehand: after each epoch's only
 * step the bias is set to the next of them. */
#include "training_run.h"

static const char config[] = "data: {csv: number.csv, inputs: x, targets: y, validation: 4}\n"
                             "model:\n"
                             "  layers:\n"
                             "    - simple_rnn: {units: 1, activation: linear}\n"
                             "    - dense: 1\n"
                             "train:\n"
                             "  loss: mae\n"
                             "  optimizer: {sgd: 0.5}\n"
                             "  epochs: 10\n";

static int write_data(void **state) {
    if (enter_folder(state) != 0) return 1;
    write_text("number.csv", "x,y\n1,1\n2,1\n3,1\n4,1\n5,0\n6,0\n7,0\n8,0\n");
    return 0;
}

static void set_loss(struct training_run *run) {
    const double *script = run->context;
    run_set(run, "dense/kernel", 0);
    run_set(run, "dense/bias", script[run->training.trainer.state.epoch]);
}

/* The history's rate is that of the epoch, before what the epoch leads to. */
static void expect(const char *plateau, double *script, const double *rate) {
    struct training_run run;
    char change[256];
    (void)snprintf(change, sizeof change, "train.reduce_lr_on_plateau=%s", plateau);
    run_open(&run, config, change, false);
    run.each_step = set_loss;
    run.context = script;
    run_train(&run);
    assert_int_equal(run.records, 10);
    for (size_t i = 0; i < 10; i++)
        if (!(fabs(run.record[i].learning_rate - rate[i]) < 1e-15))
            fail_msg("%s, epoch %zu: %g, expected %g", plateau, i + 1, run.record[i].learning_rate,
                     rate[i]);
    run_close(&run);
}

static void test_patience(void **state) {
    (void)state;
    expect("{factor: 0.5, patience: 2, min_delta: 0}",
           (double[]){1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25},
           (double[]){0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625});
}
static void test_min_delta(void **state) {
    (void)state;
    expect("{factor: 0.5, patience: 3, min_delta: 0.25}",
           (double[]){1, 0.875, 0.875, 0.75, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5},
           (double[]){0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125});
}
/* While it cools down no epoch counts, and the last of them begins a new wait. */
static void test_cooldown(void **state) {
    (void)state;
    expect("{factor: 0.5, patience: 2, cooldown: 3, min_delta: 0}",
           (double[]){1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
           (double[]){0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125});
}
static void test_least_rate(void **state) {
    (void)state;
    expect("{factor: 0.5, patience: 1, min_lr: 0.2, min_delta: 0}",
           (double[]){1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
           (double[]){0.5, 0.5, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_min_delta),
        cmocka_unit_test(test_cooldown),
        cmocka_unit_test(test_least_rate),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, write_data, leave_folder);
}
