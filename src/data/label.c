#include <stdint.h>

#include "data/store.h"

/* Labels stand before the predictions, so each ends in a comma. */
static void add_field(struct text *to, const char *field) {
    text_add_csv(to, field);
    text_add(to, ",");
}

void dataset_label_header(const struct dataset *dataset, struct text *to) {
    if (dataset->id != SIZE_MAX) add_field(to, dataset_id_name(dataset));
    if (dataset->time != SIZE_MAX) add_field(to, dataset_time_name(dataset));
}

static const char *text_at(const struct dataset *dataset, size_t column, size_t row) {
    if (column == SIZE_MAX) return NULL;
    const struct table_column *texts = &dataset->table.column[column];
    return texts->texts + texts->text[row];
}

static void add_cell(const struct dataset *dataset, size_t column, size_t row, struct text *to) {
    const char *text = text_at(dataset, column, row);
    if (text != NULL) add_field(to, text);
}

void dataset_label(const struct dataset *dataset, size_t row, struct text *to) {
    add_cell(dataset, dataset->id, row, to);
    add_cell(dataset, dataset->time, row, to);
}

static const char *name_of(const struct dataset *dataset, size_t column) {
    return column != SIZE_MAX ? dataset->table.column[column].name : NULL;
}

const char *dataset_id(const struct dataset *dataset, size_t row) {
    return text_at(dataset, dataset->id, row);
}

const char *dataset_time(const struct dataset *dataset, size_t row) {
    return text_at(dataset, dataset->time, row);
}

const char *dataset_id_name(const struct dataset *dataset) {
    return name_of(dataset, dataset->id);
}

const char *dataset_time_name(const struct dataset *dataset) {
    return name_of(dataset, dataset->time);
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
    return text_at(dataset, dataset->kept + column, row);
}
