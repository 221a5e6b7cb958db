/* simple_rnn: the fully connected recurrent layer (Elman 1990), as in Keras. W [in][u], U [u][u],
 * b [u]; f is the activation (tanh).
 *
 *   forward    h = f(x W + b + h- U)
 *   backward   dz = dh f'(z),  dh- = dz U',  dx = dz W'
 *              dW = sum x' dz,  dU = sum h-' dz,  db = sum dz
 *
 * Kept for each step and unit: z (overwritten by dz) and h: 2 numbers; in
 * inference for each row instead. */
#include <string.h>

#include "layers/layers.h"
#include "layers/recurrent.h"
#include "layers/recurrent_dropout.h"

const struct param simple_rnn_params[] = {RECURRENT_PARAMS, {0}};

struct simple_rnn {
    struct recurrent base;
    real *recurrent, *recurrent_transposed; /* packed [u][u] and its transpose */
};

enum { KERNEL, RECURRENT_KERNEL, BIAS }; /* tensors */

static bool build(struct layer *layer, struct error *err) {
    const struct recurrent_settings *settings = layer->settings;
    struct simple_rnn *self = memory_take(1, sizeof *self, "a layer", err);
    layer->own = self;
    size_t u = settings->units;
    if (self == NULL || !recurrent_build(layer, &self->base, u, u, err)) return false;
    layer->state_size = u;
    self->base.keeps_input = false; /* z itself is kept until backward overwrites it */
    return layer_add_weights(layer, "kernel", layer->in_features, u, &settings->kernel_initializer,
                             &settings->kernel_regularizer, err) &&
           layer_add_weights(layer, "recurrent_kernel", u, u, &settings->recurrent_initializer,
                             &settings->recurrent_regularizer, err) &&
           (!self->base.use_bias ||
            layer_add_weights(layer, "bias", u, 0, &settings->bias_initializer,
                              &settings->bias_regularizer, err));
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    struct simple_rnn *self = layer->own;
    size_t u = self->base.units;
    recurrent_plan(layer, &self->base, limits, plan);
    plan_want(plan, &self->recurrent, packed_size(u, u), sizeof(real));
    if (limits->training)
        plan_want(plan, &self->recurrent_transposed, packed_size(u, u), sizeof(real));
}

static void prepare(struct layer *layer, const struct pass *pass, size_t part, size_t parts) {
    struct simple_rnn *self = layer->own;
    const real *recurrent = pass->parameters + layer->tensor[RECURRENT_KERNEL].offset;
    size_t u = self->base.units;
    recurrent_prepare(layer, &self->base, pass, part, parts);
    if (recurrent_idle(layer, &self->base)) return;
    struct team_range range = panels_share(u, part, parts);
    pass->kernels->pack(u, u, recurrent, u, range.first, range.end, self->recurrent);
    if (self->recurrent_transposed != NULL)
        pass->kernels->pack_transposed(u, u, recurrent, u, range.first, range.end,
                                       self->recurrent_transposed);
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct simple_rnn *self = layer->own;
    struct recurrent *base = &self->base;
    const struct kernels *k = pass->kernels;
    const real *bias = base->use_bias ? pass->parameters + layer->tensor[BIAS].offset : NULL;
    size_t in = layer->in_features, u = base->units;
    recurrent_begin(layer, base, pass, r0, r1);
    for (size_t t = 0; t < pass->steps->count; t++) {
        struct run run = layer_step(pass->steps, t, r0, r1);
        if (run.rows == 0) break;
        real *z = base->z + recurrent_kept(base, run, r0) * u;
        struct factor x = {recurrent_input(layer, base) + run.first * in, in, in, base->kernel};
        struct factor h = {recurrent_before(layer, base, pass, t, r0), u, u, self->recurrent};
        if (recurrent_gated(base, pass))
            gates_products(layer, base, pass, run, r0, h.x, bias, z);
        else
            multiply(k, run.rows, u, bias, x, h, z, u);
        k->activate(base->activation, run.rows, u, z, recurrent_h(layer, base, run, r0));
    }
    recurrent_end(layer, base, pass, r0, r1);
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct simple_rnn *self = layer->own;
    struct recurrent *base = &self->base;
    const struct kernels *k = pass->kernels;
    size_t u = base->units;
    real *dh = base->dh + r0 * u;
    recurrent_begin_back(layer, base, pass, r0, r1);
    for (size_t t = pass->steps->count; t-- > 0;) {
        struct run run = layer_step(pass->steps, t, r0, r1);
        if (run.rows == 0) continue;
        recurrent_enter(layer, base, pass, run, r0);
        real *z = base->z + run.first * u;
        k->activate_back(base->activation, run.rows, u, z, recurrent_h(layer, base, run, r0), dh,
                         z);
        recurrent_to_input(layer, base, pass, run, r0);
        if (t == 0 && layer->state.dfirst == NULL) break;
        struct factor dz = {z, u, u, self->recurrent_transposed};
        if (recurrent_gated(base, pass))
            gates_all_to_before(base, pass, run, r0);
        else
            multiply(k, run.rows, u, NULL, dz, (struct factor){0}, dh, u);
    }
    recurrent_end_back(layer, base, pass, r0, r1);
    if (layer->state.dfirst != NULL)
        memcpy(layer->state.dfirst + r0 * u, dh, (r1 - r0) * u * sizeof *dh);
}

const struct layer_ops simple_rnn_ops = {
    .build = build,
    .plan = plan,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = recurrent_weight_gradient,
    .destroy = layer_no_own,
    .output_activation = layer_linear,
    .needs_sequence = true,
    .can_end_sequence = true,
};
