#include "files/plot_matrix.h"

struct plot_class plot_matrix_class(const struct plot_matrix *m, size_t class) {
    struct plot_class found = {.right = m->count[class * m->classes + class]};
    for (size_t other = 0; other < m->classes; other++) {
        found.rows += m->count[class * m->classes + other];
        found.answers += m->count[other * m->classes + class];
    }
    return found;
}

void plot_matrix_summary(const struct plot_matrix *m, struct text *to) {
    size_t rows = 0, right = 0;
    for (size_t class = 0; class < m->classes; class ++) {
        struct plot_class c = plot_matrix_class(m, class);
        rows += c.rows;
        right += c.right;
    }
    text_format(to, "%.3f of %zu row%s right", rows > 0 ? (double)right / (double)rows : 0, rows,
                rows == 1 ? " is" : "s are");
}
