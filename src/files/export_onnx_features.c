/* Layers that work on the features of a step, as ONNX operators. */
#include <stdlib.h>

#include "base/memory.h"
#include "files/export_onnx.h"
#include "layers/column_embedding.h"
#include "layers/layers.h"

/* ---- activations ----------------------------------------------------------------------------- */

/* Those of one operator without attributes, and all that the recurrent operators know. */
static const char *const operators[ACTIVATION_COUNT] = {
    [ACTIVATION_TANH] = "Tanh",
    [ACTIVATION_SIGMOID] = "Sigmoid",
    [ACTIVATION_RELU] = "Relu",
    [ACTIVATION_ELU] = "Elu",
    [ACTIVATION_SELU] = "Selu",
    [ACTIVATION_SOFTPLUS] = "Softplus",
    [ACTIVATION_SOFTSIGN] = "Softsign",
    [ACTIVATION_EXPONENTIAL] = "Exp",
    [ACTIVATION_SOFTMAX] = "Softmax",
    [ACTIVATION_HARD_SIGMOID] = "HardSigmoid",
    [ACTIVATION_LEAKY_RELU] = "LeakyRelu",
};

static void activation_attributes(enum activation f, struct text *attributes) {
    if (f == ACTIVATION_SOFTMAX) onnx_integer(attributes, "axis", -1);
    if (f == ACTIVATION_LEAKY_RELU) onnx_float(attributes, "alpha", 0.2F);
    if (f == ACTIVATION_HARD_SIGMOID) onnx_float(attributes, "alpha", 1.0F / 6);
}

static bool unknown_activation(const char *name, enum activation f, struct error *err) {
    return error_set(err, ERROR_CONFIG, "layer '%s': ONNX has no operator for activation '%s'",
                     name, activation_names[f]);
}

bool onnx_add_activation(struct onnx_writer *w, const char *name, enum activation f,
                         const char *from, struct error *err) {
    struct text attributes = {0};
    if (f == ACTIVATION_SILU) {
        onnx_node(&w->graph, "Sigmoid", NULL, "%s > %s/sigmoid", from, name);
        onnx_node(&w->graph, "Mul", NULL, "%s %s/sigmoid > %s/y", from, name, name);
    } else if (f == ACTIVATION_MISH) {
        onnx_node(&w->graph, "Softplus", NULL, "%s > %s/softplus", from, name);
        onnx_node(&w->graph, "Tanh", NULL, "%s/softplus > %s/tanh", name, name);
        onnx_node(&w->graph, "Mul", NULL, "%s %s/tanh > %s/y", from, name, name);
    } else if (f == ACTIVATION_LINEAR) {
        onnx_node(&w->graph, "Identity", NULL, "%s > %s/y", from, name);
    } else if (operators[f] == NULL) {
        return unknown_activation(name, f, err);
    } else {
        activation_attributes(f, &attributes);
        onnx_node(&w->graph, operators[f], &attributes, "%s > %s/y", from, name);
    }
    return true;
}

/* ---- layers ---------------------------------------------------------------------------------- */

bool onnx_add_dense(struct onnx_writer *w, const struct layer *layer, struct error *err) {
    const struct dense_settings *settings = layer->settings;
    const char *name = layer->name, *sum = settings->use_bias ? "product" : "linear";
    struct text linear = {0};
    onnx_tensor(&w->graph, 2, layer->tensor[0].extent, onnx_weights(w, layer, 0), "%s/kernel",
                name);
    onnx_node(&w->graph, "MatMul", NULL, "%s %s/kernel > %s/%s", w->value.bytes, name, name, sum);
    if (settings->use_bias) {
        onnx_tensor(&w->graph, 1, layer->tensor[1].extent, onnx_weights(w, layer, 1), "%s/bias",
                    name);
        onnx_node(&w->graph, "Add", NULL, "%s/product %s/bias > %s/linear", name, name, name);
    }
    text_format(&linear, "%s/linear", name);
    char *from = text_take(&linear, err);
    bool good = from != NULL &&
                onnx_add_activation(w, name, (enum activation)settings->activation, from, err);
    free(from);
    return good;
}

/* The operator always has a scale. */
bool onnx_add_normalization(struct onnx_writer *w, const struct layer *layer, struct error *err) {
    const struct layer_normalization_settings *settings = layer->settings;
    const char *name = layer->name;
    struct text attributes = {0};
    size_t width = layer->in_features, beta = settings->scale ? 1 : 0;
    float *ones = memory_take(width, sizeof *ones, "a layer's weights", err);
    if (ones == NULL) return false;
    for (size_t i = 0; i < width; i++) ones[i] = 1;
    onnx_tensor(&w->graph, 1, &width, settings->scale ? onnx_weights(w, layer, 0) : ones,
                "%s/gamma", name);
    free(ones);
    if (settings->center)
        onnx_tensor(&w->graph, 1, &width, onnx_weights(w, layer, beta), "%s/beta", name);
    onnx_integer(&attributes, "axis", -1);
    onnx_float(&attributes, "epsilon", (float)settings->epsilon);
    if (settings->center)
        onnx_node(&w->graph, "LayerNormalization", &attributes, "%s %s/gamma %s/beta > %s/y",
                  w->value.bytes, name, name, name);
    else
        onnx_node(&w->graph, "LayerNormalization", &attributes, "%s %s/gamma > %s/y",
                  w->value.bytes, name, name);
    return true;
}

/* NAME/vector from ids [T][B][1], by the layer's only tensor. What is no id, such as a number past
 * the end of a sequence, reads vector 0. */
static void add_look_up(struct onnx_writer *w, const struct layer *layer, const char *ids) {
    const char *name = layer->name;
    struct text attributes = {0};
    onnx_tensor(&w->graph, 2, layer->tensor[0].extent, onnx_weights(w, layer, 0), "%s/embeddings",
                name);
    onnx_integer_tensor(&w->graph, 1, (int64_t[]){(int64_t)layer->tensor[0].extent[0]}, "%s/ids",
                        name);
    onnx_node(&w->graph, "Squeeze", NULL, "%s from_end > %s/number", ids, name);
    onnx_integer(&attributes, "to", ONNX_INT64);
    onnx_node(&w->graph, "Cast", &attributes, "%s/number > %s/any_id", name, name);
    onnx_node(&w->graph, "GreaterOrEqual", NULL, "%s/any_id first_axis > %s/id_least", name, name);
    onnx_node(&w->graph, "Less", NULL, "%s/any_id %s/ids > %s/id_most", name, name, name);
    onnx_node(&w->graph, "And", NULL, "%s/id_least %s/id_most > %s/id_known", name, name, name);
    onnx_node(&w->graph, "Where", NULL, "%s/id_known %s/any_id first_axis > %s/id", name, name,
              name);
    onnx_node(&w->graph, "Gather", NULL, "%s/embeddings %s/id > %s/vector", name, name, name);
}

void onnx_add_embedding(struct onnx_writer *w, const struct layer *layer) {
    add_look_up(w, layer, w->value.bytes);
    onnx_node(&w->graph, "Identity", NULL, "%s/vector > %s/y", layer->name, layer->name);
}

/* Features first..end-1 of w->value as NAME/part. */
static void add_slice(struct onnx_writer *w, const char *name, const char *part, size_t first,
                      size_t end) {
    onnx_integer_tensor(&w->graph, 1, (int64_t[]){(int64_t)first}, "%s/%s_first", name, part);
    onnx_integer_tensor(&w->graph, 1, (int64_t[]){(int64_t)end}, "%s/%s_end", name, part);
    onnx_node(&w->graph, "Slice", NULL, "%s %s/%s_first %s/%s_end from_end > %s/%s", w->value.bytes,
              name, part, name, part, name, part);
}

bool onnx_add_column_embedding(struct onnx_writer *w, const struct layer *layer,
                               struct error *err) {
    const struct embedded_feature *own = layer->own;
    const char *name = layer->name;
    size_t f = own->feature, in = layer->in_features;
    struct text ids = {0}, parts = {0}, attributes = {0};
    add_slice(w, name, "feature", f, f + 1);
    text_format(&ids, "%s/feature", name);
    if (!ids.failed) add_look_up(w, layer, ids.bytes);
    if (f > 0) {
        add_slice(w, name, "before", 0, f);
        text_format(&parts, "%s/before ", name);
    }
    text_format(&parts, "%s/vector", name);
    if (f + 1 < in) {
        add_slice(w, name, "after", f + 1, in);
        text_format(&parts, " %s/after", name);
    }
    onnx_integer(&attributes, "axis", -1);
    bool good = !ids.failed && !parts.failed;
    if (good) onnx_node(&w->graph, "Concat", &attributes, "%s > %s/y", parts.bytes, name);
    text_free(&attributes);
    text_free(&ids);
    text_free(&parts);
    return good || error_set(err, ERROR_SYSTEM, "out of memory (a graph)");
}
