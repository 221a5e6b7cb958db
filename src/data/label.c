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

void dataset_label(const struct dataset *dataset, size_t row, struct text *to) {
    add_cell(dataset, dataset->id, row, to);
    add_cell(dataset, dataset->time, row, to);
}

size_t dataset_rows(const struct dataset *dataset) {
    return dataset->table.rows;
}

size_t dataset_row(const struct dataset *dataset, enum part part, size_t sample, size_t step) {
    struct sample found = store_answered(dataset, store_sample(dataset, part, sample));
    if (dataset->sampling.layout == LAYOUT_ROWS) return found.row;
    return found.row + (dataset->sampling.per_step ? step : found.length - 1);
}

size_t dataset_kept(const struct dataset *dataset) {
    return dataset->table.columns - dataset->kept;
}

const char *dataset_kept_name(const struct dataset *dataset, size_t column) {
    return dataset->table.column[dataset->kept + column].name;
}

const char *dataset_kept_text(const struct dataset *dataset, size_t column, size_t row) {
    const struct table_column *texts = &dataset->table.column[dataset->kept + column];
    return texts->texts + texts->text[row];
}
