/* export_onnx.h - a model as a graph of ONNX operators: what the files that write it share.
 *
 * A sequence is time-major inside, [T][B][features], as the recurrent operators want it. Values are
 * named after layers, "lstm/y"; those that belong to no layer have no '/'. */
#ifndef FILES_EXPORT_ONNX_H
#define FILES_EXPORT_ONNX_H

#include "files/export.h"
#include "files/onnx.h"

struct onnx_writer {
    const struct export *export;
    struct onnx_graph graph;
    struct text value; /* the name of what the layers so far give */
    /* Values with the lengths of sequences [B], 32 and 64 bits; NULL: all have T steps. */
    const char *lengths, *lengths64;
    bool masked; /* valid steps have been moved to the front: outputs are to be moved back */
};

/* What comes next reads `format`. */
bool onnx_set_value(struct onnx_writer *w, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

const float *onnx_weights(const struct onnx_writer *w, const struct layer *layer, size_t tensor);

/* NAME/y from a value; ERROR_CONFIG for an activation without an operator. */
bool onnx_add_activation(struct onnx_writer *w, const char *name, enum activation f,
                         const char *from, struct error *err);

/* Layers: w->value to NAME/y. Recurrent ones and bidirectional (export_onnx_recurrent.c); of
 * a step's features (export_onnx_features.c); of the steps of a sequence (export_onnx_steps.c). */
bool onnx_add_recurrent(struct onnx_writer *w, const struct layer *layer, struct error *err);
bool onnx_add_bidirectional(struct onnx_writer *w, const struct layer *layer, struct error *err);
bool onnx_add_dense(struct onnx_writer *w, const struct layer *layer, struct error *err);
bool onnx_add_normalization(struct onnx_writer *w, const struct layer *layer, struct error *err);
void onnx_add_embedding(struct onnx_writer *w, const struct layer *layer);
bool onnx_add_column_embedding(struct onnx_writer *w, const struct layer *layer, struct error *err);
void onnx_add_pool(struct onnx_writer *w, const struct layer *layer);
void onnx_add_repeat(struct onnx_writer *w, const struct layer *layer);

/* Where sequences have lengths or the first layer masks steps: the numbers of the steps; then valid
 * steps first, and how many they are; and outputs for each step put back as the inputs lie. */
void onnx_add_step_numbers(struct onnx_writer *w);
bool onnx_add_mask(struct onnx_writer *w, const struct layer *first, struct error *err);
bool onnx_add_unmask(struct onnx_writer *w, struct error *err);

/* Inputs from the data's own units, outputs into them (export_onnx_units.c). ERROR_CONFIG for what
 * needs more than a scale. */
bool onnx_add_scaling(struct onnx_writer *w, struct error *err);
bool onnx_add_unscaling(struct onnx_writer *w, struct error *err);

/* Quantiles of a target in order, so that they never cross. */
bool onnx_add_sort(struct onnx_writer *w, struct error *err);

#endif
