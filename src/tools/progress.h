/* progress.h - what a training run shows while it runs: a bar on a terminal, lines elsewhere. */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "run/train.h"
#include "tools/sparkline.h"
#include "tools/terminal.h"

/* The pieces of the bar's line, in the order in which they stand. */
enum progress_piece {
    PIECE_EPOCH,
    PIECE_BAR,
    PIECE_LOSS,
    PIECE_VALIDATION,
    PIECE_BEST,
    PIECE_BEST_VALUE,
    PIECE_CURVE,
    PIECE_RATE,
    PIECE_LEFT,
    PROGRESS_PIECES
};

struct progress {
    bool bar; /* one line, drawn again and again; else a line an epoch */
    bool silent;
    bool drawn; /* a bar stands on the present line */
    bool shown; /* the last epoch has a line */
    struct terminal terminal;
    size_t columns;                 /* of the terminal when the bar was last drawn */
    size_t width;                   /* of that bar */
    size_t widest[PROGRESS_PIECES]; /* at that many columns, so that nothing jumps */
    double started, last_drawn;
    double ends;                    /* the time at which max_time ends the run; INFINITY: never */
    size_t first_epoch, first_step; /* where this run began */
    struct train_epoch epoch;       /* the last one that ended; epoch 0 before */
    struct sparkline curve;         /* of the validation's loss, else the training's */
    double best;                    /* the least of that; NAN before the first */
    size_t best_epoch;
};

/* `when`: "auto" (a bar if standard error is a terminal that can show one, and CI is not set),
 * "always" (a bar), "never" (lines). `ends` as above. */
void progress_begin(struct progress *progress, const char *when, bool quiet, double ends,
                    const struct trainer *trainer);
void progress_step(struct progress *progress, const struct trainer *trainer);
void progress_epoch(struct progress *progress, const struct trainer *trainer,
                    const struct train_epoch *record);
/* One line of where the run stands, with `news` at its end; also of one that is silent. */
void progress_tell(struct progress *progress, const struct trainer *trainer, const char *news);
/* Take the bar away; the last epoch stays as a line. */
void progress_end(struct progress *progress, const struct trainer *trainer);

/* "3.2 s", "2:05 min", "1:02:03 h" */
const char *progress_time(double seconds, char to[static 32]);

#endif
