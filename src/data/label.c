#include <stdint.h>

#include "data/store.h"

/* Labels stand before the predictions, so each ends in a comma. */
static void add_field(struct text *to, const char *field) {
    text_add_csv(to, field);
    text_add(to, ",");
}

void dataset_label_header(const struct dataset *dataset, struct text *to) {
    if (dataset->id != SIZE_MAX) add_field(to, dataset->table.column[dataset->id].name);
    if (dataset->time != SIZE_MAX) add_field(to, dataset->table.column[dataset->time].name);
}

static void add_cell(const struct dataset *dataset, size_t column, size_t row, struct text *to) {
    if (column == SIZE_MAX) return;
    const struct table_column *texts = &dataset->table.column[column];
    add_field(to, texts->texts + texts->text[row]);
}

void dataset_label(const struct dataset *dataset, enum part part, size_t sample, size_t step,
                   struct text *to) {
    struct sample found = store_sample(dataset, part, sample);
    size_t row = found.row;
    if (dataset->sampling.layout != LAYOUT_ROWS)
        row += dataset->sampling.per_step ? step : found.length - 1;
    add_cell(dataset, dataset->id, row, to);
    add_cell(dataset, dataset->time, row, to);
}
