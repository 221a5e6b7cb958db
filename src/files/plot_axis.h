/* plot_axis.h - scales, ticks and the walk along a line: what both kinds of figure share. */
#ifndef FILES_PLOT_AXIS_H
#define FILES_PLOT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "files/plot.h"

enum { PLOT_TICKS_MOST = 16, PLOT_LABEL_SIZE = 32 };

struct plot_axis {
    bool log;
    double low, high; /* the ends that are shown; their decimal logarithms when log */
    double tick[PLOT_TICKS_MOST];
    char label[PLOT_TICKS_MOST][PLOT_LABEL_SIZE];
    size_t ticks;
};

struct plot_frame {
    struct plot_axis x, y;
};

/* Scales that hold all lines, and with `raw_too` what smoothed ones were made of, with about as many
 * ticks as asked for (2..PLOT_TICKS_MOST / 2). ERROR_DATA when no line has a point that can be
 * drawn. */
bool plot_frame_make(const struct plot *plot, size_t x_ticks, size_t y_ticks, bool raw_too,
                     struct plot_frame *frame, struct error *err);

/* The line as it was before it was smoothed; borrowed from the series. */
struct plot_series plot_raw(const struct plot_series *series);

/* The text of a tick of the horizontal axis: its number, or what has its place. */
const char *plot_x_text(const struct plot *plot, const struct plot_axis *x, size_t tick);
const char *plot_x_label(const struct plot *plot);

/* The most columns that such a text takes. */
size_t plot_x_width(const struct plot *plot);

/* Where a value lies between the ends: 0 at the low one, 1 at the high one. */
double plot_axis_at(const struct plot_axis *axis, double value);

/* A point of a series; false when it cannot be drawn. */
bool plot_point(const struct plot_series *series, const struct plot_axis *y, size_t i,
                double point[static 2]);

/* Called along a line, points as fractions of the axes; `start`: a new piece begins here. */
typedef void plot_visit(void *context, double x, double y, bool start);

/* Walk a line that is drawn `columns` wide. Of very many points those that show are visited: the
 * first, lowest, highest and last of each column. The line breaks where points are missing, but not
 * where they are usually (a loss that is validated only each tenth epoch). */
void plot_walk(const struct plot_series *series, const struct plot_frame *frame, size_t columns,
               plot_visit *visit, void *context);

#endif
