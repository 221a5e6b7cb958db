#include <math.h>
#include <stdio.h>

#include "files/markup.h"
#include "files/plot_matrix.h"

enum {
    FONT = 13,      /* pixels, of all texts but the title's */
    EDGE = 16,      /* free around all */
    TITLE = 30,     /* height of the title */
    LINE = 20,      /* of a line of text */
    SHARES = 66,    /* width of the column of recalls */
    NAME_MOST = 24, /* characters of a name that are shown */
};

/* Pixels that a character takes, about. */
static const double letter = 7.3;

struct drawing {
    const struct plot_matrix *matrix;
    struct text *to;
    double left, top, cell, high; /* of the squares: where they begin, and a cell's sides */
    double names;                 /* pixels of the widest name */
    bool upright;                 /* names of columns stand on end */
};

static size_t shown_width(const char *name) {
    size_t width = text_width(name);
    return width < NAME_MOST ? width : NAME_MOST;
}

/* As much of a name as is shown. */
static void add_name(struct drawing *d, const char *name) {
    struct text cut = {0};
    size_t length = 0, shown = 0;
    bool whole = text_width(name) <= NAME_MOST;
    while (name[length] != '\0' && (whole || shown < NAME_MOST - 1)) {
        length++;
        while (((unsigned char)name[length] & 0xC0) == 0x80) length++;
        shown++;
    }
    text_add_bytes(&cut, name, length);
    if (!whole) text_add(&cut, "…");
    if (cut.failed) d->to->failed = true;
    if (cut.bytes != NULL) markup_add(d->to, cut.bytes);
    text_free(&cut);
}

static void add_text(struct drawing *d, double x, double y, const char *attributes,
                     const char *text) {
    text_format(d->to, "<text x=\"%.1f\" y=\"%.1f\"%s>", x, y, attributes);
    add_name(d, text);
    text_add(d->to, "</text>\n");
}

static void add_share(struct drawing *d, double x, double y, size_t part, size_t whole) {
    char share[32] = "–";
    struct text number = {0};
    if (whole > 0) text_format(&number, "%.3f", (double)part / (double)whole);
    add_text(d, x, y, " text-anchor=\"middle\" fill=\"#555\"",
             number.bytes != NULL ? number.bytes : share);
    text_free(&number);
}

/* ---- layout ---------------------------------------------------------------------------------- */

static void lay_out(struct drawing *d, double width, double height) {
    const struct plot_matrix *m = d->matrix;
    double count = (double)m->classes, widest = 0;
    for (size_t i = 0; i < m->classes; i++)
        widest = fmax(widest, letter * (double)shown_width(m->name[i]));
    d->names = widest;
    d->left = EDGE + LINE + widest + 10;
    double across = fmax(width - d->left - SHARES - EDGE, 40);
    d->upright = widest + 8 > across / count;
    double head = d->upright ? widest : FONT;
    d->top = EDGE + (m->title != NULL ? TITLE : 0) + LINE + head + 10;
    d->cell = across / count;
    d->high = fmax(height - d->top - 2 * LINE - EDGE - 10, 40) / count;
    /* Squares, unless there is much more room to one side. */
    d->cell = fmin(d->cell, 2.2 * d->high);
    d->high = fmin(d->high, 1.2 * d->cell);
}

static double x_of(const struct drawing *d, size_t column) {
    return d->left + (double)column * d->cell;
}
static double y_of(const struct drawing *d, size_t row) {
    return d->top + (double)row * d->high;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static void add_count(struct drawing *d, size_t row, size_t column, size_t count, double share) {
    char attributes[96];
    struct text number = {0};
    text_format(&number, "%zu", count);
    bool fits =
        number.bytes != NULL && d->high >= 12 && letter * (double)number.length <= d->cell - 2;
    (void)snprintf(attributes, sizeof attributes, " text-anchor=\"middle\" fill=\"%s\"",
                   share > 0.55 ? "#fff" : "#222");
    if (fits)
        add_text(d, x_of(d, column) + d->cell / 2, y_of(d, row) + d->high / 2 + 4.5, attributes,
                 number.bytes);
    text_free(&number);
}

static void add_cell(struct drawing *d, size_t row, size_t column, size_t rows) {
    const struct plot_matrix *m = d->matrix;
    size_t count = m->count[row * m->classes + column];
    double share = rows > 0 ? (double)count / (double)rows : 0;
    if (count == 0) return;
    text_format(d->to,
                "<g><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" "
                "fill-opacity=\"%.3f\"/><title>",
                x_of(d, column), y_of(d, row), d->cell, d->high,
                row == column ? "#0072b2" : "#d55e00", 0.08 + 0.92 * share);
    markup_add(d->to, m->name[row]);
    text_add(d->to, " taken for ");
    markup_add(d->to, m->name[column]);
    text_format(d->to, ": %zu of %zu</title>\n", count, rows);
    add_count(d, row, column, count, share);
    text_add(d->to, "</g>\n");
}

static void add_grid(struct drawing *d) {
    double count = (double)d->matrix->classes;
    text_add(d->to, "<g stroke=\"#ddd\" stroke-width=\"1\">\n");
    for (size_t i = 0; i <= d->matrix->classes; i++) {
        text_format(d->to, "<path d=\"M%.1f %.1fh%.1f\"/>\n", d->left, y_of(d, i), count * d->cell);
        text_format(d->to, "<path d=\"M%.1f %.1fv%.1f\"/>\n", x_of(d, i), d->top, count * d->high);
    }
    text_add(d->to, "</g>\n");
}

static void add_cells(struct drawing *d) {
    for (size_t row = 0; row < d->matrix->classes; row++) {
        size_t rows = plot_matrix_class(d->matrix, row).rows;
        for (size_t column = 0; column < d->matrix->classes; column++)
            add_cell(d, row, column, rows);
    }
}

/* ---- names and shares ------------------------------------------------------------------------ */

static void add_row_names(struct drawing *d) {
    const struct plot_matrix *m = d->matrix;
    double right = x_of(d, m->classes) + SHARES / 2.0;
    for (size_t i = 0; i < m->classes && d->high >= 9; i++) {
        struct plot_class c = plot_matrix_class(m, i);
        double y = y_of(d, i) + d->high / 2 + 4.5;
        add_text(d, d->left - 8, y, " text-anchor=\"end\"", m->name[i]);
        add_share(d, right, y, c.right, c.rows);
    }
    add_text(d, right, d->top - 8, " text-anchor=\"middle\" fill=\"#555\"", "recall");
}

static void add_column_names(struct drawing *d) {
    const struct plot_matrix *m = d->matrix;
    double below = y_of(d, m->classes) + LINE - 2;
    for (size_t i = 0; i < m->classes && d->cell >= 9; i++) {
        struct plot_class c = plot_matrix_class(m, i);
        double x = x_of(d, i) + d->cell / 2;
        if (d->upright)
            text_format(d->to, "<g transform=\"rotate(-90 %.1f %.1f)\">", x + 4.5, d->top - 8);
        add_text(d, d->upright ? x + 4.5 : x, d->top - 8,
                 d->upright ? "" : " text-anchor=\"middle\"", m->name[i]);
        if (d->upright) text_add(d->to, "</g>\n");
        if (d->cell >= 5 * letter) add_share(d, x, below, c.right, c.answers);
    }
    if (d->cell >= 5 * letter)
        add_text(d, d->left - 8, below, " text-anchor=\"end\" fill=\"#555\"", "precision");
}

static void add_heads(struct drawing *d) {
    const struct plot_matrix *m = d->matrix;
    double x = d->left + (double)m->classes * d->cell / 2;
    double y = d->top + (double)m->classes * d->high / 2;
    double head = d->top - 8 - (d->upright ? d->names : FONT) - 8;
    if (m->title != NULL)
        add_text(d, EDGE, EDGE + 14, " font-size=\"16\" font-weight=\"600\"", m->title);
    add_text(d, x, head, " text-anchor=\"middle\" font-style=\"italic\"", m->answer);
    text_format(d->to, "<g transform=\"rotate(-90 %d %.1f)\">", EDGE + FONT, y);
    add_text(d, EDGE + FONT, y, " text-anchor=\"middle\" font-style=\"italic\"", m->truth);
    text_add(d->to, "</g>\n");
}

static void add_summary(struct drawing *d) {
    struct text summary = {0};
    plot_matrix_summary(d->matrix, &summary);
    if (summary.failed) d->to->failed = true;
    text_format(d->to, "<text x=\"%.1f\" y=\"%.1f\">", d->left,
                y_of(d, d->matrix->classes) + 2 * LINE + 4);
    if (summary.bytes != NULL) text_add(d->to, summary.bytes);
    text_add(d->to, "</text>\n");
    text_free(&summary);
}

void plot_matrix_svg(const struct plot_matrix *matrix, size_t width, size_t height,
                     struct text *to) {
    struct drawing d = {.matrix = matrix, .to = to};
    lay_out(&d, (double)width, (double)height);
    text_format(to,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" height=\"%zu\" "
                "viewBox=\"0 0 %zu %zu\" role=\"img\" aria-labelledby=\"title\" "
                "font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', "
                "sans-serif\" font-size=\"%d\" fill=\"#222\">\n<title id=\"title\">",
                width, height, width, height, FONT);
    markup_add(to, matrix->title != NULL ? matrix->title : "confusion matrix");
    text_add(to, "</title>\n<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#fff\"/>\n");
    add_cells(&d);
    add_grid(&d);
    add_row_names(&d);
    add_column_names(&d);
    add_heads(&d);
    add_summary(&d);
    text_add(to, "</svg>\n");
}
