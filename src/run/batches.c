#include "run/batches.h"

#include "data/chunks.h"

size_t batches_units(const struct engine *e, enum part part) {
    size_t groups = dataset_groups(e->data, part);
    return groups > 0 ? groups : dataset_count(e->data, part);
}

size_t batches_count(const struct engine *e, enum part part) {
    size_t groups = dataset_groups(e->data, part), count = 0;
    for (size_t g = 0; g < groups; g++) count += dataset_group_chunks(e->data, part, g);
    if (groups > 0) return count;
    count = dataset_count(e->data, part);
    return count / e->batch_size + (count % e->batch_size > 0);
}

static size_t take_chunk(const struct engine *e, enum part part, const size_t *order, size_t number,
                         size_t *sample) {
    for (size_t i = 0;; i++) {
        size_t group = order != NULL ? order[i] : i;
        size_t chunks = dataset_group_chunks(e->data, part, group);
        if (number < chunks) return dataset_chunk(e->data, part, group, number, sample);
        number -= chunks;
    }
}

size_t batches_take(const struct engine *e, enum part part, const size_t *order, size_t number,
                    size_t *sample) {
    size_t count = dataset_count(e->data, part), first = number * e->batch_size, n = 0;
    if (dataset_groups(e->data, part) > 0) return take_chunk(e, part, order, number, sample);
    for (; n < e->batch_size && first + n < count; n++)
        sample[n] = order != NULL ? order[first + n] : first + n;
    return n;
}
