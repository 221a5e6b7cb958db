/* score.h - a model and the baselines on the same samples. */
#ifndef RUN_SCORE_H
#define RUN_SCORE_H

#include "files/training_state.h"
#include "model/metric.h"
#include "run/baseline.h"

struct score {
    bool given;
    double loss, metric[STATE_METRICS];
};

struct scores {
    size_t samples;    /* 0: nothing was scored */
    size_t unlabelled; /* passed over: a target is missing */
    double penalty;    /* of the weights, in the model's loss; no part of skill */
    struct score model, baseline[BASELINES];
};

/* Score a part: model and, unless `baselines` is NULL, those that are given there. Metrics as in
 * `metric`, whose sums are used; samples whose targets are not all known are passed over. `order` is
 * scratch for batch_size sample numbers. */
void score_part(struct engine *engine, const struct baselines *baselines, enum part part,
                size_t *order, struct metric *metric, size_t metrics, struct scores *scores);

/* The baseline with the least loss; BASELINES when there is none. */
enum baseline scores_best(const struct scores *scores);

/* 1 - loss / baseline: 1 is perfect, 0 no better than the baseline. NAN without a baseline. */
double score_skill(double loss, double baseline);

/* That of the loss against the best baseline. */
double scores_skill(const struct scores *scores);

#endif
