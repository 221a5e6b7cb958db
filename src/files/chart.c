#include "files/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "files/markup.h"
#include "files/page.h"

/* Pixels where a page is as wide as it gets; on a telephone texts are still readable. */
enum { WIDTH = 440, HEIGHT = 300, WIDE = 900, WIDE_HEIGHT = 340 };

static const char *number_text(const struct chart *chart, double value, char to[static 32]) {
    if (isnan(value)) return NULL;
    return chart->floats ? text_number(value, to) : text_double(value, to);
}

static bool dots(const struct chart *chart) {
    return chart->plot->series[0].dots;
}

/* ---- the table ------------------------------------------------------------------------------- */

static double x_at(const struct plot_series *series, size_t i) {
    return series->x != NULL ? series->x[i * series->stride] : (double)(i + 1);
}

static void add_heads(const struct chart *chart, struct text *to) {
    const struct plot *plot = chart->plot;
    text_add(to, "<thead><tr>");
    if (dots(chart)) {
        page_add_cell(to, "th scope=\"col\"", "sample");
        page_add_cell(to, "th scope=\"col\"", plot->x_label);
        page_add_cell(to, "th scope=\"col\" data-color=\"c0\"", plot->y_label);
        text_add(to, "</tr></thead>\n<tbody>\n");
        return;
    }
    page_add_cell(to, "th scope=\"col\"", plot->x_label != NULL ? plot->x_label : "epoch");
    for (size_t s = 0; s < plot->count; s++) {
        char tag[64];
        (void)snprintf(tag, sizeof tag, "th scope=\"col\" data-color=\"c%zu\"",
                       plot_color(plot, &plot->series[s]));
        page_add_cell(to, tag, plot->series[s].label);
    }
    text_add(to, "</tr></thead>\n<tbody>\n");
}

/* What row i is: a name, or the number that it has on the axis. */
static void add_first(const struct chart *chart, double x, struct text *to) {
    const struct plot *plot = chart->plot;
    char number[32];
    bool named = plot->x_name != NULL && x >= 1 && x <= (double)plot->x_names;
    page_add_cell(to, "th scope=\"row\"",
                  named ? plot->x_name[(size_t)x - 1] : text_double(x, number));
}

static void add_number(const struct chart *chart, double value, struct text *to) {
    char number[32];
    page_add_cell(to, "td", number_text(chart, value, number));
}

static void add_dots(const struct chart *chart, size_t every, struct text *to) {
    const struct plot_series *series = &chart->plot->series[0];
    for (size_t i = 0; i < series->count; i++) {
        if (i % every != 0 && i + 1 < series->count) continue;
        text_add(to, "<tr>");
        add_first(chart, (double)(chart->first + i + 1), to);
        add_number(chart, x_at(series, i), to);
        add_number(chart, series->y[i * series->stride], to);
        text_add(to, "</tr>\n");
    }
}

/* Lines of several histories need not have the same epochs: each goes on from `next` of its own.
 * False at the end of all. */
static bool next_x(const struct plot *plot, const size_t *next, double *x) {
    bool any = false;
    for (size_t s = 0; s < plot->count; s++) {
        const struct plot_series *series = &plot->series[s];
        if (next[s] >= series->count) continue;
        double at = x_at(series, next[s]);
        if (!any || at < *x || isnan(*x)) *x = at;
        any = true;
    }
    return any;
}

/* The row of x, or no more than a step past it. */
static void add_row(const struct chart *chart, size_t *next, double x, struct text *to) {
    const struct plot *plot = chart->plot;
    if (to != NULL) {
        text_add(to, "<tr>");
        add_first(chart, x, to);
    }
    for (size_t s = 0; s < plot->count; s++) {
        const struct plot_series *series = &plot->series[s];
        double at = next[s] < series->count ? x_at(series, next[s]) : NAN;
        bool here = next[s] < series->count && (at == x || (isnan(at) && isnan(x)));
        if (to != NULL) add_number(chart, here ? series->y[next[s] * series->stride] : NAN, to);
        next[s] += here;
    }
    if (to != NULL) text_add(to, "</tr>\n");
}

/* Adds each n-th row, and the last; returns how many rows there are. With `to` NULL it counts. */
static bool walk_rows(const struct chart *chart, size_t every, size_t all, struct text *to,
                      size_t *rows, struct error *err) {
    const struct plot *plot = chart->plot;
    size_t *next = memory_take(plot->count, sizeof *next, "a table", err);
    double x = NAN;
    if (next == NULL) return false;
    for (*rows = 0; next_x(plot, next, &x); ++*rows)
        add_row(chart, next, x, *rows % every == 0 || *rows + 1 == all ? to : NULL);
    free(next);
    return true;
}

static const char *ordinal(size_t n) {
    static const char *const ending[] = {"th", "st", "nd", "rd"};
    return n % 10 < 4 && n / 10 % 10 != 1 ? ending[n % 10] : "th";
}

static bool add_table(const struct chart *chart, struct text *to, struct error *err) {
    size_t rows = chart->plot->series[0].count, every = 1;
    if (!dots(chart) && !walk_rows(chart, 1, 0, NULL, &rows, err)) return false;
    every += rows > 0 ? (rows - 1) / CHART_ROWS : 0;
    text_format(to, "<details>\n<summary>Table of %zu row%s", rows, text_plural(rows));
    if (every > 1) text_format(to, ", each %zu%s of them and the last", every, ordinal(every));
    text_add(to, "</summary>\n");
    page_open_table(to, "", chart->title);
    add_heads(chart, to);
    if (dots(chart))
        add_dots(chart, every, to);
    else if (!walk_rows(chart, every, rows, to, &rows, err))
        return false;
    text_add(to, "</tbody>\n");
    page_close_table(to);
    text_add(to, "</details>\n");
    return true;
}

/* ---- the figure ------------------------------------------------------------------------------ */

static bool draw(const struct chart *chart, const char *class, size_t number, size_t width,
                 size_t height, struct text *to, struct error *err) {
    char id[48];
    (void)snprintf(id, sizeof id, "f%zu%c-", number, class[0]);
    chart->plot->id = id;
    text_format(to, "<div class=\"plot %s\">\n", class);
    bool good = plot_svg(chart->plot, width, height, to, err);
    chart->plot->id = NULL;
    text_add(to, "</div>\n");
    return good;
}

static const char *kind_of(const struct chart *chart) {
    return dots(chart) ? "dots" : chart->plot->x_name != NULL ? "names" : "values";
}

bool chart_add(const struct chart *chart, size_t *number, struct text *to, struct error *err) {
    ++*number;
    text_format(to, "<figure%s data-kind=\"%s\">\n<figcaption>",
                chart->wide ? " class=\"across\"" : "", kind_of(chart));
    markup_add(to, chart->title);
    if (chart->note != NULL) {
        text_add(to, " <small>");
        markup_add(to, chart->note);
        text_add(to, "</small>");
    }
    text_add(to, "</figcaption>\n");
    bool good = draw(chart, chart->wide ? "narrow" : "all", *number, WIDTH, HEIGHT, to, err) &&
                (!chart->wide || draw(chart, "wide", *number, WIDE, WIDE_HEIGHT, to, err)) &&
                add_table(chart, to, err);
    text_add(to, "</figure>\n");
    return good;
}
