/* continuation.h - a language model goes on with a text, symbol by symbol.
 *
 * One row of one step at a time, its state carried, on one thread. Nothing is allocated after the
 * start. */
#ifndef RUN_CONTINUATION_H
#define RUN_CONTINUATION_H

#include "model/loss.h"
#include "model/states.h"
#include "run/draw.h"

struct continuation {
    /* Set by the caller. */
    struct model *model;     /* built for a row of one step; all its states will be carried */
    const struct loss *loss; /* says what the outputs are */
    const struct kernels *kernels;
    struct draw draw;

    /* Its own. */
    struct states states;
    struct batch batch;
    struct pass pass;
    double *z;     /* [classes] */
    size_t *order; /* [classes] */
    uint64_t drawn;
};

/* Note the memory. */
bool continuation_plan(struct continuation *c, const struct batch_shape *shape, struct plan *plan,
                       struct error *err);

/* After plan_commit, when the weights are there: begin with a state of zeros. */
void continuation_start(struct continuation *c);

/* Read a symbol's id; then draw the class that comes next, never class `without`. */
void continuation_read(struct continuation *c, size_t id);
size_t continuation_draw(struct continuation *c, size_t without);

void continuation_free(struct continuation *c); /* the model and the plan are the caller's */

#endif
