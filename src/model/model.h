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
#include "layers/layers.h"
#include "model/batch.h"

/* The model section of a config. */
struct model_options {
    struct param_shape input;
    struct param_kinds layers;           /* of layer_kinds */
    struct param_kinds encoder, decoder; /* instead of layers, both */
};
extern const struct param model_params[];

/* Are there layers, or an encoder and a decoder? `place`: where they belong. */
bool model_check_options(const struct model_options *options, struct place place,
                         struct error *err);

/* The layers that give the outputs: the decoder's, or all. */
const struct param_kinds *model_last_stack(const struct model_options *options);

/* The layers that read the inputs: the encoder's, or all. */
const struct param_kinds *model_first_stack(const struct model_options *options);

/* The config's item that layer i of the model is built from, counted behind the implicit ones. */
const struct param_kind *model_layer_item(const struct model_options *options, size_t i);

/* A tensor by its full name, "lstm/kernel". */
struct parameter {
    char *name; /* owned by the model */
    const struct layer *layer;
    const struct layer_tensor *tensor;
    bool trainable;
};

/* A recurrent layer of the encoder whose last states one of the decoder's starts from. */
struct handover {
    struct layer *from, *to;
};

struct model {
    struct layer *layer; /* [layers] the encoder's, then those that give the outputs */
    size_t layers;
    size_t implicit; /* of them, the first: column embeddings, of which the config does not tell */
    struct horizon_settings horizon; /* of the last layer, where a decoder writes numbers */
    size_t encoder;                  /* layers of the encoder, with those; 0: there is none */
    struct handover *handover;
    size_t handovers;
    struct memory memory; /* of the encoder's last layer */
    size_t *decoder_row;  /* [B] row of the decoder's batch of a row of the encoder's */
    size_t *encoder_row;  /* [B] the other way */
    size_t features;      /* of the input */
    enum carry carry;     /* what is asked of recurrent layers */
    size_t decoder_features;
    size_t outputs; /* of the last layer */
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
 * wanted for each step. shape's rows and steps play no part; its `carry` says which layers are
 * stateful. Finds return_sequences backward from the output. The options are borrowed and must
 * outlive the model. Errors: what the layers cannot mean together (ERROR_CONFIG, with the place in
 * the config); then the model is empty. */
bool model_build(struct model *model, const struct model_options *options,
                 const struct batch_shape *shape, struct error *err);

/* What a layer's settings, or those of the cell inside, say of a key that is true, false or unset;
 * unset too where it has no such key. */
int model_given(const struct param_kind *item, const char *key);

/* The activation of the last layer, if it is one that a loss can look behind; else LINEAR. */
enum activation model_output_activation(const struct model *model);

/* Let the loss work on what goes into the last activation. Before model_plan. */
void model_loss_on_logits(struct model *model);

/* Note weights, gradients (for training) and all layers' buffers. */
void model_plan(struct model *model, const struct layer_limits *limits, struct plan *plan);

/* The same for an encoder and a decoder, each with limits of its own. */
void model_plan_both(struct model *model, const struct layer_limits *encoder,
                     const struct layer_limits *decoder, struct plan *plan);

/* After plan_commit: connect the layers; x is where batches will stand, dy [rows or total][outputs]
 * where the loss will put its derivative (NULL without training); decoder_x is where those of a
 * decoder will. */
void model_connect(struct model *model, const real *x, real *dy);
void model_connect_both(struct model *model, const real *x, const real *decoder_x, real *dy);

/* First weights by the initialisers of the tensors, a function of the seed alone. */
void model_initialize(struct model *model, uint64_t seed);

/* How many packed rows outputs take at most. */
bool model_output_rows(const struct model *model, const struct layer_limits *limits, size_t *rows,
                       struct error *err);

/* For each batch, before the passes: how the steps of its outputs lie, which is how its own do
 * unless a layer repeats. */
const struct steps *model_arrange(struct model *model, const struct steps *steps);

/* The same of an encoder and a decoder: how the steps of each lie, the rows of both being the same
 * sequences, which `origin` tells apart. */
void model_arrange_both(struct model *model, const struct steps *encoder,
                        const struct steps *decoder);

/* The passes, each a piece of work for a team; see layer.h. Nothing is needed between forward and
 * backward of the same rows. */
void model_prepare(struct model *model, const struct pass *pass, size_t part, size_t parts);
void model_forward(struct model *model, const struct pass *pass, size_t r0, size_t r1);
void model_backward(struct model *model, const struct pass *pass, size_t r0, size_t r1);
void model_weight_gradient(struct model *model, const struct pass *pass, size_t part, size_t parts);

/* With an encoder, forward and backward are the decoder's alone, and four calls more are due, with a
 * barrier after the first and before the last: encode (rows of the encoder), hand over (rows of the
 * decoder, before forward), hand back and encode_back (rows of the encoder). */
void model_encode(struct model *model, const struct pass *pass, size_t r0, size_t r1);
void model_hand_over(struct model *model, size_t r0, size_t r1);
/* Of a decoder that writes numbers: all its steps from its own outputs, in place of forward. `x` is
 * where it reads, at first what stands there, `single` has one step of every row. */
void model_unroll(struct model *model, const struct pass *single, real *x, size_t r0, size_t r1);
void model_hand_back(struct model *model, size_t r0, size_t r1);
void model_encode_back(struct model *model, const struct pass *pass, size_t r0, size_t r1);

/* What the last layer gives, or what goes into its activation when the loss works on that. */
const real *model_output(const struct model *model);
const real *model_logits(const struct model *model);

/* "[64]", or "[steps, 64]" of a layer that gives one for each step. Returns `to`. */
const char *model_output_shape(const struct layer *layer, char to[static 64]);

/* The layer table of the start-up report and rnninfo. */
void model_report(const struct model *model, struct text *to);

void model_free(struct model *model);

#endif
