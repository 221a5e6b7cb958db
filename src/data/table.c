#include "data/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/number.h"

bool table_set_missing(struct table_column *column, const struct param_texts *one,
                       const struct param_texts *other, struct error *err) {
    const struct param_texts *list[] = {one, other};
    size_t count = (one != NULL ? one->count : 0) + (other != NULL ? other->count : 0);
    column->missing_number = memory_take(count, sizeof *column->missing_number, "columns", err);
    if (column->missing_number == NULL) return false;
    for (size_t l = 0; l < 2; l++) {
        column->missing_text[l] = list[l];
        for (size_t i = 0; list[l] != NULL && i < list[l]->count; i++) {
            double value;
            if (text_parse_real(list[l]->text[i], strlen(list[l]->text[i]), &value))
                column->missing_number[column->missing_numbers++] = (float)value;
        }
    }
    return true;
}

bool table_start(struct table *table, size_t count, struct error *err) {
    *table = (struct table){0};
    table->column = memory_take(count, sizeof *table->column, "columns", err);
    if (table->column == NULL) return false;
    table->columns = count;
    return true;
}

static void free_column(struct table_column *column) {
    free(column->name);
    free(column->value);
    dictionary_free(&column->dictionary);
    free(column->text);
    free(column->texts);
    free(column->missing_number);
}

void table_free(struct table *table) {
    for (size_t c = 0; c < table->columns; c++) free_column(&table->column[c]);
    for (size_t f = 0; f < table->files; f++) free(table->file[f].name);
    free(table->column);
    free(table->file);
    free(table->jump);
    free(table->break_row);
    free(table->hole);
    *table = (struct table){0};
}

bool table_add_file(struct table *table, const char *name, struct error *err) {
    if (!memory_grow(&table->file, &table->files_capacity, table->files + 1, sizeof *table->file,
                     "files", err))
        return false;
    char *copy = memory_text(name, err);
    if (copy == NULL) return false;
    table->file[table->files++] =
        (struct table_file){.name = copy, .first = table->rows, .point = '.'};
    return true;
}

static bool grow_column(struct table_column *column, size_t capacity, size_t need,
                        struct error *err) {
    bool text = column->keep == KEEP_TEXT;
    void *array = text ? (void *)&column->text : (void *)&column->value;
    size_t size = text ? sizeof *column->text : sizeof *column->value;
    return memory_grow(array, &capacity, need, size, "the rows of the data", err);
}

/* Make room for one more row. All columns grow at once, so that rows ask one question only. */
static bool grow(struct table *table, struct error *err) {
    if (table->rows < table->capacity) return true;
    size_t need = table->capacity + table->capacity / 2 + 64;
    for (size_t c = 0; c < table->columns; c++)
        if (!grow_column(&table->column[c], table->capacity, need, err)) return false;
    table->capacity = need;
    return true;
}

static bool note_line(struct table *table, size_t line, struct error *err) {
    if (table->jumps > 0 && table->file[table->files - 1].first < table->rows) {
        const struct table_jump *last = &table->jump[table->jumps - 1];
        if (last->line + (table->rows - last->row) == line) return true;
    }
    /* The row that had this number before was dropped. */
    if (table->jumps > 0 && table->jump[table->jumps - 1].row == table->rows) table->jumps--;
    if (!memory_grow(&table->jump, &table->jumps_capacity, table->jumps + 1, sizeof *table->jump,
                     "line numbers", err))
        return false;
    table->jump[table->jumps++] = (struct table_jump){table->rows, line};
    return true;
}

/* A break before a row that is left out is one before the row that follows. */
static bool note_break(struct table *table, struct error *err) {
    if (table->breaks > 0 && table->break_row[table->breaks - 1] == table->rows) return true;
    if (!memory_grow(&table->break_row, &table->breaks_capacity, table->breaks + 1,
                     sizeof *table->break_row, "empty lines", err))
        return false;
    table->break_row[table->breaks++] = table->rows;
    return true;
}

static bool note_hole(struct table *table, struct error *err) {
    table->dropped++;
    if (table->holes > 0 && table->hole[table->holes - 1] == table->rows) return true;
    if (!memory_grow(&table->hole, &table->holes_capacity, table->holes + 1, sizeof *table->hole,
                     "rows left out", err))
        return false;
    table->hole[table->holes++] = table->rows;
    return true;
}

struct place table_place(const struct table *table, size_t row) {
    struct place place = {0};
    for (size_t f = 0; f < table->files && table->file[f].first <= row; f++)
        place.file = table->file[f].name;
    size_t low = 0, high = table->jumps;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (table->jump[middle].row <= row)
            low = middle;
        else
            high = middle;
    }
    if (table->jumps > 0) place.line = table->jump[low].line + (row - table->jump[low].row);
    return place;
}

bool table_add_numbers(struct table *table, const double *value, struct error *err) {
    if (!grow(table, err)) return false;
    for (size_t c = 0; c < table->columns; c++)
        table->column[c].value[table->rows] = (float)value[c];
    table->rows++;
    table->file[table->files - 1].rows++;
    return true;
}

/* What a row needs besides the table. */
struct reading {
    struct table *table;
    struct source *source;
    const size_t *from;
    struct csv_copy copy;
    char point;
    bool drop; /* the present row has a missing value that drops it */
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
                        "it",
                        name, length, field->bytes);
    if (result == NUMBER_RANGE)
        return error_at(err, ERROR_DATA, place,
                        "column \"%s\": number out of float range: \"%.*s\"", name, length,
                        field->bytes);
    enum number_look look = number_look(field->bytes, field->length);
    const char *hint = "";
    if (look == LOOK_COMMA || look == LOOK_THOUSANDS) hint = " (see data.decimal)";
    if (look == LOOK_POINT) hint = " (data.decimal is comma, set or found)";
    return error_at(err, ERROR_DATA, place, "column \"%s\": not a number: \"%.*s\"%s", name, length,
                    field->bytes, hint);
}

/* A cell without a value. */
static bool add_missing(struct reading *reading, size_t c, struct error *err) {
    struct table_column *column = &reading->table->column[c];
    if (column->on_missing == ON_MISSING_REFUSE) return complain(reading, c, NUMBER_MISSING, err);
    reading->drop |= column->on_missing == ON_MISSING_DROP;
    column->value[reading->table->rows] = NAN;
    column->missing++;
    return true;
}

/* Is a cell's text among those that a config says mean missing? */
static bool means_missing(const struct table_column *column, const struct csv_field *field) {
    for (size_t list = 0; list < 2; list++) {
        const struct param_texts *texts = column->missing_text[list];
        for (size_t i = 0; texts != NULL && i < texts->count; i++)
            if (strlen(texts->text[i]) == field->length &&
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

/* Names and categories are kept in checkpoints, whose texts are UTF-8. */
static bool add_category(struct reading *reading, size_t c, struct error *err) {
    struct table_column *column = &reading->table->column[c];
    const struct csv_field *field = &reading->source->csv.record.field[reading->from[c]];
    if ((number_is_missing(field->bytes, field->length) && !(field->quoted && field->length > 0)) ||
        means_missing(column, field))
        return add_missing(reading, c, err);
    const char *text = csv_copy_field(field, &reading->copy, err);
    if (text == NULL) return false;
    size_t length = strlen(text), number, before = column->dictionary.count;
    if (!dictionary_add(&column->dictionary, text, length, &number, err)) return false;
    if (number == before && text_utf8_fault(text, length) != length)
        return error_at(err, ERROR_DATA, csv_place(&reading->source->csv, reading->from[c]),
                        "column \"%s\": invalid UTF-8; convert the file to UTF-8", column->name);
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
    if (table->rows > 0 && strcmp(column->texts + column->text[table->rows - 1], text) == 0) {
        column->text[table->rows] = column->text[table->rows - 1];
        return true;
    }
    size_t size = strlen(text) + 1;
    if (!memory_grow(&column->texts, &column->texts_capacity, column->texts_length + size, 1,
                     "texts of the data", err))
        return false;
    memcpy(column->texts + column->texts_length, text, size);
    column->text[table->rows] = column->texts_length;
    column->texts_length += size;
    return true;
}

static bool add_number(struct reading *reading, size_t c, struct error *err) {
    struct table *table = reading->table;
    struct table_column *column = &table->column[c];
    const struct csv_field *field = &reading->source->csv.record.field[reading->from[c]];
    float *value = &column->value[table->rows];
    enum number_result result = number_read(field->bytes, field->length, reading->point, value);
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

static bool add_record(struct reading *reading, struct error *err) {
    struct table *table = reading->table;
    const struct csv_record *record = &reading->source->csv.record;
    if (record->fields != reading->source->heading.columns) {
        struct place place = {reading->source->heading.file, record->line, 0};
        return error_at(err, ERROR_DATA, place, "expected %zu field%s, got %zu",
                        reading->source->heading.columns,
                        reading->source->heading.columns == 1 ? "" : "s", record->fields);
    }
    if (!grow(table, err) || !note_line(table, record->line, err)) return false;
    if (record->after_empty && !note_break(table, err)) return false;
    reading->drop = false;
    for (size_t c = 0; c < table->columns; c++)
        if (!add_cell(reading, c, err)) return false;
    if (reading->drop) return note_hole(table, err);
    table->rows++;
    return true;
}

static bool read_records(struct reading *reading, struct error *err) {
    struct csv *csv = &reading->source->csv;
    for (bool more;;) {
        if (!csv_next(csv, &more, err)) return false;
        if (!more) return true;
        if (!add_record(reading, err)) return false;
    }
}

/* Names that stand twice among the columns; a used one was refused before. */
static size_t count_duplicates(const struct source *source) {
    size_t count = 0;
    for (size_t i = 0; source->dialect.header && i < source->heading.columns; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(source->heading.name[i], source->heading.name[k]) == 0) {
                count++;
                break;
            }
    return count;
}

static bool find_point(struct reading *reading, const struct data_options *options,
                       struct error *err) {
    const struct table *table = reading->table;
    size_t *numbers = memory_take(table->columns, sizeof *numbers, "columns", err), count = 0;
    if (numbers == NULL) return false;
    for (size_t c = 0; c < table->columns; c++)
        if (table->column[c].keep == KEEP_NUMBER) numbers[count++] = reading->from[c];
    bool ok = dialect_decimal(&reading->source->dialect, options, reading->source->heading.file,
                              numbers, count, &reading->point, err);
    free(numbers);
    return ok;
}

bool table_read(struct table *table, struct source *source, const struct data_options *options,
                const size_t *from, struct error *err) {
    struct reading reading = {table, source, from, {0}, '.', false};
    size_t dropped = table->dropped;
    if (!table_add_file(table, source->heading.file, err) || !find_point(&reading, options, err))
        return false;
    bool ok = read_records(&reading, err);
    free(reading.copy.bytes);
    if (!ok) return false;
    struct table_file *file = &table->file[table->files - 1];
    file->rows = table->rows - file->first;
    if (file->rows == 0 && table->dropped > dropped)
        return error_set(err, ERROR_DATA, "%s: no data rows left: each of %zu has a missing value",
                         source->heading.file, table->dropped - dropped);
    if (file->rows == 0)
        return error_set(err, ERROR_DATA, "%s: no data rows", source->heading.file);
    file->delimiter = source->dialect.delimiter;
    file->point = reading.point;
    file->header = source->dialect.header;
    file->against_evidence = source->dialect.against_evidence;
    file->columns = source->heading.columns;
    file->duplicates = count_duplicates(source);
    return true;
}
