/* masking: steps whose features all have one value are padding (Keras' rule). They are left out of
 * the batch before it comes here, so that no later layer, nor the loss, sees them; what does come is
 * handed on as it is. */
#include <math.h>
#include <stddef.h>

#include "layers/layers.h"

const struct param masking_params[] = {
    {.key = "mask_value",
     .type = PARAM_REAL,
     .offset = offsetof(struct masking_settings, mask_value),
     .preset = "0",
     .least = -INFINITY,
     .most = INFINITY,
     .help = "a step is padding when all its features, as the model gets them, are this"},
    LAYER_PARAMS(struct masking_settings),
    {0},
};

static bool build(struct layer *layer, struct error *err) {
    const struct masking_settings *settings = layer->settings;
    if (!layer->first)
        return error_set(err, ERROR_CONFIG,
                         "layer '%s' looks at the data's steps: it can only be first", layer->name);
    layer->masks = true;
    layer->mask_value = (real)settings->mask_value;
    return layer_same_shape(layer, err);
}

/* y is x. */
static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    (void)layer, (void)limits, (void)plan;
}

static void pass_on(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    (void)layer, (void)pass, (void)r0, (void)r1;
}

const struct layer_ops masking_ops = {
    .build = build,
    .plan = plan,
    .prepare = layer_no_prepare,
    .forward = pass_on,
    .backward = pass_on,
    .weight_gradient = layer_no_gradient,
    .destroy = layer_no_own,
    .output_activation = layer_linear,
    .needs_sequence = true,
};
