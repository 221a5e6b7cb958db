/* params_scalar.h - one scalar of a config as the type that its key takes. */
#ifndef FILES_PARAMS_SCALAR_H
#define FILES_PARAMS_SCALAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/param.h"
#include "files/tree.h"

/* Put the scalar's value where a row of type BOOL, COUNT, REAL, TEXT, CHOICE, PART or INTERVAL
 * wants it. The node is a scalar and not null. */
bool scalar_read(const struct param *row, const struct node *node, void *to, struct error *err);

/* The text of a scalar, the caller's to free; NULL when it is null or too long for a path. */
char *scalar_text(const struct param *row, const struct node *node, struct error *err);

/* An integer in the row's range. */
bool scalar_count(const struct param *row, const struct node *node, size_t *to, struct error *err);

/* Would a plain scalar of these bytes be a number, a boolean or ~ to some reader of YAML? */
bool scalar_is_ambiguous(const char *text);

#endif
