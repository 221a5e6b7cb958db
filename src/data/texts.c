/* Columns of texts: a sample is one text, its steps are its characters or words, each an id. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/store.h"
#include "data/token.h"

static enum token_unit unit_of(const struct schema_column *column) {
    return column->words ? TOKEN_WORD : TOKEN_CHARACTER;
}

static const char *text_at(const struct dataset *dataset, size_t k, size_t row) {
    const struct table_column *column = &dataset->table.column[dataset->at[k]];
    return column->texts + column->text[row];
}

/* An empty text that is no error has one token, which is not known. */
static bool check_texts(const struct dataset *dataset, size_t k, struct error *err) {
    const struct schema_column *column = &dataset->schema->column[k];
    if (column->missing != MISSING_ERROR) return true;
    for (size_t row = 0; row < dataset->table.rows; row++)
        if (*text_at(dataset, k, row) == '\0')
            return error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                            "column \"%s\": missing value (the field is empty); data.missing says "
                            "what to do about it",
                            column->name);
    return true;
}

bool dataset_is_blank(const struct dataset *dataset, size_t sample) {
    size_t k = dataset->schema->input[0];
    if (dataset->options->pairs.count == 0) return false;
    return *text_at(dataset, k, store_sample(dataset, PART_TRAIN, sample).row) == '\0';
}

/* ---- vocabulary ------------------------------------------------------------------------------ */

struct count {
    const char *text;
    size_t times;
};

static int by_times(const void *a, const void *b) {
    const struct count *x = a, *y = b;
    if (x->times != y->times) return x->times > y->times ? -1 : 1;
    return strcmp(x->text, y->text);
}

struct counting {
    struct dictionary dictionary;
    struct count *count; /* [capacity] */
    size_t capacity;
};

static bool count_text(struct counting *c, const struct schema_column *column, const char *text,
                       struct error *err) {
    struct token token;
    size_t number, before;
    for (size_t i = 0; i < column->max_length && token_next(&text, unit_of(column), &token); i++) {
        before = c->dictionary.count;
        if (!dictionary_add(&c->dictionary, token.bytes, token.length, &number, err) ||
            !memory_grow(&c->count, &c->capacity, number + 1, sizeof *c->count, "words", err))
            return false;
        if (number == before) c->count[number] = (struct count){c->dictionary.text[number], 0};
        c->count[number].times++;
    }
    return true;
}

static bool keep_words(struct schema_column *column, const struct count *count, size_t words,
                       struct error *err) {
    column->category = memory_take(words, sizeof *column->category, "words", err);
    for (size_t i = 0; column->category != NULL && i < words; i++) {
        column->category[i] = memory_text(count[i].text, err);
        if (column->category[i] == NULL) return false;
        column->categories++;
    }
    return column->category != NULL;
}

static bool count_column(struct counting *counting, const struct dataset *dataset, size_t k,
                         struct error *err) {
    const struct part_samples *train = &dataset->part[PART_TRAIN];
    for (size_t i = 0; i < train->ranges; i++)
        for (size_t row = train->range[i].first; row < train->range[i].end; row++)
            if (!count_text(counting, &dataset->schema->column[k], text_at(dataset, k, row), err))
                return false;
    return true;
}

/* The tokens of the training part, the most frequent first. */
static bool find_vocabulary(struct dataset *dataset, size_t k, struct error *err) {
    struct schema_column *column = &dataset->own.column[k];
    const struct column_options *settings = data_column(dataset->options, column->name);
    struct counting counting = {0};
    bool shared = dataset->options->shared_vocabulary != 0, ok = true;
    for (size_t i = 0; ok && i < dataset->own.columns; i++)
        if (i == k || (shared && dataset->own.column[i].type == COLUMN_TEXT))
            ok = count_column(&counting, dataset, i, err);
    size_t words = counting.dictionary.count;
    if (ok && words > 0) qsort(counting.count, words, sizeof *counting.count, by_times);
    while (ok && words > 0 && counting.count[words - 1].times < data_least(settings)) words--;
    if (ok && words == 0)
        ok = error_set(err, ERROR_DATA, "%s: column \"%s\" has no %s in the training part",
                       dataset->table.file[0].name, column->name,
                       column->words ? "word" : "character");
    ok = ok && keep_words(column, counting.count, words, err);
    dictionary_free(&counting.dictionary);
    free(counting.count);
    return ok;
}

/* ---- ids ------------------------------------------------------------------------------------- */

struct numbering {
    const struct schema_column *column;
    struct dictionary dictionary;
    float *id; /* [capacity] */
    size_t length, capacity;
    size_t unknown; /* tokens */
};

static bool add_id(struct numbering *n, size_t number, struct error *err) {
    bool known = number < n->dictionary.count;
    if (!memory_grow(&n->id, &n->capacity, n->length + 1, sizeof *n->id, "texts", err))
        return false;
    n->id[n->length++] = (float)(known ? number + ID_FIRST : ID_UNKNOWN);
    return true;
}

/* A sample has at least one step, so that a text without tokens is one unknown. */
static bool number_text(struct numbering *n, const char *text, struct token *missed,
                        struct error *err) {
    struct token token;
    size_t first = n->length;
    *missed = (struct token){NULL, 0};
    while (n->length - first < n->column->max_length &&
           token_next(&text, unit_of(n->column), &token)) {
        size_t number = dictionary_find(&n->dictionary, token.bytes, token.length);
        if (number == n->dictionary.count) {
            n->unknown++;
            if (missed->bytes == NULL) *missed = token;
        }
        if (!add_id(n, number, err)) return false;
    }
    return n->length > first || add_id(n, n->dictionary.count, err);
}

static size_t *take_first(struct dataset *dataset, size_t k, struct error *err) {
    size_t columns = dataset->schema->columns;
    if (dataset->text_first == NULL) {
        dataset->text_first = memory_take(columns, sizeof *dataset->text_first, "texts", err);
        dataset->unknown_tokens =
            memory_take(columns, sizeof *dataset->unknown_tokens, "texts", err);
        if (dataset->text_first == NULL || dataset->unknown_tokens == NULL) return NULL;
    }
    return dataset->text_first[k] =
               memory_take(dataset->table.rows + 1, sizeof *dataset->text_first[k], "texts", err);
}

static bool number_rows(struct dataset *dataset, size_t k, struct numbering *n, struct error *err) {
    size_t rows = dataset->table.rows, number;
    size_t *first = take_first(dataset, k, err);
    if (first == NULL) return false;
    for (size_t i = 0; i < n->column->categories; i++)
        if (!dictionary_add(&n->dictionary, n->column->category[i], strlen(n->column->category[i]),
                            &number, err))
            return false;
    for (size_t row = 0; row < rows; row++) {
        struct token missed;
        if (!number_text(n, text_at(dataset, k, row), &missed, err)) return false;
        first[row + 1] = n->length;
        if (missed.bytes != NULL && !n->column->ignore_unknown)
            return error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                            "column \"%s\": \"%.*s\" is not among the training part's %s",
                            n->column->name, missed.length < 60 ? (int)missed.length : 60,
                            missed.bytes, n->column->words ? "words" : "characters");
    }
    return true;
}

/* How long a text can be that is to be written; and its words and its end are classes. */
static void note_lengths(struct dataset *dataset, size_t k) {
    struct schema_column *column = &dataset->own.column[k];
    const struct part_samples *train = &dataset->part[PART_TRAIN];
    for (size_t i = 0; i < train->ranges; i++)
        for (size_t row = train->range[i].first; row < train->range[i].end; row++) {
            size_t length = store_ids_count(dataset, k, row);
            if (length > column->longest) column->longest = length;
        }
    if (schema_writes(&dataset->own) && dataset->own.target[0] == k)
        dataset->own.classes = column->categories + ID_FIRST;
}

float *take_texts(struct dataset *dataset, size_t k, struct error *err) {
    if (!check_texts(dataset, k, err) ||
        (!dataset->predicting && !find_vocabulary(dataset, k, err)))
        return NULL;
    struct numbering n = {.column = &dataset->schema->column[k]};
    bool ok = number_rows(dataset, k, &n, err);
    dictionary_free(&n.dictionary);
    if (ok) {
        dataset->unknown_tokens[k] = n.unknown;
        if (!dataset->predicting) note_lengths(dataset, k);
        return n.id;
    }
    free(n.id);
    return NULL;
}

void report_texts(const struct dataset *dataset, struct text *to) {
    const struct schema *schema = dataset->schema;
    for (size_t k = 0; k < schema->columns; k++) {
        const struct schema_column *column = &schema->column[k];
        if (column->type != COLUMN_TEXT) continue;
        const char *unit = column->words ? "word" : "character";
        text_add(to, "texts: column \"");
        text_add_safe(to, column->name);
        text_format(to, "\", %zu different %ss, ids %d to %zu", column->categories, unit, ID_FIRST,
                    column->categories + ID_FIRST - 1);
        if (dataset->at[k] != SIZE_MAX && dataset->unknown_tokens[k] > 0)
            text_format(to, "; %zu of %zu %ss are not known and have id %d",
                        dataset->unknown_tokens[k], dataset->text_first[k][dataset->table.rows],
                        unit, ID_UNKNOWN);
        text_add(to, "\n");
    }
}
