/* tensor.h - a layer's parameter tensors: name, shape, place in the flat buffers, first values. */
#ifndef LAYERS_TENSOR_H
#define LAYERS_TENSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "layers/initializer.h"

struct layer_tensor {
    const char *name; /* Keras': kernel, recurrent_kernel, bias; static */
    size_t rank;      /* 1 or 2 */
    size_t extent[2];
    enum initializer initializer;
    const struct initializer_settings *initial; /* NULL: the kind's defaults; borrowed */
    size_t ones, ones_end; /* elements set to 1 after that: the LSTM's forget bias */
    double l1, l2;         /* what its size costs; 0: nothing */
    size_t size;           /* product of the extents */
    size_t offset;         /* in every flat buffer; set by the model */
};

#endif
