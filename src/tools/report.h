/* report.h - what a run says of itself on standard error, before its first epoch and after its last. */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include "tools/training.h"

/* Version, config, data, layers, the most memory that the run will hold, threads and instruction set,
 * outputs. `resume`: it will start from the checkpoint where there is one. */
bool report_start(const struct training *training, const char *config, bool resume,
                  struct error *err);

/* Why a run ended before its end, and what to do next; that it went on past its best epoch, where
 * nothing watched. Nothing for one that did neither. */
void report_end(const struct training *training);

/* That there was nothing left to do. */
void report_finished(const struct training *training);

#endif
