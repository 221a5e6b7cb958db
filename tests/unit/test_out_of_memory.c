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
#include "files/whole.h"
#include "tools/predictor.h"
#include "tools/streaming.h"
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

/* A file that a deed writes: whenever it ends well, with the same bytes. */
static const char *written;
static char *written_bytes;
static size_t written_length;

static void compare_written(void) {
    struct error err = {.kind = ERROR_NONE};
    size_t length = 0;
    char *bytes = whole_read(written, &length, ERROR_SYSTEM, &err);
    if (bytes == NULL) fail_msg("%s", err.text);
    if (written_bytes == NULL) {
        written_bytes = bytes;
        written_length = length;
        return;
    }
    if (length != written_length || memcmp(bytes, written_bytes, length) != 0)
        fail_msg("allocation %zu: another %s", atomic_load(&calls), written);
    free(bytes);
}

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
    if (good && written != NULL) compare_written();
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

static void exhaust_file(deed_of *deed, const void *with, const char *path) {
    written = path;
    exhaust(deed, with);
    free(written_bytes);
    written = NULL;
    written_bytes = NULL;
}

/* ---- configs and data ------------------------------------------------------------------------ */

static const char *const configs[] = {
    "data: {csv: n.csv, window: 3, scale: standard, validation: 4, columns: {x: {missing: mean, "
    "difference: 1}}, missing_indicator: true}\n"
    "model: {layers: [{lstm: {units: 3, dropout: 0.1}}, {bidirectional: {gru: 2}}, dense: 1]}\n"
    "train: {metrics: [mae, r2], early_stopping: {patience: 3}, reduce_lr_on_plateau: {}}\n"
    "threads: 1\n",
    "data: {csv: [c.csv, c.csv], sequence_id: id, inputs: [x, kind, when], targets: label,\n"
    "       columns: {kind: {type: category, embed: 2}, when: {type: time, format: '%Y-%m-%d "
    "%H:%M', features: [hour, weekday]}}, unknown: ignore, validation: 1, split: random, scale: "
    "minmax}\n"
    "model: {layers: [{simple_rnn: 3}, layer_normalization: {}, dense: {units: 2, "
    "activation: softmax}]}\n"
    "train: {metrics: [accuracy, f1], class_weight: balanced, optimizer: {sgd: {learning_rate: "
    "{cosine_decay: {initial_learning_rate: 0.1, decay_steps: 9}}, use_ema: true}}}\n"
    "threads: 1\n",
    "data: {csv: t.csv, inputs: text, targets: y, columns: {text: {type: text, unit: word}}}\n"
    "model: {layers: [embedding: 3, gru: 3, {dense: {units: 1, activation: sigmoid}}]}\n"
    "train: {loss: binary_crossentropy}\n"
    "threads: 1\n",
};
enum { CONFIGS = sizeof configs / sizeof *configs };

/* Other sources and parts. */
static const char *const sources[] = {
    "data: {pairs: [a.txt, b.txt], validation: 1}\n"
    "model: {encoder: [embedding: 3, gru: 3], decoder: [embedding: 3, gru: 3, attention: {}, "
    "dense: {activation: softmax}]}\n"
    "threads: 1\n",
    "data: {text: c.txt, unit: word, validation: 3}\n"
    "model: {layers: [embedding: 3, gru: 3, dense: {activation: softmax}]}\n"
    "train: {bptt: 2, batch_size: 2}\nthreads: 1\n",
    "data: {csv: when.csv, time: when, targets: x, window: 2, validation: {from: 2020-01-05}, "
    "test: {from: 2020-01-08}}\n"
    "model: {layers: [gru: 3, dense: 1]}\nthreads: 1\n",
    "data: {csv: n.csv, targets: x, window: 3, missing: forward, validation: v.csv, test: 0.2}\n"
    "model: {layers: [gru: 3, dense: 2]}\n"
    "train: {loss: {quantile: [0.1, 0.9]}}\nthreads: 1\n",
    "data: {csv: wide.csv, layout: rows, inputs: 't*', targets: y, columns: {y: {type: "
    "category}}}\n"
    "model: {layers: [gru: 3, dense: {activation: softmax}]}\nthreads: 1\n",
    "data: {generate: {task: reber, samples: 9}}\n"
    "model: {layers: [gru: 3, dense: {activation: sigmoid}]}\n"
    "train: {loss: binary_crossentropy}\nthreads: 1\n",
};
enum { SOURCES = sizeof sources / sizeof *sources };

/* What else a config may hold, and overrides that make and change every form of it. */
static const char *const forms[] = {
    "data: {csv: [&a n.csv], ignore: &i [z], sequence_id: *a, targets: *i, validation: [v.csv, "
    "w.csv], test: "
    "{from: 2020-01-01}, inputs: [x, "
    "'y#'],\n"
    "       columns: {x: number, y#: {type: category, embed: 2}}, missing: 0.5}\n"
    "model: {input: [~, 2], layers: [{bidirectional: {lstm: 3, merge_mode: sum}}, &d dense: 1, "
    "activation: tanh]}\n"
    "train: {loss: {quantile: [0.1, 0.9]}, optimizer: {sgd: {learning_rate: "
    "{piecewise_constant_decay: {boundaries: [4, 6], values: [0.1, 0.2, 0.3]}}}}, metrics: mae, "
    "class_weight: {yes: 5, no: {weight: 2}}}\n"
    "output: {every: 90s}\n",
    "data: {generate: {task: adding, length: 9}}\n"
    "model: {layers: [lstm: 3, dense: 1]}\n",
};
static const char *const overrides[] = {
    "train.epochs=2",
    "train.batch_size=4",
    "seed=7",
    "model.layers.0={lstm: 3}",
    "model.layers.0.lstm.units=4",
    "model.layers=[bidirectional: {gru: 3}, dense: 1]",
    "model.layers.0.bidirectional.gru.units=4",
    "model.layers.1.dense.kernel_regularizer.l2=0.5",
    "train.optimizer=adam",
    "train.optimizer.adam.learning_rate.cosine_decay={initial_learning_rate: 1, decay_steps: 3}",
    "train.early_stopping.patience=3",
    "train.metrics=mae",
    "train.metrics.0=r2",
    "data.columns.x.scale=minmax",
    "data.columns.x.type=number",
    "data.inputs=[a, b]",
    "data.inputs.1=c",
    "train.class_weight.yes=3",
    "train.class_weight.yes.weight=4",
    "output.checkpoint=\"a b\"",
};
enum { OVERRIDES = sizeof overrides / sizeof *overrides };

static bool print_config(const struct config *config, struct error *err) {
    struct text text = {0};
    bool good = config_print(config, &text, err);
    text_free(&text);
    return good;
}

static bool read_config(const void *with, struct error *err) {
    struct config config;
    if (!config_read_text(&config, "c.yaml", with, NULL, 0, err)) return false;
    bool good = print_config(&config, err);
    config_free(&config);
    return good;
}

static bool read_overridden(const void *with, struct error *err) {
    struct config config, before;
    struct text text = {0};
    char *const *change = (char *const *)overrides;
    if (!config_read_text(&before, "c.yaml", with, NULL, 0, err)) return false;
    bool good = config_read_text(&config, "c.yaml", with, change, OVERRIDES, err);
    if (good) {
        good = config_differences(&before, &config, NULL, &text, err) && print_config(&config, err);
        config_free(&config);
    }
    text_free(&text);
    config_free(&before);
    return good;
}

/* Overrides that give a config what it lacks. */
static bool make_parts(const void *with, struct error *err) {
    static char *const change[] = {"data.generate.task=adding", "data.generate.length=9",
                                   "model.layers.0.bidirectional.gru.units=3"};
    struct config config;
    if (!config_read_text(&config, "c.yaml", with, change, 3, err)) return false;
    config_free(&config);
    return true;
}

static bool read_config_file(const void *with, struct error *err) {
    struct config config;
    if (!config_read(&config, with, NULL, 0, err)) return false;
    config_free(&config);
    return true;
}

/* A message needs memory, too: without it, one of two errors. */
static bool refuse_config(const void *with, struct error *err) {
    struct config config;
    if (config_read_text(&config, "c.yaml", with, NULL, 0, err)) {
        config_free(&config);
        return error_set(err, ERROR_DATA, "a wrong config was taken");
    }
    return err->kind == ERROR_CONFIG;
}

static void test_configs(void **state) {
    static const char *const wrong[] = {
        "data: {csv: a.csv}\nmodel: {layers: [{lstm: {unit: 3}}]}\n",
        "data: {csv: a.csv}\nmodel: {layers: [{lstn: {units: 3}}]}\n",
        "data: {csv: a.csv}\nmodel: {layers: [lstm: 3]}\ntrain: {patience: 4}\n",
        "data: {csv: a.csv}\nmodel: {layers: [lstm: 3]}\ntrain: {early_stopping: true}\n",
        "data: {csv: a.csv, sequence_by: idd}\nmodel: {layers: [lstm: 3]}\n",
    };
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) exhaust(read_config, configs[i]);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) exhaust(read_config, forms[i]);
    exhaust(read_overridden, configs[0]);
    exhaust(make_parts, "model: {layers: [bidirectional, dense: 1]}\n");
    write_text("c.yaml", configs[0]);
    exhaust(read_config_file, "c.yaml");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) exhaust(refuse_config, wrong[i]);
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

static void with_config(const char *yaml, deed_of *deed) {
    struct error err = {.kind = ERROR_NONE};
    struct config config;
    if (!config_read_text(&config, "c.yaml", yaml, NULL, 0, &err)) fail_msg("%s", err.text);
    exhaust(deed, &config);
    config_free(&config);
}

static void test_data(void **state) {
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) with_config(configs[i], open_task);
    for (size_t i = 0; i < SOURCES; i++) with_config(sources[i], open_task);
}

static void test_training(void **state) {
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) with_config(configs[i], start_training);
    for (size_t i = 0; i < SOURCES; i++) with_config(sources[i], start_training);
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

static bool go_on(const void *with, struct error *err) {
    return run_go_on((struct training_run *)with, "m.ckpt", err);
}

/* States that are carried, an average beside the weights, all that a run goes on from. */
static void test_resuming(void **state) {
    struct training_run run;
    (void)state;
    run_open(&run,
             "data: {csv: s.csv, sequence_id: id, inputs: [x, y], targets: y, target_per: step, "
             "missing: forward}\n"
             "model: {layers: [gru: 3, dense: 1]}\n"
             "train: {bptt: 2, epochs: 3, optimizer: {adam: {use_ema: true}}, "
             "reduce_lr_on_plateau: {monitor: loss}}\nthreads: 1\n",
             NULL, false);
    run.stop_at = 3;
    run_train(&run);
    exhaust_file(save, &run, "m.ckpt");
    run_save_states(&run, "m.ckpt");
    exhaust(go_on, &run);
    run_close(&run);
}

static void test_checkpoints(void **state) {
    static const char *const data[CONFIGS] = {"n.csv", "c.csv", "t.csv"};
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) {
        struct training_run run;
        run_open(&run, configs[i], NULL, false);
        exhaust_file(save, &run, "m.ckpt");
        exhaust(open_checkpoint, "m.ckpt");
        exhaust(predict, data[i]);
        exhaust(take_weights, &run);
        run_close(&run);
    }
}

/* ---- streams --------------------------------------------------------------------------------- */

/* What is printed goes nowhere. */
static bool stream(const void *with, struct error *err) {
    struct predictor predictor;
    int signal;
    const struct streaming *settings = with;
    bool good = predictor_open(&predictor, "s.ckpt", err) &&
                streaming_print(&predictor, "s.csv", settings, &signal, err);
    predictor_close(&predictor);
    return good;
}

static void test_streams(void **state) {
    const struct streaming first = {.state_out = "a.state", .quiet = true, .isa = "generic"};
    const struct streaming then = {
        .state_in = "a.state", .state_out = "b.state", .quiet = true, .isa = "generic"};
    static const char *const yaml[] = {
        "data: {csv: s.csv, sequence_id: id, inputs: [x, sky, y], targets: y, window: 2, "
        "missing: forward, columns: {x: {difference: 1}}}\n"
        "model: {layers: [gru: 2, dense: 1]}\nthreads: 1\n",
        "data: {csv: s.csv, sequence_id: id, inputs: [x, sky], targets: y, target_per: step, "
        "missing: forward, columns: {x: {difference: 1}}}\n"
        "model: {layers: [gru: 2, dense: 1]}\nthreads: 1\n",
    };
    (void)state;
    int kept = dup(STDOUT_FILENO);
    assert_true(kept >= 0 && fflush(stdout) == 0 && freopen("/dev/null", "w", stdout) != NULL);
    for (size_t i = 0; i < sizeof yaml / sizeof *yaml; i++) {
        struct training_run run;
        run_open(&run, yaml[i], NULL, false);
        run_save(&run, "s.ckpt");
        run_close(&run);
        exhaust_file(stream, &first, "a.state");
        exhaust_file(stream, &then, "b.state");
    }
    assert_true(fflush(stdout) == 0 && dup2(kept, STDOUT_FILENO) >= 0 && close(kept) == 0);
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
        exhaust_file(to_onnx, &export, "m.onnx");
        exhaust_file(to_safetensors, &export, "m.safetensors");
        export.scaled = i == 1;
        if (i == 1) exhaust_file(to_onnx, &export, "m.onnx");
        export.pytorch = i == 2;
        if (i == 2) exhaust_file(to_safetensors, &export, "m.safetensors");
        if (i == 2) exhaust_file(to_c, &export, "m.c");
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
    write_text("s.csv", "id,x,sky,y\na,1,r,2\na,4,s,3\na,2,s,5\na,5,r,5\na,7,s,4\n"
                        "b,2,,1\nb,,r,1\nb,6,s,2\nb,1,s,2\nc,5,,4\n");
    write_text("a.txt", "one two\ntwo\nthree one\n");
    write_text("b.txt", "ab\nb\nca\n");
    write_text("c.txt", "to be, or not to be that is the question\n");
    write_text("v.csv", "x\n1\n2\n4\n3\n2\n");
    write_text("wide.csv", "t1,t2,y\n1,2,a\n2,3,b\n4,,a\n");
    FILE *when = fopen("when.csv", "w");
    assert_non_null(when);
    (void)fputs("when,x\n", when);
    for (int i = 1; i < 12; i++) (void)fprintf(when, "2020-01-%02d,%d\n", i, i * i % 7);
    return fclose(when);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_configs),  cmocka_unit_test(test_data),
        cmocka_unit_test(test_training), cmocka_unit_test(test_checkpoints),
        cmocka_unit_test(test_resuming), cmocka_unit_test(test_exports),
        cmocka_unit_test(test_streams),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failures = cmocka_run_group_tests(tests, write_data, leave_folder);
    (void)printf("# %zu allocations failed\n", faults);
    return failures;
}
