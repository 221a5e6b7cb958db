/* cost.h - what a prediction costs, and how much of its input an output can see. */
#ifndef MODEL_COST_H
#define MODEL_COST_H

#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"

/* Multiply-adds of a layer's products with its kernels, once for each step that it reads, or once a
 * sample when it reads no sequence. What is done element by element is not counted. */
size_t cost_of_layer(const struct layer *layer);

/* Of an attention layer beside that: once more for each step of its own and each of the encoder's. */
size_t cost_of_attention(const struct layer *layer);

/* Of a whole sample of so many steps: a sum over the layers. `decoder_steps` counts only with an
 * encoder. SIZE_MAX for what does not fit. */
size_t cost_of_sample(const struct model *model, size_t steps, size_t decoder_steps);

enum reach {
    REACH_OWN,  /* the step that it stands at; of a sequence's one output, the last */
    REACH_PAST, /* that one and all before */
    REACH_ALL,
    REACHES
};

/* Steps of its input that an output of the model can see. */
enum reach cost_reach(const struct model *model);

#endif
