#include "data/corpus_vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/corpus.h"

/* No symbol looks like it: < is a word by itself. */
static const char unknown_name[] = "<unknown>";

struct symbol {
    const char *text;
    size_t number, times;
};

static int by_times(const void *a, const void *b) {
    const struct symbol *x = a, *y = b;
    if (x->times != y->times) return x->times > y->times ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* All symbols, those of the training part first. */
static struct symbol *count_symbols(const struct dataset *dataset, struct error *err) {
    const struct dictionary *all = &dataset->table.column[CORPUS_TEXT].dictionary;
    const struct part_samples *train = &dataset->part[PART_TRAIN];
    const float *value = dataset->table.column[CORPUS_TEXT].value;
    struct symbol *symbol = memory_take(all->count, sizeof *symbol, "a vocabulary", err);
    if (symbol == NULL) return NULL;
    for (size_t i = 0; i < all->count; i++) symbol[i] = (struct symbol){all->text[i], i, 0};
    for (size_t i = 0; i < train->ranges; i++)
        for (size_t row = train->range[i].first; row < train->range[i].end; row++)
            symbol[(size_t)value[row]].times++;
    qsort(symbol, all->count, sizeof *symbol, by_times);
    return symbol;
}

static bool set_column(struct schema_column *column, const char *name, const struct symbol *symbol,
                       size_t known, struct error *err) {
    *column = (struct schema_column){.name = memory_text(name, err),
                                     .type = COLUMN_CATEGORY,
                                     .spread = 1,
                                     .index = true,
                                     .ignore_unknown = true};
    column->category = memory_take(known + 1, sizeof *column->category, "a vocabulary", err);
    for (size_t i = 0; column->category != NULL && i <= known; i++) {
        const char *text = i == CORPUS_UNKNOWN ? unknown_name : symbol[i - 1].text;
        column->category[i] = memory_text(text, err);
        if (column->category[i] == NULL) return false;
        column->categories++;
    }
    return column->name != NULL && column->category != NULL;
}

static bool set_schema(struct schema *schema, const struct symbol *symbol, size_t known,
                       struct error *err) {
    schema->column = memory_take(CORPUS_COLUMNS, sizeof *schema->column, "columns", err);
    schema->input = memory_take(1, sizeof *schema->input, "columns", err);
    schema->target = memory_take(1, sizeof *schema->target, "columns", err);
    if (schema->column == NULL || schema->input == NULL || schema->target == NULL) return false;
    schema->columns = CORPUS_COLUMNS;
    schema->inputs = schema->targets = schema->features = 1;
    schema->input[0] = CORPUS_TEXT;
    schema->target[0] = CORPUS_NEXT;
    schema->target_kind = TARGET_CLASS;
    schema->classes = known + 1;
    for (size_t k = 0; k < CORPUS_COLUMNS; k++)
        if (!set_column(&schema->column[k], corpus_column[k], symbol, known, err)) return false;
    return true;
}

static bool number_rows(struct dataset *dataset, const struct symbol *symbol, size_t known,
                        struct error *err) {
    struct table_column *column = &dataset->table.column[CORPUS_TEXT];
    float *number = memory_take(column->dictionary.count, sizeof *number, "a vocabulary", err);
    if (number == NULL) return false;
    for (size_t i = 0; i < known; i++) number[symbol[i].number] = (float)(i + 1);
    for (size_t row = 0; row < dataset->table.rows; row++) {
        column->value[row] = number[(size_t)column->value[row]];
        dataset->unknown_tokens[CORPUS_TEXT] += column->value[row] == (float)CORPUS_UNKNOWN;
    }
    free(number);
    return true;
}

bool corpus_settle(struct dataset *dataset, struct error *err) {
    size_t known = dataset->table.column[CORPUS_TEXT].dictionary.count;
    size_t least = dataset->options->min_count != PARAM_NO_COUNT ? dataset->options->min_count : 1;
    struct symbol *symbol = count_symbols(dataset, err);
    while (symbol != NULL && known > 0 && symbol[known - 1].times < least) known--;
    bool ok = symbol != NULL && set_schema(&dataset->own, symbol, known, err) &&
              number_rows(dataset, symbol, known, err);
    free(symbol);
    return ok;
}

bool corpus_list(const struct schema *schema, struct dictionary *to, struct error *err) {
    const struct schema_column *column = &schema->column[CORPUS_TEXT];
    for (size_t i = 0; i < column->categories; i++) {
        size_t number;
        if (!dictionary_add(to, column->category[i], strlen(column->category[i]), &number, err))
            return false;
    }
    return true;
}
