/* Ids: what a model that begins with an embedding reads. */
#include <math.h>

#include "data/store.h"

/* Rows first..end-1. */
static bool check_column(const struct dataset *dataset, size_t k, size_t ids, size_t first,
                         size_t end, struct error *err) {
    const struct schema_column *column = &dataset->schema->column[k];
    if (column->type != COLUMN_NUMBER) return true; /* numbers of its categories */
    if (column->scale != SCALE_NONE || column->log || column->difference > 0)
        return error_set(err, ERROR_CONFIG,
                         "data.columns: the model's first layer takes '%s' as ids, so it cannot be "
                         "scaled; write %s: {scale: none}",
                         column->name, column->name);
    const float *level = dataset->level[k];
    for (size_t row = first; row < end; row++) {
        double id = level[row];
        /* A missing one is the end of a shorter row: whatever else it could be is refused before. */
        if (isnan(id) || (id >= 0 && id < (double)ids && floor(id) == id)) continue;
        return error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                        "column '%s': %.9g is not an id; expected an integer 0..%zu (the "
                        "embedding's input_dim is %zu)",
                        column->name, id, ids - 1, ids);
    }
    return true;
}

static bool check_rows(const struct dataset *dataset, size_t ids, size_t first, size_t end,
                       struct error *err) {
    for (size_t i = 0; i < dataset->schema->inputs; i++)
        if (!check_column(dataset, dataset->schema->input[i], ids, first, end, err)) return false;
    return true;
}

bool dataset_check_ids(const struct dataset *dataset, size_t ids, struct error *err) {
    return check_rows(dataset, ids, 0, dataset->table.rows, err);
}

bool check_ids_of_row(const struct dataset *dataset, size_t ids, size_t row, struct error *err) {
    return check_rows(dataset, ids, row, row + 1, err);
}
