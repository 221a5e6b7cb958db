/* Missing values: which cells are, what is done about them before anything is fitted, and what the
 * report says of it. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/describe.h"
#include "data/store.h"

bool missing_read_rule(const char *text, enum missing_rule *rule, double *number) {
    static const char *const names[] = {"error", "drop", "forward", "interpolate", "mean"};
    if (text == NULL) text = names[MISSING_ERROR];
    *number = 0;
    for (enum missing_rule r = MISSING_ERROR; r < MISSING_NUMBER; r++) {
        *rule = r;
        if (strcmp(text, names[r]) == 0) return true;
    }
    *rule = MISSING_NUMBER;
    return text_parse_real(text, strlen(text), number) && isfinite((float)*number);
}

bool note_uses(struct dataset *dataset, struct error *err) {
    const struct schema *schema = dataset->schema;
    size_t now = schema->inputs - dataset->ahead;
    dataset->use = memory_take(schema->columns, sizeof *dataset->use, "columns", err);
    if (dataset->use == NULL) return false;
    for (size_t i = 0; i < schema->inputs; i++)
        dataset->use[schema->input[i]] = i < now ? USE_INPUT : USE_AHEAD;
    return true;
}

/* In the last rows of a file to predict on only what is known ahead need be there. */
static bool ends_before(const struct dataset *dataset, size_t k) {
    return dataset->predicting && dataset->ahead > 0 && dataset->use[k] != USE_AHEAD;
}

static bool check_series_ahead(const struct dataset *dataset, const struct series *series, size_t k,
                               struct error *err) {
    const struct table_column *column = &dataset->table.column[dataset->at[k]];
    size_t ahead = dataset->sampling.ahead;
    for (size_t row = series->first; row + ahead < series->end; row++)
        if (isnan(column->value[row]))
            return error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                            "column \"%s\": missing value; only the last %zu row%s of a series may "
                            "lack what data.future does not name",
                            column->name, ahead, text_plural(ahead));
    return true;
}

bool check_rows_ahead(const struct dataset *dataset, struct error *err) {
    const struct schema *schema = dataset->schema;
    for (size_t k = 0; k < schema->columns; k++) {
        if (schema->column[k].missing != MISSING_ERROR || dataset->use[k] == USE_NONE) continue;
        if (!ends_before(dataset, k) || schema->column[k].type == COLUMN_TIME) continue;
        for (size_t i = 0; i < dataset->series_count; i++)
            if (!check_series_ahead(dataset, &dataset->series[i], k, err)) return false;
    }
    return true;
}

/* A target that is only predicted may be missing where it is to be predicted. */
static enum on_missing find_action(const struct dataset *dataset, size_t k) {
    enum missing_rule rule = dataset->schema->column[k].missing;
    /* Lines to predict on keep their places; of pairs to learn or judge by, those with an empty one go. */
    if (dataset->options->pairs.count > 0)
        return dataset->predicting && !dataset->judging ? ON_MISSING_KEEP : ON_MISSING_DROP;
    if (rule == MISSING_ERROR && ends_before(dataset, k)) return ON_MISSING_KEEP;
    if (rule == MISSING_ERROR) return ON_MISSING_REFUSE;
    bool input = dataset->use[k] != USE_NONE;
    return rule == MISSING_DROP && (input || !dataset->predicting) ? ON_MISSING_DROP
                                                                   : ON_MISSING_KEEP;
}

bool set_missing(struct dataset *dataset, size_t k, struct error *err) {
    const struct schema_column *column = &dataset->schema->column[k];
    const struct column_options *settings = data_column(dataset->options, column->name);
    struct table_column *values = &dataset->table.column[dataset->at[k]];
    values->on_missing = find_action(dataset, k);
    return table_set_missing(values, &dataset->options->missing_values,
                             settings != NULL ? &settings->missing_values : NULL, err);
}

struct series store_piece(const struct dataset *dataset, const struct series *series, size_t row) {
    const size_t *hole = dataset->table.hole;
    size_t low = 0, high = dataset->table.holes; /* the first hole behind the row */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hole[middle] <= row)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low < dataset->table.holes ? hole[low] : series->end;
    return (struct series){row, end < series->end ? end : series->end, series->part};
}

/* ---- filling --------------------------------------------------------------------------------- */

/* Rows at which something ends that no filling may look across: a part or a series. */
struct borders {
    size_t *row;
    size_t count;
};

static int by_size(const void *a, const void *b) {
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static bool find_borders(const struct dataset *dataset, struct borders *borders,
                         struct error *err) {
    size_t most = 2 * dataset->series_count + dataset->table.holes + 2;
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++) most += 2 * dataset->part[p].ranges;
    *borders = (struct borders){memory_take(most, sizeof *borders->row, "borders", err), 0};
    if (borders->row == NULL) return false;
    size_t *to = borders->row;
    *to++ = dataset->table.rows;
    for (size_t i = 0; i < dataset->series_count; i++) {
        *to++ = dataset->series[i].first;
        *to++ = dataset->series[i].end;
    }
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++)
        for (size_t i = 0; i < dataset->part[p].ranges; i++) {
            *to++ = dataset->part[p].range[i].first;
            *to++ = dataset->part[p].range[i].end;
        }
    for (size_t i = 0; i < dataset->table.holes; i++) *to++ = dataset->table.hole[i];
    borders->count = (size_t)(to - borders->row);
    qsort(borders->row, borders->count, sizeof *borders->row, by_size);
    return true;
}

/* The mean of the values that the training part has. */
static bool fit_mean(const struct dataset *dataset, const struct table_column *values,
                     double *mean) {
    const struct part_samples *train = &dataset->part[PART_TRAIN];
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < train->ranges; i++)
        for (size_t row = train->range[i].first; row < train->range[i].end; row++) {
            if (isnan(values->value[row])) continue;
            sum += (double)values->value[row];
            count++;
        }
    if (count > 0) *mean = sum / (double)count;
    return count > 0;
}

/* Fill rows first..end-1, whose neighbours (where they are within the borders) are given. */
static size_t fill_gap(float *value, size_t first, size_t end, bool before, bool after,
                       enum missing_rule rule, float fill) {
    bool forward = rule == MISSING_FORWARD && before;
    bool between = rule == MISSING_INTERPOLATE && (before || after);
    double a = before ? (double)value[first - 1] : 0, b = after ? (double)value[end] : a;
    if (!before) a = b;
    for (size_t row = first; row < end; row++) {
        double share = (double)(row - first + 1) / (double)(end - first + 1);
        value[row] = forward ? value[first - 1] : between ? (float)(a + (b - a) * share) : fill;
    }
    return forward || between ? 0 : end - first;
}

/* Fill what is missing among the rows first..end-1; returns how many took the constant. */
static size_t fill_rows(float *value, size_t first, size_t end, enum missing_rule rule,
                        float fill) {
    size_t constant = 0;
    for (size_t row = first; row < end; row++) {
        if (!isnan(value[row])) continue;
        size_t last = row + 1;
        while (last < end && isnan(value[last])) last++;
        constant += fill_gap(value, row, last, row > first, last < end, rule, fill);
        row = last;
    }
    return constant;
}

static bool note_indicator(struct dataset *dataset, size_t k, struct error *err) {
    size_t rows = dataset->table.rows;
    const float *value = dataset->table.column[dataset->at[k]].value;
    dataset->absent[k] = memory_take(rows, sizeof **dataset->absent, "missing values", err);
    if (dataset->absent[k] == NULL) return false;
    for (size_t row = 0; row < rows; row++) dataset->absent[k][row] = isnan(value[row]);
    return true;
}

/* A category that has no value stays without one, unless the one before it is taken. */
static float constant_of(const struct schema_column *column) {
    return column->type == COLUMN_CATEGORY ? NAN : (float)column->fill;
}

/* Is a value that is missing left missing? A target that is not there is not to be made up, and a
 * category has no mean. */
static bool stays_missing(const struct dataset *dataset, size_t k) {
    const struct schema_column *column = &dataset->schema->column[k];
    return (dataset->predicting && dataset->use[k] == USE_NONE) ||
           (column->type == COLUMN_CATEGORY && column->missing != MISSING_FORWARD);
}

/* In layout rows these two are what other steps of the same row say. */
static bool fills_steps(const struct dataset *dataset, enum missing_rule rule) {
    return dataset->sampling.layout == LAYOUT_ROWS &&
           (rule == MISSING_FORWARD || rule == MISSING_INTERPOLATE);
}

static bool fill_column(struct dataset *dataset, size_t k, const struct borders *borders,
                        struct error *err) {
    const struct schema_column *column = &dataset->schema->column[k];
    struct table_column *values = &dataset->table.column[dataset->at[k]];
    bool category = column->type == COLUMN_CATEGORY;
    if (column->type == COLUMN_TIME || column->type == COLUMN_TEXT) return true;
    if (column->indicator && !note_indicator(dataset, k, err)) return false;
    if (column->missing == MISSING_ERROR) return true;
    bool fits = !dataset->predicting && !category &&
                (column->missing == MISSING_FORWARD || column->missing == MISSING_INTERPOLATE ||
                 column->missing == MISSING_MEAN);
    if (fits && !fit_mean(dataset, values, &dataset->own.column[k].fill))
        return error_set(err, ERROR_DATA, "%s: column \"%s\" has no value in the training part",
                         dataset->table.file[0].name, column->name);
    if (values->missing == 0 || stays_missing(dataset, k)) return true;
    if (fills_steps(dataset, column->missing)) {
        if (category) dataset->constant[k] = values->missing; /* numbers: fill_steps */
        return true;
    }
    float fill = constant_of(column);
    for (size_t i = 0, first = 0; i < borders->count; first = borders->row[i++])
        dataset->constant[k] +=
            fill_rows(values->value, first, borders->row[i], column->missing, fill);
    return true;
}

void fill_cell(struct dataset *dataset, size_t k, size_t row, bool before) {
    const struct schema_column *column = &dataset->schema->column[k];
    float *value = dataset->table.column[dataset->at[k]].value;
    if (column->type == COLUMN_TIME || column->type == COLUMN_TEXT) return;
    if (column->indicator) dataset->absent[k][row] = isnan(value[row]);
    if (column->missing == MISSING_ERROR || !isnan(value[row]) || stays_missing(dataset, k)) return;
    if (fills_steps(dataset, column->missing))
        dataset->constant[k] += column->type == COLUMN_CATEGORY; /* numbers: fill_steps */
    else
        dataset->constant[k] +=
            fill_gap(value, row, row + 1, before, false, column->missing, constant_of(column));
}

bool fill_missing(struct dataset *dataset, struct error *err) {
    const struct schema *schema = dataset->schema;
    struct borders borders;
    dataset->absent = memory_take(schema->columns, sizeof *dataset->absent, "columns", err);
    dataset->constant = memory_take(schema->columns, sizeof *dataset->constant, "columns", err);
    if (dataset->absent == NULL || dataset->constant == NULL ||
        !find_borders(dataset, &borders, err))
        return false;
    bool ok = true;
    for (size_t k = 0; ok && k < schema->columns; k++)
        ok = dataset->at[k] == SIZE_MAX || fill_column(dataset, k, &borders, err);
    free(borders.row);
    clear_tails(dataset);
    return ok;
}

/* ---- reporting ------------------------------------------------------------------------------- */

static void report_rule(const struct dataset *dataset, size_t k, struct text *to) {
    const struct schema_column *column = &dataset->schema->column[k];
    const char *constant = column->missing == MISSING_NUMBER ? "the number" : "the training mean";
    bool category = column->type == COLUMN_CATEGORY;
    if (column->missing == MISSING_DROP) {
        text_add(to, "in rows left out");
    } else if (dataset->predicting && dataset->use[k] == USE_NONE) {
        text_add(to, "not predicted from");
    } else if (category && column->missing != MISSING_FORWARD) {
        text_add(to, column->index ? "taken as unknown" : "all zeros");
    } else if (column->missing == MISSING_FORWARD || column->missing == MISSING_INTERPOLATE) {
        bool forward = column->missing == MISSING_FORWARD;
        text_add(to, forward ? "filled with the value before" : "interpolated");
        if (dataset->constant[k] == 0) return;
        text_format(to, ", %zu that have none ", dataset->constant[k]);
        if (category)
            text_add(to, column->index ? "taken as unknown" : "all zeros");
        else
            text_format(to, "with the training mean %g", column->fill);
    } else {
        text_format(to, "filled with %s %g", constant, column->fill);
    }
}

void report_missing(const struct dataset *dataset, struct text *to) {
    const struct schema *schema = dataset->schema;
    size_t columns = 0, dropped = dataset->table.dropped;
    if (dataset->options->pairs.count > 0) {
        if (dropped > 0) text_format(to, "pairs: %zu with an empty line left out\n", dropped);
        return;
    }
    for (size_t k = 0; k < schema->columns; k++) {
        if (dataset->at[k] == SIZE_MAX) continue;
        size_t missing = dataset->table.column[dataset->at[k]].missing;
        if (missing == 0 || schema->column[k].missing == MISSING_ERROR) continue;
        if (++columns > 12) continue;
        text_add(to, "missing: column \"");
        text_add_safe(to, schema->column[k].name);
        text_format(to, "\", %zu value%s ", missing, text_plural(missing));
        report_rule(dataset, k, to);
        text_add(to, "\n");
    }
    if (columns > 12) text_format(to, "missing: ... (%zu columns in all)\n", columns);
    if (dropped > 0)
        text_format(to, "missing: %zu row%s left out%s\n", dropped, text_plural(dropped),
                    dataset->sampling.layout == LAYOUT_WINDOWS ? "; no window crosses the hole"
                                                               : "");
}
