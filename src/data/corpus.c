#include "data/corpus.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/corpus_vocabulary.h"
#include "data/deal.h"
#include "data/plain.h"
#include "data/store.h"
#include "data/token.h"

const char *const corpus_column[CORPUS_COLUMNS] = {"text", "next"};

/* ---- symbols --------------------------------------------------------------------------------- */

static enum token_unit unit_of(bool words) {
    return words ? TOKEN_WORD_OR_LINE : TOKEN_CHARACTER;
}

static const char *unit_name(const struct dataset *dataset) {
    return dataset->options->unit == UNIT_WORD ? "word" : "character";
}

struct symbols {
    struct dictionary *dictionary;
    bool fixed; /* what the dictionary does not have is unknown; else it is added */
    size_t unknown;
    float *value;
    size_t count, capacity;
};

static bool add_text(struct symbols *s, bool words, const char *text, struct error *err) {
    struct token token;
    while (token_next(&text, unit_of(words), &token)) {
        size_t number;
        if (s->fixed) {
            number = dictionary_find(s->dictionary, token.bytes, token.length);
            if (number == s->dictionary->count) number = CORPUS_UNKNOWN, s->unknown++;
        } else if (!dictionary_add(s->dictionary, token.bytes, token.length, &number, err))
            return false;
        if (!memory_grow(&s->value, &s->capacity, s->count + 1, sizeof *s->value, "a text", err))
            return false;
        s->value[s->count++] = (float)number;
    }
    return true;
}

/* A file's symbols after those that are there, as a file of the table. */
static bool add_file(struct dataset *dataset, struct symbols *s, const char *path, enum part part,
                     struct error *err) {
    char *text = plain_read(path, err);
    size_t before = s->count;
    bool ok = text != NULL && table_add_file(&dataset->table, path, err) &&
              add_text(s, dataset->options->unit == UNIT_WORD, text, err);
    free(text);
    dataset->table.column[CORPUS_TEXT].value = s->value;
    dataset->table.rows = s->count;
    if (!ok) return false;
    dataset->table.file[dataset->table.files - 1].rows = s->count - before;
    if (s->count - before < 2)
        return error_set(err, ERROR_DATA, "%s has %zu %s%s; a language model needs at least 2",
                         path, s->count - before, unit_name(dataset),
                         text_plural(s->count - before));
    return note_part(dataset, part, err);
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* Symbols first..end-1 are predicted, each from the one before it, in whatever part that is. */
static bool add_stretch(struct dataset *dataset, enum part p, size_t first, size_t end,
                        const struct table_file *file, struct error *err) {
    size_t from = first > file->first ? first - 1 : first;
    if (first >= end) return true;
    struct span span = {.first = from,
                        .count = 1,
                        .stride = 1,
                        .length = end - 1 - from,
                        .end = file->first + file->rows};
    return add_range(&dataset->part[p], first, end, err) && add_span(&dataset->part[p], span, err);
}

static bool split(struct dataset *dataset, const struct data_request *request, struct error *err) {
    const struct table_file *file = &dataset->table.file[0];
    struct text unit = {0};
    struct deal deal;
    text_format(&unit, "%ss", unit_name(dataset));
    bool ok = deal_start(&deal, dataset->options, request, file->rows, true, file->name,
                         unit.bytes != NULL ? unit.bytes : "symbols", err);
    text_free(&unit);
    if (!ok) return false;
    ok = add_stretch(dataset, PART_TRAIN, 0, deal.validation, file, err) &&
         add_stretch(dataset, PART_VALIDATION, deal.validation, deal.validation_end, file, err) &&
         add_stretch(dataset, PART_TEST, deal.test, deal.count, file, err);
    for (size_t f = 1; ok && f < dataset->table.files; f++) {
        file = &dataset->table.file[f];
        ok = add_stretch(dataset, dataset->file_part[f], file->first, file->first + file->rows,
                         file, err);
    }
    if (!ok || dataset->part[PART_TRAIN].count > 0) return ok;
    return error_set(err, ERROR_DATA, "%s: the training part has %zu %s, too few to predict one",
                     dataset->table.file[0].name, deal.validation, unit_name(dataset));
}

/* ---- both together --------------------------------------------------------------------------- */

static bool start(struct dataset *dataset, struct error *err) {
    if (!table_start(&dataset->table, 1, err)) return false;
    struct table_column *column = &dataset->table.column[CORPUS_TEXT];
    column->keep = KEEP_CATEGORY;
    column->name = memory_text(corpus_column[CORPUS_TEXT], err);
    dataset->unknown_tokens =
        memory_take(CORPUS_COLUMNS, sizeof *dataset->unknown_tokens, "columns", err);
    dataset->kept = 1;
    dataset->targets = true;
    return column->name != NULL && dataset->unknown_tokens != NULL;
}

/* What the model sees of a symbol's row: its number, and the next one's. */
static bool connect(struct dataset *dataset, struct error *err) {
    const float *value = dataset->table.column[CORPUS_TEXT].value;
    dataset->at = memory_take(CORPUS_COLUMNS, sizeof *dataset->at, "columns", err);
    dataset->level = memory_take(CORPUS_COLUMNS, sizeof *dataset->level, "columns", err);
    if (dataset->at == NULL || dataset->level == NULL) return false;
    dataset->at[CORPUS_NEXT] = SIZE_MAX;
    dataset->level[CORPUS_TEXT] = (float *)value;
    dataset->level[CORPUS_NEXT] = (float *)value + 1;
    return true;
}

static bool check_keys(const struct data_options *options, const struct data_request *request,
                       struct error *err) {
    const struct data_given other[] = {
        {"csv", options->csv.count > 0},
        {"generate", options->generate.kind != NULL},
        {"inputs", options->inputs.count > 0},
        {"targets", options->targets.count > 0},
        {"ignore", options->ignore.count > 0},
        {"columns", options->columns.count > 0},
        {"time", options->time != NULL},
        {"cross_validation", options->cross_validation != PARAM_NO_COUNT},
        {"split", options->split != SPLIT_TAIL},
        {"split_gap", options->split_gap > 0},
        {"encoding", options->encoding != CHARSET_UTF8},
    };
    if (!data_excludes(other, sizeof other / sizeof *other, "text", err)) return false;
    if (options->validation.form == PART_FROM || options->test.form == PART_FROM)
        return error_set(err, ERROR_CONFIG,
                         "data.%s: a text has no dates; write a fraction, a count or a file",
                         options->validation.form == PART_FROM ? "validation" : "test");
    if (request->target == TARGET_NUMBER)
        return error_set(
            err, ERROR_CONFIG,
            "data.text has symbols to predict, which are classes, but train.loss is for "
            "numbers; leave it out");
    return request->weights.column == NULL ||
           error_set(err, ERROR_CONFIG, "train.sample_weight: a text has no such column");
}

bool corpus_read(struct dataset *dataset, const struct data_request *request, struct error *err) {
    const struct data_options *options = dataset->options;
    const struct param_part *parts[PART_COUNT] = {NULL, &options->validation, &options->test};
    if (!check_keys(options, request, err) || !start(dataset, err)) return false;
    struct symbols s = {.dictionary = &dataset->table.column[CORPUS_TEXT].dictionary};
    bool ok = add_file(dataset, &s, options->text, PART_TRAIN, err);
    for (enum part p = PART_VALIDATION; ok && p < PART_COUNT; p++)
        if (parts[p]->form == PART_FILE) ok = add_file(dataset, &s, parts[p]->file, p, err);
    dataset->schema = &dataset->own;
    return ok && split(dataset, request, err) && corpus_settle(dataset, err) &&
           connect(dataset, err);
}

bool corpus_read_input(struct dataset *dataset, const char *path, struct error *err) {
    struct dictionary known = {0};
    if (!start(dataset, err)) return false;
    struct symbols s = {.dictionary = &known, .fixed = true};
    bool ok = corpus_list(dataset->schema, &known, err) &&
              add_file(dataset, &s, path, PART_TRAIN, err) &&
              add_stretch(dataset, PART_TRAIN, 0, s.count, &dataset->table.file[0], err) &&
              connect(dataset, err);
    dictionary_free(&known);
    if (ok) dataset->unknown_tokens[CORPUS_TEXT] = s.unknown;
    return ok;
}

bool corpus_encode(const struct schema *schema, bool words, const char *text, size_t **symbol,
                   size_t *count, size_t *unknown, struct error *err) {
    struct dictionary known = {0};
    struct symbols s = {.dictionary = &known, .fixed = true};
    *symbol = NULL;
    bool ok = corpus_list(schema, &known, err) && add_text(&s, words, text, err) &&
              (*symbol = memory_take(s.count, sizeof **symbol, "a text", err)) != NULL;
    for (size_t i = 0; ok && i < s.count; i++) (*symbol)[i] = (size_t)s.value[i];
    *count = s.count;
    *unknown = s.unknown;
    dictionary_free(&known);
    free(s.value);
    return ok;
}
