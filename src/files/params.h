/* params.h - the config table at work: what base/param.h describes, read, printed and explained.
 *
 * A section is read from a tree into the struct its rows describe, and turned back into a tree. The
 * errors are ERROR_CONFIG (or ERROR_SYSTEM without memory) and name the place in the config. */
#ifndef FILES_PARAMS_H
#define FILES_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/param.h"
#include "base/text.h"
#include "files/tree.h"

/* Fill the struct at `to`, which must be all zero bytes, from a mapping: what the user wrote, else
 * the rows' defaults. The struct borrows file names from the tree, nothing else. On failure it is
 * freed and zeroed. */
bool params_read(const struct param *rows, const struct node *mapping, void *to, struct error *err);

/* Free what the struct at `from` owns; afterwards it holds no pointers. */
void params_free(const struct param *rows, void *from);

/* The struct as a mapping with every key that is set, defaults included; the caller's to free.
 * params_read makes the same struct of it. NULL with an error without memory. */
struct node *params_tree(const struct param *rows, const void *from, struct error *err);

/* Set what a dotted path from `mapping` names to `value`, which the mapping takes over (also on
 * failure). Sections that are not there are made, short forms (`lstm: 64`, `adam`) are spelled out,
 * another kind in a place for one is replaced. Messages begin with value->place. */
bool params_override(const struct param *rows, struct node *mapping, const char *dotted,
                     struct node *value, struct error *err);

/* The rows as an mdoc(7) list: key, type and range, default, help. */
void params_manual(const struct param *rows, struct text *to);

/* Subsections for those rows that hold keys of their own (sections, maps, kinds), each named by its
 * dotted path below `path`. */
void params_manual_below(const struct param *rows, const char *path, struct text *to);

/* Every key that a path can name, one a line, each with `prefix` before it: "train.shuffle true false",
 * with the words that its value may be. */
void params_keys(const struct param *rows, const char *prefix, struct text *to);

#endif
