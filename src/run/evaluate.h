/* evaluate.h - loss and metrics of a whole part. */
#ifndef RUN_EVALUATE_H
#define RUN_EVALUATE_H

#include "model/metric.h"
#include "run/engine.h"

/* Metrics over the present batch, as the loss reads outputs and targets; call engine_restore
 * first. */
void evaluate_batch(const struct engine *engine, struct metric *metric, size_t metrics);

/* Sets the metrics' sums and *loss: the mean of batch means, weighted by samples. `order` is
 * scratch for batch_size sample numbers. */
void evaluate_part(struct engine *engine, enum part part, size_t *order, struct metric *metric,
                   size_t metrics, double *loss);

#endif
