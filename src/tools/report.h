/* report.h - the start-up report: what is about to happen, on standard error. */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include "tools/training.h"

/* Version, config, data, layers, memory, threads and instruction set, outputs. */
bool report_start(const struct training *training, const char *config, struct error *err);

#endif
