#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/plot.h"
#include "files/plot_axis.h"

/* Foreground colours of SGR: cyan, yellow, magenta, green, red, blue. */
static const char *const colors[] = {"36", "33", "35", "32", "31", "34"};
static const char *const ascii_signs[] = {"*", "o", "+", "x", "#", "%", "=", "~"};
static const char *const unicode_signs[] = {"•", "○", "+", "×", "◇", "□", "▵", "~"};
enum { COLORS = 6, SIGNS = 8 };
enum { GUTTER_LABEL = 12 }; /* columns that the name of the horizontal axis may have */

/* What a character's cell shows. */
struct cell {
    unsigned char dots; /* braille: bits of the dots; signs: 1 where the line passes */
    bool best;
    size_t series; /* + 1; 0: nothing */
};

struct drawing {
    const struct plot *plot;
    const struct plot_screen *screen;
    struct plot_frame frame;
    struct text *to;
    bool braille;         /* dots, 2 x 4 to a cell; else a sign per series */
    size_t columns, rows; /* of the area within the axes, in cells */
    size_t gutter;        /* left of the vertical axis */
    struct cell *cells;   /* [rows][columns] */
    size_t color;         /* the one that is on, + 1; 0: none */
    size_t series;        /* the line being drawn */
    long x, y;            /* its last point, in dots */
};

static size_t dots_across(const struct drawing *d) {
    return d->columns * (d->braille ? 2 : 1);
}
static size_t dots_down(const struct drawing *d) {
    return d->rows * (d->braille ? 4 : 1);
}

/* ---- the canvas ------------------------------------------------------------------------------ */

static long clamp(double value, size_t count) {
    if (!(value > 0)) return 0;
    return value < (double)count ? (long)value : (long)count - 1;
}

static long dot_x(const struct drawing *d, double fraction) {
    return clamp(fraction * (double)(dots_across(d) - 1) + 0.5, dots_across(d));
}

static long dot_y(const struct drawing *d, double fraction) {
    return clamp((1 - fraction) * (double)(dots_down(d) - 1) + 0.5, dots_down(d));
}

static struct cell *cell_at(const struct drawing *d, long x, long y) {
    size_t column = (size_t)x / (d->braille ? 2 : 1), row = (size_t)y / (d->braille ? 4 : 1);
    return &d->cells[row * d->columns + column];
}

static void set_dot(struct drawing *d, long x, long y) {
    /* The order of braille's dots within a character, U+2800 on. */
    static const unsigned char bits[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    struct cell *cell = cell_at(d, x, y);
    cell->dots |= d->braille ? bits[y % 4][x % 2] : 1;
    cell->series = d->series + 1;
}

/* Bresenham's line. */
static void draw_line(struct drawing *d, long x, long y, long to_x, long to_y) {
    long dx = labs(to_x - x), dy = -labs(to_y - y), error = dx + dy;
    long step_x = x < to_x ? 1 : -1, step_y = y < to_y ? 1 : -1;
    for (;;) {
        set_dot(d, x, y);
        if (x == to_x && y == to_y) return;
        long twice = 2 * error;
        if (twice >= dy) {
            error += dy;
            x += step_x;
        }
        if (twice <= dx) {
            error += dx;
            y += step_y;
        }
    }
}

static void add_point(void *context, double x, double y, bool start) {
    struct drawing *d = context;
    long to_x = dot_x(d, x), to_y = dot_y(d, y);
    if (start)
        set_dot(d, to_x, to_y);
    else
        draw_line(d, d->x, d->y, to_x, to_y);
    d->x = to_x;
    d->y = to_y;
}

static void draw_best(struct drawing *d, const struct plot_series *series) {
    double point[2];
    if (series->best == series->count) return;
    if (!plot_point(series, &d->frame.y, series->best, point)) return;
    struct cell *cell = cell_at(d, dot_x(d, plot_axis_at(&d->frame.x, point[0])),
                                dot_y(d, plot_axis_at(&d->frame.y, point[1])));
    cell->best = true;
    cell->series = d->series + 1;
}

static void draw_lines(struct drawing *d) {
    const struct plot *plot = d->plot;
    for (d->series = 0; d->series < plot->count; d->series++)
        plot_walk(&plot->series[d->series], &d->frame, dots_across(d), add_point, d);
    for (d->series = 0; d->series < plot->count; d->series++)
        draw_best(d, &plot->series[d->series]);
}

/* ---- characters ------------------------------------------------------------------------------ */

static const char *pick(const struct drawing *d, const char *unicode, const char *ascii) {
    return d->screen->unicode ? unicode : ascii;
}

/* Turn on the colour of a series (+ 1), or with 0 the terminal's own. */
static void set_color(struct drawing *d, size_t series) {
    size_t color = series == 0 || !d->screen->color ? 0 : (series - 1) % COLORS + 1;
    if (color == d->color) return;
    text_format(d->to, "\033[%sm", color == 0 ? "0" : colors[color - 1]);
    d->color = color;
}

static const char *sign_of(const struct drawing *d, size_t series) {
    return pick(d, unicode_signs[series % SIGNS], ascii_signs[series % SIGNS]);
}

static void add_cell(struct drawing *d, const struct cell *cell) {
    if (cell->series == 0) {
        text_add(d->to, " ");
        return;
    }
    set_color(d, cell->series);
    if (cell->best)
        text_add(d->to, pick(d, "◆", "@"));
    else if (d->braille)
        text_format(d->to, "\xE2%c%c", 0xA0 + (cell->dots >> 6), 0x80 + (cell->dots & 0x3F));
    else
        text_add(d->to, sign_of(d, cell->series - 1));
}

/* At most `most` columns of a text; control characters, which could steer the terminal, and bytes
 * that are not UTF-8 (or, without it, not ASCII) show as '?'. Returns the columns used. */
static size_t add_plain(struct drawing *d, const char *text, size_t most) {
    size_t used = 0, left = strlen(text);
    while (left > 0 && used < most) {
        unsigned char lead = (unsigned char)*text;
        size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (length > left) length = left;
        bool valid = text_utf8_fault(text, length) == length;
        bool control =
            lead < 0x20 || lead == 0x7F || (lead == 0xC2 && (unsigned char)text[1] < 0xA0);
        if (!valid) length = 1;
        if (valid && !control && (length == 1 || d->screen->unicode))
            text_add_bytes(d->to, text, length);
        else
            text_add(d->to, "?");
        text += length;
        left -= length;
        used++;
    }
    return used;
}

static void spaces(struct drawing *d, size_t count) {
    text_format(d->to, "%*s", (int)count, "");
}

/* ---- legend, axes ---------------------------------------------------------------------------- */

static void write_best(const struct plot_series *series, struct text *to) {
    double point[2];
    struct plot_axis any = {.log = false};
    struct plot_series raw = plot_raw(series);
    if (series->best == series->count || !plot_point(&raw, &any, series->best, point)) return;
    text_format(to, " (best %.4g at epoch %.10g)", point[1], point[0]);
}

/* One line per series. */
static void add_legend(struct drawing *d) {
    for (size_t s = 0; s < d->plot->count; s++) {
        struct text best = {0};
        write_best(&d->plot->series[s], &best);
        if (best.failed) d->to->failed = true;
        spaces(d, d->gutter + 1);
        set_color(d, s + 1);
        text_add(d->to, d->braille ? "━━" : sign_of(d, s));
        set_color(d, 0);
        text_add(d->to, " ");
        size_t room = d->screen->columns - d->gutter - 4;
        size_t label = room > best.length + 4 ? room - best.length : room;
        room -= add_plain(d, d->plot->series[s].label, label);
        if (best.length > 0 && best.length <= room) text_add(d->to, best.bytes);
        text_add(d->to, "\n");
        text_free(&best);
    }
}

/* The tick whose label stands in this row, or none (the number of ticks). */
static size_t tick_in_row(const struct drawing *d, size_t row) {
    const struct plot_axis *axis = &d->frame.y;
    size_t t = 0;
    for (; t < axis->ticks; t++) {
        long dot = dot_y(d, plot_axis_at(axis, axis->tick[t]));
        if ((size_t)dot / (d->braille ? 4 : 1) == row) break;
    }
    return t;
}

static void add_rows(struct drawing *d) {
    for (size_t row = 0; row < d->rows; row++) {
        size_t tick = tick_in_row(d, row);
        bool marked = tick < d->frame.y.ticks;
        text_format(d->to, "%*s ", (int)d->gutter - 1, marked ? d->frame.y.label[tick] : "");
        text_add(d->to, marked ? pick(d, "┤", "+") : pick(d, "│", "|"));
        size_t end = d->columns;
        const struct cell *cells = &d->cells[row * d->columns];
        while (end > 0 && cells[end - 1].series == 0) end--;
        for (size_t c = 0; c < end; c++) add_cell(d, &cells[c]);
        set_color(d, 0);
        text_add(d->to, "\n");
    }
}

static size_t tick_column(const struct drawing *d, size_t tick) {
    long dot = dot_x(d, plot_axis_at(&d->frame.x, d->frame.x.tick[tick]));
    return (size_t)dot / (d->braille ? 2 : 1);
}

static void add_x_label(struct drawing *d) {
    const char *label = plot_x_label(d->plot);
    size_t width = text_width(label);
    text_add(d->to, "\n");
    spaces(d, width < d->gutter - 1 ? d->gutter - 1 - width : 0);
    (void)add_plain(d, label, d->gutter - 1);
    text_add(d->to, " ");
}

static void add_x_axis(struct drawing *d) {
    spaces(d, d->gutter);
    text_add(d->to, pick(d, "└", "+"));
    for (size_t c = 0, t = 0; c < d->columns; c++) {
        while (t < d->frame.x.ticks && tick_column(d, t) < c) t++;
        bool marked = t < d->frame.x.ticks && tick_column(d, t) == c;
        text_add(d->to, marked ? pick(d, "┬", "+") : pick(d, "─", "-"));
    }
    add_x_label(d);
    size_t used = 0, whole = d->columns + 1;
    for (size_t t = 0; t < d->frame.x.ticks; t++) {
        const char *label = plot_x_text(d->plot, &d->frame.x, t);
        size_t length = text_width(label), middle = tick_column(d, t) + 1;
        size_t begin = middle > length / 2 ? middle - length / 2 : 0;
        if (begin + length > whole) begin = whole > length ? whole - length : 0;
        if (length == 0 || (used > 0 && begin < used + 1) || begin + length > whole) continue;
        spaces(d, begin - used);
        (void)add_plain(d, label, length);
        used = begin + length;
    }
    text_add(d->to, "\n");
}

/* ---- the figure ------------------------------------------------------------------------------ */

static size_t at_least(size_t value, size_t least) {
    return value > least ? value : least;
}

static size_t within(size_t value, size_t least, size_t most) {
    return value < least ? least : value > most ? most : value;
}

static bool lay_out(struct drawing *d, struct error *err) {
    size_t columns = d->screen->columns, rows = d->screen->rows;
    size_t others = d->plot->count + 2 + (d->plot->title != NULL ? 1 : 0);
    /* A line of braille has no sign that a legend could name; colours must tell the lines apart. */
    d->braille = d->screen->unicode && (d->screen->color || d->plot->count == 1);
    d->rows = at_least(rows > others ? rows - others : 0, 5);
    size_t each = at_least(plot_x_width(d->plot) + 4, 12),
           label = text_width(plot_x_label(d->plot));
    if (!plot_frame_make(d->plot, within(columns / each, 2, 8), within(d->rows / 3, 2, 8), false,
                         &d->frame, err))
        return false;
    d->gutter = within(label, 3, GUTTER_LABEL);
    for (size_t t = 0; t < d->frame.y.ticks; t++)
        d->gutter = at_least(strlen(d->frame.y.label[t]), d->gutter);
    d->gutter++;
    d->columns = columns - d->gutter - 1;
    d->cells = memory_take(d->rows * d->columns, sizeof *d->cells, "a plot", err);
    return d->cells != NULL;
}

bool plot_terminal(const struct plot *plot, const struct plot_screen *screen, struct text *to,
                   struct error *err) {
    struct plot_screen size = *screen;
    size.columns = at_least(size.columns, PLOT_COLUMNS_LEAST);
    size.rows = at_least(size.rows, PLOT_ROWS_LEAST);
    struct drawing d = {.plot = plot, .screen = &size, .to = to};
    if (!lay_out(&d, err)) return false;
    draw_lines(&d);
    if (plot->title != NULL) {
        spaces(&d, d.gutter + 1);
        (void)add_plain(&d, plot->title, size.columns - d.gutter - 1);
        text_add(to, "\n");
    }
    add_legend(&d);
    add_rows(&d);
    add_x_axis(&d);
    free(d.cells);
    return true;
}
