#include "run/text_scores.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"

static bool same(const struct token *a, const struct token *b) {
    return a->count == b->count && memcmp(a->id, b->id, a->count * sizeof *a->id) == 0;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* row[j]: edits from the first i of a to the first j of b. */
size_t text_edits(const struct token *a, size_t a_count, const struct token *b, size_t b_count,
                  size_t *row) {
    for (size_t j = 0; j <= b_count; j++) row[j] = j;
    for (size_t i = 0; i < a_count; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b_count; j++) {
            size_t replaced = corner + !same(&a[i], &b[j]);
            corner = row[j + 1];
            row[j + 1] = least(replaced, least(row[j], row[j + 1]) + 1);
        }
    }
    return row[b_count];
}

size_t text_ids(const size_t *id, size_t count, struct token *to) {
    for (size_t i = 0; i < count; i++) to[i] = (struct token){id + i, 1};
    return count;
}

size_t text_words(const size_t *id, size_t count, size_t blank, struct token *to) {
    size_t words = 0;
    for (size_t i = 0; i < count; i++) {
        if (id[i] == blank) continue;
        if (i == 0 || id[i - 1] == blank) to[words++] = (struct token){id + i, 0};
        to[words - 1].count++;
    }
    return words;
}

static bool same_run(const struct token *a, const struct token *b, size_t order) {
    for (size_t k = 0; k < order; k++)
        if (!same(&a[k], &b[k])) return false;
    return true;
}

static size_t count_runs(const struct token *text, size_t count, const struct token *run,
                         size_t order) {
    size_t found = 0;
    for (size_t i = 0; i + order <= count; i++) found += same_run(text + i, run, order);
    return found;
}

/* Each run of words counts as often as the reference has it, at most. */
static size_t matched_runs(const struct token *written, size_t written_count,
                           const struct token *reference, size_t reference_count, size_t order) {
    size_t matched = 0;
    for (size_t i = 0; i + order <= written_count; i++) {
        if (count_runs(written, i + order - 1, written + i, order) > 0) continue; /* met before */
        matched += least(count_runs(written, written_count, written + i, order),
                         count_runs(reference, reference_count, written + i, order));
    }
    return matched;
}

void text_scores_words(struct text_scores *scores, const struct token *written,
                       size_t written_count, const struct token *reference, size_t reference_count,
                       size_t *row) {
    scores->word_edits += text_edits(written, written_count, reference, reference_count, row);
    scores->words += reference_count;
    scores->written_words += written_count;
    for (size_t n = 0; n < BLEU_ORDER && n < written_count; n++) {
        scores->runs[n] += written_count - n;
        scores->matched[n] +=
            matched_runs(written, written_count, reference, reference_count, n + 1);
    }
}

double text_scores_bleu(const struct text_scores *scores) {
    double sum = 0, c = (double)scores->written_words, r = (double)scores->words;
    for (size_t n = 0; n < BLEU_ORDER; n++) {
        if (scores->runs[n] == 0) return NAN;
        if (scores->matched[n] == 0) return 0;
        sum += exact_log((double)scores->matched[n] / (double)scores->runs[n]) / BLEU_ORDER;
    }
    return exact_exp(sum + (c < r ? 1 - r / c : 0));
}
