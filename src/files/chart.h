/* chart.h - a figure of a page: lines or points, values for whoever points at them, and behind it the
 * table of all of them. */
#ifndef FILES_CHART_H
#define FILES_CHART_H

#include "files/plot.h"

enum { CHART_ROWS = 2000 }; /* of a table at most; then each n-th is there */

struct chart {
    struct plot
        *plot; /* lines, or one series of dots and what is drawn beside it; its id is set here */
    const char *title;
    const char *note; /* beside it, or NULL */
    size_t first;     /* of dots: number of the first, from 0 */
    bool wide;        /* as wide as the page, and drawn once more for a narrow one */
    bool floats;      /* numbers are floats, and told with as many digits */
};

/* Add it; *number counts the figures of a page. What is on the axis: epochs, or the plot's names. */
bool chart_add(const struct chart *chart, size_t *number, struct text *to, struct error *err);

#endif
