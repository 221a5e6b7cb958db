#include "data/source.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { NAMES_SHOWN = 24 };

static char *numbered_name(size_t number, struct error *err) {
    char name[32];
    (void)snprintf(name, sizeof name, "c%zu", number);
    return memory_text(name, err);
}

static bool name_columns(struct source *source, const struct csv_record *record,
                         struct csv_copy *copy, struct error *err) {
    const struct dialect *dialect = &source->dialect;
    for (size_t i = 0; i < source->heading.columns; i++) {
        bool named = dialect->header && record->field[i].length > 0;
        const char *text = named ? csv_copy_field(&record->field[i], copy, err) : NULL;
        if (named && text == NULL) return false;
        source->heading.name[i] = named ? memory_text(text, err) : numbered_name(i, err);
        if (source->heading.name[i] == NULL) return false;
        const struct dialect_column *column = &dialect->column[i];
        source->heading.blank[i] =
            dialect->header && !named && column->numbers + column->texts == 0;
    }
    return true;
}

static bool read_header(struct source *source, struct error *err) {
    const struct dialect *dialect = &source->dialect;
    bool more = true;
    /* A first line that cannot be split is the reader's to complain about. */
    if ((dialect->header || dialect->columns == 0) && !csv_next(&source->csv, &more, err))
        return false;
    if (!more) return error_set(err, ERROR_DATA, "%s: no data rows", source->heading.file);
    source->heading.columns = dialect->columns;
    source->heading.name =
        memory_take(source->heading.columns, sizeof *source->heading.name, "column names", err);
    source->heading.blank =
        memory_take(source->heading.columns, sizeof *source->heading.blank, "column names", err);
    if (source->heading.name == NULL || source->heading.blank == NULL) return false;
    struct csv_copy copy = {0};
    bool ok = name_columns(source, &source->csv.record, &copy, err);
    free(copy.bytes);
    return ok;
}

bool source_open(struct source *source, const char *path, const struct data_options *options,
                 struct error *err) {
    *source = (struct source){0};
    if (!csv_open(&source->csv, path, options->skip, err)) return false;
    source->csv.may_be_empty = options->sequence_by == BY_BLANK_LINE;
    source->heading.file = input_name(source->csv.input);
    if (dialect_find(&source->dialect, &source->csv, options, err) && read_header(source, err))
        return true;
    source_close(source);
    return false;
}

void source_close(struct source *source) {
    if (source->heading.name != NULL)
        for (size_t i = 0; i < source->heading.columns; i++) free(source->heading.name[i]);
    free(source->heading.name);
    free(source->heading.blank);
    dialect_free(&source->dialect);
    csv_close(&source->csv);
    *source = (struct source){0};
}

size_t heading_find(const struct heading *heading, const char *name, size_t *twice) {
    size_t found = SIZE_MAX;
    *twice = SIZE_MAX;
    for (size_t i = 0; i < heading->columns; i++) {
        if (strcmp(heading->name[i], name) != 0) continue;
        if (found == SIZE_MAX)
            found = i;
        else if (*twice == SIZE_MAX)
            *twice = i;
    }
    return found;
}

bool heading_lacks(const struct heading *heading, const char *name, struct error *err) {
    struct text have = {0};
    for (size_t i = 0; i < heading->columns && i < NAMES_SHOWN; i++)
        text_format(&have, "%s%s", i > 0 ? ", " : "", heading->name[i]);
    if (heading->columns > NAMES_SHOWN) text_format(&have, ", ... (%zu in all)", heading->columns);
    const char *near = text_nearest(name, (const char *const *)heading->name, heading->columns);
    if (near != NULL) text_format(&have, "; did you mean \"%s\"?", near);
    if (!have.failed)
        (void)error_set(err, ERROR_DATA, "%s: no column \"%s\"; have: %s", heading->file, name,
                        have.bytes);
    else
        (void)error_set(err, ERROR_DATA, "%s: no column \"%s\"", heading->file, name);
    text_free(&have);
    return false;
}

bool heading_column(const struct heading *heading, const char *name, size_t *column,
                    struct error *err) {
    size_t twice;
    *column = heading_find(heading, name, &twice);
    if (*column == SIZE_MAX) return heading_lacks(heading, name, err);
    if (twice == SIZE_MAX) return true;
    return error_set(err, ERROR_DATA, "%s: duplicate column \"%s\" (fields %zu and %zu)",
                     heading->file, name, *column + 1, twice + 1);
}
