/* Runs cut after any of their steps: what the checkpoint holds is all that a resumed one needs. */
#include "training_run.h"

/* Three steps to an epoch. Training follows y = 1 from 0, the validation asks for 0.3: on the way
 * there is a best epoch, after which it gets worse. */
static const char config[] = "data: {csv: d.csv, inputs: x, targets: y, validation: 3}\n"
                             "model:\n"
                             "  layers:\n"
                             "    - simple_rnn: 2\n"
                             "    - dropout: 0.25\n"
                             "    - dense: 1\n"
                             "train:\n"
                             "  loss: mse\n"
                             "  optimizer: {sgd: {learning_rate: 0.01, momentum: 0.5}}\n"
                             "  epochs: 9\n"
                             "  batch_size: 4\n"
                             "output: {checkpoint: a.ckpt, history: a.csv}\n";

static int write_data(void **state) {
    if (enter_folder(state) != 0) return 1;
    write_text("d.csv", "x,y\n.1,1\n.2,1\n-.1,1\n.3,1\n0,1\n.1,1\n-.2,1\n.2,1\n.1,1\n.1,1\n"
                        ".1,.3\n0,.3\n.2,.3\n");
    return 0;
}

static void assert_same_end(const struct training_run *a, const struct training_run *b) {
    const struct trainer *one = &a->training.trainer, *two = &b->training.trainer;
    size_t size = one->engine.model.size * sizeof(real);
    assert_int_equal(one->state.epoch, two->state.epoch);
    assert_int_equal(one->state.iteration, two->state.iteration);
    assert_int_equal(one->state.best_epoch, two->state.best_epoch);
    assert_int_equal(one->state.wait, two->state.wait);
    assert_memory_equal(one->engine.model.weights, two->engine.model.weights, size);
    if (one->best_weights != NULL) assert_memory_equal(one->best_weights, two->best_weights, size);
    for (size_t i = 0; i < OPTIMIZER_SLOTS; i++)
        if (one->engine.optimizer.slot_name[i] != NULL)
            assert_memory_equal(one->engine.optimizer.slot[i], two->engine.optimizer.slot[i], size);
    assert_true(one->engine.optimizer.learning_rate == two->engine.optimizer.learning_rate);
    for (size_t i = 0; i < one->metrics; i++) {
        const struct train_epoch *last = &a->record[a->records - 1];
        assert_true(last->metric[i] == b->record[b->records - 1].metric[i]);
        assert_true(last->val_metric[i] == b->record[b->records - 1].val_metric[i]);
    }
    assert_memory_equal(&a->record[a->records - 1].loss, &b->record[b->records - 1].loss,
                        sizeof(double));
    assert_memory_equal(&a->record[a->records - 1].val_loss, &b->record[b->records - 1].val_loss,
                        sizeof(double));
}

/* Cut after every step there is, resumed, and held against the run that was never cut. */
static void cut_everywhere(const char *change, const struct training_run *whole) {
    size_t steps = whole->training.trainer.state.iteration;
    for (size_t at = 1; at < steps; at++) {
        struct training_run run;
        run_open(&run, config, change, false);
        run.stop_at = at;
        run_train(&run);
        assert_false(run.training.trainer.state.finished);
        assert_int_equal(run.training.trainer.state.iteration, at);
        run_save(&run, "a.ckpt");
        run_close(&run);
        run_open(&run, config, change, true);
        assert_true(run.training.resumed);
        assert_false(run.training.finished_before);
        run_train(&run);
        assert_same_end(whole, &run);
        run_close(&run);
    }
}

static void test_resumed_with_the_best_behind(void **state) {
    static const char change[] = "train.early_stopping={patience: 20}";
    struct training_run whole;
    (void)state;
    run_open(&whole, config, change, false);
    run_train(&whole);
    const struct trainer *trainer = &whole.training.trainer;
    assert_true(trainer->state.best_epoch > 1 && trainer->state.best_epoch < 6);
    assert_int_equal(trainer->state.epoch, 9);
    cut_everywhere(change, &whole);
    run_close(&whole);
}

static void test_resumed_without_watching(void **state) {
    struct training_run whole;
    (void)state;
    run_open(&whole, config, NULL, false);
    run_train(&whole);
    cut_everywhere(NULL, &whole);
    run_close(&whole);
}

/* Patience 0 is always reached, but only an epoch without an improvement ends the run. */
static void test_resumed_without_patience(void **state) {
    static const char change[] = "train.early_stopping={patience: 0}";
    struct training_run whole;
    (void)state;
    run_open(&whole, config, change, false);
    run_train(&whole);
    const struct training_state *end = &whole.training.trainer.state;
    assert_true(end->best_epoch > 1 && end->epoch == end->best_epoch + 1 && end->epoch < 9);
    cut_everywhere(change, &whole);
    run_close(&whole);
}

/* What else moves from step to step: every one of these has something to remember. */
static void test_resumed_with_all_that_counts(void **state) {
    static const char *const changes[] = {
        "train={loss: mse, epochs: 5, batch_size: 4, metrics: [mae, r2], steps_per_epoch: 4, "
        "optimizer: {nadam: {gradient_accumulation_steps: 3, use_ema: true, ema_momentum: 0.5}}, "
        "reduce_lr_on_plateau: {patience: 1, factor: 0.5, cooldown: 1, min_delta: 1}}",
        "train={loss: mae, epochs: 7, batch_size: 4, initial_epoch: 2, early_stopping: {patience: "
        "9}, optimizer: {adadelta: {use_ema: true, ema_overwrite_frequency: 4, learning_rate: "
        "{polynomial_decay: {initial_learning_rate: 1, decay_steps: 4, cycle: true}}}}}",
        "train={loss: {quantile: 0.3}, epochs: 3, batch_size: 3, optimizer: {adagrad: "
        "{learning_rate: {piecewise_constant_decay: {boundaries: [4, 6], values: [0.1, 0.2, "
        "0.3]}}}}}"};
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct training_run whole;
        run_open(&whole, config, changes[i], false);
        run_train(&whole);
        assert_true(whole.training.trainer.state.iteration >= 12);
        if (i == 0) assert_true(whole.training.trainer.state.reduced_rate < 0.001);
        cut_everywhere(changes[i], &whole);
        run_close(&whole);
    }
}

/* An early end is an end: resumed, with more epochs or not, it is over. */
static void test_ended_early(void **state) {
    struct training_run run;
    (void)state;
    run_open(&run, config, "train.early_stopping={patience: 1}", false);
    run_train(&run);
    size_t epoch = run.training.trainer.state.epoch;
    assert_true(epoch < 9);
    run_save(&run, "a.ckpt");
    run_close(&run);
    run_open(&run, config, "train.early_stopping={patience: 1}", true);
    assert_true(run.training.finished_before);
    run_train(&run);
    assert_int_equal(run.records, 0);
    assert_int_equal(run.training.trainer.state.epoch, epoch);
    run_close(&run);
}

/* With `count` names as categories of the input. */
static bool check_with_names(const struct training_run *run, size_t count, struct error *err) {
    enum { NAME = 24 };
    struct checkpoint_content content = run_content(run);
    struct schema schema = *content.schema;
    struct schema_column column[2] = {schema.column[0], schema.column[1]};
    char *names = malloc(count * NAME), **name = malloc(count * sizeof *name);
    assert_true(names != NULL && name != NULL && schema.columns == 2 && schema.input[0] == 0);
    for (size_t i = 0; i < count; i++) {
        name[i] = names + NAME * i;
        (void)snprintf(name[i], NAME, "c%zu", i);
    }
    column[0].type = COLUMN_CATEGORY;
    column[0].category = name;
    column[0].categories = schema.features = count;
    schema.column = column;
    content.schema = &schema;
    bool good = checkpoint_check(&content, err);
    free(name);
    free(names);
    return good;
}

/* A checkpoint that could not be read again is refused before the first step is trained. */
static void test_names_without_end(void **state) {
    struct training_run run;
    struct error err = {.kind = ERROR_NONE};
    (void)state;
    run_open(&run, config, NULL, false);
    if (!check_with_names(&run, 300000, &err)) fail_msg("%s", err.text);
    assert_false(check_with_names(&run, 1100000, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    if (strstr(err.text, "(data.columns.NAME.min_count)") == NULL) fail_msg("%s", err.text);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resumed_with_the_best_behind),
        cmocka_unit_test(test_resumed_without_watching),
        cmocka_unit_test(test_resumed_without_patience),
        cmocka_unit_test(test_resumed_with_all_that_counts),
        cmocka_unit_test(test_ended_early),
        cmocka_unit_test(test_names_without_end),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, write_data, leave_folder);
}
