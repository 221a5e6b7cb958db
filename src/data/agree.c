/* A schema from a file against the keys of a config: two witnesses that must tell one story, since
 * all that follows believes them both. */
#include "data/dataset.h"

#include "data/corpus.h"
#include "data/describe.h"
#include "data/sampling.h"
#include "data/signs.h"

/* Rows that a column may look back; far beyond any data, far below an overflow. */
static const size_t difference_most = 1000000000;

/* Words of a text; far beyond any, far below what memory holds. */
static const size_t longest_most = (size_t)1 << 24;

static bool disagree(struct error *err, const char *what) {
    return error_set(err, ERROR_CHECKPOINT, "its schema does not fit its config: %s", what);
}

/* A text is all that a row's sample is. */
static bool check_texts(const struct schema *schema, const struct sampling *sampling, bool *text,
                        struct error *err) {
    *text = false;
    for (size_t i = 0; i < schema->columns; i++) *text |= schema->column[i].type == COLUMN_TEXT;
    if (!*text) return true;
    if (schema->inputs != 1 || schema->column[schema->input[0]].type != COLUMN_TEXT ||
        schema->steps != 0 || schema->features != 1 || sampling->layout != LAYOUT_ROWS ||
        sampling->per_step)
        return disagree(err, "a text that is not the only input");
    for (size_t i = 0; i < schema->targets; i++) {
        const struct schema_column *column = &schema->column[schema->target[i]];
        if (column->type == COLUMN_TEXT && (schema->targets > 1 || column->longest > longest_most))
            return disagree(err, "a text for a target");
    }
    return true;
}

/* Two columns of the same symbols. */
static bool check_corpus(const struct schema *schema, struct error *err) {
    bool good = schema->columns == CORPUS_COLUMNS && schema->inputs == 1 && schema->targets == 1 &&
                schema->target_kind == TARGET_CLASS;
    if (!good || schema->input[0] != CORPUS_TEXT || schema->target[0] != CORPUS_NEXT)
        return disagree(err, "columns of a text");
    const struct schema_column *text = &schema->column[CORPUS_TEXT];
    const struct schema_column *next = &schema->column[CORPUS_NEXT];
    if (text->type != COLUMN_CATEGORY || next->type != COLUMN_CATEGORY || !text->index ||
        text->embed > 0 || text->indicator || text->categories != next->categories ||
        next->categories != schema->classes)
        return disagree(err, "symbols of a text");
    return true;
}

static bool check_rows(const struct schema *schema, const struct sampling *sampling, size_t width,
                       struct error *err) {
    size_t product;
    if (schema->steps == 0 || __builtin_mul_overflow(schema->steps, schema->features, &product) ||
        product != width)
        return disagree(err, "steps and features of a row");
    for (size_t i = 0; i < schema->columns; i++)
        if (schema->column[i].difference > 0) return disagree(err, "a difference in layout rows");
    if (sampling->per_step && schema->targets % schema->steps != 0)
        return disagree(err, "targets of a step");
    return true;
}

static bool check_steps(const struct schema *schema, const struct sampling *sampling, size_t width,
                        struct error *err) {
    if (schema->features != width) return disagree(err, "features of a step");
    if (sampling->layout == LAYOUT_WINDOWS && schema->steps != sampling->window)
        return disagree(err, "steps of a window");
    for (size_t i = 0; i < schema->columns; i++)
        if (schema->column[i].difference > difference_most)
            return disagree(err, "a difference without bounds");
    for (size_t i = 0; i < schema->targets; i++)
        if (differences_reach_gap(&schema->column[schema->target[i]], sampling))
            return disagree(err, "a difference that reaches into the gap");
    return true;
}

/* A file to predict on is parted by the schema's delimiter, and its quotes are the config's. */
static bool check_signs(const struct data_options *options, const struct schema *schema,
                        struct error *err) {
    struct signs signs;
    if (!signs_read(&signs, options, err)) {
        err->kind = ERROR_CHECKPOINT;
        return false;
    }
    char delimiter = schema->dialect.delimiter;
    if (delimiter == '\0' || (delimiter != signs.csv.quote && delimiter != signs.csv.comment))
        return true;
    return disagree(err, "a delimiter that is a quote or a comment sign");
}

bool dataset_agrees(const struct data_options *options, const struct schema *schema,
                    struct error *err) {
    struct sampling sampling;
    size_t width = 0, ahead = schema_ahead(schema);
    if (!sampling_find(&sampling, options, err)) {
        err->kind = ERROR_CHECKPOINT;
        return false;
    }
    if (!check_signs(options, schema, err)) return false;
    if ((ahead > 0) != (options->future.count > 0)) return disagree(err, "inputs known ahead");
    for (size_t i = 0; i < schema->inputs; i++) {
        const struct schema_column *column = &schema->column[schema->input[i]];
        width += schema_width(column);
    }
    if (options->text != NULL && !check_corpus(schema, err)) return false;
    bool text;
    if (!check_texts(schema, &sampling, &text, err)) return false;
    if (text) return true;
    return sampling.layout == LAYOUT_ROWS ? check_rows(schema, &sampling, width, err)
                                          : check_steps(schema, &sampling, width, err);
}
