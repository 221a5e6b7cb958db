/* Saves that are written while training goes on: what stands in the file is what stood in memory when
 * the save began, and what went wrong is told by whoever asks next. */
#include <sys/stat.h>
#include <unistd.h>

#include "training_run.h"

#include "tools/training_files.h"

static const char config[] = "data: {csv: d.csv, inputs: x, targets: y, validation: 2}\n"
                             "model: {layers: [lstm: 32, dense: 1]}\n"
                             "train: {epochs: 3, batch_size: 2}\n"
                             "output: {checkpoint: out/a.ckpt, history: a.csv}\n";

static int write_data(void **state) {
    if (enter_folder(state) != 0) return 1;
    write_text("d.csv", "x,y\n.1,1\n.2,1\n-.1,1\n.3,1\n0,1\n.1,1\n");
    return mkdir("out", 0700);
}

static void open_run(struct training_run *run, const char *change) {
    run_open(run, config, change, false);
    CHECK(training_open_history(&run->training, err));
    run_train(run);
}

static void *bytes_of(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = malloc(1 << 20);
    assert_non_null(bytes);
    *length = fread(bytes, 1, 1 << 20, file);
    assert_true(*length > 0 && *length < 1 << 20);
    (void)fclose(file);
    return bytes;
}

static void assert_same_file(const char *a, const char *b) {
    size_t length[2];
    void *one = bytes_of(a, &length[0]), *two = bytes_of(b, &length[1]);
    assert_int_equal(length[0], length[1]);
    assert_memory_equal(one, two, length[0]);
    free(one);
    free(two);
}

/* Everything a step changes. */
static void scribble(struct training *t) {
    struct engine *engine = &t->trainer.engine;
    size_t size = engine->model.size;
    for (size_t i = 0; i < size; i++) engine->model.weights[i] = -7;
    for (size_t s = 0; s < OPTIMIZER_SLOTS; s++)
        for (size_t i = 0; engine->optimizer.slot_name[s] != NULL && i < size; i++)
            engine->optimizer.slot[s][i] = -7;
    for (size_t i = 0; t->trainer.best_weights != NULL && i < size; i++)
        t->trainer.best_weights[i] = -7;
    engine->optimizer.iteration = t->trainer.state.iteration = 777;
    t->trainer.state.epoch = 7;
}

static void check_snapshot(const char *change) {
    struct training_run run;
    open_run(&run, change);
    run_save(&run, "at_once.ckpt");
    CHECK(training_save(&run.training, err));
    scribble(&run.training);
    CHECK(training_finish_save(&run.training, err));
    assert_same_file("at_once.ckpt", "out/a.ckpt");
    run_close(&run);
}

static void test_saves_what_was_there(void **state) {
    (void)state;
    check_snapshot(NULL);
    check_snapshot("train.optimizer=sgd");
    check_snapshot("train.optimizer={adam: {amsgrad: true}}");
    check_snapshot("train.optimizer={sgd: {use_ema: true}}");
    check_snapshot("train.early_stopping={monitor: loss, patience: 9}");
}

/* Each save waits for the one before; closing waits too. */
static void test_saves_follow_each_other(void **state) {
    struct training_run run;
    (void)state;
    open_run(&run, NULL);
    for (size_t i = 0; i < 20; i++) {
        run.training.trainer.state.iteration = 100 + i;
        CHECK(training_save(&run.training, err));
        assert_int_equal(run.training.kept_iteration, i == 0 ? SIZE_MAX : 99 + i);
    }
    run_close(&run);
    struct checkpoint checkpoint;
    CHECK(checkpoint_open(&checkpoint, "out/a.ckpt", err));
    assert_int_equal(checkpoint.state.iteration, 119);
    checkpoint_close(&checkpoint);
}

static void test_errors_come_back(void **state) {
    static const char text[] = "cannot write nowhere/a.ckpt: No such file or directory";
    struct training_run run;
    struct error found;
    (void)state;
    open_run(&run, "output.checkpoint=nowhere/a.ckpt");
    CHECK(training_save(&run.training, err));
    assert_false(training_finish_save(&run.training, &found));
    assert_int_equal(found.kind, ERROR_SYSTEM);
    assert_string_equal(found.text, text);
    CHECK(training_save(&run.training, err)); /* told once */
    assert_false(training_save(&run.training, &found));
    assert_string_equal(found.text, text);
    CHECK(training_save(&run.training, err));
    for (int i = 0; i < 10000 && training_saved(&run.training, &found); i++) (void)usleep(1000);
    assert_string_equal(found.text, text);
    assert_int_equal(run.training.kept_iteration, SIZE_MAX);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_saves_what_was_there),
        cmocka_unit_test(test_saves_follow_each_other),
        cmocka_unit_test(test_errors_come_back),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, write_data, leave_folder);
}
