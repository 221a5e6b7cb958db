/* chunks.h - long sequences as tracks of chunks that follow one another.
 *
 * A track is a sequence, or a stretch of the only one a part has. Its chunks are samples in a row, so
 * that a model can go on in each from the state in which the one before it ended. Tracks run side by
 * side in groups, of which a batch takes the chunks that are next. */
#ifndef DATA_CHUNKS_H
#define DATA_CHUNKS_H

#include "data/dataset.h"

/* Cut the samples of every part into chunks of `steps` steps, the last of a track being what is left;
 * the only sequence of a part first into `rows` stretches as long as each other, to within a step, of
 * which the first ones are longer. A group has `rows` tracks, in their order. `carry`, never
 * CARRY_NONE, is for batch_shape. Errors: samples that are no sequences with a target for each step
 * (ERROR_CONFIG, "train.bptt ..."). */
bool dataset_cut(struct dataset *dataset, size_t steps, size_t rows, enum carry carry,
                 struct error *err);

/* Groups of a part, 0 when nothing was cut; the most tracks that one has, over all parts. */
size_t dataset_groups(const struct dataset *dataset, enum part part);
size_t dataset_group_rows(const struct dataset *dataset);

/* Batches that a group makes: chunks of its longest track. */
size_t dataset_group_chunks(const struct dataset *dataset, enum part part, size_t group);

/* The samples that are the `chunk`th of the group's tracks; how many there are. */
size_t dataset_chunk(const struct dataset *dataset, enum part part, size_t group, size_t chunk,
                     size_t *sample);

/* The place of a sample's track in its group; does the track begin with this sample? */
size_t dataset_slot(const struct dataset *dataset, enum part part, size_t sample, bool *begins);

#endif
