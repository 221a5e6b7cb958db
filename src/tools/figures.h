/* figures.h - the figures a run or an evaluation ends with, by name: for JSON and for --fail-if. */
#ifndef TOOLS_FIGURES_H
#define TOOLS_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/expression.h"
#include "base/text.h"

/* Start with {0}. */
struct figures {
    struct figure *item; /* names owned */
    size_t count, capacity;
};

/* Add "PREFIXname"; a prefix of "" is none. NAN: known by name, without a value. */
bool figures_add(struct figures *figures, const char *prefix, const char *name, double value,
                 struct error *err);
void figures_free(struct figures *figures);

/* All of them as members of a JSON object. */
void figures_to_json(const struct figures *figures, struct text *to);

/* A number for a table, with so many digits, or with three decimals where it is below `limit` in
 * size; "-" for one that is undefined. Returns `to`. */
const char *figure_text(double value, int digits, char to[static 32]);
const char *figure_text_skill(double value, double limit, char to[static 32]);

/* Does an expression of --fail-if use only names that are there? ERROR_CONFIG when not. */
bool figures_check_gate(const struct figures *figures, const char *expression, struct error *err);

/* False with ERROR_GATE when the expression is true, or hangs on a figure that is NaN. */
bool figures_pass_gate(const struct figures *figures, const char *expression, struct error *err);

#endif
