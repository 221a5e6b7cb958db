/* dropout: sets a fraction of its inputs to 0 while training (Srivastava et al. 2014).
 *
 *   forward    y = x m / (1 - rate)    m random 0 or 1, fresh for every step and unit
 *   backward   dx = dy m / (1 - rate)
 *
 * The mask is a function of seed, training step, row, time step and unit, so it is drawn again in
 * backward rather than kept, and no thread or restart changes it. */
#include <string.h>

#include "base/random.h"
#include "layers/layer.h"
#include "layers/layers.h"

const struct param dropout_params[] = {
    {.key = "rate",
     .type = PARAM_REAL,
     .offset = offsetof(struct dropout_settings, rate),
     .least = 0,
     .most = 1,
     .below = true,
     .help = "fraction of the inputs to drop"},
    LAYER_PARAMS(struct dropout_settings),
    {0},
};

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    if (!limits->training) return; /* y is x */
    plan_want(plan, &layer->y, layer->in_sequence ? limits->total : limits->rows,
              layer->in_features * sizeof(real));
}

static void mask(const struct layer *layer, const struct pass *pass, size_t r0, size_t r1,
                 const real *from, real *to) {
    const struct dropout_settings *settings = layer->settings;
    struct random_stream stream = random_stream(pass->seed, RANDOM_DROPOUT, layer->number);
    size_t width = layer->in_features, count = layer->in_sequence ? pass->steps->count : 1;
    for (size_t t = 0; t < count; t++) {
        struct run run =
            layer->in_sequence ? layer_step(pass->steps, t, r0, r1) : (struct run){r0, r1 - r0};
        if (pass->training && settings->rate > 0)
            pass->kernels->dropout(run.rows, width, settings->rate, stream.key, pass->step,
                                   pass->steps->origin + r0, t, from + run.first * width,
                                   to + run.first * width);
        else
            memcpy(to + run.first * width, from + run.first * width, run.rows * width * sizeof *to);
    }
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    if (layer->y != layer->x) mask(layer, pass, r0, r1, layer->x, layer->y);
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    if (layer->dx != NULL) mask(layer, pass, r0, r1, layer->dy, layer->dx);
}

const struct layer_ops dropout_ops = {
    .build = layer_same_shape,
    .plan = plan,
    .prepare = layer_no_prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = layer_no_gradient,
    .destroy = layer_no_own,
    .output_activation = layer_linear,
};
