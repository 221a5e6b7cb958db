/* Where each part comes from, with counts per class. */
#include <stdlib.h>

#include "base/memory.h"
#include "data/store.h"

static const char *things(const struct dataset *dataset) {
    if (dataset->carry != CARRY_NONE) return "chunk";
    return dataset->sampling.layout == LAYOUT_WINDOWS ? "window" : "sequence";
}

static void report_drawn(const struct data_options *options, const struct param_part *origin,
                         struct text *to) {
    static const char *const how[] = {[SPLIT_RANDOM] = "drawn at random",
                                      [SPLIT_STRATIFIED] = "the same share of each class",
                                      [SPLIT_GROUP] = "whole groups, drawn at random"};
    if (origin->form == PART_FRACTION)
        text_format(to, " (%g %%, %s)", origin->fraction * 100, how[options->split]);
    if (origin->form == PART_ROWS) text_format(to, " (%s)", how[options->split]);
}

/* The test part is the last of the rows, the validation part what stands before it. */
static void report_origin(const struct data_options *options, const struct param_part *origin,
                          bool before_test, struct text *to) {
    const char *tail = before_test ? "before the test part" : "before shuffling";
    if (options->split != SPLIT_TAIL && origin->form != PART_FILE) {
        report_drawn(options, origin, to);
        return;
    }
    if (origin->form == PART_FRACTION)
        text_format(to, " (the last %g %%%s %s)", origin->fraction * 100, before_test ? "" : ",",
                    tail);
    if (origin->form == PART_FROM) {
        text_add(to, " (from ");
        text_add_safe(to, origin->from);
        text_format(to, " on%s)", before_test ? ", before the test part" : "");
    }
    if (origin->form == PART_ROWS)
        text_format(to, " (the last%s %s)", before_test ? "" : ",", tail);
    if (origin->form != PART_FILE) return;
    text_add(to, " (");
    text_add_safe(to, origin->file);
    if (origin->other != NULL) {
        text_add(to, ", ");
        text_add_safe(to, origin->other);
    }
    text_add(to, ")");
}

void count_classes(const struct dataset *dataset, enum part p, size_t *count) {
    const float *value = dataset->level[dataset->schema->target[0]];
    const struct part_samples *part = &dataset->part[p];
    const struct sampling *s = &dataset->sampling;
    for (size_t i = 0; i < part->count; i++) {
        struct sample sample = store_answered(dataset, store_sample(dataset, p, i));
        size_t first = s->per_step ? sample.row : store_target_row(dataset, sample);
        size_t rows = s->per_step && s->layout != LAYOUT_ROWS ? sample.length : 1;
        for (size_t row = first; row < first + rows; row++) count[(size_t)value[row]]++;
    }
}

static void report_classes(const struct dataset *dataset, enum part p, struct text *to) {
    const struct schema *schema = dataset->schema;
    const struct schema_column *column = &schema->column[schema->target[0]];
    struct error ignored;
    size_t *count = memory_take(column->categories, sizeof *count, "classes", &ignored);
    if (count == NULL) {
        to->failed = true;
        return;
    }
    count_classes(dataset, p, count);
    text_add(to, "; classes ");
    for (size_t c = 0; c < column->categories && c < 20; c++) {
        if (c > 0) text_add(to, ", ");
        text_add_safe(to, column->category[c]);
        text_format(to, ": %zu", count[c]);
    }
    if (column->categories > 20) text_format(to, ", ... (%zu classes)", column->categories);
    free(count);
}

/* Rows of the files before those of a part. */
static size_t rows_before(const struct dataset *dataset, enum part p) {
    size_t rows = 0;
    for (size_t f = 0; f < dataset->table.files && dataset->file_part[f] != p; f++)
        rows += dataset->table.file[f].rows;
    return rows;
}

static void report_part(const struct dataset *dataset, enum part p, const char *name,
                        const struct param_part *origin, struct text *to) {
    const struct part_samples *part = &dataset->part[p];
    if (part->ranges == 0) return;
    size_t rows = 0;
    for (size_t i = 0; i < part->ranges; i++) rows += part->range[i].end - part->range[i].first;
    size_t first = part->range[0].first, end = part->range[part->ranges - 1].end;
    /* A part that is a file counts its rows by itself. */
    size_t before = origin->form == PART_FILE ? rows_before(dataset, p) : 0;
    text_format(to, "%s: ", name);
    if (end - first == rows)
        text_format(to, "rows %zu–%zu", first + 1 - before, end - before);
    else if (dataset->options->split == SPLIT_TAIL)
        text_format(to, "%zu rows of %zu series", rows, part->ranges);
    else
        text_format(to, "%zu rows between %zu and %zu", rows, first + 1 - before, end - before);
    bool before_test = p == PART_VALIDATION && dataset->part[PART_TEST].count > 0 &&
                       dataset->options->test.form != PART_FILE;
    report_origin(dataset->options, origin, before_test, to);
    if (dataset->sampling.layout != LAYOUT_ROWS)
        text_format(to, ", %zu %s%s", part->count, things(dataset), text_plural(part->count));
    if (dataset->sampling.layout == LAYOUT_SEQUENCES)
        text_format(to, " of at most %zu step%s", part->longest, text_plural(part->longest));
    if (dataset->schema->target_kind == TARGET_CLASS && !schema_writes(dataset->schema) &&
        dataset->targets && !dataset->predicting)
        report_classes(dataset, p, to);
    text_add(to, "\n");
}

static void report_folds(const struct dataset *dataset, struct text *to) {
    static const char *const how[] = {[SPLIT_TAIL] = "consecutive rows or sequences",
                                      [SPLIT_RANDOM] = "drawn at random",
                                      [SPLIT_STRATIFIED] = "the same share of each class",
                                      [SPLIT_GROUP] = "whole groups, drawn at random"};
    const struct data_options *options = dataset->options;
    bool windows = dataset->sampling.layout == LAYOUT_WINDOWS;
    if (options->cross_validation == PARAM_NO_COUNT) return;
    text_format(to, "cross-validation: %zu folds, %s, then the training whose model is kept\n",
                options->cross_validation,
                windows && options->split == SPLIT_TAIL ? "each trained on the rows before it"
                                                        : how[options->split]);
}

void report_parts(const struct dataset *dataset, struct text *to) {
    static const struct param_part none = {.form = PART_UNSET};
    const struct data_options *options = dataset->options;
    if (dataset->predicting) {
        report_part(dataset, PART_TRAIN, "input", &none, to);
        return;
    }
    report_part(dataset, PART_TRAIN, "train", &none, to);
    report_part(dataset, PART_VALIDATION, "validation", &options->validation, to);
    report_part(dataset, PART_TEST, "test", &options->test, to);
    report_folds(dataset, to);
    if (options->split_gap > 0)
        text_format(to, "the last %zu row%s before another part %s left out (data.split_gap)\n",
                    options->split_gap, text_plural(options->split_gap),
                    options->split_gap == 1 ? "is" : "are");
    bool windows = dataset->sampling.layout == LAYOUT_WINDOWS;
    bool drawn = options->split == SPLIT_RANDOM || options->split == SPLIT_STRATIFIED;
    if (windows && drawn)
        text_add(to, "warning: windows drawn at random share input rows with their neighbours in "
                     "other parts, which flatters what is measured there; split tail or group does "
                     "not\n");
}
