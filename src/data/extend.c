/* Rows after the end of the data, for forecasts that go on from their own predictions. */
#include <math.h>
#include <stdlib.h>

#include "base/elementary.h"
#include "base/memory.h"
#include "data/store.h"

static bool is_target(const struct schema *schema, size_t k) {
    for (size_t i = 0; i < schema->targets; i++)
        if (schema->target[i] == k) return true;
    return false;
}

static bool check_sampling(const struct dataset *dataset, struct error *err) {
    const struct sampling *s = &dataset->sampling;
    if (dataset_forecasts(dataset) && s->lead == s->window) return true;
    return error_set(err, ERROR_CONFIG,
                     "--steps: the model is no forecast of numbers that goes on where its window "
                     "ends (data.window, with a data.gap of 0)");
}

/* What is read must be known ahead: nothing but what is predicted. */
static bool check_inputs(const struct dataset *dataset, struct error *err) {
    const struct schema *schema = dataset->schema;
    for (size_t i = 0; i < schema->inputs; i++) {
        const struct schema_column *column = &schema->column[schema->input[i]];
        if (!is_target(schema, schema->input[i]))
            return error_set(err, ERROR_CONFIG,
                             "--steps: input \"%s\" is not among the targets, so it is not known "
                             "after the end of the data",
                             column->name);
    }
    if (dataset->targets) return true;
    return error_set(err, ERROR_DATA,
                     "--steps: the file lacks the targets, which the forecast "
                     "goes on from");
}

/* Rows that the first window after the end of a series looks back on. */
static size_t look_back(const struct dataset *dataset) {
    const struct schema *schema = dataset->schema;
    size_t input = store_difference(schema, schema->input, schema->inputs);
    size_t target = store_difference(schema, schema->target, schema->targets);
    size_t rows = dataset->sampling.window + input;
    return rows > target ? rows : target;
}

/* The row that stands for row i of a series that goes on: itself, or its last. */
static size_t source_row(const struct series *series, size_t tail, size_t i) {
    return i < tail ? series->end - tail + i : series->end - 1;
}

static bool extend_column(const struct dataset *dataset, struct table_column *column, size_t tail,
                          size_t steps, struct error *err) {
    size_t length = tail + steps, rows = dataset->series_count * length;
    bool text = column->keep == KEEP_TEXT;
    float *value = text ? NULL : memory_take(rows, sizeof *value, "a forecast", err);
    size_t *offset = text ? memory_take(rows, sizeof *offset, "a forecast", err) : NULL;
    if (value == NULL && offset == NULL) return false;
    for (size_t s = 0; s < dataset->series_count; s++)
        for (size_t i = 0; i < length; i++) {
            size_t from = source_row(&dataset->series[s], tail, i);
            if (text)
                offset[s * length + i] = column->text[from];
            else
                value[s * length + i] = column->value[from];
        }
    free(column->value);
    free(column->text);
    column->value = value;
    column->text = offset;
    return true;
}

/* Series that are too short to go on from are left out. */
static bool drop_short(struct dataset *dataset, size_t tail, struct error *err) {
    size_t kept = 0, rows = dataset->table.rows;
    for (size_t s = 0; s < dataset->series_count; s++)
        if (dataset->series[s].end - dataset->series[s].first >= tail)
            dataset->series[kept++] = dataset->series[s];
    dataset->series_count = kept;
    if (kept > 0) return true;
    return error_set(err, ERROR_DATA, "%s has %zu row%s; a forecast needs %zu at its end",
                     dataset->table.file[0].name, rows, text_plural(rows), tail);
}

static void replace_series(struct dataset *dataset, size_t length) {
    for (size_t s = 0; s < dataset->series_count; s++)
        dataset->series[s] =
            (struct series){.first = s * length, .end = (s + 1) * length, .part = PART_TRAIN};
    dataset->table.rows = dataset->table.capacity = dataset->series_count * length;
    dataset->table.file[0].rows = dataset->table.rows;
    dataset->time = SIZE_MAX; /* the times to come are not known */
}

bool extend_series(struct dataset *dataset, size_t steps, struct error *err) {
    size_t tail = look_back(dataset), length, rows;
    if (!check_sampling(dataset, err) || !check_inputs(dataset, err) ||
        !drop_short(dataset, tail, err))
        return false;
    if (__builtin_add_overflow(tail, steps, &length) ||
        !memory_multiply(dataset->series_count, length, &rows, "a forecast", err))
        return error_set(err, ERROR_SYSTEM, "a forecast of %zu steps is too long", steps);
    for (size_t c = 0; c < dataset->table.columns; c++)
        if (!extend_column(dataset, &dataset->table.column[c], tail, steps, err)) return false;
    replace_series(dataset, length);
    return true;
}

/* ---- going on -------------------------------------------------------------------------------- */

size_t dataset_series(const struct dataset *dataset) {
    return dataset->series_count;
}

size_t dataset_ahead(const struct dataset *dataset, size_t series, size_t step) {
    const struct part_samples *part = &dataset->part[PART_TRAIN];
    size_t window = dataset->series[series].first + look_back(dataset) - dataset->sampling.window;
    return part->span[series].before + (window + step - part->span[series].first);
}

size_t dataset_ahead_row(const struct dataset *dataset, size_t series, size_t step) {
    return dataset->series[series].first + look_back(dataset) + step;
}

void dataset_feed(struct dataset *dataset, size_t sample, const double *value) {
    struct sample found = store_sample(dataset, PART_TRAIN, sample);
    size_t first = store_target_row(dataset, found), horizon = store_horizon(dataset);
    for (size_t i = 0; i < dataset->schema->targets; i++) {
        size_t k = dataset->schema->target[i];
        struct table_column *column = &dataset->table.column[dataset->at[k]];
        for (size_t h = 0; h < horizon && first + h < found.end; h++) {
            column->value[first + h] = (float)value[i * horizon + h];
            if (dataset->schema->column[k].log)
                dataset->level[k][first + h] = (float)exact_log(value[i * horizon + h]);
        }
    }
}

double dataset_fed(const struct dataset *dataset, size_t target, size_t row) {
    return (double)dataset->table.column[dataset->at[dataset->schema->target[target]]].value[row];
}
