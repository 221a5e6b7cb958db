/* optimizer.h - steps from gradients to weights, over the flat buffers; knows no layers. */
#ifndef MODEL_OPTIMIZER_H
#define MODEL_OPTIMIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/param.h"
#include "base/real.h"
#include "kernels/kernels.h"
#include "model/model.h"

/* The kinds' `ops` are struct optimizer_ops, their settings struct optimizer_settings. */
extern const struct kind optimizer_kinds[];

struct optimizer_settings {
    double learning_rate, weight_decay;
    double clipnorm, clipvalue, global_clipnorm; /* NAN: off */
    double momentum, rho, beta_1, beta_2, epsilon;
    int nesterov, centered, amsgrad;
};

enum { OPTIMIZER_SLOTS = 3 };

struct optimizer_ops {
    /* The slots (moments) that the settings ask for: names in their order, NULL where unused. A
     * name is part of the checkpoint format. */
    void (*slots)(const struct optimizer_settings *settings, const char *name[OPTIMIZER_SLOTS]);
    /* The learning rate of iteration t (from 1), bias corrections folded in. */
    double (*rate)(const struct optimizer_settings *settings, double learning_rate, uint64_t t);
    void (*step)(const struct kernels *kernels, const struct update *update);
};

/* A piece of a tensor: what the team shares out, and what a norm is summed by. */
struct optimizer_block {
    size_t parameter, offset, count;
};

struct optimizer {
    const struct optimizer_ops *ops;
    const struct optimizer_settings *settings;
    const struct model *model;
    const char *slot_name[OPTIMIZER_SLOTS];
    real *slot[OPTIMIZER_SLOTS]; /* flat, as the weights */
    uint64_t iteration;          /* steps taken */
    double learning_rate;        /* now */

    struct optimizer_block *block; /* of the trainable tensors */
    size_t blocks;
    double *block_squares; /* [blocks] */
    double *factor;        /* [model->parameters] what clipping multiplies a gradient by */
    double norm;           /* of the last gradient, before clipping */
};

/* Set up for a model; notes buffers in the plan. Errors: more than one clipping (ERROR_CONFIG). */
bool optimizer_start(struct optimizer *optimizer, const struct param_kind *kind,
                     const struct model *model, struct plan *plan, struct error *err);
void optimizer_free(struct optimizer *optimizer);

/* A step in three parts: squares of the gradients (a team's work), the norms and factors (one
 * thread's), the update (a team's). optimizer_norms gives false when the norm is not finite; then
 * nothing was changed, and optimizer_culprit names the first tensor at fault. */
void optimizer_squares(struct optimizer *optimizer, const struct kernels *kernels, size_t part,
                       size_t parts);
bool optimizer_norms(struct optimizer *optimizer);
void optimizer_update(struct optimizer *optimizer, const struct kernels *kernels, size_t part,
                      size_t parts);
const char *optimizer_culprit(const struct optimizer *optimizer);

#endif
