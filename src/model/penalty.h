/* penalty.h - what regularizers add to the loss, and to the gradient.
 *
 *   penalty   sum over the trainable tensors of l1 sum |w| + l2 sum w^2, as in Keras
 *   gradient  + l1 sign(w) + 2 l2 w
 *
 * Summed in blocks of fixed size, in a fixed order, so that its bits do not depend on who sums. */
#ifndef MODEL_PENALTY_H
#define MODEL_PENALTY_H

#include "model/model.h"

struct penalty_block {
    const struct layer_tensor *tensor;
    size_t offset, count;
};

struct penalty {
    const struct model *model;
    struct penalty_block *block; /* owned */
    size_t blocks;               /* 0: nothing is regularized */
    double *sum;                 /* [blocks]; in the plan */
};

bool penalty_start(struct penalty *penalty, const struct model *model, struct plan *plan,
                   struct error *err);
void penalty_free(struct penalty *penalty);

/* Part `part` of `parts` of the sums of the present weights; then, by one thread, the penalty. */
void penalty_sums(struct penalty *penalty, size_t part, size_t parts);
double penalty_value(const struct penalty *penalty);

/* Add to the model's gradients. */
void penalty_gradient(const struct penalty *penalty, size_t part, size_t parts);

#endif
