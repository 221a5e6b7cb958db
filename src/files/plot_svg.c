#include <math.h>
#include <string.h>

#include "files/markup.h"
#include "files/plot.h"
#include "files/plot_axis.h"

/* Okabe and Ito's colours, which the colour-blind tell apart, without those that fade on white. */
static const char *const colors[] = {"#0072b2", "#d55e00", "#009e73", "#aa4499",
                                     "#e69f00", "#56b4e9", "#7a4a21", "#555555"};
static const char *const dashes[] = {NULL, "7 4", "2 4", "9 3 2 3"};
_Static_assert(sizeof colors / sizeof *colors == PLOT_COLORS, "a colour for each number");
enum { DASHES = sizeof dashes / sizeof *dashes };

enum {
    FONT = 13, /* pixels, of all texts but the title's */
    TITLE_HEIGHT = 30,
    LEGEND_HEIGHT = 20, /* of a row */
    KEY_WIDTH = 34,     /* of a legend's piece of line, with the space after it */
    BOTTOM = 52,
    RIGHT = 24,
    TOP = 16,
};

/* Pixels that a text takes, about: there are no fonts to ask. */
static double text_pixels(const char *text) {
    return 7.3 * (double)text_width(text);
}

struct drawing {
    const struct plot *plot;
    struct plot_frame frame;
    struct text *to;
    double width, height;             /* of the figure */
    double left, top, across, down;   /* of the area within the axes */
    const struct plot_series *series; /* the line being drawn */
    size_t pieces;                    /* points of its present piece */
    double x, y;                      /* the last of them */
};

static double at_x(const struct drawing *d, double fraction) {
    return d->left + fraction * d->across;
}

static double at_y(const struct drawing *d, double fraction) {
    return d->top + (1 - fraction) * d->down;
}

static void add_text(struct drawing *d, double x, double y, const char *attributes,
                     const char *text) {
    text_format(d->to, "<text x=\"%.1f\" y=\"%.1f\"%s>", x, y, attributes);
    markup_add(d->to, text);
    text_add(d->to, "</text>\n");
}

size_t plot_color(const struct plot *plot, const struct plot_series *series) {
    return (plot->runs > 1 ? series->run : series->role) % PLOT_COLORS;
}

/* A page has colours of its own, for paper and for the night. */
static void add_color(struct drawing *d, const struct plot_series *series) {
    size_t color = plot_color(d->plot, series);
    if (d->plot->id != NULL)
        text_format(d->to, " class=\"c%zu\"", color);
    else
        text_format(d->to, " stroke=\"%s\"", colors[color]);
}

static void add_stroke(struct drawing *d, const struct plot_series *series) {
    const char *dash = d->plot->runs > 1 ? dashes[series->role % DASHES] : NULL;
    add_color(d, series);
    if (dash != NULL) text_format(d->to, " stroke-dasharray=\"%s\"", dash);
}

/* ---- the texts ------------------------------------------------------------------------------- */

/* The label, with the best value where one is marked. */
static void write_label(const struct plot_series *series, struct text *to) {
    text_add(to, series->label);
    if (series->best == series->count) return;
    double epoch =
        series->x != NULL ? series->x[series->best * series->stride] : (double)(series->best + 1);
    text_format(to, " (best %.4g at epoch %.10g)", series->y[series->best * series->stride], epoch);
}

static void add_label(struct drawing *d, const struct plot_series *series) {
    struct text label = {0};
    write_label(series, &label);
    if (label.failed) d->to->failed = true;
    if (label.bytes != NULL) markup_add(d->to, label.bytes);
    text_free(&label);
}

/* Where the legend's entries go, row by row from `x`; draws them when `draw`. Returns the rows. */
static size_t legend(struct drawing *d, double top, bool draw) {
    double x = d->left, right = d->width - RIGHT;
    size_t rows = 1;
    for (size_t s = 0; s < d->plot->count; s++) {
        struct text label = {0};
        write_label(&d->plot->series[s], &label);
        if (label.failed) d->to->failed = true;
        const char *words = label.bytes != NULL ? label.bytes : "";
        double wide = KEY_WIDTH + text_pixels(words) + 20;
        if (x > d->left && x + wide > right) {
            x = d->left;
            rows++;
        }
        double y = top + (double)rows * LEGEND_HEIGHT - 6;
        if (draw) {
            bool dots = d->plot->series[s].dots;
            text_format(d->to, "<path d=\"M%.1f %.1fh%d\" stroke-width=\"%d\" fill=\"none\"%s",
                        dots ? x + 13 : x, y - 4, dots ? 0 : 26, dots ? 7 : 2,
                        dots ? " stroke-linecap=\"round\"" : "");
            add_stroke(d, &d->plot->series[s]);
            text_add(d->to, "/>\n");
            add_text(d, x + KEY_WIDTH, y, "", words);
        }
        x += wide;
        text_free(&label);
    }
    return rows;
}

static const char *title_of(const struct plot *plot) {
    return plot->title != NULL ? plot->title : plot->y_label != NULL ? plot->y_label : "history";
}

static void add_description(struct drawing *d) {
    const char *id = d->plot->id != NULL ? d->plot->id : "";
    text_format(d->to, "<title id=\"%stitle\">", id);
    markup_add(d->to, title_of(d->plot));
    text_format(d->to, "</title>\n<desc id=\"%sdesc\">%s over the ", id,
                d->plot->series[0].dots ? "Points" : "Lines");
    markup_add(d->to, plot_x_label(d->plot));
    text_format(d->to, ", %s scale:", d->plot->log ? "logarithmic" : "linear");
    for (size_t s = 0; s < d->plot->count; s++) {
        text_add(d->to, s > 0 ? ", " : " ");
        add_label(d, &d->plot->series[s]);
    }
    text_add(d->to, ".</desc>\n");
}

/* ---- the axes -------------------------------------------------------------------------------- */

static void add_grid(struct drawing *d) {
    text_add(d->to, "<g class=\"grid\" stroke=\"#e2e2e2\" stroke-width=\"1\">\n");
    for (size_t t = 0; t < d->frame.y.ticks; t++)
        text_format(d->to, "<path d=\"M%.1f %.1fh%.1f\"/>\n", d->left,
                    at_y(d, plot_axis_at(&d->frame.y, d->frame.y.tick[t])), d->across);
    for (size_t t = 0; t < d->frame.x.ticks; t++)
        text_format(d->to, "<path d=\"M%.1f %.1fv%.1f\"/>\n",
                    at_x(d, plot_axis_at(&d->frame.x, d->frame.x.tick[t])), d->top, d->down);
    text_add(d->to, "</g>\n");
    text_format(d->to,
                "<path d=\"M%.1f %.1fv%.1fh%.1f\" fill=\"none\" stroke=\"#555\" "
                "stroke-width=\"1\"/>\n",
                d->left, d->top, d->down, d->across);
}

/* The middle of its text, which does not reach over the figure's end. */
static double x_tick_at(const struct drawing *d, size_t tick) {
    double at = at_x(d, plot_axis_at(&d->frame.x, d->frame.x.tick[tick]));
    return fmin(at, d->width - 2 - text_pixels(plot_x_text(d->plot, &d->frame.x, tick)) / 2);
}

static void add_tick_labels(struct drawing *d) {
    for (size_t t = 0; t < d->frame.y.ticks; t++)
        add_text(d, d->left - 8, at_y(d, plot_axis_at(&d->frame.y, d->frame.y.tick[t])) + 4.5,
                 " text-anchor=\"end\"", d->frame.y.label[t]);
    for (size_t t = 0; t < d->frame.x.ticks; t++)
        add_text(d, x_tick_at(d, t), d->top + d->down + 19, " text-anchor=\"middle\"",
                 plot_x_text(d->plot, &d->frame.x, t));
    add_text(d, d->left + d->across / 2, d->top + d->down + 40, " text-anchor=\"middle\"",
             plot_x_label(d->plot));
    if (d->plot->y_label == NULL) return;
    double middle = d->top + d->down / 2;
    text_format(d->to, "<g transform=\"rotate(-90 18 %.1f)\">", middle);
    add_text(d, 18, middle, " text-anchor=\"middle\"", d->plot->y_label);
    text_add(d->to, "</g>\n");
}

/* ---- the lines ------------------------------------------------------------------------------- */

/* A piece of one point has no length to be seen by. */
static void end_piece(struct drawing *d) {
    if (d->pieces == 1)
        text_format(d->to, "M%.1f %.1fm-1 0a1 1 0 1 0 2 0a1 1 0 1 0 -2 0", d->x, d->y);
    d->pieces = 0;
}

static void add_point(void *context, double x, double y, bool start) {
    struct drawing *d = context;
    if (start) end_piece(d);
    double from_x = d->x, from_y = d->y;
    d->x = at_x(d, x);
    d->y = at_y(d, y);
    if (d->pieces == 1) text_format(d->to, "M%.1f %.1f", from_x, from_y);
    if (d->pieces >= 1) text_format(d->to, "L%.1f %.1f", d->x, d->y);
    d->pieces++;
}

/* A stroke of no length is as wide as high. */
static void add_dots(struct drawing *d, const struct plot_series *series) {
    double point[2];
    text_add(d->to, "<path stroke-width=\"5\" stroke-opacity=\"0.6\" d=\"");
    for (size_t i = 0; i < series->count; i++)
        if (plot_point(series, &d->frame.y, i, point))
            text_format(d->to, "M%.1f %.1fh0", at_x(d, plot_axis_at(&d->frame.x, point[0])),
                        at_y(d, plot_axis_at(&d->frame.y, point[1])));
    text_add(d->to, "\"");
    add_stroke(d, series);
    text_add(d->to, "/>\n");
}

static void add_path(struct drawing *d, const struct plot_series *series, const char *attributes) {
    d->pieces = 0;
    text_format(d->to, "<path%s d=\"M0 0", attributes);
    plot_walk(series, &d->frame, (size_t)d->across, add_point, d);
    end_piece(d);
    text_add(d->to, "\"");
    add_stroke(d, series);
    text_add(d->to, "/>\n");
}

static void add_line(struct drawing *d, const struct plot_series *series) {
    if (series->dots) {
        add_dots(d, series);
        return;
    }
    if (series->smooth != NULL) {
        struct plot_series raw = plot_raw(series);
        add_path(d, &raw, " stroke-width=\"1\" stroke-opacity=\"0.35\"");
    }
    add_path(d, series, "");
}

static void add_best(struct drawing *d, const struct plot_series *series) {
    double point[2];
    struct plot_series raw = plot_raw(series);
    if (series->best == series->count) return;
    if (!plot_point(&raw, &d->frame.y, series->best, point)) return;
    text_format(d->to, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"#fff\" stroke-width=\"2\"",
                at_x(d, plot_axis_at(&d->frame.x, point[0])),
                at_y(d, plot_axis_at(&d->frame.y, point[1])));
    add_color(d, series);
    text_add(d->to, "><title>");
    add_label(d, series);
    text_add(d->to, "</title></circle>\n");
}

static void add_lines(struct drawing *d) {
    text_add(d->to, "<g fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\" "
                    "stroke-linecap=\"round\">\n");
    for (size_t s = 0; s < d->plot->count; s++) add_line(d, &d->plot->series[s]);
    text_add(d->to, "</g>\n");
    for (size_t s = 0; s < d->plot->count; s++) add_best(d, &d->plot->series[s]);
}

/* ---- the figure ------------------------------------------------------------------------------ */

static size_t ticks_for(double pixels, double each) {
    double ticks = pixels / each;
    return ticks < 2 ? 2 : ticks > 8 ? 8 : (size_t)ticks;
}

static void lay_out(struct drawing *d) {
    double widest = 0;
    for (size_t t = 0; t < d->frame.y.ticks; t++)
        widest = fmax(widest, text_pixels(d->frame.y.label[t]));
    d->left = widest + 16 + (d->plot->y_label != NULL ? 20 : 0);
    d->across = fmax(d->width - d->left - RIGHT, 20);
    d->top = TOP + (d->plot->title != NULL ? TITLE_HEIGHT : 0);
    d->top += (double)legend(d, 0, false) * LEGEND_HEIGHT + 6;
    d->down = fmax(d->height - d->top - BOTTOM, 20);
}

/* Do names at the horizontal axis run into each other? */
static bool names_crowd(const struct drawing *d) {
    double end = -INFINITY;
    for (size_t t = 0; d->plot->x_name != NULL && t < d->frame.x.ticks; t++) {
        double half = text_pixels(plot_x_text(d->plot, &d->frame.x, t)) / 2;
        if (x_tick_at(d, t) - half < end) return true;
        end = x_tick_at(d, t) + half + FONT;
    }
    return false;
}

/* Scales, then the room that their texts leave; fewer ticks where names need more. */
static bool make_frame(struct drawing *d, struct error *err) {
    for (size_t ticks = ticks_for(d->width, 90);; ticks--) {
        if (!plot_frame_make(d->plot, ticks, ticks_for(d->height, 70), true, &d->frame, err))
            return false;
        lay_out(d);
        if (ticks <= 1 || !names_crowd(d)) return true;
    }
}

/* What a script needs to find points: the area within the axes and their ends. */
static void add_scale(struct drawing *d) {
    const struct plot_axis *x = &d->frame.x, *y = &d->frame.y;
    text_format(d->to,
                " data-area=\"%.1f %.1f %.1f %.1f\" data-x=\"%.9g %.9g\" data-y=\"%.9g %.9g\" "
                "data-log=\"%d\"",
                d->left, d->top, d->across, d->down, x->low, x->high, y->low, y->high, y->log);
}

/* A page scales it, and says once how its texts look. */
static void open_in_page(struct drawing *d) {
    text_format(d->to,
                "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"%stitle %sdesc\" "
                "font-size=\"%d\"",
                d->width, d->height, d->plot->id, d->plot->id, FONT);
    add_scale(d);
    text_add(d->to, ">\n");
    add_description(d);
}

static void open_file(struct drawing *d) {
    text_format(
        d->to,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
        "viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"title desc\" "
        "font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif\" "
        "font-size=\"%d\" fill=\"#222\">\n",
        d->width, d->height, d->width, d->height, FONT);
    add_description(d);
    text_add(d->to, "<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#fff\"/>\n");
}

static void open_figure(struct drawing *d) {
    if (d->plot->id != NULL)
        open_in_page(d);
    else
        open_file(d);
    if (d->plot->title != NULL)
        add_text(d, d->left, TOP + 14, " font-size=\"16\" font-weight=\"600\"", d->plot->title);
}

bool plot_svg(const struct plot *plot, size_t width, size_t height, struct text *to,
              struct error *err) {
    struct drawing d = {.plot = plot, .to = to, .width = (double)width, .height = (double)height};
    if (!make_frame(&d, err)) return false;
    open_figure(&d);
    (void)legend(&d, TOP + (plot->title != NULL ? TITLE_HEIGHT : 0) - 8, true);
    add_grid(&d);
    add_tick_labels(&d);
    add_lines(&d);
    text_add(to, "</svg>\n");
    return true;
}
