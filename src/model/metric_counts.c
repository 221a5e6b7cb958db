/* Metrics from counts per class: how often it was right, answered, there.
 *
 *   precision   right / answered         recall   right / there
 *   f1          2 right / (answered + there)
 *
 * By themselves they are those of the second of two classes, the positive one. _macro is the mean
 * over the classes that were answered or there, _weighted that mean weighted by how often they were
 * there, _micro the one figure of all counts together. 0 / 0 counts as 0. */
#include <math.h>

#include "model/metric_ops.h"

enum part { PRECISION, RECALL, F1 };
enum average { POSITIVE, MACRO, MICRO, WEIGHTED };
enum { RIGHT, ANSWERED, THERE, COUNTS };

static size_t counts_size(const struct metric_frame *frame) {
    return COUNTS * frame->classes;
}

static void count_row(struct metric *m, size_t answer, size_t truth) {
    if (answer >= m->classes || truth >= m->classes) return;
    m->more[COUNTS * truth + RIGHT] += answer == truth;
    m->more[COUNTS * answer + ANSWERED]++;
    m->more[COUNTS * truth + THERE]++;
}

/* Each label is a class, there or not. */
static void count_labels(struct metric *m, const struct metric_rows *r, size_t i) {
    for (size_t j = 0; j < r->outputs && j < m->classes; j++) {
        bool answered = metric_output(r, i)[j] > r->threshold, there = metric_target(r, i)[j] > 0.5;
        m->more[COUNTS * j + RIGHT] += answered && there;
        m->more[COUNTS * j + ANSWERED] += answered;
        m->more[COUNTS * j + THERE] += there;
    }
}

static void add(struct metric *m, const struct metric_rows *r) {
    for (size_t i = 0; i < r->rows; i++)
        if (!r->categorical && r->outputs > 1)
            count_labels(m, r, i);
        else
            count_row(m, metric_answer(r, i), metric_truth(r, i));
    m->count += (double)r->rows;
}

static double figure(enum part part, const double count[COUNTS]) {
    double top = count[RIGHT], bottom = count[ANSWERED];
    if (part == RECALL) bottom = count[THERE];
    if (part == F1) {
        top *= 2;
        bottom += count[THERE];
    }
    return bottom > 0 ? top / bottom : 0;
}

static double micro(const struct metric *m) {
    double all[COUNTS] = {0};
    for (size_t i = 0; i < COUNTS * m->classes; i++) all[i % COUNTS] += m->more[i];
    return figure((enum part)m->ops->part, all);
}

static double value(const struct metric *m) {
    enum part part = (enum part)m->ops->part;
    double sum = 0, weights = 0;
    if (m->count == 0) return NAN;
    if (m->ops->average == POSITIVE) return figure(part, m->more + COUNTS);
    if (m->ops->average == MICRO) return micro(m);
    for (size_t c = 0; c < m->classes; c++) {
        const double *count = m->more + COUNTS * c;
        double weight =
            m->ops->average == WEIGHTED ? count[THERE] : count[ANSWERED] + count[THERE] > 0;
        sum += weight * figure(part, count);
        weights += weight;
    }
    return weights > 0 ? sum / weights : NAN;
}

static const char *only_two(const struct metric_frame *frame) {
    if (frame->categorical && frame->classes == 2) return NULL;
    return "by itself is for two classes; add _macro, _micro or _weighted to its name";
}

#define COUNTED(name, what, how, check)                                                            \
    const struct metric_ops metric_##name = {.add = add,                                           \
                                             .value = value,                                       \
                                             .size = counts_size,                                  \
                                             .refuse = check,                                      \
                                             .classes = true,                                      \
                                             .higher_better = true,                                \
                                             .part = what,                                         \
                                             .average = how}
#define ALL_AVERAGES(name, what)                                                                   \
    COUNTED(name, what, POSITIVE, only_two);                                                       \
    COUNTED(name##_macro, what, MACRO, NULL);                                                      \
    COUNTED(name##_micro, what, MICRO, NULL);                                                      \
    COUNTED(name##_weighted, what, WEIGHTED, NULL)
ALL_AVERAGES(precision, PRECISION);
ALL_AVERAGES(recall, RECALL);
ALL_AVERAGES(f1, F1);
