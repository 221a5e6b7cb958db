/* Recurrent layers as ONNX operators, one way or both. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/export_onnx.h"
#include "layers/layers.h"
#include "layers/recurrent.h"

/* A cell: its operator and, for each block of u rows that ONNX wants, the block of u columns in
 * Keras' order. */
struct cell {
    const char *operation;
    size_t gates, block[4];
};
static const struct cell lstm_cell = {"LSTM", 4, {0, 3, 1, 2}}; /* i o f c from i f c o */
static const struct cell gru_cell = {"GRU", 3, {0, 1, 2}};
static const struct cell simple_cell = {"RNN", 1, {0}};

static const struct cell *cell_of(const struct layer_ops *ops) {
    return ops == &lstm_ops ? &lstm_cell : ops == &gru_ops ? &gru_cell : &simple_cell;
}

/* One run over a sequence: a recurrent layer, or one of the two of a bidirectional one. */
struct way {
    const char *name; /* of its values */
    const struct layer *layer;
    size_t first; /* of the layer's tensors */
    const struct cell *cell;
    const struct recurrent_settings *settings;
    bool reverse; /* from the end */
};

/* [in][gates u] as [1][gates u][in], in the other order of the gates. */
static bool add_kernel(struct onnx_writer *w, const struct way *way, size_t tensor,
                       const char *name, struct error *err) {
    const struct cell *cell = way->cell;
    const struct layer_tensor *kernel = &way->layer->tensor[way->first + tensor];
    const float *from = onnx_weights(w, way->layer, way->first + tensor);
    size_t in = kernel->extent[0], columns = kernel->extent[1], u = columns / cell->gates;
    float *turned = memory_take(columns, in * sizeof *turned, "a layer's weights", err);
    if (turned == NULL) return false;
    for (size_t g = 0; g < cell->gates; g++)
        for (size_t j = 0; j < u; j++)
            for (size_t i = 0; i < in; i++)
                turned[(g * u + j) * in + i] = from[i * columns + cell->block[g] * u + j];
    onnx_tensor(&w->graph, 3, (size_t[]){1, columns, in}, turned, "%s/%s", way->name, name);
    free(turned);
    return true;
}

/* [1][2 gates u]: what is added to the input's product, then to the recurrent one's. */
static bool add_bias(struct onnx_writer *w, const struct way *way, struct error *err) {
    const struct cell *cell = way->cell;
    const struct layer_tensor *bias = &way->layer->tensor[way->first + 2];
    const float *from = onnx_weights(w, way->layer, way->first + 2);
    size_t columns = way->layer->tensor[way->first + 1].extent[1], u = columns / cell->gates;
    float *both = memory_take(2 * columns, sizeof *both, "a layer's weights", err);
    if (both == NULL) return false;
    for (size_t first = 0; first < bias->size; first += columns)
        for (size_t g = 0; g < cell->gates; g++)
            memcpy(both + first + g * u, from + first + cell->block[g] * u, u * sizeof *both);
    onnx_tensor(&w->graph, 2, (size_t[]){1, 2 * columns}, both, "%s/bias", way->name);
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

static bool add_functions(const struct way *way, struct text *to, struct error *err) {
    const struct recurrent_settings *settings = way->settings;
    const struct cell *cell = way->cell;
    enum activation f = (enum activation)settings->activation;
    enum activation gate = (enum activation)settings->recurrent_activation;
    enum activation used[3] = {cell->gates > 1 ? gate : f, f, f};
    size_t count = cell->gates > 1 ? cell->gates - 1 : 1, alphas = 0, betas = 0;
    const char *names[3];
    float alpha[3], beta[3];
    for (size_t i = 0; i < count; i++) {
        const struct function *function = &functions[used[i]];
        names[i] = function->name;
        if (names[i] == NULL)
            return error_set(err, ERROR_CONFIG,
                             "layer '%s': ONNX has no operator for activation '%s'",
                             way->layer->name, activation_names[used[i]]);
        if (function->has_alpha) alpha[alphas++] = function->alpha;
        if (function->has_beta) beta[betas++] = function->beta;
    }
    onnx_strings(to, "activations", count, names);
    if (alphas > 0) onnx_floats(to, "activation_alpha", alphas, alpha);
    if (betas > 0) onnx_floats(to, "activation_beta", betas, beta);
    return true;
}

/* NAME/all [T][1][B][u] in the data's order of time and NAME/last [1][B][u]; of them NAME/in_time or
 * NAME/end without the second or first axis. */
static bool add_way(struct onnx_writer *w, const struct way *way, struct error *err) {
    const char *name = way->name;
    const struct recurrent_settings *settings = way->settings;
    struct text attributes = {0}, bias = {0};
    if (!add_kernel(w, way, 0, "kernel", err) || !add_kernel(w, way, 1, "recurrent_kernel", err) ||
        (settings->use_bias && !add_bias(w, way, err)) || !add_functions(way, &attributes, err)) {
        text_free(&attributes);
        return false;
    }
    onnx_integer(&attributes, "hidden_size", (int64_t)settings->units);
    if (way->reverse) onnx_string(&attributes, "direction", "reverse");
    if (way->cell == &gru_cell)
        onnx_integer(&attributes, "linear_before_reset", settings->reset_after ? 1 : 0);
    text_format(&bias, settings->use_bias ? "%s/bias" : "~", name);
    w->graph.nodes.failed |= bias.failed;
    onnx_node(&w->graph, way->cell->operation, &attributes,
              "%s %s/kernel %s/recurrent_kernel %s %s > %s/all %s/last", w->value.bytes, name, name,
              bias.failed ? "~" : bias.bytes, w->lengths != NULL ? w->lengths : "~", name, name);
    text_free(&bias);
    if (way->layer->out_sequence)
        onnx_node(&w->graph, "Squeeze", NULL, "%s/all second_axis > %s/in_time", name, name);
    else
        onnx_node(&w->graph, "Squeeze", NULL, "%s/last first_axis > %s/end", name, name);
    return true;
}

/* Keras gives a sequence in the order of reading. */
static void add_result(struct onnx_writer *w, const struct layer *layer, const char *from,
                       bool backwards) {
    const char *name = layer->name;
    struct text attributes = {0};
    if (!layer->out_sequence || !backwards) {
        onnx_node(&w->graph, "Identity", NULL, "%s/%s > %s/y", name, from, name);
        return;
    }
    if (w->lengths == NULL) {
        onnx_node(&w->graph, "Slice", NULL, "%s/%s from_end to_start first_axis backwards > %s/y",
                  name, from, name);
        return;
    }
    onnx_integer(&attributes, "batch_axis", 1);
    onnx_integer(&attributes, "time_axis", 0);
    onnx_node(&w->graph, "ReverseSequence", &attributes, "%s/%s %s > %s/y", name, from,
              w->lengths64, name);
}

bool onnx_add_recurrent(struct onnx_writer *w, const struct layer *layer, struct error *err) {
    const struct recurrent_settings *settings = layer->settings;
    const struct way way = {layer->name,         layer,    0,
                            cell_of(layer->ops), settings, settings->go_backwards != 0};
    if (!add_way(w, &way, err)) return false;
    add_result(w, layer, layer->out_sequence ? "in_time" : "end", way.reverse);
    return true;
}

enum { MERGE_CONCAT = 0 }; /* of bidirectional's merge_mode: concat, sum, mul, ave */

static void add_merge(struct onnx_writer *w, const struct layer *layer, int mode) {
    static const char *const operation[] = {"Concat", "Add", "Mul", "Mean"};
    const char *name = layer->name, *from = layer->out_sequence ? "in_time" : "end";
    struct text attributes = {0};
    if (mode == MERGE_CONCAT) onnx_integer(&attributes, "axis", -1);
    onnx_node(&w->graph, operation[mode], &attributes, "%s/forward/%s %s/backward/%s > %s/merged",
              name, from, name, from, name);
}

/* Both ways give sequences in the order of their reading, of which the second is turned around: with
 * go_backwards the whole lies backwards. */
bool onnx_add_bidirectional(struct onnx_writer *w, const struct layer *layer, struct error *err) {
    const struct bidirectional_settings *settings = layer->settings;
    const struct recurrent_settings *inner = settings->cell.settings;
    const char *const names[] = {"forward", "backward"};
    bool backwards = inner->go_backwards != 0, good = true;
    for (size_t i = 0; i < 2 && good; i++) {
        struct text name = {0};
        text_format(&name, "%s/%s", layer->name, names[i]);
        char *taken = text_take(&name, err);
        const struct way way = {taken,
                                layer,
                                i * layer->tensors / 2,
                                cell_of(settings->cell.kind->ops),
                                inner,
                                (i == 1) != backwards};
        good = taken != NULL && add_way(w, &way, err);
        free(taken);
    }
    if (!good) return false;
    add_merge(w, layer, settings->merge_mode);
    add_result(w, layer, "merged", backwards);
    return true;
}
