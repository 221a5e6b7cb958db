/* A source that is read as it comes: all that is found out must be found in its first line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/source.h"

static bool names_column(const struct schema *known, const struct csv_field *field) {
    for (size_t i = 0; i < known->inputs; i++) {
        const char *name = known->column[known->input[i]].name;
        if (strlen(name) == field->length && memcmp(name, field->bytes, field->length) == 0)
            return true;
    }
    return false;
}

/* Is it the line that the columns were named by before? */
static bool is_line(const struct csv_record *record, const char *line) {
    size_t length = strcspn(line, "\r\n");
    return record->length >= length && memcmp(record->bytes, line, length) == 0 &&
           strspn(record->bytes + length, "\r\n") >= record->length - length;
}

static bool is_header(const struct source *source, const char *before) {
    const struct csv_record *record = &source->csv.record;
    const struct schema *known = source->hints.known;
    if (source->hints.header == 0) return false;
    if (before != NULL && is_line(record, before)) return true;
    bool number = false;
    for (size_t i = 0; i < record->fields; i++) {
        const struct csv_field *field = &record->field[i];
        enum number_look look = number_look(field->bytes, field->length);
        if (names_column(known, field)) return true;
        number |= look != LOOK_TEXT && look != LOOK_MISSING;
    }
    if (before != NULL) return false;
    return source->hints.header != PARAM_UNSET || !number;
}

/* Every column may hold anything: no line was looked at. */
static bool set_dialect(struct source *source, size_t fields, bool header, struct error *err) {
    struct dialect *dialect = &source->dialect;
    dialect->header = header;
    dialect->columns = fields;
    dialect->column = memory_take(fields, sizeof *dialect->column, "columns", err);
    for (size_t i = 0; dialect->column != NULL && i < fields; i++) dialect->column[i].numbers = 1;
    return dialect->column != NULL;
}

static bool read_heading(struct source *source, bool header, struct error *err) {
    return set_dialect(source, source->csv.record.fields, header, err) &&
           heading_read(&source->heading, &source->csv, &source->dialect, err);
}

/* The record that was read is a header. */
static bool take_header(struct source *source, struct error *err) {
    const struct csv_record *record = &source->csv.record;
    struct text line = {0};
    text_add_bytes(&line, record->bytes, record->length);
    while (line.length > 0 && strchr("\r\n", line.bytes[line.length - 1]) != NULL)
        line.bytes[--line.length] = '\0';
    text_add(&line, "\n");
    source->header = text_take(&line, err);
    source->headed = true;
    return source->header != NULL && read_heading(source, true, err);
}

/* Name the columns by a line from before; the record that was read is put aside meanwhile. */
static bool take_header_before(struct source *source, const char *header, struct error *err) {
    struct csv_record *record = &source->csv.record, first = *record;
    size_t length = strlen(header), fault;
    source->header = memory_text(header, err);
    if (source->header == NULL) return false;
    *record = (struct csv_record){0};
    bool ok = length > 1 && header[length - 1] == '\n' &&
              csv_split(&source->csv.rules, source->header, length - 1, true, record, &fault) ==
                  CSV_SCANNED &&
              record->fields > 0;
    if (ok)
        ok = read_heading(source, true, err);
    else
        (void)error_set(err, ERROR_CHECKPOINT, "the header that the state remembers is none");
    free(record->field);
    *record = first;
    return ok;
}

static bool look(struct source *source, const char *header, struct error *err) {
    struct csv *csv = &source->csv;
    const struct schema_dialect *known = &source->hints.known->dialect;
    struct dialect *dialect = &source->dialect;
    bool more;
    dialect->delimiter = source->signs.delimiter;
    if (dialect->delimiter == '\0') dialect->delimiter = known->delimiter;
    if (dialect->delimiter == '\0') dialect->delimiter = ',';
    csv_set_rules(&csv->rules, dialect->delimiter, csv->options.quote, csv->options.comment);
    if (!csv_next(csv, &more, err)) return false;
    if (!more && header == NULL)
        return error_set(err, ERROR_DATA, "%s: empty file", input_name(csv->input));
    if (more && is_header(source, header)) return take_header(source, err);
    source->pending = more;
    return header != NULL ? take_header_before(source, header, err)
                          : read_heading(source, false, err);
}

bool source_open_stream(struct source *source, const char *path, const struct data_options *options,
                        const struct schema *known, const struct input_wait *wait,
                        const char *header, struct error *err) {
    *source = (struct source){.rows = SIZE_MAX};
    if (!signs_read(&source->signs, options, err)) return false;
    source->signs.csv.wait = wait;
    if (!csv_open(&source->csv, path, &source->signs.csv, err)) return false;
    source->hints = (struct dialect_hints){&source->signs, options->header, known};
    source->csv.may_be_empty = options->sequence_by == BY_BLANK_LINE;
    if (source_name(source, err) && look(source, header, err)) return true;
    source_close(source);
    return false;
}
