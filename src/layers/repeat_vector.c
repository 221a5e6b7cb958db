/* repeat_vector: a sequence of n steps, each of them the one input.
 *
 *   forward    y_t = x         t = 0..n-1
 *   backward   dx = dy_0 + dy_1 + ... */
#include <string.h>

#include "layers/layers.h"

const struct param repeat_vector_params[] = {
    {.key = "n",
     .type = PARAM_COUNT,
     .offset = offsetof(struct repeat_vector_settings, n),
     .least = 1,
     .most = 1048576,
     .help = "steps of the output"},
    LAYER_PARAMS(struct repeat_vector_settings),
    {0},
};

static bool build(struct layer *layer, struct error *err) {
    const struct repeat_vector_settings *settings = layer->settings;
    (void)err;
    layer->out_features = layer->in_features;
    layer->out_sequence = true;
    layer->repeats = settings->n;
    return true;
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    size_t total; /* an overflow is the plan's to report */
    if (__builtin_mul_overflow(limits->rows, layer->repeats, &total)) plan->failed = true;
    plan_want(plan, &layer->y, total, layer->in_features * sizeof(real));
}

/* Every row has all steps, so a step's rows stand B apart. */
static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    size_t width = layer->in_features, count = (r1 - r0) * width;
    for (size_t t = 0; t < layer->repeats; t++)
        memcpy(layer->y + (t * pass->steps->rows + r0) * width, layer->x + r0 * width,
               count * sizeof *layer->y);
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    size_t width = layer->in_features, count = (r1 - r0) * width;
    if (layer->dx == NULL) return;
    real *dx = layer->dx + r0 * width;
    memcpy(dx, layer->dy + r0 * width, count * sizeof *dx);
    for (size_t t = 1; t < layer->repeats; t++)
        pass->kernels->add(count, layer->dy + (t * pass->steps->rows + r0) * width, dx);
}

const struct layer_ops repeat_vector_ops = {
    .build = build,
    .plan = plan,
    .prepare = layer_no_prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = layer_no_gradient,
    .destroy = layer_no_own,
    .output_activation = layer_linear,
    .needs_row = true,
};
