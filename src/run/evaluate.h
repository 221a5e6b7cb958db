/* evaluate.h - loss and metrics of a whole part, of the model and of baselines. */
#ifndef RUN_EVALUATE_H
#define RUN_EVALUATE_H

#include "model/metric.h"
#include "run/baseline.h"
#include "run/engine.h"

/* Metrics over the present batch, as the loss reads outputs and targets; call engine_restore
 * first. */
void evaluate_batch(const struct engine *engine, struct metric *metric, size_t metrics);

/* Those rows: outputs and targets of the present batch. */
struct metric_rows evaluate_rows(const struct engine *engine);

/* The samples of the next batch, whose targets are known; how many, 0 at the end. *first counts what
 * was gone through, from 0. */
size_t evaluate_next(const struct engine *engine, enum part part, size_t *first, size_t *order);

/* A baseline's answers for these samples in the engine, or the model's where `baselines` is NULL;
 * `restore`: in the targets' own units, with the truth. Their mean loss. */
double evaluate_answer(struct engine *engine, const struct baselines *baselines,
                       enum baseline which, enum part part, const size_t *sample, size_t count,
                       bool restore);

/* Sample, and with targets per step the step, else 0, that a row of the present batch is of. */
void evaluate_place(const struct engine *engine, size_t row, size_t *sample, size_t *step);

/* A row that the loss counts, in the targets' own units. */
struct evaluate_row {
    size_t sample, step;
    const double *output; /* [outputs] of the model */
    const double *point;  /* [targets] what is predicted */
    const double *truth;  /* [targets] */
};

/* Call `take` for each such row of the samples first..end-1 of a part whose targets are known. Where
 * samples go on from each other, `first` is 0. `order` as above. */
void evaluate_visit(struct engine *engine, enum part part, size_t first, size_t end, size_t *order,
                    void (*take)(void *context, const struct evaluate_row *row), void *context);

/* Sets the metrics' sums and *loss: the mean of batch means, weighted as engine_weight
 * says. Samples whose
 * targets are not all known are passed over. `order` is scratch for batch_size sample numbers. */
void evaluate_part(struct engine *engine, enum part part, size_t *order, struct metric *metric,
                   size_t metrics, double *loss);

/* The same of a baseline's answers; with `baselines` NULL of the model's. */
void evaluate_baseline(struct engine *engine, const struct baselines *baselines,
                       enum baseline which, enum part part, size_t *order, struct metric *metric,
                       size_t metrics, double *loss);

#endif
