/* A training loop takes no memory after its first step, and prediction one row at a time none at all:
 * every call of the allocator is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "training_run.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define COUNTS false /* the sanitizer's allocator is not to be stood in for */
static atomic_size_t calls;
#else
#define COUNTS true
static atomic_size_t calls;

/* Stand in for the C library's functions; it offers the originals by these names. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
void *malloc(size_t size) {
    atomic_fetch_add(&calls, 1);
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    atomic_fetch_add(&calls, 1);
    return __libc_calloc(count, size);
}
void *realloc(void *block, size_t size) {
    atomic_fetch_add(&calls, 1);
    return __libc_realloc(block, size);
}
#endif

struct count {
    size_t at_first, steps;
};

static void look(struct training_run *run) {
    struct count *count = run->context;
    if (count->steps++ == 0) count->at_first = atomic_load(&calls);
}

static void check(const char *yaml, const char *change) {
    struct training_run run;
    struct count count = {0};
    size_t before = atomic_load(&calls);
    run_open(&run, yaml, change, false);
    run.each_step = look;
    run.context = &count;
    if (COUNTS) assert_true(atomic_load(&calls) > before); /* the counter counts */
    run_train(&run);
    assert_int_equal(count.steps, 1000);
    assert_int_equal(atomic_load(&calls), count.at_first);
    run_close(&run);
}

/* 1,000 steps, over epochs with validation, shuffling, dropout and the best weights kept. */
static void test_windows(void **state) {
    (void)state;
    static const char yaml[] =
        "data: {generate: {task: sine, samples: 460, window: 12}, scale: standard, validation: "
        "0.1}\n"
        "model: {layers: [lstm: 9, dropout: 0.2, gru: 5, dense: 1]}\n"
        "train: {epochs: 20, batch_size: 8, steps_per_epoch: 50, early_stopping: {patience: 99}}\n";
    check(yaml, NULL);
    check(yaml, "threads=2");
}

/* The same with all that is counted and averaged on the way. */
static void test_counts_and_averages(void **state) {
    static const char numbers[] =
        "data: {generate: {task: sine, samples: 460, window: 12}, scale: standard, validation: "
        "0.1}\n"
        "model: {layers: [gru: 5, dense: 3]}\n"
        "train:\n"
        "  epochs: 10\n"
        "  batch_size: 8\n"
        "  steps_per_epoch: 100\n"
        "  loss: {quantile: [0.1, 0.5, 0.9]}\n"
        "  metrics: [mae, r2, mase, smape]\n"
        "  optimizer: {nadam: {gradient_accumulation_steps: 3, use_ema: true, clipnorm: 1}}\n"
        "  reduce_lr_on_plateau: {patience: 1}\n";
    static const char classes[] =
        "data: {csv: two.csv, inputs: x, targets: y, columns: {y: category}, validation: 40}\n"
        "model: {layers: [gru: 5, {dense: {units: 1, activation: sigmoid}}]}\n"
        "train: {epochs: 20, batch_size: 8, steps_per_epoch: 50, metrics: [auc, f1, "
        "recall_macro]}\n";
    struct text csv = {0};
    (void)state;
    text_add(&csv, "x,y\n");
    for (int i = 0; i < 200; i++) text_format(&csv, "%d,%d\n", i * 37 % 101, i * 37 % 101 > 40);
    write_text("two.csv", csv.bytes);
    text_free(&csv);
    check(numbers, NULL);
    check(classes, NULL);
}

/* An engine for prediction, with the weights and the data of a training run. */
static void open_predicting(const struct training_run *run, struct engine *engine) {
    const struct training *training = &run->training;
    struct batch_shape shape = {0};
    dataset_shape(training->task.data, &shape);
    *engine = (struct engine){
        .data = training->task.data, .kernels = training->trainer.engine.kernels, .batch_size = 1};
    CHECK(task_model(&run->config, &training->task.loss, dataset_schema(training->task.data),
                     &shape, engine, err));
    CHECK(engine_plan(engine, err) && engine_start(engine, err));
    memcpy(engine->model.weights, training->trainer.engine.model.weights,
           engine->model.size * sizeof(real));
}

static void test_one_row_at_a_time(void **state) {
    static const char yaml[] =
        "data: {generate: {task: sine, samples: 460, window: 12}, scale: standard}\n"
        "model: {layers: [lstm: 9, dropout: 0.2, gru: 5, dense: 1]}\n";
    struct training_run run;
    struct engine engine;
    (void)state;
    run_open(&run, yaml, NULL, false);
    open_predicting(&run, &engine);
    size_t before = atomic_load(&calls);
    for (size_t sample = 0; sample < 400; sample++) {
        engine_evaluate(&engine, PART_TRAIN, &sample, 1, NULL);
        engine_restore(&engine, PART_TRAIN, false);
        assert_true(engine.restored[0] == engine.restored[0]); /* not NaN */
    }
    assert_int_equal(atomic_load(&calls), before);
    engine_stop(&engine);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_windows),
                                       cmocka_unit_test(test_counts_and_averages),
                                       cmocka_unit_test(test_one_row_at_a_time)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
