/* gru: gated recurrent unit (Cho et al. 2014), as in Keras, in both its forms. W [in][3u],
 * U [u][3u], columns z r h; s is the recurrent activation (sigmoid), f the activation (tanh).
 *
 *   reset_after (Keras' default; b is [2][3u], b0 with x and b1 with h)
 *   forward    z = s(x Wz + b0z + h- Uz + b1z)   r = s(x Wr + b0r + h- Ur + b1r)
 *              q = h- Uh + b1h,  k = f(x Wh + b0h + r q),  h = z h- + (1 - z) k
 *   backward   dk = dh (1 - z) f'    (of the candidate's pre-activation)
 *              dz = dh (h- - k) s'   dr = dk q s'   dq = dk r
 *              dh- = dh z + [dz dr] Uzr' + dq Uh',  dx = [dz dr dk] W'
 *              dW = sum x' [dz dr dk],  dU = sum h-' [dz dr dq],  db0, db1 likewise
 *
 *   not reset_after (b is [3u])
 *   forward    z, r as above;  q = r h-,  k = f(x Wh + bh + q Uh),  h as above
 *   backward   dk, dz as above;  dq = dk Uh',  dr = dq h- s'
 *              dh- = dh z + dq r + [dz dr] Uzr',  dx as above,  dUh = sum q' dk
 *
 * Kept for each step and unit: z r k q (the first three overwritten by derivatives) and h: 5
 * numbers; in inference for each row instead. */
#include <string.h>

#include "layers/layers.h"
#include "layers/recurrent.h"
#include "layers/recurrent_dropout.h"

const struct param gru_params[] = {
    RECURRENT_PARAMS,
    RECURRENT_ACTIVATION_PARAM,
    {.key = "reset_after",
     .type = PARAM_BOOL,
     .offset = offsetof(struct recurrent_settings, reset_after),
     .preset = "true",
     .help = "apply the reset gate after the recurrent product (with a bias of its own), not "
             "before"},
    {0},
};

struct gru {
    struct recurrent base;
    bool reset_after;
    real *start;                            /* [4u]: what g starts from, made of the biases */
    real *gates, *gates_transposed;         /* packed U, columns z r: [u][2u] and its transpose */
    real *candidate, *candidate_transposed; /* column h: [u][u] */
    real *drh;                              /* [B][u], without reset_after */
};

enum { KERNEL, RECURRENT_KERNEL, BIAS }; /* tensors */

static bool build(struct layer *layer, struct error *err) {
    const struct recurrent_settings *settings = layer->settings;
    struct gru *self = memory_take(1, sizeof *self, "a layer", err);
    layer->own = self;
    size_t u = settings->units;
    if (self == NULL || !recurrent_build(layer, &self->base, 3 * u, recurrent_row(4 * u), err))
        return false;
    self->reset_after = settings->reset_after != 0;
    layer->state_size = u;
    if (!layer_add_weights(layer, "kernel", layer->in_features, 3 * u,
                           &settings->kernel_initializer, &settings->kernel_regularizer, err) ||
        !layer_add_weights(layer, "recurrent_kernel", u, 3 * u, &settings->recurrent_initializer,
                           &settings->recurrent_regularizer, err))
        return false;
    if (!self->base.use_bias) return true;
    return self->reset_after
               ? layer_add_weights(layer, "bias", 2, 3 * u, &settings->bias_initializer,
                                   &settings->bias_regularizer, err)
               : layer_add_weights(layer, "bias", 3 * u, 0, &settings->bias_initializer,
                                   &settings->bias_regularizer, err);
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    struct gru *self = layer->own;
    size_t u = self->base.units;
    recurrent_plan(layer, &self->base, limits, plan);
    plan_want(plan, &self->start, 4 * u, sizeof(real));
    plan_want(plan, &self->gates, packed_size(u, 2 * u), sizeof(real));
    plan_want(plan, &self->candidate, packed_size(u, u), sizeof(real));
    if (!limits->training) return;
    plan_want(plan, &self->gates_transposed, packed_size(2 * u, u), sizeof(real));
    plan_want(plan, &self->candidate_transposed, packed_size(u, u), sizeof(real));
    if (!self->reset_after) plan_want(plan, &self->drh, limits->rows, u * sizeof(real));
}

/* z and r take both biases at once; h and q one each. */
static void prepare_start(struct gru *self, const real *bias) {
    size_t u = self->base.units;
    if (bias == NULL) return; /* the plan's memory is zero */
    memcpy(self->start, bias, 3 * u * sizeof *bias);
    if (!self->reset_after) return;
    for (size_t j = 0; j < 2 * u; j++) self->start[j] += bias[3 * u + j];
    memcpy(self->start + 3 * u, bias + 5 * u, u * sizeof *bias);
}

static void prepare(struct layer *layer, const struct pass *pass, size_t part, size_t parts) {
    struct gru *self = layer->own;
    const struct kernels *k = pass->kernels;
    const real *recurrent = pass->parameters + layer->tensor[RECURRENT_KERNEL].offset;
    size_t u = self->base.units;
    recurrent_prepare(layer, &self->base, pass, part, parts);
    if (part == 0 && self->base.use_bias)
        prepare_start(self, pass->parameters + layer->tensor[BIAS].offset);
    if (recurrent_idle(layer, &self->base)) return;
    struct team_range two = panels_share(2 * u, part, parts), one = panels_share(u, part, parts);
    k->pack(u, 2 * u, recurrent, 3 * u, two.first, two.end, self->gates);
    k->pack(u, u, recurrent + 2 * u, 3 * u, one.first, one.end, self->candidate);
    if (self->gates_transposed == NULL) return;
    k->pack_transposed(2 * u, u, recurrent, 3 * u, one.first, one.end, self->gates_transposed);
    k->pack_transposed(u, u, recurrent + 2 * u, 3 * u, one.first, one.end,
                       self->candidate_transposed);
}

/* The same products, each gate from x and h under masks of its own. */
static void gated_products(struct layer *layer, struct gru *self, const struct pass *pass,
                           struct run run, size_t r0, const real *before, real *g) {
    struct recurrent *base = &self->base;
    const struct kernels *k = pass->kernels;
    const struct factor none = {0};
    size_t u = base->units, width = base->width;
    gates_mask_before(base, pass, run, r0, before);
    for (size_t gate = 0; gate < 3; gate++)
        multiply(k, run.rows, u, self->start + gate * u, gates_x(layer, base, run, gate),
                 before != NULL && gate < 2 ? gates_h(base, run, gate) : none, g + gate * u, width);
    if (!self->reset_after || before == NULL)
        k->fill_rows(run.rows, u, self->start + 3 * u, g + 3 * u, width);
    else
        multiply(k, run.rows, u, self->start + 3 * u, gates_h(base, run, 2), none, g + 3 * u,
                 width);
}

static void products(struct layer *layer, struct gru *self, const struct pass *pass, struct run run,
                     const real *before, real *g) {
    struct recurrent *base = &self->base;
    const struct kernels *k = pass->kernels;
    size_t in = layer->in_features, u = base->units, rows = run.rows, width = base->width;
    /* z and r, then the candidate's part of x, then (reset_after) its part of h: columns of g. */
    struct factor x = {recurrent_input(layer, base) + run.first * in, in, in, base->kernel};
    struct factor h = {before, u, u, self->gates}, q = {before, u, u, self->candidate};
    multiply(k, rows, 3 * u, self->start, x, (struct factor){0}, g, width);
    if (before != NULL) multiply_add(k, rows, 2 * u, h, g, width);
    if (!self->reset_after || before == NULL)
        k->fill_rows(rows, u, self->start + 3 * u, g + 3 * u, width);
    else
        multiply(k, rows, u, self->start + 3 * u, q, (struct factor){0}, g + 3 * u, width);
}

static void forward_step(struct layer *layer, struct gru *self, const struct pass *pass, size_t t,
                         struct run run, size_t r0) {
    struct recurrent *base = &self->base;
    const struct kernels *k = pass->kernels;
    size_t u = base->units, rows = run.rows, width = base->width;
    const real *before = recurrent_before(layer, base, pass, t, r0), *masked = before;
    size_t kept = recurrent_kept(base, run, r0);
    real *g = base->z + kept * width;
    real *input = base->input != NULL ? base->input + kept * width : NULL;
    if (!recurrent_gated(base, pass)) {
        products(layer, self, pass, run, before, g);
    } else {
        gated_products(layer, self, pass, run, r0, before, g);
        if (before != NULL) masked = gates_h(base, run, 2).x;
    }
    k->gru_gates(base->gate, self->reset_after, rows, u, width, g, input, masked);
    if (before != NULL && !self->reset_after)
        multiply_add(k, rows, u, (struct factor){g + 3 * u, u, width, self->candidate}, g + 2 * u,
                     width);
    k->gru_output(base->activation, self->reset_after, rows, u, width, g, input, before,
                  recurrent_h(layer, base, run, r0));
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct gru *self = layer->own;
    recurrent_begin(layer, &self->base, pass, r0, r1);
    for (size_t t = 0; t < pass->steps->count; t++) {
        struct run run = layer_step(pass->steps, t, r0, r1);
        if (run.rows == 0) break;
        forward_step(layer, self, pass, t, run, r0);
    }
    recurrent_end(layer, &self->base, pass, r0, r1);
}

/* dh of the step before, gated; what does not go through a product is in dh already. */
static void gated_to_before(struct gru *self, const struct pass *pass, struct run run, size_t r0) {
    struct recurrent *base = &self->base;
    size_t u = base->units;
    const real *g = base->z + run.first * base->width;
    for (size_t gate = 0; gate < 2; gate++)
        gates_to_before(base, pass, run, r0, gate, g + gate * u);
    if (self->reset_after) gates_to_before(base, pass, run, r0, 2, g + 3 * u);
}

/* Without reset_after: from the derivative of r h- to r's, and to dh. */
static void reset_back(struct gru *self, const struct pass *pass, struct run run, size_t r0,
                       const real *before) {
    struct recurrent *base = &self->base;
    const struct kernels *k = pass->kernels;
    size_t u = base->units, width = base->width, rows = run.rows;
    real *g = base->z + run.first * width, *dh = base->dh + r0 * u, *drh = self->drh + r0 * u;
    const real *input = base->input != NULL ? base->input + run.first * width : NULL;
    bool gated = recurrent_gated(base, pass) && before != NULL;
    struct factor dk = {g + 2 * u, u, width, self->candidate_transposed};
    multiply(k, rows, u, NULL, dk, (struct factor){0}, drh, u);
    if (!gated) {
        k->gru_reset_back(base->gate, rows, u, width, g, input, before, drh, dh);
        return;
    }
    real *part = gates_part(base, r0);
    clear_rows(rows, u, part, u);
    k->gru_reset_back(base->gate, rows, u, width, g, input, gates_h(base, run, 2).x, drh, part);
    gates_add_before(base, pass, run, r0, 2, part);
}

static void backward_step(struct layer *layer, struct gru *self, const struct pass *pass, size_t t,
                          struct run run, size_t r0) {
    struct recurrent *base = &self->base;
    const struct kernels *k = pass->kernels;
    size_t u = base->units, rows = run.rows, width = base->width;
    const real *before = recurrent_before(layer, base, pass, t, r0);
    real *g = base->z + run.first * width, *dh = base->dh + r0 * u;
    const real *input = base->input != NULL ? base->input + run.first * width : NULL;
    k->gru_output_back(base->activation, base->gate, self->reset_after, rows, u, width, g, input,
                       before, dh);
    if (!self->reset_after) reset_back(self, pass, run, r0, before);
    recurrent_to_input(layer, base, pass, run, r0);
    if (before == NULL) return;
    if (recurrent_gated(base, pass)) {
        gated_to_before(self, pass, run, r0);
        return;
    }
    multiply_add(k, rows, u, (struct factor){g, 2 * u, width, self->gates_transposed}, dh, u);
    if (self->reset_after)
        multiply_add(k, rows, u, (struct factor){g + 3 * u, u, width, self->candidate_transposed},
                     dh, u);
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct gru *self = layer->own;
    size_t u = self->base.units;
    recurrent_begin_back(layer, &self->base, pass, r0, r1);
    for (size_t t = pass->steps->count; t-- > 0;) {
        struct run run = layer_step(pass->steps, t, r0, r1);
        if (run.rows == 0) continue;
        recurrent_enter(layer, &self->base, pass, run, r0);
        backward_step(layer, self, pass, t, run, r0);
    }
    recurrent_end_back(layer, &self->base, pass, r0, r1);
    if (layer->state.dfirst != NULL)
        memcpy(layer->state.dfirst + r0 * u, self->base.dh + r0 * u, (r1 - r0) * u * sizeof(real));
}

static struct team_range within(struct team_range range, size_t first, size_t end) {
    return (struct team_range){range.first < first ? first
                               : range.first > end ? end
                                                   : range.first,
                               range.end < first ? first
                               : range.end > end ? end
                                                 : range.end};
}

/* Columns z and r take their derivatives from g's first 2u, h from its last u (reset_after) or,
 * with q = r h- in the place of h-, from g's third. */
static void add_block(struct layer *layer, const struct pass *pass, struct block block) {
    struct gru *self = layer->own;
    struct recurrent *base = &self->base;
    size_t u = base->units, width = base->width;
    real *out = pass->gradients + layer->tensor[RECURRENT_KERNEL].offset;
    struct block gates = block, rest = block;
    gates.columns = within(block.columns, 0, 2 * u);
    rest.columns = within(block.columns, 2 * u, 3 * u);
    if (base->use_bias) {
        real *sums = pass->gradients + layer->tensor[BIAS].offset;
        recurrent_add_bias(base, pass, 0, block, sums);
        if (self->reset_after) recurrent_add_bias(base, pass, u, rest, sums + 3 * u);
    }
    recurrent_add_kernel(layer, base, pass, block);
    recurrent_add_outer(layer, base, pass, 0, gates, out);
    if (self->reset_after)
        recurrent_add_outer(layer, base, pass, u, rest, out);
    else
        add_outer(pass->kernels, block.rows, u, base->z + block.first * width + 3 * u, width,
                  base->z + block.first * width, width, rest.columns, out, 3 * u);
}

static void weight_gradient(struct layer *layer, const struct pass *pass, size_t part,
                            size_t parts) {
    struct gru *self = layer->own;
    size_t u = self->base.units;
    struct team_range columns = columns_share(3 * u, part, parts),
                      gates = within(columns, 0, 2 * u);
    recurrent_blocks(layer, pass, columns, add_block);
    if (!self->base.use_bias || !self->reset_after) return;
    real *sums =
        pass->gradients + layer->tensor[BIAS].offset; /* both biases of z and r: the same */
    memcpy(sums + 3 * u + gates.first, sums + gates.first,
           (gates.end - gates.first) * sizeof *sums);
}

const struct layer_ops gru_ops = {
    .build = build,
    .plan = plan,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = weight_gradient,
    .destroy = layer_no_own,
    .output_activation = layer_linear,
    .needs_sequence = true,
    .can_end_sequence = true,
};
