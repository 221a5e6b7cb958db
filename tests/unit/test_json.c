/* JSON: what RFC 8259 allows is read, all else is refused where it is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files/json.h"

static const struct json_limits limits = {1000, 4, 10};

static struct json_document document;
static struct error err;

static const struct json *read_text(const char *text) {
    if (!json_read(&document, text, strlen(text), &limits, "f", ERROR_CHECKPOINT, &err))
        return NULL;
    return document.root;
}

static void assert_refused(const char *text, const char *message) {
    assert_null(read_text(text));
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_CHECKPOINT);
    assert_null(document.blocks);
}

static void reads_every_type(void **state) {
    (void)state;
    const struct json *root = read_text(" { \"a\" : [ null , true , false ] , \"b\" : -1.5e+2 , "
                                        "\"c\" : { } , \"d\" : \"x\" }\r\n\t");
    assert_non_null(root);
    assert_int_equal(root->type, JSON_OBJECT);
    assert_int_equal(root->count, 4);
    const struct json *a = json_member(root, "a");
    assert_int_equal(a->type, JSON_ARRAY);
    assert_int_equal(a->count, 3);
    assert_int_equal(a->first->type, JSON_NULL);
    assert_int_equal(a->first->next->type, JSON_TRUE);
    assert_int_equal(a->first->next->next->type, JSON_FALSE);
    assert_null(a->first->next->next->next);
    assert_true(json_member(root, "b")->number == -150);
    assert_string_equal(json_member(root, "b")->text, "-1.5e+2");
    assert_int_equal(json_member(root, "c")->count, 0);
    assert_string_equal(json_member(root, "d")->text, "x");
    assert_null(json_member(root, "e"));
    assert_null(json_member(a, "e"));
    json_free(&document);
}

static void reads_escapes_and_surrogate_pairs(void **state) {
    (void)state;
    const struct json *root =
        read_text("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\ud83d\\ude00\xC3\xA9\x7f\"");
    assert_non_null(root);
    assert_string_equal(root->text,
                        "\"\\/\b\f\n\r\tA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xC3\xA9\x7f");
    json_free(&document);
}

static void refuses_bad_strings(void **state) {
    (void)state;
    assert_refused("\"a", "f: JSON byte 3: found the end, expected the string's end");
    assert_refused("\"a\nb\"", "f: JSON byte 3: found byte 0x0A, expected the string's end");
    assert_refused("\"\\x41\"",
                   "f: JSON byte 3: found 'x', expected an escape such as \\n or \\u0041");
    assert_refused("\"\\u00g0\"", "f: JSON byte 6: found 'g', expected four hexadecimal digits");
    assert_refused("\"\\u0000\"", "f: JSON byte 2: a NUL character in a string");
    assert_refused("\"\\ud83d\"", "f: JSON byte 2: half of a surrogate pair");
    assert_refused("\"\\ude00\"", "f: JSON byte 2: half of a surrogate pair");
    assert_refused("\"\\ud83d\\u0041\"", "f: JSON byte 2: half of a surrogate pair");
    assert_refused("\"\xC0\x80\"", "f: JSON byte 2: invalid UTF-8");
    assert_refused("'a'", "f: JSON byte 1: found ''', expected a value");
}

static void refuses_bad_numbers(void **state) {
    (void)state;
    assert_refused("01", "f: JSON byte 2: found '1', expected the end");
    assert_refused("+1", "f: JSON byte 1: found '+', expected a value");
    assert_refused(".5", "f: JSON byte 1: found '.', expected a value");
    assert_refused("1.", "f: JSON byte 3: found the end, expected a digit");
    assert_refused("1e", "f: JSON byte 3: found the end, expected a digit");
    assert_refused("-", "f: JSON byte 2: found the end, expected a digit");
    assert_refused("NaN", "f: JSON byte 1: found 'N', expected a value");
    assert_refused("0x10", "f: JSON byte 2: found 'x', expected the end");
    assert_refused("[1e999]", "f: JSON byte 2: a number too large for double");
}

static void refuses_bad_structure(void **state) {
    (void)state;
    assert_refused("", "f: JSON byte 1: found the end, expected a value");
    assert_refused("[1,]", "f: JSON byte 4: found ']', expected a value");
    assert_refused("[1 2]", "f: JSON byte 4: found '2', expected ',' or ']'");
    assert_refused("{\"a\":1,}", "f: JSON byte 8: found '}', expected a key in double quotes");
    assert_refused("{\"a\" 1}", "f: JSON byte 6: found '1', expected ':'");
    assert_refused("{\"a\":1]", "f: JSON byte 7: found ']', expected ',' or '}'");
    assert_refused("{} {}", "f: JSON byte 4: found '{', expected the end");
    assert_refused("\xEF\xBB\xBF{}", "f: JSON byte 1: found byte 0xEF, expected a value");
    assert_refused("{\"a\":1,\"b\":2,\"a\":3}", "f: JSON byte 18: duplicate key \"a\"");
    assert_refused("tru", "f: JSON byte 1: found 't', expected a value");
}

static void keeps_its_limits(void **state) {
    (void)state;
    assert_non_null(read_text("[[[[]]]]"));
    json_free(&document);
    assert_refused("[[[[[]]]]]", "f: JSON byte 5: nested deeper than 4");
    assert_non_null(read_text("[1,2,3,4,5,6,7,8,9]"));
    json_free(&document);
    assert_refused("[1,2,3,4,5,6,7,8,9,0]", "f: JSON byte 20: more values than 10");
    char *large = malloc(1002);
    memset(large, ' ', 1001);
    large[1001] = '\0';
    assert_refused(large, "f: JSON larger than 1000 bytes");
    free(large);
}

static void refuses_a_text_cut_anywhere(void **state) {
    (void)state;
    static const char text[] = "{\"a\":[1.5e3,{\"\\u00e9\":null}],\"b\":\"\\ud83d\\ude00\"}";
    for (size_t length = 0; length < sizeof text - 1; length++) {
        char *cut = malloc(length > 0 ? length : 1); /* no byte beyond: a sanitizer watches */
        memcpy(cut, text, length);
        assert_false(json_read(&document, cut, length, &limits, "f", ERROR_DATA, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        free(cut);
    }
}

static void counts_are_whole(void **state) {
    (void)state;
    size_t count;
    const struct json *root = read_text("[7, -1, 1.0, 1e3, \"7\", 18446744073709551616]");
    const struct json *value = root->first;
    assert_true(json_count(value, &count));
    assert_int_equal(count, 7);
    while ((value = value->next) != NULL) assert_false(json_count(value, &count));
    assert_false(json_count(NULL, &count));
    json_free(&document);
}

static void writes_what_it_reads(void **state) {
    (void)state;
    struct text to = {0};
    json_open(&to, '{');
    json_key(&to, "name \"x\"");
    json_add_string(&to, "a\\b\n\x01\x7f\xC3\xA9 {");
    json_key(&to, "list");
    json_open(&to, '[');
    json_add_number(&to, 0.1);
    json_add_number(&to, NAN);
    json_add_number(&to, -INFINITY);
    json_add_count(&to, SIZE_MAX);
    json_add_bool(&to, true);
    json_add_null(&to);
    json_open(&to, '[');
    json_close(&to, ']');
    json_close(&to, ']');
    json_key(&to, "bytes");
    json_add_string(&to, "x\xFFy");
    json_close(&to, '}');
    text_add(&to, "\n");
    json_open(&to, '{');
    json_close(&to, '}');
    assert_string_equal(
        to.bytes,
        "{\"name \\\"x\\\"\":\"a\\\\b\\n\\u0001\\u007f\xC3\xA9 {\",\"list\":[0.1,null,null,"
        "18446744073709551615,true,null,[]],\"bytes\":\"x\xEF\xBF\xBDy\"}\n{}");
    *strchr(to.bytes, '\n') = '\0';
    const struct json_limits wide = {1000, 4, 20};
    assert_true(json_read(&document, to.bytes, strlen(to.bytes), &wide, "f", ERROR_DATA, &err));
    assert_string_equal(document.root->first->key, "name \"x\"");
    assert_string_equal(document.root->first->text, "a\\b\n\x01\x7f\xC3\xA9 {");
    json_free(&document);
    text_free(&to);
}

/* Lists of any length and mixture come back element by element, and long ones of numbers take little. */
static void lists_long_and_short(void **state) {
    (void)state;
    static const struct json_limits wide = {1 << 22, 4, 100};
    for (size_t count = 0; count < 200; count++) {
        struct text text = {0};
        text_add(&text, "{\"before\":1,\"list\":[");
        for (size_t i = 0; i < count; i++)
            text_format(&text, "%s%s", i > 0 ? " , " : "",
                        i % 7 == 3 ? "null"
                        : i % 2    ? "-1.5e3"
                                   : "7");
        text_add(&text, "],\"after\":\"x\"}");
        if (!json_read(&document, text.bytes, text.length, &wide, "f", ERROR_CHECKPOINT, &err))
            fail_msg("%zu: %s", count, err.text);
        const struct json *list = json_member(document.root, "list");
        assert_int_equal(list->type, count > 64 ? JSON_NUMBERS : JSON_ARRAY);
        assert_int_equal(list->count, count);
        struct json_list walk = json_list_of(list);
        size_t found = 0;
        for (const struct json *v; (v = json_list_next(&walk)) != NULL; found++) {
            assert_int_equal(v->type, found % 7 == 3 ? JSON_NULL : JSON_NUMBER);
            if (v->type == JSON_NUMBER) assert_true(v->number == (found % 2 ? -1500 : 7));
        }
        assert_int_equal(found, count);
        assert_string_equal(json_member(document.root, "after")->text, "x");
        json_free(&document);
        text_free(&text);
    }
}

/* ... and nothing else is taken for one. */
static void lists_that_are_not_numbers(void **state) {
    (void)state;
    static const char *const last[] = {"\"x\"", "true", "[]", "{}", "-", "nul", "", "1e", "01"};
    static const struct json_limits wide = {1 << 22, 4, 1000};
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        for (size_t before = 60; before < 70; before++) {
            struct text text = {0};
            text_add(&text, "[");
            for (size_t k = 0; k < before; k++) text_add(&text, "0,");
            text_format(&text, "%s]", last[i]);
            bool sound = i < 4 && before < 64;
            if (json_read(&document, text.bytes, text.length, &wide, "f", ERROR_DATA, &err) !=
                sound)
                fail_msg("%zu %s", before, last[i]);
            if (sound) assert_int_equal(document.root->type, JSON_ARRAY);
            if (sound) json_free(&document);
            text_free(&text);
        }
    struct text words = {0};
    for (size_t k = 0; k < 200; k++) text_format(&words, "%s\"w%zu\"", k > 0 ? "," : "[", k);
    text_add(&words, "]");
    assert_true(json_read(&document, words.bytes, words.length, &wide, "f", ERROR_DATA, &err));
    assert_int_equal(document.root->type, JSON_ARRAY);
    struct json_list walk = json_list_of(document.root);
    for (size_t k = 0; k < 200; k++) assert_int_equal(json_list_next(&walk)->type, JSON_STRING);
    assert_null(json_list_next(&walk));
    json_free(&document);
    text_free(&words);
}

/* Small values without end. */
static void many_bare_values(void **state) {
    (void)state;
    static const struct json_limits wide = {1 << 22, 4, 1 << 22};
    static const char *const bare[] = {"[]", "{}", "true", "[0]", "\"\""};
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++) {
        struct text text = {0};
        for (size_t k = 0; k < 300000; k++) text_format(&text, "%s%s", k > 0 ? "," : "[", bare[i]);
        text_add(&text, "]");
        bool good = json_read(&document, text.bytes, text.length, &wide, "f", ERROR_DATA, &err);
        assert_int_equal(good, i == 4);
        if (!good && strstr(err.text, ": more values than ") == NULL) fail_msg("%s", err.text);
        if (good) json_free(&document);
        text_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_long_and_short),
        cmocka_unit_test(lists_that_are_not_numbers),
        cmocka_unit_test(many_bare_values),
        cmocka_unit_test(reads_every_type),
        cmocka_unit_test(reads_escapes_and_surrogate_pairs),
        cmocka_unit_test(refuses_bad_strings),
        cmocka_unit_test(refuses_bad_numbers),
        cmocka_unit_test(refuses_bad_structure),
        cmocka_unit_test(keeps_its_limits),
        cmocka_unit_test(refuses_a_text_cut_anywhere),
        cmocka_unit_test(counts_are_whole),
        cmocka_unit_test(writes_what_it_reads),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
