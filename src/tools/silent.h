/* silent.h - a training that leaves no files: one of several, for the sake of its figures. */
#ifndef TOOLS_SILENT_H
#define TOOLS_SILENT_H

#include "tools/training.h"

/* Train an open run from its first weights to its end. True also when max_time ended it or a signal,
 * which is then in training->signal. */
bool silent_train(struct training *training, struct error *err);

/* "  7 epochs in 1.2 s" and the end of the line, on standard error. */
void silent_show_end(const struct training *training);

#endif
