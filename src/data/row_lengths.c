/* How many steps each sample of layout rows has: fewer where its last cells are missing. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "data/store.h"

size_t store_row_steps(const struct dataset *dataset, size_t row) {
    const struct schema *schema = dataset->schema;
    if (store_reads_texts(dataset)) return store_ids_count(dataset, schema->input[0], row);
    if (dataset->table.shorts == 0) return schema->steps;
    size_t used = table_used(&dataset->table, row), numbers = 0;
    for (size_t i = 0; i < used; i++) numbers += schema_width(&schema->column[schema->input[i]]);
    return numbers / schema->features;
}

/* A step that is there needs its target. */
static bool check_targets(const struct dataset *dataset, size_t row, size_t steps,
                          struct error *err) {
    const struct schema *schema = dataset->schema;
    if (!dataset->sampling.per_step || !dataset->targets || dataset->predicting) return true;
    size_t targets = steps * (schema->targets / schema->steps);
    for (size_t i = 0; i < targets; i++) {
        const struct table_column *column = &dataset->table.column[dataset->at[schema->target[i]]];
        if (isnan(column->value[row]))
            return error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                            "column \"%s\": missing value; the row has inputs for %zu steps",
                            column->name, steps);
    }
    return true;
}

/* Rows of a span as spans of their own, each of rows of one length. */
static bool cut_span(struct dataset *dataset, enum part p, const struct span *span,
                     struct error *err) {
    struct span run = {.first = span->first, .stride = 1, .end = span->end};
    for (size_t row = span->first; row < span->first + span->count; row++) {
        size_t steps = store_row_steps(dataset, row);
        if (!check_targets(dataset, row, steps, err)) return false;
        if (run.count > 0 && steps != run.length) {
            if (!add_span(&dataset->part[p], run, err)) return false;
            run.first = row;
            run.count = 0;
        }
        run.length = steps;
        run.count++;
    }
    return add_span(&dataset->part[p], run, err);
}

bool set_row_lengths(struct dataset *dataset, struct error *err) {
    bool ok = true;
    if (dataset->sampling.layout != LAYOUT_ROWS) return true;
    for (enum part p = PART_TRAIN; ok && p < PART_COUNT; p++) {
        struct part_samples *part = &dataset->part[p];
        struct span *old = part->span;
        size_t spans = part->spans;
        part->span = NULL;
        part->spans = part->spans_capacity = part->count = part->longest = 0;
        for (size_t i = 0; ok && i < spans; i++) ok = cut_span(dataset, p, &old[i], err);
        free(old);
    }
    return ok;
}

/* Where steps end among the inputs: whole[u] is the first end at or after input u. False where that
 * is not known yet, since a category makes as many features as the data has categories. */
static bool find_step_ends(const struct schema *schema, size_t *whole) {
    size_t numbers = 0;
    whole[0] = 0;
    for (size_t i = 0; i < schema->inputs; i++) {
        const struct schema_column *column = &schema->column[schema->input[i]];
        if (column->type == COLUMN_CATEGORY && !column->index) return false;
        /* These are kept as texts. */
        if (column->type == COLUMN_TIME || column->type == COLUMN_TEXT) return false;
        numbers += schema_width(column);
        whole[i + 1] = numbers % schema->features == 0 ? i + 1 : SIZE_MAX;
    }
    for (size_t i = schema->inputs, end = schema->inputs; i > 0; i--) {
        if (whole[i] != SIZE_MAX) end = i;
        whole[i] = end;
    }
    return true;
}

static bool set_input_tail(struct dataset *dataset, size_t *column, size_t *whole,
                           struct error *err) {
    const struct schema *schema = dataset->schema;
    for (size_t i = 0; i < schema->inputs; i++) column[i] = dataset->at[schema->input[i]];
    return !find_step_ends(schema, whole) ||
           table_set_tail(&dataset->table, TAIL_INPUTS, column, whole, schema->inputs, err);
}

static bool set_target_tail(struct dataset *dataset, size_t *column, size_t *whole,
                            struct error *err) {
    const struct schema *schema = dataset->schema;
    size_t there = 0;
    for (size_t i = 0; i < schema->targets; i++)
        if (dataset->at[schema->target[i]] != SIZE_MAX)
            column[there++] = dataset->at[schema->target[i]];
    for (size_t i = 0; i <= there; i++) whole[i] = i;
    return table_set_tail(&dataset->table, TAIL_TARGETS, column, whole, there, err);
}

bool set_tails(struct dataset *dataset, struct error *err) {
    const struct schema *schema = dataset->schema;
    size_t most = schema->inputs > schema->targets ? schema->inputs : schema->targets;
    if (dataset->sampling.layout != LAYOUT_ROWS) return true;
    size_t *column = memory_take(most, sizeof *column, "columns", err);
    size_t *whole = memory_take(most + 1, sizeof *whole, "columns", err);
    bool ok = column != NULL && whole != NULL && set_input_tail(dataset, column, whole, err) &&
              (!dataset->sampling.per_step || set_target_tail(dataset, column, whole, err));
    free(column);
    free(whole);
    return ok;
}

void clear_tails(struct dataset *dataset) {
    const struct table *table = &dataset->table;
    const struct table_tail *inputs = &table->tail[TAIL_INPUTS];
    for (size_t s = 0; s < table->shorts; s++)
        for (size_t i = table->short_row[s].used; i < inputs->count; i++)
            table->column[inputs->column[i]].value[table->short_row[s].row] = NAN;
}
