/* The data schema in a checkpoint: it comes back the same, and none that lies is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/schema_json.h"

static struct error err;

#define TEMP                                                                                       \
    "{\"name\":\"temp \\\"C\\\"\",\"type\":\"number\",\"log\":true,\"difference\":12,"             \
    "\"scale\":\"robust\",\"center\":0.1,\"spread\":0.3333333333333333,\"index\":false,\"embed\":" \
    "0,"                                                                                           \
    "\"ignore_unknown\":false,\"missing\":\"interpolate\",\"fill\":12.5,\"indicator\":true,"       \
    "\"categories\":[]}"
#define SKY                                                                                        \
    "{\"name\":\"sky\",\"type\":\"category\",\"log\":false,\"difference\":0,"                      \
    "\"scale\":\"none\",\"center\":0,\"spread\":1,\"index\":false,\"embed\":0,\"ignore_unknown\":" \
    "true,"                                                                                        \
    "\"missing\":\"drop\",\"fill\":0,\"indicator\":false,\"categories\":[\"a\",\"\xC3\xA9\"]}"
#define WHEN                                                                                       \
    "{\"name\":\"when\",\"type\":\"time\",\"log\":false,\"difference\":0,\"scale\":\"none\","      \
    "\"center\":0,\"spread\":1,\"index\":false,\"embed\":0,\"ignore_unknown\":false,\"missing\":"  \
    "\"error\","                                                                                   \
    "\"fill\":0,\"indicator\":false,\"format\":\"%d/%m/%Y\",\"features\":[\"hour\",\"month\"],"    \
    "\"categories\":[]}"
#define DIALECT "{\"delimiter\":\"\\t\",\"decimal\":\",\",\"thousands\":\"\",\"header\":true}"
#define WHOLE                                                                                      \
    "{\"dialect\":" DIALECT ",\"columns\":[" TEMP "," SKY "," WHEN                                 \
    "],\"inputs\":[0,1,2],\"targets\":[1],\"target\":\"class\","                                   \
    "\"classes\":2,\"features\":8,\"steps\":24}"

#define MESSAGE                                                                                    \
    "{\"name\":\"m\",\"type\":\"text\",\"log\":false,\"difference\":0,\"scale\":\"none\","         \
    "\"center\":0,\"spread\":1,\"index\":false,\"embed\":0,\"ignore_unknown\":true,\"missing\":"   \
    "\"error\","                                                                                   \
    "\"fill\":0,\"indicator\":false,\"words\":true,\"max_length\":40,\"longest\":7,"               \
    "\"categories\":[\"a\",\"b\"]"                                                                 \
    "}"
#define OF_TEXT                                                                                    \
    "{\"dialect\":" DIALECT ",\"columns\":[" MESSAGE "," SKY                                       \
    "],\"inputs\":[0],\"targets\":[1],\"target\":\"class\",\"classes\":2,\"features\":1,"          \
    "\"steps\":0}"

static void texts_come_back(void **state) {
    (void)state;
    struct schema schema;
    struct text to = {0};
    assert_true(schema_from_json(&schema, OF_TEXT, "m", &err));
    assert_int_equal(schema.column[0].type, COLUMN_TEXT);
    assert_true(schema.column[0].words);
    assert_int_equal(schema.column[0].max_length, 40);
    assert_int_equal(schema.column[0].longest, 7);
    assert_int_equal(schema_vocabulary(&schema), 4);
    schema_to_json(&schema, &to);
    assert_string_equal(to.bytes, OF_TEXT);
    text_free(&to);
    schema_free(&schema);
}

static void comes_back_the_same(void **state) {
    (void)state;
    struct schema schema;
    struct text to = {0};
    assert_true(schema_from_json(&schema, WHOLE, "m", &err));
    assert_int_equal(schema.dialect.delimiter, '\t');
    assert_int_equal(schema.dialect.point, ',');
    assert_int_equal(schema.dialect.thousands, '\0');
    assert_true(schema.dialect.header);
    assert_int_equal(schema.columns, 3);
    assert_string_equal(schema.column[0].name, "temp \"C\"");
    assert_int_equal(schema.column[0].scale, SCALE_ROBUST);
    assert_true(schema.column[0].log);
    assert_int_equal(schema.column[0].difference, 12);
    assert_true(schema.column[0].center == 0.1 && schema.column[0].spread == 1.0 / 3);
    assert_int_equal(schema.column[0].missing, MISSING_INTERPOLATE);
    assert_true(schema.column[0].fill == 12.5 && schema.column[0].indicator);
    assert_int_equal(schema.column[1].type, COLUMN_CATEGORY);
    assert_true(schema.column[1].ignore_unknown && !schema.column[1].index);
    assert_string_equal(schema.column[1].category[1], "\xC3\xA9");
    assert_int_equal(schema.inputs, 3);
    assert_int_equal(schema.column[2].type, COLUMN_TIME);
    assert_int_equal(schema.column[2].feature[1], TIME_MONTH);
    assert_string_equal(schema.column[2].format, "%d/%m/%Y");
    assert_int_equal(schema.target[0], 1);
    assert_int_equal(schema.target_kind, TARGET_CLASS);
    assert_int_equal(schema.steps, 24);
    schema_to_json(&schema, &to);
    assert_string_equal(to.bytes, WHOLE);
    text_free(&to);
    schema_free(&schema);
}

/* WHOLE with a piece replaced. */
static void assert_refused(const char *piece, const char *by, const char *message) {
    struct schema schema;
    struct text changed = {0};
    const char *at = strstr(WHOLE, piece);
    assert_non_null(at);
    text_add_bytes(&changed, WHOLE, strlen(WHOLE) - strlen(at));
    text_add(&changed, by);
    text_add(&changed, at + strlen(piece));
    assert_false(schema_from_json(&schema, changed.bytes, "m", &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_CHECKPOINT);
    assert_null(schema.column);
    text_free(&changed);
}

static void refuses_what_lies(void **state) {
    (void)state;
    assert_refused("0.3333333333333333", "0",
                   "m: schema: column \"temp \"C\"\": spread 0 is not above 0");
    assert_refused("0.3333333333333333", "-1",
                   "m: schema: column \"temp \"C\"\": spread -1 is not above 0");
    assert_refused("0.3333333333333333", "null", "m: schema: \"spread\": expected a finite number");
    assert_refused("\"center\":0.1", "\"centre\":0.1",
                   "m: schema: \"center\": expected a finite number");
    assert_refused("robust", "soft", "m: schema: \"scale\": unknown \"soft\"");
    assert_refused("\"number\"", "1", "m: schema: \"type\": expected a string");
    assert_refused("\"log\":true", "\"log\":1", "m: schema: \"log\": expected true or false");
    assert_refused("12", "-1", "m: schema: \"difference\": expected a whole number");
    assert_refused("\"sky\"", "\"temp \\\"C\\\"\"", "m: schema: duplicate column \"temp \"C\"\"");
    assert_refused("\"sky\"", "\"\"", "m: schema: a column without a name");
    assert_refused("\"sky\"", "null", "m: schema: \"name\": expected a string");
    assert_refused("\"\xC3\xA9\"", "\"a\"", "m: schema: duplicate category \"a\"");
    assert_refused("\"\xC3\xA9\"", "7", "m: schema: \"categories\": expected strings");
    assert_refused("\"a\",\"\xC3\xA9\"", "",
                   "m: schema: column \"sky\": type category with 0 categories");
    assert_refused("[0,1,2]", "[0,3]", "m: schema: \"inputs\": expected numbers of columns");
    assert_refused("[0,1,2]", "[]", "m: schema: \"inputs\": expected at least one column");
    assert_refused("[0,1,2]", "0", "m: schema: \"inputs\": expected a list");
    assert_refused("%d/%m/%Y", "%d/%m", "m: schema: \"format\": expected a format of times");
    assert_refused("\"hour\"", "\"our\"", "m: schema: \"features\": expected features of a time");
    assert_refused("\"hour\",\"month\"", "",
                   "m: schema: column \"when\": type time with 0 features");
    assert_refused("[1]", "[2]",
                   "m: schema: \"targets\": expected numbers or categories, not a time");
    assert_refused("[1]", "[-1]", "m: schema: \"targets\": expected numbers of columns");
    assert_refused("[1]", "[0]", "m: schema: 2 classes do not fit the targets' categories");
    assert_refused("\"classes\":2", "\"classes\":3",
                   "m: schema: 3 classes do not fit the targets' categories");
    assert_refused("\"features\":8", "\"features\":3",
                   "m: schema: 3 features a step do not fit inputs of 8");
    assert_refused("\"features\":8", "\"features\":0",
                   "m: schema: 0 features a step do not fit inputs of 8");
    assert_refused("\"interpolate\"", "\"guess\"", "m: schema: \"missing\": unknown \"guess\"");
    assert_refused("12.5", "null", "m: schema: \"fill\": expected a finite number");
    assert_refused("\"indicator\":true", "\"indicator\":1",
                   "m: schema: \"indicator\": expected true or false");
    assert_refused("\"embed\":0", "\"embed\":9",
                   "m: schema: column \"temp \"C\"\": a vector of 9 numbers");
    assert_refused("\"index\":false", "\"index\":true",
                   "m: schema: column \"temp \"C\"\": an index of a column of type number");
    assert_refused("\"steps\":24", "\"steps\":1.5",
                   "m: schema: \"steps\": expected a whole number");
    assert_refused(WHOLE, "[]", "m: schema: \"dialect\": expected an object or null");
    assert_refused(WHOLE, "{\"dialect\":null}", "m: schema: \"columns\": expected a list");
    assert_refused(DIALECT, "7", "m: schema: \"dialect\": expected an object or null");
    assert_refused("\\t", "", "m: schema: \"delimiter\": expected one character");
    assert_refused("\\t", "\\n", "m: schema: \"delimiter\": expected one character");
    assert_refused("\"decimal\":\",\"", "\"decimal\":\";\"",
                   "m: schema: \"decimal\": expected a point or a comma");
    assert_refused("\"thousands\":\"\"", "\"thousands\":\"..\"",
                   "m: schema: \"thousands\": expected one character");
    assert_refused("\"header\":true", "\"header\":1",
                   "m: schema: \"header\": expected true or false");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_the_same),
        cmocka_unit_test(texts_come_back),
        cmocka_unit_test(refuses_what_lies),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
