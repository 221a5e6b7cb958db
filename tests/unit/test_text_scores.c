/* Edit distances and BLEU on examples that others have published. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/text_scores.h"

enum { MOST = 128 };

/* A text as its bytes, which are the ids. */
struct bytes {
    size_t id[MOST], count;
    struct token token[MOST];
};

static void letters(struct bytes *b, const char *text) {
    b->count = strlen(text);
    for (size_t i = 0; i < b->count; i++) b->id[i] = (unsigned char)text[i];
    assert_int_equal(text_ids(b->id, b->count, b->token), b->count);
}

static size_t words(struct bytes *b, const char *text) {
    letters(b, text);
    return text_words(b->id, b->count, ' ', b->token);
}

static size_t distance(const char *a, const char *b) {
    struct bytes x, y;
    size_t row[MOST + 1];
    letters(&x, a);
    letters(&y, b);
    return text_edits(x.token, x.count, y.token, y.count, row);
}

static void edits_are_levenshtein(void **state) {
    (void)state;
    assert_int_equal(distance("kitten", "sitting"), 3);
    assert_int_equal(distance("sitting", "kitten"), 3);
    assert_int_equal(distance("Saturday", "Sunday"), 3);
    assert_int_equal(distance("intention", "execution"), 5); /* Jurafsky and Martin, ch. 2 */
    assert_int_equal(distance("", "abc"), 3);
    assert_int_equal(distance("abc", ""), 3);
    assert_int_equal(distance("abc", "abc"), 0);
}

static void words_stand_between_blanks(void **state) {
    (void)state;
    struct bytes b;
    assert_int_equal(words(&b, " two  words "), 2);
    assert_int_equal(b.token[0].count, 3);
    assert_int_equal(b.token[1].count, 5);
    assert_int_equal(b.token[1].id[0], 'w');
    assert_int_equal(words(&b, "  "), 0);
}

static struct text_scores score(const char *written, const char *reference) {
    struct bytes a, b;
    struct text_scores scores = {.texts = 1};
    size_t row[MOST + 1];
    size_t a_count = words(&a, written), b_count = words(&b, reference);
    text_scores_words(&scores, a.token, a_count, b.token, b_count, row);
    return scores;
}

/* Papineni et al. 2002: of seven "the" two count. */
static void counts_are_clipped(void **state) {
    (void)state;
    struct text_scores s = score("the the the the the the the", "the cat is on the mat");
    assert_int_equal(s.matched[0], 2);
    assert_int_equal(s.runs[0], 7);
    assert_int_equal(s.matched[1], 0);
    assert_true(text_scores_bleu(&s) == 0);
}

/* The example of Google's guide to evaluating translation models: precisions and BLEU of two
 * candidates. */
static void bleu_is_as_published(void **state) {
    (void)state;
    static const char reference[] =
        "the NASA Opportunity rover is battling a massive dust storm on Mars .";
    struct text_scores s =
        score("the Opportunity rover is combating a big sandstorm on Mars .", reference);
    static const size_t first[] = {8, 4, 2, 0}, second[] = {9, 5, 2, 1};
    for (size_t n = 0; n < BLEU_ORDER; n++) {
        assert_int_equal(s.matched[n], first[n]);
        assert_int_equal(s.runs[n], 11 - n);
    }
    assert_true(text_scores_bleu(&s) == 0);
    s = score("a NASA rover is fighting a massive storm on Mars .", reference);
    for (size_t n = 0; n < BLEU_ORDER; n++) assert_int_equal(s.matched[n], second[n]);
    assert_true(fabs(text_scores_bleu(&s) - 0.27) < 0.005);
    double exact = exp(1 - 13. / 11) * pow(9. / 11 * 5 / 10 * 2 / 9 * 1 / 8, 0.25);
    assert_true(fabs(text_scores_bleu(&s) - exact) < 1e-12);
    s = score(reference, reference);
    assert_true(fabs(text_scores_bleu(&s) - 1) < 1e-12);
    assert_int_equal(s.word_edits, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_are_levenshtein),
        cmocka_unit_test(words_stand_between_blanks),
        cmocka_unit_test(counts_are_clipped),
        cmocka_unit_test(bleu_is_as_published),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
