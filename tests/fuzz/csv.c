/* A data file of any bytes, read by rules that its first byte chooses: refused in one line, or taken
 * as a table whose columns all have as many values. */
#include "fuzz.h"

#include "data/source.h"
#include "data/table.h"

static void look(const struct table *table) {
    for (size_t c = 0; c < table->columns; c++) {
        const struct table_column *column = &table->column[c];
        for (size_t r = 0; r < table->rows; r++) {
            if (column->keep == KEEP_TEXT) HOLDS(column->text[r] < column->texts_length);
            if (column->keep == KEEP_CATEGORY && column->value[r] == column->value[r])
                HOLDS(column->value[r] >= 0 && column->value[r] < (float)column->dictionary.count);
            HOLDS(table_place(table, r).line > 0);
        }
    }
}

static void read_table(struct source *source) {
    enum { MOST = 32 };
    struct error err = {.kind = ERROR_NONE};
    size_t from[MOST], columns = source->heading.columns < MOST ? source->heading.columns : MOST;
    struct table table;
    HOLDS(table_start(&table, columns, &err));
    for (size_t c = 0; c < columns; c++) {
        from[c] = c;
        table.column[c].keep = (enum keep)((c + columns) % 3);
        table.column[c].on_missing = c % 2 == 0 ? ON_MISSING_KEEP : ON_MISSING_REFUSE;
        table.column[c].name = strdup(source->heading.name[c]);
        HOLDS(table.column[c].name != NULL);
    }
    if (table_read(&table, source, from, &err))
        look(&table);
    else
        fuzz_error(&err);
    table_free(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct error err = {.kind = ERROR_NONE};
    uint8_t rules = length > 0 ? *bytes : 0;
    struct data_options options = {
        .header = (rules & 3) == 3 ? PARAM_UNSET : (rules & 1),
        .decimal = PARAM_UNSET,
        .layout = PARAM_UNSET,
        .sequence_by = (rules & 4) != 0 ? 0 : PARAM_UNSET,
        .quote = (rules & 8) != 0 ? "none" : NULL,
        .comment = (rules & 16) != 0 ? "hash" : NULL,
        .encoding = (rules & 32) != 0,
        .skip = (rules & 64) != 0 ? 1 : 0,
        .delimiter = (rules & 128) != 0 ? "space" : NULL,
    };
    struct source source;
    const char *path = fuzz_file(0, bytes + (length > 0), length - (length > 0));
    if (source_open(&source, path, &options, NULL, &err)) {
        read_table(&source);
        source_close(&source);
    } else {
        fuzz_error(&err);
    }
    return 0;
}
