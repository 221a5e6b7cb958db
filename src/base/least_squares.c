#include "base/least_squares.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const double ridge = 1e-8;

bool least_squares_start(struct least_squares *fit, size_t inputs, size_t outputs,
                         struct error *err) {
    const char *what = "a linear baseline";
    size_t square = 0, cross = 0, both = inputs + outputs;
    *fit = (struct least_squares){.inputs = inputs, .outputs = outputs};
    if (!memory_multiply(inputs, inputs, &square, what, err) ||
        !memory_multiply(inputs, outputs, &cross, what, err))
        return false;
    fit->shift = memory_take(both, sizeof *fit->shift, what, err);
    fit->sum = memory_take(both, sizeof *fit->sum, what, err);
    fit->square = memory_take(square, sizeof *fit->square, what, err);
    fit->cross = memory_take(cross, sizeof *fit->cross, what, err);
    fit->difference = memory_take(both, sizeof *fit->difference, what, err);
    fit->scratch = memory_take(both, sizeof *fit->scratch, what, err);
    if (fit->shift != NULL && fit->sum != NULL && fit->square != NULL && fit->cross != NULL &&
        fit->difference != NULL && fit->scratch != NULL)
        return true;
    least_squares_free(fit);
    return false;
}

void least_squares_free(struct least_squares *fit) {
    free(fit->shift);
    free(fit->sum);
    free(fit->square);
    free(fit->cross);
    free(fit->difference);
    free(fit->scratch);
    *fit = (struct least_squares){0};
}

void least_squares_add(struct least_squares *fit, const double *x, const double *y) {
    size_t n = fit->inputs, m = fit->outputs;
    double *d = fit->difference;
    if (fit->rows++ == 0) {
        memcpy(fit->shift, x, n * sizeof *x);
        memcpy(fit->shift + n, y, m * sizeof *y);
    }
    for (size_t i = 0; i < n + m; i++) {
        d[i] = (i < n ? x[i] : y[i - n]) - fit->shift[i];
        fit->sum[i] += d[i];
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) fit->square[i * n + j] += d[i] * d[j];
    for (size_t k = 0; k < m; k++)
        for (size_t j = 0; j < n; j++) fit->cross[k * n + j] += d[n + k] * d[j];
}

/* Sums of products become covariances, and those of the inputs correlations; difference gets the
 * inputs' standard deviations. */
static void normalize(struct least_squares *fit) {
    size_t n = fit->inputs;
    double *deviation = fit->difference, rows = (double)fit->rows;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) fit->square[i * n + j] -= fit->sum[i] / rows * fit->sum[j];
    for (size_t k = 0; k < fit->outputs; k++)
        for (size_t j = 0; j < n; j++)
            fit->cross[k * n + j] -= fit->sum[n + k] / rows * fit->sum[j];
    for (size_t i = 0; i < n; i++) {
        double square = fit->square[i * n + i];
        deviation[i] = square > 0 ? sqrt(square) : 0;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            double product = deviation[i] * deviation[j];
            fit->square[i * n + j] = product > 0 ? fit->square[i * n + j] / product : 0;
        }
        fit->square[i * n + i] = 1 + ridge;
    }
}

/* The lower half L of a matrix A = L L^T, in place. */
static void decompose(double *a, size_t n) {
    for (size_t j = 0; j < n; j++) {
        for (size_t i = j; i < n; i++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
            if (i == j)
                a[j * n + j] = sqrt(sum > ridge / 2 ? sum : ridge / 2);
            else
                a[i * n + j] = sum / a[j * n + j];
        }
    }
}

/* x from L L^T x = b, in place. */
static void substitute(const double *l, size_t n, double *x) {
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
        x[i] /= l[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++) x[i] -= l[k * n + i] * x[k];
        x[i] /= l[i * n + i];
    }
}

void least_squares_solve(struct least_squares *fit, double *w) {
    size_t n = fit->inputs;
    double *x = fit->scratch, *deviation = fit->difference, rows = (double)fit->rows;
    normalize(fit);
    decompose(fit->square, n);
    for (size_t k = 0; k < fit->outputs; k++, w += n + 1) {
        double intercept = fit->shift[n + k] + fit->sum[n + k] / rows;
        for (size_t j = 0; j < n; j++)
            x[j] = deviation[j] > 0 ? fit->cross[k * n + j] / deviation[j] : 0;
        substitute(fit->square, n, x);
        for (size_t j = 0; j < n; j++) {
            w[j] = deviation[j] > 0 ? x[j] / deviation[j] : 0;
            intercept -= w[j] * (fit->shift[j] + fit->sum[j] / rows);
        }
        w[n] = intercept;
    }
}
