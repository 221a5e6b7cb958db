/* csv_fuzz.h - files of CSV, mutated: the reader either refuses one in the line where the plain reader
 * of csv_oracle.h does, or takes the same values from it. File number n is always the same. */
#ifndef TESTS_CSV_FUZZ_H
#define TESTS_CSV_FUZZ_H

#include "csv_oracle.h"
#include "data_files.h"

#include "data/number.h"
#include "data/table.h"

/* ---- files ----------------------------------------------------------------------------------- */

static uint64_t fuzz_state;

static inline size_t fuzz_draw(size_t below) {
    fuzz_state += 0x9e3779b97f4a7c15u;
    uint64_t z = fuzz_state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (size_t)((z ^ (z >> 31)) % below);
}

static inline bool fuzz_odds(size_t one_in) {
    return fuzz_draw(one_in) == 0;
}

static inline void fuzz_cell(struct text *to, char delimiter, char point) {
    static const char *const words[] = {"NA", "?",   "",     "abc",   "inf", "1e400",
                                        "é",  "nan", "0x10", "-1e-5", "+3",  "1 234"};
    bool quoted = fuzz_odds(8) || (point == ',' && delimiter == ',');
    if (quoted) text_add(to, "\"");
    size_t kind = fuzz_draw(200);
    if (kind == 0)
        text_add(to, words[fuzz_draw(sizeof words / sizeof *words)]);
    else if (kind == 1 && quoted)
        text_add(to, "a \"\"b\"\",\n;c");
    else if (kind < 8)
        text_format(to, "%zu%c%03zu", 1 + fuzz_draw(999), quoted ? ',' : '.', fuzz_draw(1000));
    else if (kind < 30)
        text_format(to, "%zu", fuzz_draw(100000));
    else
        text_format(to, "%s%zu%c%zu", fuzz_odds(2) ? "-" : "", fuzz_draw(500), point,
                    fuzz_draw(1000));
    if (quoted) text_add(to, "\"");
}

static inline void fuzz_row(struct text *to, size_t columns, char delimiter, char point,
                            const char *end) {
    const char between[] = {delimiter, '\0'};
    for (size_t c = 0; c < columns; c++) {
        if (c > 0) text_add(to, between);
        if (fuzz_odds(20)) text_add(to, " ");
        fuzz_cell(to, delimiter, point);
    }
    text_add(to, end);
}

static inline void fuzz_good(struct text *to) {
    static const char *const ends[] = {"\n", "\n", "\r\n", "\r"};
    char delimiter = ",;\t| "[fuzz_draw(5)], point = fuzz_odds(4) ? ',' : '.';
    const char *end = ends[fuzz_draw(4)];
    size_t columns = 1 + fuzz_draw(6), rows = fuzz_draw(12);
    if (fuzz_odds(8)) text_add(to, "\xef\xbb\xbf");
    if (fuzz_odds(6)) text_format(to, "# a comment \"%s%s", end, fuzz_odds(2) ? end : "");
    bool header = !fuzz_odds(4);
    for (size_t c = 0; header && c < columns; c++) {
        text_add(to, fuzz_odds(9) ? "" : &"xyzw"[fuzz_draw(4)]);
        if (c + 1 < columns) text_add_bytes(to, &delimiter, 1);
    }
    if (header) text_add(to, end);
    for (size_t r = 0; r < rows; r++) fuzz_row(to, columns, delimiter, point, end);
    for (size_t r = fuzz_odds(6) ? 3 : 0; r > 0; r--) {
        for (size_t c = 1; c < columns; c++) text_add_bytes(to, &delimiter, 1);
        text_add(to, end);
    }
    /* Some lie across the reader's blocks. */
    if (!fuzz_odds(1000)) return;
    while (to->length < (1 << 20) - 200) fuzz_row(to, columns, delimiter, point, end);
    for (size_t r = 0; r < 20; r++) fuzz_row(to, columns, delimiter, point, end);
}

static inline void fuzz_insert(struct text *to, size_t at, const char *bytes, size_t length) {
    struct text changed = {0};
    text_add_bytes(&changed, to->bytes, at);
    text_add_bytes(&changed, bytes, length);
    text_add_bytes(&changed, to->bytes + at, to->length - at);
    text_free(to);
    *to = changed;
}

static inline void fuzz_delete(struct text *to, size_t at, size_t length) {
    memmove(to->bytes + at, to->bytes + at + length, to->length - at - length);
    to->length -= length;
}

/* Where a mutation tells most: near a block's end in a long file. */
static inline size_t fuzz_place(const struct text *to) {
    if (to->length > 1 << 20 && fuzz_odds(2)) return (1 << 20) - 8 + fuzz_draw(16);
    return fuzz_draw(to->length + 1);
}

static inline void fuzz_mutate(struct text *to) {
    static const char *const pieces[] = {
        "\"", "\"\"",         ",",    ";",   "\t",     "|",       " ", "\r",
        "\n", "\r\n",         "\n\n", "#",   "\xff",   "\xe9",    ".", "1e9",
        "-",  "\xef\xbb\xbf", "'",    ",,,", "\"\n\"", "\x1f\x8b"};
    static char huge[70000];
    size_t at = fuzz_place(to), left = to->length - at;
    const char *piece = pieces[fuzz_draw(sizeof pieces / sizeof *pieces)];
    switch (fuzz_draw(8)) {
    case 0: fuzz_insert(to, at, "", 1); break;
    case 1: fuzz_delete(to, at, left < 3 ? left : fuzz_draw(4) % (left + 1)); break;
    case 2:
        if (fuzz_odds(4)) fuzz_delete(to, at, left);
        break;
    case 3:
        if (left > 0) to->bytes[at] = (char)fuzz_draw(256);
        break;
    case 4:
        memset(huge, fuzz_odds(2) ? '1' : ' ', sizeof huge);
        if (fuzz_odds(20)) fuzz_insert(to, at, huge, 65530 + fuzz_draw(12));
        break;
    case 5: fuzz_insert(to, at, to->bytes + at, fuzz_draw(left + 1) % 100); break;
    default: fuzz_insert(to, at, piece, strlen(piece));
    }
}

static inline void fuzz_file(struct text *to, uint64_t number) {
    fuzz_state = number * 0x2545f4914f6cdd1du + 12345;
    text_add(to, "");
    fuzz_good(to);
    for (size_t i = fuzz_draw(5); i > 0; i--) fuzz_mutate(to);
}

/* ---- both readers ---------------------------------------------------------------------------- */

struct fuzz_run {
    uint64_t number;
    struct source source;
    struct table table;
    struct oracle oracle;
    size_t *from;
    size_t rows;      /* that the plain reader has found so far */
    size_t full_rows; /* of them up to the last with a value */
    char point, thousands;
    bool compare; /* the table was read: look at its values */
};

static inline void fuzz_fail(const struct fuzz_run *run, const char *what) {
    fail_msg("file %llu: %s", (unsigned long long)run->number, what);
}

static inline bool fuzz_unused(const struct oracle *o, size_t field) {
    return o->field[field][0] == '\0' && !o->quoted[field];
}

/* The fields that the table wants, or a fault. */
static inline bool fuzz_fit(struct fuzz_run *run) {
    struct oracle *o = &run->oracle;
    size_t wanted = run->source.heading.fields;
    while (o->fields > wanted && fuzz_unused(o, o->fields - 1)) free(o->field[--o->fields]);
    while (o->fields < wanted) {
        const struct dialect_column *column = &run->source.dialect.column[o->fields];
        if (column->numbers + column->texts > 0) break;
        oracle_add(o, "", 0, false);
    }
    return o->fields == wanted || oracle_refuse(o, o->record_line);
}

static inline bool fuzz_compare_cell(struct fuzz_run *run, size_t c) {
    struct oracle *o = &run->oracle;
    const struct table_column *column = &run->table.column[c];
    float value = 0;
    if (column->keep == KEEP_TEXT) {
        size_t length = strlen(o->field[c]);
        if (text_utf8_fault(o->field[c], length) != length) return oracle_refuse(o, 1);
        if (run->compare && run->rows < run->table.rows &&
            strcmp(column->texts + column->text[run->rows], o->field[c]) != 0)
            fuzz_fail(run, "another text");
        return true;
    }
    enum oracle_cell cell = oracle_number(o->field[c], run->point, run->thousands, &value);
    if (cell == CELL_BAD) return oracle_refuse(o, 1);
    if (!run->compare || run->rows >= run->table.rows) return true;
    float found = column->value[run->rows];
    if (cell == CELL_MISSING ? !isnan(found) : !(found == value)) fuzz_fail(run, "another number");
    return true;
}

/* Reads all with the plain reader; false at the first fault. */
static inline bool fuzz_oracle(struct fuzz_run *run, const struct text *file) {
    struct oracle *o = &run->oracle;
    const struct signs *signs = &run->source.signs;
    size_t mark = file->length >= 3 && memcmp(file->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    *o = (struct oracle){.bytes = (const unsigned char *)file->bytes,
                         .length = file->length,
                         .at = mark,
                         .line = 1,
                         .delimiter = run->source.dialect.delimiter,
                         .quote = signs->csv.quote != CSV_NO_SIGN ? signs->csv.quote : -1,
                         .comment = signs->csv.comment != CSV_NO_SIGN ? signs->csv.comment : -1};
    run->rows = run->full_rows = 0;
    for (bool started = false; oracle_next(o, started); started = true) {
        if (!started && run->source.dialect.header) continue;
        if (!fuzz_fit(run)) return false;
        bool empty = true;
        for (size_t c = 0; c < o->fields; c++) {
            empty = empty && fuzz_unused(o, c);
            if (fuzz_compare_cell(run, c)) continue;
            o->fault = o->record_line;
            o->fault_end = o->line - 1; /* a cell may be in a later line of its record */
            return false;
        }
        run->rows++;
        if (!empty) run->full_rows = run->rows;
    }
    return o->fault == 0;
}

/* ---- one file -------------------------------------------------------------------------------- */

/* The line of "f.csv:12:3: ...", 0 when it has none. */
static inline size_t fuzz_line(const struct error *err) {
    return strncmp(err->text, "f.csv:", 6) == 0 ? strtoul(err->text + 6, NULL, 10) : 0;
}

static inline void fuzz_check_refusal(struct fuzz_run *run, const struct text *file,
                                      const struct error *err) {
    if (err->kind != ERROR_DATA || strncmp(err->text, "f.csv:", 6) != 0) fuzz_fail(run, err->text);
    size_t line = fuzz_line(err);
    run->compare = false;
    bool accepted = fuzz_oracle(run, file);
    if (accepted && run->full_rows == 0) return; /* no data rows */
    if (accepted || line < run->oracle.fault || line > run->oracle.fault_end)
        fuzz_fail(run, err->text);
}

static inline void fuzz_check_values(struct fuzz_run *run, const struct text *file) {
    run->compare = true;
    if (!fuzz_oracle(run, file)) fuzz_fail(run, "taken, but the plain reader refuses it");
    if (run->full_rows != run->table.rows) fuzz_fail(run, "another number of rows");
}

static inline bool fuzz_start_table(struct fuzz_run *run, struct error *err) {
    size_t columns = run->source.heading.fields;
    run->from = calloc(columns, sizeof *run->from);
    if (!table_start(&run->table, columns, err)) return false;
    for (size_t c = 0; c < columns; c++) {
        bool text = c == 0 && run->number % 2 == 0;
        run->from[c] = c;
        run->table.column[c].keep = text ? KEEP_TEXT : KEEP_NUMBER;
        run->table.column[c].on_missing = ON_MISSING_KEEP;
    }
    return true;
}

/* The signs in the numbers, where they can be told; the reader says the same or an error. */
static inline bool fuzz_signs(struct fuzz_run *run, struct error *err) {
    size_t first = run->number % 2 == 0, columns = run->source.heading.fields;
    return dialect_numbers(&run->source.dialect, &run->source.hints, "f.csv", run->from + first,
                           columns - first, &run->point, &run->thousands, err);
}

static inline void fuzz_check_table(struct fuzz_run *run, const struct text *file) {
    struct error err = {0}, doubt = {0};
    assert_true(fuzz_start_table(run, &err));
    for (size_t c = 0; c < run->table.columns; c++)
        run->table.column[c].name = strdup(run->source.heading.name[c]);
    bool told = fuzz_signs(run, &doubt);
    bool taken = table_read(&run->table, &run->source, run->from, &err);
    if (taken)
        fuzz_check_values(run, file);
    else if (told)
        fuzz_check_refusal(run, file, &err);
    else
        assert_string_equal(err.text, doubt.text);
    oracle_free(&run->oracle);
    table_free(&run->table);
    free(run->from);
}

static inline bool fuzz_one(uint64_t number) {
    struct text file = {0};
    struct error err = {0};
    struct fuzz_run run = {.number = number};
    struct data_options options = default_options(NULL);
    fuzz_file(&file, number);
    if (number % 3 == 0) options.comment = (char *)(uintptr_t) "hash";
    if (number % 7 == 0) options.quote = (char *)(uintptr_t) "none";
    write_bytes("f.csv", file.bytes, file.length);
    bool opened = source_open(&run.source, "f.csv", &options, NULL, &err);
    if (opened) {
        fuzz_check_table(&run, &file);
        source_close(&run.source);
    } else if (err.kind != ERROR_DATA || strncmp(err.text, "f.csv:", 6) != 0)
        fuzz_fail(&run, err.text);
    text_free(&file);
    return opened;
}

/* Files first..end-1. Both kinds must be met, or nothing was tested. */
static inline void fuzz_files(uint64_t first, uint64_t end) {
    size_t opened = 0;
    for (uint64_t number = first; number < end; number++) opened += fuzz_one(number);
    assert_in_range(opened, (end - first) / 4, (end - first) * 99 / 100);
}

#endif
