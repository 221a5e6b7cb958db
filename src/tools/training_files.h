/* training_files.h - the files that a training run writes: checked, opened, added to, replaced. */
#ifndef TOOLS_TRAINING_FILES_H
#define TOOLS_TRAINING_FILES_H

#include <stdbool.h>

#include "base/error.h"
#include "tools/training.h"

/* Each output is a file of its own, and none of them is the config or the data: ERROR_CONFIG. */
bool training_check_names(const struct training *training, struct error *err);

/* The same for one more output, which no key of the config names. */
bool training_check_output(const struct training *training, const char *path, struct error *err);

/* Ask before a long run whether the outputs can be written: ERROR_SYSTEM. */
bool training_check_writable(const struct training *training, struct error *err);

/* Keep other runs from the checkpoint and the history until training_unlock: ERROR_SYSTEM when one
 * has them. */
bool training_lock(struct training *training, struct error *err);
void training_unlock(struct training *training);

/* Can the checkpoint be read again, however long the run? ERROR_CONFIG when not. */
bool training_check_size(const struct training *training, struct error *err);

/* The history, from the epoch on that the run is at; a row of it. */
bool training_open_history(struct training *training, struct error *err);
bool training_append_history(struct training *training, const struct train_epoch *epoch,
                             struct error *err);

/* Replace the checkpoint, when the history before it is on the disk; training may go on while that
 * is done. Weights that are not finite are refused: ERROR_DIVERGED. Other errors may be those of the
 * save before. */
bool training_save(struct training *training, struct error *err);

/* Has a save that was under way failed? Never waits. */
bool training_saved(struct training *training, struct error *err);

/* Wait until the last save is done. */
bool training_finish_save(struct training *training, struct error *err);

/* After ERROR_DIVERGED: save the last weights that a finite loss speaks for - not to be resumed,
 * but to predict with or to start from - and add to the error what the checkpoint holds. */
void training_keep_good(struct training *training, struct error *err);

#endif
