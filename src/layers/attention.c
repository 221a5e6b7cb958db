/* attention: each step of a decoder looks at all outputs of the encoder, as Keras' Attention (Luong,
 * Pham and Manning 2015) and AdditiveAttention (Bahdanau, Cho and Bengio 2015). q is the step's
 * input, v_s the encoder's output at its step s, k the scale [d], ones without use_scale.
 *
 *   forward    e_s = q . v_s                  dot; with use_scale times the one number k
 *              e_s = k . tanh(q + v_s)        additive
 *              a = softmax(e)                 over the encoder's valid steps
 *              y = [c q],  c = sum a_s v_s
 *   backward   given dy = [dc, its part to q]
 *              da_s = dc . v_s,   de_s = a_s (da_s - sum a da),   dv_s += a_s dc
 *              dot        dq += k de_s v_s,  dv_s += k de_s q,  dk = sum de_s (q . v_s)
 *              additive   t = tanh(q + v_s),  g = de_s k (1 - t^2)
 *                         dq += g,  dv_s += g,  dk = sum de_s t
 *
 * A row's own part of dk is summed first, step by step, then the rows' in their order. */
#include <string.h>

#include "base/elementary.h"
#include "layers/layers.h"
#include "layers/vocabulary.h"

enum score { SCORE_DOT, SCORE_ADDITIVE };
static const char *const scores[] = {"dot", "additive", NULL}; /* ORDER score */

const struct param attention_params[] = {
    {.key = "score",
     .type = PARAM_CHOICE,
     .offset = offsetof(struct attention_settings, score),
     .preset = "dot",
     .choices = scores,
     .help = "how well a step of the encoder fits one of the decoder: the product of the two, or a "
             "learned weighing of the tanh of their sum"},
    {.key = "use_scale",
     .type = PARAM_BOOL,
     .offset = offsetof(struct attention_settings, use_scale),
     .preset = "~",
     .help = "learn a factor of the score (dot; default false) or of each unit (additive; default "
             "true)"},
    LAYER_PARAMS(struct attention_settings),
    {0},
};

struct attention {
    enum score score;
    bool scaled;
    real *weights; /* [total][longest] a */
    real *de;      /* [B][longest] da, then de */
    real *sum;     /* [B][d] tanh(q + v), of one step */
    real *slope;   /* [B][d] g, of one step */
    real *dscale;  /* [B][tensor] each row's part of the gradient */
};

static bool build(struct layer *layer, struct error *err) {
    const struct attention_settings *settings = layer->settings;
    const struct memory *memory = layer->memory;
    struct attention *self = memory_take(1, sizeof *self, "a layer", err);
    layer->own = self;
    if (self == NULL) return false;
    self->score = (enum score)settings->score;
    self->scaled = settings->use_scale == PARAM_UNSET ? self->score == SCORE_ADDITIVE
                                                      : settings->use_scale != 0;
    if (memory == NULL)
        return error_set(err, ERROR_CONFIG,
                         "layer '%s' looks at an encoder's outputs: it stands in model.decoder, "
                         "beside model.encoder",
                         layer->name);
    if (memory->features != layer->in_features)
        return error_set(err, ERROR_CONFIG,
                         "layer '%s' compares %zu numbers of the decoder with %zu of the encoder; "
                         "give their last recurrent layers the same units",
                         layer->name, layer->in_features, memory->features);
    layer->out_features = memory->features + layer->in_features;
    layer->out_sequence = true;
    if (!self->scaled) return true;
    size_t size = self->score == SCORE_ADDITIVE ? layer->in_features : 1;
    if (!layer_add_tensor(
            layer, "scale", size, 0,
            self->score == SCORE_ADDITIVE ? INITIALIZER_GLOROT_UNIFORM : INITIALIZER_ONES, err))
        return false;
    return true;
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    struct attention *self = layer->own;
    size_t longest = layer->memory->longest, row = layer->in_features * sizeof(real);
    plan_want(plan, &layer->y, limits->total, layer->out_features * sizeof(real));
    plan_want(plan, &self->weights, limits->total, longest * sizeof(real));
    plan_want(plan, &self->sum, limits->rows, row);
    if (!limits->training) return;
    plan_want(plan, &self->de, limits->rows, longest * sizeof(real));
    plan_want(plan, &self->slope, limits->rows, row);
    if (self->scaled)
        plan_want(plan, &self->dscale, limits->rows, layer->tensor[0].size * sizeof(real));
}

const real *attention_weights(const struct layer *layer, size_t packed_row) {
    const struct attention *self = layer->own;
    return self->weights + packed_row * layer->memory->longest;
}

/* One step of one row, and what it looks at. */
struct look {
    const struct kernels *kernels;
    const struct attention *self;
    const struct memory *memory;
    const real *scale; /* NULL: ones */
    const real *q;     /* [width] */
    size_t width, row; /* row of the decoder's batch */
    size_t other;      /* of the encoder's */
    size_t steps;      /* there */
};

static size_t place(const struct look *look, size_t s) {
    return (look->memory->steps->offset[s] + look->other) * look->width;
}

/* tanh(q + v_s), in the row's scratch. */
static real *sum_of(const struct look *look, size_t s) {
    real *sum = look->self->sum + look->row * look->width;
    memcpy(sum, look->q, look->width * sizeof *sum);
    look->kernels->add(look->width, look->memory->x + place(look, s), sum);
    look->kernels->activate(ACTIVATION_TANH, 1, look->width, sum, sum);
    return sum;
}

/* What the scale multiplies, for dot; all of the score, for additive. */
static real score(const struct look *look, size_t s) {
    if (look->self->score == SCORE_DOT)
        return (real)look->kernels->dot(look->width, look->q, look->memory->x + place(look, s));
    const real *sum = sum_of(look, s);
    if (look->scale != NULL) return (real)look->kernels->dot(look->width, look->scale, sum);
    real total = 0;
    for (size_t j = 0; j < look->width; j++) total += sum[j];
    return total;
}

static void look_at(const struct look *look, real *weights, real *y) {
    bool factor = look->self->score == SCORE_DOT && look->scale != NULL;
    for (size_t s = 0; s < look->steps; s++) {
        weights[s] = score(look, s);
        if (factor) weights[s] *= look->scale[0];
    }
    look->kernels->activate(ACTIVATION_SOFTMAX, 1, look->steps, weights, weights);
    memset(y, 0, look->width * sizeof *y);
    for (size_t s = 0; s < look->steps; s++)
        look->kernels->add_scaled(look->width, weights[s], look->memory->x + place(look, s), y);
    memcpy(y + look->width, look->q, look->width * sizeof *y);
}

static struct look start_look(const struct layer *layer, const struct pass *pass, size_t t,
                              size_t r) {
    const struct attention *self = layer->own;
    const struct memory *memory = layer->memory;
    size_t width = layer->in_features;
    return (struct look){
        .kernels = pass->kernels,
        .self = self,
        .memory = memory,
        .scale = self->scaled ? pass->parameters + layer->tensor[0].offset : NULL,
        .q = layer->x + (pass->steps->offset[t] + r) * width,
        .width = width,
        .row = r,
        .other = memory->row[r],
        .steps = memory->steps->length[memory->row[r]],
    };
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    const struct attention *self = layer->own;
    for (size_t r = r0; r < r1; r++)
        for (size_t t = 0; t < pass->steps->length[r]; t++) {
            size_t at = pass->steps->offset[t] + r;
            struct look look = start_look(layer, pass, t, r);
            look_at(&look, self->weights + at * layer->memory->longest,
                    layer->y + at * layer->out_features);
        }
}

/* dv from the context, and de. */
static void weights_back(const struct look *look, const real *weights, const real *dc) {
    real *de = look->self->de + look->row * look->memory->longest;
    for (size_t s = 0; s < look->steps; s++) {
        de[s] = (real)look->kernels->dot(look->width, dc, look->memory->x + place(look, s));
        look->kernels->add_scaled(look->width, weights[s], dc, look->memory->dx + place(look, s));
    }
    look->kernels->activate_back(ACTIVATION_SOFTMAX, 1, look->steps, NULL, weights, de, de);
}

static void dot_back(const struct look *look, real *dq, real *dscale) {
    const real *de = look->self->de + look->row * look->memory->longest;
    for (size_t s = 0; s < look->steps; s++) {
        real derivative = de[s];
        if (dscale != NULL) {
            *dscale += de[s] * score(look, s);
            derivative *= look->scale[0];
        }
        look->kernels->add_scaled(look->width, derivative, look->q,
                                  look->memory->dx + place(look, s));
        look->kernels->add_scaled(look->width, derivative, look->memory->x + place(look, s), dq);
    }
}

static void additive_back(const struct look *look, real *dq, real *dscale) {
    const struct kernels *k = look->kernels;
    const real *de = look->self->de + look->row * look->memory->longest;
    real *slope = look->self->slope + look->row * look->width;
    for (size_t s = 0; s < look->steps; s++) {
        const real *sum = sum_of(look, s);
        if (dscale != NULL) k->add_scaled(look->width, de[s], sum, dscale);
        for (size_t j = 0; j < look->width; j++)
            slope[j] = look->scale != NULL ? de[s] * look->scale[j] : de[s];
        k->activate_back(ACTIVATION_TANH, 1, look->width, NULL, sum, slope, slope);
        k->add(look->width, slope, dq);
        k->add(look->width, slope, look->memory->dx + place(look, s));
    }
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    const struct attention *self = layer->own;
    size_t width = layer->in_features, size = self->scaled ? layer->tensor[0].size : 0;
    for (size_t r = r0; r < r1; r++) {
        real *dscale = self->scaled ? self->dscale + r * size : NULL;
        if (self->scaled) memset(dscale, 0, size * sizeof *dscale);
        for (size_t t = 0; t < pass->steps->length[r]; t++) {
            size_t at = pass->steps->offset[t] + r;
            struct look look = start_look(layer, pass, t, r);
            const real *dy = layer->dy + at * layer->out_features;
            real *dq = layer->dx + at * width;
            memcpy(dq, dy + width, width * sizeof *dq);
            weights_back(&look, self->weights + at * layer->memory->longest, dy);
            if (self->score == SCORE_DOT)
                dot_back(&look, dq, dscale);
            else
                additive_back(&look, dq, dscale);
        }
    }
}

static void weight_gradient(struct layer *layer, const struct pass *pass, size_t part,
                            size_t parts) {
    const struct attention *self = layer->own;
    if (!self->scaled) return;
    size_t size = layer->tensor[0].size;
    struct team_range columns = columns_share(size, part, parts);
    clear_gradient(&layer->tensor[0], pass, columns);
    pass->kernels->column_sums(pass->steps->rows, columns.end - columns.first,
                               self->dscale + columns.first, size,
                               pass->gradients + layer->tensor[0].offset + columns.first);
}

const struct layer_ops attention_ops = {
    .build = build,
    .plan = plan,
    .prepare = layer_no_prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = weight_gradient,
    .destroy = layer_no_own,
    .output_activation = layer_linear,
    .needs_sequence = true,
    .attends = true,
};
