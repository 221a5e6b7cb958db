/* progress.h - what a training run shows while it runs: a bar on a terminal, lines elsewhere. */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "run/train.h"
#include "tools/terminal.h"

struct progress {
    bool bar; /* one line, drawn again and again; else a line an epoch */
    bool silent;
    bool drawn; /* a bar stands on the present line */
    bool shown; /* the last epoch has a line */
    struct terminal terminal;
    double started, last_drawn;
    size_t first_epoch, first_step; /* where this run began */
    struct train_epoch epoch;       /* the last one that ended; epoch 0 before */
};

/* `when`: "auto" (a bar if standard error is a terminal), "always" (a bar), "never" (lines). */
void progress_begin(struct progress *progress, const char *when, bool quiet,
                    const struct trainer *trainer);
void progress_step(struct progress *progress, const struct trainer *trainer);
void progress_epoch(struct progress *progress, const struct trainer *trainer,
                    const struct train_epoch *record);
/* Take the bar away; the last epoch stays as a line. */
void progress_end(struct progress *progress, const struct trainer *trainer);

/* "3.2 s", "2:05 min", "1:02:03 h" */
const char *progress_time(double seconds, char to[static 32]);

#endif
