/* Dialects: what a file is taken for by its first lines, by the keys, and by the file before it. */
#include "data_files.h"

#include "data/dialect.h"

static const struct signs plain = {.csv = {.quote = '"', .comment = CSV_NO_SIGN}};
static const struct dialect_hints unknown = {.signs = &plain, .header = PARAM_UNSET};

static void assert_dialect(const char *text, char delimiter, bool header) {
    write_text("a.csv", text);
    struct csv csv;
    struct error err = {0};
    struct dialect dialect;
    assert_true(csv_open(&csv, "a.csv", &plain.csv, &err));
    assert_true(dialect_find(&dialect, &csv, &unknown, &err));
    if (dialect.delimiter != delimiter || dialect.header != header)
        fail_msg("%s: delimiter '%c', header %d", text, dialect.delimiter, dialect.header);
    dialect_free(&dialect);
    csv_close(&csv);
}

static void finds_delimiter_and_header(void **state) {
    (void)state;
    assert_dialect("a,b\n1,2\n", ',', true);
    assert_dialect("1,2\n3,4\n", ',', false);
    assert_dialect("a;b\n1,5;2\n", ';', true);
    assert_dialect("1,5;2,5\n1,5;2,5\n", ';', false);
    assert_dialect("a\tb\nx,1\t2\n", '\t', true);
    assert_dialect("a|b\n1|2\n", '|', true);
    assert_dialect("1 2 3\n4 5 6\n", ' ', false);
    assert_dialect("time,x\n2016-01-01 00:00:00,5\n2016-01-01 01:00:00,6\n", ',', true);
    assert_dialect("Monthly mean\n1.5\n2.5\n", ',', true);
    assert_dialect("1.5\n2.5\n", ',', false);
    assert_dialect("name,town\nann,york\nbob,rome\n", ',', true);
    assert_dialect("x,1\ny,2\n", ',', false);
    assert_dialect("id,2015,2016\n1,2,3\n", ',', true);
    assert_dialect("?,1\n2,3\n", ',', false);
    assert_dialect("a,b\n1,2\n3\n4,5\n", ',', true);
    assert_dialect("\"a;b\",c\n\"d;e\",1\n", ',', true);
}

/* The signs in the numbers of the first two columns: "." or ",", then the one between thousands. */
static const char *find_signs(const char *text, const struct dialect_hints *hints,
                              struct error *err) {
    static char found[3];
    write_text("a.csv", text);
    struct csv csv;
    struct dialect dialect;
    const size_t column[] = {0, 1};
    char point = 'x', thousands = 'x';
    assert_true(csv_open(&csv, "a.csv", &hints->signs->csv, err));
    assert_true(dialect_find(&dialect, &csv, hints, err));
    bool ok = dialect_numbers(&dialect, hints, "a.csv", column, 2, &point, &thousands, err);
    dialect_free(&dialect);
    csv_close(&csv);
    found[0] = point;
    found[1] = thousands;
    found[2] = '\0';
    return ok ? found : "?";
}

static void finds_signs_of_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text, *signs;
    } files[] = {
        {"a;b\n1,5;2\n1;2,25\n", ","},
        {"a;b\n1.5;2\n1;2.25\n", "."},
        {"a;b\n1;2\n", "."},
        {"a,b\n\"1,5\",2\n", ","},
        {"a;b\n0,125;2\n", ","},
        {"a;b\n1234,567;2\n", ","},
        {"a;b\n1,234,567;2\n", ".,"},
        {"a;b\n1,234;2.5\n", ".,"},
        {"a,b\n\"1,234.50\",2\n", ".,"},
        {"a;b\n1.234.567;2\n", ",."},
        {"a;b\n1.234,5;2\n", ",."},
        {"a;b\n1.234;2\n", "."},
        {"a;b\n1,234;2.345\n", "?"},
        {"a;b\n1,234;2\n", "?"},
        {"a;b\n1,5;2.5\n", "?"},
        {"a;b\n1,234.5;2,5\n", "?"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct error err = {0};
        const char *found = find_signs(files[i].text, &unknown, &err);
        if (strcmp(found, files[i].signs) != 0)
            fail_msg("%s: '%s', not '%s'", files[i].text, found, files[i].signs);
    }
    struct error err = {0};
    (void)find_signs("a;b\n1,234;2\n", &unknown, &err);
    assert_string_equal(err.text, "a.csv: cannot tell whether the comma in numbers like 1,234 "
                                  "stands before a fraction or between thousands; set "
                                  "data.decimal to point or comma");
    (void)find_signs("a;b\n1,5;2.5\n", &unknown, &err);
    assert_string_equal(err.text, "a.csv: numbers with a decimal point and with a comma; set "
                                  "data.decimal to point or comma");
}

static void keys_decide_on_signs(void **state) {
    (void)state;
    struct error err = {0};
    struct signs signs = plain;
    struct dialect_hints hints = {.signs = &signs, .header = PARAM_UNSET};
    signs.decimal = '.';
    assert_string_equal(find_signs("a;b\n1,234;2\n", &hints, &err), ".,");
    assert_string_equal(find_signs("a;b\n1,5;2\n", &hints, &err), ".");
    signs.decimal = ',';
    assert_string_equal(find_signs("a;b\n1,234;2\n", &hints, &err), ",");
    signs.decimal = '\0';
    signs.thousands = ',';
    assert_string_equal(find_signs("a;b\n1,234;2\n", &hints, &err), ".,");
    signs.thousands = ' ';
    assert_string_equal(find_signs("a;b\n1 234,5;2\n", &hints, &err), ", ");
    assert_string_equal(find_signs("a;b\n1 234;2\n", &hints, &err), ". ");
    assert_string_equal(find_signs("a;b\n1 234;none\n", &hints, &err), ". ");
    signs.thousands = CSV_NO_SIGN;
    assert_string_equal(find_signs("a;b\n1;2,5\n", &hints, &err), ",");
}

/* What a file leaves open is as it was in the file before. */
static void reads_alike(void **state) {
    (void)state;
    struct error err = {0};
    static char a[] = "a", b[] = "b";
    struct schema_column columns[] = {{.name = a}, {.name = b}};
    size_t inputs[] = {0, 1};
    struct schema known = {.dialect = {';', ',', '.', true},
                           .column = columns,
                           .columns = 2,
                           .input = inputs,
                           .inputs = 2};
    struct dialect_hints hints = {&plain, PARAM_UNSET, &known};
    assert_string_equal(find_signs("a;b\n1,234;2\n", &hints, &err), ",.");
    assert_string_equal(find_signs("a;b\n1;2\n", &hints, &err), ",.");
    assert_string_equal(find_signs("a;b\n1.5;2\n", &hints, &err), ".");
    static const struct {
        const char *text;
        char delimiter;
        bool header;
    } files[] = {
        {"a;b\nx;y\n", ';', true}, /* names, whatever is below them */
        {"b;a\n", ';', true},      {"1;2\n3;4\n", ';', false}, {"1,5;2,5\n", ';', false},
        {"a,b\n1,2\n", ',', true}, {"b;c\n1;2\n", ';', true},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct csv csv;
        struct dialect dialect;
        write_text("a.csv", files[i].text);
        assert_true(csv_open(&csv, "a.csv", &plain.csv, &err));
        assert_true(dialect_find(&dialect, &csv, &hints, &err));
        if (dialect.delimiter != files[i].delimiter || dialect.header != files[i].header)
            fail_msg("%s: delimiter '%c', header %d", files[i].text, dialect.delimiter,
                     dialect.header);
        dialect_free(&dialect);
        csv_close(&csv);
    }
    known.dialect.header = false;
    struct csv csv;
    struct dialect dialect;
    write_text("a.csv", "x;y\nz;w\n");
    assert_true(csv_open(&csv, "a.csv", &plain.csv, &err));
    assert_true(dialect_find(&dialect, &csv, &hints, &err));
    assert_false(dialect.header);
    dialect_free(&dialect);
    csv_close(&csv);
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void reads_keys(void **state) {
    (void)state;
    struct error err = {0};
    struct signs signs;
    struct data_options options = default_options(NULL);
    assert_true(signs_read(&signs, &options, &err));
    assert_int_equal(signs.delimiter, 0);
    assert_int_equal(signs.csv.quote, '"');
    assert_int_equal(signs.csv.comment, CSV_NO_SIGN);
    static const char *const names[] = {"tab", "comma", "semicolon", "pipe", "space", "hash"};
    for (size_t i = 0; i < 6; i++) {
        char name[16];
        options.delimiter = (char *)(uintptr_t)names[i];
        assert_true(signs_read(&signs, &options, &err));
        assert_int_equal(signs.delimiter, "\t,;| #"[i]);
        assert_string_equal(signs_name(signs.delimiter, name), names[i]);
    }
    options.delimiter = (char *)(uintptr_t) "^";
    options.quote = (char *)(uintptr_t) "'";
    options.comment = (char *)(uintptr_t) "hash";
    options.thousands = (char *)(uintptr_t) "point";
    assert_true(signs_read(&signs, &options, &err));
    assert_int_equal(signs.delimiter, '^');
    assert_int_equal(signs.csv.quote, '\'');
    assert_int_equal(signs.csv.comment, '#');
    assert_int_equal(signs.thousands, '.');
    options.quote = options.comment = options.thousands = (char *)(uintptr_t) "none";
    assert_true(signs_read(&signs, &options, &err));
    assert_int_equal(signs.csv.quote, CSV_NO_SIGN);
    assert_int_equal(signs.csv.comment, CSV_NO_SIGN);
    assert_int_equal(signs.thousands, CSV_NO_SIGN);
}

static void assert_key_refused(const struct data_options *options, const char *message) {
    struct error err = {0};
    struct signs signs;
    assert_false(signs_read(&signs, options, &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_CONFIG);
}

static void refuses_keys(void **state) {
    (void)state;
    struct data_options options = default_options(NULL);
    options.delimiter = (char *)(uintptr_t) ",,";
    assert_key_refused(&options, "data.delimiter: expected one character or tab, comma, semicolon, "
                                 "pipe, space or hash, got \",,\" (YAML takes # for a comment "
                                 "unless it is written \"#\")");
    options.delimiter = (char *)(uintptr_t) "\xc2\xa7";
    assert_key_refused(&options, "data.delimiter: expected one character or tab, comma, semicolon, "
                                 "pipe, space or hash, got \"\xc2\xa7\" (YAML takes # for a "
                                 "comment unless it is written \"#\")");
    options.delimiter = (char *)(uintptr_t) "none";
    assert_key_refused(&options, "data.delimiter: expected one character or tab, comma, semicolon, "
                                 "pipe, space or hash, got \"none\" (YAML takes # for a comment "
                                 "unless it is written \"#\")");
    options.delimiter = (char *)(uintptr_t) "hash";
    options.comment = (char *)(uintptr_t) "#";
    assert_key_refused(&options, "data.delimiter and data.comment are both hash");
    options.comment = NULL;
    options.decimal = DECIMAL_COMMA;
    options.thousands = (char *)(uintptr_t) "comma";
    assert_key_refused(&options, "data.decimal and data.thousands are both comma");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_delimiter_and_header),
        cmocka_unit_test(finds_signs_of_numbers),
        cmocka_unit_test(keys_decide_on_signs),
        cmocka_unit_test(reads_alike),
        cmocka_unit_test(reads_keys),
        cmocka_unit_test(refuses_keys),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
