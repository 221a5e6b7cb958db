#include "run/score.h"

#include <math.h>

#include "run/evaluate.h"

double score_skill(double loss, double baseline) {
    if (baseline > 0) return 1 - loss / baseline;
    return baseline == 0 && loss == 0 ? 0 : NAN;
}

enum baseline scores_best(const struct scores *scores) {
    enum baseline best = BASELINES;
    for (enum baseline b = 0; b < BASELINES; b++) {
        const struct score *score = &scores->baseline[b];
        if (!score->given || isnan(score->loss)) continue;
        if (best == BASELINES || score->loss < scores->baseline[best].loss) best = b;
    }
    return best;
}

double scores_skill(const struct scores *scores) {
    enum baseline best = scores_best(scores);
    return best == BASELINES
               ? NAN
               : score_skill(scores->model.loss - scores->penalty, scores->baseline[best].loss);
}

static void note(struct score *score, const struct metric *metric, size_t metrics) {
    score->given = true;
    for (size_t i = 0; i < metrics; i++) score->metric[i] = metric_value(&metric[i]);
}

void score_part(struct engine *e, const struct baselines *baselines, enum part part, size_t *order,
                struct metric *metric, size_t metrics, struct scores *scores) {
    *scores = (struct scores){0};
    for (size_t i = 0; i < dataset_count(e->data, part); i++) {
        scores->samples += dataset_known(e->data, part, i);
        scores->unlabelled += dataset_lacks_target(e->data, part, i);
    }
    if (scores->samples == 0) return;
    evaluate_part(e, part, order, metric, metrics, &scores->model.loss);
    scores->penalty = e->penalty_value;
    note(&scores->model, metric, metrics);
    for (enum baseline b = 0; baselines != NULL && b < BASELINES; b++) {
        if (!baselines->given[b]) continue;
        evaluate_baseline(e, baselines, b, part, order, metric, metrics, &scores->baseline[b].loss);
        note(&scores->baseline[b], metric, metrics);
    }
}
