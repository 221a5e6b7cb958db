/* Reading the rows of a CSV file into a table. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/number.h"
#include "data/table.h"

enum { MANY_TEXTS = 8 }; /* in the lines looked at: more than slips */

/* What a row needs besides the table. */
struct reading {
    struct table *table;
    struct source *source;
    const size_t *from;
    struct csv_copy copy;
    char point, thousands;
    bool *ended;        /* [columns] the present row ends before; NULL where rows may not */
    size_t used;        /* columns of TAIL_INPUTS that it has */
    bool drop;          /* the present row has a missing value that drops it */
    bool pseudo;        /* a pseudo-column is read */
    size_t before;      /* rows of the source before those of the table */
    bool cut;           /* there are rows behind the last one that was to be read */
    size_t end;         /* of the rows up to the last one with a value */
    size_t dropped;     /* of the table, up to there */
    size_t empty_rows;  /* that follow it in the file */
    struct error empty; /* why the first of them that is no row of the table is none */
};

static bool complain(const struct reading *reading, size_t c, enum number_result result,
                     struct error *err) {
    const struct csv *csv = &reading->source->csv;
    const struct csv_field *field = &csv->record.field[reading->from[c]];
    const char *name = reading->table->column[c].name;
    struct place place = csv_place(csv, reading->from[c]);
    int length = field->length < 60 ? (int)field->length : 60;
    if (result == NUMBER_MISSING && length == 0)
        return error_at(err, ERROR_DATA, place,
                        "column \"%s\": missing value (the field is empty); data.missing says what "
                        "to do about it",
                        name);
    if (result == NUMBER_MISSING)
        return error_at(err, ERROR_DATA, place,
                        "column \"%s\": missing value \"%.*s\"; data.missing says what to do about "
                        "it%s",
                        name, length, field->bytes,
                        reading->table->column[c].keep != KEEP_CATEGORY
                            ? ""
                            : ", missing_values: empty in data.columns that it is a category");
    if (result == NUMBER_RANGE)
        return error_at(err, ERROR_DATA, place,
                        "column \"%s\": number out of float range: \"%.*s\"", name, length,
                        field->bytes);
    enum number_look look = number_look(field->bytes, field->length);
    const char *hint = "";
    bool point = look == LOOK_POINT || look == LOOK_POINT_OR_GROUP;
    if (look != LOOK_TEXT) hint = " (see data.decimal and data.thousands)";
    if (point && reading->point == ',') hint = " (data.decimal is comma, set or found)";
    const struct dialect *dialect = &reading->source->dialect;
    if (reading->from[c] < dialect->columns && look == LOOK_TEXT &&
        dialect->column[reading->from[c]].texts >= MANY_TEXTS)
        hint = "; many of its values are not: in data.columns it can be a category, under "
               "data.ignore it is left out";
    return error_at(err, ERROR_DATA, place, "column \"%s\": not a number: \"%.*s\"%s", name, length,
                    field->bytes, hint);
}

/* A cell without a value. */
static bool add_missing(struct reading *reading, size_t c, struct error *err) {
    struct table_column *column = &reading->table->column[c];
    if (reading->ended != NULL && reading->ended[c]) {
        column->value[reading->table->rows] = NAN;
        return true;
    }
    if (column->on_missing == ON_MISSING_REFUSE) return complain(reading, c, NUMBER_MISSING, err);
    reading->drop |= column->on_missing == ON_MISSING_DROP;
    column->value[reading->table->rows] = NAN;
    column->missing++;
    return true;
}

static bool is_missing_category(const struct table_column *column, const struct csv_field *field) {
    if (field->length == 0) return true;
    return !column->only_empty && !field->quoted && number_is_missing(field->bytes, field->length);
}

/* Is a cell's text among those that a config says mean missing? */
static bool means_missing(const struct table_column *column, const struct csv_field *field) {
    for (size_t list = 0; list < 2; list++) {
        const struct param_texts *texts = column->missing_text[list];
        for (size_t i = 0; texts != NULL && i < texts->count; i++)
            if (strcmp(texts->text[i], MISSING_ONLY_EMPTY) != 0 &&
                strlen(texts->text[i]) == field->length &&
                memcmp(texts->text[i], field->bytes, field->length) == 0)
                return true;
    }
    return false;
}

static bool is_missing_number(const struct table_column *column, float value) {
    for (size_t i = 0; i < column->missing_numbers; i++)
        if (column->missing_number[i] == value) return true;
    return false;
}

/* Names, categories and labels end in files whose texts are UTF-8. */
static bool check_text(const struct reading *reading, size_t c, struct error *err) {
    const struct csv *csv = &reading->source->csv;
    const struct csv_field *field = &csv->record.field[reading->from[c]];
    size_t fault = text_utf8_fault(field->bytes, field->length);
    if (fault == field->length) return true;
    return error_at(err, ERROR_DATA, csv_byte_place(csv, reading->from[c], fault),
                    "column \"%s\": byte 0x%02x is not UTF-8; write data.encoding: latin-1 if that "
                    "is what it is, or convert the file",
                    reading->table->column[c].name, (unsigned char)field->bytes[fault]);
}

static bool add_category(struct reading *reading, size_t c, struct error *err) {
    struct table_column *column = &reading->table->column[c];
    const struct csv_field *field = &reading->source->csv.record.field[reading->from[c]];
    if (is_missing_category(column, field) || means_missing(column, field))
        return add_missing(reading, c, err);
    const char *text = csv_copy_field(field, &reading->copy, err);
    if (text == NULL) return false;
    size_t length = strlen(text), number, before = column->dictionary.count;
    if (!dictionary_add(&column->dictionary, text, length, &number, err)) return false;
    if (number == before && !check_text(reading, c, err)) return false;
    column->value[reading->table->rows] = (float)number;
    return true;
}

/* A text equal to the one before, as an id mostly is, is kept once. */
static bool add_text(struct reading *reading, size_t c, struct error *err) {
    struct table *table = reading->table;
    struct table_column *column = &table->column[c];
    const char *text =
        csv_copy_field(&reading->source->csv.record.field[reading->from[c]], &reading->copy, err);
    if (text == NULL) return false;
    if (*text == '\0' && column->on_missing == ON_MISSING_DROP) {
        reading->drop = true;
        column->missing++;
    }
    if (table->rows > 0 && strcmp(column->texts + column->text[table->rows - 1], text) == 0) {
        column->text[table->rows] = column->text[table->rows - 1];
        return true;
    }
    size_t size = strlen(text) + 1;
    if (!check_text(reading, c, err)) return false;
    if (!memory_grow(&column->texts, &column->texts_capacity, column->texts_length + size, 1,
                     "texts of the data", err))
        return false;
    memcpy(column->texts + column->texts_length, text, size);
    column->text[table->rows] = column->texts_length;
    column->texts_length += size;
    return true;
}

static inline enum number_result read_number(const struct reading *reading,
                                             const struct csv_field *field, float *value) {
    enum number_result result = number_read(field->bytes, field->length, reading->point, value);
    if (result == NUMBER_TEXT && reading->thousands != '\0')
        result = number_read_grouped(field->bytes, field->length, reading->point,
                                     reading->thousands, value);
    return result;
}

static bool add_number(struct reading *reading, size_t c, struct error *err) {
    struct table *table = reading->table;
    struct table_column *column = &table->column[c];
    const struct csv_field *field = &reading->source->csv.record.field[reading->from[c]];
    float *value = &column->value[table->rows];
    enum number_result result = read_number(reading, field, value);
    if (result == NUMBER_READ && !is_missing_number(column, *value)) return true;
    if (result == NUMBER_READ || result == NUMBER_MISSING || means_missing(column, field))
        return add_missing(reading, c, err);
    if (result != NUMBER_TINY) return complain(reading, c, result, err);
    table->tiny++;
    return true;
}

static bool add_cell(struct reading *reading, size_t c, struct error *err) {
    switch (reading->table->column[c].keep) {
    case KEEP_NUMBER: return add_number(reading, c, err);
    case KEEP_CATEGORY: return add_category(reading, c, err);
    default: return add_text(reading, c, err);
    }
}

static bool is_unused(const struct csv_field *field) {
    return field->length == 0 && !field->quoted;
}

/* Fields that a line lacks are empty ones where their columns are empty in all lines looked at. */
static bool fill_up(struct reading *reading) {
    struct csv_record *record = &reading->source->csv.record;
    const struct dialect *dialect = &reading->source->dialect;
    struct error ignored;
    if (!memory_grow(&record->field, &record->capacity, dialect->columns, sizeof *record->field,
                     "the fields of a line", &ignored))
        return false;
    for (size_t i = record->fields; i < dialect->columns; i++) {
        const struct dialect_column *column = &dialect->column[i];
        if (column->numbers + column->texts > 0) return false;
        record->field[i] = (struct csv_field){.bytes = record->bytes + record->length};
    }
    record->fields = dialect->columns;
    return true;
}

/* Empty fields behind the last column are no more than a delimiter too many. */
static bool check_width(struct reading *reading, struct error *err) {
    const struct csv_record *record = &reading->source->csv.record;
    size_t fields = reading->source->heading.fields, got = record->fields;
    while (got > fields && is_unused(&record->field[got - 1])) got--;
    if (got == fields || (got < fields && fill_up(reading))) return true;
    struct place place = {reading->source->heading.file, record->line, 0};
    bool hash = record->bytes[0] == '#';
    return error_at(err, ERROR_DATA, place, "expected %zu field%s, got %zu%s", fields,
                    text_plural(fields), record->fields, hash ? HEADING_COMMENT : "");
}

/* Behind the fields of the record come those of the pseudo-columns. */
static bool add_pseudo(struct reading *reading, char number[static 32], struct error *err) {
    const struct heading *heading = &reading->source->heading;
    struct csv_record *record = &reading->source->csv.record;
    const struct table *table = reading->table;
    if (!memory_grow(&record->field, &record->capacity, heading->columns, sizeof *record->field,
                     "the fields of a line", err))
        return false;
    size_t row = reading->before + table->rows - table->file[table->files - 1].first + 1;
    for (size_t c = heading->fields; c < heading->columns; c++) {
        bool file = strcmp(heading->name[c], HEADING_FILE) == 0;
        if (!file) (void)snprintf(number, 32, "%zu", row);
        const char *bytes = file ? reading->source->stem : number;
        record->field[c] = (struct csv_field){.bytes = bytes, .length = (uint32_t)strlen(bytes)};
    }
    return true;
}

/* Has the present row a value for a column? */
static bool has_value(const struct reading *reading, size_t c) {
    const struct table_column *column = &reading->table->column[c];
    const struct csv_field *field = &reading->source->csv.record.field[reading->from[c]];
    float value;
    if (column->keep == KEEP_CATEGORY ? is_missing_category(column, field)
                                      : number_is_missing(field->bytes, field->length))
        return false;
    if (means_missing(column, field)) return false;
    if (column->missing_numbers == 0) return true;
    return read_number(reading, field, &value) != NUMBER_READ || !is_missing_number(column, value);
}

/* Where a row ends before the last of its columns, those are no missing values. A row without any
 * has no length, but values that are missing. */
static void find_end(struct reading *reading) {
    const struct table *table = reading->table;
    memset(reading->ended, 0, table->columns * sizeof *reading->ended);
    for (size_t list = 0; list < TAILS; list++) {
        const struct table_tail *tail = &table->tail[list];
        size_t used = tail->count;
        while (used > 0 && !has_value(reading, tail->column[used - 1])) used--;
        used = used == 0 ? tail->count : tail->whole[used];
        for (size_t i = used; i < tail->count; i++) reading->ended[tail->column[i]] = true;
        if (list == TAIL_INPUTS) reading->used = used;
    }
}

static bool close_row(struct reading *reading, struct error *err) {
    struct table *table = reading->table;
    size_t row = table->rows;
    if (!table_close_row(table, reading->drop, err)) return false;
    bool ended = reading->used < table->tail[TAIL_INPUTS].count && table->rows > row;
    return !ended || table_note_short(table, row, reading->used, err);
}

static bool add_cells(struct reading *reading, struct error *err) {
    struct table *table = reading->table;
    const struct csv_record *record = &reading->source->csv.record;
    char number[32];
    if (!table_open_row(table, record->line, record->after_empty, err)) return false;
    reading->drop = false;
    if (reading->pseudo && !add_pseudo(reading, number, err)) return false;
    if (reading->ended != NULL) find_end(reading);
    for (size_t c = 0; c < table->columns; c++)
        if (!add_cell(reading, c, err)) return false;
    return true;
}

static bool is_empty(const struct csv_record *record) {
    for (size_t i = 0; i < record->fields; i++)
        if (!is_unused(&record->field[i])) return false;
    return true;
}

/* The first column that refuses a row without any value, or that many columns. */
static size_t find_refusing(const struct reading *reading) {
    const struct table *table = reading->table;
    for (size_t c = 0; c < table->columns; c++)
        if (reading->from[c] < reading->source->heading.fields &&
            table->column[c].keep != KEEP_TEXT && table->column[c].on_missing == ON_MISSING_REFUSE)
            return c;
    return table->columns;
}

/* A row without any value means something only when another follows it: what is wrong with it is
 * kept until then. */
static bool add_empty(struct reading *reading, struct error *err) {
    reading->empty_rows++;
    if (reading->empty.kind != ERROR_NONE) return true;
    size_t refusing = find_refusing(reading);
    if (refusing == reading->table->columns)
        return add_cells(reading, err) && close_row(reading, err);
    (void)complain(reading, refusing, NUMBER_MISSING, &reading->empty);
    return true;
}

static void mark_end(struct reading *reading) {
    reading->empty_rows = 0;
    reading->end = reading->table->rows;
    reading->dropped = reading->table->dropped;
}

static bool add_record(struct reading *reading, struct error *err) {
    if (!check_width(reading, err)) return false;
    if (is_empty(&reading->source->csv.record)) return add_empty(reading, err);
    if (reading->empty.kind != ERROR_NONE) {
        *err = reading->empty;
        return false;
    }
    if (!add_cells(reading, err) || !close_row(reading, err)) return false;
    mark_end(reading);
    return true;
}

static bool read_records(struct reading *reading, struct error *err) {
    struct csv *csv = &reading->source->csv;
    for (size_t rows = 0; rows < reading->source->rows; rows++) {
        bool more;
        if (!csv_next(csv, &more, err)) return false;
        if (!more) return true;
        if (!add_record(reading, err)) return false;
    }
    /* Whatever stands there is not looked at. */
    reading->cut = csv->start < csv->end || !csv->finished;
    return true;
}

/* Take the empty rows at the end out again, as if they had not been met. */
static void drop_empty_rows(struct reading *reading) {
    struct table *table = reading->table;
    bool added = reading->empty.kind == ERROR_NONE;
    for (size_t c = 0; added && c < table->columns; c++)
        if (reading->from[c] < reading->source->heading.fields &&
            table->column[c].keep != KEEP_TEXT)
            table->column[c].missing -= reading->empty_rows;
    table_cut(table, reading->end);
    table->dropped = reading->dropped;
}

static bool find_signs(struct reading *reading, struct error *err) {
    const struct table *table = reading->table;
    const struct source *source = reading->source;
    size_t *numbers = memory_take(table->columns, sizeof *numbers, "columns", err), count = 0;
    if (numbers == NULL) return false;
    for (size_t c = 0; c < table->columns; c++)
        if (table->column[c].keep == KEEP_NUMBER && reading->from[c] < source->heading.fields)
            numbers[count++] = reading->from[c];
    bool ok = dialect_numbers(&source->dialect, &source->hints, source->heading.file, numbers,
                              count, &reading->point, &reading->thousands, err);
    free(numbers);
    return ok;
}

static bool start_reading(struct reading *reading, struct error *err) {
    struct table *table = reading->table;
    const struct heading *heading = &reading->source->heading;
    if (!table_add_file(table, heading->file, err) || !find_signs(reading, err)) return false;
    for (size_t c = 0; c < table->columns; c++)
        reading->pseudo |= reading->from[c] >= heading->fields;
    mark_end(reading);
    if (table->tail[TAIL_INPUTS].count + table->tail[TAIL_TARGETS].count == 0) return true;
    reading->ended = memory_take(table->columns, sizeof *reading->ended, "columns", err);
    return reading->ended != NULL;
}

static void note_file(const struct reading *reading) {
    const struct source *source = reading->source;
    const struct table *table = reading->table;
    struct table_file *file = &table->file[table->files - 1];
    file->rows = table->rows - file->first;
    file->delimiter = source->dialect.delimiter;
    file->rival = source->dialect.rival;
    file->point = reading->point;
    file->thousands = reading->thousands;
    file->header = source->dialect.header;
    file->header_in_doubt = source->dialect.header_in_doubt;
    file->against_evidence = source->dialect.against_evidence;
    file->columns = source->heading.fields;
    file->shared = source->heading.shared;
    file->empty_rows = reading->empty_rows;
    file->cut = reading->cut;
}

bool table_read(struct table *table, struct source *source, const size_t *from, struct error *err) {
    struct reading reading = {.table = table, .source = source, .from = from};
    size_t dropped = table->dropped;
    bool ok = start_reading(&reading, err) && read_records(&reading, err);
    free(reading.copy.bytes);
    free(reading.ended);
    if (!ok) return false;
    drop_empty_rows(&reading);
    note_file(&reading);
    if (table->rows > table->file[table->files - 1].first) return true;
    if (table->dropped > dropped)
        return error_set(err, ERROR_DATA, "%s: no data rows left: each of %zu has a missing value",
                         source->heading.file, table->dropped - dropped);
    return error_set(err, ERROR_DATA, "%s: no data rows", source->heading.file);
}

/* ---- row by row ------------------------------------------------------------------------------ */

struct table_reader {
    struct reading reading;
};

struct table_reader *table_reader_open(struct table *table, struct source *source,
                                       const size_t *from, struct error *err) {
    struct table_reader *reader = memory_take(1, sizeof *reader, "reading rows", err);
    if (reader == NULL) return NULL;
    reader->reading = (struct reading){.table = table, .source = source, .from = from};
    if (start_reading(&reader->reading, err)) return reader;
    table_reader_close(reader);
    return NULL;
}

/* Of the rows before nothing is left but their values. */
static void forget_places(struct table *table) {
    table->jumps = table->breaks = table->holes = table->shorts = 0;
}

bool table_reader_next(struct table_reader *reader, struct table_row *row, struct error *err) {
    struct reading *reading = &reader->reading;
    struct table *table = reading->table;
    struct csv *csv = &reading->source->csv;
    row->more = row->pending;
    if (!row->pending && !csv_next(csv, &row->more, err)) return false;
    row->pending = false;
    row->after_empty = csv->passed_empty;
    if (!row->more) return true;
    forget_places(table);
    reading->before = row->before - table->rows;
    if (!check_width(reading, err) || !add_cells(reading, err)) return false;
    row->dropped = reading->drop;
    table->dropped += reading->drop;
    bool ended = reading->used < table->tail[TAIL_INPUTS].count;
    return !ended || table_note_short(table, table->rows, reading->used, err);
}

void table_reader_close(struct table_reader *reader) {
    if (reader == NULL) return;
    free(reader->reading.copy.bytes);
    free(reader->reading.ended);
    free(reader);
}
