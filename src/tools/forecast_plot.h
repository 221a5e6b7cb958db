/* forecast_plot.h - what was predicted beside what came, as lines over the rows of the data. */
#ifndef TOOLS_FORECAST_PLOT_H
#define TOOLS_FORECAST_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "files/plot.h"

struct forecast_request {
    const char *actual;        /* "data.csv:column", or a column of the predictions' own file */
    const char *predictions;   /* a file */
    const char *const *column; /* to draw of it; count 0: those that predict the actual one */
    size_t columns;
    size_t ahead; /* rows from that of a prediction to the one it is for; SIZE_MAX: found */
    size_t last;  /* rows to show; SIZE_MAX: from a little before the first prediction on */
};

/* Columns that stand behind the lines of a plot. Start with {0}; free it after the plot. */
struct forecast {
    double *block;
    char **row_name;
    size_t row_names;
    char *x_label;
    bool guessed; /* nothing tells how far ahead a prediction is */
};

/* Read the files and add the lines to an empty plot. A column y+3 is for the third row after its
 * own; any other, as `ahead` says. Rows of two files go together by the columns that both have, in
 * the same order, else the last by the last. Errors: ERROR_DATA with place, ERROR_CONFIG. */
bool forecast_plot(struct forecast *forecast, const struct forecast_request *request,
                   struct plot *plot, struct error *err);
void forecast_free(struct forecast *forecast);

#endif
