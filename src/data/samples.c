/* Samples of the parts, as spans of equal distance, and the rows that the parts are fitted on. */
#include "base/memory.h"
#include "data/store.h"

bool add_range(struct part_samples *part, size_t first, size_t end, struct error *err) {
    if (first >= end) return true;
    if (!memory_grow(&part->range, &part->ranges_capacity, part->ranges + 1, sizeof *part->range,
                     "parts of the data", err))
        return false;
    part->range[part->ranges++] = (struct range){first, end};
    return true;
}

bool add_span(struct part_samples *part, struct span span, struct error *err) {
    if (span.count == 0 || span.length == 0) return true;
    if (!memory_grow(&part->span, &part->spans_capacity, part->spans + 1, sizeof *part->span,
                     "samples", err))
        return false;
    span.before = part->count;
    part->span[part->spans++] = span;
    part->count += span.count;
    if (span.length > part->longest) part->longest = span.length;
    return true;
}

size_t first_window(const struct dataset *dataset, const struct series *series, size_t first) {
    const struct schema *schema = dataset->schema;
    size_t lead = dataset->sampling.lead;
    size_t start = series->first + store_difference(schema, schema->input, schema->inputs);
    size_t target = series->first + store_difference(schema, schema->target, schema->targets);
    if (target < first) target = first;
    return start + lead < target ? target - lead : start;
}

/* Targets lie in first..end-1, inputs anywhere in the series, which has no holes, that has
 * differences for them. */
static bool add_piece(struct dataset *dataset, enum part p, const struct series *series,
                      size_t first, size_t end, struct error *err) {
    const struct sampling *s = &dataset->sampling;
    size_t start = first_window(dataset, series, first), span = sampling_span(s);
    if (!add_range(&dataset->part[p], first, end, err)) return false;
    if (end < start || end - start < span) return true;
    return add_span(&dataset->part[p],
                    (struct span){.first = start,
                                  .count = (end - start - span) / s->stride + 1,
                                  .stride = s->stride,
                                  .length = s->window,
                                  .end = series->end},
                    err);
}

static size_t limit(size_t value, size_t least, size_t most) {
    if (value < least) return least;
    return value > most ? most : value;
}

bool add_windows(struct dataset *dataset, enum part p, const struct series *series, size_t first,
                 size_t end, struct error *err) {
    struct series piece;
    for (size_t row = series->first; row < series->end; row = piece.end) {
        piece = store_piece(dataset, series, row);
        size_t a = limit(first, piece.first, piece.end), b = limit(end, piece.first, piece.end);
        if (a < b && !add_piece(dataset, p, &piece, a, b, err)) return false;
    }
    return true;
}

/* The steps of a row are known only when categories are; until then it counts as one. */
bool add_rows(struct dataset *dataset, enum part p, size_t first, size_t end, struct error *err) {
    struct span span = {.first = first,
                        .count = end - first,
                        .stride = 1,
                        .length = dataset->schema->steps > 0 ? dataset->schema->steps : 1,
                        .end = end};
    return add_range(&dataset->part[p], first, end, err) && add_span(&dataset->part[p], span, err);
}

/* A sequence loses the steps that have no difference. */
bool add_sequence(struct dataset *dataset, enum part p, const struct series *series,
                  struct error *err) {
    const struct schema *schema = dataset->schema;
    size_t lost = store_difference(schema, schema->input, schema->inputs);
    size_t of_target = store_difference(schema, schema->target, schema->targets);
    if (of_target > lost) lost = of_target;
    if (!add_range(&dataset->part[p], series->first, series->end, err)) return false;
    if (series->end - series->first <= lost) {
        store_warn(dataset, "a sequence of %zu row%s is left out: its differences need more",
                   series->end - series->first, text_plural(series->end - series->first));
        return true;
    }
    struct span span = {.first = series->first + lost,
                        .count = 1,
                        .stride = 1,
                        .length = series->end - series->first - lost,
                        .end = series->end};
    return add_span(&dataset->part[p], span, err);
}
