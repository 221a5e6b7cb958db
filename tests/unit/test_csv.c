/* Reading CSV: fields, places, and what is refused. */
#include <zlib.h>

#include "data_files.h"

#include "data/csv.h"
#include "data/dialect.h"
#include "files/whole.h"

static const struct csv_options plain = {.quote = '"', .comment = CSV_NO_SIGN};

/* All records as text: fields in [], records in lines. */
static char *dump(const char *path, char delimiter, struct error *err) {
    struct csv csv;
    struct text out = {0};
    struct csv_copy copy = {0};
    bool more = true, ok = csv_open(&csv, path, &plain, err);
    if (!ok) return NULL;
    csv_set_rules(&csv.rules, delimiter, '"', CSV_NO_SIGN);
    while ((ok = csv_next(&csv, &more, err)) && more) {
        for (size_t i = 0; i < csv.record.fields; i++)
            text_format(&out, "[%s]", csv_copy_field(&csv.record.field[i], &copy, err));
        text_format(&out, "%zu\n", csv.record.line);
    }
    free(copy.bytes);
    csv_close(&csv);
    if (ok) return text_take(&out, err);
    text_free(&out);
    return NULL;
}

static void assert_records(const char *text, char delimiter, const char *wanted) {
    struct error err = {0};
    write_text("a.csv", text);
    char *found = dump("a.csv", delimiter, &err);
    if (found == NULL) fail_msg("%s", err.text);
    assert_string_equal(found, wanted);
    free(found);
}

static void assert_fault(const void *bytes, size_t size, const char *message) {
    struct error err = {0};
    write_bytes("a.csv", bytes, size);
    assert_null(dump("a.csv", ',', &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_DATA);
}

static void reads_fields_and_lines(void **state) {
    (void)state;
    assert_records("a,b\n1,2\n", ',', "[a][b]1\n[1][2]2\n");
    assert_records("a,b\r\n1,2\r\n", ',', "[a][b]1\n[1][2]2\n");
    assert_records("a,b\r1,2\r", ',', "[a][b]1\n[1][2]2\n");
    assert_records("a,b\n1,2", ',', "[a][b]1\n[1][2]2\n");
    assert_records("\xef\xbb\xbf"
                   "a,b\n1,2\n\n \n",
                   ',', "[a][b]1\n[1][2]2\n");
    assert_records("a,,\n,,\n", ',', "[a][][]1\n[][][]2\n");
    assert_records(" a , b\t\n", ',', "[a][b]1\n");
    assert_records("a\t b \t\n", '\t', "[a][b][]1\n");
    assert_records("  1   2 \t3  \n4 5 6\n", ' ', "[1][2][3]1\n[4][5][6]2\n");
    assert_records("\"a b\" c\n", ' ', "[a b][c]1\n");
}

static void reads_quotes(void **state) {
    (void)state;
    assert_records("\"a,\"\"b\"\"\",c\n", ',', "[a,\"b\"][c]1\n");
    assert_records("\"\",\"\"\"\"\n", ',', "[][\"]1\n");
    assert_records("\"x\ny\",2\n3,4\n", ',', "[x\ny][2]1\n[3][4]3\n");
    assert_records("\"x\r\ny\",2\r\n3,4\r\n", ',', "[x\r\ny][2]1\n[3][4]3\n");
    assert_records("a, \"b\" ,c\n", ',', "[a][b][c]1\n");
    assert_records("\"\"\n1\n", ',', "[]1\n[1]2\n");
}

static void refuses_with_place(void **state) {
    (void)state;
#define FAULT(text, message) assert_fault(text, sizeof(text) - 1, message)
    FAULT("", "a.csv: empty file");
    FAULT("a,b\n1,\"x\n2\n", "a.csv:2:3: quote opened here is never closed");
    FAULT("a,b\n1,x\"y\"\n",
          "a.csv:2:4: quote inside a field that does not start with one; a field with quotes is "
          "written \"like \"\"this\"\"\", and data.quote: none takes quotes as they are");
    FAULT("a,b\n1,\"x\"y\n",
          "a.csv:2:6: expected a delimiter or the line's end after the closing quote");
    FAULT("a,b\n1,\"x\r\ny\nzz\"z\n",
          "a.csv:4:4: expected a delimiter or the line's end after the closing quote");
    FAULT("a,b\n1,2\n\n3,4\n", "a.csv:3: empty line");
    FAULT("a,b\n1,\0002\n", "a.csv:2:3: NUL byte");
    FAULT("a,b\n1,\"\0\"\n", "a.csv:2:4: NUL byte");
    FAULT("\xff\xfe"
          "a\0",
          "a.csv: looks like UTF-16; convert to UTF-8");
    FAULT("\xfe\xff\0a", "a.csv: looks like UTF-16; convert to UTF-8");
    FAULT("a\0b\0\n\0", "a.csv: looks like UTF-16; convert to UTF-8");
    FAULT("\0a\0b\0\n", "a.csv: looks like UTF-16; convert to UTF-8");
    FAULT("\0a\0\0", "a.csv:1:1: NUL byte");
    FAULT("a\0\0\0", "a.csv:1:2: NUL byte");
    FAULT("\xff,b\n\0", "a.csv:2:1: NUL byte");
    FAULT("\xfe,b\n\0", "a.csv:2:1: NUL byte");
    FAULT("\x1f\x8b\x08\0", "a.csv: looks like gzip; its name should end in .gz");
    FAULT("PK\3\4\24\0", "a.csv: looks like a spreadsheet or a zip archive; save it as CSV");
    FAULT("PAR1\25\4", "a.csv: looks like Parquet; save it as CSV");
    FAULT("\x89HDF\r\n", "a.csv: looks like HDF5; save it as CSV");
#undef FAULT
    struct error err = {0};
    assert_null(dump("absent.csv", ',', &err));
    assert_string_equal(err.text, "absent.csv: No such file or directory");
    assert_null(dump(".", ',', &err));
    assert_string_equal(err.text, ".: Is a directory");
}

static void bounds_fields_and_lines(void **state) {
    (void)state;
    size_t size = (size_t)3 << 20;
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memset(bytes, 'x', size);
    memcpy(bytes, "a,b\n1,", 6);
    assert_fault(bytes, size, "a.csv:2: field longer than the limit of 65536 bytes");
    bytes[6] = '"';
    assert_fault(bytes, size, "a.csv:2:3: quote opened here is never closed within 65536 bytes");
    size = (size_t)18 << 20;
    free(bytes);
    bytes = malloc(size);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++) bytes[i] = i % 2 ? ',' : '1';
    memcpy(bytes, "a\n", 2);
    assert_fault(bytes, size, "a.csv:2: more than 1048576 fields");
    for (size_t i = 2; i < size; i++) bytes[i] = i % 1000 ? '1' : ',';
    assert_fault(bytes, size, "a.csv:2: line longer than the limit of 16777216 bytes");
    free(bytes);
}

/* Records that lie across the reader's blocks come out whole, whatever their line ends. */
static void crosses_blocks(void **state) {
    (void)state;
    for (size_t ends = 0; ends < 3; ends++) {
        static const char *const end[] = {"\n", "\r\n", "\r"};
        FILE *file = fopen("long.csv", "wb");
        assert_non_null(file);
        for (size_t i = 0; i < 150000; i++)
            (void)fprintf(file, "%zu,\"%zu\"\"%s\"%s", i, i, i % 7 ? "" : "\n", end[ends]);
        assert_int_equal(fclose(file), 0);
        struct csv csv;
        struct error err = {0};
        struct csv_copy copy = {0};
        bool more;
        size_t i = 0, line = 1;
        assert_true(csv_open(&csv, "long.csv", &plain, &err));
        for (; csv_next(&csv, &more, &err) && more; i++) {
            char wanted[64];
            (void)snprintf(wanted, sizeof wanted, "%zu\"%s", i, i % 7 ? "" : "\n");
            assert_int_equal(csv.record.fields, 2);
            assert_int_equal(csv.record.line, line);
            assert_string_equal(csv_copy_field(&csv.record.field[1], &copy, &err), wanted);
            line += i % 7 ? 1 : 2;
        }
        assert_int_equal(i, 150000);
        free(copy.bytes);
        csv_close(&csv);
    }
}

/* The reader's first block ends between a CR and its LF: that is one line end still. */
static void cr_lf_across_blocks(void **state) {
    (void)state;
    FILE *file = fopen("crlf.csv", "wb");
    assert_non_null(file);
    (void)fputs("x1,y\r\n", file);
    for (size_t i = 0; i < 300000; i++) (void)fputs("1,2\r\n", file);
    assert_int_equal(fclose(file), 0);
    struct csv csv;
    struct error err = {0};
    bool more;
    size_t records = 0;
    assert_true(csv_open(&csv, "crlf.csv", &plain, &err));
    assert_int_equal(csv.buffer[csv.end - 1], '\r');
    for (; csv_next(&csv, &more, &err) && more; records++) continue;
    assert_string_equal(err.text, "");
    assert_int_equal(records, 300001);
    assert_int_equal(csv.line, 300002);
    csv_close(&csv);
}

static void notices_a_file_that_shrinks(void **state) {
    (void)state;
    struct error err = {0};
    char bytes[64];
    size_t got;
    write_text("a.csv", "a,b\n1,2\n");
    struct input *input = input_open("a.csv", &err);
    assert_non_null(input);
    assert_int_equal(truncate("a.csv", 5), 0);
    assert_false(input_read(input, bytes, sizeof bytes, &got, &err));
    assert_string_equal(err.text, "a.csv: changed while being read: 3 bytes fewer");
    input_close(input);
    /* one that grows is read up to its old size */
    input = input_open("a.csv", &err);
    assert_non_null(input);
    write_text("a.csv", "a,b\n1,2\n");
    assert_true(input_read(input, bytes, sizeof bytes, &got, &err));
    assert_int_equal(got, 5);
    input_close(input);
}

static void write_gzip(const char *path, const char *mode, const char *text) {
    gzFile file = gzopen(path, mode);
    assert_non_null(file);
    assert_int_equal(gzputs(file, text), (int)strlen(text));
    assert_int_equal(gzclose(file), Z_OK);
}

static void reads_gzip(void **state) {
    (void)state;
    struct error err = {0};
    write_gzip("a.csv.gz", "wb", "a,b\n1,2\n");
    write_gzip("a.csv.gz", "ab", "3,4\n");
    char *found = dump("a.csv.gz", ',', &err);
    assert_string_equal(found, "[a][b]1\n[1][2]2\n[3][4]3\n");
    free(found);
}

/* Whatever is cut off, flipped or added to a gzip file, it is refused or reads the same. */
static void refuses_damaged_gzip(void **state) {
    (void)state;
    unsigned char bytes[256];
    write_gzip("a.csv.gz", "wb", "a,b\n1,2\n3,4\n");
    FILE *file = fopen("a.csv.gz", "rb");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    struct error err = {0};
    for (size_t cut = 1; cut < size; cut++) {
        write_bytes("b.csv.gz", bytes, cut);
        assert_null(dump("b.csv.gz", ',', &err));
        assert_string_equal(err.text, "b.csv.gz: the gzip data ends early");
    }
    for (size_t bit = 0; bit < 8 * size; bit++) {
        unsigned char flipped[256];
        memcpy(flipped, bytes, size);
        flipped[bit / 8] ^= (unsigned char)(1u << bit % 8);
        write_bytes("b.csv.gz", flipped, size);
        char *found = dump("b.csv.gz", ',', &err);
        if (found != NULL) assert_string_equal(found, "[a][b]1\n[1][2]2\n[3][4]3\n");
        free(found);
    }
    bytes[size] = 'x';
    write_bytes("b.csv.gz", bytes, size + 1);
    assert_null(dump("b.csv.gz", ',', &err));
    write_text("c.csv.gz", "a,b\n1,2\n");
    assert_null(dump("c.csv.gz", ',', &err));
    assert_string_equal(err.text, "c.csv.gz: not a sound gzip file: incorrect header check");
}

/* 2 MB that hardly compress, so that there are blocks to lose: short lines, or first a long one. */
static void write_much(const char *path, bool long_line) {
    gzFile file = gzopen(path, "wb1");
    assert_non_null(file);
    unsigned state = 7;
    for (size_t i = 0; i < 200000; i++) {
        state = state * 1664525 + 1013904223;
        bool ends = i % 2 == 1 && !(long_line && i < 150000);
        assert_true(gzprintf(file, "%u%s", state, ends ? "\n" : i % 4001 ? "," : ",\xe9") > 0);
    }
    assert_int_equal(gzclose(file), Z_OK);
}

/* Opens, looks at the first lines and reads to the end. */
static bool read_all(const char *path, const struct csv_options *options, struct error *err) {
    struct csv csv;
    struct dialect dialect;
    struct signs signs = {0};
    const struct dialect_hints hints = {.header = PARAM_UNSET, .signs = &signs};
    bool more = true, good = csv_open(&csv, path, options, err);
    if (!good) return false;
    good = dialect_find(&dialect, &csv, &hints, err);
    if (good) dialect_free(&dialect);
    while (good && more) good = csv_next(&csv, &more, err);
    csv_close(&csv);
    return good;
}

static void fails_wherever_a_file_is_cut(void **state) {
    (void)state;
    for (int what = 0; what < 8; what++) {
        struct error err = {0};
        const struct csv_options options = {.quote = '"',
                                            .comment = CSV_NO_SIGN,
                                            .latin1 = (what & 2) != 0,
                                            .skip = (what & 4) != 0};
        write_much("much.csv.gz", (what & 1) != 0);
        if (!read_all("much.csv.gz", &options, &err)) fail_msg("%d: %s", what, err.text);
        size_t size = 0;
        char *bytes = whole_read("much.csv.gz", &size, ERROR_DATA, &err);
        assert_true(bytes != NULL && size > 800000);
        for (size_t cut = 1; cut < 16; cut++) {
            write_bytes("cut.csv.gz", bytes, size * cut / 16);
            assert_false(read_all("cut.csv.gz", &options, &err));
            assert_string_equal(err.text, "cut.csv.gz: the gzip data ends early");
        }
        free(bytes);
    }
}

static void skips_no_line_without_end(void **state) {
    (void)state;
    enum { SIZE = CSV_LINE_LIMIT + 99 };
    const struct csv_options options = {.quote = '"', .comment = CSV_NO_SIGN, .skip = 1};
    struct error err = {0};
    struct csv csv;
    char *bytes = malloc(SIZE);
    assert_non_null(bytes);
    memset(bytes, 'x', SIZE);
    write_bytes("a.csv", bytes, SIZE);
    free(bytes);
    assert_false(csv_open(&csv, "a.csv", &options, &err));
    assert_string_equal(err.text, "a.csv:1: line longer than the limit of 16777216 bytes");
}

/* Of what does not lie in the record only the line is known. */
static void places_what_lies_elsewhere(void **state) {
    (void)state;
    static const char elsewhere[] = "3";
    struct error err = {0};
    struct csv csv;
    bool more;
    write_text("a.csv", "a,b\n1,2\n");
    assert_true(csv_open(&csv, "a.csv", &plain, &err));
    assert_true(csv_next(&csv, &more, &err) && csv_next(&csv, &more, &err) && more);
    struct place place = csv_byte_place(&csv, 1, 0);
    assert_true(place.line == 2 && place.column == 3);
    csv.record.field[1].bytes = elsewhere;
    place = csv_byte_place(&csv, 1, 0);
    assert_true(place.line == 2 && place.column == 0);
    csv_close(&csv);
}

static void skips_lines(void **state) {
    (void)state;
    write_text("a.csv", "\xef\xbb\xbf# one \"\r\n# two\ra,b\n1,2\n");
    struct csv csv;
    struct error err = {0};
    bool more;
    struct csv_options options = {.quote = '"', .comment = CSV_NO_SIGN, .skip = 2};
    assert_true(csv_open(&csv, "a.csv", &options, &err));
    assert_true(csv_next(&csv, &more, &err) && more);
    assert_int_equal(csv.record.line, 3);
    assert_memory_equal(csv.record.field[0].bytes, "a,b", 3);
    csv_close(&csv);
    options.skip = 9;
    assert_false(csv_open(&csv, "a.csv", &options, &err));
    assert_string_equal(err.text, "a.csv: empty file after the lines that data.skip passes over");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_fields_and_lines),
        cmocka_unit_test(reads_quotes),
        cmocka_unit_test(refuses_with_place),
        cmocka_unit_test(bounds_fields_and_lines),
        cmocka_unit_test(crosses_blocks),
        cmocka_unit_test(cr_lf_across_blocks),
        cmocka_unit_test(notices_a_file_that_shrinks),
        cmocka_unit_test(reads_gzip),
        cmocka_unit_test(refuses_damaged_gzip),
        cmocka_unit_test(fails_wherever_a_file_is_cut),
        cmocka_unit_test(skips_no_line_without_end),
        cmocka_unit_test(places_what_lies_elsewhere),
        cmocka_unit_test(skips_lines),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
