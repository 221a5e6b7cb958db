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
    size_t *order;                 /* samples of the epoch, in the plan */
    size_t *scratch;               /* sample numbers of a batch */
    size_t steps;                  /* of an epoch */
    size_t monitor;                /* column watched: see train.c */
    struct place monitor_place;    /* where the config names it; set by the caller */
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

/* Train from trainer->state on. True when all epochs are done, early stopping ended it, or `step`
 * stopped it (then state.finished is false). Errors: ERROR_DIVERGED, and what the events give. */
bool train_run(struct trainer *trainer, const struct train_events *events, struct error *err);

/* The weights that predict: the best epoch's where they are kept, else the present ones, or, with
 * use_ema, their average, by which each epoch is judged too. */
const real *train_predicting_weights(const struct trainer *trainer);

/* The epoch that those weights are of; NULL when it lies before this run began. */
const struct train_epoch *train_predicting_epoch(const struct trainer *trainer);

#endif
