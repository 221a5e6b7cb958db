/* initializer.h - how a tensor starts: Keras' names, settings and formulas (model/init.c). */
#ifndef LAYERS_INITIALIZER_H
#define LAYERS_INITIALIZER_H

#include "base/param.h"

/* In the order of initializer_kinds. */
enum initializer {
    INITIALIZER_ZEROS,
    INITIALIZER_ONES,
    INITIALIZER_CONSTANT,
    INITIALIZER_IDENTITY,
    INITIALIZER_GLOROT_UNIFORM,
    INITIALIZER_GLOROT_NORMAL,
    INITIALIZER_HE_UNIFORM,
    INITIALIZER_HE_NORMAL,
    INITIALIZER_LECUN_UNIFORM,
    INITIALIZER_LECUN_NORMAL,
    INITIALIZER_ORTHOGONAL,
    INITIALIZER_RANDOM_UNIFORM,
    INITIALIZER_RANDOM_NORMAL,
    INITIALIZER_TRUNCATED_NORMAL,
    INITIALIZER_COUNT
};

/* Each kind fills those that are its own. */
struct initializer_settings {
    double value;          /* constant */
    double gain;           /* identity, orthogonal */
    double minval, maxval; /* random_uniform */
    double mean, stddev;   /* random_normal, truncated_normal */
};

extern const struct kind initializer_kinds[INITIALIZER_COUNT + 1];

/* The initialiser of a kind. */
enum initializer initializer_of(const struct kind *kind);

#define INITIALIZER_PARAM(owner, field, value)                                                     \
    {                                                                                              \
        .key = #field, .type = PARAM_KIND, .offset = offsetof(owner, field), .preset = value,      \
        .kinds = initializer_kinds, .topic = "initializer", .help = "how the tensor starts"        \
    }

#endif
