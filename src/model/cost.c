#include "model/cost.h"

#include <stdint.h>
#include <string.h>

#include "layers/layers.h"
#include "layers/recurrent.h"

/* Every number of a kernel meets each step once. */
static bool is_kernel(const char *name) {
    static const char ending[] = "kernel";
    size_t length = strlen(name), tail = sizeof ending - 1;
    return length >= tail && strcmp(name + length - tail, ending) == 0;
}

size_t cost_of_layer(const struct layer *layer) {
    size_t products = 0;
    for (size_t i = 0; i < layer->tensors; i++)
        if (is_kernel(layer->tensor[i].name)) products += layer->tensor[i].size;
    return products;
}

/* A score and a share of the mean. */
size_t cost_of_attention(const struct layer *layer) {
    return layer->ops->attends ? 2 * layer->memory->features : 0;
}

static size_t add_product(size_t sum, size_t a, size_t b) {
    size_t product;
    return __builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(sum, product, &sum)
               ? SIZE_MAX
               : sum;
}

size_t cost_of_sample(const struct model *model, size_t steps, size_t decoder_steps) {
    size_t sum = 0, read = steps;
    for (size_t i = 0; i < model->layers; i++) {
        const struct layer *layer = &model->layer[i];
        if (model->encoder > 0 && i == model->encoder) read = decoder_steps;
        size_t times = layer->in_sequence ? read : 1;
        sum = add_product(sum, cost_of_layer(layer), times);
        sum = add_product(sum, add_product(0, cost_of_attention(layer), steps), times);
        if (layer->repeats > 0) read = layer->repeats;
    }
    return sum;
}

static enum reach reach_of_cell(const struct layer *layer) {
    const struct recurrent_settings *settings = layer->settings;
    return !layer->out_sequence || settings->go_backwards ? REACH_ALL : REACH_PAST;
}

/* Of the end of a sequence: what saw all before it has seen all. */
static enum reach reach_of_pool(const struct layer *layer, enum reach before) {
    return pool_takes_last(layer) && before == REACH_OWN ? REACH_OWN : REACH_ALL;
}

enum reach cost_reach(const struct model *model) {
    enum reach reach = REACH_OWN;
    bool repeated = false; /* from there on, steps are not those of the input */
    if (model->encoder > 0) return REACH_ALL;
    for (size_t i = 0; i < model->layers; i++) {
        const struct layer *layer = &model->layer[i];
        enum reach own = reach;
        if (layer->ops == &bidirectional_ops)
            own = REACH_ALL;
        else if (layer->ops == &pool_ops)
            own = reach_of_pool(layer, reach);
        else if (layer->state_size > 0)
            own = reach_of_cell(layer);
        if (own > reach && !repeated) reach = own;
        if (layer->repeats > 0) repeated = true;
    }
    return reach;
}
