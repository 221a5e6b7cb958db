#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/plot_matrix.h"

enum { NAME_MOST = 20, SHARE = 8, PAIRS_SHOWN = 10 };
enum { BESIDE = 3 * SHARE + 2 }; /* columns of rows, precision and recall */

/* How dark a cell is by its share of its row, in steps of a fifth. */
static const char *const unicode_shades[] = {" ", "░", "▒", "▓", "█"};
static const char *const ascii_shades[] = {" ", ".", ":", "+", "#"};
enum { SHADES = sizeof ascii_shades / sizeof *ascii_shades };

struct drawing {
    const struct plot_matrix *matrix;
    const struct plot_screen *screen;
    struct text *to;
    size_t name, cell; /* columns of a row's name and of a cell, the blank before it included */
    bool numbered;     /* columns are headed by the number of their class */
};

static size_t digits_of(size_t number) {
    size_t digits = 1;
    while (number >= 10) {
        number /= 10;
        digits++;
    }
    return digits;
}

/* A text in just so many columns; without UTF-8, a character that is not ASCII is a '?'. */
static void add_cut(struct drawing *d, const char *text, size_t width, bool right) {
    struct text safe = {0}, shown = {0};
    size_t used = 0;
    text_add_safe(&safe, text);
    const char *at = safe.bytes != NULL ? safe.bytes : "";
    while (*at != '\0' && used < width) {
        size_t length = 1;
        while (((unsigned char)at[length] & 0xC0) == 0x80) length++;
        if (length > 1 && !d->screen->unicode)
            text_add(&shown, "?");
        else
            text_add_bytes(&shown, at, length);
        at += length;
        used++;
    }
    if (right) text_format(d->to, "%*s", (int)(width - used), "");
    text_add(d->to, shown.bytes != NULL ? shown.bytes : "");
    if (!right) text_format(d->to, "%*s", (int)(width - used), "");
    d->to->failed |= safe.failed || shown.failed;
    text_free(&safe);
    text_free(&shown);
}

static void add_share(struct drawing *d, size_t part, size_t whole, size_t width) {
    if (whole > 0)
        text_format(d->to, "%*.3f", (int)width, (double)part / (double)whole);
    else
        text_format(d->to, "%*s", (int)width, "-");
}

/* ---- the matrix ------------------------------------------------------------------------------ */

static size_t widest_name(const struct plot_matrix *m) {
    size_t widest = 1;
    for (size_t i = 0; i < m->classes; i++) {
        size_t width = text_width(m->name[i]);
        if (width > widest) widest = width;
    }
    return widest < NAME_MOST ? widest : NAME_MOST;
}

/* Names above columns where there is room, else numbers, which then stand before the rows' names
 * too. False when neither fits. */
static bool fits(struct drawing *d) {
    const struct plot_matrix *m = d->matrix;
    size_t largest = 0, name = widest_name(m), number = digits_of(m->classes);
    for (size_t i = 0; i < m->classes * m->classes; i++)
        if (m->count[i] > largest) largest = m->count[i];
    size_t count = digits_of(largest) + 1; /* with its shade */
    d->numbered = false;
    d->name = name > strlen("precision") ? name : strlen("precision");
    d->cell = 1 + (name > count ? name : count);
    if (d->cell < 7) d->cell = 7;
    if (d->name + m->classes * d->cell + SHARE <= d->screen->columns) return true;
    d->numbered = true;
    d->name += number + 1;
    d->cell = 1 + (number > count ? number : count);
    return d->name + m->classes * d->cell + SHARE <= d->screen->columns;
}

static void add_head(struct drawing *d) {
    const struct plot_matrix *m = d->matrix;
    size_t room = m->classes * d->cell + SHARE - 1;
    add_cut(d, m->truth, d->name, false);
    text_add(d->to, " ");
    add_cut(d, m->answer, text_width(m->answer) < room ? text_width(m->answer) : room, false);
    text_format(d->to, "\n%*s", (int)d->name, "");
    for (size_t i = 0; i < m->classes; i++) {
        if (d->numbered) {
            text_format(d->to, "%*zu", (int)d->cell, i + 1);
        } else {
            text_add(d->to, " ");
            add_cut(d, m->name[i], d->cell - 1, true);
        }
    }
    text_format(d->to, "%*s\n", SHARE, "recall");
}

static void add_count(struct drawing *d, size_t count, size_t rows) {
    size_t shade = rows > 0 ? count * (SHADES - 1) / rows : 0;
    if (shade == 0 && count > 0) shade = 1;
    const char *sign = d->screen->unicode ? unicode_shades[shade] : ascii_shades[shade];
    text_format(d->to, "%*s%s%zu", (int)(d->cell - 1 - digits_of(count)), "", sign, count);
}

static void add_row(struct drawing *d, size_t row) {
    const struct plot_matrix *m = d->matrix;
    struct plot_class c = plot_matrix_class(m, row);
    size_t number = digits_of(m->classes);
    if (d->numbered) text_format(d->to, "%*zu ", (int)number, row + 1);
    add_cut(d, m->name[row], d->name - (d->numbered ? number + 1 : 0), false);
    for (size_t i = 0; i < m->classes; i++) add_count(d, m->count[row * m->classes + i], c.rows);
    add_share(d, c.right, c.rows, SHARE);
    text_add(d->to, "\n");
}

static void add_matrix(struct drawing *d) {
    const struct plot_matrix *m = d->matrix;
    add_head(d);
    for (size_t row = 0; row < m->classes; row++) add_row(d, row);
    if (d->cell < 6) return; /* no room for shares */
    add_cut(d, "precision", d->name, false);
    for (size_t i = 0; i < m->classes; i++) {
        struct plot_class c = plot_matrix_class(m, i);
        add_share(d, c.right, c.answers, d->cell);
    }
    text_add(d->to, "\n");
}

/* ---- more classes than there is room for ------------------------------------------------------ */

static void add_classes(struct drawing *d) {
    const struct plot_matrix *m = d->matrix;
    text_format(d->to, "%-*s%*s%*s%*s\n", (int)d->name, "class", SHARE, "rows", SHARE + 2,
                "precision", SHARE, "recall");
    for (size_t i = 0; i < m->classes; i++) {
        struct plot_class c = plot_matrix_class(m, i);
        add_cut(d, m->name[i], d->name, false);
        text_format(d->to, "%*zu", SHARE, c.rows);
        add_share(d, c.right, c.answers, SHARE + 2);
        add_share(d, c.right, c.rows, SHARE);
        text_add(d->to, "\n");
    }
}

struct pair {
    size_t truth, answer, count;
};

static int by_count(const void *a, const void *b) {
    const struct pair *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    if (x->truth != y->truth) return x->truth < y->truth ? -1 : 1;
    return (x->answer > y->answer) - (x->answer < y->answer);
}

static bool add_pairs(struct drawing *d, struct error *err) {
    const struct plot_matrix *m = d->matrix;
    size_t pairs = 0, name = (d->screen->columns - 12) / 2;
    struct pair *pair = memory_take(m->classes * m->classes, sizeof *pair, "confusions", err);
    if (pair == NULL) return false;
    for (size_t i = 0; i < m->classes * m->classes; i++)
        if (i / m->classes != i % m->classes && m->count[i] > 0)
            pair[pairs++] = (struct pair){i / m->classes, i % m->classes, m->count[i]};
    qsort(pair, pairs, sizeof *pair, by_count);
    if (name > widest_name(m)) name = widest_name(m);
    if (pairs > 0) text_add(d->to, "most often taken for another\n");
    for (size_t i = 0; i < pairs && i < PAIRS_SHOWN; i++) {
        add_cut(d, m->name[pair[i].truth], name, false);
        text_add(d->to, " for ");
        add_cut(d, m->name[pair[i].answer], name, false);
        text_format(d->to, " %6zu\n", pair[i].count);
    }
    free(pair);
    return true;
}

bool plot_matrix_terminal(const struct plot_matrix *matrix, const struct plot_screen *screen,
                          struct text *to, struct error *err) {
    struct plot_screen size = *screen;
    if (size.columns < PLOT_COLUMNS_LEAST) size.columns = PLOT_COLUMNS_LEAST;
    struct drawing d = {.matrix = matrix, .screen = &size, .to = to};
    bool good = true;
    if (matrix->title != NULL) {
        add_cut(&d, matrix->title,
                text_width(matrix->title) < size.columns ? text_width(matrix->title) : size.columns,
                false);
        text_add(to, "\n");
    }
    if (fits(&d)) {
        add_matrix(&d);
    } else {
        size_t room = size.columns - BESIDE, widest = widest_name(matrix);
        d.name = widest < room ? widest : room;
        if (d.name < strlen("class")) d.name = strlen("class");
        add_classes(&d);
        good = add_pairs(&d, err);
    }
    plot_matrix_summary(matrix, to);
    text_add(to, "\n");
    return good;
}
