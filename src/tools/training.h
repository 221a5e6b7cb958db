/* training.h - one training run with its files: start, resume, save, history, end. */
#ifndef TOOLS_TRAINING_H
#define TOOLS_TRAINING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "files/checkpoint.h"
#include "files/history.h"
#include "files/lock.h"
#include "run/score.h"
#include "run/train.h"
#include "tools/evaluation_texts.h"
#include "tools/progress.h"
#include "tools/saver.h"
#include "tools/task.h"

struct cross_validation;
struct repeats;

enum { TRAINING_LOCKS = 3 };

struct training {
    struct config *config; /* borrowed */
    struct task task;
    struct trainer trainer;
    struct baselines baselines;
    struct evaluation_texts texts; /* planned where a report will show what a decoder writes */
    char *measures;                /* the baselines' text */
    char *resolved;                /* the config as it is saved: nothing left to be found */
    struct history history;
    const char *log;                  /* the history as JSON, too; borrowed, NULL: none */
    struct lock lock[TRAINING_LOCKS]; /* on the checkpoint, the history and the log */
    struct saver saver;
    struct progress progress;
    double started, saved;  /* clock times */
    double checked;         /* when signals and limits were last looked at */
    size_t saved_iteration; /* of the last save begun; SIZE_MAX before */
    size_t kept_iteration;  /* of the last save done; SIZE_MAX before */
    int signal;             /* that ended the run, or 0 */
    bool resumed;           /* from a checkpoint */
    bool finished_before;   /* ... with nothing left to do */

    /* What went before it, for the summary; borrowed, NULL: nothing. */
    const struct cross_validation *cross_validation;
    struct repeats *repeats; /* NULL: one seed */
    const char *repeats_path;
};

/* What a finished run is judged by, for the weights that predict. */
struct training_result {
    struct scores validation, test; /* of no samples: no such part */
};

/* Open data, build model, loss and optimizer, plan the memory; nothing is written. `isa` as
 * kernels_select takes it. */
bool training_open(struct training *training, struct config *config, const char *isa,
                   struct error *err);

/* The same for a fold of data.cross_validation, counted from 1. */
bool training_open_fold(struct training *training, struct config *config, const char *isa,
                        size_t fold, struct error *err);

/* Take the memory and set the first weights: drawn, from train.init_from, or with `resume` from
 * output.checkpoint. Resume with `or_start` begins afresh when there is no checkpoint. */
bool training_start(struct training *training, bool resume, bool or_start, struct error *err);

/* Check that the outputs can be written, then train; saves at intervals and at the end. Also true
 * when a signal or max_time ended it. */
bool training_run(struct training *training, const char *progress, bool quiet, struct error *err);

/* Scores of the weights that predict, beside the baselines', on the validation and test part. */
void training_judge(struct training *training, struct training_result *result);

void training_close(struct training *training);

#endif
