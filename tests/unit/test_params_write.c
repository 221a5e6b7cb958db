/* The config table at work: printing, overrides, the manual. */
#include "params_table.h"

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
        cmocka_unit_test(what_is_printed_reads_the_same),
        cmocka_unit_test(defaults_are_printed),
        cmocka_unit_test(overrides_find_their_place),
        cmocka_unit_test(overrides_say_what_is_wrong),
        cmocka_unit_test(the_manual_lists_every_key),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
