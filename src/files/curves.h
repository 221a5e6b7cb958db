/* curves.h - the curves of histories within a page: a chart for each measure, that of the validation
 * beside it. */
#ifndef FILES_CURVES_H
#define FILES_CURVES_H

#include "base/error.h"
#include "base/text.h"
#include "files/history.h"

struct curves_run {
    const struct history_table *table;
    const char *path; /* for messages */
    const char *name; /* NULL for a single one */
};

/* Add a chart for each measure that any of the runs has, in their order: "loss" with "val_loss", ...,
 * those of the clock left out. What never changes is told in a sentence. *number counts the figures
 * of the page. */
bool curves_add(const struct curves_run *run, size_t runs, size_t *number, struct text *to,
                struct error *err);

#endif
