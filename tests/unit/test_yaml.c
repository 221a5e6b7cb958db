/* YAML to a tree and back: what is taken, what is refused, with which words and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files/yaml.h"

static bool read_text(struct tree *tree, const char *text, struct error *err) {
    *tree = (struct tree){0};
    return yaml_read_bytes(tree, "c.yaml", text, strlen(text), &yaml_config_limits, err);
}

/* What a text reads as, on one line. */
static void reads_as(const char *text, const char *flow) {
    struct tree tree;
    struct error err = {0};
    struct text to = {0};
    if (!read_text(&tree, text, &err)) fail_msg("%s", err.text);
    yaml_print_flow(tree.root, &to);
    assert_string_equal(to.bytes, flow);
    text_free(&to);
    tree_free(&tree);
}

static void refused_bytes(const char *bytes, size_t length, const char *message) {
    struct tree tree = {0};
    struct error err = {0};
    if (yaml_read_bytes(&tree, "c.yaml", bytes, length, &yaml_config_limits, &err))
        fail_msg("took what should give: %s", message);
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_CONFIG);
    tree_free(&tree);
}

static void refused(const char *text, const char *message) {
    refused_bytes(text, strlen(text), message);
}

static void documents_become_trees(void **state) {
    (void)state;
    reads_as("a: 1\nb: [x, {c: d}]\n", "{a: 1, b: [x, {c: d}]}");
    reads_as("{\"a\": [1, true, null], \"b\": {\"c\": \"d\"}}",
             "{a: [1, true, ~], b: {c: \"d\"}}"); /* JSON */
    reads_as("\xef\xbb\xbf"
             "a: 1\n",
             "{a: 1}"); /* a byte order mark */
    reads_as("a: &x {b: [1, 2]}\nc: *x\nd: [*x, &y z, *y]\n",
             "{a: {b: [1, 2]}, c: {b: [1, 2]}, d: [{b: [1, 2]}, z, z]}");
    reads_as("a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: 2}");
    reads_as("%YAML 1.1\n---\na: no\n...\n", "{a: no}");
    reads_as("a:\r\n  - b\r\n  - c\r\n", "{a: [b, c]}");
    reads_as("a: >\n  folded\n  text\n", "{a: \"folded text\\n\"}");
    reads_as("~: 1\n? long\n: 2\n", "{\"~\": 1, long: 2}");
    reads_as("a: \"<<\"\n\"<<\": 1\n", "{a: \"<<\", \"<<\": 1}");
}

static void nodes_know_their_places(void **state) {
    (void)state;
    struct tree tree;
    struct error err;
    assert_true(read_text(&tree, "a: 1\nb:\n  - x\n  - \xc3\xa9: {d: \"q\"}\n", &err));
    const struct node *q = node_at(tree.root, "b.1.\xc3\xa9.d");
    assert_string_equal(q->text, "q");
    assert_true(q->quoted);
    assert_string_equal(q->place.file, "c.yaml");
    assert_int_equal(q->place.line, 4);
    assert_int_equal(q->place.column, 12); /* characters, not bytes */
    assert_int_equal(q->key_place.column, 9);
    assert_ptr_equal(node_at(tree.root, "b.1.\xc3\xa9.zzz"), node_at(tree.root, "b.1.\xc3\xa9"));
    assert_ptr_equal(node_at(tree.root, "b.7"), node_at(tree.root, "b"));
    assert_ptr_equal(node_at(tree.root, ""), tree.root);
    tree_free(&tree);
}

static void nothing_is_refused(void **state) {
    (void)state;
    refused("", "c.yaml: empty config: no document");
    refused("# a comment\n\n", "c.yaml: empty config: no document");
    refused("---\n", "c.yaml: empty config: no document");
}

static void only_plain_yaml_is_taken(void **state) {
    (void)state;
    refused("a: &a [*a]\n", "c.yaml:1:8: alias contains itself: '*a'");
    refused("a: *b\n", "c.yaml:1:4: unknown alias '*b'");
    refused("a: &x {b: 1}\nc:\n  <<: *x\n", "c.yaml:3:3: merge keys are not supported");
    refused("a: 1\nlr: 2\nb: 3\nlr: 4\n", "c.yaml:4:1: duplicate key 'lr' (first at 2:1)");
    refused("a: 1\n---\nb: 2\n", "c.yaml:2:1: second document; one expected");
    refused("a: !!python/object:os.system x\n",
            "c.yaml:1:4: tags are not supported, got 'tag:yaml.org,2002:python/object:os.system'");
    refused("a: !foo {b: 1}\n", "c.yaml:1:4: tags are not supported, got '!foo'");
    refused("a: !foo [b]\n", "c.yaml:1:4: tags are not supported, got '!foo'");
    refused("!foo a: 1\n", "c.yaml:1:1: tags are not supported, got '!foo'");
    refused("? [a, b]\n: 1\n", "c.yaml:1:3: mapping keys must be plain strings");
    refused("a: &x b\n*x : 1\n", "c.yaml:2:1: mapping keys must be plain strings");
    refused("?\n: 1\n", "c.yaml:1:2: mapping keys must be plain strings, got nothing before ':'");
    refused("%YAML 3.0\n---\na: 1\n", "c.yaml:1:1: found incompatible YAML document");
    refused("a: \"b\\0c\"\n", "c.yaml:1:4: control characters are not allowed: \"\\0\" in a text");
}

static void broken_yaml_is_placed(void **state) {
    (void)state;
    const char *tab = "found a tab character that violates indentation; indent with spaces";
    char message[200];
    (void)snprintf(message, sizeof message, "c.yaml:2:1: %s", tab);
    refused("a:\n\tb: 1\n", message);
    (void)snprintf(message, sizeof message, "c.yaml:3:1: %s", tab);
    refused("a:\n  b: 1\n\tc: 2\n", message);
    refused("a: [1, 2\nb: 3\n", "c.yaml:2:2: did not find expected ',' or ']' while parsing a flow "
                                "sequence that starts at 1:4");
    refused("a: 1\n b: 2\n", "c.yaml:2:3: mapping values are not allowed in this context");
    refused("a: \"b\n", "c.yaml:2:1: found unexpected end of stream while scanning a quoted scalar "
                        "that starts at 1:4");
    refused("a: @b\n", "c.yaml:1:4: found character that cannot start any token while scanning for "
                       "the next token");
}

static void bytes_that_are_no_text_are_refused(void **state) {
    (void)state;
    refused_bytes("a: b\0c\n", 7,
                  "c.yaml:1:5: control characters are not allowed: byte 0x00 at offset 4");
    refused("a: 1\nb: x\x1b[0m\n",
            "c.yaml:2:5: control characters are not allowed: byte 0x1b at offset 9");
    refused("a: b\x7f\n", "c.yaml:1:5: control characters are not allowed: byte 0x7f at offset 4");
    refused("a: \xc2\x80\n", "c.yaml: control characters are not allowed at byte 3");
    refused("a: 1\n\xc3\xa9: \xff\n", "c.yaml:2:4: invalid UTF-8 at byte 9");
    refused_bytes("\xff\xfe"
                  "a\0:",
                  5, "c.yaml: invalid UTF-8 at byte 0 (looks like UTF-16, expected UTF-8)");
    refused("\x1f\x8b\x08 rest", "c.yaml: looks like gzip, expected YAML");
    refused("PK\x03\x04 rest", "c.yaml: looks like a zip archive, expected YAML");
}

static double seconds(void) {
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void what_has_no_end_is_stopped(void **state) {
    (void)state;
    static char large[1100000];
    double start = seconds();
    memset(large, '[', 131072);
    refused_bytes(large, 131072, "c.yaml:1:33: nesting deeper than 32");
    refused("a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
            "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
            "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
            "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n",
            "c.yaml:4:29: more than 10000 nodes");
    memset(large, ' ', 1048577);
    refused_bytes(large, 1048577, "c.yaml: config larger than 1048576 bytes");
    /* One long text, copied often, is as large as many. */
    size_t at = (size_t)sprintf(large, "a: &a ");
    memset(large + at, 'x', 200000);
    at += 200000;
    at += (size_t)sprintf(large + at, "\nb: [*a, *a, *a, *a, *a, *a]\n");
    refused_bytes(large, at,
                  "c.yaml:2:21: config larger than 1048576 bytes with its aliases copied");
    at = 0;
    for (int i = 0; i < 30000; i++) at += (size_t)sprintf(large + at, "%%TAG !%d! tag:%d\n", i, i);
    refused_bytes(large, at, "c.yaml:17:1: more than 16 directives (lines that begin with %)");
    assert_true(seconds() - start < 5);
    /* 32 is deep enough for anyone, and allowed. */
    char nested[80] = "";
    memset(nested, '[', 32);
    memset(nested + 32, ']', 32);
    struct tree tree;
    struct error err;
    assert_true(read_text(&tree, nested, &err));
    tree_free(&tree);
}

static void files_are_read_and_named(void **state) {
    (void)state;
    const char *temporary = getenv("TMPDIR");
    char folder[4096];
    (void)snprintf(folder, sizeof folder, "%s/test_yaml.XXXXXX", temporary ? temporary : "/tmp");
    assert_non_null(mkdtemp(folder));
    char path[4200], message[4400];
    struct tree tree = {0};
    struct error err;
    assert_false(yaml_read_file(&tree, folder, &yaml_config_limits, &err));
    (void)snprintf(message, sizeof message, "%s: is a directory", folder);
    assert_string_equal(err.text, message);
    (void)snprintf(path, sizeof path, "%s/c.yaml", folder);
    assert_false(yaml_read_file(&tree, path, &yaml_config_limits, &err));
    (void)snprintf(message, sizeof message, "%s: No such file or directory", path);
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_CONFIG);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("a: 1\nb: [\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_false(yaml_read_file(&tree, path, &yaml_config_limits, &err));
    (void)snprintf(message, sizeof message,
                   "%s:3:1: did not find expected node content while parsing a flow node", path);
    assert_string_equal(err.text, message);
    assert_int_equal(truncate(path, 5), 0);
    tree_free(&tree);
    assert_true(yaml_read_file(&tree, path, &yaml_config_limits, &err));
    assert_string_equal(node_find(tree.root, "a")->text, "1");
    tree_free(&tree);
    assert_int_equal(truncate(path, 1048577), 0);
    assert_false(yaml_read_file(&tree, path, &yaml_config_limits, &err));
    (void)snprintf(message, sizeof message, "%s: config larger than 1048576 bytes", path);
    assert_string_equal(err.text, message);
    tree_free(&tree);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    static char longer[5000];
    memset(longer, 'p', sizeof longer - 1);
    assert_false(yaml_read_file(&tree, longer, &yaml_config_limits, &err));
    assert_non_null(strstr(err.text, "path too long"));
}

static void values_have_one_place(void **state) {
    (void)state;
    const struct place place = {"argument 'x=...'", 0, 0};
    struct error err;
    struct text to = {0};
    struct node *node = yaml_read_value("[1, {a: b}]", place, &yaml_config_limits, &err);
    yaml_print_flow(node, &to);
    assert_string_equal(to.bytes, "[1, {a: b}]");
    assert_int_equal(node->item[1]->place.line, 0);
    node_free(node);
    text_free(&to);
    node = yaml_read_value(" # nothing", place, &yaml_config_limits, &err);
    assert_true(node_is_null(node));
    node_free(node);
    assert_null(yaml_read_value("{a: 1, a: 2}", place, &yaml_config_limits, &err));
    assert_string_equal(err.text, "argument 'x=...': duplicate key 'a'");
    assert_null(yaml_read_value("[1", place, &yaml_config_limits, &err));
    assert_string_equal(err.text, "argument 'x=...': did not find expected ',' or ']' while "
                                  "parsing a flow sequence");
}

/* ---- printing ---- */

static void assert_same(const struct node *a, const struct node *b) {
    assert_int_equal(a->form, b->form);
    assert_int_equal(a->count, b->count);
    if (a->form == NODE_SCALAR) assert_string_equal(a->text, b->text);
    for (size_t i = 0; i < a->count; i++) {
        if (a->form == NODE_MAPPING) assert_string_equal(a->item[i]->key, b->item[i]->key);
        assert_same(a->item[i], b->item[i]);
    }
}

static void blocks_look_as_written_by_hand(void **state) {
    (void)state;
    const char *text = "seed: 1\n"
                       "model:\n"
                       "  layers:\n"
                       "    - lstm:\n"
                       "        units: 64\n"
                       "        name: \"a # b\"\n"
                       "    - flatten\n"
                       "  shape: [~, 1]\n"
                       "empty: {}\n"
                       "path: ../data/a b.csv\n";
    struct tree tree;
    struct error err;
    struct text to = {0};
    assert_true(read_text(&tree, text, &err));
    yaml_print(tree.root, &to);
    assert_string_equal(to.bytes, text);
    text_free(&to);
    tree_free(&tree);
}

/* Whatever a text holds, it reads back, as a value and as a key, in a block and in a flow. */
static void every_text_survives(void **state) {
    (void)state;
    static const char *const texts[] = {"no",
                                        "1",
                                        "a: b",
                                        "a #b",
                                        "#",
                                        "-",
                                        "- x",
                                        "--- x",
                                        "...",
                                        "?",
                                        "? x",
                                        ":",
                                        "x:",
                                        "::a",
                                        "*a",
                                        "&a",
                                        "!a",
                                        "|",
                                        ">",
                                        "%a",
                                        "@a",
                                        "`a`",
                                        "'a'",
                                        "\"a\"",
                                        "\\",
                                        "a\\nb",
                                        " a",
                                        "a ",
                                        "a  b",
                                        "a,b",
                                        "[a]",
                                        "{a}",
                                        "~a",
                                        "<<",
                                        "=",
                                        "line\nbreak",
                                        "\n",
                                        "tab\t",
                                        "\t",
                                        "\r\n",
                                        "\x01\x1b\x7f",
                                        "\xc2\x80\xc2\x85\xc2\xa0",
                                        "\xe2\x80\xa8\xe2\x80\xa9",
                                        "\xe2\x80\x8b",
                                        "\xef\xbb\xbfx",
                                        "\xef\xbf\xbe",
                                        "\xf0\x9f\x98\x80",
                                        "d\xc3\xa9j\xc3\xa0 vu",
                                        "null",
                                        "12:30",
                                        "2016-07-01",
                                        "C:\\data",
                                        "a/b.c",
                                        "./x",
                                        "~/x",
                                        "-1",
                                        "+1",
                                        ".5",
                                        "%",
                                        "\xe2\x82\xac"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct place nowhere = {"x", 0, 0};
        struct error err;
        struct tree tree;
        struct node *root = node_new(NODE_MAPPING, nowhere, &err);
        struct node *list = node_new(NODE_SEQUENCE, nowhere, &err);
        assert_true(
            node_add(list, NULL, nowhere, node_scalar(texts[i], false, nowhere, &err), &err));
        assert_true(
            node_add(root, texts[i], nowhere, node_scalar(texts[i], false, nowhere, &err), &err));
        assert_true(node_add(root, "list", nowhere, list, &err));
        for (int flow = 0; flow < 2; flow++) {
            struct text to = {0};
            if (flow)
                yaml_print_flow(root, &to);
            else
                yaml_print(root, &to);
            if (!read_text(&tree, to.bytes, &err)) fail_msg("%s in %s", err.text, to.bytes);
            /* Null alone is what it says. */
            if (strcmp(texts[i], "null") != 0) assert_same(root, tree.root);
            tree_free(&tree);
            text_free(&to);
        }
        node_free(root);
    }
}

static void long_keys_survive(void **state) {
    (void)state;
    static char key[3000];
    for (int escapes = 0; escapes < 2; escapes++) {
        const struct place nowhere = {"x", 0, 0};
        struct error err;
        struct tree tree;
        struct text to = {0};
        memset(key, escapes ? '\n' : 'k', sizeof key - 1);
        struct node *root = node_new(NODE_MAPPING, nowhere, &err);
        struct node *inner = node_new(NODE_MAPPING, nowhere, &err);
        assert_true(node_add(inner, key, nowhere, node_scalar("v", false, nowhere, &err), &err));
        assert_true(node_add(root, key, nowhere, inner, &err));
        yaml_print(root, &to);
        if (!read_text(&tree, to.bytes, &err)) fail_msg("%s", err.text);
        assert_same(root, tree.root);
        tree_free(&tree);
        text_free(&to);
        yaml_print_flow(root, &to);
        if (!read_text(&tree, to.bytes, &err)) fail_msg("%s", err.text);
        assert_same(root, tree.root);
        tree_free(&tree);
        text_free(&to);
        node_free(root);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_become_trees),
        cmocka_unit_test(nodes_know_their_places),
        cmocka_unit_test(nothing_is_refused),
        cmocka_unit_test(only_plain_yaml_is_taken),
        cmocka_unit_test(broken_yaml_is_placed),
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(what_has_no_end_is_stopped),
        cmocka_unit_test(files_are_read_and_named),
        cmocka_unit_test(values_have_one_place),
        cmocka_unit_test(blocks_look_as_written_by_hand),
        cmocka_unit_test(every_text_survives),
        cmocka_unit_test(long_keys_survive),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
