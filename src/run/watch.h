/* watch.h - what happens after an epoch because of its figures: early stopping, a lower rate. */
#ifndef RUN_WATCH_H
#define RUN_WATCH_H

#include "run/train.h"

/* Find the columns that the config watches, and note the weights to keep in the plan. Errors: a
 * column that is not there, a rate that something else sets already (ERROR_CONFIG). */
bool watch_plan(struct trainer *trainer, struct error *err);

/* Keras' EarlyStopping: better by more than min_delta, else one epoch more of waiting. Marks the
 * record of a best epoch and keeps its weights. */
void watch_stopping(struct trainer *trainer, struct train_epoch *record);

/* Keras' ReduceLROnPlateau. */
void watch_plateau(struct trainer *trainer, const struct train_epoch *record);

#endif
