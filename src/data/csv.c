#include "data/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK = 1 << 20 };

/* Is a read that gave so few bytes the last one? */
static bool is_last(const struct csv *csv, size_t got, size_t room) {
    return csv->options.wait != NULL ? got == 0 : got < room;
}

static bool read_bytes(struct csv *csv, size_t kept, size_t room, struct error *err) {
    size_t got;
    if (!input_read(csv->input, csv->buffer + kept, room, &got, err)) return false;
    csv->end = kept + got;
    csv->finished = is_last(csv, got, room);
    return true;
}

/* A byte becomes at most two: those read into the far half never meet those written. */
static bool read_latin1(struct csv *csv, size_t kept, size_t room, struct error *err) {
    size_t half = room / 2, got;
    char *to = csv->buffer + kept;
    const char *from = to + (room - half);
    if (!input_read(csv->input, to + (room - half), half, &got, err)) return false;
    for (size_t i = 0; i < got; i++) {
        unsigned char c = (unsigned char)from[i];
        if (c >= 0x80) *to++ = (char)(0xc0 | c >> 6);
        *to++ = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
    }
    csv->end = (size_t)(to - csv->buffer);
    csv->finished = is_last(csv, got, half);
    return true;
}

/* A small file needs no more than itself, with a byte that it does not fill and the sentinel; twice
 * that from Latin-1. */
static size_t first_capacity(const struct csv *csv) {
    size_t left = input_left(csv->input);
    return left < BLOCK / 2 ? 2 * left + 4 : BLOCK;
}

/* Fill the buffer behind what is still to be split; a full one is doubled. The byte behind the end
 * is the sentinel that csv_split wants. */
static bool fill(struct csv *csv, struct error *err) {
    size_t kept = csv->end - csv->start;
    if (csv->start > 0) {
        memmove(csv->buffer, csv->buffer + csv->start, kept);
        csv->start = 0;
        csv->end = kept;
    }
    size_t want = kept >= csv->capacity / 2 ? 2 * csv->capacity : csv->capacity;
    if (csv->capacity == 0) want = first_capacity(csv);
    if (want > csv->capacity) {
        char *grown = realloc(csv->buffer, want);
        if (grown == NULL)
            return error_set(err, ERROR_SYSTEM, "out of memory (needed %zu bytes to read %s)", want,
                             input_name(csv->input));
        csv->buffer = grown;
        csv->capacity = want;
    }
    size_t room = csv->capacity - 1 - kept;
    if (!(csv->options.latin1 ? read_latin1 : read_bytes)(csv, kept, room, err)) return false;
    csv->buffer[csv->end] = '\n';
    return true;
}

static struct place find_place(const struct csv *csv, const char *record, size_t line,
                               size_t offset) {
    const char *start = record;
    for (const char *p = record; p < record + offset; p++)
        if (*p == '\n' || (*p == '\r' && p[1] != '\n')) {
            line++;
            start = p + 1;
        }
    return (struct place){input_name(csv->input), line, (size_t)(record + offset - start) + 1};
}

static struct place place_in(const struct csv *csv, const char *byte) {
    const struct csv_record *record = &csv->record;
    uintptr_t first = (uintptr_t)record->bytes, at = (uintptr_t)byte;
    if (at < first || at > first + record->length)
        return (struct place){input_name(csv->input), record->line, 0};
    return find_place(csv, record->bytes, record->line, at - first);
}

struct place csv_place(const struct csv *csv, size_t field) {
    const struct csv_field *f = &csv->record.field[field];
    return place_in(csv, f->bytes - f->quoted);
}

struct place csv_byte_place(const struct csv *csv, size_t field, size_t offset) {
    return place_in(csv, csv->record.field[field].bytes + offset);
}

/* The file's first bytes as they were before a conversion from Latin-1. */
static size_t first_bytes(const struct csv *csv, unsigned char to[static 4]) {
    size_t count = 0;
    for (size_t at = 0; at < csv->end && count < 4; at++) {
        unsigned char c = (unsigned char)csv->buffer[at];
        if (csv->options.latin1 && c >= 0x80)
            c = (unsigned char)((c & 3) << 6 | ((unsigned char)csv->buffer[++at] & 0x3f));
        to[count++] = c;
    }
    return count;
}

/* Other programs' formats of tables, by their first bytes. */
static bool refuse_other(const char *name, const unsigned char b[static 4], struct error *err) {
    static const struct {
        const char *bytes, *what;
    } others[] = {
        {"PK\3\4", "a spreadsheet or a zip archive"},
        {"PAR1", "Parquet"},
        {"\x89HDF", "HDF5"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (memcmp(b, others[i].bytes, 4) == 0)
            return error_set(err, ERROR_DATA, "%s: looks like %s; save it as CSV", name,
                             others[i].what);
    return true;
}

/* They say whether this is text at all. */
static bool check_kind(const struct csv *csv, struct error *err) {
    unsigned char b[4];
    const char *name = input_name(csv->input);
    size_t count = first_bytes(csv, b);
    if (count == 0) return error_set(err, ERROR_DATA, "%s: empty file", name);
    if (count < 2) return true;
    if (b[0] == 0x1f && b[1] == 0x8b)
        return error_set(err, ERROR_DATA, "%s: looks like gzip; %s", name,
                         strcmp(name, "standard input") == 0 ? "put gunzip -c before it"
                                                             : "its name should end in .gz");
    if (count == 4 && !refuse_other(name, b, err)) return false;
    bool mark = (b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff);
    /* Without a mark, every second byte of plain letters and digits is 0. */
    bool zeros = count == 4 && ((b[0] == 0 && b[2] == 0 && b[1] != 0 && b[3] != 0) ||
                                (b[1] == 0 && b[3] == 0 && b[0] != 0 && b[2] != 0));
    if (mark || zeros)
        return error_set(err, ERROR_DATA, "%s: looks like UTF-16; convert to UTF-8", name);
    return true;
}

static bool complain(const struct csv *csv, enum csv_scan result, size_t fault, struct error *err) {
    struct place place = find_place(csv, csv->buffer + csv->start, csv->line, fault);
    switch (result) {
    case CSV_NUL: return error_at(err, ERROR_DATA, place, "NUL byte");
    case CSV_BARE_QUOTE:
        return error_at(
            err, ERROR_DATA, place,
            "quote inside a field that does not start with one; a field with quotes "
            "is written \"like \"\"this\"\"\", and data.quote: none takes quotes as they "
            "are");
    case CSV_AFTER_QUOTE:
        return error_at(err, ERROR_DATA, place,
                        "expected a delimiter or the line's end after the closing quote");
    case CSV_OPEN_QUOTE:
        if (csv->finished && csv->end - csv->start - fault <= CSV_FIELD_LIMIT)
            return error_at(err, ERROR_DATA, place, "quote opened here is never closed");
        return error_at(err, ERROR_DATA, place, "quote opened here is never closed within %d bytes",
                        CSV_FIELD_LIMIT);
    case CSV_LONG_FIELD:
        place.column = 0;
        return error_at(err, ERROR_DATA, place, "field longer than the limit of %d bytes",
                        CSV_FIELD_LIMIT);
    case CSV_MANY_FIELDS:
        place.column = 0;
        return error_at(err, ERROR_DATA, place, "more than %d fields", CSV_FIELDS_LIMIT);
    case CSV_PARTIAL:
        place.column = 0;
        return error_at(err, ERROR_DATA, place, "line longer than the limit of %d bytes",
                        CSV_LINE_LIMIT);
    default: return error_set(err, ERROR_SYSTEM, "out of memory (fields of a line)");
    }
}

static bool skip_line(struct csv *csv, struct error *err) {
    for (size_t n = 0; n <= CSV_LINE_LIMIT; n++) {
        while (csv->start + n + 1 >= csv->end && !csv->finished)
            if (!fill(csv, err)) return false;
        const char *p = csv->buffer + csv->start + n;
        bool over = csv->start + n >= csv->end;
        if (!over && *p != '\n' && *p != '\r') continue;
        bool pair = !over && csv->start + n + 1 < csv->end && p[0] == '\r' && p[1] == '\n';
        csv->start = over ? csv->end : csv->start + n + 1 + pair;
        csv->line++;
        return true;
    }
    return complain(csv, CSV_PARTIAL, 0, err);
}

/* A mark that says UTF-8; read as Latin-1 it is six bytes. */
static size_t mark_length(const struct csv *csv) {
    static const char mark[] = "\xef\xbb\xbf", mark_as_latin1[] = "\xc3\xaf\xc2\xbb\xc2\xbf";
    const char *expected = csv->options.latin1 ? mark_as_latin1 : mark;
    size_t length = strlen(expected);
    return csv->end >= length && memcmp(csv->buffer, expected, length) == 0 ? length : 0;
}

/* As much as there is, or, where lines are read as they come, the first one. */
static bool fill_first(struct csv *csv, struct error *err) {
    do {
        if (!fill(csv, err)) return false;
    } while (!csv->finished && csv->options.wait != NULL && csv->end <= CSV_LINE_LIMIT &&
             memchr(csv->buffer, '\n', csv->end) == NULL &&
             memchr(csv->buffer, '\r', csv->end) == NULL);
    return true;
}

static bool begin(struct csv *csv, struct error *err) {
    size_t skip = csv->options.skip;
    bool follows = csv->options.wait != NULL;
    if (!fill_first(csv, err)) return false;
    csv->line = 1;
    if (follows && csv->end == 0) return true;
    if (!check_kind(csv, err)) return false;
    csv->start = mark_length(csv);
    for (size_t i = 0; i < skip && csv->start < csv->end; i++)
        if (!skip_line(csv, err)) return false;
    /* The look at the first lines wants many of them. */
    if (follows) return true;
    if (csv->start > csv->end / 2 && !csv->finished && !fill(csv, err)) return false;
    if (csv->start == csv->end)
        return error_set(err, ERROR_DATA, "%s: empty file%s", input_name(csv->input),
                         skip > 0 ? " after the lines that data.skip passes over" : "");
    return true;
}

bool csv_open(struct csv *csv, const char *path, const struct csv_options *options,
              struct error *err) {
    return csv_start(csv, input_open(path, err), options, err);
}

bool csv_start(struct csv *csv, struct input *input, const struct csv_options *options,
               struct error *err) {
    *csv = (struct csv){.input = input, .options = *options};
    if (input == NULL) return false;
    if (options->wait != NULL) input_follow(input, options->wait);
    csv_set_rules(&csv->rules, ',', options->quote, options->comment);
    if (begin(csv, err)) return true;
    csv_close(csv);
    return false;
}

void csv_close(struct csv *csv) {
    input_close(csv->input);
    free(csv->buffer);
    free(csv->record.field);
    *csv = (struct csv){0};
}

bool csv_look_further(struct csv *csv, bool *more, struct error *err) {
    *more = !csv->finished && csv->end - csv->start <= CSV_LINE_LIMIT;
    return !*more || fill(csv, err);
}

/* Split at csv->start, with as much of the file as that takes. */
static bool split_next(struct csv *csv, struct error *err) {
    while (!input_stopped(csv->input)) {
        size_t fault, length = csv->end - csv->start;
        enum csv_scan result = csv_split(&csv->rules, csv->buffer + csv->start, length,
                                         csv->finished, &csv->record, &fault);
        bool sound = result == CSV_SCANNED || result == CSV_PARTIAL;
        if (sound && (result == CSV_SCANNED ? csv->record.length : length) > CSV_LINE_LIMIT)
            return complain(csv, CSV_PARTIAL, 0, err);
        if (result == CSV_SCANNED) return true;
        if (!sound) return complain(csv, result, fault, err);
        if (!fill(csv, err)) return false;
    }
    return true;
}

bool csv_next(struct csv *csv, bool *more, struct error *err) {
    size_t empty_line = 0;
    for (;;) {
        *more = false;
        if (csv->start == csv->end && !csv->finished && !fill(csv, err)) return false;
        csv->passed_empty = empty_line > 0;
        if (csv->start == csv->end) return true;
        if (!split_next(csv, err)) return false;
        if (input_stopped(csv->input)) return true; /* of a line that has not come whole nothing */
        struct csv_record *record = &csv->record;
        record->line = csv->line;
        csv->start += record->length;
        csv->line += record->lines;
        if (record->fields == 0) continue;
        if (!csv_is_empty(record)) break;
        if (empty_line == 0) empty_line = record->line;
    }
    *more = true;
    csv->record.after_empty = empty_line > 0 && csv->started;
    csv->started = true;
    if (!csv->record.after_empty || csv->may_be_empty) return true;
    return error_at(err, ERROR_DATA, (struct place){input_name(csv->input), empty_line, 0},
                    "empty line");
}
