/* steps.h - how the time steps of a batch lie in memory.
 *
 * Time-major and packed: rows are sorted by length, longest first, and step t holds only the rows
 * that are long enough, so nothing is ever computed for padding. An array of F features a step is
 * real x[total][F], where row r of step t is x[offset[t] + r]. */
#ifndef LAYERS_STEPS_H
#define LAYERS_STEPS_H

#include <stddef.h>

struct steps {
    size_t rows;    /* B: sequences */
    size_t count;   /* T: steps of the longest */
    size_t total;   /* valid steps of all rows: the packed rows of an array */
    size_t *active; /* [T] rows that have a step t; never grows with t */
    size_t *offset; /* [T + 1] packed row where step t starts; offset[T] = total */
    size_t *length; /* [B] steps of a row; never grows with the row; may be 0 */
    size_t *origin; /* [B] place of a row before the sort (what random masks are keyed by) */
};

/* The step that a packed row belongs to. */
static inline size_t steps_of_row(const struct steps *steps, size_t row) {
    size_t low = 0, high = steps->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (steps->offset[middle] <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

#endif
