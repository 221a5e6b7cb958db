/* lstm: long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers, Schmidhuber
 * and Cummins 2000), as in Keras. W [in][4u], U [u][4u], b [4u], columns i f c o; s is the
 * recurrent activation (sigmoid), f the activation (tanh).
 *
 *   forward    [zi zf zc zo] = x W + h- U + b
 *              i = s(zi)  F = s(zf)  g = f(zc)  o = s(zo)
 *              c = F c- + i g,   h = o f(c)
 *   backward   given dh and dc from the step after
 *              dc += dh o f'(c)
 *              dzi = dc g s'(zi)   dzf = dc c- s'(zf)   dzc = dc i f'(zc)   dzo = dh f(c) s'(zo)
 *              dc- = dc F,  dh- = dz U',  dx = dz W'
 *              dW = sum x' dz,  dU = sum h-' dz,  db = sum dz
 *
 * Kept for each step and unit: 4 gates (overwritten by dz), c, f(c), h: 7 numbers; in inference for
 * each row instead. */
#include <stdlib.h>
#include <string.h>

#include "layers/layers.h"
#include "layers/recurrent.h"
#include "layers/recurrent_dropout.h"

const struct param lstm_params[] = {
    RECURRENT_PARAMS,
    RECURRENT_ACTIVATION_PARAM,
    {.key = "unit_forget_bias",
     .type = PARAM_BOOL,
     .offset = offsetof(struct recurrent_settings, unit_forget_bias),
     .preset = "true",
     .help = "start the forget gate's bias at 1"},
    {0},
};

struct lstm {
    struct recurrent base;
    real *recurrent, *recurrent_transposed; /* packed [u][4u] and its transpose */
    real *c, *tanh_c;                       /* [kept][u]; see recurrent_kept */
    real *dc;                               /* [B][u] */
};

enum { KERNEL, RECURRENT_KERNEL, BIAS }; /* tensors */

static bool build(struct layer *layer, struct error *err) {
    const struct recurrent_settings *settings = layer->settings;
    struct lstm *self = memory_take(1, sizeof *self, "a layer", err);
    layer->own = self;
    size_t u = settings->units;
    if (self == NULL || !recurrent_build(layer, &self->base, 4 * u, recurrent_row(4 * u), err))
        return false;
    layer->state_size = 2 * u; /* h of all rows, then c of all rows */
    if (!layer_add_weights(layer, "kernel", layer->in_features, 4 * u,
                           &settings->kernel_initializer, &settings->kernel_regularizer, err) ||
        !layer_add_weights(layer, "recurrent_kernel", u, 4 * u, &settings->recurrent_initializer,
                           &settings->recurrent_regularizer, err))
        return false;
    if (!self->base.use_bias) return true;
    if (!layer_add_weights(layer, "bias", 4 * u, 0, &settings->bias_initializer,
                           &settings->bias_regularizer, err))
        return false;
    if (settings->unit_forget_bias) {
        layer->tensor[BIAS].ones = u;
        layer->tensor[BIAS].ones_end = 2 * u;
    }
    return true;
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    struct lstm *self = layer->own;
    size_t u = self->base.units, row = u * sizeof(real);
    recurrent_plan(layer, &self->base, limits, plan);
    plan_want(plan, &self->recurrent, packed_size(u, 4 * u), sizeof(real));
    plan_want(plan, &self->c, recurrent_kept_rows(limits), row);
    plan_want(plan, &self->tanh_c, recurrent_kept_rows(limits), row);
    if (!limits->training) return;
    plan_want(plan, &self->recurrent_transposed, packed_size(4 * u, u), sizeof(real));
    plan_want(plan, &self->dc, limits->rows, row);
}

static void prepare(struct layer *layer, const struct pass *pass, size_t part, size_t parts) {
    struct lstm *self = layer->own;
    const real *recurrent = pass->parameters + layer->tensor[RECURRENT_KERNEL].offset;
    size_t u = self->base.units;
    recurrent_prepare(layer, &self->base, pass, part, parts);
    if (recurrent_idle(layer, &self->base)) return;
    struct team_range range = panels_share(4 * u, part, parts);
    pass->kernels->pack(u, 4 * u, recurrent, 4 * u, range.first, range.end, self->recurrent);
    if (self->recurrent_transposed == NULL) return;
    range = panels_share(u, part, parts);
    pass->kernels->pack_transposed(4 * u, u, recurrent, 4 * u, range.first, range.end,
                                   self->recurrent_transposed);
}

/* c before step t for the rows from r0 on; NULL for zeros. In inference it is where c goes. */
static const real *c_before(const struct layer *layer, const struct lstm *self,
                            const struct pass *pass, size_t t, size_t r0) {
    size_t u = self->base.units;
    struct run before = {t > 0 ? pass->steps->offset[t - 1] + r0 : 0, 0};
    if (t > 0) return self->c + recurrent_kept(&self->base, before, r0) * u;
    const real *first = layer->state.first;
    return first != NULL ? first + (pass->steps->rows + r0) * u : NULL;
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct lstm *self = layer->own;
    struct recurrent *base = &self->base;
    const struct kernels *k = pass->kernels;
    const real *bias = base->use_bias ? pass->parameters + layer->tensor[BIAS].offset : NULL;
    size_t in = layer->in_features, u = base->units, width = base->width;
    recurrent_begin(layer, base, pass, r0, r1);
    for (size_t t = 0; t < pass->steps->count; t++) {
        struct run run = layer_step(pass->steps, t, r0, r1);
        if (run.rows == 0) break;
        size_t kept = recurrent_kept(base, run, r0);
        real *z = base->z + kept * width;
        struct factor x = {recurrent_input(layer, base) + run.first * in, in, in, base->kernel};
        struct factor h = {recurrent_before(layer, base, pass, t, r0), u, u, self->recurrent};
        if (recurrent_gated(base, pass))
            gates_products(layer, base, pass, run, r0, h.x, bias, z);
        else
            multiply(k, run.rows, 4 * u, bias, x, h, z, width);
        k->lstm_forward(base->activation, base->gate, run.rows, u, width, z,
                        base->input != NULL ? base->input + kept * width : NULL,
                        c_before(layer, self, pass, t, r0), self->c + kept * u,
                        self->tanh_c + kept * u, recurrent_h(layer, base, run, r0));
    }
    recurrent_end(layer, base, pass, r0, r1);
    if (layer->state.last != NULL)
        recurrent_last(pass->steps, u, base->keeps_steps, self->c,
                       layer->state.last + pass->steps->rows * u, r0, r1);
}

static void begin_back(struct layer *layer, struct lstm *self, const struct pass *pass, size_t r0,
                       size_t r1) {
    size_t u = self->base.units;
    recurrent_begin_back(layer, &self->base, pass, r0, r1);
    clear_rows(r1 - r0, u, self->dc + r0 * u, u);
    if (layer->state.dlast != NULL)
        pass->kernels->add((r1 - r0) * u, layer->state.dlast + (pass->steps->rows + r0) * u,
                           self->dc + r0 * u);
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct lstm *self = layer->own;
    struct recurrent *base = &self->base;
    const struct kernels *k = pass->kernels;
    size_t u = base->units, width = base->width;
    real *dh = base->dh + r0 * u, *dc = self->dc + r0 * u;
    begin_back(layer, self, pass, r0, r1);
    for (size_t t = pass->steps->count; t-- > 0;) {
        struct run run = layer_step(pass->steps, t, r0, r1);
        if (run.rows == 0) continue;
        recurrent_enter(layer, base, pass, run, r0);
        real *z = base->z + run.first * width;
        k->lstm_backward(base->activation, base->gate, run.rows, u, width, z,
                         base->input != NULL ? base->input + run.first * width : NULL,
                         c_before(layer, self, pass, t, r0), self->c + run.first * u,
                         self->tanh_c + run.first * u, dh, dc);
        recurrent_to_input(layer, base, pass, run, r0);
        if (t == 0 && layer->state.dfirst == NULL) break;
        struct factor dz = {z, 4 * u, width, self->recurrent_transposed};
        if (recurrent_gated(base, pass))
            gates_all_to_before(base, pass, run, r0);
        else
            multiply(k, run.rows, u, NULL, dz, (struct factor){0}, dh, u);
    }
    recurrent_end_back(layer, base, pass, r0, r1);
    if (layer->state.dfirst == NULL) return;
    memcpy(layer->state.dfirst + r0 * u, dh, (r1 - r0) * u * sizeof *dh);
    memcpy(layer->state.dfirst + (pass->steps->rows + r0) * u, dc, (r1 - r0) * u * sizeof *dc);
}

const struct layer_ops lstm_ops = {
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
