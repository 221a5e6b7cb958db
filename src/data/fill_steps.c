/* Missing values of layout rows: the value before and the line between two are those of the other
 * steps of the same row, for another row is another sample. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "data/store.h"

/* One feature of the steps of a row, as far as its columns hold numbers. */
struct chain {
    struct cell {
        float *value; /* of the column, by row */
        size_t column, step;
    } * cell;
    size_t count;
};

static bool is_filled(const struct dataset *dataset, size_t k) {
    enum missing_rule rule = dataset->schema->column[k].missing;
    return dataset->at[k] != SIZE_MAX && (rule == MISSING_FORWARD || rule == MISSING_INTERPOLATE) &&
           dataset->table.column[dataset->at[k]].missing > 0;
}

static void add_cell(struct chain *chain, const struct dataset *dataset, size_t k, size_t step) {
    size_t at = dataset->at[k];
    if (dataset->schema->column[k].type != COLUMN_NUMBER || at == SIZE_MAX) return;
    chain->cell[chain->count++] = (struct cell){dataset->table.column[at].value, k, step};
}

/* A gap from cell `first` to before `end`, which may be behind the last of `count`. */
static void fill_gap(const struct chain *chain, struct dataset *dataset, size_t row, size_t first,
                     size_t end, size_t count) {
    const struct cell *cell = chain->cell;
    bool before = first > 0, after = end < count;
    double left = before ? (double)cell[first - 1].value[row] : 0;
    double right = after ? (double)cell[end].value[row] : left;
    if (!before) left = right;
    for (size_t i = first; i < end; i++) {
        const struct schema_column *column = &dataset->schema->column[cell[i].column];
        bool between = column->missing == MISSING_INTERPOLATE && (before || after);
        double share = 0;
        if (before && after)
            share = (double)(cell[i].step - cell[first - 1].step) /
                    (double)(cell[end].step - cell[first - 1].step);
        bool known = between || (column->missing == MISSING_FORWARD && before);
        double value = between ? left + (right - left) * share : left;
        cell[i].value[row] = (float)(known ? value : column->fill);
        dataset->constant[cell[i].column] += !known;
    }
}

static void fill_row(const struct chain *chain, struct dataset *dataset, size_t row) {
    /* A text, whose steps are not counted yet, has targets for all of it alone. */
    size_t steps = store_reads_texts(dataset) ? 1 : store_row_steps(dataset, row), count = 0;
    while (count < chain->count && (chain->cell[count].step < steps || count == 0)) count++;
    for (size_t i = 0; i < count; i++) {
        if (!isnan(chain->cell[i].value[row])) continue;
        size_t end = i + 1;
        while (end < count && isnan(chain->cell[end].value[row])) end++;
        fill_gap(chain, dataset, row, i, end, count);
        i = end;
    }
}

static void fill_chain(const struct chain *chain, struct dataset *dataset) {
    bool any = false;
    for (size_t i = 0; i < chain->count; i++) any |= is_filled(dataset, chain->cell[i].column);
    for (size_t row = 0; any && row < dataset->table.rows; row++) fill_row(chain, dataset, row);
}

/* The input whose features begin at that number of the row, or the count of inputs. */
static size_t find_input(const size_t *first, size_t inputs, size_t number) {
    size_t low = 0, high = inputs;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (first[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < inputs && first[low] == number ? low : inputs;
}

static bool fill_inputs(struct chain *chain, struct dataset *dataset, struct error *err) {
    const struct schema *schema = dataset->schema;
    size_t *first = memory_take(schema->inputs, sizeof *first, "missing values", err), numbers = 0;
    if (first == NULL) return false;
    for (size_t i = 0; i < schema->inputs; i++) {
        first[i] = numbers;
        numbers += schema_width(&schema->column[schema->input[i]]);
    }
    for (size_t f = 0; f < schema->features; f++) {
        chain->count = 0;
        for (size_t number = f; number < numbers; number += schema->features) {
            size_t i = find_input(first, schema->inputs, number);
            if (i < schema->inputs)
                add_cell(chain, dataset, schema->input[i], number / schema->features);
        }
        fill_chain(chain, dataset);
    }
    free(first);
    return true;
}

static void fill_targets(struct chain *chain, struct dataset *dataset) {
    const struct schema *schema = dataset->schema;
    size_t width = store_targets(dataset);
    for (size_t f = 0; f < width; f++) {
        chain->count = 0;
        for (size_t i = f; i < schema->targets; i += width)
            add_cell(chain, dataset, schema->target[i], i / width);
        fill_chain(chain, dataset);
    }
}

bool fill_steps(struct dataset *dataset, struct error *err) {
    const struct schema *schema = dataset->schema;
    bool any = false;
    if (dataset->sampling.layout != LAYOUT_ROWS) return true;
    for (size_t k = 0; k < schema->columns; k++) any |= is_filled(dataset, k);
    if (!any) return true;
    size_t most = schema->inputs > schema->targets ? schema->inputs : schema->targets;
    struct chain chain = {memory_take(most, sizeof *chain.cell, "missing values", err), 0};
    if (chain.cell == NULL) return false;
    bool ok = fill_inputs(&chain, dataset, err);
    /* A target that is not there is not to be made up where it is predicted. */
    if (ok && !dataset->predicting) fill_targets(&chain, dataset);
    free(chain.cell);
    return ok;
}
