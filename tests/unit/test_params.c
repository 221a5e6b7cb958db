/* The config table at work, on a small table of its own: every type, every message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/params.h"
#include "files/yaml.h"

/* ---- the table ---- */

struct cell {
    char *name;
    size_t units;
    double dropout;
};
static const struct param cell_params[] = {
    {.key = "name", .type = PARAM_TEXT, .offset = offsetof(struct cell, name), .preset = "~"},
    {.key = "units",
     .type = PARAM_COUNT,
     .offset = offsetof(struct cell, units),
     .least = 1,
     .most = 65536,
     .help = "width"},
    {.key = "dropout",
     .type = PARAM_REAL,
     .offset = offsetof(struct cell, dropout),
     .preset = "0",
     .most = 1,
     .below = true},
    {0},
};
struct joint {
    double axis;
};
static const struct param joint_params[] = {{.key = "axis", .type = PARAM_REAL}, {0}};
static const struct kind layer_list[] = {
    {.name = "lstm", .params = cell_params, .size = sizeof(struct cell), .shorthand = "units"},
    {.name = "gru", .params = cell_params, .size = sizeof(struct cell), .shorthand = "units"},
    {.name = "joint", .params = joint_params, .size = sizeof(struct joint)},
    {.name = "flatten"},
    {0},
};

struct rate {
    double learning_rate;
};
static const struct param rate_params[] = {{.key = "learning_rate",
                                            .type = PARAM_REAL,
                                            .preset = "0.001",
                                            .above = true,
                                            .most = INFINITY},
                                           {0}};
static const struct kind optimizer_list[] = {
    {.name = "adam", .params = rate_params, .size = sizeof(struct rate)},
    {.name = "sgd", .params = rate_params, .size = sizeof(struct rate)},
    {0},
};

struct line {
    size_t samples;
    double noise;
};
static const struct param line_params[] = {
    {.key = "samples", .type = PARAM_COUNT, .preset = "20", .least = 1, .most = 1e6},
    {.key = "noise", .type = PARAM_REAL, .offset = offsetof(struct line, noise), .preset = "-.5"},
    {0},
};
static const struct kind task_list[] = {
    {.name = "linear", .params = line_params, .size = sizeof(struct line)},
    {0},
};

struct column {
    int type, log;
};
static const char *const types[] = {"number", "category", NULL};
static const struct param column_params[] = {
    {.key = "type",
     .type = PARAM_CHOICE,
     .offset = offsetof(struct column, type),
     .preset = "~",
     .choices = types},
    {.key = "log", .type = PARAM_BOOL, .offset = offsetof(struct column, log), .preset = "false"},
    {0},
};

struct stop {
    bool given;
    size_t patience;
    char *monitor;
};
static const struct param stop_params[] = {
    {.key = "patience",
     .type = PARAM_COUNT,
     .offset = offsetof(struct stop, patience),
     .preset = "10"},
    {.key = "monitor",
     .type = PARAM_TEXT,
     .offset = offsetof(struct stop, monitor),
     .preset = "val_loss"},
    {0},
};

struct inner {
    size_t epochs, threads;
    int shuffle;
    double rate, lr;
    struct stop stop;
};
static const struct param inner_params[] = {
    {.key = "epochs",
     .type = PARAM_COUNT,
     .offset = offsetof(struct inner, epochs),
     .preset = "1",
     .least = 1,
     .most = 0x1p53},
    {.key = "threads",
     .type = PARAM_COUNT,
     .offset = offsetof(struct inner, threads),
     .preset = "auto",
     .least = 1,
     .most = 1024,
     .word = "auto"},
    {.key = "shuffle",
     .type = PARAM_BOOL,
     .offset = offsetof(struct inner, shuffle),
     .preset = "true"},
    {.key = "rate",
     .type = PARAM_REAL,
     .offset = offsetof(struct inner, rate),
     .preset = "~",
     .most = 1,
     .below = true},
    {.key = "lr",
     .type = PARAM_REAL,
     .offset = offsetof(struct inner, lr),
     .preset = "0.01",
     .above = true,
     .most = INFINITY},
    {.key = "stop",
     .type = PARAM_SECTION,
     .offset = offsetof(struct inner, stop),
     .preset = "~",
     .rows = stop_params,
     .size = sizeof(struct stop)},
    {0},
};

struct whole {
    struct inner train;
    struct param_kinds layers;
    struct param_kind optimizer, generate;
    struct param_map columns;
    struct param_texts files;
    struct param_shape input;
    struct param_part test;
    struct param_interval every, limit;
    char *note;
};
#define AT(field) offsetof(struct whole, field)
static const struct param whole_params[] = {
    {.key = "train",
     .type = PARAM_SECTION,
     .offset = AT(train),
     .preset = "",
     .rows = inner_params,
     .size = sizeof(struct inner)},
    {.key = "layers", .type = PARAM_KINDS, .offset = AT(layers), .kinds = layer_list},
    {.key = "optimizer",
     .type = PARAM_KIND,
     .offset = AT(optimizer),
     .preset = "adam",
     .kinds = optimizer_list},
    {.key = "generate",
     .type = PARAM_KIND,
     .offset = AT(generate),
     .preset = "~",
     .kinds = task_list,
     .selector = "task"},
    {.key = "columns",
     .type = PARAM_MAP,
     .offset = AT(columns),
     .preset = "~",
     .rows = column_params,
     .selector = "type",
     .size = sizeof(struct column)},
    {.key = "files", .type = PARAM_TEXTS, .offset = AT(files), .preset = "~"},
    {.key = "input", .type = PARAM_SHAPE, .offset = AT(input), .preset = "~"},
    {.key = "test", .type = PARAM_PART, .offset = AT(test), .preset = "~"},
    {.key = "every", .type = PARAM_INTERVAL, .offset = AT(every), .preset = "60s"},
    {.key = "limit", .type = PARAM_INTERVAL, .offset = AT(limit), .preset = "~"},
    {.key = "note", .type = PARAM_TEXT, .offset = AT(note), .preset = ""},
    {0},
};

/* ---- help ---- */

static bool read_whole(struct whole *whole, struct tree *tree, const char *text,
                       struct error *err) {
    *whole = (struct whole){0};
    *tree = (struct tree){0};
    return yaml_read_bytes(tree, "c.yaml", text, strlen(text), &yaml_config_limits, err) &&
           params_read(whole_params, tree->root, whole, err);
}

static void take(struct whole *whole, struct tree *tree, const char *text) {
    struct error err;
    if (!read_whole(whole, tree, text, &err)) fail_msg("%s", err.text);
}

static void drop(struct whole *whole, struct tree *tree) {
    params_free(whole_params, whole);
    tree_free(tree);
}

static void refused(const char *text, const char *message) {
    struct whole whole;
    struct tree tree;
    struct error err = {0};
    if (read_whole(&whole, &tree, text, &err)) fail_msg("took: %s", text);
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_CONFIG);
    tree_free(&tree);
}

/* The message about one key's value in the section `train`. */
static void refused_value(const char *key, const char *value, const char *message) {
    char text[300];
    (void)snprintf(text, sizeof text, "layers: flatten\ntrain: {%s: %s}\n", key, value);
    refused(text, message);
}

/* ---- tests ---- */

static void defaults_fill_what_is_left_out(void **state) {
    (void)state;
    struct whole w;
    struct tree tree;
    take(&w, &tree, "layers: [flatten]\n");
    assert_int_equal(w.train.epochs, 1);
    assert_int_equal(w.train.threads, 0);
    assert_int_equal(w.train.shuffle, 1);
    assert_true(isnan(w.train.rate));
    assert_true(w.train.lr == 0.01);
    assert_false(w.train.stop.given);
    assert_string_equal(w.optimizer.kind->name, "adam");
    assert_true(((struct rate *)w.optimizer.settings)->learning_rate == 0.001);
    assert_null(w.generate.kind);
    assert_int_equal(w.columns.count, 0);
    assert_int_equal(w.files.count, 0);
    assert_int_equal(w.input.count, 0);
    assert_int_equal(w.test.form, PART_UNSET);
    assert_true(w.every.seconds == 60);
    assert_int_equal(w.every.count, 0);
    assert_true(isnan(w.limit.seconds));
    assert_int_equal(w.limit.count, 0);
    assert_string_equal(w.note, "");
    drop(&w, &tree);
}

static void every_type_is_read(void **state) {
    (void)state;
    struct whole w;
    struct tree tree;
    take(&w, &tree,
         "train: {epochs: +5, threads: auto, shuffle: FALSE, rate: .5, lr: 1e-3, stop: {}}\n"
         "layers:\n"
         "  - lstm: 64\n"
         "  - gru: {units: 32, dropout: 0.5, name: no}\n"
         "  - joint: {axis: -1}\n"
         "  - flatten\n"
         "optimizer: {sgd: {learning_rate: 2}}\n"
         "generate: {task: linear, samples: 7}\n"
         "columns: {a: category, \"1\": {log: true}}\n"
         "files: [x, 1, no]\n"
         "input: [~, 3]\n"
         "test: 0.25\n"
         "every: 1.5h\n"
         "limit: 10\n"
         "note: \"~\"\n");
    assert_int_equal(w.train.epochs, 5);
    assert_int_equal(w.train.shuffle, 0);
    assert_true(w.train.rate == 0.5 && w.train.lr == 1e-3);
    assert_true(w.train.stop.given);
    assert_int_equal(w.train.stop.patience, 10);
    assert_string_equal(w.train.stop.monitor, "val_loss");
    assert_int_equal(w.layers.count, 4);
    assert_int_equal(((struct cell *)w.layers.item[0].settings)->units, 64);
    assert_string_equal(((struct cell *)w.layers.item[1].settings)->name, "no");
    assert_true(((struct cell *)w.layers.item[1].settings)->dropout == 0.5);
    assert_true(((struct joint *)w.layers.item[2].settings)->axis == -1);
    assert_string_equal(w.layers.item[3].kind->name, "flatten");
    assert_int_equal(w.layers.item[1].place.line, 4);
    assert_int_equal(w.layers.item[1].place.column, 5);
    assert_true(((struct rate *)w.optimizer.settings)->learning_rate == 2);
    assert_int_equal(((struct line *)w.generate.settings)->samples, 7);
    assert_true(((struct line *)w.generate.settings)->noise == -0.5);
    const struct column *columns = w.columns.settings;
    assert_string_equal(w.columns.name[1], "1");
    assert_int_equal(columns[0].type, 1);
    assert_int_equal(columns[0].log, 0);
    assert_int_equal(columns[1].type, PARAM_UNSET);
    assert_int_equal(columns[1].log, 1);
    assert_int_equal(w.columns.place[1].column, 24);
    assert_string_equal(w.files.text[1], "1");
    assert_true(w.input.extent[0] == PARAM_NO_COUNT);
    assert_int_equal(w.input.extent[1], 3);
    assert_int_equal(w.test.form, PART_FRACTION);
    assert_true(w.test.fraction == 0.25);
    assert_true(w.every.seconds == 5400);
    assert_int_equal(w.limit.count, 10);
    assert_true(isnan(w.limit.seconds));
    assert_string_equal(w.note, "~");
    drop(&w, &tree);
}

static void parts_are_fractions_rows_or_files(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int form;
    } cases[] = {{"0.1", PART_FRACTION},    {"1e-3", PART_FRACTION}, {"1", PART_ROWS},
                 {"120", PART_ROWS},        {"\"120\"", PART_FILE},  {"test.csv", PART_FILE},
                 {"\"0.1\"", PART_FILE},    {"1.csv", PART_FILE},    {"~", PART_UNSET},
                 {"2016-01.csv", PART_FILE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[100];
        struct whole w;
        struct tree tree;
        (void)snprintf(text, sizeof text, "layers: flatten\ntest: %s\n", cases[i].text);
        take(&w, &tree, text);
        assert_int_equal(w.test.form, cases[i].form);
        drop(&w, &tree);
    }
    const char *wanted =
        "test: expected a fraction 0 < x < 1, a count of rows >= 1 or a file, got ";
    static const char *const wrong[] = {"0", "1.0", "-5", "0.0", "1e5"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[100], message[200];
        (void)snprintf(text, sizeof text, "layers: flatten\ntest: %s\n", wrong[i]);
        (void)snprintf(message, sizeof message, "c.yaml:2:7: %s\"%s\"", wanted, wrong[i]);
        refused(text, message);
    }
    refused("layers: flatten\ntest: 0,1\n",
            "c.yaml:2:7: test: expected a fraction 0 < x < 1, a "
            "count of rows >= 1 or a file, got \"0,1\" (use \"0.1\")");
}

static void unknown_keys_are_named(void **state) {
    (void)state;
    refused("layers: flatten\nfile: x\n", "c.yaml:2:1: unknown key 'file'; did you mean 'files'?");
    refused("train: {epoch: 5}\n",
            "c.yaml:1:9: unknown key 'epoch' in 'train'; did you mean 'epochs'?");
    refused("train: {foo: 5}\n",
            "c.yaml:1:9: unknown key 'foo' in 'train'; expected one of epochs, "
            "threads, shuffle, rate, lr, stop");
    refused("train: {stop: {patiense: 5}}\n",
            "c.yaml:1:16: unknown key 'patiense' in 'train.stop'; did you mean 'patience'?");
    refused("layers:\n  - lstm: {unit: 5}\n",
            "c.yaml:2:12: unknown key 'unit' in layer 'lstm'; did you mean 'units'?");
    refused("layers:\n  - flatten: {a: 5}\n", "c.yaml:2:15: unknown key 'a' in layer 'flatten'");
    refused("layers: flatten\noptimizer: {adam: {learning_rte: 1}}\n",
            "c.yaml:2:20: unknown key 'learning_rte' in optimizer 'adam'; did you mean "
            "'learning_rate'?");
    refused("layers: flatten\ngenerate: {task: linear, sample: 1}\n",
            "c.yaml:2:26: unknown key 'sample' in task 'linear'; did you mean 'samples'?");
    refused("layers: flatten\ncolumns: {a: {typ: number}}\n",
            "c.yaml:2:15: unknown key 'typ' in 'columns.a'; did you mean 'type'?");
}

static void integers_are_strict(void **state) {
    (void)state;
    static const char *const wrong[] = {"64.5", "1e2", "0", "-1", "65537", "x", "+", ".inf"};
    char text[100], message[200];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        (void)snprintf(text, sizeof text, "layers: [{lstm: {units: %s}}]\n", wrong[i]);
        (void)snprintf(message, sizeof message,
                       "c.yaml:1:25: units: expected integer 1..65536, got \"%s\"", wrong[i]);
        refused(text, message);
    }
    refused("layers: [{lstm: 99999999999999999999}]\n",
            "c.yaml:1:17: units: expected integer 1..65536, at most 2^53, got "
            "\"99999999999999999999\"");
    refused("layers: [{lstm: \"64x\"}]\n",
            "c.yaml:1:17: units: expected integer 1..65536, got string \"64x\"");
    static const char *const ambiguous[] = {"010", "0x10", "0o17", "1_000", "-0x1", "0b1"};
    for (size_t i = 0; i < sizeof ambiguous / sizeof *ambiguous; i++) {
        (void)snprintf(message, sizeof message,
                       "c.yaml:2:17: epochs: ambiguous integer \"%s\"; write decimal",
                       ambiguous[i]);
        refused_value("epochs", ambiguous[i], message);
    }
    refused_value("epochs", "0", "c.yaml:2:17: epochs: expected integer >= 1, got \"0\"");
    refused_value("epochs", "9007199254740993",
                  "c.yaml:2:17: epochs: expected integer >= 1, at "
                  "most 2^53, got \"9007199254740993\"");
    refused_value("threads", "0",
                  "c.yaml:2:18: threads: expected integer 1..1024 or auto, got \"0\"");
    refused_value("epochs", "auto", "c.yaml:2:17: epochs: expected integer >= 1, got \"auto\"");
}

static void reals_are_strict(void **state) {
    (void)state;
    static const char *const wrong[] = {".nan", ".inf", "-.INF", "nan", "1e999", "-0.1", "0", "-0"};
    char message[200];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        (void)snprintf(message, sizeof message,
                       "c.yaml:2:13: lr: expected finite number > 0, got \"%s\"", wrong[i]);
        refused_value("lr", wrong[i], message);
    }
    refused_value("lr", "abc", "c.yaml:2:13: lr: expected number, got \"abc\"");
    refused_value("lr", "\"1\"", "c.yaml:2:13: lr: expected number, got string \"1\"");
    refused_value("lr", "0x10", "c.yaml:2:13: lr: ambiguous number \"0x10\"; write decimal");
    refused("layers: flatten\ntrain:\n  lr: 1,5\n",
            "c.yaml:3:7: lr: expected number, got \"1,5\" (use \"1.5\")");
    refused_value("rate", "1.0", "c.yaml:2:15: rate: expected 0 <= x < 1, got \"1.0\"");
    refused_value("rate", "-1e-9", "c.yaml:2:15: rate: expected 0 <= x < 1, got \"-1e-9\"");
    refused("layers: {joint: {axis: .nan}}\n",
            "c.yaml:1:24: axis: expected finite number, got \".nan\"");
}

static void words_are_strict(void **state) {
    (void)state;
    static const char *const wrong[] = {"no", "off", "y", "NO", "yes", "1", "tRUE"};
    char message[200];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        (void)snprintf(message, sizeof message,
                       "c.yaml:2:18: shuffle: expected true or false, got \"%s\"", wrong[i]);
        refused_value("shuffle", wrong[i], message);
    }
    refused_value("shuffle", "\"true\"",
                  "c.yaml:2:18: shuffle: expected boolean, got string \"true\"");
    refused("layers: flatten\ncolumns: {a: numbr}\n",
            "c.yaml:2:14: type: expected one of number, category, got \"numbr\"; did you mean "
            "'number'?");
    refused("layers: flatten\ncolumns: {a: date}\n",
            "c.yaml:2:14: type: expected one of number, category, got \"date\"");
    refused(
        "layers: flatten\nevery: soon\n",
        "c.yaml:2:8: every: expected a time such as 60s, 5m or 1h, or a count >= 1, got \"soon\"");
    refused(
        "layers: flatten\nevery: 0s\n",
        "c.yaml:2:8: every: expected a time such as 60s, 5m or 1h, or a count >= 1, got \"0s\"");
}

static void missing_values_are_told(void **state) {
    (void)state;
    refused_value("epochs", "~", "c.yaml:2:17: epochs: missing value");
    refused("layers: flatten\ntrain:\n  epochs:\n", "c.yaml:3:10: epochs: missing value");
    refused("layers: flatten\nnote: null\n",
            "c.yaml:2:7: note: missing value (the text null needs quotes)");
    refused("layers: flatten\nnote: #\n",
            "c.yaml:2:6: note: missing value (the text # needs quotes: \"#\")");
    refused("layers: flatten\nfiles: [a, ~]\n",
            "c.yaml:2:12: files: missing value (the text ~ needs quotes)");
    refused("layers: flatten\ngenerate: {task: }\n", "c.yaml:2:18: task: missing value");
    refused("layers: flatten\ncolumns: {a: }\n", "c.yaml:2:14: columns: missing value for 'a'");
    refused("layers: flatten\ntrain: {stop: }\n", "c.yaml:2:15: stop: missing value");
}

static void missing_keys_are_told(void **state) {
    (void)state;
    refused("train: {}\n", "c.yaml:1:1: missing required key 'layers'");
    refused("layers:\n  - lstm: {dropout: 0}\n",
            "c.yaml:2:5: missing required key 'units' in layer 'lstm'");
    refused("layers: [lstm]\n", "c.yaml:1:10: missing value: layer 'lstm' needs 'units', as in "
                                "'lstm: units' or 'lstm: {units: ...}'");
    refused("layers: [{lstm: ~}]\n",
            "c.yaml:1:11: missing value: layer 'lstm' needs 'units', as in "
            "'lstm: units' or 'lstm: {units: ...}'");
    refused("layers: [joint]\n", "c.yaml:1:10: missing value: layer 'joint' needs 'axis', as in "
                                 "'joint: {axis: ...}'");
    refused("layers: []\n", "c.yaml:1:9: layers: expected at least one, got an empty list");
    refused("layers: flatten\ngenerate: {samples: 3}\n",
            "c.yaml:2:11: missing required key 'generate.task'");
}

static void forms_are_checked(void **state) {
    (void)state;
    refused("layers: flatten\ntrain: [1]\n", "c.yaml:2:8: train: expected mapping, got sequence");
    refused_value("epochs", "[1]", "c.yaml:2:17: epochs: expected scalar, got sequence");
    refused_value("epochs", "{a: 1}", "c.yaml:2:17: epochs: expected scalar, got mapping");
    refused("layers: flatten\ninput: 3\n", "c.yaml:2:8: input: expected sequence, got scalar");
    refused(
        "layers: flatten\ninput: [1, 2, 3, 4, 5]\n",
        "c.yaml:2:8: input: expected a list of up to 4 integers >= 1, ~ for any, got 5 of them");
    refused("layers: flatten\ninput: [0]\n", "c.yaml:2:9: input: expected integer >= 1, got \"0\"");
    refused("layers: flatten\nfiles: {a: b}\n",
            "c.yaml:2:8: files: expected a text or a list of texts, got mapping");
    refused("layers: flatten\nfiles: [[a]]\n", "c.yaml:2:9: files: expected scalar, got sequence");
    refused("layers: flatten\ncolumns: [a]\n",
            "c.yaml:2:10: columns: expected mapping, got sequence");
    refused("- a\n", "c.yaml:1:1: expected a mapping at top level, got sequence");
    refused("a,b\n1,2\n", "c.yaml:1:1: expected a mapping at top level, got scalar");
}

static void kinds_are_checked(void **state) {
    (void)state;
    refused("layers:\n  - lstmm: 3\n",
            "c.yaml:2:5: unknown layer 'lstmm': expected one of lstm, gru, "
            "joint, flatten; did you mean 'lstm'?");
    refused("layers: flatten\noptimizer: lbfgs\n",
            "c.yaml:2:12: unknown optimizer 'lbfgs': expected one of adam, sgd");
    refused("layers:\n  - lstm:\n    units: 3\n",
            "c.yaml:3:5: 'units' stands beside layer 'lstm', not under it; indent it further");
    refused("layers: {lstm: 3, gru: 4}\n",
            "c.yaml:1:19: expected one layer, got a second key 'gru' "
            "beside 'lstm' (each begins with '- ')");
    refused(
        "layers: flatten\noptimizer: [adam]\n",
        "c.yaml:2:12: optimizer: expected one optimizer (a name or {name: {...}}), got sequence");
    refused("layers: flatten\noptimizer: {adam: 3}\n",
            "c.yaml:2:19: optimizer 'adam': expected {key: value, ...}, got scalar");
    refused("layers: flatten\ngenerate: {task: [linear]}\n",
            "c.yaml:2:18: task: expected scalar, got sequence");
}

static void long_texts_are_refused(void **state) {
    (void)state;
    static char text[6000];
    size_t at = (size_t)sprintf(text, "layers: flatten\nnote: ");
    memset(text + at, 'p', 5000);
    refused(text, "c.yaml:2:7: note: text or path too long (5000 bytes, at most 4095)");
    /* A value in a message is cut, between characters. */
    (void)sprintf(text, "layers: flatten\nevery: "
                        "01234567890123456789012345678901234567890123456789012345678\xc3\xa9y\n");
    refused(text, "c.yaml:2:8: every: expected a time such as 60s, 5m or 1h, or a count >= 1, got "
                  "\"01234567890123456789012345678901234567890123456789012345678...\"");
}

/* The whole as YAML on one line. */
static char *printed(const struct whole *w) {
    struct error err;
    struct text to = {0};
    struct node *tree = params_tree(whole_params, w, &err);
    assert_non_null(tree);
    yaml_print_flow(tree, &to);
    node_free(tree);
    return text_take(&to, &err);
}

static void what_is_printed_reads_the_same(void **state) {
    (void)state;
    static const char *const texts[] = {
        "layers: flatten\n",
        "layers: [{lstm: 3}, flatten, {gru: {units: 4, name: \"1\"}}]\ninput: [~, 2]\n",
        "layers: flatten\nfiles: [\"null\", no, 'a: b', \"\\u2028\"]\nnote: \"\\x01 # x\"\n",
        "layers: flatten\ncolumns: {\"null\": number, \"\": {log: true}, 'a.b': {}}\n",
        "layers: flatten\ntest: 1e-7\nevery: 3\nlimit: 0.1s\n",
        "layers: flatten\ntest: \"1\"\nfiles: [one]\n",
        "layers: flatten\ntrain: {stop: {}, threads: 3, rate: 0.1, lr: 1e-300}\n",
        "layers: flatten\ngenerate: linear\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct whole first, second;
        struct tree one, two;
        take(&first, &one, texts[i]);
        char *a = printed(&first);
        take(&second, &two, a);
        char *b = printed(&second);
        assert_string_equal(a, b);
        free(a);
        free(b);
        drop(&first, &one);
        drop(&second, &two);
    }
}

static void defaults_are_printed(void **state) {
    (void)state;
    struct whole w;
    struct tree tree;
    take(&w, &tree, "layers: [{lstm: 3}, flatten]\ntest: \"5\"\n");
    char *text = printed(&w);
    assert_string_equal(text, "{train: {epochs: 1, threads: auto, shuffle: true, lr: 0.01}, "
                              "layers: [{lstm: {units: 3, dropout: 0}}, flatten], "
                              "optimizer: {adam: {learning_rate: 0.001}}, "
                              "test: \"5\", every: 60s, note: \"\"}");
    free(text);
    drop(&w, &tree);
}

/* What `path=value` makes of a config, or its message. */
static void overrides_to(const char *text, const char *path, const char *value,
                         const char *expected) {
    struct whole w = {0};
    struct tree tree = {0};
    struct error err;
    struct text to = {0};
    const struct place place = {"argument", 0, 0};
    assert_true(yaml_read_bytes(&tree, "c.yaml", text, strlen(text), &yaml_config_limits, &err));
    struct node *node = yaml_read_value(value, place, &yaml_config_limits, &err);
    if (node != NULL && params_override(whole_params, tree.root, path, node, &err))
        yaml_print_flow(tree.root, &to);
    else
        text_add(&to, err.text);
    assert_string_equal(to.bytes, expected);
    text_free(&to);
    drop(&w, &tree);
}

static void overrides_find_their_place(void **state) {
    (void)state;
    overrides_to("train: {epochs: 1}", "train.epochs", "5", "{train: {epochs: 5}}");
    overrides_to("note: x", "train.stop.patience", "5", "{note: x, train: {stop: {patience: 5}}}");
    overrides_to("train:\n", "train.epochs", "5", "{train: {epochs: 5}}");
    overrides_to("layers: [{lstm: 64}]", "layers.0.lstm.units", "32",
                 "{layers: [{lstm: {units: 32}}]}");
    overrides_to("layers: [{lstm: 64}]", "layers.0.lstm.dropout", "0.1",
                 "{layers: [{lstm: {units: 64, dropout: 0.1}}]}");
    overrides_to("layers: [{lstm: 64}]", "layers.0.lstm", "32", "{layers: [{lstm: 32}]}");
    overrides_to("layers: {lstm: 64}", "layers.0", "gru", "{layers: [gru]}");
    overrides_to("layers: [flatten, joint]", "layers.1.joint.axis", "3",
                 "{layers: [flatten, {joint: {axis: 3}}]}");
    overrides_to("optimizer: adam", "optimizer.adam.learning_rate", "1",
                 "{optimizer: {adam: {learning_rate: 1}}}");
    overrides_to("note: x", "optimizer.sgd.learning_rate", "1",
                 "{note: x, optimizer: {sgd: {learning_rate: 1}}}");
    overrides_to("optimizer: {adam: {learning_rate: 2}}", "optimizer.sgd.learning_rate", "1",
                 "{optimizer: {sgd: {learning_rate: 1}}}");
    overrides_to("optimizer: {adam: {learning_rate: 2}}", "optimizer", "sgd", "{optimizer: sgd}");
    overrides_to("generate: linear", "generate.samples", "3",
                 "{generate: {task: linear, samples: 3}}");
    overrides_to("note: x", "generate.task", "linear", "{note: x, generate: {task: linear}}");
    overrides_to("columns: {a: number}", "columns.a.log", "true",
                 "{columns: {a: {type: number, log: true}}}");
    overrides_to("columns: {a: number}", "columns.b", "category",
                 "{columns: {a: number, b: category}}");
    overrides_to("files: [a, b]", "files.1", "c", "{files: [a, c]}");
    overrides_to("files: a", "files", "[1, 2]", "{files: [1, 2]}");
    overrides_to("input: [1, 2]", "input.0", "~", "{input: [~, 2]}");
}

static void overrides_say_what_is_wrong(void **state) {
    (void)state;
    overrides_to("note: x", "train.epoch", "5",
                 "argument: unknown key 'epoch' in 'train'; did you mean 'epochs'?");
    overrides_to("note: x", "notes", "5", "argument: unknown key 'notes'; did you mean 'note'?");
    overrides_to("note: x", "notes.a.b", "5",
                 "argument: unknown key 'notes'; did you mean 'note'?");
    overrides_to("layers: [{lstm: 3}]", "layers.0.lstm.unit", "5",
                 "argument: unknown key 'unit' in layer 'lstm'; did you mean 'units'?");
    overrides_to("layers: [{lstm: 3}]", "layers.1.lstm.units", "5",
                 "argument: layers: no item 1; the list has 1");
    overrides_to("note: x", "layers.0", "gru", "argument: layers: no item 0; the list has 0");
    overrides_to("layers: [{lstm: 3}]", "layers.lstm", "5",
                 "argument: layers is a list; expected an index such as layers.0, got 'lstm'");
    overrides_to("layers: [{lstm: 3}]", "layers.0.gru.units", "5",
                 "argument: this layer is 'lstm', not 'gru'");
    overrides_to("layers: [{lstm: 3}]", "layers.0.lsmt.units", "5",
                 "argument: unknown layer 'lsmt': expected one of lstm, gru, joint, flatten; did "
                 "you mean 'lstm'?");
    overrides_to("files: [a]", "files.1", "b", "argument: files: no item 1; the list has 1");
    overrides_to("files: [a]", "files.0.x", "b",
                 "argument: files.0 takes a value, it has no key 'x'");
    overrides_to("note: x", "note.a", "b", "argument: note takes a value, it has no key 'a'");
    overrides_to("train: 3", "train.epochs", "5",
                 "c.yaml:1:8: train: expected mapping, got scalar");
    overrides_to("generate: linear", "generate.samples.x", "5",
                 "argument: generate.samples takes a value, not keys");
    overrides_to("note: x", "note.", "5",
                 "argument: expected key.path=value, such as train.epochs=5");
    overrides_to("note: x", "a..b", "5",
                 "argument: expected key.path=value, such as train.epochs=5");
}

static void the_manual_lists_every_key(void **state) {
    (void)state;
    struct text to = {0};
    params_manual(inner_params, &to);
    assert_non_null(strstr(to.bytes, ".It Ic epochs\nInteger >= 1; default 1.\n"));
    assert_non_null(strstr(to.bytes, ".It Ic threads\nInteger 1..1024 or auto; default auto.\n"));
    text_free(&to);
    params_manual_below(whole_params, "", &to);
    assert_non_null(strstr(to.bytes, ".Ss train.stop\n"));
    assert_non_null(strstr(to.bytes, ".It Cm lstm\n"));
    assert_non_null(strstr(to.bytes, ".It Ic units\nInteger 1..65536; required.\nWidth.\n"));
    text_free(&to);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_fill_what_is_left_out),
        cmocka_unit_test(every_type_is_read),
        cmocka_unit_test(parts_are_fractions_rows_or_files),
        cmocka_unit_test(unknown_keys_are_named),
        cmocka_unit_test(integers_are_strict),
        cmocka_unit_test(reals_are_strict),
        cmocka_unit_test(words_are_strict),
        cmocka_unit_test(missing_values_are_told),
        cmocka_unit_test(missing_keys_are_told),
        cmocka_unit_test(forms_are_checked),
        cmocka_unit_test(kinds_are_checked),
        cmocka_unit_test(long_texts_are_refused),
        cmocka_unit_test(what_is_printed_reads_the_same),
        cmocka_unit_test(defaults_are_printed),
        cmocka_unit_test(overrides_find_their_place),
        cmocka_unit_test(overrides_say_what_is_wrong),
        cmocka_unit_test(the_manual_lists_every_key),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
