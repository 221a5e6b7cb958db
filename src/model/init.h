/* init.h - first values of tensors: Keras' initialisers. */
#ifndef MODEL_INIT_H
#define MODEL_INIT_H

#include <stdint.h>

#include "base/real.h"
#include "layers/tensor.h"

/* Fill to[tensor->size]: a function of the seed, the tensor's number in the model and the element
 * alone. */
void init_tensor(const struct layer_tensor *tensor, uint64_t seed, uint32_t number, real *to);

#endif
