/* model.h - the pipeline of layers: built from a config, run by rows. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/param.h"
#include "base/text.h"
#include "layers/layer.h"
#include "model/batch.h"

/* The model section of a config. */
struct model_options {
    struct param_shape input;
    struct param_kinds layers; /* of layer_kinds */
};
extern const struct param model_params[];

/* A tensor by its full name, "lstm/kernel". */
struct parameter {
    char *name; /* owned by the model */
    const struct layer *layer;
    const struct layer_tensor *tensor;
    bool trainable;
};

struct model {
    struct layer *layer; /* [layers] */
    size_t layers;
    size_t implicit; /* of them, the first: column embeddings, of which the config does not tell */
    size_t features; /* of the input */
    size_t outputs;  /* of the last layer */
    bool output_sequence;
    bool repeats;                /* a layer gives sequences of a length of its own */
    size_t output_steps;         /* that the outputs then have; 0: those of the batch */
    struct steps *repeated;      /* [layers] what such a layer gives */
    struct parameter *parameter; /* [parameters], in the order of the flat buffers */
    size_t parameters;
    size_t size;     /* numbers in all tensors: length of a flat buffer */
    real *weights;   /* flat; wanted in the plan */
    real *gradients; /* flat; only for training */
};

/* Build the layers for inputs of shape->features numbers a step. With target_steps an output is
 * wanted for each step. shape's rows and steps play no part. Finds return_sequences backward from
 * the output. The options are borrowed and must outlive the model. Errors: what the layers cannot mean together (ERROR_CONFIG, with the place in
 * the config); then the model is empty. */
bool model_build(struct model *model, const struct model_options *options,
                 const struct batch_shape *shape, struct error *err);

/* The activation of the last layer, if it is one that a loss can look behind; else LINEAR. */
enum activation model_output_activation(const struct model *model);

/* Let the loss work on what goes into the last activation. Before model_plan. */
void model_loss_on_logits(struct model *model);

/* Note weights, gradients (for training) and all layers' buffers. */
void model_plan(struct model *model, const struct layer_limits *limits, struct plan *plan);

/* After plan_commit: connect the layers; x is where batches will stand, dy [rows or total][outputs]
 * where the loss will put its derivative (NULL without training). */
void model_connect(struct model *model, const real *x, real *dy);

/* First weights by the initialisers of the tensors, a function of the seed alone. */
void model_initialize(struct model *model, uint64_t seed);

/* How many packed rows outputs take at most. */
bool model_output_rows(const struct model *model, const struct layer_limits *limits, size_t *rows,
                       struct error *err);

/* For each batch, before the passes: how the steps of its outputs lie, which is how its own do
 * unless a layer repeats. */
const struct steps *model_arrange(struct model *model, const struct steps *steps);

/* The passes, each a piece of work for a team; see layer.h. Nothing is needed between forward and
 * backward of the same rows. */
void model_prepare(struct model *model, const struct pass *pass, size_t part, size_t parts);
void model_forward(struct model *model, const struct pass *pass, size_t r0, size_t r1);
void model_backward(struct model *model, const struct pass *pass, size_t r0, size_t r1);
void model_weight_gradient(struct model *model, const struct pass *pass, size_t part, size_t parts);

/* What the last layer gives, or what goes into its activation when the loss works on that. */
const real *model_output(const struct model *model);
const real *model_logits(const struct model *model);

/* The layer table of the start-up report and rnninfo. */
void model_report(const struct model *model, struct text *to);

void model_free(struct model *model);

#endif
