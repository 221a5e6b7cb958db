#include <math.h>

#include "data/store.h"

double dataset_naive_error(const struct dataset *dataset, size_t target, size_t season) {
    const struct part_samples *train = &dataset->part[PART_TRAIN];
    size_t c = dataset->at[dataset->schema->target[target / store_horizon(dataset)]];
    double sum = 0, count = 0;
    if (c == SIZE_MAX || season == 0 || dataset->predicting) return NAN;
    const float *value = dataset->table.column[c].value;
    for (size_t i = 0; i < train->ranges; i++)
        for (size_t r = train->range[i].first; r + season < train->range[i].end; r++) {
            double distance = fabs((double)value[r + season] - (double)value[r]);
            if (isnan(distance)) continue;
            sum += distance;
            count++;
        }
    return count > 0 ? sum / count : NAN;
}
