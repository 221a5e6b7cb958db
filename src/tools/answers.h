/* answers.h - a model's outputs as fields of CSV: numbers, classes, their probabilities. */
#ifndef TOOLS_ANSWERS_H
#define TOOLS_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "data/dataset.h"

struct answers {
    const struct schema *schema;
    size_t outputs;                   /* of the model: numbers of a row of outputs */
    size_t targets;                   /* numbers that the targets have: columns times horizon */
    const struct param_reals *levels; /* of a quantile loss: several outputs for each of those */
    bool probabilities;               /* p_CLASS for each class instead of the class */
    size_t top; /* instead: that many classes with their probabilities; 0: no */
};

/* Do the settings fit a model for numbers or classes? ERROR_CONFIG that names the option. */
bool answers_check(const struct answers *answers, struct error *err);

/* The names, joined by ',': y; y+1,...,y+H with a horizon; p_CLASS for each class; y_1,p_1,y_2,p_2
 * with `top`. A name that a kept column of `data` has too gets "_predicted" behind it. */
void answers_header(const struct answers *answers, const struct dataset *data, struct text *to);

/* The fields of one row of outputs, in the targets' own units or as probabilities. */
void answers_add(const struct answers *answers, const double *output, struct text *to);

/* As many empty fields. */
void answers_add_empty(const struct answers *answers, struct text *to);

#endif
