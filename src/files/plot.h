/* plot.h - a figure of loss curves, as SVG or in the terminal.
 *
 * A figure is a set of lines over the epoch, each a column of a history. The best epoch of what is
 * watched is marked: of val_x where the figure has it, else of x. */
#ifndef FILES_PLOT_H
#define FILES_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "files/history.h"

struct plot_series {
    char *label;
    const double *x, *y; /* element i is at i * stride; x is NULL for 1, 2, 3, ... */
    size_t stride, count;
    size_t run;     /* number of the history it is from */
    size_t role;    /* number of the column it is */
    size_t best;    /* index of the point to mark, or count */
    bool dots;      /* SVG: points that no line joins */
    double *smooth; /* [count] drawn in the place of y, which SVG has faint behind it; or NULL */
};

/* Start with {0}. */
struct plot {
    const char *title;         /* NULL: none; borrowed, as are the histories */
    const char *id;            /* of a figure within a page; NULL: a file of its own */
    bool log;                  /* of the vertical axis: what is not above 0 is left out */
    char *y_label;             /* NULL when the columns are of several kinds */
    const char *x_label;       /* NULL: "epoch" */
    const char *const *x_name; /* of x = 1, 2, ...: in the place of numbers; or NULL */
    size_t x_names;
    struct plot_series *series;
    size_t count, capacity, runs;
};

/* Add columns of a history. With several histories each has a `name`, which is NULL for a single
 * one. A column that is not there is passed over when `optional`, else it is an ERROR_DATA, as is a
 * history that has none of them; `path` is for messages. */
bool plot_add(struct plot *plot, const struct history_table *table, const char *path,
              const char *name, const char *const *columns, size_t count, bool optional,
              struct error *err);

/* Smooth all lines. Below 1 exponentially, as TensorBoard does: a value is `much` of the one before
 * and the rest of its own, the start made up for. From 2 on a mean over so many points, the last of
 * them its own. Missing points stay so and count for nothing. */
bool plot_smooth(struct plot *plot, double much, struct error *err);

/* The names of several histories, shortened to what tells them apart: folders that all are in, and a
 * file name that all have, are left out. Each of name[count] is then the caller's to free. */
bool plot_names(const char *const *path, size_t count, char **name, struct error *err);

void plot_free(struct plot *plot);

/* ---- as SVG ---------------------------------------------------------------------------------- */

enum { PLOT_WIDTH = 800, PLOT_HEIGHT = 480 };

/* Number of a line's colour: one for each history, or of a single one for each column. */
enum { PLOT_COLORS = 8 };
size_t plot_color(const struct plot *plot, const struct plot_series *series);

/* A whole file, `width` x `height` pixels, or with an `id` a figure within a page, whose own ids begin
 * with that; its style sheet says which colours the classes c0, c1, ... stand for, and its script finds
 * the scales in data- attributes. ERROR_DATA when there is nothing to draw. */
bool plot_svg(const struct plot *plot, size_t width, size_t height, struct text *to,
              struct error *err);

/* ---- in the terminal ------------------------------------------------------------------------- */

struct plot_screen {
    size_t columns, rows; /* of the whole figure; never less than PLOT_COLUMNS_LEAST, ..ROWS.. */
    bool unicode;         /* braille and box drawing, else ASCII */
    bool color;           /* by escape sequences; without it each line has a sign of its own */
};
enum { PLOT_COLUMNS_LEAST = 30, PLOT_ROWS_LEAST = 8 };

/* Lines of text, none longer than the screen is wide. Errors as above. */
bool plot_terminal(const struct plot *plot, const struct plot_screen *screen, struct text *to,
                   struct error *err);

#endif
