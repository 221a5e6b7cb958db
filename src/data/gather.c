#include <math.h>

#include "data/store.h"

struct sample store_sample(const struct dataset *dataset, enum part part, size_t sample) {
    const struct part_samples *p = &dataset->part[part];
    size_t low = 0, high = p->spans;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (p->span[middle].before <= sample)
            low = middle;
        else
            high = middle;
    }
    const struct span *span = &p->span[low];
    return (struct sample){span->first + (sample - span->before) * span->stride, span->length,
                           span->end};
}

struct sample store_answered(const struct dataset *dataset, struct sample sample) {
    size_t steps = dataset->sampling.target_steps;
    if (steps == 0) return sample;
    return (struct sample){sample.row + sample.length - steps, steps, sample.end};
}

size_t store_target_row(const struct dataset *dataset, struct sample sample) {
    if (dataset->sampling.layout == LAYOUT_WINDOWS) return sample.row + dataset->sampling.lead;
    if (dataset->sampling.layout == LAYOUT_SEQUENCES) return sample.row + sample.length - 1;
    return sample.row;
}

size_t store_horizon(const struct dataset *dataset) {
    const struct sampling *s = &dataset->sampling;
    return s->layout == LAYOUT_WINDOWS && !s->per_step ? s->horizon : 1;
}

size_t store_targets(const struct dataset *dataset) {
    const struct schema *schema = dataset->schema;
    bool time_major = dataset->sampling.layout == LAYOUT_ROWS && dataset->sampling.per_step;
    return time_major ? schema->targets / schema->steps : schema->targets * store_horizon(dataset);
}

/* Where the values of one row of the batch go. */
struct target_row {
    const struct steps *steps;
    real *values;
    size_t features, row;
};

static real *at_step(const struct target_row *to, size_t step) {
    return to->values + (to->steps->offset[step] + to->row) * to->features;
}

/* An id of a category; a missing or unknown one is NAN in the table. */
static real category_id(float level) {
    return isnan(level) ? (real)ID_UNKNOWN : (real)level + ID_FIRST;
}

/* Feature c of those that an input column makes at a row. */
static real feature_value(const struct dataset *dataset, size_t k, size_t row, size_t c) {
    const struct schema_column *column = &dataset->schema->column[k];
    const float *level = dataset->level[k];
    if (column->indicator && c + 1 == schema_width(column)) return dataset->absent[k][row];
    if (column->type == COLUMN_NUMBER) return (real)store_value(column, level, row);
    if (column->type == COLUMN_TIME) return (real)level[row * schema_width(column) + c];
    return column->index ? category_id(level[row]) : (real)(level[row] == (float)c);
}

static void put_column(const struct target_row *to, size_t feature, const struct dataset *dataset,
                       size_t k, struct sample sample) {
    const struct schema_column *column = &dataset->schema->column[k];
    size_t width = schema_width(column);
    if (column->type == COLUMN_NUMBER && width == 1) {
        const float *level = dataset->level[k];
        for (size_t t = 0; t < sample.length; t++)
            at_step(to, t)[feature] = (real)store_value(column, level, sample.row + t);
        return;
    }
    for (size_t t = 0; t < sample.length; t++)
        for (size_t c = 0; c < width; c++)
            at_step(to, t)[feature + c] = feature_value(dataset, k, sample.row + t, c);
}

/* In a row, the columns follow each other through the steps. */
static void put_row(const struct target_row *to, const struct dataset *dataset,
                    struct sample sample) {
    const struct schema *schema = dataset->schema;
    if (store_reads_texts(dataset)) {
        const float *id = store_ids(dataset, schema->input[0], sample.row);
        bool reverse = dataset->options->reverse_input != 0;
        for (size_t t = 0; t < sample.length; t++)
            *at_step(to, reverse ? sample.length - 1 - t : t) = (real)id[t];
        return;
    }
    size_t place = 0, end = sample.length * to->features;
    for (size_t i = 0; i < schema->inputs && place < end; i++) {
        size_t k = schema->input[i], width = schema_width(&schema->column[k]);
        for (size_t c = 0; c < width; c++, place++)
            at_step(to, place / to->features)[place % to->features] =
                feature_value(dataset, k, sample.row, c);
    }
}

static void gather_inputs(const struct dataset *dataset, struct sample sample, struct batch *batch,
                          size_t r) {
    const struct schema *schema = dataset->schema;
    struct target_row to = {&batch->steps, batch->x, schema->features, r};
    if (dataset->sampling.layout == LAYOUT_ROWS) {
        put_row(&to, dataset, sample);
        return;
    }
    size_t feature = 0, now = schema->inputs - dataset->ahead;
    for (size_t i = 0; i < schema->inputs; i++) {
        size_t k = schema->input[i];
        struct sample seen = sample;
        if (i >= now) seen.row += dataset->sampling.ahead;
        put_column(&to, feature, dataset, k, seen);
        feature += schema_width(&schema->column[k]);
    }
}

static real target_value(const struct dataset *dataset, size_t target, size_t row) {
    size_t k = dataset->schema->target[target];
    const struct schema_column *column = &dataset->schema->column[k];
    if (column->type == COLUMN_CATEGORY) return (real)dataset->level[k][row];
    return (real)store_value(column, dataset->level[k], row);
}

static void gather_steps(const struct dataset *dataset, struct sample whole, struct batch *batch,
                         size_t r) {
    struct sample sample = store_answered(dataset, whole);
    size_t targets = store_targets(dataset);
    bool time_major = dataset->sampling.layout == LAYOUT_ROWS;
    struct target_row to = {&batch->steps, batch->y, targets, r};
    for (size_t t = 0; t < sample.length; t++)
        for (size_t k = 0; k < targets; k++)
            at_step(&to, t)[k] = time_major ? target_value(dataset, t * targets + k, sample.row)
                                            : target_value(dataset, k, sample.row + t);
}

/* Targets after the end of the data are not there to be compared with. */
static void gather_ends(const struct dataset *dataset, struct sample sample, struct batch *batch,
                        size_t r) {
    size_t horizon = store_horizon(dataset), first = store_target_row(dataset, sample);
    real *y = batch->y + r * store_targets(dataset);
    for (size_t k = 0; k < dataset->schema->targets; k++)
        for (size_t h = 0; h < horizon; h++)
            y[k * horizon + h] =
                first + h < sample.end ? target_value(dataset, k, first + h) : (real)NAN;
}

void dataset_gather(const struct dataset *dataset, enum part part, struct batch *batch, size_t r0,
                    size_t r1) {
    for (size_t r = r0; r < r1; r++) {
        struct sample sample = store_sample(dataset, part, batch->sample[r]);
        gather_inputs(dataset, sample, batch, r);
        if (schema_writes(dataset->schema) || dataset->sampling.target_steps > 0)
            continue; /* the decoder's batch has the targets */
        if (store_weighted(dataset)) gather_weights(dataset, part, sample, batch, r);
        if (!dataset->targets) continue;
        if (dataset->sampling.per_step)
            gather_steps(dataset, sample, batch, r);
        else
            gather_ends(dataset, sample, batch, r);
    }
}

size_t dataset_target_length(const struct dataset *dataset, enum part part, size_t sample) {
    if (!schema_writes(dataset->schema))
        return store_answered(dataset, store_sample(dataset, part, sample)).length;
    if (!dataset->targets) return 1;
    size_t row = store_sample(dataset, part, sample).row;
    return store_ids_count(dataset, dataset->schema->target[0], row) + 1;
}

/* The target one step late, and the target with its end. */
static void gather_pair(const struct dataset *dataset, size_t row, struct batch *batch, size_t r) {
    size_t k = dataset->schema->target[0];
    const float *id = dataset->targets ? store_ids(dataset, k, row) : NULL;
    size_t length = id != NULL ? batch->steps.length[r] - 1 : 0;
    for (size_t t = 0; t <= length; t++) {
        size_t at = batch->steps.offset[t] + r;
        batch->x[at] = t > 0 ? (real)id[t - 1] : (real)ID_START;
        batch->y[at] = t < length ? (real)id[t] : (real)ID_END;
    }
}

/* What a decoder of numbers reads first: the target's last known value where the model sees its past,
 * else 0. */
static real first_input(const struct dataset *dataset, struct sample sample, size_t k) {
    bool known = dataset->use[dataset->schema->target[k]] != USE_NONE;
    bool last = dataset->schema->starts_from_last && known;
    return last ? target_value(dataset, k, store_last_input(dataset, sample)) : 0;
}

/* The numbers of a horizon one step late. */
static void gather_late(const struct dataset *dataset, struct sample sample, struct batch *batch,
                        size_t r) {
    size_t targets = dataset->schema->targets, first = store_target_row(dataset, sample);
    for (size_t k = 0; k < targets; k++)
        for (size_t h = 0; h < batch->steps.length[r]; h++) {
            bool there = h > 0 && dataset->targets && first + h - 1 < sample.end;
            real *x = &batch->x[(batch->steps.offset[h] + r) * targets + k];
            *x = h == 0  ? first_input(dataset, sample, k)
                 : there ? target_value(dataset, k, first + h - 1)
                         : 0;
        }
}

void dataset_gather_decoder(const struct dataset *dataset, enum part part, struct batch *batch,
                            size_t r0, size_t r1) {
    for (size_t r = r0; r < r1; r++) {
        struct sample sample = store_sample(dataset, part, batch->sample[r]);
        if (schema_writes(dataset->schema)) {
            gather_pair(dataset, sample.row, batch, r);
        } else if (dataset->sampling.target_steps > 0) {
            if (dataset->targets) gather_steps(dataset, sample, batch, r);
        } else {
            gather_late(dataset, sample, batch, r);
            continue;
        }
        if (store_weighted(dataset)) gather_weights(dataset, part, sample, batch, r);
    }
}
