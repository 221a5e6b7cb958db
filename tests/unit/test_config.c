/* The whole config: its sections, overrides, what it prints, what differs, its manual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "files/config.h"

static const char minimal[] = "data: {csv: a.csv}\n"
                              "model:\n"
                              "  layers:\n"
                              "    - lstm: 8\n"
                              "    - dense: 1\n";

/* Messages begin with the file's name; `overrides` end with NULL. */
static bool read_config(struct config *config, const char *text, char *const *overrides,
                        struct error *err) {
    size_t count = 0;
    while (overrides != NULL && overrides[count] != NULL) count++;
    return config_read_text(config, "c.yaml", text, overrides, count, err);
}

static void take(struct config *config, const char *text, char *const *overrides) {
    struct error err;
    if (!read_config(config, text, overrides, &err)) fail_msg("%s", err.text);
}

static void refused(const char *text, char *override, const char *message) {
    struct config config;
    struct error err = {0};
    char *const overrides[] = {override, NULL};
    if (read_config(&config, text, overrides, &err)) fail_msg("took what should give %s", message);
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_CONFIG);
}

static void defaults_are_those_of_the_manual(void **state) {
    (void)state;
    struct config config;
    take(&config, minimal, NULL);
    assert_int_equal(config.seed, 1);
    assert_int_equal(config.threads, 0);
    assert_string_equal(config.data.csv.text[0], "a.csv");
    assert_int_equal(config.model.layers.count, 2);
    assert_string_equal(config.model.layers.item[0].kind->name, "lstm");
    assert_int_equal(config.model.input.count, 0);
    assert_null(config.train.loss.kind);
    assert_int_equal(config.train.metrics.count, 0);
    assert_string_equal(config.train.optimizer.kind->name, "adam");
    assert_int_equal(config.train.epochs, 1);
    assert_int_equal(config.train.batch_size, 32);
    assert_int_equal(config.train.shuffle, 1);
    assert_true(isnan(config.train.validation_split));
    assert_true(config.train.steps_per_epoch == PARAM_NO_COUNT);
    assert_int_equal(config.train.validation_freq, 1);
    assert_true(isnan(config.train.max_time.seconds));
    assert_int_equal(config.train.max_time.count, 0);
    assert_false(config.train.early_stopping.given);
    assert_null(config.train.init_from);
    assert_string_equal(config.output.checkpoint, "model.ckpt");
    assert_string_equal(config.output.history, "history.csv");
    assert_null(config.output.plot);
    assert_true(config.output.every.seconds == 60);
    assert_int_equal(config.output.resume_state, 1);
    assert_int_equal(config.output.compression, 1);
    config_free(&config);
}

static void early_stopping_has_its_defaults(void **state) {
    (void)state;
    struct config config;
    char *const overrides[] = {"train.early_stopping={}", NULL};
    take(&config, minimal, overrides);
    assert_true(config.train.early_stopping.given);
    assert_string_equal(config.train.early_stopping.monitor, "val_loss");
    assert_int_equal(config.train.early_stopping.patience, 10);
    assert_true(config.train.early_stopping.min_delta == 0);
    assert_int_equal(config.train.early_stopping.restore_best, 1);
    config_free(&config);
}

static void overrides_win(void **state) {
    (void)state;
    struct config config;
    char *const overrides[] = {"train.epochs=5",
                               "seed=7",
                               "model.layers.1.dense.units=3",
                               "train.optimizer.sgd.learning_rate=0.5",
                               "data.csv=[b.csv, c=d.csv]",
                               "train.epochs=6",
                               NULL};
    take(&config, minimal, overrides);
    assert_int_equal(config.train.epochs, 6);
    assert_int_equal(config.seed, 7);
    assert_string_equal(config.train.optimizer.kind->name, "sgd");
    assert_int_equal(config.data.csv.count, 2);
    assert_string_equal(config.data.csv.text[1], "c=d.csv");
    config_free(&config);
}

static void overrides_are_named_in_messages(void **state) {
    (void)state;
    refused(minimal, "train.epoch=5",
            "argument 'train.epoch=5': unknown key 'epoch' in 'train'; did you mean 'epochs'?");
    refused(minimal, "train.epochs=x",
            "argument 'train.epochs=x': epochs: expected integer >= 1, got \"x\"");
    refused(minimal, "train.epochs",
            "argument 'train.epochs': expected key.path=value, such as "
            "train.epochs=5");
    refused(minimal, "=5", "argument '=5': expected key.path=value, such as train.epochs=5");
    refused(minimal, "train.epochs=", "argument 'train.epochs=': epochs: missing value");
    refused(minimal, "train.epochs=[1",
            "argument 'train.epochs=[1': did not find expected ',' or "
            "']' while parsing a flow sequence");
    refused(minimal, "data.delimiter=#",
            "argument 'data.delimiter=#': delimiter: missing value (the "
            "text # needs quotes: \"#\")");
    refused(minimal, "model.layers.5.lstm.units=3",
            "argument 'model.layers.5.lstm.units=3': layers: no item 5; the list has 2");
}

static void contradictions_name_both_places(void **state) {
    (void)state;
    refused("data: {csv: a.csv, validation: 0.1}\n"
            "model: {layers: [{dense: 1}]}\n"
            "train: {validation_split: 0.2}\n",
            NULL,
            "c.yaml:3:27: train.validation_split and data.validation (c.yaml:1:32) both set the "
            "validation part; keep one");
    refused("data: {csv: a.csv, validation: 0.1}\n"
            "model: {layers: [{dense: 1}]}\n",
            "train.validation_split=0",
            "argument 'train.validation_split=0': train.validation_split and data.validation "
            "(c.yaml:1:32) both set the validation part; keep one");
    struct config config;
    char *const overrides[] = {"train.validation_split=0.2", "data.validation=~", NULL};
    take(&config, minimal, overrides);
    assert_true(config.train.validation_split == 0.2);
    config_free(&config);
}

static void wrong_configs_are_refused(void **state) {
    (void)state;
    refused("data: {csv: a.csv}\n", NULL, "c.yaml:1:1: missing required key 'model.layers'");
    refused("data: {csv: a.csv}\nmodel:\n", NULL,
            "c.yaml:2:7: missing required key 'model.layers'");
    refused("trian: {}\n", NULL, "c.yaml:1:1: unknown key 'trian'; did you mean 'train'?");
    refused("[1]\n", NULL, "c.yaml:1:1: expected a mapping at top level, got sequence");
    refused(
        minimal, "train.early_stopping=true",
        "argument 'train.early_stopping=true': early_stopping: expected mapping, got scalar; its "
        "keys are monitor, patience, min_delta, baseline, start_from_epoch, restore_best");
    refused("", NULL, "c.yaml: empty config: no document");
}

/* A key in a section that is not its own, and what others call it. */
static void keys_are_shown_home(void **state) {
    (void)state;
    static const struct {
        char *override;
        const char *message;
    } of[] = {
        {"epochs=3", "unknown key 'epochs'; did you mean 'train.epochs'?"},
        {"lr=3", "unknown key 'lr'; did you mean 'train.optimizer.adam.learning_rate'?"},
        {"train.patience=3",
         "unknown key 'patience' in 'train'; did you mean 'train.early_stopping.patience'?"},
        {"train.seq_len=3", "unknown key 'seq_len' in 'train'; did you mean 'data.window'?"},
        {"train.optimizer.adam.lr=3",
         "unknown key 'lr' in optimizer 'adam'; did you mean 'learning_rate'?"},
        {"model.layers.0.lstm.window=3",
         "unknown key 'window' in layer 'lstm'; did you mean 'data.window'?"},
        {"model.hidden_size=3",
         "unknown key 'hidden_size' in 'model'; did you mean 'model.layers.N.lstm.units'?"},
        {"train.embed=3",
         "unknown key 'embed' in 'train'; did you mean 'data.columns.NAME.embed'?"},
        {"train.digits=3", "unknown key 'digits' in 'train'; did you mean 'data.generate.digits'?"},
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        char message[300];
        (void)snprintf(message, sizeof message, "argument '%s': %s", of[i].override, of[i].message);
        refused(minimal, of[i].override, message);
    }
    refused(
        "data: {generate: {task: sine}}\nmodel: {layers: [dense: 1]}\n", "data.generate.length=3",
        "argument 'data.generate.length=3': unknown key 'length' in task 'sine'; expected one of "
        "samples, window, period, noise");
    refused(minimal, "train.optimizer.lr=3",
            "argument 'train.optimizer.lr=3': unknown optimizer 'lr': expected one of adam, adamw, "
            "sgd, rmsprop, adagrad, adadelta, adamax, nadam; did you mean "
            "'optimizer.adam.learning_rate'?");
}

/* A list, a mapping or nothing in the place of something else. */
static void forms_are_told(void **state) {
    (void)state;
    static const struct {
        char *override;
        const char *message;
    } of[] = {
        {"train.optimizer={adam: {learning_rate: {piecewise_constant_decay: {boundaries: []}}}}",
         "boundaries: expected at least one, got an empty list"},
        {"train.loss={quantile: {quantiles: {a: 1}}}",
         "quantiles: expected a number or a list of them, got mapping"},
        {"train.loss={quantile: [[0.1]]}", "quantiles: expected scalar, got sequence"},
        {"train.loss={quantile: [~]}", "quantiles: missing value"},
        {"train.loss={quantile: [x]}", "quantiles: expected number, got \"x\""},
        {"model.input=[[1]]", "input: expected scalar, got sequence"},
        {"model.input=[1, '']", "input: expected integer >= 1, got string \"\""},
        {"model.input={a: 1}", "input: expected sequence, got mapping"},
        {"train.optimizer=", "optimizer: missing value"},
        {"train.optimizer=[]", "optimizer: expected one optimizer "},
        {"model.layers=[~]", "layers: missing value"},
        {"train.class_weight=even", "class_weight: expected balanced or a mapping, got \"even\""},
        {"data.validation=[a]", "validation: expected scalar, got sequence"},
        {"data.validation=[[a], b]", "a file: expected scalar, got sequence"},
        {"data.validation=[a, ~]", "a file: missing value"},
        {"data.validation=''", "validation: expected a fraction 0 < x < 1, a count of rows >= 1, a "
                               "file or {from: DATE}, got "
                               "\"\""},
        {"data.validation=20%", "validation: expected a fraction 0 < x < 1, a count of rows >= 1, "
                                "a file or {from: DATE}, got "
                                "\"20%\" (use \"0.2\")"},
        {"output.every='5'",
         "every: expected a time such as 60s, 5m or 1h30m, or a count >= 1, got "
         "string \"5\""},
        {"output.every=9007199254740993",
         "every: expected a time such as 60s, 5m or 1h30m, or a count "
         ">= 1, got \"9007199254740993\""},
        {"output.every=1e308h",
         "every: expected a time such as 60s, 5m or 1h30m, or a count >= 1, got "
         "\"1e308h\""},
        {"output.every=0x10", "every: ambiguous integer \"0x10\"; write decimal"},
        {"output.every=99999999999999999999",
         "every: expected a time such as 60s, 5m or 1h30m, or a count >= 1, got "
         "\"99999999999999999999\""},
        {"output.every=0",
         "every: expected a time such as 60s, 5m or 1h30m, or a count >= 1, got \"0\""},
        {"data.nonesuch=1", "unknown key 'nonesuch' in 'data'; expected one of csv, "},
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        char message[400];
        struct config config;
        struct error err = {0};
        char *const overrides[] = {of[i].override, NULL};
        (void)snprintf(message, sizeof message, "argument '%s': %s", of[i].override, of[i].message);
        if (read_config(&config, minimal, overrides, &err)) fail_msg("took %s", of[i].override);
        if (strncmp(err.text, message, strlen(message)) != 0) fail_msg("%s\n%s", err.text, message);
        assert_int_equal(err.kind, ERROR_CONFIG);
    }
}

/* Kinds that stand beside other keys, made by an override. */
static void overrides_make_what_is_not_there(void **state) {
    (void)state;
    struct config config;
    char *const cell[] = {"model.layers.0.bidirectional.gru.units=3", NULL};
    take(&config,
         "data: {csv: a.csv}\nmodel: {layers: [bidirectional: {merge_mode: sum}, dense: 1]}\n",
         cell);
    config_free(&config);
    take(&config, "data: {csv: a.csv}\nmodel: {layers: [bidirectional, dense: 1]}\n", cell);
    config_free(&config);
    char *const task[] = {"data.generate.task=adding", "data.generate.length=9", NULL};
    take(&config, "model: {layers: [lstm: 3, dense: 1]}\n", task);
    config_free(&config);
}

static void places_are_found(void **state) {
    (void)state;
    struct config config;
    char *const overrides[] = {"train.epochs=5", NULL};
    take(&config, minimal, overrides);
    struct place place = config_place(&config, "model.layers.1");
    assert_string_equal(place.file, "c.yaml");
    assert_int_equal(place.line, 5);
    assert_int_equal(place.column, 7);
    place = config_place(&config, "data.targets"); /* not there: the section */
    assert_int_equal(place.line, 1);
    assert_int_equal(place.column, 7);
    place = config_place(&config, "train.epochs");
    assert_string_equal(place.file, "argument 'train.epochs=5'");
    assert_int_equal(place.line, 0);
    config_free(&config);
}

static char *printed(const struct config *config) {
    struct text text = {0};
    struct error err;
    assert_true(config_print(config, &text, &err));
    return text_take(&text, &err);
}

static void printing_is_a_fixed_point(void **state) {
    (void)state;
    static const char *const texts[] = {
        minimal,
        "seed: 9007199254740992\nthreads: 3\n"
        "data:\n  csv: [\"no\", \"1\", 'a: b', \"x\\ny\"]\n  targets: [no, '#', \"\\xe9\"]\n"
        "  columns: {label: category, \"~\": {log: true, difference: 12}}\n  delimiter: \"#\"\n"
        "  window: 3\n  gap: -1\n  validation: 1e-3\n  test: \"12\"\n"
        "model:\n  input: [~, 3]\n  layers: [{gru: {units: 2, name: no}}, {dropout: 0.1}, dense: "
        "1]\n"
        "train:\n  loss: {huber: {delta: 0.3}}\n  metrics: [mse, rmse]\n"
        "  optimizer: {sgd: {learning_rate: 0.1, momentum: 0.9}}\n  max_time: 1.1h\n"
        "  early_stopping: {monitor: \"on\"}\n  steps_per_epoch: 3\n  init_from: ../x.ckpt\n"
        "output: {every: 10, plot: \"a b.svg\", checkpoint: \"\\u20ac\"}\n",
        "data: {generate: {task: linear, noise: 0.3}}\nmodel: {layers: [{dense: 1}]}\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct config first, second;
        take(&first, texts[i], NULL);
        char *a = printed(&first);
        take(&second, a, NULL);
        char *b = printed(&second);
        assert_string_equal(a, b);
        free(a);
        free(b);
        config_free(&first);
        config_free(&second);
    }
}

static void differ(char *override, const char *expected) {
    static const char *const ignored[] = {"threads", "output.checkpoint", "train.early_stopping",
                                          NULL};
    char *const overrides[] = {override, NULL};
    struct config before, after;
    struct text to = {0};
    struct error err;
    take(&before, minimal, NULL);
    take(&after, minimal, overrides);
    assert_true(config_differences(&before, &after, ignored, &to, &err));
    assert_string_equal(to.bytes != NULL ? to.bytes : "", expected);
    text_free(&to);
    config_free(&before);
    config_free(&after);
}

static void differences_are_listed(void **state) {
    (void)state;
    differ("seed=1", "");
    differ("train.epochs=5", "train.epochs: 1 -> 5");
    differ("train.optimizer=sgd", "train.optimizer: adam -> sgd");
    differ("train.optimizer.adam.learning_rate=0.5",
           "train.optimizer.adam.learning_rate: 0.001 -> 0.5");
    differ("model.layers.0.lstm.units=9", "model.layers.0.lstm.units: 8 -> 9");
    differ("data.csv=b.csv", "data.csv: a.csv -> b.csv");
    differ("data.csv=[b.csv, \"1\"]", "data.csv: a.csv -> [b.csv, \"1\"]");
    differ("data.validation=0.5", "data.validation: unset -> 0.5");
    differ("train={epochs: 2, batch_size: 7}", "train.epochs: 1 -> 2; train.batch_size: 32 -> 7");
    differ("threads=4", "");
    differ("train.early_stopping={}", "");
    differ("output={checkpoint: x, history: y}", "output.history: history.csv -> y");
}

static void the_manual_has_every_section(void **state) {
    (void)state;
    struct text to = {0};
    config_manual(&to);
    assert_false(to.failed);
    static const char *const wanted[] = {
        ".It Ic seed\nInteger >= 0; default 1.\nOf everything random.\n",
        ".Ss data\n",
        ".Ss data.columns.NAME\n",
        ".Ss model.layers: the layers\n",
        ".It Cm lstm\n",
        ".Ss train.early_stopping\n",
        ".Ss train.optimizer: the optimizers\n",
        ".Ss data.generate: the tasks\n",
        ".Ss output\n",
        ".It Ic compression\nInteger 0..9; default 1.\n"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (strstr(to.bytes, wanted[i]) == NULL) fail_msg("no %s", wanted[i]);
    text_free(&to);
}

/* From the file to the message in far less time than anyone notices. */
static void a_wrong_key_is_told_at_once(void **state) {
    (void)state;
    const char *temporary = getenv("TMPDIR");
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/test_config.XXXXXX", temporary ? temporary : "/tmp");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, minimal, sizeof minimal - 1), (ssize_t)sizeof minimal - 1);
    assert_int_equal(write(file, "train: {epoch: 1}\n", 18), 18);
    assert_int_equal(close(file), 0);
    struct timespec start, end;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start), 0);
    for (int i = 0; i < 20; i++) {
        struct config config;
        struct error err;
        assert_false(config_read(&config, path, NULL, 0, &err));
        assert_non_null(strstr(err.text, ":6:9: unknown key 'epoch' in 'train'"));
    }
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end), 0);
    assert_int_equal(unlink(path), 0);
    double each =
        ((double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec)) / 20;
    assert_true(each < 0.01);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_manual),
        cmocka_unit_test(early_stopping_has_its_defaults),
        cmocka_unit_test(overrides_win),
        cmocka_unit_test(overrides_are_named_in_messages),
        cmocka_unit_test(contradictions_name_both_places),
        cmocka_unit_test(wrong_configs_are_refused),
        cmocka_unit_test(keys_are_shown_home),
        cmocka_unit_test(forms_are_told),
        cmocka_unit_test(overrides_make_what_is_not_there),
        cmocka_unit_test(places_are_found),
        cmocka_unit_test(printing_is_a_fixed_point),
        cmocka_unit_test(differences_are_listed),
        cmocka_unit_test(the_manual_has_every_section),
        cmocka_unit_test(a_wrong_key_is_told_at_once),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
