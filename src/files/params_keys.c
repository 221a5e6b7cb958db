/* The tables as a list of dotted keys, for those who complete them. */
#include <string.h>

#include "files/params.h"

static void add_values(const struct param *row, struct text *to) {
    if (row->word != NULL) text_format(to, " %s", row->word);
    if (row->type == PARAM_BOOL) text_add(to, " true false");
    for (size_t i = 0; row->choices != NULL && row->choices[i] != NULL; i++)
        text_format(to, " %s", row->choices[i]);
    for (const struct kind *kind = row->kinds; kind != NULL && kind->name != NULL; kind++)
        text_format(to, " %s", kind->name);
}

/* What a row's own keys hang on: "train.optimizer.adam.", "data.generate.". */
static void add_below(const struct param *row, const char *path, struct text *to) {
    if (row->type == PARAM_SECTION) params_keys(row->rows, path, to);
    if (row->type != PARAM_KIND) return;
    for (const struct kind *kind = row->kinds; kind->name != NULL; kind++) {
        struct text inner = {0};
        text_add(&inner, path);
        if (row->selector == NULL) text_format(&inner, "%s.", kind->name);
        if (inner.failed) to->failed = true;
        if (!inner.failed) params_keys(kind->params, inner.bytes, to);
        text_free(&inner);
    }
}

static void add_row(const struct param *row, const char *prefix, struct text *to) {
    struct text path = {0};
    text_format(&path, "%s%s", prefix, row->key);
    if (row->selector != NULL && row->type == PARAM_KIND) text_format(&path, ".%s", row->selector);
    if (row->type != PARAM_SECTION && !path.failed) {
        text_add(to, path.bytes);
        add_values(row, to);
        text_add(to, "\n");
    }
    text_free(&path);
    text_format(&path, "%s%s.", prefix, row->key);
    if (path.failed) to->failed = true;
    if (!path.failed) add_below(row, path.bytes, to);
    text_free(&path);
}

void params_keys(const struct param *rows, const char *prefix, struct text *to) {
    for (const struct param *row = rows; row != NULL && row->key != NULL; row++)
        if (!row->inlined) add_row(row, prefix, to);
}
