/* Rows that end before their last column: which columns may be missing at the end, and where. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/table.h"

bool table_set_tail(struct table *table, size_t list, const size_t *column, const size_t *whole,
                    size_t count, struct error *err) {
    struct table_tail *tail = &table->tail[list];
    tail->column = memory_take(count, sizeof *tail->column, "columns", err);
    tail->whole = memory_take(count + 1, sizeof *tail->whole, "columns", err);
    if (tail->column == NULL || tail->whole == NULL) return false;
    if (count > 0) memcpy(tail->column, column, count * sizeof *column);
    memcpy(tail->whole, whole, (count + 1) * sizeof *whole);
    tail->count = count;
    return true;
}

bool table_note_short(struct table *table, size_t row, size_t used, struct error *err) {
    if (!memory_grow(&table->short_row, &table->shorts_capacity, table->shorts + 1,
                     sizeof *table->short_row, "short rows", err))
        return false;
    table->short_row[table->shorts++] = (struct table_short){row, used};
    return true;
}

size_t table_used(const struct table *table, size_t row) {
    size_t low = 0, high = table->shorts;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->short_row[middle].row < row)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < table->shorts && table->short_row[low].row == row;
    return found ? table->short_row[low].used : table->tail[TAIL_INPUTS].count;
}

void table_free_tails(struct table *table) {
    for (size_t list = 0; list < TAILS; list++) {
        free(table->tail[list].column);
        free(table->tail[list].whole);
    }
    free(table->short_row);
}
