/* import.h - first weights by name, from a checkpoint or from what other programs wrote. */
#ifndef FILES_IMPORT_H
#define FILES_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/model.h"

/* Copy the tensors of a safetensors file, compressed or plain, whose names the model has: those of a
 * checkpoint ("lstm/kernel"), of Keras' variables ("sequential/lstm/lstm_cell/kernel",
 * "bidirectional/forward_lstm/lstm_cell/kernel:0"), or of PyTorch's modules, whose layouts are
 * turned (pytorch.h). What has the name of no layer is passed over. *matched counts the model's
 * tensors that were set. Errors, ERROR_CHECKPOINT with the tensor's name: another shape, a part of a
 * PyTorch layer without the rest, a tensor of such a layer that it has no place for, no match at
 * all; ERROR_CONFIG for a layer that PyTorch has not. */
bool import_weights(const char *path, const struct model *model, float *to, size_t *matched,
                    struct error *err);

#endif
