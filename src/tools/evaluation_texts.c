#include "tools/evaluation_texts.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "files/json.h"

enum { WRITTEN, REFERENCE };

/* ---- comparing ------------------------------------------------------------------------------- */

static size_t find_blank(const struct schema_column *column) {
    for (size_t c = 0; !column->words && c < column->categories; c++)
        if (strcmp(column->category[c], " ") == 0) return c + ID_FIRST;
    return SIZE_MAX;
}

void evaluation_texts_plan(struct evaluation_texts *t, struct engine *e) {
    const struct schema *schema = dataset_schema(e->data);
    *t = (struct evaluation_texts){.column = &schema->column[schema->target[0]]};
    t->blank = find_blank(t->column);
    writer_plan(&t->writer, e, false);
    size_t longest = t->writer.longest;
    if (e->decoder.shape.steps > longest) longest = e->decoder.shape.steps;
    for (size_t i = 0; i < 2; i++) {
        plan_want(&e->plan, &t->id[i], longest, sizeof *t->id[i]);
        plan_want(&e->plan, &t->token[i], longest, sizeof *t->token[i]);
    }
    plan_want(&e->plan, &t->row, longest + 1, sizeof *t->row);
}

static size_t cut_words(struct evaluation_texts *t, size_t which, size_t count) {
    return t->column->words ? text_ids(t->id[which], count, t->token[which])
                            : text_words(t->id[which], count, t->blank, t->token[which]);
}

/* A text of so many ids, and its reference. */
static void compare(struct evaluation_texts *t, size_t written, size_t reference) {
    struct text_scores *scores = &t->scores;
    text_ids(t->id[WRITTEN], written, t->token[WRITTEN]);
    text_ids(t->id[REFERENCE], reference, t->token[REFERENCE]);
    size_t edits = text_edits(t->token[WRITTEN], written, t->token[REFERENCE], reference, t->row);
    scores->texts++;
    scores->exact += edits == 0;
    scores->edits += edits;
    scores->tokens += reference;
    written = cut_words(t, WRITTEN, written);
    reference = cut_words(t, REFERENCE, reference);
    text_scores_words(scores, t->token[WRITTEN], written, t->token[REFERENCE], reference, t->row);
}

static void compare_block(struct evaluation_texts *t, size_t count) {
    const struct batch *batch = &t->writer.engine->decoder;
    for (size_t r = 0; r < count; r++) {
        size_t length = batch->steps.length[r] - 1; /* without the end */
        const struct written *text = writer_text(&t->writer, batch->steps.origin[r], 0);
        writer_ids(&t->writer, text, t->id[WRITTEN]);
        for (size_t s = 0; s < length; s++)
            t->id[REFERENCE][s] = (size_t)batch->y[batch->steps.offset[s] + r];
        compare(t, text->length, length);
    }
}

void evaluation_texts_run(struct evaluation_texts *t, enum part part, size_t *order) {
    struct engine *e = t->writer.engine;
    size_t all = dataset_count(e->data, part);
    t->scores = (struct text_scores){0};
    for (size_t first = 0, count; first < all; first += count) {
        count = all - first < e->batch_size ? all - first : e->batch_size;
        for (size_t i = 0; i < count; i++) order[i] = first + i;
        writer_write(&t->writer, part, order, count);
        dataset_gather_decoder(e->data, part, &e->decoder, 0, count);
        compare_block(t, count);
    }
}

/* ---- figures --------------------------------------------------------------------------------- */

enum { FIGURES = 4 };

struct figure_of_texts {
    const char *name;
    double value;
};

static double share(size_t part, size_t whole) {
    return whole > 0 ? (double)part / (double)whole : NAN;
}

/* Words have no characters of their own here. */
static size_t list_figures(const struct evaluation_texts *t,
                           struct figure_of_texts to[static FIGURES]) {
    const struct text_scores *s = &t->scores;
    size_t count = 0;
    to[count++] = (struct figure_of_texts){"exact_match", share(s->exact, s->texts)};
    if (!t->column->words)
        to[count++] = (struct figure_of_texts){"character_error_rate", share(s->edits, s->tokens)};
    to[count++] = (struct figure_of_texts){"word_error_rate", share(s->word_edits, s->words)};
    to[count++] = (struct figure_of_texts){"bleu", text_scores_bleu(s)};
    return count;
}

bool evaluation_texts_figures(const struct evaluation_texts *t, const char *prefix,
                              struct figures *to, struct error *err) {
    struct figure_of_texts figure[FIGURES];
    size_t count = list_figures(t, figure);
    for (size_t i = 0; i < count; i++)
        if (!figures_add(to, prefix, figure[i].name, figure[i].value, err)) return false;
    return true;
}

void evaluation_texts_table(const struct evaluation_texts *t, struct text *to) {
    struct figure_of_texts figure[FIGURES];
    size_t count = list_figures(t, figure);
    char number[32];
    text_format(to, "\ntexts written (beam %zu)\n", t->writer.beam);
    for (size_t i = 0; i < count; i++)
        text_format(to, "  %-24s %8s\n", figure[i].name, figure_text(figure[i].value, 5, number));
}

void evaluation_texts_json(const struct evaluation_texts *t, struct text *to) {
    struct figure_of_texts figure[FIGURES];
    size_t count = list_figures(t, figure);
    json_put_count(to, "beam", t->writer.beam);
    for (size_t i = 0; i < count; i++) {
        json_key(to, figure[i].name);
        json_add_number(to, figure[i].value);
    }
}
