/* dense: a fully connected layer, on each row or on each step of a sequence.
 *
 *   forward    z = x W + b          W [in][u], b [u]
 *              y = f(z)
 *   backward   dz = dy f'(z)        softmax: dz = y (dy - sum(dy y))
 *              dx = dz W'
 *              dW = x' dz,  db = sum of dz over rows and steps */
#include <stddef.h>

#include "base/team.h"
#include "layers/layer.h"
#include "layers/layers.h"
#include "layers/vocabulary.h"

const struct param dense_params[] = {
    {.key = "units",
     .type = PARAM_COUNT,
     .offset = offsetof(struct dense_settings, units),
     .least = 1,
     .most = 65536,
     .word = "auto",
     .preset = "auto",
     .help = "size of the output; auto, in the model's last layer with units: what the targets "
             "need"},
    ACTIVATION_PARAM(struct dense_settings, activation, "linear", "activation of the output"),
    USE_BIAS_PARAM(struct dense_settings),
    INITIALIZER_PARAM(struct dense_settings, kernel_initializer, "glorot_uniform"),
    INITIALIZER_PARAM(struct dense_settings, bias_initializer, "zeros"),
    REGULARIZER_PARAM(struct dense_settings, kernel_regularizer),
    REGULARIZER_PARAM(struct dense_settings, bias_regularizer),
    LAYER_PARAMS(struct dense_settings),
    {0},
};

struct dense {
    size_t units;
    enum activation activation;
    bool use_bias;
    real *packed;            /* [in][u] in panels */
    real *packed_transposed; /* [u][in] in panels */
    real *input;             /* z, where the derivative needs it; else NULL */
    real *dz;
};

enum { KERNEL, BIAS }; /* tensors */

static bool build(struct layer *layer, struct error *err) {
    const struct dense_settings *settings = layer->settings;
    if (settings->units == 0)
        return error_set(err, ERROR_CONFIG,
                         "layer '%s' needs units: only the last layer's can be found from the data",
                         layer->name);
    struct dense *self = memory_take(1, sizeof *self, "a layer", err);
    layer->own = self;
    if (self == NULL) return false;
    self->units = settings->units;
    self->activation = (enum activation)settings->activation;
    self->use_bias = settings->use_bias != 0;
    layer->out_features = self->units;
    layer->out_sequence = layer->in_sequence;
    return layer_add_weights(layer, "kernel", layer->in_features, self->units,
                             &settings->kernel_initializer, &settings->kernel_regularizer, err) &&
           (!self->use_bias ||
            layer_add_weights(layer, "bias", self->units, 0, &settings->bias_initializer,
                              &settings->bias_regularizer, err));
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    struct dense *self = layer->own;
    size_t rows = layer->in_sequence ? limits->total : limits->rows;
    size_t width = self->units * sizeof(real);
    plan_want(plan, &layer->y, rows, width);
    plan_want(plan, &self->packed, packed_size(layer->in_features, self->units), sizeof(real));
    if (layer->loss_on_logits)
        plan_want(plan, &layer->logits, rows, width);
    else if (limits->training && activation_needs_input(self->activation))
        plan_want(plan, &self->input, rows, width);
    if (!limits->training) return;
    plan_want(plan, &self->packed_transposed, packed_size(self->units, layer->in_features),
              sizeof(real));
    plan_want(plan, &self->dz, rows, width);
}

static void prepare(struct layer *layer, const struct pass *pass, size_t part, size_t parts) {
    struct dense *self = layer->own;
    const real *kernel = pass->parameters + layer->tensor[KERNEL].offset;
    size_t in = layer->in_features, u = self->units;
    struct team_range range = panels_share(u, part, parts);
    pass->kernels->pack(in, u, kernel, u, range.first, range.end, self->packed);
    if (self->packed_transposed == NULL || layer->dx == NULL) return;
    range = panels_share(in, part, parts);
    pass->kernels->pack_transposed(u, in, kernel, u, range.first, range.end,
                                   self->packed_transposed);
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct dense *self = layer->own;
    const struct kernels *k = pass->kernels;
    const real *bias = self->use_bias ? pass->parameters + layer->tensor[BIAS].offset : NULL;
    size_t in = layer->in_features, u = self->units;
    real *input = layer->loss_on_logits ? layer->logits : self->input;
    for (size_t i = 0; i < layer_runs(pass->steps, layer->in_sequence, r0, r1); i++) {
        struct run run = layer_run(pass->steps, layer->in_sequence, r0, r1, i);
        real *y = layer->y + run.first * u, *z = input != NULL ? input + run.first * u : y;
        struct factor x = {layer->x + run.first * in, in, in, self->packed};
        multiply(k, run.rows, u, bias, x, (struct factor){0}, z, u);
        k->activate(self->activation, run.rows, u, z, y);
    }
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct dense *self = layer->own;
    const struct kernels *k = pass->kernels;
    size_t in = layer->in_features, u = self->units;
    for (size_t i = 0; i < layer_runs(pass->steps, layer->in_sequence, r0, r1); i++) {
        struct run run = layer_run(pass->steps, layer->in_sequence, r0, r1, i);
        size_t at = run.first * u;
        real *dz = self->dz + at;
        enum activation f = layer->loss_on_logits ? ACTIVATION_LINEAR : self->activation;
        k->activate_back(f, run.rows, u, self->input != NULL ? self->input + at : NULL,
                         layer->y + at, layer->dy + at, dz);
        if (layer->dx == NULL) continue;
        real *dx = layer->dx + run.first * in;
        struct factor derivative = {dz, u, u, self->packed_transposed};
        multiply(k, run.rows, in, NULL, derivative, (struct factor){0}, dx, in);
    }
}

static void weight_gradient(struct layer *layer, const struct pass *pass, size_t part,
                            size_t parts) {
    struct dense *self = layer->own;
    size_t rows = layer->in_sequence ? pass->steps->total : pass->steps->rows;
    struct team_range columns = columns_share(self->units, part, parts);
    clear_gradient(&layer->tensor[KERNEL], pass, columns);
    add_outer(pass->kernels, rows, layer->in_features, layer->x, layer->in_features, self->dz,
              self->units, columns, pass->gradients + layer->tensor[KERNEL].offset, self->units);
    if (self->use_bias)
        bias_gradient(&layer->tensor[BIAS], pass, rows, self->dz, self->units, columns);
}

static enum activation output_activation(const struct layer *layer) {
    const struct dense_settings *settings = layer->settings;
    return (enum activation)settings->activation;
}

const struct layer_ops dense_ops = {
    .build = build,
    .plan = plan,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = weight_gradient,
    .destroy = layer_no_own,
    .output_activation = output_activation,
};
