/* states.h - states that go on from batch to batch, each with its sequence.
 *
 * A stateful layer starts a row where the last chunk of the row's sequence ended, whatever row of
 * whatever batch that was; so neither the batch size nor the order of sequences plays a part. No
 * derivative goes back over the seam: backpropagation through time is truncated there. */
#ifndef MODEL_STATES_H
#define MODEL_STATES_H

#include "model/model.h"

struct states {
    struct model *model;
    size_t sequences; /* 0: no layer is stateful */
    size_t size;      /* numbers in `all` */
    real *all;        /* of each stateful layer in turn [sequences][state_size] */
    real **first;     /* [layers] [B][state_size], as a stateful layer reads them; else NULL */
    real **last;      /* and leaves them */
};

/* Note room for the states of so many sequences, all of them zeros. Before a layer's first `prepare`,
 * and after plan_commit, states_connect hands them to the layers; one model may have several such
 * sets, of which the last one connected is in use. */
bool states_start(struct states *states, struct model *model, const struct layer_limits *limits,
                  size_t sequences, struct plan *plan, struct error *err);
void states_connect(const struct states *states);
void states_free(struct states *states);

/* Let every layer that has a state carry it on, whatever the config says; before states_start. */
void states_carry_all(struct model *model);

/* Before and after a forward pass: the states of rows r0..r1-1; sequence[r] is a row's. */
void states_load(const struct states *states, const struct steps *steps, const size_t *sequence,
                 size_t r0, size_t r1);
void states_store(const struct states *states, const struct steps *steps, const size_t *sequence,
                  size_t r0, size_t r1);

/* A sequence begins anew. */
void states_reset(const struct states *states, size_t sequence);

/* What is kept of a layer, [sequences][state_size]; NULL where it is not stateful. */
real *states_of(const struct states *states, size_t layer);

#endif
