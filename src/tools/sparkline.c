#include "tools/sparkline.h"

#include <math.h>

/* Twice as many values to a point, half as many points. */
static void merge(struct sparkline *line) {
    line->count /= 2;
    for (size_t i = 0; i < line->count; i++)
        line->point[i] = line->point[2 * i] / 2 + line->point[2 * i + 1] / 2;
    line->every *= 2;
}

void sparkline_add(struct sparkline *line, double value) {
    if (!isfinite(value)) return;
    if (line->every == 0) line->every = 1;
    line->sum += value / (double)line->every; /* sums of large values stay finite */
    if (++line->summed < line->every) return;
    line->point[line->count++] = line->sum;
    line->sum = 0;
    line->summed = 0;
    if (line->count == SPARKLINE_POINTS) merge(line);
}

/* Mean of the points that fall into a cell. */
static double cell_value(const struct sparkline *line, size_t cell, size_t cells, bool log_scale) {
    size_t from = cell * line->count / cells, to = (cell + 1) * line->count / cells;
    double sum = 0;
    for (size_t i = from; i < to; i++)
        sum += (log_scale ? log(line->point[i]) : line->point[i]) / (double)(to - from);
    return sum;
}

static bool all_positive(const struct sparkline *line) {
    size_t i = 0;
    while (i < line->count && line->point[i] > 0) i++;
    return i == line->count;
}

void sparkline_draw(const struct sparkline *line, size_t cells, bool unicode, struct text *to) {
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const signs[] = {"_", ".", "-", "=", "^"};
    size_t heights = unicode ? 8 : 5;
    double value[SPARKLINE_POINTS], least = INFINITY, most = -INFINITY;
    bool log_scale = all_positive(line);
    if (cells > line->count) cells = line->count;
    for (size_t i = 0; i < cells; i++) {
        value[i] = cell_value(line, i, cells, log_scale);
        least = fmin(least, value[i]);
        most = fmax(most, value[i]);
    }
    for (size_t i = 0; i < cells; i++) {
        double part = most > least ? (value[i] - least) / (most - least) : 0;
        size_t height = (size_t)(part * (double)heights);
        if (height >= heights) height = heights - 1;
        text_add(to, unicode ? blocks[height] : signs[height]);
    }
}
