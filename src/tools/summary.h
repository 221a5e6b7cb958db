/* summary.h - what a run leaves when it is over: one JSON object, and the figure of its losses. */
#ifndef TOOLS_SUMMARY_H
#define TOOLS_SUMMARY_H

#include <stdbool.h>

#include "base/error.h"
#include "tools/figures.h"
#include "tools/training.h"

/* What a run ends with: loss and metrics of the training epoch that predicts ("loss", "rmse"), and
 * as far as there are such parts, those of the validation part ("val_loss") and of the test part
 * ("test_loss"), each with the skill over the best baseline ("val_skill"). A result of NULL gives
 * the names alone, before there are values. */
bool summary_figures(const struct training *training, const struct training_result *result,
                     struct figures *to, struct error *err);

/* Judge the weights that predict: unless the run is silent, tables of scores to standard error; the
 * object to standard output. Then ERROR_GATE when the expression `fail_if` (NULL: none) is true of
 * the figures. */
bool summary_print(struct training *training, const char *config, const char *fail_if,
                   struct error *err);

/* How it ended: "finished", "stopped early", "out of time", "interrupted". */
const char *summary_status(const struct training *training);

/* Draw the history to output.plot, where there is one and an epoch to draw. */
bool summary_plot(const struct training *training, struct error *err);

#endif
