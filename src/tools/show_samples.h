/* show_samples.h - samples as the model will see them, for a person to look at. */
#ifndef TOOLS_SHOW_SAMPLES_H
#define TOOLS_SHOW_SAMPLES_H

#include "base/error.h"
#include "files/config.h"

/* Print the first `count` samples of the training part, before shuffling, to standard output: the
 * scaled values of each step with the line it comes from, and the targets, in 80 columns. The
 * model is not built. */
bool show_samples(const struct config *config, size_t count, struct error *err);

#endif
