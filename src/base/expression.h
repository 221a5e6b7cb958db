/* expression.h - a yes or no about figures: `rmse > 12`, `accuracy<0.9 or (skill<0 and not r2>=1)`.
 *
 *     either     = both { "or" both }
 *     both       = single { "and" single }
 *     single     = "not" single | "(" either ")" | side comparison side
 *     comparison = "<" | "<=" | ">" | ">=" | "==" | "!="          side = a number | a figure's name
 *
 * A comparison with a figure that is NaN is neither true nor false, and so is what it decides
 * (Kleene's logic): a gate can then stay shut. */
#ifndef BASE_EXPRESSION_H
#define BASE_EXPRESSION_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

struct figure {
    const char *name; /* letters, digits and _ */
    double value;
};

/* In the order of how true: `or` is the larger one, `and` the smaller. */
enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

/* Is the text an expression? Errors are ERROR_CONFIG: "NAME: column 5: expected ..., found ...". */
bool expression_check(const char *text, const char *name, struct error *err);

/* What it says of `count` figures. A name that is none of them is an error that lists them. `seen`
 * gets the figures it looked at, as "rmse = 14.7, mae = 10.2"; NULL: nobody asks. */
bool expression_value(const char *text, const char *name, const struct figure *figures,
                      size_t count, enum truth *value, struct text *seen, struct error *err);

#endif
