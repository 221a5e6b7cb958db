/* The weights alone, as a plain safetensors file: under Keras' names and shapes, which are those of
 * a checkpoint, or under PyTorch's. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/export.h"
#include "files/safetensors.h"
#include "layers/layers.h"
#include "layers/recurrent.h"

struct writer {
    const struct export *export;
    struct tensor_file file;
    float *turned; /* transposed tensors, one after the other */
    size_t used;
};

/* ---- Keras ------------------------------------------------------------------------------------ */

static bool add_keras(struct writer *w, struct error *err) {
    const struct model *model = w->export->model;
    for (size_t i = 0; i < model->parameters; i++) {
        const struct layer_tensor *tensor = model->parameter[i].tensor;
        if (!tensor_file_add(&w->file, model->parameter[i].name, tensor->rank, tensor->extent,
                             w->export->weights + tensor->offset, err))
            return false;
    }
    return true;
}

/* ---- PyTorch ---------------------------------------------------------------------------------- */

/* Gates of a cell, and for each block of u rows that PyTorch wants, Keras' block of u columns. */
struct gates {
    size_t count, block[4];
};

static bool add(struct writer *w, const char *layer, const char *name, const char *way, size_t rank,
                const size_t *shape, const float *values, struct error *err) {
    struct text full = {0};
    text_format(&full, "%s.%s%s", layer, name, way);
    char *text = text_take(&full, err);
    bool good = text != NULL && tensor_file_add(&w->file, text, rank, shape, values, err);
    free(text);
    return good;
}

/* [in][columns] as [columns][in]. */
static bool add_turned(struct writer *w, const char *layer, const char *name, const char *way,
                       const struct layer_tensor *tensor, const struct gates *gates,
                       struct error *err) {
    const float *from = w->export->weights + tensor->offset;
    size_t in = tensor->extent[0], columns = tensor->extent[1], u = columns / gates->count;
    float *to = w->turned + w->used;
    w->used += tensor->size;
    for (size_t g = 0; g < gates->count; g++)
        for (size_t j = 0; j < u; j++)
            for (size_t i = 0; i < in; i++)
                to[(g * u + j) * in + i] = from[i * columns + gates->block[g] * u + j];
    return add(w, layer, name, way, 2, (size_t[]){columns, in}, to, err);
}

/* Row `row` of a bias [..][columns]; PyTorch has two of each, so one that Keras lacks is zeros. */
static bool add_bias(struct writer *w, const char *layer, const char *name, const char *way,
                     const struct layer_tensor *tensor, size_t row, size_t columns,
                     const struct gates *gates, struct error *err) {
    const float *from = w->export->weights + tensor->offset + row * columns;
    float *to = w->turned + w->used;
    size_t u = columns / gates->count;
    w->used += columns;
    for (size_t g = 0; row * columns < tensor->size && g < gates->count; g++)
        memcpy(to + g * u, from + gates->block[g] * u, u * sizeof *to);
    return add(w, layer, name, way, 1, &columns, to, err);
}

/* The tensors of a cell, from number `first` of the layer's. */
static bool add_cell(struct writer *w, const struct layer *layer, size_t first, const char *way,
                     const struct layer_ops *ops, const struct recurrent_settings *settings,
                     struct error *err) {
    static const struct gates lstm = {4, {0, 1, 2, 3}}, gru = {3, {1, 0, 2}}, simple = {1, {0}};
    const struct gates *gates = ops == &lstm_ops ? &lstm : ops == &gru_ops ? &gru : &simple;
    const struct layer_tensor *tensor = layer->tensor + first;
    size_t columns = tensor[0].extent[1];
    if (gates == &gru && !settings->reset_after)
        return error_set(err, ERROR_CONFIG,
                         "layer '%s': PyTorch's GRU resets after the product (reset_after: true)",
                         layer->name);
    return add_turned(w, layer->name, "weight_ih_l0", way, &tensor[0], gates, err) &&
           add_turned(w, layer->name, "weight_hh_l0", way, &tensor[1], gates, err) &&
           (!settings->use_bias ||
            (add_bias(w, layer->name, "bias_ih_l0", way, &tensor[2], 0, columns, gates, err) &&
             add_bias(w, layer->name, "bias_hh_l0", way, &tensor[2], 1, columns, gates, err)));
}

/* A dense layer, or one whose tensors PyTorch has in the same shape. */
static bool add_plain(struct writer *w, const struct layer *layer, struct error *err) {
    static const struct gates one = {1, {0}};
    for (size_t i = 0; i < layer->tensors; i++) {
        const struct layer_tensor *tensor = &layer->tensor[i];
        const char *name = i == 0 ? "weight" : "bias";
        if (layer->ops == &dense_ops && i == 0) {
            if (!add_turned(w, layer->name, name, "", tensor, &one, err)) return false;
        } else if (!add(w, layer->name, name, "", tensor->rank, tensor->extent,
                        w->export->weights + tensor->offset, err)) {
            return false;
        }
    }
    return true;
}

static bool add_pytorch(struct writer *w, struct error *err) {
    const struct model *model = w->export->model;
    for (size_t i = 0; i < model->layers; i++) {
        const struct layer *layer = &model->layer[i];
        const struct layer_ops *ops = layer->ops;
        bool good = true;
        if (ops == &bidirectional_ops) {
            const struct bidirectional_settings *both = layer->settings;
            const struct recurrent_settings *cell = both->cell.settings;
            ops = both->cell.kind->ops;
            good = add_cell(w, layer, 0, "", ops, cell, err) &&
                   add_cell(w, layer, layer->tensors / 2, "_reverse", ops, cell, err);
        } else if (ops == &lstm_ops || ops == &gru_ops || ops == &simple_rnn_ops) {
            good = add_cell(w, layer, 0, "", ops, layer->settings, err);
        } else {
            good = add_plain(w, layer, err);
        }
        if (!good) return false;
    }
    return true;
}

bool export_safetensors(const struct export *export, const char *path, struct error *err) {
    struct writer w = {.export = export};
    /* Twice, for the biases that PyTorch has and Keras has not. */
    w.turned = memory_take(2, export->model->size * sizeof *w.turned, "the weights", err);
    bool good = w.turned != NULL && (export->pytorch ? add_pytorch(&w, err) : add_keras(&w, err)) &&
                tensor_file_write(&w.file, path, TENSOR_PLAIN, err);
    tensor_file_free(&w.file);
    free(w.turned);
    return good;
}
