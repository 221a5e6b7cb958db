#include "layers/layer.h"

#include <stdlib.h>

bool layer_check(const struct layer_ops *ops) {
    return ops->build && ops->plan && ops->prepare && ops->forward && ops->backward &&
           ops->weight_gradient && ops->destroy && ops->output_activation;
}

bool layer_same_shape(struct layer *layer, struct error *err) {
    (void)err;
    layer->out_features = layer->in_features;
    layer->out_sequence = layer->in_sequence;
    return true;
}

void layer_no_prepare(struct layer *layer, const struct pass *pass, size_t part, size_t parts) {
    (void)layer, (void)pass, (void)part, (void)parts;
}

void layer_no_gradient(struct layer *layer, const struct pass *pass, size_t part, size_t parts) {
    (void)layer, (void)pass, (void)part, (void)parts;
}

void layer_no_own(struct layer *layer) {
    free(layer->own);
    layer->own = NULL;
}

enum activation layer_linear(const struct layer *layer) {
    (void)layer;
    return ACTIVATION_LINEAR;
}

size_t layer_parameters(const struct layer *layer) {
    size_t sum = 0;
    for (size_t i = 0; i < layer->tensors; i++) sum += layer->tensor[i].size;
    return sum;
}

bool layer_add_tensor(struct layer *layer, const char *name, size_t rows, size_t columns,
                      int initializer, struct error *err) {
    if (layer->tensors == LAYER_TENSORS)
        return error_set(err, ERROR_SYSTEM, "layer '%s' has more tensors than a layer can",
                         layer->name);
    struct layer_tensor *tensor = &layer->tensor[layer->tensors++];
    *tensor = (struct layer_tensor){.name = name,
                                    .rank = columns > 0 ? 2 : 1,
                                    .extent = {rows, columns},
                                    .initializer = (enum initializer)initializer};
    return memory_multiply(rows, columns > 0 ? columns : 1, &tensor->size, layer->name, err);
}

bool layer_add_weights(struct layer *layer, const char *name, size_t rows, size_t columns,
                       const struct param_kind *initializer, const struct regularizer *regularizer,
                       struct error *err) {
    int kind = (int)initializer_of(initializer->kind);
    if (!layer_add_tensor(layer, name, rows, columns, kind, err)) return false;
    struct layer_tensor *tensor = &layer->tensor[layer->tensors - 1];
    tensor->initial = initializer->settings;
    if (regularizer->given) {
        tensor->l1 = regularizer->l1;
        tensor->l2 = regularizer->l2;
    }
    return true;
}

size_t layer_runs(const struct steps *steps, bool sequence, size_t r0, size_t r1) {
    if (r0 >= r1) return 0;
    return !sequence || (r0 == 0 && r1 == steps->rows) ? 1 : steps->count;
}

struct run layer_run(const struct steps *steps, bool sequence, size_t r0, size_t r1, size_t i) {
    if (!sequence) return (struct run){r0, r1 - r0};
    if (r0 == 0 && r1 == steps->rows) return (struct run){0, steps->total};
    return layer_step(steps, i, r0, r1);
}

struct run layer_step(const struct steps *steps, size_t t, size_t r0, size_t r1) {
    size_t end = steps->active[t] < r1 ? steps->active[t] : r1;
    return (struct run){steps->offset[t] + r0, end > r0 ? end - r0 : 0};
}
