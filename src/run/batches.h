/* batches.h - which samples make which batch of a pass through a part.
 *
 * Samples are taken batch_size at a time. Where they are chunks that go on from each other, a group of
 * tracks is gone through chunk by chunk, then the next group; what is shuffled is then the groups. */
#ifndef RUN_BATCHES_H
#define RUN_BATCHES_H

#include "run/engine.h"

/* What an order is of: samples, or groups of tracks. */
size_t batches_units(const struct engine *engine, enum part part);

/* Batches of a pass. */
size_t batches_count(const struct engine *engine, enum part part);

/* The samples of batch `number` of a pass; how many. `order` holds the units in their order, NULL for
 * that of the data. */
size_t batches_take(const struct engine *engine, enum part part, const size_t *order, size_t number,
                    size_t *sample);

#endif
