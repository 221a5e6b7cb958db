/* Every allocation fails, once and from then on, in all that reads, plans and writes: it ends well, or
 * with an error that says so, and nothing is left over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files/export.h"
#include "files/import.h"
#include "tools/predictor.h"
#include "training_run.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define FAULTS false /* the sanitizer's allocator is not to be stood in for */
#elif defined __has_feature
#define FAULTS !(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define FAULTS true
#endif

static atomic_size_t calls, wanted; /* wanted 0: none fails */
static atomic_long blocks;          /* that are in use */
static atomic_bool from_then_on;
static size_t faults; /* that were tried */

#if FAULTS
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t), __libc_free(void *);

static bool fails(void) {
    size_t n = atomic_fetch_add(&calls, 1) + 1, at = atomic_load(&wanted);
    return at > 0 && (n == at || (n > at && atomic_load(&from_then_on)));
}

static void *counted(void *block) {
    if (block != NULL) atomic_fetch_add(&blocks, 1);
    return block;
}

void *malloc(size_t size) {
    return fails() ? NULL : counted(__libc_malloc(size));
}
void *calloc(size_t count, size_t size) {
    return fails() ? NULL : counted(__libc_calloc(count, size));
}
void *realloc(void *block, size_t size) {
    if (fails()) return NULL;
    return block == NULL ? counted(__libc_realloc(block, size)) : __libc_realloc(block, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
    return fails() ? NULL : counted(__libc_memalign(alignment, size));
}
void free(void *block) {
    if (block != NULL) atomic_fetch_sub(&blocks, 1);
    __libc_free(block);
}
#endif

typedef bool deed_of(const void *with, struct error *err);

static void try(deed_of *deed, const void *with, size_t n, bool on) {
    struct error err = {.kind = ERROR_NONE};
    long before = atomic_load(&blocks);
    atomic_store(&from_then_on, on);
    atomic_store(&calls, 0);
    atomic_store(&wanted, n);
    faults += n > 0;
    bool good = deed(with, &err);
    atomic_store(&wanted, 0);
    if (!good && (err.kind != ERROR_SYSTEM || err.text[0] == '\0'))
        fail_msg("allocation %zu%s: kind %d, \"%s\"", n, on ? " and on" : "", (int)err.kind,
                 err.text);
    if (atomic_load(&blocks) != before)
        fail_msg("allocation %zu%s: %ld blocks are left", n, on ? " and on" : "",
                 atomic_load(&blocks) - before);
}

/* The first time, what the C library keeps for itself is taken. */
static void exhaust(deed_of *deed, const void *with) {
    struct error err = {.kind = ERROR_NONE};
    if (!deed(with, &err)) fail_msg("%s", err.text);
    try(deed, with, 0, false);
    size_t count = atomic_load(&calls);
    if (!FAULTS) return;
    assert_true(count > 0);
    for (size_t n = 1; n <= count; n++) {
        try(deed, with, n, false);
        try(deed, with, n, true);
    }
}

/* ---- configs and data ------------------------------------------------------------------------ */

static const char *const configs[] = {
    "data: {csv: n.csv, window: 3, scale: standard, validation: 4, columns: {x: {missing: mean, "
    "difference: 1}}, missing_indicator: true}\n"
    "model: {layers: [{lstm: {units: 3, dropout: 0.1}}, {bidirectional: {gru: 2}}, dense: 1]}\n"
    "train: {metrics: [mae, r2], early_stopping: {patience: 3}, reduce_lr_on_plateau: {}}\n"
    "threads: 1\n",
    "data: {csv: [c.csv, c.csv], sequence_id: id, inputs: [x, kind, when], targets: label,\n"
    "       columns: {kind: {type: category, embed: 2}, when: {type: time, features: [hour, "
    "weekday]}}, unknown: ignore, validation: 1, split: random, scale: minmax}\n"
    "model: {layers: [{simple_rnn: 3}, layer_normalization: {}, dense: {units: 2, "
    "activation: softmax}]}\n"
    "train: {metrics: [accuracy, f1], class_weight: balanced, optimizer: {sgd: {learning_rate: "
    "{cosine_decay: {initial_learning_rate: 0.1, decay_steps: 9}}}}}\n"
    "threads: 1\n",
    "data: {csv: t.csv, inputs: text, targets: y, columns: {text: {type: text, unit: word}}}\n"
    "model: {layers: [embedding: 3, gru: 3, {dense: {units: 1, activation: sigmoid}}]}\n"
    "train: {loss: binary_crossentropy}\n"
    "threads: 1\n",
};
enum { CONFIGS = sizeof configs / sizeof *configs };

static bool read_config(const void *with, struct error *err) {
    char one[] = "train.epochs=2", two[] = "train.batch_size=4";
    char *change[] = {one, two};
    struct config config;
    struct text text = {0};
    if (!config_read_text(&config, "c.yaml", with, change, 2, err)) return false;
    bool good = config_print(&config, &text, err);
    text_free(&text);
    config_free(&config);
    return good;
}

static void test_configs(void **state) {
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) exhaust(read_config, configs[i]);
}

static bool open_task(const void *with, struct error *err) {
    struct task task;
    if (!task_open(&task, with, err)) return false;
    task_close(&task);
    return true;
}

static bool start_training(const void *with, struct error *err) {
    struct config *config = (struct config *)with;
    struct training training;
    bool good = training_open(&training, config, "generic", err);
    if (!good) return false;
    good = training_start(&training, false, false, err);
    training_close(&training);
    return good;
}

static void with_config(size_t i, deed_of *deed) {
    struct error err = {.kind = ERROR_NONE};
    struct config config;
    if (!config_read_text(&config, "c.yaml", configs[i], NULL, 0, &err)) fail_msg("%s", err.text);
    exhaust(deed, &config);
    config_free(&config);
}

static void test_data(void **state) {
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) with_config(i, open_task);
}

static void test_training(void **state) {
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) with_config(i, start_training);
}

/* ---- checkpoints ----------------------------------------------------------------------------- */

static bool save(const void *with, struct error *err) {
    const struct checkpoint_content content = run_content(with);
    return checkpoint_check(&content, err) && checkpoint_save(&content, "m.ckpt", 1, err);
}

static bool open_checkpoint(const void *with, struct error *err) {
    struct checkpoint checkpoint;
    if (!checkpoint_open(&checkpoint, with, err)) return false;
    checkpoint_close(&checkpoint);
    return true;
}

static bool predict(const void *with, struct error *err) {
    struct predictor predictor;
    if (!predictor_open(&predictor, "m.ckpt", err)) return false;
    bool good = predictor_open_input(&predictor, with, false, NULL, err) &&
                predictor_plan(&predictor, "generic", 1, 4, err) &&
                predictor_start(&predictor, err);
    predictor_close(&predictor);
    return good;
}

static bool take_weights(const void *with, struct error *err) {
    const struct training_run *run = with;
    struct model *model = (struct model *)&run->training.trainer.engine.model;
    size_t matched;
    return import_weights("m.ckpt", model, model->weights, &matched, err);
}

static void test_checkpoints(void **state) {
    static const char *const data[CONFIGS] = {"n.csv", "c.csv", "t.csv"};
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) {
        struct training_run run;
        run_open(&run, configs[i], NULL, false);
        exhaust(save, &run);
        exhaust(open_checkpoint, "m.ckpt");
        exhaust(predict, data[i]);
        exhaust(take_weights, &run);
        run_close(&run);
    }
}

/* ---- what is written of models and histories -------------------------------------------------- */

static bool to_onnx(const void *with, struct error *err) {
    return export_onnx(with, "m.onnx", err);
}
static bool to_c(const void *with, struct error *err) {
    return export_c(with, "m.c", err);
}
static bool to_safetensors(const void *with, struct error *err) {
    return export_safetensors(with, "m.safetensors", err);
}

static void test_exports(void **state) {
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) {
        struct training_run run;
        run_open(&run, configs[i], NULL, false);
        struct export export = {.model = &run.training.trainer.engine.model,
                                .weights = run.training.trainer.engine.model.weights,
                                .schema = dataset_schema(run.training.task.data),
                                .levels = 1};
        exhaust(to_onnx, &export);
        exhaust(to_safetensors, &export);
        export.scaled = i == 1;
        if (i == 1) exhaust(to_onnx, &export);
        export.pytorch = i == 2;
        if (i == 2) exhaust(to_safetensors, &export);
        if (i == 2) exhaust(to_c, &export);
        run_close(&run);
    }
}

static int write_data(void **state) {
    if (enter_folder(state) != 0) return 1;
    write_text("n.csv", "x\n1\n2\n4\n?\n3\n5\n7\n6\n2\n1\n4\n8\n9\n3\n2\n1\n5\n6\n");
    write_text("c.csv", "id;x;kind;when;label\na;1,5;red;2020-01-01 10:00;yes\n"
                        "a;2,5;blue;2020-01-01 11:00;yes\nb;0,5;red;2020-01-02 10:00;no\n"
                        "b;1,0;green;2020-01-02 12:00;no\nc;7;red;2020-01-03 10:00;yes\n");
    write_text("t.csv", "text,y\n\"a b c\",1\nb c,0\n\"d, a\",1\nc c c,0\n");
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_configs),  cmocka_unit_test(test_data),
        cmocka_unit_test(test_training), cmocka_unit_test(test_checkpoints),
        cmocka_unit_test(test_exports),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failures = cmocka_run_group_tests(tests, write_data, leave_folder);
    (void)printf("# %zu allocations failed\n", faults);
    return failures;
}
