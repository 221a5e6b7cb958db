/* pool: one output for a sequence, feature by feature, from its n valid steps.
 *
 *   last   y = x_{n-1}                        dx_{n-1} = dy
 *   mean   y = (x_0 + x_1 + ...) / n          dx_t = dy / n
 *   max    y = the largest x_t; a NaN wins    dx_t = dy at the first t that has it
 *
 * The other dx are 0. A sequence without a step gives 0. */
#include <string.h>

#include "layers/layers.h"
#include "layers/vocabulary.h"

enum pool_mode { POOL_LAST, POOL_MEAN, POOL_MAX };
static const char *const pool_modes[] = {"last", "mean", "max", NULL}; /* ORDER pool_mode */

const struct param pool_params[] = {
    {.key = "mode",
     .type = PARAM_CHOICE,
     .offset = offsetof(struct pool_settings, mode),
     .choices = pool_modes,
     .help = "what is taken of the steps"},
    LAYER_PARAMS(struct pool_settings),
    {0},
};

static enum pool_mode mode_of(const struct layer *layer) {
    const struct pool_settings *settings = layer->settings;
    return (enum pool_mode)settings->mode;
}

bool pool_takes_last(const struct layer *layer) {
    return mode_of(layer) == POOL_LAST;
}

static bool build(struct layer *layer, struct error *err) {
    (void)err;
    layer->out_features = layer->in_features;
    layer->out_sequence = false;
    return true;
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    plan_want(plan, &layer->y, limits->rows, layer->in_features * sizeof(real));
}

static void take_larger(size_t width, const real *x, real *y) {
    for (size_t j = 0; j < width; j++)
        if (!(x[j] <= y[j]) && y[j] == y[j]) y[j] = x[j];
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    const struct steps *steps = pass->steps;
    enum pool_mode mode = mode_of(layer);
    size_t width = layer->in_features;
    for (size_t r = r0; r < r1; r++) {
        real *y = layer->y + r * width;
        size_t n = steps->length[r], first = mode == POOL_LAST && n > 0 ? n - 1 : 0;
        clear_rows(1, width, y, width);
        for (size_t t = first; t < n; t++) {
            const real *x = layer->x + (steps->offset[t] + r) * width;
            if (t == first)
                memcpy(y, x, width * sizeof *y);
            else if (mode == POOL_MEAN)
                pass->kernels->add(width, x, y);
            else
                take_larger(width, x, y);
        }
        for (size_t j = 0; mode == POOL_MEAN && n > 1 && j < width; j++) y[j] /= (real)n;
    }
}

/* The first step that has the largest gets all. */
static void back_to_largest(const struct layer *layer, const struct steps *steps, size_t r) {
    size_t width = layer->in_features;
    for (size_t j = 0; j < width; j++)
        for (size_t t = 0; t < steps->length[r]; t++) {
            size_t at = (steps->offset[t] + r) * width + j;
            if (layer->x[at] != layer->y[r * width + j]) continue;
            layer->dx[at] = layer->dy[r * width + j];
            break;
        }
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    const struct steps *steps = pass->steps;
    enum pool_mode mode = mode_of(layer);
    size_t width = layer->in_features;
    for (size_t r = r0; layer->dx != NULL && r < r1; r++) {
        size_t n = steps->length[r];
        const real *dy = layer->dy + r * width;
        for (size_t t = 0; t < n; t++) {
            real *dx = layer->dx + (steps->offset[t] + r) * width;
            bool all = mode == POOL_MEAN || (mode == POOL_LAST && t + 1 == n);
            for (size_t j = 0; j < width; j++)
                dx[j] = !all ? 0 : mode == POOL_MEAN ? dy[j] / (real)n : dy[j];
        }
        if (mode == POOL_MAX) back_to_largest(layer, steps, r);
    }
}

const struct layer_ops pool_ops = {
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
