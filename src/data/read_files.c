#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/describe.h"
#include "data/generate.h"
#include "data/pairs.h"
#include "data/paths.h"
#include "data/store.h"

/* Which columns hold text: as data.columns says, else as most of the first values are. */
static bool *find_categories(const struct heading *heading, const struct dialect *dialect,
                             const struct data_options *options, struct error *err) {
    bool *category = memory_take(heading->columns, sizeof *category, "columns", err);
    if (category == NULL) return NULL;
    for (size_t c = 0; c < heading->columns; c++) {
        bool own = c < heading->fields;
        const struct column_options *settings = data_column(options, heading->name[c]);
        if (settings != NULL && (settings->type != PARAM_UNSET || settings->features.count > 0))
            category[c] = settings->type == COLUMN_CATEGORY;
        else if (!own)
            category[c] = strcmp(heading->name[c], HEADING_FILE) == 0;
        else
            category[c] = dialect->column[c].texts > 0 && !dialect_is_number(&dialect->column[c]);
    }
    return category;
}

static bool name_column(struct table *table, size_t column, const char *name, enum keep keep,
                        struct error *err) {
    table->column[column].keep = keep;
    table->column[column].name = memory_text(name, err);
    return table->column[column].name != NULL;
}

static bool name_kept(struct dataset *dataset, const struct heading *heading, struct error *err) {
    struct table *table = &dataset->table;
    for (size_t c = dataset->kept; c < table->columns; c++) {
        const char *name =
            dataset->keep->all ? heading->name[c - dataset->kept] : dataset->keep->column;
        if (!name_column(table, c, name, KEEP_TEXT, err)) return false;
    }
    return true;
}

bool start_table(struct dataset *dataset, const struct heading *heading, const char *id,
                 const char *time, const char *weight, struct error *err) {
    const struct data_keep *keep = dataset->keep;
    const struct schema *schema = dataset->schema;
    struct table *table = &dataset->table;
    size_t present = 0;
    for (size_t k = 0; k < schema->columns; k++) present += dataset->at[k] != SIZE_MAX;
    size_t kept = 0;
    if (keep != NULL) kept = keep->all ? heading->fields : keep->column != NULL;
    dataset->kept = present + (id != NULL) + (time != NULL) + (weight != NULL);
    if (!table_start(table, dataset->kept + kept, err)) return false;
    for (size_t k = 0; k < schema->columns; k++) {
        static const enum keep kept_as[] = {[COLUMN_NUMBER] = KEEP_NUMBER,
                                            [COLUMN_CATEGORY] = KEEP_CATEGORY,
                                            [COLUMN_TIME] = KEEP_TEXT,
                                            [COLUMN_TEXT] = KEEP_TEXT};
        if (dataset->at[k] != SIZE_MAX &&
            !name_column(table, dataset->at[k], schema->column[k].name,
                         kept_as[schema->column[k].type], err))
            return false;
        if (dataset->at[k] != SIZE_MAX && !set_missing(dataset, k, err)) return false;
    }
    dataset->id = id != NULL ? present : SIZE_MAX;
    dataset->time = time != NULL ? present + (id != NULL) : SIZE_MAX;
    dataset->weight = weight != NULL ? dataset->kept - 1 : SIZE_MAX;
    return (id == NULL || name_column(table, dataset->id, id, KEEP_TEXT, err)) &&
           (time == NULL || name_column(table, dataset->time, time, KEEP_TEXT, err)) &&
           (weight == NULL || name_column(table, dataset->weight, weight, KEEP_NUMBER, err)) &&
           name_kept(dataset, heading, err) && set_tails(dataset, err);
}

bool note_part(struct dataset *dataset, enum part part, struct error *err) {
    size_t capacity = dataset->table.files - 1;
    if (!memory_grow(&dataset->file_part, &capacity, dataset->table.files,
                     sizeof *dataset->file_part, "files", err))
        return false;
    dataset->file_part[dataset->table.files - 1] = part;
    return true;
}

/* Settings of a column that the model does not use are no error, since the column may only be left
 * out for once; but who wrote them may think that it is used. */
static void warn_of_unused(struct dataset *dataset, const char *weight) {
    const struct data_options *options = dataset->options;
    for (size_t i = 0; i < options->columns.count; i++) {
        const char *name = options->columns.name[i];
        const char *other[] = {options->sequence_id, options->time, weight};
        bool used = false;
        for (size_t k = 0; k < dataset->own.columns && !used; k++)
            used = strcmp(dataset->own.column[k].name, name) == 0;
        for (size_t k = 0; k < sizeof other / sizeof *other && !used; k++)
            used = other[k] != NULL && strcmp(other[k], name) == 0 &&
                   data_column(options, name)->features.count == 0;
        if (!used)
            store_warn(dataset, "data.columns.%s does nothing: it is neither an input nor a target",
                       name);
    }
}

/* Find the schema from the first file, and what the table's columns come from. */
static bool describe(struct dataset *dataset, const struct heading *heading,
                     const struct dialect *dialect, const struct data_request *request,
                     struct error *err) {
    const struct data_options *options = dataset->options;
    struct roles roles = {0};
    size_t *from = NULL;
    bool *category = find_categories(heading, dialect, options, err);
    bool ok = category != NULL &&
              roles_find(&roles, heading, options, &dataset->sampling, request->target, category,
                         request->weights.column, err) &&
              describe_columns(&dataset->own, heading, &roles, options, &dataset->sampling,
                               request->target, category, &from, err);
    free(category);
    free(from);
    roles_free(&roles);
    if (!ok) return false;
    warn_of_unused(dataset, request->weights.column);
    dataset->schema = &dataset->own;
    dataset->ahead = schema_ahead(&dataset->own);
    /* Known from the start in layout rows alone; elsewhere found from the columns. */
    dataset->own.features = request->features > 0 ? request->features : 1;
    dataset->own.starts_from_last = dataset->sampling.layout == LAYOUT_WINDOWS;
    dataset->targets = true;
    dataset->at = memory_take(dataset->own.columns, sizeof *dataset->at, "columns", err);
    if (dataset->at == NULL || !note_uses(dataset, err)) return false;
    for (size_t k = 0; k < dataset->own.columns; k++) dataset->at[k] = k;
    return true;
}

/* Find the table's columns in a file by their names. */
static bool match_names(const struct dataset *dataset, const struct heading *heading, size_t *from,
                        struct error *err) {
    for (size_t c = 0; c < dataset->table.columns; c++)
        if (!heading_column(heading, dataset->table.column[c].name, &from[c], err)) return false;
    return true;
}

static bool read_by_name(struct dataset *dataset, struct source *source, struct error *err) {
    size_t *from = memory_take(dataset->table.columns, sizeof *from, "columns", err);
    bool ok = from != NULL && match_names(dataset, &source->heading, from, err) &&
              table_read(&dataset->table, source, from, err);
    free(from);
    return ok;
}

/* What is read after the first file is read alike. */
static void note_dialect(struct dataset *dataset) {
    const struct table_file *file = &dataset->table.file[dataset->table.files - 1];
    dataset->own.dialect =
        (struct schema_dialect){file->delimiter, file->point, file->thousands, file->header};
}

static bool read_source(struct dataset *dataset, struct source *source, enum part part,
                        const struct data_request *request, struct error *err) {
    const struct data_options *options = dataset->options;
    source->rows = options->rows;
    bool ok = true;
    if (dataset->schema == NULL)
        ok = describe(dataset, &source->heading, &source->dialect, request, err) &&
             start_table(dataset, &source->heading, options->sequence_id, options->time,
                         request->weights.column, err);
    ok = ok && read_by_name(dataset, source, err) && note_part(dataset, part, err);
    source_close(source);
    return ok;
}

static bool read_csv(struct dataset *dataset, const char *path, enum part part,
                     const struct data_request *request, struct error *err) {
    struct source source;
    if (!source_open(&source, path, dataset->options, dataset->schema, err) ||
        !read_source(dataset, &source, part, request, err))
        return false;
    if (dataset->own.dialect.delimiter == '\0') note_dialect(dataset);
    return true;
}

static bool read_matches(struct dataset *dataset, const char *pattern, enum part part,
                         const struct data_request *request, struct error *err) {
    struct paths paths = {0};
    bool ok = paths_add(&paths, pattern, err);
    for (size_t i = 0; ok && i < paths.count; i++)
        ok = read_csv(dataset, paths.path[i], part, request, err);
    paths_free(&paths);
    return ok;
}

/* Of its dialect nothing is noted: a file that comes later is another program's. */
static bool generate(struct dataset *dataset, const struct data_request *request,
                     struct error *err) {
    struct source source;
    struct text csv = {0};
    if (!generate_csv(&dataset->options->generate, request->seed, &csv, err)) return false;
    bool ok =
        source_open_bytes(&source, GENERATE_NAME, csv.bytes, csv.length, dataset->options, err) &&
        read_source(dataset, &source, PART_TRAIN, request, err);
    text_free(&csv);
    return ok;
}

static bool read_pair(struct dataset *dataset, const char *source_path, const char *target_path,
                      enum part part, const struct data_request *request, struct error *err) {
    struct source source;
    struct text csv = {0}, name = {0};
    bool ok =
        pairs_csv(source_path, target_path, &csv, &name, err) &&
        source_open_lines(&source, name.bytes, csv.bytes, csv.length, dataset->options, err) &&
        read_source(dataset, &source, part, request, err);
    text_free(&csv);
    text_free(&name);
    return ok;
}

static bool read_pairs(struct dataset *dataset, const struct data_request *request,
                       struct error *err) {
    const struct data_options *options = dataset->options;
    const struct param_part *parts[PART_COUNT] = {NULL, &options->validation, &options->test};
    char **file = options->pairs.text;
    if (!read_pair(dataset, file[PAIRS_SOURCE], file[PAIRS_TARGET], PART_TRAIN, request, err))
        return false;
    for (enum part p = PART_VALIDATION; p < PART_COUNT; p++)
        if (parts[p]->form == PART_FILE &&
            !read_pair(dataset, parts[p]->file, parts[p]->other, p, request, err))
            return false;
    return true;
}

bool read_files(struct dataset *dataset, const struct data_request *request, struct error *err) {
    const struct data_options *options = dataset->options;
    bool generated = options->generate.kind != NULL;
    if (options->pairs.count > 0) return read_pairs(dataset, request, err);
    if (generated && options->csv.count > 0)
        return error_set(err, ERROR_CONFIG, "data.csv and data.generate exclude each other");
    if (!generated && options->csv.count == 0)
        return error_set(err, ERROR_CONFIG,
                         "missing required key data.csv (or data.generate, data.pairs, data.text): "
                         "where the data is");
    for (size_t i = 0; i < options->csv.count && options->cross_validation != PARAM_NO_COUNT; i++)
        if (strcmp(options->csv.text[i], "-") == 0)
            return error_set(err, ERROR_CONFIG,
                             "data.cross_validation reads the data once for each fold; standard "
                             "input can be read only once");
    if (generated && !generate(dataset, request, err)) return false;
    for (size_t i = 0; i < options->csv.count; i++)
        if (!read_matches(dataset, options->csv.text[i], PART_TRAIN, request, err)) return false;
    const struct param_part *parts[PART_COUNT] = {NULL, &options->validation, &options->test};
    for (enum part p = PART_VALIDATION; p < PART_COUNT; p++)
        if (parts[p]->form == PART_FILE && parts[p]->other != NULL)
            return error_set(err, ERROR_CONFIG, "data.%s: two files go with data.pairs",
                             p == PART_VALIDATION ? "validation" : "test");
        else if (parts[p]->form == PART_FILE &&
                 !read_matches(dataset, parts[p]->file, p, request, err))
            return false;
    return true;
}
