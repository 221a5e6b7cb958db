/* The config table at work: what is read, and what is refused with which words. */
#include "params_table.h"

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
        "test: expected a fraction 0 < x < 1, a count of rows >= 1, a file or {from: DATE}, got ";
    static const char *const wrong[] = {"0", "1.0", "-5", "0.0", "1e5"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[100], message[200];
        (void)snprintf(text, sizeof text, "layers: flatten\ntest: %s\n", wrong[i]);
        (void)snprintf(message, sizeof message, "c.yaml:2:7: %s\"%s\"", wanted, wrong[i]);
        refused(text, message);
    }
    refused("layers: flatten\ntest: 0,1\n",
            "c.yaml:2:7: test: expected a fraction 0 < x < 1, a "
            "count of rows >= 1, a file or {from: DATE}, got \"0,1\" (use \"0.1\")");
}

static void parts_may_begin_on_a_date(void **state) {
    (void)state;
    struct whole w;
    struct tree tree;
    take(&w, &tree, "layers: flatten\ntest: {from: 2016-07-01}\n");
    assert_int_equal(w.test.form, PART_FROM);
    assert_string_equal(w.test.from, "2016-07-01");
    drop(&w, &tree);
    refused("layers: flatten\ntest: {form: 2016-07-01}\n",
            "c.yaml:2:8: unknown key 'form' in 'test'; expected from");
    refused("layers: flatten\ntest: {from: 2016, to: 2017}\n",
            "c.yaml:2:20: unknown key 'to' in 'test'; expected from");
    refused("layers: flatten\ntest: {from: [2016]}\n",
            "c.yaml:2:14: from: expected scalar, got sequence");
    refused("layers: flatten\ntest: {from: ~}\n",
            "c.yaml:2:14: from: missing value (the text ~ needs quotes)");
    refused("layers: flatten\ntest: {}\n",
            "c.yaml:2:7: test: expected a fraction 0 < x < 1, a count of rows >= 1, a file or "
            "{from: DATE}");
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
    refused("layers: flatten\nevery: soon\n", "c.yaml:2:8: every: expected a time such as 60s, 5m "
                                              "or 1h30m, or a count >= 1, got \"soon\"");
    refused(
        "layers: flatten\nevery: 0s\n",
        "c.yaml:2:8: every: expected a time such as 60s, 5m or 1h30m, or a count >= 1, got \"0s\"");
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
    refused(text,
            "c.yaml:2:8: every: expected a time such as 60s, 5m or 1h30m, or a count >= 1, got "
            "\"01234567890123456789012345678901234567890123456789012345678...\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_fill_what_is_left_out),
        cmocka_unit_test(every_type_is_read),
        cmocka_unit_test(parts_are_fractions_rows_or_files),
        cmocka_unit_test(parts_may_begin_on_a_date),
        cmocka_unit_test(unknown_keys_are_named),
        cmocka_unit_test(integers_are_strict),
        cmocka_unit_test(reals_are_strict),
        cmocka_unit_test(words_are_strict),
        cmocka_unit_test(missing_values_are_told),
        cmocka_unit_test(missing_keys_are_told),
        cmocka_unit_test(forms_are_checked),
        cmocka_unit_test(kinds_are_checked),
        cmocka_unit_test(long_texts_are_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
