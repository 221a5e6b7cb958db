/* params_scope.h - where in a config a reader is, and the messages that say so. */
#ifndef FILES_PARAMS_SCOPE_H
#define FILES_PARAMS_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/param.h"
#include "files/tree.h"

/* A section (`name` alone; NULL is the whole config) or the keys of a kind (`noun` says of what:
 * "layer", "optimizer"). */
struct scope {
    const struct scope *above;
    const char *noun, *name;
    struct place place;       /* of the section, or of what should hold it */
    const struct param *rows; /* its keys */
};

/* Texts for messages; longer ones are cut. */
struct phrase {
    char text[256];
};

/* What one of a row's kinds is called: "layer" for `layers`, "task" where `task` names it. */
struct phrase params_noun(const struct param *row);

/* "expected ..." without the word expected: "integer 1..65536", "finite number > 0". Of a row whose value
 * is a scalar, but not any text. */
struct phrase params_wanted(const struct param *row);

/* A value as a message quotes it: cut at 60 bytes, between characters. */
struct phrase params_shown(const char *value);

/* "unknown key 'unit' in layer 'lstm'; did you mean 'units'?" False. */
bool params_unknown_key(struct error *err, struct place place, const struct scope *scope,
                        const char *key);

/* The same for a key of a kind that stands beside it: "...; it belongs to the cell: bidirectional:
 * {lstm: {units: 37, recurrent_dropout: 0.1}}". `beside` is the kind's node. False. */
bool params_misplaced_key(struct error *err, const struct scope *scope, const struct param *row,
                          const struct node *beside, const struct node *item);

/* "missing required key 'units' in layer 'lstm'", "missing required key 'model.layers'". False. */
bool params_missing_key(struct error *err, const struct scope *scope, const char *key);

/* "units: missing value". False. */
bool params_missing_value(struct error *err, const struct param *row, const struct node *node);

/* "early_stopping: expected mapping, got scalar; its keys are monitor, patience, ..." False. */
bool params_no_section(struct error *err, const struct param *row, const struct node *node);

/* The row of a key, or NULL. */
const struct param *params_row(const struct param *rows, const char *key);

/* The row that is inlined and has a kind of that name, or NULL. */
const struct param *params_inlined(const struct param *rows, const char *name);

/* The kind of a name; NULL with "expected one of lstm, gru; did you mean 'lstm'?". */
const struct kind *params_kind(const struct param *row, const char *name, struct place place,
                               struct error *err);

#endif
