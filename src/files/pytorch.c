#include "files/pytorch.h"

#include <string.h>

#include "base/text.h"
#include "layers/layers.h"
#include "layers/recurrent.h"

/* A walk over a layer. */
struct walk {
    const struct layer *layer;
    pytorch_visit *visit;
    void *context;
    struct error *err;
};

/* Visit LAYER.NAME. */
static bool visit_named(const struct walk *w, const char *name, const char *way,
                        struct pytorch_tensor tensor) {
    struct text full = {0};
    text_format(&full, "%s.%s%s", w->layer->name, name, way);
    tensor.name = full.bytes;
    tensor.layer = w->layer;
    bool good = full.failed ? error_set(w->err, ERROR_SYSTEM, "out of memory (a name)")
                            : w->visit(w->context, &tensor, w->err);
    text_free(&full);
    return good;
}

static bool visit_turned(const struct walk *w, const char *name, const char *way,
                         const struct layer_tensor *tensor, const struct pytorch_gates *gates) {
    return visit_named(w, name, way,
                       (struct pytorch_tensor){.tensor = tensor,
                                               .form = PYTORCH_TURNED,
                                               .gates = gates,
                                               .rank = 2,
                                               .shape = {tensor->extent[1], tensor->extent[0]}});
}

/* There are always two of them; where we have one, the second is added to it. */
static bool visit_bias(const struct walk *w, const char *name, const char *way,
                       const struct layer_tensor *tensor, size_t row, size_t columns,
                       const struct pytorch_gates *gates) {
    bool there = (row + 1) * columns <= tensor->size;
    return visit_named(w, name, way,
                       (struct pytorch_tensor){.tensor = tensor,
                                               .form = there ? PYTORCH_BIAS : PYTORCH_ADDED,
                                               .row = row,
                                               .gates = gates,
                                               .rank = 1,
                                               .shape = {columns}});
}

/* The tensors of a cell, from number `first` of the layer's. */
static bool visit_cell(const struct walk *w, size_t first, const char *way,
                       const struct layer_ops *ops, const struct recurrent_settings *settings) {
    static const struct pytorch_gates lstm = {4, {0, 1, 2, 3}}, gru = {3, {1, 0, 2}},
                                      simple = {1, {0}};
    const struct pytorch_gates *gates = ops == &lstm_ops ? &lstm : ops == &gru_ops ? &gru : &simple;
    const struct layer_tensor *tensor = w->layer->tensor + first;
    size_t columns = tensor[0].extent[1];
    if (gates == &gru && !settings->reset_after)
        return error_set(w->err, ERROR_CONFIG,
                         "layer '%s': PyTorch's GRU resets after the product (reset_after: true)",
                         w->layer->name);
    return visit_turned(w, "weight_ih_l0", way, &tensor[0], gates) &&
           visit_turned(w, "weight_hh_l0", way, &tensor[1], gates) &&
           (!settings->use_bias ||
            (visit_bias(w, "bias_ih_l0", way, &tensor[2], 0, columns, gates) &&
             visit_bias(w, "bias_hh_l0", way, &tensor[2], 1, columns, gates)));
}

/* A dense layer, or one whose tensors PyTorch has in the same shape. */
static bool visit_plain(const struct walk *w) {
    static const struct pytorch_gates one = {1, {0}};
    for (size_t i = 0; i < w->layer->tensors; i++) {
        const struct layer_tensor *tensor = &w->layer->tensor[i];
        const char *name = i == 0 ? "weight" : "bias";
        bool good = w->layer->ops == &dense_ops && i == 0
                        ? visit_turned(w, name, "", tensor, &one)
                        : visit_named(w, name, "",
                                      (struct pytorch_tensor){
                                          .tensor = tensor,
                                          .form = PYTORCH_SAME,
                                          .rank = tensor->rank,
                                          .shape = {tensor->extent[0], tensor->extent[1]}});
        if (!good) return false;
    }
    return true;
}

bool pytorch_each(const struct layer *layer, pytorch_visit *visit, void *context,
                  struct error *err) {
    const struct walk w = {layer, visit, context, err};
    const struct layer_ops *ops = layer->ops;
    if (ops == &bidirectional_ops) {
        const struct bidirectional_settings *both = layer->settings;
        const struct recurrent_settings *cell = both->cell.settings;
        ops = both->cell.kind->ops;
        return visit_cell(&w, 0, "", ops, cell) &&
               visit_cell(&w, layer->tensors / 2, "_reverse", ops, cell);
    }
    if (ops == &lstm_ops || ops == &gru_ops || ops == &simple_rnn_ops)
        return visit_cell(&w, 0, "", ops, layer->settings);
    return visit_plain(&w);
}

/* ---- numbers ---------------------------------------------------------------------------------- */

/* Offset of the first of u numbers: block g of theirs in a row of ours. */
static size_t block_at(const struct pytorch_tensor *t, size_t columns, size_t g) {
    return t->gates->block[g] * (columns / t->gates->count);
}

/* Where number i of theirs is among ours. */
static size_t place_of(const struct pytorch_tensor *t, size_t i) {
    if (t->form == PYTORCH_SAME) return t->tensor->offset + i;
    size_t columns = t->shape[0], in = t->form == PYTORCH_TURNED ? t->shape[1] : 1;
    size_t u = columns / t->gates->count, row = i / in;
    size_t column = block_at(t, columns, row / u) + row % u;
    size_t our_row = t->form == PYTORCH_TURNED ? i % in : t->form == PYTORCH_BIAS ? t->row : 0;
    return t->tensor->offset + our_row * columns + column;
}

static size_t count_of(const struct pytorch_tensor *t) {
    return t->shape[0] * (t->rank == 2 ? t->shape[1] : 1);
}

void pytorch_from_weights(const struct pytorch_tensor *t, const float *weights, float *to) {
    for (size_t i = 0; i < count_of(t); i++)
        to[i] = t->form == PYTORCH_ADDED ? 0 : weights[place_of(t, i)];
}

void pytorch_to_weights(const struct pytorch_tensor *t, const float *from, float *weights) {
    for (size_t i = 0; i < count_of(t); i++) {
        float *to = &weights[place_of(t, i)];
        *to = t->form == PYTORCH_ADDED ? *to + from[i] : from[i];
    }
}
