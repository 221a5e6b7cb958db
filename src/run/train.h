/* train.h - the training loop: epochs, callbacks, a state that can be saved between any two steps.
 *
 * Knows no file names and prints nothing; what happens is reported through struct train_events. */
#ifndef RUN_TRAIN_H
#define RUN_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "files/config.h"
#include "files/training_state.h"
#include "model/metric.h"
#include "run/engine.h"

/* A row of the history. */
struct train_epoch {
    size_t epoch;          /* from 1 */
    double loss, val_loss; /* val_loss NAN: not validated */
    double metric[STATE_METRICS], val_metric[STATE_METRICS];
    double learning_rate, norm, seconds, samples_per_second;
    bool best;
};

struct trainer {
    struct engine engine;
    const struct train_config *config;
    struct metric metric[STATE_METRICS], val_metric[STATE_METRICS];
    size_t metrics;
    struct training_state state;
    real *best_weights;            /* flat; NULL unless restore_best watches */
    struct train_epoch best, last; /* of this run; epoch 0 before there is one */
    size_t *order;                 /* of the pass, of what batches.h takes; in the plan */
    size_t *scratch;               /* sample numbers of a batch */
    size_t steps;                  /* of an epoch */
    size_t batches;                /* of a pass through the training part */
    size_t ordered;                /* the pass that `order` is of; SIZE_MAX: none yet */
    bool reverted; /* the weights are those from before the last update; not to be resumed */
    size_t monitor, plateau_monitor;           /* columns watched: see watch.c */
    struct place monitor_place, plateau_place; /* where the config names them; set by the caller */
};

struct train_events {
    void *context;
    /* After each step. Sets *stop to end the run here, in a state that can be resumed. */
    bool (*step)(void *context, const struct trainer *trainer, bool *stop, struct error *err);
    /* After each epoch, when the state already counts it. */
    bool (*epoch)(void *context, const struct trainer *trainer, const struct train_epoch *record,
                  struct error *err);
};

/* Metrics from the config, or the usual one of the loss; the monitored column; buffers in the plan.
 * trainer->engine and config are set, its loss and model known; engine_plan has been called.
 * Errors: metrics that do not fit the loss, a monitor that does not exist (ERROR_CONFIG). */
bool train_plan(struct trainer *trainer, struct error *err);

/* After the plan was committed: what metrics need to know of the data. */
void train_prepare(struct trainer *trainer);

/* Take over a state from a checkpoint, after the plan was committed: ERROR_CHECKPOINT when it does
 * not fit. */
bool train_resume(struct trainer *trainer, const struct training_state *state, struct error *err);

/* Train from trainer->state on. True when all epochs are done, early stopping ended it, or `step`
 * stopped it (then state.finished is false). Errors: ERROR_DIVERGED, and what the events give. */
bool train_run(struct trainer *trainer, const struct train_events *events, struct error *err);

/* Put back the weights from before the last update, whose loss and gradient were finite; the run
 * cannot go on. train_run has done so when it diverged. False when there was no update. */
bool train_revert(struct trainer *trainer);

/* The weights as they are now, or their average where one is kept. */
real *train_present_weights(const struct trainer *trainer);

/* The weights that predict: the best epoch's where they are kept, else the present ones, or, with
 * use_ema, their average, by which each epoch is judged too. */
const real *train_predicting_weights(const struct trainer *trainer);

/* The epoch that those weights are of; NULL when it lies before this run began. */
const struct train_epoch *train_predicting_epoch(const struct trainer *trainer);

#endif
