/* Where the numbers of a sample come from, and what they are called. */
#include <stdint.h>

#include "data/store.h"

size_t dataset_step_row(const struct dataset *dataset, enum part part, size_t sample, size_t step) {
    struct sample found = store_sample(dataset, part, sample);
    return dataset->sampling.layout == LAYOUT_ROWS ? found.row : found.row + step;
}

size_t dataset_target_row(const struct dataset *dataset, enum part part, size_t sample, size_t h) {
    const struct sampling *s = &dataset->sampling;
    struct sample found = store_answered(dataset, store_sample(dataset, part, sample));
    size_t row = found.row;
    if (s->layout == LAYOUT_WINDOWS) row += (s->per_step ? 0 : s->lead) + h;
    if (s->layout == LAYOUT_SEQUENCES) row += s->per_step ? h : found.length - 1;
    return row < found.end ? row : SIZE_MAX;
}

bool dataset_has_row_steps(const struct dataset *dataset) {
    return dataset->sampling.layout == LAYOUT_ROWS;
}

struct place dataset_place(const struct dataset *dataset, size_t row) {
    const struct table *table = &dataset->table;
    if (dataset->options->text == NULL) return table_place(table, row);
    size_t f = table->files - 1; /* symbols do not know their lines */
    while (f > 0 && table->file[f].first > row) f--;
    return (struct place){table->file[f].name, 0, 0};
}

/* In a row, the columns follow each other through the steps. */
void dataset_feature_name(const struct dataset *dataset, size_t step, size_t feature,
                          struct text *to) {
    const struct schema *schema = dataset->schema;
    size_t place = feature;
    if (dataset->sampling.layout == LAYOUT_ROWS) place += step * schema->features;
    for (size_t i = 0; i < schema->inputs; i++) {
        const struct schema_column *column = &schema->column[schema->input[i]];
        size_t width = schema_width(column);
        if (place < width) {
            schema_feature_name(column, place, to);
            bool later = i >= schema->inputs - dataset->ahead;
            if (later) text_format(to, "+%zu", dataset->sampling.ahead);
            return;
        }
        place -= width;
    }
}

void dataset_target_name(const struct dataset *dataset, size_t step, size_t target,
                         struct text *to) {
    const struct schema *schema = dataset->schema;
    size_t horizon = store_horizon(dataset), index = target / horizon;
    bool time_major = dataset->sampling.layout == LAYOUT_ROWS && dataset->sampling.per_step;
    if (time_major) index += step * store_targets(dataset);
    text_add(to, schema->column[schema->target[index]].name);
    if (horizon > 1) text_format(to, "+%zu", target % horizon + 1);
}
