#include "tools/generation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/corpus.h"
#include "run/continuation.h"
#include "tools/cli.h"

struct text_writer {
    struct continuation continuation;
    const struct schema *schema;
    bool words;
    bool glued; /* what comes next stands without a blank */
};

/* ---- what is printed -------------------------------------------------------------------------- */

/* Signs that follow a word without a blank, and those that are followed without one. */
static bool is_one_of(const char *symbol, const char *signs) {
    return symbol[1] == '\0' && strchr(signs, symbol[0]) != NULL;
}

static bool print_symbol(struct text_writer *w, const char *symbol, struct error *err) {
    bool blank = w->words && !w->glued && !is_one_of(symbol, ".,;:!?)]}%\n");
    w->glued = is_one_of(symbol, "([{\n");
    if (blank && fwrite(" ", 1, 1, stdout) != 1) return cli_print(" ", 1, err);
    return cli_print(symbol, strlen(symbol), err);
}

/* ---- what is read ----------------------------------------------------------------------------- */

static void read_symbol(struct text_writer *w, size_t symbol) {
    continuation_read(&w->continuation, symbol + ID_FIRST);
}

/* The symbol that stands for the beginning of a text. */
static size_t first_symbol(const struct schema *schema) {
    const struct schema_column *column = &schema->column[CORPUS_TEXT];
    for (size_t i = CORPUS_UNKNOWN + 1; i < column->categories; i++)
        if (strcmp(column->category[i], "\n") == 0) return i;
    return column->categories > 1 ? CORPUS_UNKNOWN + 1 : CORPUS_UNKNOWN;
}

static bool read_prompt(struct text_writer *w, const struct generation *g, struct error *err) {
    size_t *symbol = NULL, count = 0, unknown = 0;
    const char *prompt = g->prompt != NULL ? g->prompt : "";
    size_t length = strlen(prompt);
    if (text_utf8_fault(prompt, length) != length)
        return error_set(err, ERROR_CONFIG, "--prompt: expected UTF-8");
    if (!corpus_encode(w->schema, w->words, prompt, &symbol, &count, &unknown, err)) return false;
    if (count == 0) read_symbol(w, first_symbol(w->schema));
    for (size_t i = 0; i < count; i++) read_symbol(w, symbol[i]);
    free(symbol);
    if (unknown > 0 && !g->quiet)
        (void)fprintf(stderr, "rnnpredict: %zu of the prompt's %zu symbols are not known\n",
                      unknown, count);
    w->glued = length == 0 || strchr(" \t\n([{", prompt[length - 1]) != NULL;
    return cli_print(prompt, length, err);
}

/* ---- the run ---------------------------------------------------------------------------------- */

static bool check_model(const struct config *config, struct error *err) {
    const struct param_kinds *layers = &config->model.layers;
    if (config->data.text == NULL)
        return error_set(err, ERROR_CONFIG,
                         "--generate needs a model of data.text; this one reads tables");
    for (size_t i = 0; i < layers->count; i++) {
        const char *kind = layers->item[i].kind->name;
        if (strcmp(kind, "bidirectional") == 0 ||
            model_given(&layers->item[i], "go_backwards") == 1)
            return error_set(err, ERROR_CONFIG,
                             "--generate: the model has a layer (%s) that reads a text from its "
                             "end, which is not written yet",
                             kind);
    }
    return true;
}

/* The engine's model and plan, but none of its batches. */
static bool set_up(struct text_writer *w, struct predictor *p, const struct generation *g,
                   struct error *err) {
    const struct config *config = &p->checkpoint.config;
    struct engine *e = &p->engine;
    struct batch_shape shape = {.rows = 1, .steps = 1, .targets = 1, .target_steps = true};
    schema_shape(w->schema, &shape);
    if ((e->kernels = kernels_select(g->isa, err)) == NULL) return false;
    if (!task_model(config, &config->train.loss, w->schema, &shape, e, err)) {
        if (err->kind == ERROR_CONFIG) err->kind = ERROR_CHECKPOINT;
        return false;
    }
    w->continuation.model = &e->model;
    w->continuation.loss = &e->loss;
    w->continuation.kernels = e->kernels;
    w->continuation.draw = g->draw;
    return continuation_plan(&w->continuation, &shape, &e->plan, err) &&
           plan_commit(&e->plan, "the model", err) &&
           checkpoint_weights(&p->checkpoint, &e->model, e->model.weights, err);
}

static bool write_text(struct text_writer *w, const struct generation *g, struct error *err) {
    const struct schema_column *column = &w->schema->column[CORPUS_NEXT];
    const char *symbol = "";
    continuation_start(&w->continuation);
    if (!read_prompt(w, g, err)) return false;
    for (size_t i = 0; i < g->symbols; i++) {
        size_t next = continuation_draw(&w->continuation, CORPUS_UNKNOWN);
        symbol = column->category[next];
        if (!print_symbol(w, symbol, err)) return false;
        if (i + 1 < g->symbols) read_symbol(w, next);
    }
    return strcmp(symbol, "\n") == 0 || cli_print("\n", 1, err);
}

bool generation_print(struct predictor *p, const struct generation *g, struct error *err) {
    struct text_writer w = {.schema = &p->checkpoint.schema,
                            .words = p->checkpoint.config.data.unit == UNIT_WORD};
    bool good =
        check_model(&p->checkpoint.config, err) && set_up(&w, p, g, err) && write_text(&w, g, err);
    continuation_free(&w.continuation);
    return good;
}
