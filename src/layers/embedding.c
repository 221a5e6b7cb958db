/* embedding: a learned vector for each id. E [ids][d].
 *
 *   forward    y = E[id]
 *   backward   dE[id] = the sum of dy over the steps that have the id, in the order of the batch
 *
 * An input is one number a step, which holds the id. Ids outside of E are the data's error, found
 * before the first batch; here they would read vector 0. */
#include <string.h>

#include "layers/layers.h"
#include "layers/vocabulary.h"

const struct param embedding_params[] = {
    {.key = "input_dim",
     .type = PARAM_COUNT,
     .offset = offsetof(struct embedding_settings, input_dim),
     .preset = "~",
     .least = 1,
     .most = 16777216,
     .help = "how many ids there are: 0 to this less 1; found from the data's words"},
    {.key = "output_dim",
     .type = PARAM_COUNT,
     .offset = offsetof(struct embedding_settings, output_dim),
     .least = 1,
     .most = 65536,
     .help = "size of a vector"},
    {.key = "mask_zero",
     .type = PARAM_BOOL,
     .offset = offsetof(struct embedding_settings, mask_zero),
     .preset = "false",
     .help = "id 0 is padding: its steps are passed over by all layers, the loss and the metrics"},
    {.key = "vectors",
     .type = PARAM_TEXT,
     .offset = offsetof(struct embedding_settings, vectors),
     .preset = "~",
     .help =
         "file of pretrained vectors, a word and its numbers a line, that the data's words start "
         "with; others start by the initializer. Plain or gzip-compressed"},
    INITIALIZER_PARAM(struct embedding_settings, embeddings_initializer, "random_uniform"),
    REGULARIZER_PARAM(struct embedding_settings, embeddings_regularizer),
    LAYER_PARAMS(struct embedding_settings),
    {0},
};

/* Floats hold integers exactly up to 2^24; anything else than an id reads vector 0. */
static size_t id_of(const struct layer *layer, size_t row) {
    real id = layer->x[row];
    return id >= 0 && id < (real)layer->tensor[0].extent[0] ? (size_t)id : 0;
}

static bool build(struct layer *layer, struct error *err) {
    const struct embedding_settings *settings = layer->settings;
    size_t ids = settings->input_dim != PARAM_NO_COUNT ? settings->input_dim : layer->vocabulary;
    layer->out_features = settings->output_dim;
    layer->out_sequence = layer->in_sequence;
    if (!layer->first)
        return error_set(err, ERROR_CONFIG, "layer '%s' reads the data's ids: it can only be first",
                         layer->name);
    if (layer->in_features != 1)
        return error_set(err, ERROR_CONFIG,
                         "layer '%s' takes one id a step, but the data has %zu features a step",
                         layer->name, layer->in_features);
    if (settings->vectors != NULL && layer->vocabulary == 0)
        return error_set(
            err, ERROR_CONFIG,
            "layer '%s': vectors are those of words, but the data's ids are numbers; "
            "write data.columns: {NAME: {type: category, encode: index}}, or type: text",
            layer->name);
    if (ids == 0)
        return error_set(err, ERROR_CONFIG,
                         "layer '%s': input_dim is missing, and the data does not say how many ids "
                         "there are",
                         layer->name);
    if (layer->vocabulary > ids)
        return error_set(err, ERROR_CONFIG,
                         "layer '%s' has input_dim %zu, but the data has %zu ids; leave input_dim "
                         "out",
                         layer->name, ids, layer->vocabulary);
    layer->ids = ids;
    layer->masks = settings->mask_zero != 0;
    return layer_add_weights(layer, "embeddings", ids, settings->output_dim,
                             &settings->embeddings_initializer, &settings->embeddings_regularizer,
                             err);
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    size_t rows = layer->in_sequence ? limits->total : limits->rows;
    plan_want(plan, &layer->y, rows, layer->out_features * sizeof(real));
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    const real *embeddings = pass->parameters + layer->tensor[0].offset;
    size_t width = layer->out_features;
    for (size_t i = 0; i < layer_runs(pass->steps, layer->in_sequence, r0, r1); i++) {
        struct run run = layer_run(pass->steps, layer->in_sequence, r0, r1, i);
        for (size_t row = run.first; row < run.first + run.rows; row++)
            memcpy(layer->y + row * width, embeddings + id_of(layer, row) * width,
                   width * sizeof *layer->y);
    }
}

/* Ids have no derivative; dy waits for weight_gradient. */
static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    (void)layer, (void)pass, (void)r0, (void)r1;
}

static void weight_gradient(struct layer *layer, const struct pass *pass, size_t part,
                            size_t parts) {
    real *gradient = pass->gradients + layer->tensor[0].offset;
    size_t rows = layer->in_sequence ? pass->steps->total : pass->steps->rows;
    size_t width = layer->out_features;
    struct team_range columns = columns_share(width, part, parts);
    clear_gradient(&layer->tensor[0], pass, columns);
    for (size_t row = 0; row < rows; row++)
        pass->kernels->add(columns.end - columns.first, layer->dy + row * width + columns.first,
                           gradient + id_of(layer, row) * width + columns.first);
}

const struct layer_ops embedding_ops = {
    .build = build,
    .plan = plan,
    .prepare = layer_no_prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = weight_gradient,
    .destroy = layer_no_own,
    .output_activation = layer_linear,
};
