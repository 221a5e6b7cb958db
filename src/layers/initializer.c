#include "layers/initializer.h"

#include <math.h>

#define NUMBER(field, value, words)                                                                \
    {                                                                                              \
        .key = #field, .type = PARAM_REAL, .offset = offsetof(struct initializer_settings, field), \
        .preset = value, .least = -INFINITY, .most = INFINITY, .help = words                       \
    }
#define DEVIATION                                                                                  \
    {                                                                                              \
        .key = "stddev", .type = PARAM_REAL,                                                       \
        .offset = offsetof(struct initializer_settings, stddev), .preset = "0.05", .least = 0,     \
        .above = true, .most = INFINITY, .help = "standard deviation"                              \
    }

static const struct param no_params[] = {{0}};
static const struct param constant_params[] = {NUMBER(value, "0", "value of every number"), {0}};
static const struct param gain_params[] = {NUMBER(gain, "1", "what the matrix is multiplied by"),
                                           {0}};
static const struct param uniform_params[] = {
    NUMBER(minval, "-0.05", "lower end"), NUMBER(maxval, "0.05", "upper end"), {0}};
static const struct param normal_params[] = {NUMBER(mean, "0", "mean"), DEVIATION, {0}};

#define INITIALIZER(index, text, rows, short, words)                                               \
    [index] = {.name = text,                                                                       \
               .params = rows,                                                                     \
               .size = sizeof(struct initializer_settings),                                        \
               .shorthand = short,                                                                 \
               .help = words}

const struct kind initializer_kinds[INITIALIZER_COUNT + 1] = {
    INITIALIZER(INITIALIZER_ZEROS, "zeros", no_params, NULL, "all 0"),
    INITIALIZER(INITIALIZER_ONES, "ones", no_params, NULL, "all 1"),
    INITIALIZER(INITIALIZER_CONSTANT, "constant", constant_params, "value", "all the same"),
    INITIALIZER(INITIALIZER_IDENTITY, "identity", gain_params, "gain",
                "1 on the diagonal, 0 elsewhere"),
    INITIALIZER(INITIALIZER_GLOROT_UNIFORM, "glorot_uniform", no_params, NULL,
                "uniform with variance 2 / (fan in + fan out)"),
    INITIALIZER(INITIALIZER_GLOROT_NORMAL, "glorot_normal", no_params, NULL,
                "truncated normal with variance 2 / (fan in + fan out)"),
    INITIALIZER(INITIALIZER_HE_UNIFORM, "he_uniform", no_params, NULL,
                "uniform with variance 2 / fan in"),
    INITIALIZER(INITIALIZER_HE_NORMAL, "he_normal", no_params, NULL,
                "truncated normal with variance 2 / fan in"),
    INITIALIZER(INITIALIZER_LECUN_UNIFORM, "lecun_uniform", no_params, NULL,
                "uniform with variance 1 / fan in"),
    INITIALIZER(INITIALIZER_LECUN_NORMAL, "lecun_normal", no_params, NULL,
                "truncated normal with variance 1 / fan in"),
    INITIALIZER(INITIALIZER_ORTHOGONAL, "orthogonal", gain_params, "gain",
                "orthonormal rows or columns, whichever are fewer"),
    INITIALIZER(INITIALIZER_RANDOM_UNIFORM, "random_uniform", uniform_params, NULL, "uniform"),
    INITIALIZER(INITIALIZER_RANDOM_NORMAL, "random_normal", normal_params, "stddev", "normal"),
    INITIALIZER(INITIALIZER_TRUNCATED_NORMAL, "truncated_normal", normal_params, "stddev",
                "normal, cut at two standard deviations"),
};

enum initializer initializer_of(const struct kind *kind) {
    return (enum initializer)(kind - initializer_kinds);
}
