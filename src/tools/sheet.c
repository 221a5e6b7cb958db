#include "tools/sheet.h"

#include <stdlib.h>

#include "base/memory.h"

bool sheet_open(struct sheet *sheet, const char *path, struct error *err) {
    static const struct data_options options = {
        .header = 1, .decimal = PARAM_UNSET, .sequence_by = PARAM_UNSET, .rows = PARAM_NO_COUNT};
    *sheet = (struct sheet){0};
    return source_open(&sheet->source, path, &options, NULL, err);
}

size_t sheet_find(const struct sheet *sheet, const char *name) {
    size_t twice;
    return heading_find(&sheet->source.heading, name, &twice);
}

bool sheet_lacks(const struct sheet *sheet, const char *name, struct error *err) {
    const struct heading *heading = &sheet->source.heading;
    const char *near = text_nearest(name, (const char *const *)heading->name, heading->fields);
    if (near == NULL) return heading_lacks(heading, name, err);
    return error_set(err, ERROR_DATA, "%s: no column \"%s\"; did you mean \"%s\"?", heading->file,
                     name, near);
}

bool sheet_read(struct sheet *sheet, const struct sheet_column *column, size_t count,
                struct error *err) {
    struct table *table = &sheet->table;
    size_t *from = memory_take(count, sizeof *from, "columns", err);
    if (from == NULL) return false;
    bool ok = table_start(table, count, err);
    for (size_t i = 0; ok && i < count; i++) {
        from[i] = column[i].number;
        table->column[i].name = memory_text(sheet->source.heading.name[from[i]], err);
        table->column[i].keep = column[i].text ? KEEP_TEXT : KEEP_NUMBER;
        table->column[i].on_missing = ON_MISSING_KEEP;
        ok = table->column[i].name != NULL;
    }
    ok = ok && table_read(table, &sheet->source, from, err);
    free(from);
    return ok;
}

double sheet_number(const struct sheet *sheet, size_t i, size_t row) {
    return (double)sheet->table.column[i].value[row];
}

const char *sheet_text(const struct sheet *sheet, size_t i, size_t row) {
    const struct table_column *column = &sheet->table.column[i];
    return column->texts + column->text[row];
}

void sheet_close(struct sheet *sheet) {
    table_free(&sheet->table);
    source_close(&sheet->source);
}
