/* least_squares.h - a linear fit with an intercept, by normal equations.
 *
 * y = w x + b with the least sum of squares. The inputs are scaled to correlations, which get a ridge
 * of 1e-8 on their diagonal: inputs that repeat each other share their weight, constant ones get
 * none. Solved by Cholesky's decomposition, in double and in a fixed order. */
#ifndef BASE_LEAST_SQUARES_H
#define BASE_LEAST_SQUARES_H

#include <stddef.h>

#include "base/error.h"

struct least_squares {
    size_t inputs, outputs, rows;
    double *shift;                /* [inputs + outputs] the first row: sums are of what differs */
    double *sum;                  /* [inputs + outputs] */
    double *square;               /* [inputs][inputs], the lower half */
    double *cross;                /* [outputs][inputs] */
    double *difference, *scratch; /* [inputs + outputs] */
};

bool least_squares_start(struct least_squares *fit, size_t inputs, size_t outputs,
                         struct error *err);

/* One row: x [inputs], y [outputs], all finite. */
void least_squares_add(struct least_squares *fit, const double *x, const double *y);

/* The weights into w [outputs][inputs + 1], the intercepts last. Uses up the sums; at least one row
 * was added. */
void least_squares_solve(struct least_squares *fit, double *w);

void least_squares_free(struct least_squares *fit);

#endif
