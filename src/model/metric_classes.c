/* Metrics of classes that are means over rows.
 *
 *   accuracy         the share of right answers; of labels, each is right or wrong by itself
 *   top_k_accuracy   the share of rows in which less than k classes score above the right one
 *   perplexity       e^h with h = mean -log p, p the probability of the right class
 *   bits_per_char    h / log 2 */
#include <math.h>

#include "base/elementary.h"
#include "model/metric_ops.h"

/* The least that a float holds at full precision: no answer costs without end. */
static const double least_probability = 0x1p-126;

static size_t largest(const double *x, size_t count) {
    size_t best = 0;
    for (size_t j = 1; j < count; j++)
        if (x[j] > x[best]) best = j;
    return best;
}

size_t metric_answer(const struct metric_rows *r, size_t i) {
    const double *output = metric_output(r, i);
    return r->categorical ? largest(output, r->outputs) : output[0] > r->threshold;
}

size_t metric_truth(const struct metric_rows *r, size_t i) {
    const double *target = metric_target(r, i);
    if (r->class_targets) return (size_t)target[0];
    return r->categorical ? largest(target, r->targets) : target[0] > 0.5;
}

static void add_accuracy(struct metric *m, const struct metric_rows *r) {
    for (size_t i = 0; i < r->rows; i++)
        if (r->categorical)
            m->sum += metric_answer(r, i) == metric_truth(r, i);
        else
            for (size_t j = 0; j < r->outputs; j++)
                m->sum += (metric_output(r, i)[j] > r->threshold) == (metric_target(r, i)[j] > 0.5);
    m->count += (double)(r->categorical ? r->rows : r->rows * r->outputs);
}

static void add_top_k(struct metric *m, const struct metric_rows *r) {
    for (size_t i = 0; i < r->rows; i++) {
        const double *output = metric_output(r, i);
        size_t right = metric_truth(r, i), above = 0;
        for (size_t j = 0; j < r->outputs; j++) above += output[j] > output[right];
        m->sum += above < m->settings->k;
    }
    m->count += (double)r->rows;
}

static double log_probability(const struct metric_rows *r, size_t i) {
    const double *output = metric_output(r, i);
    size_t right = metric_truth(r, i);
    if (!r->logits)
        return exact_log(output[right] < least_probability ? least_probability : output[right]);
    double most = output[largest(output, r->outputs)], total = 0;
    for (size_t j = 0; j < r->outputs; j++) total += exact_exp(output[j] - most);
    return output[right] - most - exact_log(total);
}

static void add_log_probability(struct metric *m, const struct metric_rows *r) {
    for (size_t i = 0; i < r->rows; i++) m->sum -= log_probability(r, i);
    m->count += (double)r->rows;
}

static double perplexity(const struct metric *m) {
    return exact_exp(metric_mean(m));
}

static double bits(const struct metric *m) {
    return metric_mean(m) / 0.69314718055994531;
}

static const char *only_several(const struct metric_frame *frame) {
    return frame->categorical && frame->outputs > 1 ? NULL : "is for a softmax over classes";
}

const struct metric_ops metric_accuracy = {
    .add = add_accuracy, .value = metric_mean, .classes = true, .higher_better = true};
const struct metric_ops metric_top_k_accuracy = {.add = add_top_k,
                                                 .value = metric_mean,
                                                 .refuse = only_several,
                                                 .classes = true,
                                                 .higher_better = true};
const struct metric_ops metric_perplexity = {
    .add = add_log_probability, .value = perplexity, .refuse = only_several, .classes = true};
const struct metric_ops metric_bits_per_char = {
    .add = add_log_probability, .value = bits, .refuse = only_several, .classes = true};
