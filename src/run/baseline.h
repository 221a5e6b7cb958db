/* baseline.h - what can be had without a network: the answers that a model's are measured by.
 *
 *     mean          numbers: each target's mean over the training part
 *     majority      classes: their shares of the training part, and so always the most frequent one
 *     persistence   forecasts: the last known value
 *     seasonal      forecasts: the value a season before (dataset_season)
 *     linear        numbers from inputs of fixed length: least squares on the last inputs, scaled as
 *                   the model sees them; a linear autoregression where the target is an input
 *
 * They are fitted on the training part alone, before the first step, and kept in the checkpoint. */
#ifndef RUN_BASELINE_H
#define RUN_BASELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "run/engine.h"

enum baseline {
    BASELINE_MEAN,
    BASELINE_MAJORITY,
    BASELINE_PERSISTENCE,
    BASELINE_SEASONAL,
    BASELINE_LINEAR,
    BASELINES
};
extern const char *const baseline_names[BASELINES];

struct baselines {
    bool given[BASELINES]; /* those that fit the task */
    size_t width;          /* numbers of an answer: those of the target, or one for each class */
    size_t season;         /* rows */
    size_t steps;          /* linear: last ones of the inputs */
    size_t features;
    double *level;  /* [width] means, or shares of the classes */
    double *weight; /* [width][steps * features + 1] linear: steps in order, then the intercept */
    double *value;  /* scratch for a batch: [rows or total][width] in the targets' own units */
    real *encoded;  /* scratch: the same as a model puts it out */
    real *output;   /* scratch: [outputs] of a row, where a number has several levels */
};

/* Find those that fit the engine's data and loss and fit them; the engine has been started, and its
 * present batch is lost. */
bool baselines_fit(struct baselines *baselines, struct engine *engine, struct error *err);

/* To keep and to have again, for an engine whose model is the same. Errors: ERROR_CHECKPOINT. */
void baselines_to_json(const struct baselines *baselines, struct text *to);
bool baselines_from_json(struct baselines *baselines, const struct engine *engine, const char *text,
                         const char *name, struct error *err);

/* Put a baseline's answers for the engine's present batch, which has its targets, in the place of
 * the model's: engine->restored and engine->row_loss. */
void baselines_answer(const struct baselines *baselines, struct engine *engine, enum part part,
                      enum baseline which);

/* How wide an answer is, and the scratch for a batch; for the two that make baselines. */
size_t baselines_width(const struct engine *engine);
bool baselines_take_scratch(struct baselines *baselines, const struct engine *engine,
                            struct error *err);

void baselines_free(struct baselines *baselines);

#endif
