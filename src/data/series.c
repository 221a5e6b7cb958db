#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "data/dictionary.h"
#include "data/store.h"

static bool add_series(struct dataset *dataset, size_t first, size_t end, enum part part,
                       struct error *err) {
    if (!memory_grow(&dataset->series, &dataset->series_capacity, dataset->series_count + 1,
                     sizeof *dataset->series, "series", err))
        return false;
    dataset->series[dataset->series_count++] = (struct series){first, end, part};
    return true;
}

/* Note an id that begins at a row; one that was there before in this file is out of order. */
static bool begin_id(struct dataset *dataset, struct dictionary *seen, size_t row,
                     struct error *err) {
    const struct table *table = &dataset->table;
    const struct table_column *column = &table->column[dataset->id];
    const char *id = column->texts + column->text[row];
    size_t before = seen->count, number;
    if (*id == '\0')
        return error_at(err, ERROR_DATA, table_place(table, row),
                        "column \"%s\": missing value; every row needs its sequence's id",
                        column->name);
    if (!dictionary_add(seen, id, strlen(id), &number, err)) return false;
    if (number == before) return true;
    return error_at(err, ERROR_DATA, table_place(table, row),
                    "column \"%s\": sequence \"%s\" goes on after other rows; the rows of one "
                    "sequence must stand together",
                    column->name, id);
}

static bool split_by_id(struct dataset *dataset, const struct table_file *file, enum part part,
                        struct dictionary *seen, struct error *err) {
    const struct table_column *column = &dataset->table.column[dataset->id];
    size_t first = file->first, end = file->first + file->rows;
    for (size_t row = file->first; row < end; row++) {
        /* Equal neighbours share one text: see table.c. */
        if (row > file->first && column->text[row] == column->text[row - 1]) continue;
        if (row > first && !add_series(dataset, first, row, part, err)) return false;
        if (!begin_id(dataset, seen, row, err)) return false;
        first = row;
    }
    return add_series(dataset, first, end, part, err);
}

/* Empty lines in a file, of which the reader notes the rows below. */
static bool split_by_break(struct dataset *dataset, const struct table_file *file, enum part part,
                           struct error *err) {
    const struct table *table = &dataset->table;
    size_t first = file->first, end = file->first + file->rows;
    for (size_t b = 0; b < table->breaks; b++) {
        size_t row = table->break_row[b];
        if (row <= first || row >= end) continue;
        if (!add_series(dataset, first, row, part, err)) return false;
        first = row;
    }
    return add_series(dataset, first, end, part, err);
}

static bool split_file(struct dataset *dataset, const struct table_file *file, enum part part,
                       struct error *err) {
    /* A row of layout rows is a sequence by itself; its id only groups it. */
    bool rows = dataset->sampling.layout == LAYOUT_ROWS;
    if (dataset->id == SIZE_MAX || rows) return split_by_break(dataset, file, part, err);
    struct dictionary seen = {0};
    bool ok = split_by_id(dataset, file, part, &seen, err);
    dictionary_free(&seen);
    return ok;
}

bool find_series(struct dataset *dataset, struct error *err) {
    const struct table *table = &dataset->table;
    for (size_t f = 0; f < table->files; f++)
        if (!split_file(dataset, &table->file[f], dataset->file_part[f], err)) return false;
    return true;
}
