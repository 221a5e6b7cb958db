/* What errors are held against: a naive forecast's error and the deviation in the training part. */
#include <math.h>

#include "data/store.h"

/* The values of a target in the file's units; NULL in an input to predict on. */
static const float *target_values(const struct dataset *dataset, size_t target) {
    size_t c = dataset->at[dataset->schema->target[target / store_horizon(dataset)]];
    return c == SIZE_MAX || dataset->predicting ? NULL : dataset->table.column[c].value;
}

double dataset_naive_error(const struct dataset *dataset, size_t target, size_t season) {
    const struct part_samples *train = &dataset->part[PART_TRAIN];
    const float *value = target_values(dataset, target);
    double sum = 0, count = 0;
    if (value == NULL || season == 0) return NAN;
    for (size_t i = 0; i < train->ranges; i++)
        for (size_t r = train->range[i].first; r + season < train->range[i].end; r++) {
            double distance = fabs((double)value[r + season] - (double)value[r]);
            if (isnan(distance)) continue;
            sum += distance;
            count++;
        }
    return count > 0 ? sum / count : NAN;
}

double dataset_deviation(const struct dataset *dataset, size_t target) {
    const struct part_samples *train = &dataset->part[PART_TRAIN];
    const float *value = target_values(dataset, target);
    double mean = 0, squares = 0, count = 0; /* Welford 1962: a large mean does not drown them */
    for (size_t i = 0; value != NULL && i < train->ranges; i++)
        for (size_t r = train->range[i].first; r < train->range[i].end; r++) {
            if (isnan(value[r])) continue;
            double before = (double)value[r] - mean;
            count++;
            mean += before / count;
            squares += before * ((double)value[r] - mean);
        }
    return count > 0 ? sqrt(squares / count) : NAN;
}
