#include "data/weights.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/store.h"

const struct param class_weight_params[] = {
    {.key = "weight",
     .type = PARAM_REAL,
     .offset = offsetof(struct class_weight, weight),
     .preset = "1",
     .most = 1e6,
     .help = "what the loss of a training sample of this class is multiplied by"},
    {.key = NULL},
};

static bool check_column(const struct dataset *dataset, struct error *err) {
    const struct table_column *column = &dataset->table.column[dataset->weight];
    for (size_t row = 0; row < dataset->table.rows; row++)
        if (!(column->value[row] >= 0))
            return error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                            "column \"%s\": expected a weight of at least 0, got %g", column->name,
                            (double)column->value[row]);
    return true;
}

/* n / (classes * count of the class), as scikit-learn's: every class has the same sum. */
static bool balance(const struct dataset *dataset, struct error *err) {
    const struct schema *schema = dataset->schema;
    size_t *count = memory_take(schema->classes, sizeof *count, "classes", err), all = 0, met = 0;
    if (count == NULL) return false;
    count_classes(dataset, PART_TRAIN, count);
    for (size_t c = 0; c < schema->classes; c++) {
        all += count[c];
        met += count[c] > 0;
    }
    for (size_t c = 0; c < schema->classes; c++)
        if (count[c] > 0) dataset->class_weight[c] = (double)all / ((double)met * (double)count[c]);
    free(count);
    return true;
}

static bool no_such_class(const struct schema_column *column, const char *name, struct error *err) {
    struct text known = {0};
    for (size_t i = 0; i < column->categories && i < 12; i++)
        text_format(&known, "%s%s", i > 0 ? ", " : "", column->category[i]);
    if (column->categories > 12) text_format(&known, ", ... (%zu in all)", column->categories);
    (void)error_set(err, ERROR_CONFIG, "train.class_weight: no class \"%s\"; have: %s", name,
                    known.bytes != NULL ? known.bytes : "others");
    text_free(&known);
    return false;
}

static bool take_class_weights(const struct dataset *dataset, const struct param_map *map,
                               struct error *err) {
    const struct schema_column *column = &dataset->schema->column[dataset->schema->target[0]];
    const struct class_weight *settings = map->settings;
    for (size_t i = 0; i < map->count; i++) {
        size_t c = 0;
        while (c < column->categories && strcmp(column->category[c], map->name[i]) != 0) c++;
        if (c == column->categories) return no_such_class(column, map->name[i], err);
        dataset->class_weight[c] = settings[i].weight;
    }
    return true;
}

bool find_weights(struct dataset *dataset, const struct data_weights *weights, struct error *err) {
    const struct param_map *map = weights->of_class;
    if (dataset->weight != SIZE_MAX && !check_column(dataset, err)) return false;
    if (map == NULL || (map->count == 0 && !map->word)) return true;
    const struct schema *schema = dataset->schema;
    if (schema->target_kind != TARGET_CLASS || schema_writes(schema))
        return error_set(
            err, ERROR_CONFIG, "train.class_weight needs a class target; \"%s\" holds %s",
            schema->column[schema->target[0]].name, schema_writes(schema) ? "texts" : "numbers");
    dataset->class_weight =
        memory_take(schema->classes, sizeof *dataset->class_weight, "classes", err);
    if (dataset->class_weight == NULL) return false;
    for (size_t c = 0; c < schema->classes; c++) dataset->class_weight[c] = 1;
    return map->word ? balance(dataset, err) : take_class_weights(dataset, map, err);
}

/* ---- for a batch ----------------------------------------------------------------------------- */

static real weight_at(const struct dataset *dataset, enum part part, size_t row) {
    double weight = 1;
    if (dataset->weight != SIZE_MAX)
        weight = (double)dataset->table.column[dataset->weight].value[row];
    if (dataset->class_weight != NULL && part == PART_TRAIN)
        weight *= dataset->class_weight[(size_t)dataset->level[dataset->schema->target[0]][row]];
    return (real)weight;
}

void gather_weights(const struct dataset *dataset, enum part part, struct sample sample,
                    struct batch *batch, size_t r) {
    if (schema_writes(dataset->schema)) {
        for (size_t t = 0; t < batch->steps.length[r]; t++)
            batch->weight[batch->steps.offset[t] + r] = weight_at(dataset, part, sample.row);
        return;
    }
    if (!dataset->sampling.per_step) {
        batch->weight[r] = weight_at(dataset, part, store_target_row(dataset, sample));
        return;
    }
    bool one_row = dataset->sampling.layout == LAYOUT_ROWS;
    sample = store_answered(dataset, sample);
    for (size_t t = 0; t < sample.length; t++)
        batch->weight[batch->steps.offset[t] + r] =
            weight_at(dataset, part, one_row ? sample.row : sample.row + t);
}

/* ---- for the report -------------------------------------------------------------------------- */

void report_weights(const struct dataset *dataset, struct text *to) {
    if (dataset->weight != SIZE_MAX) {
        text_add(to, "weights: column \"");
        text_add_safe(to, dataset->table.column[dataset->weight].name);
        text_add(to, "\"\n");
    }
    if (dataset->class_weight == NULL) return;
    const struct schema_column *column = &dataset->schema->column[dataset->schema->target[0]];
    text_add(to, "weights in training: ");
    for (size_t c = 0; c < column->categories && c < 20; c++) {
        if (c > 0) text_add(to, ", ");
        text_add_safe(to, column->category[c]);
        text_format(to, ": %.4g", dataset->class_weight[c]);
    }
    if (column->categories > 20) text_format(to, ", ... (%zu classes)", column->categories);
    text_add(to, "\n");
}
