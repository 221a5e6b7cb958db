#include "run/breakdown.h"

#include <math.h>
#include <stdlib.h>

#include "run/evaluate.h"
#include "run/metrics.h"

void breakdown_free(struct breakdown *b) {
    free(b->item);
    free(b->row);
    *b = (struct breakdown){0};
}

static size_t data_row(const struct engine *e, enum part part, size_t row) {
    size_t sample, step;
    evaluate_place(e, row, &sample, &step);
    return dataset_row(e->data, part, sample, step);
}

static void count_rows(struct breakdown *b, const struct engine *e, enum part part) {
    size_t count = dataset_count(e->data, part);
    for (size_t i = 0; i < count; i++) {
        size_t steps =
            engine_targets(e)->shape.target_steps ? dataset_target_length(e->data, part, i) : 1;
        for (size_t t = 0; b->group != NULL && t < steps; t++)
            b->item[b->group[dataset_row(e->data, part, i, t)]].rows++;
        for (size_t h = 0; b->group == NULL && h < b->items; h++) b->item[h].rows++;
    }
}

bool breakdown_plan(struct breakdown *b, struct engine *e, enum part part,
                    const struct param_kinds *metrics, const size_t *group, size_t items,
                    struct error *err) {
    size_t targets = engine_targets(e)->shape.targets, count;
    size_t horizon = targets / dataset_schema(e->data)->targets;
    *b = (struct breakdown){
        .items = group != NULL ? items : horizon, .group = group, .horizon = horizon};
    b->item = memory_take(b->items, sizeof *b->item, "groups", err);
    b->row = memory_take(2 * targets, sizeof *b->row, "groups", err);
    if (b->item == NULL || b->row == NULL) return false;
    count_rows(b, e, part);
    for (size_t i = 0; i < b->items; i++)
        if (!metrics_start(b->item[i].metric, &count, metrics, e, b->item[i].rows, err))
            return false;
    return true;
}

/* A step of the horizon has a number of each column; a column has one scale for all its steps. */
static void take_columns(struct metric *metric, size_t horizon) {
    for (size_t k = 0; k < metric->scales / horizon; k++)
        metric->scale[k] = metric->scale[k * horizon];
}

void breakdown_take(struct breakdown *b, size_t metrics, const struct training_state *state) {
    for (size_t i = 0; i < b->items; i++) {
        metrics_take(b->item[i].metric, metrics, state);
        for (size_t m = 0; b->group == NULL && m < metrics; m++)
            take_columns(&b->item[i].metric[m], b->horizon);
    }
}

static struct score *score_of(struct scores *scores, enum baseline which) {
    return which == BASELINES ? &scores->model : &scores->baseline[which];
}

/* One row into the item of its group. */
static void add_to_group(struct breakdown *b, const struct engine *e, enum part part, size_t i,
                         size_t metrics, enum baseline which) {
    size_t row = engine_scored_row(e, i);
    struct breakdown_item *item = &b->item[b->group[data_row(e, part, row)]];
    struct metric_rows rows = evaluate_rows(e);
    rows.output += row * rows.outputs;
    rows.target += row * rows.targets;
    rows.rows = 1;
    for (size_t m = 0; m < metrics; m++) metric_add(&item->metric[m], &rows);
    score_of(&item->scores, which)->loss += e->row_loss[i];
    if (which == BASELINES) item->scores.samples++;
}

/* One row into the items of its steps. */
static void add_to_steps(struct breakdown *b, const struct engine *e, size_t i, size_t metrics) {
    size_t row = engine_scored_row(e, i), horizon = b->horizon;
    struct metric_rows rows = evaluate_rows(e);
    const double *output = rows.output + row * rows.outputs;
    const double *target = rows.target + row * rows.targets;
    size_t targets = rows.targets / horizon;
    rows.rows = 1;
    rows.outputs = rows.targets = targets;
    rows.output = b->row;
    rows.target = b->row + targets;
    for (size_t h = 0; h < horizon; h++) {
        for (size_t k = 0; k < targets; k++) {
            b->row[k] = output[k * horizon + h];
            b->row[targets + k] = target[k * horizon + h];
        }
        for (size_t m = 0; m < metrics; m++) metric_add(&b->item[h].metric[m], &rows);
    }
}

static void finish(struct breakdown *b, enum baseline which, size_t metrics) {
    for (size_t i = 0; i < b->items; i++) {
        struct scores *scores = &b->item[i].scores;
        struct score *score = score_of(scores, which);
        score->given = true;
        score->loss = b->group != NULL ? score->loss / (double)scores->samples : NAN;
        for (size_t m = 0; m < metrics; m++) score->metric[m] = metric_value(&b->item[i].metric[m]);
    }
}

static void score_one(struct breakdown *b, struct engine *e, const struct baselines *baselines,
                      enum baseline which, enum part part, size_t *order, size_t metrics) {
    for (size_t i = 0; i < b->items; i++)
        for (size_t m = 0; m < metrics; m++) metric_reset(&b->item[i].metric[m]);
    for (size_t first = 0, n; (n = evaluate_next(e, part, &first, order)) > 0;) {
        (void)evaluate_answer(e, which == BASELINES ? NULL : baselines, which, part, order, n,
                              true);
        for (size_t i = 0; i < engine_scored(e); i++) {
            if (b->group != NULL)
                add_to_group(b, e, part, i, metrics, which);
            else
                add_to_steps(b, e, i, metrics);
        }
    }
    finish(b, which, metrics);
}

void breakdown_score(struct breakdown *b, struct engine *e, const struct baselines *baselines,
                     enum part part, size_t *order, size_t metrics) {
    score_one(b, e, NULL, BASELINES, part, order, metrics);
    for (enum baseline which = 0; baselines != NULL && which < BASELINES; which++)
        if (baselines->given[which]) score_one(b, e, baselines, which, part, order, metrics);
}

void breakdown_confusion(struct engine *e, enum part part, size_t *order, size_t classes,
                         size_t *counts) {
    for (size_t first = 0, n; (n = evaluate_next(e, part, &first, order)) > 0;) {
        (void)evaluate_answer(e, NULL, BASELINES, part, order, n, true);
        struct metric_rows rows = evaluate_rows(e);
        for (size_t i = 0; i < engine_scored(e); i++) {
            size_t row = engine_scored_row(e, i);
            size_t truth = metric_truth(&rows, row), answer = metric_answer(&rows, row);
            if (truth < classes && answer < classes) counts[truth * classes + answer]++;
        }
    }
}
