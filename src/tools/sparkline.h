/* sparkline.h - a curve in one line of text: one character for some epochs, its height a value. */
#ifndef TOOLS_SPARKLINE_H
#define TOOLS_SPARKLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* However many values were added, there are at most that many points: means of as many each. */
enum { SPARKLINE_POINTS = 128 };

/* Start with {0}. */
struct sparkline {
    double point[SPARKLINE_POINTS];
    size_t count;
    size_t every;  /* values to a point; 0 and 1 are the same */
    double sum;    /* of the point under way */
    size_t summed; /* values in it */
};

/* Add the next value; one that is not finite is passed over. */
void sparkline_add(struct sparkline *line, double value);

/* Draw it in `cells` characters, or fewer where there are fewer points, on a logarithmic scale where
 * all are above 0. Characters of Unicode, or of ASCII. */
void sparkline_draw(const struct sparkline *line, size_t cells, bool unicode, struct text *to);

#endif
