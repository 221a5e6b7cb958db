/* plot_matrix.h - which classes were taken for which, as SVG or in the terminal. */
#ifndef FILES_PLOT_MATRIX_H
#define FILES_PLOT_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "files/plot.h"

enum { PLOT_CLASSES_MOST = 200 }; /* that a picture can show */

struct plot_matrix {
    const char *title;       /* NULL: none; all borrowed */
    const char *const *name; /* [classes] */
    size_t classes;
    const size_t *count;        /* [classes][classes]: the row is the true class */
    const char *truth, *answer; /* what rows and columns are called */
};

/* A whole file, `width` x `height` pixels. A cell is as dark as its share of its row; what is wrong
 * has another colour. */
void plot_matrix_svg(const struct plot_matrix *matrix, size_t width, size_t height,
                     struct text *to);

/* Lines of text, none wider than the screen: the matrix where it fits, with classes by number where
 * names do not; else each class's rows, precision and recall, and the most frequent confusions. */
bool plot_matrix_terminal(const struct plot_matrix *matrix, const struct plot_screen *screen,
                          struct text *to, struct error *err);

/* Rows of a class, answers that name it, and those that are right. */
struct plot_class {
    size_t rows, answers, right;
};
struct plot_class plot_matrix_class(const struct plot_matrix *matrix, size_t class);

/* "0.913 of 150 rows are right". */
void plot_matrix_summary(const struct plot_matrix *matrix, struct text *to);

#endif
