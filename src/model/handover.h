/* handover.h - what an encoder hands to a decoder: last states, and outputs to look at. */
#ifndef MODEL_HANDOVER_H
#define MODEL_HANDOVER_H

#include "model/model.h"

/* After the layers are built: pair up the recurrent layers of both, first with first. Errors: stacks
 * that do not fit each other, layers that a decoder cannot have since it writes step by step
 * (ERROR_CONFIG). Without an encoder nothing is done. */
bool handover_find(struct model *model, const struct model_options *options, struct error *err);

/* Note states, their derivatives and the rows' maps. */
void handover_plan(struct model *model, const struct layer_limits *encoder,
                   const struct layer_limits *decoder, struct plan *plan);

/* The states [rows][size] of some rows, taken from those [from_rows][size] of others: an LSTM's h
 * and c lie one after the other. Row r, for r0 <= r < r1, is the other's row[r]. */
void handover_states(const struct layer *layer, const real *from, size_t from_rows,
                     const size_t *row, real *to, size_t rows, size_t r0, size_t r1);

#endif
