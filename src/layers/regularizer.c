#include "layers/regularizer.h"

#include <math.h>

const struct param regularizer_params[] = {
    {.key = "l1",
     .type = PARAM_REAL,
     .offset = offsetof(struct regularizer, l1),
     .preset = "0",
     .least = 0,
     .most = INFINITY,
     .help = "factor of the sum of absolute values"},
    {.key = "l2",
     .type = PARAM_REAL,
     .offset = offsetof(struct regularizer, l2),
     .preset = "0",
     .least = 0,
     .most = INFINITY,
     .help = "factor of the sum of squares"},
    {0},
};
