/* auc: the area under the curve of the true over the false positive rate, exact: the share of pairs
 * of a positive and a negative row in which the positive one scores higher, equal scores half
 * (Mann and Whitney 1947), from the ranks of all rows' scores. */
#include <math.h>

#include "model/metric_ops.h"

/* A score, and 1 for a positive row. */
enum { SCORE, POSITIVE, NUMBERS };

static size_t auc_size(const struct metric_frame *frame) {
    size_t size;
    return __builtin_mul_overflow(NUMBERS, frame->most_rows, &size) ? SIZE_MAX : size;
}

static void add(struct metric *m, const struct metric_rows *r) {
    for (size_t i = 0; i < r->rows; i++) {
        size_t at = NUMBERS * (size_t)m->count;
        const double *output = metric_output(r, i);
        if (at + NUMBERS > m->size) return;
        m->more[at + SCORE] = r->categorical ? output[1] - output[0] : output[0];
        m->more[at + POSITIVE] = metric_truth(r, i) == 1;
        m->count++;
    }
}

static void swap(double *pairs, size_t a, size_t b) {
    for (size_t i = 0; i < NUMBERS; i++) {
        double kept = pairs[NUMBERS * a + i];
        pairs[NUMBERS * a + i] = pairs[NUMBERS * b + i];
        pairs[NUMBERS * b + i] = kept;
    }
}

static void sift(double *pairs, size_t at, size_t count) {
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && pairs[NUMBERS * (child + 1)] > pairs[NUMBERS * child]) child++;
        if (!(pairs[NUMBERS * child] > pairs[NUMBERS * at])) return;
        swap(pairs, at, child);
    }
}

/* A heapsort: it takes no memory. */
static void sort(double *pairs, size_t count) {
    for (size_t i = count / 2; i-- > 0;) sift(pairs, i, count);
    for (size_t i = count; i-- > 1;) {
        swap(pairs, 0, i);
        sift(pairs, 0, i);
    }
}

/* Ranks of the positive rows; equal scores share the mean of theirs. */
static double rank_sum(const double *pairs, size_t count, double *positives) {
    double sum = 0;
    *positives = 0;
    for (size_t i = 0, end; i < count; i = end) {
        double here = 0;
        for (end = i; end < count && pairs[NUMBERS * end] == pairs[NUMBERS * i]; end++)
            here += pairs[NUMBERS * end + POSITIVE];
        if (end == i) end++; /* a NaN is equal to nothing */
        sum += here * ((double)(i + 1 + end) / 2);
        *positives += here;
    }
    return sum;
}

static double value(const struct metric *m) {
    size_t count = (size_t)m->count;
    double positives;
    sort(m->more, count);
    double ranks = rank_sum(m->more, count, &positives), negatives = m->count - positives;
    if (positives == 0 || negatives == 0) return NAN;
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives);
}

static const char *only_two(const struct metric_frame *frame) {
    return frame->categorical && frame->classes == 2 ? NULL : "is for two classes";
}

const struct metric_ops metric_auc = {.add = add,
                                      .value = value,
                                      .size = auc_size,
                                      .refuse = only_two,
                                      .classes = true,
                                      .higher_better = true,
                                      .whole = true};
