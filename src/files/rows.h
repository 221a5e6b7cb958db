/* rows.h - a text file that a run adds a line to at each epoch, and that its resumption goes on with.
 *
 * A line begins with a mark, the same in all, then the number of the epoch, from 1, going up, and a
 * comma: "1,0.52,..." or {"epoch":1,"loss":0.52,...}. It is written with one write(), so it is there
 * whole or not. */
#ifndef FILES_ROWS_H
#define FILES_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

struct rows {
    int fd;
    char *path; /* NULL: closed */
};

/* What the lines of a file look like. */
struct rows_form {
    const char *header; /* a whole line, or "" */
    const char *mark;   /* before the epoch's number */
    const char
        *other; /* the message for a file that begins otherwise: "the run to be resumed ..." */
};

/* Begin a file at `first_epoch`. With 1 it starts afresh. Later, the lines of the epochs before stay
 * as they are and those from it on, or torn by a crash, are dropped; the file must begin with the
 * form's header and mark, or be missing or empty. One that is our standard output or error by another
 * name is added to as it is. Errors are ERROR_SYSTEM. */
bool rows_open(struct rows *rows, const char *path, const struct rows_form *form,
               size_t first_epoch, struct error *err);

/* Add a line, its end included; the text is empty afterwards. */
bool rows_append(struct rows *rows, struct text *line, struct error *err);

/* Wait until the lines are on the disk: before a checkpoint that counts on them. */
bool rows_sync(struct rows *rows, struct error *err);

/* In any case nothing is left open. Does nothing to a file that is closed or {0}. */
bool rows_close(struct rows *rows, struct error *err);

#endif
