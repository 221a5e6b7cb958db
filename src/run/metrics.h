/* metrics.h - the metrics of a run: those the config names, or the usual one of the loss. */
#ifndef RUN_METRICS_H
#define RUN_METRICS_H

#include "files/training_state.h"
#include "model/metric.h"
#include "run/engine.h"

/* Set up metric[0..*count-1] for an engine whose model and loss are known, and note in its plan what
 * they need to be measured on a part of up to `most_rows` rows of outputs. The array must stay where
 * it is. Errors: metrics that do not fit the loss, two of a kind (ERROR_CONFIG). */
bool metrics_start(struct metric metric[static STATE_METRICS], size_t *count,
                   const struct param_kinds *given, struct engine *engine, size_t most_rows,
                   struct error *err);

/* After the plan was committed: what they are scaled by, from the engine's training part. */
void metrics_fill(struct metric *metric, size_t count, const struct engine *engine);

/* The same from the state of the training that the metrics are of; NAN where it has none. */
void metrics_take(struct metric *metric, size_t count, const struct training_state *state);

/* Rows of outputs that a part has: its samples, or their steps. */
size_t metrics_rows(const struct engine *engine, enum part part);

#endif
