#include "data/dataset.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "data/corpus.h"
#include "data/generate.h"
#include "data/pairs.h"
#include "data/paths.h"
#include "data/store.h"

/* Numbers that the inputs of a row make. */
static size_t count_features(const struct schema *schema, bool *category) {
    size_t width = 0;
    *category = false;
    for (size_t i = 0; i < schema->inputs; i++) {
        const struct schema_column *column = &schema->column[schema->input[i]];
        width += schema_width(column);
        *category |= column->type == COLUMN_CATEGORY && !column->index;
    }
    return width;
}

static bool settle_rows(struct schema *schema, const struct data_request *request, bool per_step,
                        struct error *err) {
    bool category;
    size_t width = count_features(schema, &category);
    if (schema->column[schema->input[0]].type == COLUMN_TEXT) {
        schema->features = 1;
        return true;
    }
    size_t features = request->features > 0 ? request->features : 1;
    if (category && request->features == 0)
        return error_set(err, ERROR_CONFIG,
                         "layout rows with a category among the inputs: write model.input, as "
                         "[1, %zu] for one step",
                         width);
    if (width % features != 0)
        return error_set(err, ERROR_CONFIG,
                         "the inputs make %zu numbers a row, which steps of %zu features "
                         "(model.input) do not divide",
                         width, features);
    schema->features = features;
    schema->steps = width / features;
    if (schema->embeddings > 0 && schema->steps != 1)
        return error_set(err, ERROR_CONFIG,
                         "layout rows with embed: write model.input: [1, %zu]; a row is one step",
                         width);
    if (request->steps > 0 && request->steps != schema->steps)
        return error_set(
            err, ERROR_CONFIG,
            "model.input is [%zu, %zu], but the inputs make %zu numbers a row: [%zu, %zu]",
            request->steps, features, width, schema->steps, features);
    if (per_step && schema->steps > 0 && schema->targets % schema->steps != 0)
        return error_set(err, ERROR_CONFIG,
                         "data.target_per is step: %zu target columns do not share out over %zu "
                         "steps",
                         schema->targets, schema->steps);
    return true;
}

static void settle_steps(struct dataset *dataset) {
    struct schema *schema = &dataset->own;
    const struct part_samples *train = &dataset->part[PART_TRAIN];
    schema->steps = train->longest;
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++)
        for (size_t i = 0; i < dataset->part[p].spans; i++)
            if (dataset->part[p].span[i].length != train->longest) schema->steps = 0;
}

static struct dataset *start(const struct data_options *options, struct error *err) {
    struct dataset *dataset = memory_take(1, sizeof *dataset, "a data set", err);
    if (dataset == NULL) return NULL;
    dataset->options = options;
    dataset->id = dataset->time = dataset->weight = SIZE_MAX;
    if (sampling_find(&dataset->sampling, options, err)) return dataset;
    dataset_close(dataset);
    return NULL;
}

static bool finish_schema(struct dataset *dataset, const struct data_request *request,
                          struct error *err) {
    bool rows = dataset->sampling.layout == LAYOUT_ROWS, category;
    if (!schema_list_embedded(&dataset->own, err)) return false;
    if (rows) return settle_rows(&dataset->own, request, dataset->sampling.per_step, err);
    dataset->own.features = count_features(&dataset->own, &category);
    settle_steps(dataset);
    return true;
}

/* Has every sample the steps that are to have targets? */
static bool check_lengths(const struct dataset *dataset, struct error *err) {
    size_t least = dataset->sampling.target_steps;
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++)
        for (size_t i = 0; i < dataset->part[p].spans; i++) {
            const struct span *span = &dataset->part[p].span[i];
            if (span->length < least)
                return error_at(err, ERROR_DATA, table_place(&dataset->table, span->first),
                                "a sequence of %zu row%s, fewer than data.target_steps (%zu)",
                                span->length, text_plural(span->length), least);
        }
    return true;
}

static bool build(struct dataset *dataset, const struct data_request *request, struct error *err) {
    return read_files(dataset, request, err) && find_series(dataset, err) &&
           split_samples(dataset, request, err) && check_lengths(dataset, err) &&
           fill_missing(dataset, err) && settle_categories(dataset, request, err) &&
           finish_schema(dataset, request, err) && fill_steps(dataset, err) &&
           take_levels(dataset, err) && fit_scales(dataset, err) && set_row_lengths(dataset, err) &&
           find_weights(dataset, &request->weights, err);
}

/* A file in two parts: what is measured on the later one was learned from, or chosen by. */
static void warn_of_shared_files(struct dataset *dataset) {
    static const char *const names[PART_COUNT] = {"training", "validation", "test"};
    const struct table *table = &dataset->table;
    for (size_t i = 0; i < table->files; i++)
        for (size_t k = 0; k < i; k++)
            if (dataset->file_part[k] != dataset->file_part[i] &&
                paths_same(table->file[k].name, table->file[i].name))
                store_warn(dataset, "%s is in the %s part and in the %s part", table->file[i].name,
                           names[dataset->file_part[k]], names[dataset->file_part[i]]);
}

bool dataset_open(struct dataset **to, const struct data_options *options,
                  const struct data_request *request, struct error *err) {
    struct dataset *dataset = start(options, err);
    if (dataset == NULL) return false;
    dataset->keep = request->keep;
    if (options->pairs.count > 0) {
        dataset->pairs = pairs_start(options, &request->weights, err);
        if (dataset->pairs == NULL) {
            dataset_close(dataset);
            return false;
        }
        dataset->options = &dataset->pairs->options;
    }
    bool text = options->text != NULL;
    if (text ? !corpus_read(dataset, request, err) || !find_weights(dataset, &request->weights, err)
             : !build(dataset, request, err)) {
        dataset_close(dataset);
        return false;
    }
    if (!text) check_time_order(dataset);
    warn_of_shared_files(dataset);
    *to = dataset;
    return true;
}

struct dataset *dataset_start_input(const struct data_options *options, const struct schema *schema,
                                    const struct data_keep *keep, struct error *err) {
    struct dataset *dataset = start(options, err);
    if (dataset == NULL) return NULL;
    dataset->schema = schema;
    dataset->ahead = schema_ahead(schema);
    dataset->predicting = true;
    dataset->keep = keep;
    return dataset;
}

/* With `steps` of rows to come, or without: 0. */
static struct dataset *open_input(const struct data_options *options, const struct schema *schema,
                                  const char *path, const char *targets, bool judging,
                                  const struct data_keep *keep, size_t steps, struct error *err) {
    struct dataset *dataset = dataset_start_input(options, schema, keep, err);
    if (dataset == NULL) return NULL;
    dataset->judging = judging;
    if (options->text != NULL) {
        if (steps == 0 && corpus_read_input(dataset, path, err)) return dataset;
        if (steps > 0)
            (void)error_set(err, ERROR_CONFIG, "--steps: a text goes on with --generate");
        dataset_close(dataset);
        return NULL;
    }
    if (read_input(dataset, path, targets, err) && find_series(dataset, err) &&
        (steps > 0 ? extend_series(dataset, steps, err) : check_rows_ahead(dataset, err)) &&
        take_all_samples(dataset, err) && check_lengths(dataset, err) &&
        fill_missing(dataset, err) && apply_categories(dataset, err) && fill_steps(dataset, err) &&
        take_levels(dataset, err) && set_row_lengths(dataset, err))
        return dataset;
    dataset_close(dataset);
    return NULL;
}

bool dataset_open_input(struct dataset **to, const struct data_options *options,
                        const struct schema *schema, const char *path, bool judging,
                        const struct data_keep *keep, struct error *err) {
    *to = open_input(options, schema, path, NULL, judging, keep, 0, err);
    if (*to == NULL) return false;
    check_time_order(*to);
    return true;
}

bool dataset_open_pairs(struct dataset **to, const struct data_options *options,
                        const struct schema *schema, const char *source, const char *target,
                        const struct data_keep *keep, struct error *err) {
    *to = open_input(options, schema, source, target, true, keep, 0, err);
    return *to != NULL;
}

bool dataset_open_ahead(struct dataset **to, const struct data_options *options,
                        const struct schema *schema, const char *path, size_t steps,
                        struct error *err) {
    *to = open_input(options, schema, path, NULL, true, NULL, steps, err);
    return *to != NULL;
}

static void free_levels(struct dataset *dataset) {
    if (dataset->level == NULL) return;
    for (size_t k = 0; k < dataset->schema->columns; k++) {
        const struct schema_column *column = &dataset->schema->column[k];
        if (column->log || column->type == COLUMN_TIME || column->type == COLUMN_TEXT)
            free(dataset->level[k]);
    }
    free(dataset->level);
}

static void free_absent(struct dataset *dataset) {
    if (dataset->absent == NULL) return;
    for (size_t k = 0; k < dataset->schema->columns; k++) free(dataset->absent[k]);
    free(dataset->absent);
}

static void free_texts(struct dataset *dataset) {
    for (size_t k = 0; dataset->text_first != NULL && k < dataset->schema->columns; k++)
        free(dataset->text_first[k]);
    free(dataset->text_first);
    free(dataset->unknown_tokens);
}

void dataset_close(struct dataset *dataset) {
    if (dataset == NULL) return;
    free_levels(dataset);
    free_absent(dataset);
    free(dataset->constant);
    free_texts(dataset);
    free(dataset->class_weight);
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++) {
        free(dataset->part[p].span);
        free(dataset->part[p].range);
        free(dataset->part[p].track);
    }
    free(dataset->at);
    free(dataset->use);
    free(dataset->file_part);
    free(dataset->series);
    text_free(&dataset->warnings);
    table_free(&dataset->table);
    schema_free(&dataset->own);
    pairs_free(dataset->pairs);
    free(dataset);
}

const struct schema *dataset_schema(const struct dataset *dataset) {
    return dataset->schema;
}

void dataset_start_as(struct dataset *dataset, const struct schema *trained) {
    dataset->own.starts_from_last = trained->starts_from_last;
}

bool dataset_has_targets(const struct dataset *dataset) {
    return dataset->targets;
}

static size_t longest_target(const struct dataset *dataset) {
    size_t longest = 1;
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++)
        for (size_t i = 0; i < dataset->part[p].count; i++) {
            size_t length = dataset_target_length(dataset, p, i);
            if (length > longest) longest = length;
        }
    return longest;
}

void dataset_shape(const struct dataset *dataset, struct batch_shape *shape) {
    shape->steps = 0;
    shape->target_steps = dataset->sampling.per_step;
    schema_shape(dataset->schema, shape);
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++)
        if (dataset->part[p].longest > shape->steps) shape->steps = dataset->part[p].longest;
    shape->targets = store_targets(dataset);
    shape->weighted = store_weighted(dataset);
    shape->horizon = store_horizon(dataset);
    shape->decoder_steps =
        schema_writes(dataset->schema) ? longest_target(dataset) : dataset->sampling.target_steps;
    shape->carry = dataset->carry;
}

size_t dataset_count(const struct dataset *dataset, enum part part) {
    return dataset->part[part].count;
}

size_t dataset_length(const struct dataset *dataset, enum part part, size_t sample) {
    return store_sample(dataset, part, sample).length;
}

static uLong add_bytes(uLong crc, const void *bytes, size_t size) {
    return crc32_z(crc, bytes, size);
}

uint32_t dataset_checksum(const struct dataset *dataset) {
    const struct table *table = &dataset->table;
    uLong crc = crc32_z(0, NULL, 0);
    for (size_t f = 0; f < table->files; f++) {
        uint64_t rows = table->file[f].rows;
        crc = add_bytes(crc, &rows, sizeof rows);
    }
    for (size_t c = 0; c < dataset->kept; c++) {
        const struct table_column *column = &table->column[c];
        if (column->keep == KEEP_TEXT)
            for (size_t row = 0; row < table->rows; row++) {
                const char *text = column->texts + column->text[row];
                crc = add_bytes(crc, text, strlen(text) + 1);
            }
        else
            crc = add_bytes(crc, column->value, table->rows * sizeof *column->value);
    }
    for (size_t k = 0; k < dataset->schema->columns; k++) {
        const struct schema_column *column = &dataset->schema->column[k];
        for (size_t i = 0; i < column->categories; i++)
            crc = add_bytes(crc, column->category[i], strlen(column->category[i]) + 1);
    }
    return (uint32_t)crc;
}

bool dataset_write_generated(const struct data_options *options, uint64_t seed, struct text *csv,
                             struct error *err) {
    if (options->generate.kind == NULL)
        return error_set(err, ERROR_CONFIG,
                         "there is no data.generate whose data could be written");
    return generate_csv(&options->generate, seed, csv, err);
}
