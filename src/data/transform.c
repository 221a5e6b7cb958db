#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/elementary.h"
#include "base/memory.h"
#include "data/store.h"

size_t store_difference(const struct schema *schema, const size_t *column, size_t count) {
    size_t most = 0;
    for (size_t i = 0; i < count; i++)
        if (schema->column[column[i]].difference > most)
            most = schema->column[column[i]].difference;
    return most;
}

bool take_logarithm(struct dataset *dataset, size_t k, size_t row, struct error *err) {
    const struct table_column *column = &dataset->table.column[dataset->at[k]];
    if (!(column->value[row] > 0) && !isnan(column->value[row]))
        return error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                        "column \"%s\": the logarithm of %g does not exist; data.columns.%s.log "
                        "needs values above 0",
                        column->name, (double)column->value[row], column->name);
    dataset->level[k][row] = (float)exact_log(column->value[row]);
    return true;
}

static bool take_logarithms(struct dataset *dataset, size_t k, struct error *err) {
    dataset->level[k] =
        memory_take(dataset->table.rows, sizeof **dataset->level, "logarithms", err);
    for (size_t row = 0; dataset->level[k] != NULL && row < dataset->table.rows; row++)
        if (!take_logarithm(dataset, k, row, err)) return false;
    return dataset->level[k] != NULL;
}

bool take_levels(struct dataset *dataset, struct error *err) {
    const struct schema *schema = dataset->schema;
    dataset->level = memory_take(schema->columns, sizeof *dataset->level, "columns", err);
    if (dataset->level == NULL) return false;
    for (size_t k = 0; k < schema->columns; k++) {
        if (dataset->at[k] == SIZE_MAX) continue;
        const struct table_column *column = &dataset->table.column[dataset->at[k]];
        dataset->level[k] = column->value;
        if (schema->column[k].log && !take_logarithms(dataset, k, err)) return false;
        if (schema->column[k].type == COLUMN_TEXT) dataset->level[k] = take_texts(dataset, k, err);
        if (schema->column[k].type == COLUMN_TIME) dataset->level[k] = take_times(dataset, k, err);
        if (dataset->level[k] == NULL) return false;
    }
    return true;
}

/* ---- fitting -------------------------------------------------------------------------------- */

/* The training part's values of a column, differences taken. */
static double *gather_values(const struct dataset *dataset, size_t k, size_t *count,
                             struct error *err) {
    const struct part_samples *train = &dataset->part[PART_TRAIN];
    const struct schema_column *column = &dataset->schema->column[k];
    size_t rows = 0;
    for (size_t i = 0; i < train->ranges; i++) rows += train->range[i].end - train->range[i].first;
    double *value = memory_take(rows, sizeof *value, "fitting a scale", err);
    *count = 0;
    if (value == NULL) return NULL;
    for (size_t i = 0; i < train->ranges; i++)
        for (size_t row = train->range[i].first + column->difference; row < train->range[i].end;
             row++)
            if (!isnan(dataset->level[k][row])) /* after the end of a short row */
                value[(*count)++] = store_value(column, dataset->level[k], row);
    return value;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Linear between the values on either side. */
static double quantile(const double *sorted, size_t count, double q) {
    double position = q * (double)(count - 1);
    size_t low = (size_t)position;
    if (low + 1 >= count) return sorted[count - 1];
    return sorted[low] + (position - (double)low) * (sorted[low + 1] - sorted[low]);
}

/* What the values lie between. */
struct bounds {
    double least, most;
};

static struct bounds find_bounds(const double *value, size_t count) {
    struct bounds bounds = {value[0], value[0]};
    for (size_t i = 1; i < count; i++) {
        if (value[i] < bounds.least) bounds.least = value[i];
        if (value[i] > bounds.most) bounds.most = value[i];
    }
    return bounds;
}

static void fit_standard(struct schema_column *column, const double *value, size_t count) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) sum += value[i];
    column->center = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        double d = value[i] - column->center;
        squares += d * d;
    }
    column->spread = __builtin_sqrt(squares / (double)count);
}

static void fit_robust(struct schema_column *column, double *value, size_t count) {
    qsort(value, count, sizeof *value, by_value);
    column->center = quantile(value, count, 0.5);
    column->spread = quantile(value, count, 0.75) - quantile(value, count, 0.25);
}

static void fit_values(struct dataset *dataset, struct schema_column *column, double *value,
                       size_t count) {
    static const char *const measure[] = {"", "std", "range", "interquartile range"};
    struct bounds bounds = find_bounds(value, count);
    bool constant = bounds.least == bounds.most;
    column->center = bounds.least;
    column->spread = bounds.most - bounds.least;
    if (column->scale == SCALE_STANDARD && !constant) fit_standard(column, value, count);
    if (column->scale == SCALE_ROBUST && !constant) fit_robust(column, value, count);
    if (column->spread > 0) return;
    column->spread = 1;
    store_warn(dataset, "column \"%s\" is %s in the training part: %s = 0, scaled by 1",
               column->name, constant ? "constant" : "mostly constant", measure[column->scale]);
}

static bool fit_column(struct dataset *dataset, size_t k, struct error *err) {
    struct schema_column *column = &dataset->own.column[k];
    if (column->scale == SCALE_NONE) return true;
    size_t count;
    double *value = gather_values(dataset, k, &count, err);
    if (value == NULL) return false;
    if (count > 0) fit_values(dataset, column, value, count);
    free(value);
    return true;
}

bool fit_scales(struct dataset *dataset, struct error *err) {
    for (size_t k = 0; k < dataset->own.columns; k++)
        if (!fit_column(dataset, k, err)) return false;
    return true;
}
