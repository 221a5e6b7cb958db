/* pytorch.h - a model's tensors as PyTorch's modules have them: names, shapes, order of gates.
 *
 *     lstm, gru, simple_rnn    L.weight_ih_l0 [gates u, in], L.weight_hh_l0 [gates u, u],
 *                              L.bias_ih_l0 [gates u], L.bias_hh_l0 [gates u]
 *                              gates: LSTM i f g o as here, GRU r z n for z r h
 *     bidirectional            the same, and again with _reverse
 *     dense                    L.weight [units, in], L.bias [units]
 *     others                   L.weight, L.bias, in the shapes that they have here */
#ifndef FILES_PYTORCH_H
#define FILES_PYTORCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/model.h"

/* Gates of a cell, and for each block of u rows that PyTorch has, ours of u columns. */
struct pytorch_gates {
    size_t count, block[4];
};

enum pytorch_form {
    PYTORCH_SAME,   /* as it stands */
    PYTORCH_TURNED, /* [in][columns] as [columns][in] */
    PYTORCH_BIAS,   /* a row of columns */
    PYTORCH_ADDED,  /* a second bias where there is but one here: they act as their sum */
};

/* A tensor of theirs; all borrowed. */
struct pytorch_tensor {
    const char *name;
    const struct layer *layer;
    const struct layer_tensor *tensor; /* ours that it is, or is a part of */
    enum pytorch_form form;
    size_t row; /* of `tensor`, with PYTORCH_BIAS */
    const struct pytorch_gates *gates;
    size_t rank, shape[2]; /* that it has there */
};

/* Visit all tensors of a layer, or say why PyTorch has no such layer (ERROR_CONFIG). A visit that
 * fails ends it. */
typedef bool pytorch_visit(void *context, const struct pytorch_tensor *tensor, struct error *err);
bool pytorch_each(const struct layer *layer, pytorch_visit *visit, void *context,
                  struct error *err);

/* Copy a tensor from ours (flat weights) to theirs, or the other way: PYTORCH_ADDED gives zeros, and
 * is added. */
void pytorch_from_weights(const struct pytorch_tensor *tensor, const float *weights, float *to);
void pytorch_to_weights(const struct pytorch_tensor *tensor, const float *from, float *weights);

#endif
