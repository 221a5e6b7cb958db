/* evaluation_texts.h - a decoder's texts beside those that were to be written. */
#ifndef TOOLS_EVALUATION_TEXTS_H
#define TOOLS_EVALUATION_TEXTS_H

#include "run/text_scores.h"
#include "run/writer.h"
#include "tools/figures.h"

struct evaluation_texts {
    struct writer writer;
    struct text_scores scores;
    const struct schema_column *column; /* of the texts */
    size_t blank;                       /* id of ' ' among characters; SIZE_MAX: none */
    size_t *id[2];                      /* [longest] a text and its reference */
    struct token *token[2];
    size_t *row;
};

/* After engine_plan of an engine with `beam` set: note all memory. */
void evaluation_texts_plan(struct evaluation_texts *texts, struct engine *engine);

/* Write all texts of a part and compare; `order` is scratch for a batch of sample numbers. */
void evaluation_texts_run(struct evaluation_texts *texts, enum part part, size_t *order);

/* exact_match, character_error_rate of characters, word_error_rate and bleu of words. Before the run
 * without values. */
bool evaluation_texts_figures(const struct evaluation_texts *texts, const char *prefix,
                              struct figures *to, struct error *err);
void evaluation_texts_table(const struct evaluation_texts *texts, struct text *to);
void evaluation_texts_json(const struct evaluation_texts *texts, struct text *to);

#endif
