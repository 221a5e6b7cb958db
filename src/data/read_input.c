#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "data/pairs.h"
#include "data/store.h"

static bool lacks_input(const struct schema *schema, const char *file, const char *name,
                        struct error *err) {
    struct text names = {0};
    size_t inputs = schema->inputs - schema_ahead(schema);
    for (size_t i = 0; i < inputs && i < 24; i++)
        text_format(&names, "%s%s", i > 0 ? ", " : "", schema->column[schema->input[i]].name);
    if (inputs > 24) text_format(&names, ", ... (%zu in all)", inputs);
    (void)error_set(err, ERROR_DATA, "%s: no column \"%s\"; the model was trained on %s", file,
                    name, names.bytes != NULL ? names.bytes : "others");
    text_free(&names);
    return false;
}

/* A file without names can only be meant column by column. */
static bool match_positions(struct dataset *dataset, const struct source *source, size_t *field) {
    const struct schema *schema = dataset->schema;
    size_t width = source->heading.fields;
    size_t inputs = schema->inputs - dataset->ahead;
    if (source->dialect.header || (width != inputs && width != schema->columns)) return false;
    for (size_t k = 0; k < schema->columns; k++) field[k] = width == schema->columns ? k : SIZE_MAX;
    if (width != schema->columns)
        for (size_t i = 0; i < inputs; i++) field[schema->input[i]] = i;
    dataset->by_position = true;
    return true;
}

/* A column without a value in the lines looked at. */
static bool is_blank(const struct source *source, size_t field) {
    const struct dialect_column *column = &source->dialect.column[field];
    return column->numbers + column->texts == 0;
}

/* Find the field of each schema column; SIZE_MAX for a target that is not there. */
static bool match_schema(struct dataset *dataset, const struct source *source, size_t *field,
                         struct error *err) {
    const struct schema *schema = dataset->schema;
    for (size_t k = 0; k < schema->columns; k++) {
        const char *name = schema->column[k].name;
        size_t twice;
        field[k] = heading_find(&source->heading, name, &twice);
        if (twice != SIZE_MAX) return heading_column(&source->heading, name, &field[k], err);
        bool found = field[k] != SIZE_MAX;
        if (found && (field[k] >= source->heading.fields || !is_blank(source, field[k]))) continue;
        if (dataset->use[k] == USE_NONE)
            field[k] = SIZE_MAX; /* a target column, perhaps there to be filled in */
        else if (!found)
            return match_positions(dataset, source, field) ||
                   lacks_input(schema, source->heading.file, name, err);
    }
    return true;
}

/* What is only to be predicted is not looked at, whatever the file has there, unless predictions are
 * added to its past values. */
static void pass_over_targets(const struct dataset *dataset, size_t *field) {
    const struct schema *schema = dataset->schema;
    for (size_t i = 0; i < schema->targets; i++) {
        size_t k = schema->target[i];
        if (dataset->use[k] == USE_NONE && schema->column[k].difference == 0) field[k] = SIZE_MAX;
    }
}

static bool check_targets(struct dataset *dataset, const struct source *source, const size_t *field,
                          struct error *err) {
    const struct schema *schema = dataset->schema;
    dataset->targets = true;
    for (size_t i = 0; i < schema->targets; i++) {
        const struct schema_column *column = &schema->column[schema->target[i]];
        if (field[schema->target[i]] != SIZE_MAX) continue;
        dataset->targets = false;
        if (column->difference > 0)
            return error_set(err, ERROR_DATA,
                             "%s: no column \"%s\"; its past values are needed, for the model "
                             "predicts differences to them",
                             source->heading.file, column->name);
    }
    return true;
}

static bool match_kept(const struct dataset *dataset, const struct heading *heading, size_t *from,
                       struct error *err) {
    for (size_t c = dataset->kept; c < dataset->table.columns; c++) {
        from[c] = c - dataset->kept;
        if (!dataset->keep->all && !heading_column(heading, dataset->keep->column, &from[c], err))
            return false;
    }
    return true;
}

static bool match(struct dataset *dataset, const struct source *source, size_t *field,
                  size_t **matched, struct error *err) {
    const struct data_options *options = dataset->options;
    const struct schema *schema = dataset->schema;
    const char *id_name = options->sequence_id;
    size_t id = SIZE_MAX, twice, next = 0;
    /* Rows that are sequences by themselves were only grouped by it. */
    if (id_name != NULL && dataset->sampling.layout == LAYOUT_ROWS &&
        heading_find(&source->heading, id_name, &twice) == SIZE_MAX)
        id_name = NULL;
    if (!match_schema(dataset, source, field, err)) return false;
    if (!dataset->judging) pass_over_targets(dataset, field);
    if (!check_targets(dataset, source, field, err) ||
        (id_name != NULL && !heading_column(&source->heading, id_name, &id, err)))
        return false;
    /* The time is only handed through: it may be missing. */
    const char *time = options->time;
    size_t time_field = time != NULL ? heading_find(&source->heading, time, &twice) : SIZE_MAX;
    if (time_field == SIZE_MAX) time = NULL;
    for (size_t k = 0; k < schema->columns; k++)
        dataset->at[k] = field[k] != SIZE_MAX ? next++ : SIZE_MAX;
    if (!start_table(dataset, &source->heading, id_name, time, NULL, err)) return false;
    size_t *from = memory_take(dataset->table.columns, sizeof *from, "columns", err);
    *matched = from;
    if (from == NULL) return false;
    for (size_t k = 0; k < schema->columns; k++)
        if (field[k] != SIZE_MAX) from[dataset->at[k]] = field[k];
    if (dataset->id != SIZE_MAX) from[dataset->id] = id;
    if (dataset->time != SIZE_MAX) from[dataset->time] = time_field;
    return match_kept(dataset, &source->heading, from, err);
}

bool match_input(struct dataset *dataset, const struct source *source, size_t **from,
                 struct error *err) {
    size_t *field = memory_take(dataset->schema->columns, sizeof *field, "columns", err);
    dataset->at = memory_take(dataset->schema->columns, sizeof *dataset->at, "columns", err);
    bool ok = field != NULL && dataset->at != NULL && match(dataset, source, field, from, err);
    free(field);
    return ok;
}

static bool open_source(const struct dataset *dataset, struct source *source, const char *path,
                        const char *targets, struct text *csv, struct text *name,
                        struct error *err) {
    const struct data_options *options = dataset->options;
    if (options->pairs.count == 0) return source_open(source, path, options, dataset->schema, err);
    return pairs_csv(path, targets, csv, name, err) &&
           source_open_lines(source, name->bytes, csv->bytes, csv->length, options, err);
}

bool read_input(struct dataset *dataset, const char *path, const char *targets, struct error *err) {
    struct source source;
    struct text csv = {0}, name = {0};
    size_t *from = NULL;
    bool ok = note_uses(dataset, err) &&
              open_source(dataset, &source, path, targets, &csv, &name, err);
    if (ok) {
        ok = match_input(dataset, &source, &from, err) &&
             table_read(&dataset->table, &source, from, err) &&
             note_part(dataset, PART_TRAIN, err);
        source_close(&source);
    }
    free(from);
    text_free(&csv);
    text_free(&name);
    return ok;
}
