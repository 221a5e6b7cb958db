/* Lines without their noise. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "files/plot.h"

/* The weight of what was there before the first point, nothing, is divided out. */
static void smooth_exponentially(const struct plot_series *series, double much) {
    double sum = 0, weight = 0;
    for (size_t i = 0; i < series->count; i++) {
        double y = series->y[i * series->stride];
        if (isfinite(y)) {
            sum = much * sum + (1 - much) * y;
            weight = much * weight + (1 - much);
        }
        series->smooth[i] = isfinite(y) ? sum / weight : NAN;
    }
}

/* Each mean is a sum of its own: errors of rounding do not add up. */
static void smooth_window(const struct plot_series *series, size_t width) {
    for (size_t i = 0; i < series->count; i++) {
        double sum = 0;
        size_t points = 0, j = i + 1;
        while (points < width && j-- > 0) {
            double y = series->y[j * series->stride];
            if (!isfinite(y)) continue;
            sum += y;
            points++;
        }
        bool there = isfinite(series->y[i * series->stride]);
        series->smooth[i] = there ? sum / (double)points : NAN;
    }
}

bool plot_smooth(struct plot *plot, double much, struct error *err) {
    for (size_t s = 0; s < plot->count; s++) {
        struct plot_series *series = &plot->series[s];
        free(series->smooth);
        series->smooth = memory_take(series->count, sizeof *series->smooth, "a plot", err);
        if (series->smooth == NULL) return false;
        if (much < 1)
            smooth_exponentially(series, much);
        else
            smooth_window(series, (size_t)much);
    }
    return true;
}
