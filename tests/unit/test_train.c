/* The training loop: the order of the samples, steps of an epoch, what a record of one holds. */
#include "training_run.h"

enum { SAMPLES = 12 };

/* Twelve training rows in batches of 5, 5 and 2; four more to validate on. */
static const char config[] = "data: {csv: d.csv, inputs: x, targets: y, validation: 4}\n"
                             "model:\n"
                             "  layers:\n"
                             "    - simple_rnn: {units: 1, activation: linear}\n"
                             "    - dense: 1\n"
                             "train:\n"
                             "  loss: mae\n"
                             "  metrics: [mae, mse]\n"
                             "  optimizer: {sgd: {learning_rate: 0.01}}\n"
                             "  epochs: 6\n"
                             "  batch_size: 5\n";

static int write_data(void **state) {
    if (enter_folder(state) != 0) return 1;
    write_text("d.csv", "x,y\n0,1\n0,1\n0,1\n0,1\n0,1\n1,3\n1,3\n1,3\n1,3\n1,3\n2,6\n2,6\n"
                        "0,1\n0,2\n0,3\n0,4\n");
    return 0;
}

/* ---- order ----------------------------------------------------------------------------------- */

struct orders {
    size_t order[RECORDS][SAMPLES];
};

static void keep_order(struct training_run *run) {
    struct orders *orders = run->context;
    const struct trainer *trainer = &run->training.trainer;
    memcpy(orders->order[trainer->state.epoch], trainer->order, sizeof *orders->order);
}

static void take_orders(const char *change, struct orders *orders) {
    struct training_run run;
    run_open(&run, config, change, false);
    assert_int_equal(dataset_count(run.training.task.data, PART_TRAIN), SAMPLES);
    run.each_step = keep_order;
    run.context = orders;
    run_train(&run);
    run_close(&run);
}

static void assert_permutation(const size_t *order) {
    bool there[SAMPLES] = {false};
    for (size_t i = 0; i < SAMPLES; i++) {
        assert_true(order[i] < SAMPLES && !there[order[i]]);
        there[order[i]] = true;
    }
}

static void test_each_epoch_has_its_order(void **state) {
    struct orders orders, again;
    (void)state;
    take_orders(NULL, &orders);
    for (size_t i = 0; i < 6; i++) {
        assert_permutation(orders.order[i]);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(orders.order[i], orders.order[j], sizeof *orders.order);
    }
    take_orders(NULL, &again);
    assert_memory_equal(orders.order, again.order, 6 * sizeof *orders.order);
    take_orders("seed=2", &again);
    assert_memory_not_equal(orders.order[0], again.order[0], sizeof *orders.order);
}

static void test_no_shuffle(void **state) {
    struct orders orders;
    (void)state;
    take_orders("train.shuffle=false", &orders);
    for (size_t epoch = 0; epoch < 6; epoch++)
        for (size_t i = 0; i < SAMPLES; i++) assert_int_equal(orders.order[epoch][i], i);
}

/* ---- steps and records ----------------------------------------------------------------------- */

/* Every output is 1/2, whatever the steps before did. */
static void set_half(struct training_run *run) {
    run_set(run, "dense/kernel", 0);
    run_set(run, "dense/bias", 0.5);
}

static void half(struct training_run *run, const char *change) {
    run_open(run, config, change, false);
    set_half(run);
    run->each_step = set_half;
}

/* Absolute errors: 0.5 five times, 2.5 five times, 5.5 twice. */
static void test_an_epoch_counts_samples_alike(void **state) {
    struct training_run run;
    (void)state;
    half(&run, "train.shuffle=false");
    run_train(&run);
    assert_int_equal(run.records, 6);
    assert_int_equal(run.training.trainer.state.iteration, 18);
    for (size_t i = 0; i < 6; i++) {
        const struct train_epoch *record = &run.record[i];
        assert_int_equal(record->epoch, i + 1);
        assert_true(fabs(record->loss - 26.0 / 12) < 1e-9);
        assert_true(fabs(record->metric[0] - 26.0 / 12) < 1e-9);
        assert_true(fabs(record->metric[1] - 93.0 / 12) < 1e-9);
        assert_true(record->val_loss == 2 && record->val_metric[0] == 2);
        assert_true(record->val_metric[1] == (0.25 + 2.25 + 6.25 + 12.25) / 4);
        assert_true(record->learning_rate == 0.01);
        assert_true(record->samples_per_second > 0 && record->seconds > 0);
        assert_false(record->best); /* nothing watches */
    }
    run_close(&run);
}

/* An epoch goes on where the one before it ended: batches of 5 and 5, 2 and 5, 5 and 2. */
static void test_steps_per_epoch(void **state) {
    static const double want[3] = {15.0 / 10, 13.5 / 7, 23.5 / 7};
    struct training_run run;
    (void)state;
    half(&run, "train={steps_per_epoch: 2, shuffle: false, batch_size: 5, epochs: 3, loss: mae, "
               "optimizer: sgd}");
    run_train(&run);
    assert_int_equal(run.records, 3);
    assert_int_equal(run.training.trainer.state.iteration, 6);
    for (size_t i = 0; i < 3; i++) assert_true(fabs(run.record[i].loss - want[i]) < 1e-9);
    run_close(&run);
}

/* Seven steps, when a pass has three: 2 passes and 1 step, then 1, 2 and 1 step, and so on. */
static void test_more_steps_than_a_pass(void **state) {
    static const double want[2] = {(26 + 26 + 2.5) / 29, (23.5 + 26 + 15) / 29};
    struct training_run run;
    (void)state;
    half(&run, "train={steps_per_epoch: 7, shuffle: false, batch_size: 5, epochs: 2, loss: mae, "
               "optimizer: sgd}");
    run_train(&run);
    assert_int_equal(run.records, 2);
    for (size_t i = 0; i < 2; i++) assert_true(fabs(run.record[i].loss - want[i]) < 1e-9);
    run_close(&run);
}

static void test_initial_epoch(void **state) {
    struct orders all, rest;
    struct training_run run;
    (void)state;
    run_open(&run, config, "train.initial_epoch=4", false);
    run_train(&run);
    assert_int_equal(run.records, 2);
    assert_int_equal(run.record[0].epoch, 5);
    assert_int_equal(run.training.trainer.state.iteration, 6);
    run_close(&run);
    take_orders(NULL, &all);
    take_orders("train.initial_epoch=4", &rest);
    assert_memory_equal(all.order[4], rest.order[4], 2 * sizeof *all.order);
}

static void test_validation_freq(void **state) {
    struct training_run run;
    (void)state;
    half(&run, "train.validation_freq=3");
    run_train(&run);
    assert_int_equal(run.records, 6);
    for (size_t i = 0; i < 6; i++) {
        bool validated = (i + 1) % 3 == 0;
        assert_int_equal(isnan(run.record[i].val_loss), !validated);
        assert_int_equal(isnan(run.record[i].val_metric[0]), !validated);
        assert_int_equal(isnan(run.record[i].val_metric[1]), !validated);
        if (validated) assert_true(run.record[i].val_loss == 2);
    }
    run_close(&run);
}

/* ---- the norm of the gradient ---------------------------------------------------------------- */

/* With mse, kernel 0 and bias b the gradient is that of the two numbers of the dense layer, by the
 * first layer's output h = x: 2 (b - y) h and 2 (b - y), meant over the batch. */
static void set_identity(struct training_run *run) {
    set_half(run);
    run_set(run, "simple_rnn/kernel", 1);
    run_set(run, "simple_rnn/bias", 0);
}

static void test_norm_is_the_largest(void **state) {
    struct training_run run;
    (void)state;
    /* The last batch is the first again: x 0, where the norm is 2 |0.5 - 1| = 1; in the second
     * batch it is |(2 (0.5 - 3), 2 (0.5 - 3))| = 5 sqrt 2. */
    write_text("norm.csv", "x,y\n0,1\n0,1\n0,1\n0,1\n0,1\n1,3\n1,3\n1,3\n1,3\n1,3\n0,1\n0,1\n");
    run_open(&run,
             "data: {csv: norm.csv, inputs: x, targets: y}\n"
             "model: {layers: [{simple_rnn: {units: 1, activation: linear}}, {dense: 1}]}\n"
             "train: {loss: mse, optimizer: sgd, epochs: 2, batch_size: 5, shuffle: false}\n",
             NULL, false);
    set_identity(&run);
    run.each_step = set_identity;
    run_train(&run);
    assert_int_equal(run.records, 2);
    for (size_t i = 0; i < 2; i++) assert_true(fabs(run.record[i].norm - 5 * sqrt(2)) < 1e-6);
    run_close(&run);
}

/* ---- weights of classes ---------------------------------------------------------------------- */

static const char of_classes[] =
    "data: {csv: k.csv, inputs: x, targets: k}\n"
    "model: {layers: [{gru: 4}, {dense: {units: 2, activation: softmax}}]}\n"
    "train: {optimizer: {sgd: 0.25}, epochs: 9, batch_size: 64, shuffle: false}\n";

static void train_classes(struct training_run *run, const char *csv, const char *change) {
    write_text("k.csv", csv);
    run_open(run, of_classes, change, false);
    run_train(run);
    run_close(run);
}

/* A class with a weight of 3 is a class with each sample three times, but for the mean, which is
 * over 4 samples, not 8: here twice the learning rate makes up for it. */
static void test_class_weights_are_repetitions(void **state) {
    struct training_run weighted, repeated, plain;
    (void)state;
    train_classes(&plain, "x,k\n1,a\n-1,b\n0.5,b\n2,a\n", NULL);
    train_classes(&weighted, "x,k\n1,a\n-1,b\n0.5,b\n2,a\n", "train.class_weight={b: 3}");
    train_classes(&repeated, "x,k\n1,a\n-1,b\n-1,b\n0.5,b\n-1,b\n0.5,b\n0.5,b\n2,a\n",
                  "train.optimizer={sgd: 0.5}");
    assert_int_equal(weighted.records, 9);
    for (size_t i = 0; i < 9; i++) {
        double want = 2 * repeated.record[i].loss;
        assert_true(fabs(weighted.record[i].loss - want) < 1e-5);
        assert_true(fabs(plain.record[i].loss - want) > 0.1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_epoch_has_its_order),
        cmocka_unit_test(test_no_shuffle),
        cmocka_unit_test(test_an_epoch_counts_samples_alike),
        cmocka_unit_test(test_steps_per_epoch),
        cmocka_unit_test(test_more_steps_than_a_pass),
        cmocka_unit_test(test_initial_epoch),
        cmocka_unit_test(test_validation_freq),
        cmocka_unit_test(test_norm_is_the_largest),
        cmocka_unit_test(test_class_weights_are_repetitions),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, write_data, leave_folder);
}
