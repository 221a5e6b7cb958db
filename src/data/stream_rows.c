#include "data/stream_rows.h"

#include <stdint.h>
#include <string.h>

static const struct table_column *values_of(const struct dataset *dataset, size_t k) {
    return dataset->at[k] != SIZE_MAX ? &dataset->table.column[dataset->at[k]] : NULL;
}

bool row_has_level(const struct schema_column *column) {
    return column->log || column->type == COLUMN_TIME;
}

size_t row_levels(const struct schema_column *column) {
    return column->type == COLUMN_TIME ? schema_width(column) : 1;
}

struct cell row_cell(const struct dataset *dataset, size_t k, size_t row) {
    const struct schema_column *column = &dataset->schema->column[k];
    const struct table_column *values = values_of(dataset, k);
    struct cell cell = {0};
    if (values == NULL) return cell;
    if (values->keep != KEEP_TEXT) cell.value = values->value + row;
    if (row_has_level(column)) {
        cell.levels = row_levels(column);
        cell.level = dataset->level[k] + row * cell.levels;
    }
    if (column->indicator) cell.absent = dataset->absent[k] + row;
    return cell;
}

size_t row_width(const struct dataset *dataset) {
    size_t width = 0;
    for (size_t k = 0; k < dataset->schema->columns; k++) {
        struct cell cell = row_cell(dataset, k, 0);
        width += (cell.value != NULL) + cell.levels + (cell.absent != NULL);
    }
    return width;
}

void row_get(const struct dataset *dataset, size_t row, float *to) {
    for (size_t k = 0; k < dataset->schema->columns; k++) {
        struct cell cell = row_cell(dataset, k, row);
        if (cell.value != NULL) *to++ = *cell.value;
        for (size_t i = 0; i < cell.levels; i++) *to++ = cell.level[i];
        if (cell.absent != NULL) *to++ = *cell.absent;
    }
}

void row_put(const struct dataset *dataset, size_t row, const float *from) {
    for (size_t k = 0; k < dataset->schema->columns; k++) {
        struct cell cell = row_cell(dataset, k, row);
        if (cell.value != NULL) *cell.value = *from++;
        for (size_t i = 0; i < cell.levels; i++) cell.level[i] = *from++;
        if (cell.absent != NULL) *cell.absent = *from++ != 0;
    }
}

void rows_shift(const struct dataset *dataset, size_t last, size_t count) {
    for (size_t k = 0; k < dataset->schema->columns; k++) {
        struct cell to = row_cell(dataset, k, last - count),
                    from = row_cell(dataset, k, last - count + 1);
        if (to.value != NULL) memmove(to.value, from.value, count * sizeof *to.value);
        if (to.levels > 0) memmove(to.level, from.level, count * to.levels * sizeof *to.level);
        if (to.absent != NULL) memmove(to.absent, from.absent, count * sizeof *to.absent);
    }
}
