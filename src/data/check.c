/* A look at every value before a long run: what would only be met on the way. */
#include <math.h>
#include <stdint.h>

#include "data/store.h"

static bool check_target(const struct dataset *dataset, size_t k, size_t row,
                         const struct target_limits *limits, struct error *err) {
    const struct schema_column *column = &dataset->schema->column[k];
    double value = store_value(column, dataset->level[k], row);
    if (value >= limits->least && value <= limits->most) return true; /* false for NAN */
    struct text range = {0};
    text_format(&range, limits->most < INFINITY ? "%g to %g" : "at least %g", limits->least,
                limits->most);
    (void)error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                   "column \"%s\": target %.9g; the loss %s takes targets of %s", column->name,
                   value, limits->loss, range.bytes != NULL ? range.bytes : "other values");
    text_free(&range);
    return false;
}

/* The targets of a sample: of its rows ahead, its last row, or each of its steps. */
static bool check_sample(const struct dataset *dataset, enum part part, size_t i,
                         const struct target_limits *limits, struct error *err) {
    const struct schema *schema = dataset->schema;
    bool row_steps = dataset->sampling.layout == LAYOUT_ROWS;
    struct sample sample = store_answered(dataset, store_sample(dataset, part, i));
    size_t rows = store_horizon(dataset), targets = schema->targets;
    if (dataset->sampling.per_step && !row_steps) rows = sample.length;
    if (dataset->sampling.per_step && row_steps) targets = sample.length * store_targets(dataset);
    for (size_t k = 0; k < targets; k++)
        for (size_t h = 0; h < rows; h++) {
            size_t row = dataset_target_row(dataset, part, i, h);
            if (row != SIZE_MAX && !check_target(dataset, schema->target[k], row, limits, err))
                return false;
        }
    return true;
}

/* Windows share their target rows: each is looked at once. */
static bool check_range(const struct dataset *dataset, const struct range *range,
                        const struct target_limits *limits, struct error *err) {
    const struct schema *schema = dataset->schema;
    for (size_t i = 0; i < schema->targets; i++) {
        size_t k = schema->target[i], first = range->first + schema->column[k].difference;
        for (size_t row = first; row < range->end; row++)
            if (!check_target(dataset, k, row, limits, err)) return false;
    }
    return true;
}

/* A scale of a tiny spread can take a number beyond what a float holds. */
static bool check_inputs(const struct dataset *dataset, const struct range *range,
                         struct error *err) {
    const struct schema *schema = dataset->schema;
    for (size_t i = 0; i < schema->inputs; i++) {
        const struct schema_column *column = &schema->column[schema->input[i]];
        if (column->type != COLUMN_NUMBER) continue;
        const float *level = dataset->level[schema->input[i]];
        for (size_t row = range->first + column->difference; row < range->end; row++)
            if (isinf((real)store_value(column, level, row)))
                return error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                                "column \"%s\": out of float range once it is scaled",
                                column->name);
    }
    return true;
}

bool dataset_check_values(const struct dataset *dataset, const struct target_limits *limits,
                          struct error *err) {
    bool numbers = dataset->schema->target_kind == TARGET_NUMBER;
    bool windows = dataset->sampling.layout == LAYOUT_WINDOWS;
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++) {
        const struct part_samples *part = &dataset->part[p];
        for (size_t i = 0; i < part->ranges; i++)
            if (!check_inputs(dataset, &part->range[i], err) ||
                (numbers && windows && !check_range(dataset, &part->range[i], limits, err)))
                return false;
        for (size_t i = 0; numbers && !windows && i < part->count; i++)
            if (!check_sample(dataset, p, i, limits, err)) return false;
    }
    return true;
}
