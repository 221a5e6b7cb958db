/* mask.h - steps that are padding: taken out before the first layer, put back at the output.
 *
 * The data gathers samples as they are, the `whole` batch. Its steps that the first layer calls
 * padding are left out of the batch that the model is fed, whose rows are as long as they have valid
 * steps; so no layer knows of masks, and nothing is computed for padding. */
#ifndef MODEL_MASK_H
#define MODEL_MASK_H

#include "model/batch.h"
#include "model/model.h"

struct mask {
    const struct layer *layer; /* the model's first, which knows padding; NULL: nothing is masked */
    bool outputs_follow;       /* outputs are those of the valid steps, or one for a sequence */
    size_t *length;            /* [B] valid steps of the i-th sample of a batch */
    size_t *row;               /* [B] its row in the whole batch */
    size_t *place;             /* [total] packed row in the whole batch of a valid step */
};

/* Find out if the model masks steps, and if so note the arrays and those of the batch that it is
 * fed, which has the same shape. */
void mask_plan(struct mask *mask, const struct model *model, const struct batch_shape *shape,
               struct batch *fed, struct plan *plan);

/* A new batch in three steps: count the valid steps of rows r0..r1-1 of the whole one (a team's
 * work), arrange the one to feed (one thread's; `sample` holds the samples in their order), fill its
 * rows r0..r1-1: x, y and weights (a team's). */
void mask_count(struct mask *mask, const struct batch *whole, size_t r0, size_t r1);
void mask_arrange(struct mask *mask, const struct batch *whole, const size_t *sample,
                  struct batch *fed);
void mask_gather(struct mask *mask, const struct batch *whole, struct batch *fed, size_t r0,
                 size_t r1);

/* Outputs of the model [..][width] as the whole batch lies: a masked step repeats the one before
 * it; before the first valid one stand zeros. */
void mask_scatter(const struct mask *mask, const struct batch *whole, const struct batch *fed,
                  size_t width, const real *from, real *to);

/* With a target for each step: are some steps of the whole batch left out of loss and metrics? Those
 * that are not are mask->place[0..fed->steps.total-1]. */
bool mask_leaves_out(const struct mask *mask);

#endif
