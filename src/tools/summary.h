/* summary.h - what a run leaves when it is over: one JSON object, and the figure of its losses. */
#ifndef TOOLS_SUMMARY_H
#define TOOLS_SUMMARY_H

#include <stdbool.h>

#include "base/error.h"
#include "tools/training.h"

/* Judge the weights that predict, and print the object to standard output. */
bool summary_print(struct training *training, const char *config, struct error *err);

/* Draw the history to output.plot, where there is one and an epoch to draw. */
bool summary_plot(const struct training *training, struct error *err);

#endif
