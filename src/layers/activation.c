/* activation: y = f(x), on each row or each step.
 *
 *   backward   dx = dy f'(x)        softmax: dx = y (dy - sum(dy y)) */
#include <stddef.h>

#include "layers/layer.h"
#include "layers/layers.h"

const struct param activation_params[] = {
    {.key = "activation",
     .type = PARAM_CHOICE,
     .offset = offsetof(struct activation_settings, activation),
     .choices = activation_names,
     .help = "the function"},
    LAYER_PARAMS(struct activation_settings),
    {0},
};

static enum activation output_activation(const struct layer *layer) {
    const struct activation_settings *settings = layer->settings;
    return (enum activation)settings->activation;
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    size_t rows = layer->in_sequence ? limits->total : limits->rows;
    plan_want(plan, &layer->y, rows, layer->in_features * sizeof(real));
    if (layer->loss_on_logits)
        plan_want(plan, &layer->logits, rows, layer->in_features * sizeof(real));
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    size_t width = layer->in_features;
    for (size_t i = 0; i < layer_runs(pass->steps, layer->in_sequence, r0, r1); i++) {
        struct run run = layer_run(pass->steps, layer->in_sequence, r0, r1, i);
        size_t at = run.first * width;
        pass->kernels->activate(output_activation(layer), run.rows, width, layer->x + at,
                                layer->y + at);
        if (layer->loss_on_logits)
            pass->kernels->activate(ACTIVATION_LINEAR, run.rows, width, layer->x + at,
                                    layer->logits + at);
    }
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    if (layer->dx == NULL) return;
    size_t width = layer->in_features;
    enum activation f = layer->loss_on_logits ? ACTIVATION_LINEAR : output_activation(layer);
    for (size_t i = 0; i < layer_runs(pass->steps, layer->in_sequence, r0, r1); i++) {
        struct run run = layer_run(pass->steps, layer->in_sequence, r0, r1, i);
        size_t at = run.first * width;
        pass->kernels->activate_back(f, run.rows, width, layer->x + at, layer->y + at,
                                     layer->dy + at, layer->dx + at);
    }
}

const struct layer_ops activation_ops = {
    .build = layer_same_shape,
    .plan = plan,
    .prepare = layer_no_prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = layer_no_gradient,
    .destroy = layer_no_own,
    .output_activation = output_activation,
};
