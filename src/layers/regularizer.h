/* regularizer.h - what a tensor's size costs: l1 sum |w| + l2 sum w^2, added to the loss (model's
 * penalty.c). */
#ifndef LAYERS_REGULARIZER_H
#define LAYERS_REGULARIZER_H

#include <stdbool.h>

#include "base/param.h"

struct regularizer {
    bool given;
    double l1, l2;
};

extern const struct param regularizer_params[];

#define REGULARIZER_PARAM(owner, field)                                                            \
    {                                                                                              \
        .key = #field, .type = PARAM_SECTION, .offset = offsetof(owner, field), .preset = "~",     \
        .rows = regularizer_params, .size = sizeof(struct regularizer), .topic = "regularizer",    \
        .help = "what large weights cost: l1 times the sum of their sizes and l2 times that of "   \
                "their squares are added to the loss"                                              \
    }

#endif
