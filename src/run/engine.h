/* engine.h - one batch at a time through model, loss and optimizer, on a team of threads.
 *
 * All memory is taken by engine_start; a step allocates nothing. The pieces between two barriers:
 * rows (gather, forward, loss, backward), weight gradients, norms, update. */
#ifndef RUN_ENGINE_H
#define RUN_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/team.h"
#include "data/dataset.h"
#include "model/batch.h"
#include "model/loss.h"
#include "model/mask.h"
#include "model/model.h"
#include "model/optimizer.h"
#include "model/penalty.h"
#include "model/states.h"
#include "run/profile.h"

struct engine {
    /* Set by the caller before engine_start. */
    const struct dataset *data;
    const struct kernels *kernels;
    struct model model; /* built, not planned */
    struct loss loss;   /* ops NULL: outputs only */
    size_t threads;     /* 0: as many as the size of the work pays for */
    size_t batch_size;  /* most samples of a batch */
    size_t beam;        /* of a decoder: texts that it writes side by side for each; 0: none */
    bool training;
    const struct param_kind *optimizer_kind; /* with training */
    uint64_t seed;
    struct profile *profile; /* of training steps; NULL: nothing is measured; set at any time */

    /* The engine's own. */
    struct team *team;
    struct optimizer optimizer;
    struct penalty penalty;
    double penalty_value; /* at the present weights */
    struct batch batch;   /* as the data gathers it */
    struct batch fed;     /* where the model masks: what is left of it, which the model eats */
    struct mask mask;
    struct batch decoder; /* what a decoder reads and has to write */
    struct steps single;  /* one step of every row: for a decoder of numbers */
    struct plan plan;
    struct states states[2];   /* where samples go on from each other: of evaluation, training */
    size_t *slot;              /* [batch_size] whose state a row of the batch goes on from */
    size_t *length;            /* [batch_size] scratch */
    const struct steps *steps; /* of what the model gives */
    real *output;              /* its outputs as the batch lies; NULL where they lie so anyway */
    real *dy;                  /* derivative of the loss by outputs, or by logits */
    double *row_loss;          /* [rows or total] */
    double *restored;          /* [rows or total][outputs] outputs in the targets' own units */
    double *truth;             /* [rows or total][targets] */
    double *middle; /* [rows or total][targets] of several levels the middle one; else NULL */
    real *level;    /* [rows or total][targets] scratch: outputs of one level */
    bool prepared;  /* packed weights are those of model.weights */
};

/* See that the inputs are what the first layer reads, and plan, so that engine->plan.bytes can be
 * reported; then take the memory, connect the layers and start the team. The caller may add to the
 * plan in between. */
bool engine_plan(struct engine *engine, struct error *err);

/* The plan alone, without data: for batches of that shape. */
bool engine_plan_shape(struct engine *engine, const struct batch_shape *shape, struct error *err);
bool engine_start(struct engine *engine, struct error *err);
void engine_stop(struct engine *engine); /* also frees the model */

/* Threads that will run: those asked for, or as many as the size of the work pays for. */
size_t engine_threads(const struct engine *engine);

/* The batch that has the targets: the decoder's, or the one that the data gathers. */
const struct batch *engine_targets(const struct engine *engine);

/* Rows of the targets of the present batch: sequences, or their steps, masked ones too; and the
 * outputs that go with them. */
size_t engine_rows(const struct engine *engine);
const real *engine_output(const struct engine *engine);

/* One training step on `count` samples of a part; the batch's mean loss. Errors: ERROR_DIVERGED
 * when loss or gradient is not finite; then the weights are those from before the step. */
bool engine_train(struct engine *engine, enum part part, const size_t *sample, size_t count,
                  double *loss, struct error *err);

/* Outputs, and the mean loss unless `loss` is NULL, with dropout off. */
void engine_evaluate(struct engine *engine, enum part part, const size_t *sample, size_t count,
                     double *loss);

/* The encoder's part of that alone, its states in the order of its own rows: what follows is a
 * writer's. */
void engine_encode(struct engine *engine, enum part part, const size_t *sample, size_t count);

/* The batch of those samples with its targets, nothing computed, and `truth` for it: for what
 * answers in the model's stead. */
void engine_gather(struct engine *engine, enum part part, const size_t *sample, size_t count);

/* What the loss counts of the present batch: that many rows of outputs, without masked ones; the
 * i-th one's place in `restored` and `truth`, its loss being row_loss[i]; and their mean loss,
 * without penalties of the weights. */
size_t engine_scored(const struct engine *engine);
size_t engine_scored_row(const struct engine *engine, size_t i);
double engine_loss(const struct engine *engine);

/* What the present batch weighs in a mean over several: its samples, as Keras has it, or, where
 * samples are chunks, their steps. */
double engine_weight(const struct engine *engine);

/* The states that the next training step goes on from. */
const struct states *engine_states(const struct engine *engine);

/* Say that model.weights changed. */
void engine_weights_changed(struct engine *engine);

/* Compute with other weights, a flat buffer that is borrowed; gives those that were used before. */
real *engine_use_weights(struct engine *engine, real *weights);

/* Fill `restored`, and `truth` where the data has targets, for the present batch. Quantiles of one
 * target are sorted, so that they never cross, and `middle` is filled. */
void engine_restore(struct engine *engine, enum part part, bool with_truth);

/* What is predicted, a number for each of the targets or scores of classes: `restored` or
 * `middle`. */
const double *engine_point(const struct engine *engine);

#endif
