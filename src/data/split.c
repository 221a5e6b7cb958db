#include <math.h>
#include <stdint.h>

#include "base/memory.h"
#include "data/store.h"

static bool add_range(struct part_samples *part, size_t first, size_t end, struct error *err) {
    if (first >= end) return true;
    if (!memory_grow(&part->range, &part->ranges_capacity, part->ranges + 1, sizeof *part->range,
                     "parts of the data", err))
        return false;
    part->range[part->ranges++] = (struct range){first, end};
    return true;
}

static bool add_span(struct part_samples *part, struct span span, struct error *err) {
    if (span.count == 0 || span.length == 0) return true;
    if (!memory_grow(&part->span, &part->spans_capacity, part->spans + 1, sizeof *part->span,
                     "samples", err))
        return false;
    span.before = part->count;
    part->span[part->spans++] = span;
    part->count += span.count;
    if (span.length > part->longest) part->longest = span.length;
    return true;
}

/* The samples of a part among the rows first..end-1 of a series. */
static bool add_windows(struct dataset *dataset, enum part p, const struct series *series,
                        size_t first, size_t end, struct error *err) {
    const struct sampling *s = &dataset->sampling;
    const struct schema *schema = dataset->schema;
    /* Targets lie in first..end-1, inputs anywhere in the series that has differences for them. */
    size_t start = series->first + store_difference(schema, schema->input, schema->inputs);
    size_t target = series->first + store_difference(schema, schema->target, schema->targets);
    if (target < first) target = first;
    if (start + s->lead < target) start = target - s->lead;
    if (!add_range(&dataset->part[p], first, end, err)) return false;
    size_t span = sampling_span(s);
    if (end < start || end - start < span) return true;
    return add_span(&dataset->part[p],
                    (struct span){.first = start,
                                  .count = (end - start - span) / s->stride + 1,
                                  .stride = s->stride,
                                  .length = s->window,
                                  .end = series->end},
                    err);
}

/* The steps of a row are known only when categories are; until then it counts as one. */
static bool add_rows(struct dataset *dataset, enum part p, size_t first, size_t end,
                     struct error *err) {
    struct span span = {.first = first,
                        .count = end - first,
                        .stride = 1,
                        .length = dataset->schema->steps > 0 ? dataset->schema->steps : 1,
                        .end = end};
    return add_range(&dataset->part[p], first, end, err) && add_span(&dataset->part[p], span, err);
}

/* A sequence loses the steps that have no difference. */
static bool add_sequence(struct dataset *dataset, enum part p, const struct series *series,
                         struct error *err) {
    const struct schema *schema = dataset->schema;
    size_t lost = store_difference(schema, schema->input, schema->inputs);
    size_t of_target = store_difference(schema, schema->target, schema->targets);
    if (of_target > lost) lost = of_target;
    if (!add_range(&dataset->part[p], series->first, series->end, err)) return false;
    if (series->end - series->first <= lost) {
        store_warn(dataset, "a sequence of %zu row%s is left out: its differences need more",
                   series->end - series->first, series->end - series->first == 1 ? "" : "s");
        return true;
    }
    struct span span = {.first = series->first + lost,
                        .count = 1,
                        .stride = 1,
                        .length = series->end - series->first - lost,
                        .end = series->end};
    return add_span(&dataset->part[p], span, err);
}

/* Where validation and test begin among n things in order. */
struct cut {
    size_t validation, test;
};

static size_t held_back(const struct param_part *part, size_t n) {
    if (part->form == PART_ROWS) return part->rows;
    if (part->form != PART_FRACTION) return 0;
    return n - (size_t)floor((double)n * (1 - part->fraction));
}

static bool find_cut(const struct dataset *dataset, size_t n, const char *things, struct cut *cut,
                     struct error *err) {
    size_t validation = held_back(&dataset->options->validation, n);
    size_t test = held_back(&dataset->options->test, n);
    if (test >= n || validation >= n - test)
        return error_set(err, ERROR_DATA,
                         "%s: data.validation and data.test take %zu and %zu of %zu %s; nothing is "
                         "left to train on",
                         dataset->table.file[0].name, validation, test, n, things);
    *cut = (struct cut){n - test - validation, n - test};
    return true;
}

/* Part of position i, which lies before the cut for training, and so on. */
static enum part part_at(const struct cut *cut, size_t i) {
    if (i < cut->validation) return PART_TRAIN;
    return i < cut->test ? PART_VALIDATION : PART_TEST;
}

static size_t limit(size_t value, size_t least, size_t most) {
    if (value < least) return least;
    return value > most ? most : value;
}

static bool cut_series(struct dataset *dataset, const struct series *series, struct cut cut,
                       struct error *err) {
    size_t a = limit(cut.validation, series->first, series->end);
    size_t b = limit(cut.test, series->first, series->end);
    return (a == series->first ||
            add_windows(dataset, PART_TRAIN, series, series->first, a, err)) &&
           (a == b || add_windows(dataset, PART_VALIDATION, series, a, b, err)) &&
           (b == series->end || add_windows(dataset, PART_TEST, series, b, series->end, err));
}

/* Rows of the files that are to be split; they come before those of the other parts. */
static size_t rows_to_split(const struct dataset *dataset) {
    size_t rows = 0;
    for (size_t f = 0; f < dataset->table.files; f++)
        if (dataset->file_part[f] == PART_TRAIN) rows += dataset->table.file[f].rows;
    return rows;
}

static bool split_windows(struct dataset *dataset, struct error *err) {
    const struct data_options *options = dataset->options;
    /* Fractions are taken from each series, counts of rows from the end of all. */
    bool counted = options->validation.form == PART_ROWS || options->test.form == PART_ROWS;
    struct cut cut = {0};
    if (counted && !find_cut(dataset, rows_to_split(dataset), "rows", &cut, err)) return false;
    for (size_t i = 0; i < dataset->series_count; i++) {
        const struct series *series = &dataset->series[i];
        if (series->part != PART_TRAIN) {
            if (!add_windows(dataset, series->part, series, series->first, series->end, err))
                return false;
            continue;
        }
        if (!counted) {
            if (!find_cut(dataset, series->end - series->first, "rows", &cut, err)) return false;
            cut.validation += series->first;
            cut.test += series->first;
        }
        if (!cut_series(dataset, series, cut, err)) return false;
    }
    return true;
}

static bool split_rows(struct dataset *dataset, struct error *err) {
    struct cut cut = {0};
    size_t n = rows_to_split(dataset);
    if (!find_cut(dataset, n, "rows", &cut, err)) return false;
    if (!add_rows(dataset, PART_TRAIN, 0, cut.validation, err) ||
        !add_rows(dataset, PART_VALIDATION, cut.validation, cut.test, err) ||
        !add_rows(dataset, PART_TEST, cut.test, n, err))
        return false;
    for (size_t f = 0; f < dataset->table.files; f++) {
        const struct table_file *file = &dataset->table.file[f];
        if (dataset->file_part[f] != PART_TRAIN &&
            !add_rows(dataset, dataset->file_part[f], file->first, file->first + file->rows, err))
            return false;
    }
    return true;
}

static bool split_sequences(struct dataset *dataset, struct error *err) {
    struct cut cut = {0};
    size_t n = 0;
    for (size_t i = 0; i < dataset->series_count; i++) n += dataset->series[i].part == PART_TRAIN;
    if (!find_cut(dataset, n, "sequences", &cut, err)) return false;
    for (size_t i = 0; i < dataset->series_count; i++) {
        enum part part = dataset->series[i].part;
        if (part == PART_TRAIN) part = part_at(&cut, i);
        if (!add_sequence(dataset, part, &dataset->series[i], err)) return false;
    }
    return true;
}

static size_t count_rows(const struct part_samples *part) {
    size_t rows = 0;
    for (size_t i = 0; i < part->ranges; i++) rows += part->range[i].end - part->range[i].first;
    return rows;
}

static bool complain_of_windows(const struct dataset *dataset, enum part p, const char *name,
                                struct error *err) {
    const struct sampling *s = &dataset->sampling;
    const struct schema *schema = dataset->schema;
    size_t need = sampling_span(s) + store_difference(schema, schema->input, schema->inputs);
    size_t have = count_rows(&dataset->part[p]);
    const char *file = dataset->table.file[0].name;
    bool whole = have == dataset->table.rows;
    if (p != PART_TRAIN)
        return error_set(err, ERROR_DATA,
                         "%s: the %s part has %zu rows, which hold no window's targets (horizon "
                         "%zu, window %zu)",
                         file, name, have, s->horizon, s->window);
    if (s->per_step)
        return error_set(err, ERROR_DATA, "%s%s has %zu row%s; a window of %zu needs at least %zu",
                         file, whole ? "" : ": the training part", have, have == 1 ? "" : "s",
                         s->window, need);
    return error_set(err, ERROR_DATA,
                     "%s%s has %zu row%s; a window of %zu and a horizon of %zu need at least %zu",
                     file, whole ? "" : ": the training part", have, have == 1 ? "" : "s",
                     s->window, s->horizon, need);
}

static bool check_part(const struct dataset *dataset, enum part p, const char *name,
                       struct error *err) {
    if (dataset->part[p].count > 0) return true;
    if (dataset->sampling.layout == LAYOUT_WINDOWS)
        return complain_of_windows(dataset, p, name, err);
    return error_set(err, ERROR_DATA, "%s: the %s part has no samples (of %zu rows in all)",
                     dataset->table.file[0].name, name, dataset->table.rows);
}

bool split_samples(struct dataset *dataset, struct error *err) {
    bool ok = false;
    switch (dataset->sampling.layout) {
    case LAYOUT_WINDOWS: ok = split_windows(dataset, err); break;
    case LAYOUT_ROWS: ok = split_rows(dataset, err); break;
    case LAYOUT_SEQUENCES: ok = split_sequences(dataset, err); break;
    }
    const struct data_options *options = dataset->options;
    return ok && check_part(dataset, PART_TRAIN, "training", err) &&
           (options->validation.form == PART_UNSET ||
            check_part(dataset, PART_VALIDATION, "validation", err)) &&
           (options->test.form == PART_UNSET || check_part(dataset, PART_TEST, "test", err));
}

/* To predict, every window that is complete counts, wherever its targets lie. */
static bool take_windows(struct dataset *dataset, const struct series *series, struct error *err) {
    const struct sampling *s = &dataset->sampling;
    const struct schema *schema = dataset->schema;
    size_t start = series->first + store_difference(schema, schema->input, schema->inputs);
    size_t target = series->first + store_difference(schema, schema->target, schema->targets);
    if (start + s->lead < target) start = target - s->lead;
    if (!add_range(&dataset->part[PART_TRAIN], series->first, series->end, err)) return false;
    if (series->end < start || series->end - start < s->window) return true;
    return add_span(&dataset->part[PART_TRAIN],
                    (struct span){.first = start,
                                  .count = series->end - start - s->window + 1,
                                  .stride = 1,
                                  .length = s->window,
                                  .end = series->end},
                    err);
}

bool take_all_samples(struct dataset *dataset, struct error *err) {
    const struct table *table = &dataset->table;
    if (dataset->sampling.layout == LAYOUT_ROWS)
        return add_rows(dataset, PART_TRAIN, 0, table->rows, err);
    bool windows = dataset->sampling.layout == LAYOUT_WINDOWS;
    for (size_t i = 0; i < dataset->series_count; i++) {
        const struct series *series = &dataset->series[i];
        if (!(windows ? take_windows(dataset, series, err)
                      : add_sequence(dataset, PART_TRAIN, series, err)))
            return false;
    }
    if (dataset->part[PART_TRAIN].count > 0) return true;
    if (windows)
        return error_set(
            err, ERROR_DATA, "%s has %zu row%s; a window of %zu needs at least %zu",
            table->file[0].name, table->rows, table->rows == 1 ? "" : "s", dataset->sampling.window,
            dataset->sampling.window +
                store_difference(dataset->schema, dataset->schema->input, dataset->schema->inputs));
    return error_set(err, ERROR_DATA, "%s: no samples", table->file[0].name);
}
