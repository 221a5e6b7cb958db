/* The layers of a model as ONNX operators. A sequence is time-major inside, [T][B][features], as
 * the recurrent operators want it. Values are named after layers, "lstm/y". */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/export.h"
#include "files/onnx.h"
#include "layers/layers.h"
#include "layers/recurrent.h"

struct writer {
    const struct export *export;
    struct onnx_graph graph;
    struct text value; /* the name of what the layers so far give */
    bool ragged;       /* the graph takes lengths */
};

static const float *tensor_of(const struct writer *w, const struct layer *layer, size_t i) {
    return w->export->weights + layer->tensor[i].offset;
}

static bool set_value(struct writer *w, const char *layer, struct error *err) {
    text_free(&w->value);
    text_format(&w->value, "%s/y", layer);
    return !w->value.failed || text_take(&w->value, err) != NULL;
}

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

static bool unknown_activation(const struct layer *layer, enum activation f, struct error *err) {
    return error_set(err, ERROR_CONFIG, "layer '%s': ONNX has no operator for activation '%s'",
                     layer->name, activation_names[f]);
}

/* NAME/y from NAME/linear. */
static bool add_activation(struct writer *w, const struct layer *layer, enum activation f,
                           const char *from, struct error *err) {
    const char *name = layer->name;
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
        return unknown_activation(layer, f, err);
    } else {
        activation_attributes(f, &attributes);
        onnx_node(&w->graph, operators[f], &attributes, "%s > %s/y", from, name);
    }
    return true;
}

/* ---- recurrent layers ------------------------------------------------------------------------ */

/* A cell: its operator and, for each block of u rows that ONNX wants, the block of u columns in
 * Keras' order. */
struct cell {
    const char *operation;
    size_t gates, block[4];
};
static const struct cell lstm_cell = {"LSTM", 4, {0, 3, 1, 2}}; /* i o f c from i f c o */
static const struct cell gru_cell = {"GRU", 3, {0, 1, 2}};
static const struct cell simple_cell = {"RNN", 1, {0}};

/* [in][gates u] as [1][gates u][in], in the other order of the gates. */
static bool add_kernel(struct writer *w, const struct layer *layer, const struct cell *cell,
                       size_t tensor, struct error *err) {
    const struct layer_tensor *kernel = &layer->tensor[tensor];
    const float *from = tensor_of(w, layer, tensor);
    size_t in = kernel->extent[0], columns = kernel->extent[1], u = columns / cell->gates;
    float *turned = memory_take(columns, in * sizeof *turned, "a layer's weights", err);
    if (turned == NULL) return false;
    for (size_t g = 0; g < cell->gates; g++)
        for (size_t j = 0; j < u; j++)
            for (size_t i = 0; i < in; i++)
                turned[(g * u + j) * in + i] = from[i * columns + cell->block[g] * u + j];
    onnx_tensor(&w->graph, 3, (size_t[]){1, columns, in}, turned, "%s/%s", layer->name,
                kernel->name);
    free(turned);
    return true;
}

/* [1][2 gates u]: what is added to the input's product, then to the recurrent one's. */
static bool add_bias(struct writer *w, const struct layer *layer, const struct cell *cell,
                     struct error *err) {
    const struct layer_tensor *bias = &layer->tensor[2];
    const float *from = tensor_of(w, layer, 2);
    size_t columns = layer->tensor[1].extent[1], u = columns / cell->gates;
    float *both = memory_take(2 * columns, sizeof *both, "a layer's weights", err);
    if (both == NULL) return false;
    for (size_t first = 0; first < bias->size; first += columns)
        for (size_t g = 0; g < cell->gates; g++)
            memcpy(both + first + g * u, from + first + cell->block[g] * u, u * sizeof *both);
    onnx_tensor(&w->graph, 2, (size_t[]){1, 2 * columns}, both, "%s/bias", layer->name);
    free(both);
    return true;
}

/* How the recurrent operators name a function. Some take parameters, from lists that hold only
 * those. */
struct function {
    const char *name;
    bool has_alpha, has_beta;
    float alpha, beta;
};
static const struct function functions[ACTIVATION_COUNT] = {
    [ACTIVATION_LINEAR] = {"Affine", true, true, 1, 0},
    [ACTIVATION_TANH] = {.name = "Tanh"},
    [ACTIVATION_SIGMOID] = {.name = "Sigmoid"},
    [ACTIVATION_RELU] = {.name = "Relu"},
    [ACTIVATION_HARD_SIGMOID] = {"HardSigmoid", true, true, 1.0F / 6, 0.5F},
    [ACTIVATION_ELU] = {.name = "Elu", .has_alpha = true, .alpha = 1},
    [ACTIVATION_SOFTPLUS] = {.name = "Softplus"},
    [ACTIVATION_SOFTSIGN] = {.name = "Softsign"},
    [ACTIVATION_LEAKY_RELU] = {.name = "LeakyRelu", .has_alpha = true, .alpha = 0.2F},
};

static bool add_functions(const struct layer *layer, const struct cell *cell, struct text *to,
                          struct error *err) {
    const struct recurrent_settings *settings = layer->settings;
    enum activation f = (enum activation)settings->activation;
    enum activation gate = (enum activation)settings->recurrent_activation;
    enum activation used[3] = {cell->gates > 1 ? gate : f, f, f};
    size_t count = cell->gates > 1 ? cell->gates - 1 : 1, alphas = 0, betas = 0;
    const char *names[3];
    float alpha[3], beta[3];
    for (size_t i = 0; i < count; i++) {
        const struct function *function = &functions[used[i]];
        names[i] = function->name;
        if (names[i] == NULL) return unknown_activation(layer, used[i], err);
        if (function->has_alpha) alpha[alphas++] = function->alpha;
        if (function->has_beta) beta[betas++] = function->beta;
    }
    onnx_strings(to, "activations", count, names);
    if (alphas > 0) onnx_floats(to, "activation_alpha", alphas, alpha);
    if (betas > 0) onnx_floats(to, "activation_beta", betas, beta);
    return true;
}

/* Y is [T][1][B][u] and Y_h [1][B][u]; both in the data's order of time, where Keras gives a
 * sequence in the order of reading. */
static void add_result(struct writer *w, const struct layer *layer) {
    const struct recurrent_settings *settings = layer->settings;
    const char *name = layer->name;
    if (!layer->out_sequence) {
        onnx_node(&w->graph, "Squeeze", NULL, "%s/last first_axis > %s/y", name, name);
        return;
    }
    const char *last = settings->go_backwards ? "in_time" : "y";
    onnx_node(&w->graph, "Squeeze", NULL, "%s/all second_axis > %s/%s", name, name, last);
    if (!settings->go_backwards) return;
    if (!w->ragged) {
        onnx_node(&w->graph, "Slice", NULL,
                  "%s/in_time from_end to_start first_axis backwards > %s/y", name, name);
        return;
    }
    struct text attributes = {0};
    onnx_integer(&attributes, "batch_axis", 1);
    onnx_integer(&attributes, "time_axis", 0);
    onnx_node(&w->graph, "ReverseSequence", &attributes, "%s/in_time lengths64 > %s/y", name, name);
}

static bool add_recurrent(struct writer *w, const struct layer *layer, const struct cell *cell,
                          struct error *err) {
    const struct recurrent_settings *settings = layer->settings;
    const char *name = layer->name;
    struct text attributes = {0};
    if (!add_kernel(w, layer, cell, 0, err) || !add_kernel(w, layer, cell, 1, err) ||
        (settings->use_bias && !add_bias(w, layer, cell, err)) ||
        !add_functions(layer, cell, &attributes, err)) {
        text_free(&attributes);
        return false;
    }
    onnx_integer(&attributes, "hidden_size", (int64_t)layer->out_features);
    if (settings->go_backwards) onnx_string(&attributes, "direction", "reverse");
    if (cell == &gru_cell)
        onnx_integer(&attributes, "linear_before_reset", settings->reset_after ? 1 : 0);
    struct text bias = {0};
    text_format(&bias, settings->use_bias ? "%s/bias" : "~", name);
    w->graph.nodes.failed |= bias.failed;
    onnx_node(&w->graph, cell->operation, &attributes,
              "%s %s/kernel %s/recurrent_kernel %s %s > %s/all %s/last", w->value.bytes, name, name,
              bias.bytes, w->ragged ? "lengths" : "~", name, name);
    text_free(&bias);
    add_result(w, layer);
    return true;
}

/* ---- the other layers ------------------------------------------------------------------------ */

static bool add_dense(struct writer *w, const struct layer *layer, struct error *err) {
    const struct dense_settings *settings = layer->settings;
    const char *name = layer->name, *sum = settings->use_bias ? "product" : "linear";
    struct text linear = {0};
    onnx_tensor(&w->graph, 2, layer->tensor[0].extent, tensor_of(w, layer, 0), "%s/kernel", name);
    onnx_node(&w->graph, "MatMul", NULL, "%s %s/kernel > %s/%s", w->value.bytes, name, name, sum);
    if (settings->use_bias) {
        onnx_tensor(&w->graph, 1, layer->tensor[1].extent, tensor_of(w, layer, 1), "%s/bias", name);
        onnx_node(&w->graph, "Add", NULL, "%s/product %s/bias > %s/linear", name, name, name);
    }
    text_format(&linear, "%s/linear", name);
    bool good = !linear.failed &&
                add_activation(w, layer, (enum activation)settings->activation, linear.bytes, err);
    text_free(&linear);
    return good;
}

static bool add_layer(struct writer *w, const struct layer *layer, struct error *err) {
    const struct activation_settings *activation = layer->settings;
    const struct layer_ops *ops = layer->ops;
    bool good = true;
    if (ops == &lstm_ops)
        good = add_recurrent(w, layer, &lstm_cell, err);
    else if (ops == &gru_ops)
        good = add_recurrent(w, layer, &gru_cell, err);
    else if (ops == &simple_rnn_ops)
        good = add_recurrent(w, layer, &simple_cell, err);
    else if (ops == &dense_ops)
        good = add_dense(w, layer, err);
    else if (ops == &activation_ops)
        good =
            add_activation(w, layer, (enum activation)activation->activation, w->value.bytes, err);
    else if (ops == &dropout_ops)
        onnx_node(&w->graph, "Identity", NULL, "%s > %s/y", w->value.bytes, layer->name);
    else
        return error_set(err, ERROR_CONFIG, "layer '%s': there is no ONNX operator for its type",
                         layer->name);
    return good && set_value(w, layer->name, err);
}

/* ---- the graph ------------------------------------------------------------------------------- */

static void add_constants(struct writer *w) {
    onnx_integer_tensor(&w->graph, 1, (int64_t[]){0}, "first_axis");
    onnx_integer_tensor(&w->graph, 1, (int64_t[]){1}, "second_axis");
    onnx_integer_tensor(&w->graph, 1, (int64_t[]){-1}, "from_end");
    onnx_integer_tensor(&w->graph, 1, (int64_t[]){INT64_MIN}, "to_start");
    onnx_integer_tensor(&w->graph, 1, (int64_t[]){-1}, "backwards");
}

static void swap_first_axes(struct writer *w, const char *from, const char *to) {
    struct text attributes = {0};
    onnx_integers(&attributes, "perm", 3, (int64_t[]){1, 0, 2});
    onnx_node(&w->graph, "Transpose", &attributes, "%s > %s", from, to);
}

static void add_inputs(struct writer *w) {
    onnx_input(&w->graph, "input", ONNX_FLOAT, 3, (size_t[]){0, 0, w->export->model->features},
               (const char *[]){"batch", "time", NULL});
    swap_first_axes(w, "input", "steps/y");
    if (!w->ragged) return;
    struct text attributes = {0};
    onnx_input(&w->graph, "lengths", ONNX_INT32, 1, NULL, (const char *[]){"batch"});
    onnx_integer(&attributes, "to", ONNX_INT64);
    onnx_node(&w->graph, "Cast", &attributes, "lengths > lengths64");
}

static void add_outputs(struct writer *w) {
    size_t units = w->export->model->outputs;
    if (w->export->model->output_sequence) {
        swap_first_axes(w, w->value.bytes, "output");
        onnx_output(&w->graph, "output", ONNX_FLOAT, 3, (size_t[]){0, 0, units},
                    (const char *[]){"batch", "time", NULL});
    } else {
        onnx_node(&w->graph, "Identity", NULL, "%s > output", w->value.bytes);
        onnx_output(&w->graph, "output", ONNX_FLOAT, 2, (size_t[]){0, units},
                    (const char *[]){"batch", NULL});
    }
}

bool export_onnx(const struct export *export, const char *path, struct error *err) {
    struct writer w = {.export = export, .ragged = export->schema->steps == 0};
    add_constants(&w);
    add_inputs(&w);
    bool good = set_value(&w, "steps", err);
    for (size_t i = 0; good && i < export->model->layers; i++)
        good = add_layer(&w, &export->model->layer[i], err);
    if (good) add_outputs(&w);
    good = good && onnx_write(&w.graph, "rnntrain", "made by rnnexport", path, err);
    onnx_free(&w.graph);
    text_free(&w.value);
    return good;
}
