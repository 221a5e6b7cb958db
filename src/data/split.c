/* Which samples a part has: its rows, or sequences, dealt out, then made samples of. */
#include <stdlib.h>

#include "base/memory.h"
#include "data/dates.h"
#include "data/deal.h"
#include "data/groups.h"
#include "data/store.h"

/* What is dealt out: the rows of the files that have no part of their own, or in layout sequences
 * the series of those. They stand before the others. */
struct things {
    struct dataset *dataset;
    const struct data_request *request;
    size_t count;
    unsigned char *part; /* [count] enum part */
};

static bool start_deal(const struct things *t, struct deal *deal, size_t count, bool past_only,
                       const char *name, struct error *err) {
    const struct dataset *dataset = t->dataset;
    return deal_start(deal, dataset->options, t->request, count, past_only,
                      dataset->table.file[0].name, name, err);
}

/* ---- the order of the file ------------------------------------------------------------------- */

/* What a date has given away is not dealt out. */
static bool deal_stretch(const struct things *t, size_t first, size_t end, const char *name,
                         struct error *err) {
    struct deal deal;
    bool windows = t->dataset->sampling.layout == LAYOUT_WINDOWS;
    size_t count = 0, position = 0;
    for (size_t i = first; i < end; i++) count += t->part[i] == PART_TRAIN;
    if (!start_deal(t, &deal, count, windows, name, err)) return false;
    for (size_t i = first; i < end; i++)
        if (t->part[i] == PART_TRAIN) t->part[i] = (unsigned char)deal_part(&deal, position++);
    return true;
}

/* Fractions of windows are taken from each series, counts of rows from the end of all. */
static bool deal_tail(const struct things *t, struct error *err) {
    const struct dataset *dataset = t->dataset;
    const struct data_options *options = dataset->options;
    bool counted = options->validation.form == PART_ROWS || options->test.form == PART_ROWS;
    if (dataset->sampling.layout == LAYOUT_SEQUENCES)
        return deal_stretch(t, 0, t->count, "sequences", err);
    if (dataset->sampling.layout == LAYOUT_ROWS || counted)
        return deal_stretch(t, 0, t->count, "rows", err);
    for (size_t i = 0; i < dataset->series_count; i++) {
        const struct series *series = &dataset->series[i];
        if (series->part == PART_TRAIN && !deal_stretch(t, series->first, series->end, "rows", err))
            return false;
    }
    return true;
}

/* ---- orders that are drawn ------------------------------------------------------------------- */

/* What keeps together is dealt out as one. */
static bool deal_drawn(const struct things *t, const struct groups *groups, struct error *err) {
    struct deal deal;
    if (!start_deal(t, &deal, groups->count, false, groups->name, err)) return false;
    size_t *position = deal_positions(groups->count, groups->stratum, t->request->seed, err);
    if (position == NULL) return false;
    for (size_t i = 0; i < t->count; i++)
        t->part[i] = (unsigned char)deal_part(&deal, position[groups->of[i]]);
    free(position);
    return true;
}

static bool check_drawn(const struct dataset *dataset, struct error *err) {
    const struct data_options *options = dataset->options;
    if (options->split_gap > 0)
        return error_set(err, ERROR_CONFIG, "data.split_gap needs data.split: tail");
    if (dataset->sampling.layout != LAYOUT_WINDOWS || options->split == SPLIT_GROUP) return true;
    for (size_t k = 0; k < dataset->schema->columns; k++)
        if (dataset->schema->column[k].difference > 0)
            return error_set(err, ERROR_CONFIG,
                             "data.columns.%s.difference needs data.split: tail or group; rows "
                             "drawn one by one have no rows of their part before them",
                             dataset->schema->column[k].name);
    return true;
}

static bool deal_things(const struct things *t, struct error *err) {
    const struct dataset *dataset = t->dataset;
    bool dated = dates_used(dataset->options);
    if (dated && !dates_mark(dataset, t->count, t->request->fold > 0, t->part, err)) return false;
    if (dated && t->request->fold == 0) return true;
    if (dataset->options->split == SPLIT_TAIL) return deal_tail(t, err);
    struct groups groups = {0};
    bool ok = check_drawn(dataset, err) && groups_find(&groups, dataset, t->count, err) &&
              deal_drawn(t, &groups, err);
    groups_free(&groups);
    return ok;
}

/* ---- samples --------------------------------------------------------------------------------- */

/* The rows from `first` on that are of one part, up to `end`. */
static size_t run_end(const struct things *t, size_t first, size_t end) {
    size_t row = first + 1;
    while (row < end && t->part[row] == t->part[first]) row++;
    return row;
}

static bool add_run(const struct things *t, const struct series *series, size_t first, size_t end,
                    struct error *err) {
    enum part part = (enum part)t->part[first];
    if (part == PART_NONE) return true;
    return series == NULL ? add_rows(t->dataset, part, first, end, err)
                          : add_windows(t->dataset, part, series, first, end, err);
}

static bool add_runs(const struct things *t, const struct series *series, size_t first, size_t end,
                     struct error *err) {
    for (size_t next; first < end; first = next) {
        next = run_end(t, first, end);
        if (!add_run(t, series, first, next, err)) return false;
    }
    return true;
}

static bool add_series_samples(const struct things *t, size_t i, struct error *err) {
    struct dataset *dataset = t->dataset;
    const struct series *series = &dataset->series[i];
    bool sequences = dataset->sampling.layout == LAYOUT_SEQUENCES, own = series->part != PART_TRAIN;
    /* Folds are what is validated on, so a file for that is put aside. */
    if (t->request->fold > 0 && series->part == PART_VALIDATION) return true;
    if (sequences) {
        enum part part = own ? series->part : (enum part)t->part[i];
        return part == PART_NONE || add_sequence(dataset, part, series, err);
    }
    if (own) return add_windows(dataset, series->part, series, series->first, series->end, err);
    return add_runs(t, series, series->first, series->end, err);
}

static bool add_samples(const struct things *t, struct error *err) {
    struct dataset *dataset = t->dataset;
    if (dataset->sampling.layout != LAYOUT_ROWS) {
        for (size_t i = 0; i < dataset->series_count; i++)
            if (!add_series_samples(t, i, err)) return false;
        return true;
    }
    if (!add_runs(t, NULL, 0, t->count, err)) return false;
    for (size_t f = 0; f < dataset->table.files; f++) {
        const struct table_file *file = &dataset->table.file[f];
        enum part part = dataset->file_part[f];
        if (part == PART_TRAIN || (part == PART_VALIDATION && t->request->fold > 0)) continue;
        if (!add_rows(dataset, part, file->first, file->first + file->rows, err)) return false;
    }
    return true;
}

/* ---- what came of it ------------------------------------------------------------------------- */

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
    /* Enough of them, but a window stays within a series, a file and what has values. */
    const char *together = have < need ? "" : " that follow each other";
    if (s->per_step)
        return error_set(
            err, ERROR_DATA, "%s%s has %zu row%s; a window of %zu needs at least %zu%s", file,
            whole ? "" : ": the training part", have, text_plural(have), s->window, need, together);
    return error_set(err, ERROR_DATA,
                     "%s%s has %zu row%s; a window of %zu and a horizon of %zu need at least %zu%s",
                     file, whole ? "" : ": the training part", have, text_plural(have), s->window,
                     s->horizon, need, together);
}

static bool check_part(const struct dataset *dataset, enum part p, const char *name,
                       struct error *err) {
    if (dataset->part[p].count > 0) return true;
    if (dataset->sampling.layout == LAYOUT_WINDOWS)
        return complain_of_windows(dataset, p, name, err);
    return error_set(err, ERROR_DATA, "%s: the %s part has no samples (of %zu rows in all)",
                     dataset->table.file[0].name, name, dataset->table.rows);
}

static size_t count_things(const struct dataset *dataset) {
    size_t count = 0;
    if (dataset->sampling.layout == LAYOUT_SEQUENCES) {
        for (size_t i = 0; i < dataset->series_count; i++)
            count += dataset->series[i].part == PART_TRAIN;
        return count;
    }
    for (size_t f = 0; f < dataset->table.files; f++)
        if (dataset->file_part[f] == PART_TRAIN) count += dataset->table.file[f].rows;
    return count;
}

bool split_samples(struct dataset *dataset, const struct data_request *request, struct error *err) {
    const struct data_options *options = dataset->options;
    struct things t = {dataset, request, count_things(dataset), NULL};
    t.part = memory_take(t.count, sizeof *t.part, "parts of the data", err);
    bool ok = t.part != NULL && deal_things(&t, err) && add_samples(&t, err);
    free(t.part);
    bool validated = options->validation.form != PART_UNSET || request->fold > 0;
    return ok && check_part(dataset, PART_TRAIN, "training", err) &&
           (!validated || check_part(dataset, PART_VALIDATION, "validation", err)) &&
           (options->test.form == PART_UNSET || check_part(dataset, PART_TEST, "test", err));
}
