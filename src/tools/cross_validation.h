/* cross_validation.h - the trainings of data.cross_validation: one a fold, that leave no files. */
#ifndef TOOLS_CROSS_VALIDATION_H
#define TOOLS_CROSS_VALIDATION_H

#include "tools/figures.h"
#include "tools/training.h"

/* Loss and metrics of each fold, measured on it with the weights that predict. */
struct cross_validation {
    double (*value)[1 + STATE_METRICS]; /* [folds], the loss first */
    size_t folds;                       /* that are done */
    int signal;                         /* that ended it early, or 0 */
};

/* Open each fold of the config and close it again: what is wrong with one is told before training.
 * Errors begin with "fold 2: ". */
bool cross_validation_check(struct config *config, const char *isa, struct error *err);

/* Train the folds one after another, each from the same first weights, with a line for each on
 * standard error unless `quiet`. True also when a signal ended it. */
bool cross_validation_run(struct cross_validation *cross, struct config *config, const char *isa,
                          bool quiet, struct error *err);
void cross_validation_free(struct cross_validation *cross);

/* A line of means and standard deviations on standard error. */
void cross_validation_report(const struct cross_validation *cross, const struct trainer *trainer);

/* Mean and standard deviation (that of a sample, n - 1) over the folds: "cv_loss", "cv_loss_sd",
 * and so on for the metrics of `trainer`; NaN without folds. */
bool cross_validation_figures(const struct cross_validation *cross, const struct trainer *trainer,
                              struct figures *to, struct error *err);

/* The member "cross_validation" of a JSON object: a list of the folds' figures. */
void cross_validation_to_json(const struct cross_validation *cross, const struct trainer *trainer,
                              struct text *to);

#endif
