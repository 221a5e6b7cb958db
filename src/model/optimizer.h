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
    struct param_kind learning_rate; /* of schedule_kinds */
    double weight_decay;
    double clipnorm, clipvalue, global_clipnorm; /* NAN: off */
    size_t accumulation;                         /* batches to an update */
    int use_ema;
    double ema_momentum;
    size_t ema_overwrite_frequency; /* updates; PARAM_NO_COUNT: never */
    double momentum, rho, beta_1, beta_2, epsilon, initial_accumulator;
    int nesterov, centered, amsgrad;
};

/* Buffers as large as the weights: an optimizer's moments, then what any optimizer may have. */
enum {
    OPTIMIZER_MOMENTS = 3,
    SLOT_ACCUMULATED = OPTIMIZER_MOMENTS, /* sum of the gradients since the last update */
    SLOT_AVERAGE,                         /* of the weights: what predicts with use_ema */
    OPTIMIZER_SLOTS
};

struct optimizer;

struct optimizer_ops {
    /* The moments that the settings ask for: names in their order, NULL where unused. A name is
     * part of the checkpoint format. */
    void (*moments)(const struct optimizer_settings *settings, const char *name[OPTIMIZER_MOMENTS]);
    /* The numbers of update t (from 1) beyond those that are settings; optimizer->learning_rate is
     * that of the step. */
    void (*prepare)(struct optimizer *optimizer, uint64_t t, struct update *update);
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
    const char *slot_name[OPTIMIZER_SLOTS]; /* NULL where unused */
    real *slot[OPTIMIZER_SLOTS];            /* flat, as the weights */
    real *before;                           /* the weights before the last update, flat */
    uint64_t iteration;                     /* batches seen */
    double learning_rate;                   /* of the last step */
    double reduced_rate;                    /* in the settings' place; NAN: theirs */

    struct optimizer_block *block; /* of the trainable tensors */
    size_t blocks;
    double *block_squares; /* [blocks] */
    double *factor;        /* [model->parameters] what clipping multiplies a gradient by */
    double norm;           /* of the last gradient, before clipping; 0 where none was applied */

    struct update update; /* of the present step, without its arrays */
    bool updating;        /* the present step ends an accumulation */
    double nadam_product; /* of u_1 ... u_t, for t = nadam_steps */
    uint64_t nadam_steps;
};

/* Set up for a model; notes buffers in the plan. Errors: more than one clipping, a schedule that
 * means nothing (ERROR_CONFIG). */
bool optimizer_start(struct optimizer *optimizer, const struct param_kind *kind,
                     const struct model *model, struct plan *plan, struct error *err);
void optimizer_free(struct optimizer *optimizer);

/* A step in three parts: squares of the gradients (a team's work), the norms and factors (one
 * thread's), the update (a team's); then the caller counts the iteration. optimizer_norms gives
 * false when the norm is not finite; then no weight and no slot was changed, and optimizer_culprit
 * names the first tensor at fault. */
void optimizer_squares(struct optimizer *optimizer, const struct kernels *kernels, size_t part,
                       size_t parts);
bool optimizer_norms(struct optimizer *optimizer);
void optimizer_update(struct optimizer *optimizer, const struct kernels *kernels, size_t part,
                      size_t parts);
const char *optimizer_culprit(const struct optimizer *optimizer);

/* The average of the weights, flat, where the settings ask for one and a step was taken; else
 * NULL: the weights themselves predict. */
real *optimizer_average(const struct optimizer *optimizer);

#endif
