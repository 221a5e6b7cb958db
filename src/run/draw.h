/* draw.h - one of many, drawn with given probabilities.
 *
 * The chances are those of softmax(z / temperature), where z are logarithms of probabilities up to a
 * constant. Only the top_k likeliest are left, and of those so many of the likeliest as have a share
 * of top_p together (Holtzman et al. 2020: nucleus sampling); of equals the first in order. */
#ifndef RUN_DRAW_H
#define RUN_DRAW_H

#include <stddef.h>
#include <stdint.h>

struct draw {
    double temperature; /* 0: always the likeliest */
    size_t top_k;       /* 0: all */
    double top_p;       /* 0 < p <= 1; 1: all */
    uint64_t seed;
};

/* The index of one of `count` numbers z, which become chances; -INFINITY is never drawn unless all
 * are. The draw is a function of the seed and the position. `order` is scratch for `count`. */
size_t draw_one(const struct draw *draw, double *z, size_t *order, size_t count, uint64_t position);

#endif
