/* training_state.h - where a run stands between two steps, beside its weights and moments. */
#ifndef FILES_TRAINING_STATE_H
#define FILES_TRAINING_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum { STATE_METRICS = 16 }; /* most metrics of a run */

struct training_state {
    size_t epoch;                /* completed */
    size_t step;                 /* done in the epoch under way */
    size_t iteration;            /* steps the optimizer has taken in all */
    double loss_sum, sample_sum; /* of the epoch under way, as are the next three */
    double metric_sum[STATE_METRICS], metric_count[STATE_METRICS];
    double *more; /* [more_count] what else the metrics add up */
    size_t more_count;
    double norm;                     /* largest gradient norm */
    double last_loss, last_val_loss; /* of the epoch before; NAN: not known */
    double best;                     /* of the monitored value; NAN before the first */
    size_t best_epoch;               /* 0 before the first */
    size_t wait;                     /* epochs since then */
    double reduced_rate;             /* learning rate after a plateau; NAN: as the config says */
    double plateau_best;             /* of the value monitored there; NAN before the first */
    size_t plateau_wait, plateau_cooldown; /* epochs */
    bool finished;       /* all epochs are done, or early stopping ended the run */
    uint32_t data_check; /* of the data that was trained on */
};

/* As JSON, every number exact. */
void training_state_to_json(const struct training_state *state, struct text *to);

/* Read it back; `name` is for messages. `more` is then the caller's to free. Errors are
 * ERROR_CHECKPOINT; then there is nothing to free. */
bool training_state_from_json(struct training_state *state, const char *text, const char *name,
                              struct error *err);

#endif
