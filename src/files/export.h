/* export.h - a trained model for other programs. */
#ifndef FILES_EXPORT_H
#define FILES_EXPORT_H

#include <stdbool.h>

#include "base/error.h"
#include "data/schema.h"
#include "model/model.h"

/* What to export; all borrowed. */
struct export {
    const struct model *model;
    const float *weights;        /* flat, of the model */
    const struct schema *schema; /* of the data it was trained on */
    size_t levels;               /* outputs of a target that are its quantiles, 1: none */
    enum activation finish;      /* what makes probabilities of logits; LINEAR: nothing is to */
    bool pytorch;                /* PyTorch's names and shapes in a safetensors file */
    bool scaled;                 /* ONNX: number columns and targets in the data's own units */
};

/* Write the model in place of `path`. Errors: ERROR_CONFIG for a model that the format has no words
 * for, naming the layer; ERROR_SYSTEM. */

/* What comes out is what rnnpredict gives: quantiles of a target in order, probabilities; without
 * `scaled`, as the network has its numbers.
 *
 * ONNX, opset 17. Input "input" [batch, time, features], with samples of different lengths also
 * "lengths" int32 [batch]; output "output" [batch, units] or [batch, time, units]. A step past a
 * sample's end gives no meaningful output. */
bool export_onnx(const struct export *export, const char *path, struct error *err);

/* A C99 program "NAME.c" and its header "NAME.h": model_init, model_step, model_predict, without
 * allocation. Layers that need a sequence's end first are refused. */
bool export_c(const struct export *export, const char *path, struct error *err);

/* The weights alone, a plain safetensors file: "lstm/kernel" in Keras' shapes, or
 * "lstm.weight_ih_l0" in PyTorch's. */
bool export_safetensors(const struct export *export, const char *path, struct error *err);

#endif
