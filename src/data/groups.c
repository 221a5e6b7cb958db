#include "data/groups.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void groups_free(struct groups *groups) {
    free(groups->of);
    free(groups->stratum);
    *groups = (struct groups){0};
}

size_t groups_row(const struct dataset *dataset, size_t thing) {
    return dataset->sampling.layout == LAYOUT_SEQUENCES ? dataset->series[thing].end - 1 : thing;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* A block ends with its series. */
static void find_blocks(struct groups *groups, const struct dataset *dataset, size_t rows) {
    size_t length = dataset->sampling.horizon;
    for (size_t i = 0; i < dataset->series_count; i++) {
        const struct series *series = &dataset->series[i];
        for (size_t row = series->first; row < series->end && row < rows; row++) {
            bool begins = (row - series->first) % length == 0;
            groups->count += begins;
            groups->of[row] = groups->count - 1;
        }
    }
}

static void find_singles(struct groups *groups, const struct dataset *dataset, size_t things) {
    bool windows = dataset->sampling.layout == LAYOUT_WINDOWS;
    if (windows && dataset->sampling.horizon > 1) {
        groups->name = "blocks of rows";
        find_blocks(groups, dataset, things);
        return;
    }
    groups->name = dataset->sampling.layout == LAYOUT_SEQUENCES ? "sequences" : "rows";
    for (size_t i = 0; i < things; i++) groups->of[i] = i;
    groups->count = things;
}

/* ---- classes --------------------------------------------------------------------------------- */

static bool check_classes(const struct dataset *dataset, struct error *err) {
    const struct schema *schema = dataset->schema;
    const char *target = schema->column[schema->target[0]].name;
    if (schema->target_kind != TARGET_CLASS || schema_writes(schema))
        return error_set(err, ERROR_CONFIG,
                         "data.split: stratified needs a class target; \"%s\" is a %s", target,
                         schema_writes(schema) ? "text" : "number");
    if (!dataset->sampling.per_step || dataset->sampling.layout == LAYOUT_ROWS) return true;
    return error_set(err, ERROR_CONFIG,
                     "data.split: stratified needs one class to a sample; target_per: step gives "
                     "one to each step");
}

/* Each thing is a group of its own here; a category is still known by the order of its first
 * appearance. Those without one are a stratum too. */
static bool find_strata(struct groups *groups, const struct dataset *dataset, struct error *err) {
    if (!check_classes(dataset, err)) return false;
    size_t at = dataset->at[dataset->schema->target[0]];
    const struct table_column *column = &dataset->table.column[at];
    groups->stratum = memory_take(groups->count, sizeof *groups->stratum, "a split by class", err);
    if (groups->stratum == NULL) return false;
    for (size_t i = 0; i < groups->count; i++) {
        float class = column->value[groups_row(dataset, i)];
        groups->stratum[i] = isnan(class) ? column->dictionary.count : (size_t) class;
    }
    return true;
}

/* ---- ids and files --------------------------------------------------------------------------- */

static bool group_by_id(struct groups *groups, const struct dataset *dataset, size_t things,
                        struct error *err) {
    const struct table_column *column = &dataset->table.column[dataset->id];
    struct dictionary ids = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < things; i++) {
        const char *id = column->texts + column->text[groups_row(dataset, i)];
        ok = dictionary_add(&ids, id, strlen(id), &groups->of[i], err);
    }
    groups->count = ids.count;
    groups->name = "groups";
    dictionary_free(&ids);
    return ok;
}

static void group_by_file(struct groups *groups, const struct dataset *dataset, size_t things) {
    const struct table *table = &dataset->table;
    size_t file = 0;
    for (size_t i = 0; i < things; i++) {
        size_t row = groups_row(dataset, i);
        while (row >= table->file[file].first + table->file[file].rows) file++;
        groups->of[i] = file;
    }
    groups->count = file + 1;
    groups->name = "files";
}

static bool find_groups(struct groups *groups, const struct dataset *dataset, size_t things,
                        struct error *err) {
    if (dataset->id != SIZE_MAX) return group_by_id(groups, dataset, things, err);
    group_by_file(groups, dataset, things);
    if (groups->count > 1) return true;
    return error_set(err, ERROR_CONFIG,
                     "data.split: group needs data.sequence_id, or several files in data.csv");
}

bool groups_find(struct groups *groups, const struct dataset *dataset, size_t things,
                 struct error *err) {
    *groups = (struct groups){0};
    groups->of = memory_take(things, sizeof *groups->of, "a split", err);
    if (groups->of == NULL) return false;
    if (dataset->options->split == SPLIT_GROUP) return find_groups(groups, dataset, things, err);
    find_singles(groups, dataset, things);
    return dataset->options->split != SPLIT_STRATIFIED || find_strata(groups, dataset, err);
}
