/* confusion_plot.h - counts of true and predicted classes, from two columns of a CSV file. */
#ifndef TOOLS_CONFUSION_PLOT_H
#define TOOLS_CONFUSION_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "files/plot_matrix.h"

/* What stands behind a matrix. */
struct confusion_plot {
    char **name;
    size_t classes;
    size_t *count;
    char *truth, *answer; /* the columns' names */
};

/* Read the columns "true,predicted" of a file. Classes are the texts in either, in numeric order if
 * all are numbers, else byte order; a row with an empty one is passed over. ERROR_CONFIG for what is
 * not two columns, ERROR_DATA for the file and for more classes than a picture can show. */
bool confusion_plot_read(struct confusion_plot *plot, const char *columns, const char *path,
                         struct error *err);
void confusion_plot_free(struct confusion_plot *plot);

#endif
