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
    size_t sequences;
    real **kept;  /* [layers] of a stateful one: [sequences][state_size], else NULL */
    real **first; /* [layers] [B][state_size], as the layer reads them */
    real **last;  /* and leaves them */
};

/* Note room for the states of so many sequences, all of them zeros, and hand them to the layers that
 * are stateful; call states_connect after plan_commit. */
bool states_start(struct states *states, struct model *model, const struct layer_limits *limits,
                  size_t sequences, struct plan *plan, struct error *err);
void states_connect(struct states *states);
void states_free(struct states *states);

/* Before and after a forward pass: the states of rows r0..r1-1; sequence[r] is a row's. */
void states_load(const struct states *states, const struct steps *steps, const size_t *sequence,
                 size_t r0, size_t r1);
void states_store(const struct states *states, const struct steps *steps, const size_t *sequence,
                  size_t r0, size_t r1);

/* A sequence begins anew. */
void states_reset(const struct states *states, size_t sequence);

#endif
