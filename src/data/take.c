/* The samples of a file to predict on. */
#include "data/store.h"

/* To predict, every window that is complete counts, wherever its targets lie; what is known ahead is
 * known for the target rows too. */
static bool take_piece(struct dataset *dataset, const struct series *series, struct error *err) {
    const struct sampling *s = &dataset->sampling;
    size_t start = first_window(dataset, series, series->first);
    if (!add_range(&dataset->part[PART_TRAIN], series->first, series->end, err)) return false;
    size_t rows = s->window + (dataset->ahead > 0 ? s->ahead : 0);
    if (series->end < start || series->end - start < rows) return true;
    return add_span(&dataset->part[PART_TRAIN],
                    (struct span){.first = start,
                                  .count = series->end - start - rows + 1,
                                  .stride = 1,
                                  .length = s->window,
                                  .end = series->end},
                    err);
}

static bool take_windows(struct dataset *dataset, const struct series *series, struct error *err) {
    struct series piece;
    for (size_t row = series->first; row < series->end; row = piece.end) {
        piece = store_piece(dataset, series, row);
        if (!take_piece(dataset, &piece, err)) return false;
    }
    return true;
}

bool take_all_samples(struct dataset *dataset, struct error *err) {
    const struct table *table = &dataset->table;
    if (dataset->sampling.layout == LAYOUT_ROWS)
        return add_rows(dataset, PART_TRAIN, 0, table->rows, err);
    bool windows = dataset->sampling.layout == LAYOUT_WINDOWS;
    for (size_t i = 0; i < dataset->series_count; i++) {
        const struct series *series = &dataset->series[i];
        if (!(windows ? take_windows(dataset, series, err)
                      : add_sequence(dataset, PART_TRAIN, series, err)))
            return false;
    }
    if (dataset->part[PART_TRAIN].count > 0) return true;
    if (windows)
        return error_set(
            err, ERROR_DATA, "%s has %zu row%s; a window of %zu needs at least %zu",
            table->file[0].name, table->rows, text_plural(table->rows), dataset->sampling.window,
            dataset->sampling.window +
                store_difference(dataset->schema, dataset->schema->input, dataset->schema->inputs));
    return error_set(err, ERROR_DATA, "%s: no samples", table->file[0].name);
}
