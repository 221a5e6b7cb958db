/* text_scores.h - how close written texts are to those that were to be written.
 *
 *   exact match   the share of texts that are the same
 *   error rate    edits that turn one into the other (insert, delete, replace: Levenshtein 1966), of
 *                 all texts, by the length of all references; above 1 where much is too long
 *   BLEU          of all texts together, by one reference each (Papineni et al. 2002): the geometric
 *                 mean of the clipped precisions of 1 to 4 words in a row, times exp(1 - r / c) where
 *                 the written length c is below the references' r; 0 where a precision is 0, NAN
 *                 where no text has so many words */
#ifndef RUN_TEXT_SCORES_H
#define RUN_TEXT_SCORES_H

#include <stdbool.h>
#include <stddef.h>

/* A token: some ids in a row - one, or the characters of a word. */
struct token {
    const size_t *id;
    size_t count;
};

enum { BLEU_ORDER = 4 };

/* Sums over all texts; start with {0}. */
struct text_scores {
    size_t texts, exact;
    size_t edits, tokens;       /* by token of the vocabulary; of the references */
    size_t word_edits, words;   /* by word */
    size_t matched[BLEU_ORDER]; /* runs of n + 1 words that the reference has too, clipped */
    size_t runs[BLEU_ORDER];    /* of all that were written */
    size_t written_words;
};

/* Insertions, deletions and replacements; `row` is scratch [b_count + 1]. */
size_t text_edits(const struct token *a, size_t a_count, const struct token *b, size_t b_count,
                  size_t *row);

/* Cut a text into its tokens: ids one by one, or words, which are what stands between ids `blank`.
 * Gives how many; `to` has room for one for each id. */
size_t text_ids(const size_t *id, size_t count, struct token *to);
size_t text_words(const size_t *id, size_t count, size_t blank, struct token *to);

/* Add a text and its reference, as words. */
void text_scores_words(struct text_scores *scores, const struct token *written,
                       size_t written_count, const struct token *reference, size_t reference_count,
                       size_t *row);

double text_scores_bleu(const struct text_scores *scores);

#endif
