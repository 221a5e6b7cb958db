#include "files/curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/chart.h"
#include "files/markup.h"
#include "files/plot.h"

/* Beyond that range the small values of a curve lie on the axis. */
static const double wide_range = 50;

static const char *measure_of(const char *column) {
    return strncmp(column, "val_", 4) == 0 ? column + 4 : column;
}

static bool is_measure(const char *column) {
    static const char *const others[] = {"epoch", "seconds", "samples_per_second"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(column, others[i]) == 0) return false;
    return true;
}

/* Has the measure of run r's column c been met before? */
static bool is_met(const struct curves_run *run, size_t r, size_t c) {
    const char *measure = measure_of(run[r].table->column[c]);
    for (size_t i = 0; i <= r; i++)
        for (size_t k = 0; k < (i < r ? run[i].table->columns : c); k++)
            if (strcmp(measure_of(run[i].table->column[k]), measure) == 0) return true;
    return false;
}

/* ---- one measure ----------------------------------------------------------------------------- */

struct extent {
    double least, most;
    size_t count; /* of numbers */
};

static struct extent extent_of(const struct plot *plot) {
    struct extent extent = {INFINITY, -INFINITY, 0};
    for (size_t s = 0; s < plot->count; s++)
        for (size_t i = 0; i < plot->series[s].count; i++) {
            double y = plot->series[s].y[i * plot->series[s].stride];
            if (!isfinite(y)) continue;
            if (y < extent.least) extent.least = y;
            if (y > extent.most) extent.most = y;
            extent.count++;
        }
    return extent;
}

/* Neither is better when it is small. */
static bool is_watched(const char *measure) {
    return strcmp(measure, "learning_rate") != 0 && strcmp(measure, "grad_norm") != 0;
}

static void add_sentence(const char *measure, const struct plot *plot, double value,
                         struct text *to) {
    char number[32];
    text_add(to, "<p>");
    markup_add(to, measure);
    text_format(to, " is %s in %s.</p>\n", text_double(value, number),
                plot->series[0].count > 1 ? "all epochs" : "the only epoch");
}

static bool add_plot(const char *measure, struct plot *plot, bool drawn, size_t *number,
                     struct text *to, struct error *err) {
    const struct extent extent = extent_of(plot);
    bool constant = extent.count > 0 && !(extent.least < extent.most);
    if (extent.count == 0 || constant == drawn) return true;
    if (constant) {
        add_sentence(measure, plot, extent.least, to);
        return true;
    }
    plot->log = extent.least > 0 && extent.most > wide_range * extent.least;
    free(plot->y_label); /* the title says it */
    plot->y_label = NULL;
    for (size_t s = 0; s < plot->count && !is_watched(measure); s++)
        plot->series[s].best = plot->series[s].count;
    const struct chart chart = {
        .plot = plot, .title = measure, .note = plot->log ? "logarithmic scale" : NULL};
    return chart_add(&chart, number, to, err);
}

static bool add_measure(const struct curves_run *run, size_t runs, const char *measure, bool drawn,
                        size_t *number, struct text *to, struct error *err) {
    struct text validation = {0};
    struct plot plot = {.title = NULL};
    text_format(&validation, "val_%s", measure);
    char *twin = text_take(&validation, err);
    bool good = twin != NULL;
    const char *const column[2] = {measure, twin};
    for (size_t r = 0; r < runs && good; r++) {
        const struct history_table *table = run[r].table;
        if (history_find(table, measure) == table->columns &&
            history_find(table, twin) == table->columns)
            plot.runs++; /* its colour stays its own */
        else
            good = plot_add(&plot, table, run[r].path, run[r].name, column, 2, true, err);
    }
    good = good && add_plot(measure, &plot, drawn, number, to, err);
    plot_free(&plot);
    free(twin);
    return good;
}

static bool add_all(const struct curves_run *run, size_t runs, bool drawn, size_t *number,
                    struct text *to, struct error *err) {
    for (size_t r = 0; r < runs; r++)
        for (size_t c = 0; c < run[r].table->columns; c++) {
            const char *column = run[r].table->column[c];
            if (is_measure(column) && !is_met(run, r, c) &&
                !add_measure(run, runs, measure_of(column), drawn, number, to, err))
                return false;
        }
    return true;
}

bool curves_add(const struct curves_run *run, size_t runs, size_t *number, struct text *to,
                struct error *err) {
    text_add(to, "<div class=\"charts\">\n");
    if (!add_all(run, runs, true, number, to, err)) return false;
    text_add(to, "</div>\n");
    return add_all(run, runs, false, number, to, err);
}
