/* tensor.h - a layer's parameter tensors: name, shape, place in the flat buffers, first values. */
#ifndef LAYERS_TENSOR_H
#define LAYERS_TENSOR_H

#include <stdbool.h>
#include <stddef.h>

/* How a tensor starts; Keras' names and formulas (model/init.c). ORDER initializer_names */
enum initializer {
    INITIALIZER_ZEROS,
    INITIALIZER_ONES,
    INITIALIZER_GLOROT_UNIFORM,
    INITIALIZER_GLOROT_NORMAL,
    INITIALIZER_HE_UNIFORM,
    INITIALIZER_HE_NORMAL,
    INITIALIZER_LECUN_UNIFORM,
    INITIALIZER_LECUN_NORMAL,
    INITIALIZER_ORTHOGONAL,
    INITIALIZER_RANDOM_UNIFORM,
    INITIALIZER_RANDOM_NORMAL,
    INITIALIZER_TRUNCATED_NORMAL,
    INITIALIZER_COUNT
};
extern const char *const initializer_names[INITIALIZER_COUNT + 1];

struct layer_tensor {
    const char *name; /* Keras': kernel, recurrent_kernel, bias; static */
    size_t rank;      /* 1 or 2 */
    size_t extent[2];
    enum initializer initializer;
    size_t ones, ones_end; /* elements set to 1 after that: the LSTM's forget bias */
    size_t size;           /* product of the extents */
    size_t offset;         /* in every flat buffer; set by the model */
};

#endif
