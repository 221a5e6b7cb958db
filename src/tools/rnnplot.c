/* rnnplot - loss curves, forecasts and confusions, as SVG or in the terminal. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "files/atomic.h"
#include "files/history.h"
#include "files/plot.h"
#include "files/plot_matrix.h"
#include "tools/cli.h"
#include "tools/confusion_plot.h"
#include "tools/curves_page.h"
#include "tools/forecast_plot.h"
#include "tools/terminal.h"
#include "tools/tools.h"

enum {
    SET_OUTPUT,
    SET_LOG,
    SET_TITLE,
    SET_COLUMNS,
    SET_WIDTH,
    SET_HEIGHT,
    SET_ASCII,
    SET_HTML,
    SET_SMOOTH,
    SET_ACTUAL,
    SET_AHEAD,
    SET_LAST,
    SET_CONFUSION
};

static const struct cli_option options[] = {
    {"output", 'o', "FILE", "write an SVG file; - is standard output", SET_OUTPUT},
    {"html", 0, "FILE", "write all curves as a page that needs nothing else; - is standard output",
     SET_HTML},
    {"columns", 'c', "LIST", "columns to draw (loss,val_loss)", SET_COLUMNS},
    {"log", 'l', NULL, "logarithmic vertical axis", SET_LOG},
    {"smooth", 's', "X",
     "smooth lines: below 1 exponentially, 0.9 much; from 2 on a mean over X points", SET_SMOOTH},
    {"actual", 0, "FILE:COLUMN",
     "draw predictions beside what came; a COLUMN alone is of their own file", SET_ACTUAL},
    {"ahead", 0, "N", "with --actual: a prediction is for the N-th row after its own", SET_AHEAD},
    {"last", 0, "N", "with --actual: draw the last N rows only", SET_LAST},
    {"confusion", 0, "TRUE,PREDICTED", "draw the confusion matrix of two columns", SET_CONFUSION},
    {"title", 't', "TEXT", "title above the figure", SET_TITLE},
    {"width", 'W', "N", "pixels (800), or columns of the terminal (as wide as it is)", SET_WIDTH},
    {"height", 'H', "N", "pixels (480), or rows of the terminal (at most 24)", SET_HEIGHT},
    {"ascii", 'a', NULL, "in the terminal, use ASCII alone", SET_ASCII},
    {NULL, 0, NULL, NULL, 0},
};

struct settings {
    const char *output, *title, *html, *actual, *confusion;
    char *columns;       /* a copy, cut at its commas */
    const char **column; /* into it */
    size_t column_count;
    size_t width, height; /* 0: not given */
    size_t ahead, last;   /* SIZE_MAX: not given */
    double smooth;        /* 0: not at all */
    bool log, ascii;
};

static bool set_output(struct settings *s, const char *path, struct error *err) {
    size_t length = strlen(path);
    s->output = path;
    if (strcmp(path, "-") == 0 || (length > 4 && strcmp(path + length - 4, ".svg") == 0))
        return true;
    return error_set(err, ERROR_CONFIG, "--output: expected a name that ends in .svg, got '%s'",
                     path);
}

static bool set_html(struct settings *s, const char *path, struct error *err) {
    size_t length = strlen(path);
    s->html = path;
    if (strcmp(path, "-") == 0 || (length > 5 && strcmp(path + length - 5, ".html") == 0))
        return true;
    return error_set(err, ERROR_CONFIG, "--html: expected a name that ends in .html, got '%s'",
                     path);
}

static bool set_columns(struct settings *s, const char *list, struct error *err) {
    size_t capacity = 0;
    free(s->columns);
    s->column_count = 0;
    s->columns = memory_text(list, err);
    if (s->columns == NULL) return false;
    for (char *name = s->columns, *comma; name != NULL; name = comma) {
        comma = strchr(name, ',');
        if (comma != NULL) *comma++ = '\0';
        if (*name == '\0')
            return error_set(err, ERROR_CONFIG, "--columns: an empty name in '%s'", list);
        if (!memory_grow(&s->column, &capacity, s->column_count + 1, sizeof *s->column, "columns",
                         err))
            return false;
        s->column[s->column_count++] = name;
    }
    return true;
}

static bool set_smooth(struct settings *s, const char *value, struct error *err) {
    double much;
    if (text_parse_real(value, strlen(value), &much) &&
        ((much >= 0 && much < 1) || (much >= 2 && much <= 1e6 && much == (double)(size_t)much))) {
        s->smooth = much;
        return true;
    }
    return error_set(err, ERROR_CONFIG,
                     "--smooth: expected 0 <= X < 1 or a whole number from 2 on, got '%s'", value);
}

static bool set(void *settings, int id, const char *value, struct error *err) {
    struct settings *s = settings;
    switch (id) {
    case SET_OUTPUT: return set_output(s, value, err);
    case SET_COLUMNS: return set_columns(s, value, err);
    case SET_WIDTH: return cli_count("width", value, PLOT_COLUMNS_LEAST, 10000, &s->width, err);
    case SET_HEIGHT: return cli_count("height", value, PLOT_ROWS_LEAST, 10000, &s->height, err);
    case SET_TITLE: s->title = value; return true;
    case SET_LOG: s->log = true; return true;
    case SET_HTML: return set_html(s, value, err);
    case SET_SMOOTH: return set_smooth(s, value, err);
    case SET_ACTUAL: s->actual = value; return true;
    case SET_AHEAD: return cli_count("ahead", value, 0, 1000000, &s->ahead, err);
    case SET_LAST: return cli_count("last", value, 2, 1000000000, &s->last, err);
    case SET_CONFUSION: s->confusion = value; return true;
    default: s->ascii = true; return true;
    }
}

static size_t or_else(size_t given, size_t instead) {
    return given > 0 ? given : instead;
}

static struct plot_screen screen_of(const struct settings *s) {
    struct terminal terminal = terminal_at(STDOUT_FILENO);
    return (struct plot_screen){
        .columns = or_else(s->width, terminal.columns),
        .rows = or_else(s->height, terminal.rows < 25 ? terminal.rows - 1 : 24),
        .unicode = terminal.unicode && !s->ascii,
        .color = terminal.color,
    };
}

static bool draw(const struct settings *s, const struct plot *plot, struct text *to,
                 struct error *err) {
    struct plot_screen screen = screen_of(s);
    return s->output == NULL ? plot_terminal(plot, &screen, to, err)
                             : plot_svg(plot, or_else(s->width, PLOT_WIDTH),
                                        or_else(s->height, PLOT_HEIGHT), to, err);
}

/* Takes the figure when it could be drawn; it is empty afterwards. */
static bool write_figure(const struct settings *s, bool drawn, struct text *figure,
                         struct error *err) {
    size_t length = figure->length;
    char *bytes = drawn ? text_take(figure, err) : NULL;
    text_free(figure);
    if (bytes == NULL) return false;
    bool to_file = s->output != NULL && strcmp(s->output, "-") != 0;
    bool ok = to_file ? atomic_save(s->output, bytes, length, err) : cli_print(bytes, length, err);
    free(bytes);
    return ok;
}

static bool draw_and_write(const struct settings *s, struct plot *plot, struct error *err) {
    struct text figure = {0};
    bool drawn =
        (s->smooth == 0 || plot_smooth(plot, s->smooth, err)) && draw(s, plot, &figure, err);
    return write_figure(s, drawn, &figure, err);
}

/* ---- what is drawn --------------------------------------------------------------------------- */

static bool read_and_add(const struct settings *s, const char *path, const char *name,
                         struct history_table *table, struct plot *plot, struct error *err) {
    static const char *const usual[] = {"loss", "val_loss"};
    if (!history_read(table, strcmp(path, "-") == 0 ? "/dev/stdin" : path, err)) return false;
    if (s->column_count > 0)
        return plot_add(plot, table, path, name, s->column, s->column_count, false, err);
    return plot_add(plot, table, path, name, usual, 2, true, err);
}

static bool plot_histories(const struct settings *s, struct cli_call *call, struct error *err) {
    struct plot plot = {.title = s->title, .log = s->log};
    size_t count = call->operands;
    struct history_table *tables = memory_take(count, sizeof *tables, "histories", err);
    char **name = memory_take(count, sizeof *name, "histories", err);
    bool ok = tables != NULL && name != NULL &&
              plot_names((const char *const *)call->operand, count, name, err);
    for (size_t i = 0; i < count && ok; i++)
        ok = read_and_add(s, call->operand[i], count > 1 ? name[i] : NULL, &tables[i], &plot, err);
    ok = ok && draw_and_write(s, &plot, err);
    for (size_t i = 0; tables != NULL && i < count; i++) history_table_free(&tables[i]);
    for (size_t i = 0; name != NULL && i < count; i++) free(name[i]);
    free(tables);
    free(name);
    plot_free(&plot);
    return ok;
}

static bool plot_forecast(const struct settings *s, struct cli_call *call, struct error *err) {
    struct plot plot = {.title = s->title, .log = s->log};
    struct forecast forecast = {0};
    const struct forecast_request request = {.actual = s->actual,
                                             .predictions = call->operand[0],
                                             .column = s->column,
                                             .columns = s->column_count,
                                             .ahead = s->ahead,
                                             .last = s->last};
    bool ok = forecast_plot(&forecast, &request, &plot, err);
    if (ok && forecast.guessed && !call->quiet)
        (void)fprintf(stderr, "rnnplot: predictions are taken to be for the row after their own; "
                              "--ahead 0 if they are for their own\n");
    ok = ok && draw_and_write(s, &plot, err);
    plot_free(&plot);
    forecast_free(&forecast);
    return ok;
}

static bool plot_confusion(const struct settings *s, struct cli_call *call, struct error *err) {
    struct confusion_plot read;
    struct text figure = {0};
    struct plot_screen screen = screen_of(s);
    if (!confusion_plot_read(&read, s->confusion, call->operand[0], err)) return false;
    const struct plot_matrix matrix = {.title = s->title,
                                       .name = (const char *const *)read.name,
                                       .classes = read.classes,
                                       .count = read.count,
                                       .truth = read.truth,
                                       .answer = read.answer};
    bool drawn = true;
    if (s->output == NULL)
        drawn = plot_matrix_terminal(&matrix, &screen, &figure, err);
    else
        plot_matrix_svg(&matrix, or_else(s->width, PLOT_WIDTH), or_else(s->height, PLOT_HEIGHT),
                        &figure);
    bool ok = write_figure(s, drawn, &figure, err);
    confusion_plot_free(&read);
    return ok;
}

/* ---- the run --------------------------------------------------------------------------------- */

/* A page has all columns, each with the scale that it asks for. */
static bool write_page(const struct settings *s, struct cli_call *call, struct error *err) {
    if (s->output != NULL || s->column_count > 0 || s->log || s->width > 0 || s->height > 0 ||
        s->smooth > 0)
        return error_set(err, ERROR_CONFIG,
                         "--html: of the other options only --title goes with it");
    return curves_page_write(call->operand, call->operands, s->title, s->html, err);
}

/* One kind of figure at a time, and no option that means nothing to it. */
static bool check_options(const struct settings *s, size_t operands, struct error *err) {
    const char *kind = s->actual != NULL ? "--actual" : "--confusion";
    if ((s->actual != NULL) + (s->confusion != NULL) + (s->html != NULL) > 1)
        return error_set(err, ERROR_CONFIG, "--actual, --confusion and --html exclude each other");
    if ((s->actual != NULL || s->confusion != NULL) && operands > 1)
        return error_set(err, ERROR_CONFIG, "%s: expected one file of predictions, got %zu", kind,
                         operands);
    if (s->actual == NULL && (s->ahead != SIZE_MAX || s->last != SIZE_MAX))
        return error_set(err, ERROR_CONFIG, "%s needs --actual",
                         s->ahead != SIZE_MAX ? "--ahead" : "--last");
    return s->confusion == NULL || (s->smooth == 0 && !s->log && s->column_count == 0) ||
           error_set(err, ERROR_CONFIG, "--confusion: no lines are drawn, so %s means nothing",
                     s->log          ? "--log"
                     : s->smooth > 0 ? "--smooth"
                                     : "--columns");
}

static bool run(void *settings, struct cli_call *call, struct error *err) {
    const struct settings *s = settings;
    if (!check_options(s, call->operands, err)) return false;
    if (s->html != NULL) return write_page(s, call, err);
    if (s->actual != NULL) return plot_forecast(s, call, err);
    if (s->confusion != NULL) return plot_confusion(s, call, err);
    return plot_histories(s, call, err);
}

int rnnplot_main(int argc, char **argv) {
    static const struct cli_tool tool = {
        .name = "rnnplot",
        .operands = "history.csv ...",
        .summary =
            "Draw the loss curves of one or more training histories: in the terminal, or with "
            "-o as an SVG file. Any CSV file of a header and numbers will do. Predictions are "
            "drawn beside what came (--actual), or as a confusion matrix (--confusion).",
        .options = options,
        .least = 1,
        .most = SIZE_MAX,
        .set = set,
        .run = run,
    };
    struct settings settings = {.ahead = SIZE_MAX, .last = SIZE_MAX};
    int code = cli_main(&tool, &settings, argc, argv);
    free(settings.columns);
    free(settings.column);
    return code;
}
