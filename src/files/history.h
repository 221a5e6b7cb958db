/* history.h - the history of a run: a CSV file, one row per epoch.
 *
 *     epoch,loss,val_loss,learning_rate,grad_norm,seconds,samples_per_second
 *     1,0.52,0.49,0.001,1.7,0.8,1200
 *
 * The first column is the epoch, from 1, going up. A number reads back to the same double; one that
 * is missing is an empty field. On request there is a log beside it, with the same rows as JSON:
 *
 *     {"epoch":1,"loss":0.52,"val_loss":null,"learning_rate":0.001,...}
 */
#ifndef FILES_HISTORY_H
#define FILES_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "files/rows.h"

/* ---- writing --------------------------------------------------------------------------------- */

/* Start with {0}, or with history_open. */
struct history {
    struct rows rows, log; /* log.path NULL: none */
    char **name;           /* [columns] */
    size_t columns;
};

/* Begin a file at `first_epoch`. With 1 the file starts afresh. Later, the rows of the epochs
 * before stay as they are and those from it on, or torn by a crash, are dropped; the file must have
 * the same columns, or be missing or empty. `columns` are all the columns' names, the first of them
 * "epoch". Errors are ERROR_SYSTEM. */
bool history_open(struct history *history, const char *path, const char *const *columns,
                  size_t count, size_t first_epoch, struct error *err);

/* Add the log, in the same way: of the epochs before nothing is there where the file is new. */
bool history_open_log(struct history *history, const char *path, size_t first_epoch,
                      struct error *err);

/* Add a row of history->columns numbers; NAN is a missing one, null in the log. */
bool history_append(struct history *history, const double *values, struct error *err);

/* Wait until the rows are on the disk: before a checkpoint that counts on them. */
bool history_sync(struct history *history, struct error *err);

/* In any case nothing is left open. Does nothing to a history that is closed or was never open. */
bool history_close(struct history *history, struct error *err);

/* ---- reading --------------------------------------------------------------------------------- */

struct history_table {
    char **column; /* names */
    size_t columns;
    double *value; /* [rows][columns]; NAN where a field is empty */
    size_t rows;
    char *text; /* that the names are in */
};

/* Read any CSV file of a header and numbers. Empty fields, NA, nan and inf count as missing. Errors
 * are ERROR_DATA with file and line. */
bool history_read(struct history_table *table, const char *path, struct error *err);

/* Number of the column of that name, or table->columns. */
size_t history_find(const struct history_table *table, const char *name);

void history_table_free(struct history_table *table);

#endif
