/* layer_normalization: each step's features with mean 0 and variance 1, then a learned scale and
 * centre (Ba, Kiros and Hinton 2016), as in Keras. F features, gamma [F], beta [F].
 *
 *   forward    m = sum x / F,  v = sum (x - m)^2 / F,  s = 1 / sqrt(v + epsilon)
 *              n = (x - m) s,  y = gamma n + beta
 *   backward   g = dy gamma,  dx = s (g - sum g / F - n sum (g n) / F)
 *              dgamma = sum dy n,  dbeta = sum dy, over rows and steps
 *
 * Kept for each step: n, overwritten by dy n, and s. */
#include <math.h>
#include <stddef.h>

#include "layers/layers.h"
#include "layers/vocabulary.h"

const struct param layer_normalization_params[] = {
    {.key = "epsilon",
     .type = PARAM_REAL,
     .offset = offsetof(struct layer_normalization_settings, epsilon),
     .preset = "0.001",
     .least = 0,
     .above = true,
     .most = INFINITY,
     .help = "added to the variance"},
    {.key = "center",
     .type = PARAM_BOOL,
     .offset = offsetof(struct layer_normalization_settings, center),
     .preset = "true",
     .help = "add a learned beta"},
    {.key = "scale",
     .type = PARAM_BOOL,
     .offset = offsetof(struct layer_normalization_settings, scale),
     .preset = "true",
     .help = "multiply by a learned gamma"},
    LAYER_PARAMS(struct layer_normalization_settings),
    {0},
};

struct normalization {
    size_t gamma, beta; /* tensors; SIZE_MAX: none */
    real *normal;       /* [total or B][F] */
    real *inverse;      /* [total or B]: s */
};

static bool build(struct layer *layer, struct error *err) {
    const struct layer_normalization_settings *settings = layer->settings;
    struct normalization *self = memory_take(1, sizeof *self, "a layer", err);
    layer->own = self;
    if (self == NULL || !layer_same_shape(layer, err)) return false;
    self->gamma = settings->scale ? layer->tensors : SIZE_MAX;
    if (settings->scale &&
        !layer_add_tensor(layer, "gamma", layer->in_features, 0, INITIALIZER_ONES, err))
        return false;
    self->beta = settings->center ? layer->tensors : SIZE_MAX;
    return !settings->center ||
           layer_add_tensor(layer, "beta", layer->in_features, 0, INITIALIZER_ZEROS, err);
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    struct normalization *self = layer->own;
    size_t rows = layer->in_sequence ? limits->total : limits->rows;
    size_t width = layer->in_features * sizeof(real);
    plan_want(plan, &layer->y, rows, width);
    if (!limits->training) return;
    plan_want(plan, &self->normal, rows, width);
    plan_want(plan, &self->inverse, rows, sizeof(real));
}

static const real *tensor_of(const struct layer *layer, const struct pass *pass, size_t tensor) {
    return tensor != SIZE_MAX ? pass->parameters + layer->tensor[tensor].offset : NULL;
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    const struct layer_normalization_settings *settings = layer->settings;
    struct normalization *self = layer->own;
    const real *gamma = tensor_of(layer, pass, self->gamma);
    const real *beta = tensor_of(layer, pass, self->beta);
    size_t width = layer->in_features;
    for (size_t i = 0; i < layer_runs(pass->steps, layer->in_sequence, r0, r1); i++) {
        struct run run = layer_run(pass->steps, layer->in_sequence, r0, r1, i);
        size_t at = run.first * width;
        pass->kernels->normalize(run.rows, width, (real)settings->epsilon, layer->x + at, gamma,
                                 beta, layer->y + at,
                                 self->normal != NULL ? self->normal + at : NULL,
                                 self->inverse != NULL ? self->inverse + run.first : NULL);
    }
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct normalization *self = layer->own;
    const real *gamma = tensor_of(layer, pass, self->gamma);
    size_t width = layer->in_features;
    for (size_t i = 0; i < layer_runs(pass->steps, layer->in_sequence, r0, r1); i++) {
        struct run run = layer_run(pass->steps, layer->in_sequence, r0, r1, i);
        size_t at = run.first * width;
        pass->kernels->normalize_back(run.rows, width, gamma, self->inverse + run.first,
                                      layer->dy + at, self->normal + at,
                                      layer->dx != NULL ? layer->dx + at : NULL);
    }
}

static void weight_gradient(struct layer *layer, const struct pass *pass, size_t part,
                            size_t parts) {
    struct normalization *self = layer->own;
    size_t width = layer->in_features;
    size_t rows = layer->in_sequence ? pass->steps->total : pass->steps->rows;
    struct team_range columns = columns_share(width, part, parts);
    if (self->gamma != SIZE_MAX)
        bias_gradient(&layer->tensor[self->gamma], pass, rows, self->normal, width, columns);
    if (self->beta != SIZE_MAX)
        bias_gradient(&layer->tensor[self->beta], pass, rows, layer->dy, width, columns);
}

const struct layer_ops layer_normalization_ops = {
    .build = build,
    .plan = plan,
    .prepare = layer_no_prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = weight_gradient,
    .destroy = layer_no_own,
    .output_activation = layer_linear,
};
