/* column_embedding: one feature f of a step becomes a vector. E [ids][d].
 *
 *   forward    y = x[0..f), E[x[f]], x(f..)
 *   backward   dx = dy without the vector's part, 0 at f
 *              dE[id] = the sum of the vector's part of dy over the steps that have the id, in the
 *              order of the batch
 */
#include "layers/column_embedding.h"

#include <string.h>

#include "base/memory.h"
#include "layers/vocabulary.h"

static const struct embedded_feature *own(const struct layer *layer) {
    return layer->own;
}

static bool build(struct layer *layer, struct error *err) {
    const struct embedded_feature *settings = layer->settings;
    struct embedded_feature *copy = layer->own = memory_take(1, sizeof *copy, layer->name, err);
    if (copy == NULL) return false;
    *copy = *settings;
    copy->name = NULL; /* the layer's own */
    layer->settings = NULL;
    layer->out_sequence = layer->in_sequence;
    layer->out_features = layer->in_features - 1 + copy->width;
    return layer_add_tensor(layer, "embeddings", copy->ids, copy->width, INITIALIZER_RANDOM_UNIFORM,
                            err);
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    size_t rows = layer->in_sequence ? limits->total : limits->rows;
    plan_want(plan, &layer->y, rows, layer->out_features * sizeof(real));
}

/* The data's ids are below; anything else would read vector 0. */
static size_t id_of(const struct layer *layer, size_t row) {
    real id = layer->x[row * layer->in_features + own(layer)->feature];
    return id >= 0 && id < (real)own(layer)->ids ? (size_t)id : 0;
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    const real *embeddings = pass->parameters + layer->tensor[0].offset;
    size_t f = own(layer)->feature, width = own(layer)->width, after = layer->in_features - f - 1;
    for (size_t i = 0; i < layer_runs(pass->steps, layer->in_sequence, r0, r1); i++) {
        struct run run = layer_run(pass->steps, layer->in_sequence, r0, r1, i);
        for (size_t row = run.first; row < run.first + run.rows; row++) {
            const real *x = layer->x + row * layer->in_features;
            real *y = layer->y + row * layer->out_features;
            memcpy(y, x, f * sizeof *y);
            memcpy(y + f, embeddings + id_of(layer, row) * width, width * sizeof *y);
            memcpy(y + f + width, x + f + 1, after * sizeof *y);
        }
    }
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    size_t f = own(layer)->feature, width = own(layer)->width, after = layer->in_features - f - 1;
    if (layer->dx == NULL) return;
    for (size_t i = 0; i < layer_runs(pass->steps, layer->in_sequence, r0, r1); i++) {
        struct run run = layer_run(pass->steps, layer->in_sequence, r0, r1, i);
        for (size_t row = run.first; row < run.first + run.rows; row++) {
            const real *dy = layer->dy + row * layer->out_features;
            real *dx = layer->dx + row * layer->in_features;
            memcpy(dx, dy, f * sizeof *dx);
            dx[f] = 0;
            memcpy(dx + f + 1, dy + f + width, after * sizeof *dx);
        }
    }
}

static void weight_gradient(struct layer *layer, const struct pass *pass, size_t part,
                            size_t parts) {
    real *gradient = pass->gradients + layer->tensor[0].offset;
    size_t rows = layer->in_sequence ? pass->steps->total : pass->steps->rows;
    size_t f = own(layer)->feature, width = own(layer)->width;
    struct team_range columns = columns_share(width, part, parts);
    clear_gradient(&layer->tensor[0], pass, columns);
    for (size_t row = 0; row < rows; row++)
        pass->kernels->add(columns.end - columns.first,
                           layer->dy + row * layer->out_features + f + columns.first,
                           gradient + id_of(layer, row) * width + columns.first);
}

const struct layer_ops column_embedding_ops = {
    .build = build,
    .plan = plan,
    .prepare = layer_no_prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = weight_gradient,
    .destroy = layer_no_own,
    .output_activation = layer_linear,
};
