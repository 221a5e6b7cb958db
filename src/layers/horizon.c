/* horizon: what a decoder gives at its H steps, side by side, the steps of one output after those of
 * another, as forecasts are laid out. The model adds it behind a decoder that writes numbers.
 *
 *   forward    y[k H + h] = x_h[k]
 *   backward   dx_h[k] = dy[k H + h] */
#include "layers/layers.h"

static bool build(struct layer *layer, struct error *err) {
    const struct horizon_settings *settings = layer->settings;
    layer->out_sequence = false;
    return memory_multiply(layer->in_features, settings->steps, &layer->out_features, "a horizon",
                           err);
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    plan_want(plan, &layer->y, limits->rows, layer->out_features * sizeof(real));
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    for (size_t h = 0; h < pass->steps->count; h++) horizon_put(layer, pass->steps, h, h, r0, r1);
}

void horizon_put(const struct layer *layer, const struct steps *steps, size_t step, size_t h,
                 size_t r0, size_t r1) {
    const struct horizon_settings *settings = layer->settings;
    size_t width = layer->in_features;
    for (size_t r = r0; r < r1; r++)
        for (size_t k = 0; k < width; k++)
            layer->y[r * layer->out_features + k * settings->steps + h] =
                layer->x[(steps->offset[step] + r) * width + k];
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    const struct horizon_settings *settings = layer->settings;
    size_t width = layer->in_features;
    if (layer->dx == NULL) return;
    for (size_t h = 0; h < pass->steps->count; h++)
        for (size_t r = r0; r < r1; r++)
            for (size_t k = 0; k < width; k++)
                layer->dx[(pass->steps->offset[h] + r) * width + k] =
                    layer->dy[r * layer->out_features + k * settings->steps + h];
}

const struct layer_ops horizon_ops = {
    .build = build,
    .plan = plan,
    .prepare = layer_no_prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = layer_no_gradient,
    .destroy = layer_no_own,
    .output_activation = layer_linear,
    .needs_sequence = true,
};
