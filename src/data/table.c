#include "data/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

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
            if (strcmp(list[l]->text[i], MISSING_ONLY_EMPTY) == 0) column->only_empty = true;
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
    table_free_tails(table);
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

bool table_reserve(struct table *table, size_t rows, struct error *err) {
    for (size_t c = 0; c < table->columns; c++)
        if (!grow_column(&table->column[c], table->capacity, rows, err)) return false;
    table->capacity = rows;
    return true;
}

/* Make room for one more row. All columns grow at once, so that rows ask one question only. */
static bool grow(struct table *table, struct error *err) {
    return table->rows < table->capacity ||
           table_reserve(table, table->capacity + table->capacity / 2 + 64, err);
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

bool table_open_row(struct table *table, size_t line, bool after_empty, struct error *err) {
    return grow(table, err) && note_line(table, line, err) &&
           (!after_empty || note_break(table, err));
}

bool table_close_row(struct table *table, bool drop, struct error *err) {
    if (drop) return note_hole(table, err);
    table->rows++;
    return true;
}

void table_cut(struct table *table, size_t rows) {
    table->rows = rows;
    while (table->jumps > 0 && table->jump[table->jumps - 1].row >= rows) table->jumps--;
    while (table->breaks > 0 && table->break_row[table->breaks - 1] >= rows) table->breaks--;
    while (table->holes > 0 && table->hole[table->holes - 1] > rows) table->holes--;
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
