/* rnnplot - loss curves of one or more histories, as SVG or in the terminal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "files/atomic.h"
#include "files/history.h"
#include "files/plot.h"
#include "tools/cli.h"
#include "tools/curves_page.h"
#include "tools/terminal.h"
#include "tools/tools.h"

enum { SET_OUTPUT, SET_LOG, SET_TITLE, SET_COLUMNS, SET_WIDTH, SET_HEIGHT, SET_ASCII, SET_HTML };

static const struct cli_option options[] = {
    {"output", 'o', "FILE", "write an SVG file; - is standard output", SET_OUTPUT},
    {"html", 0, "FILE", "write all curves as a page that needs nothing else; - is standard output",
     SET_HTML},
    {"columns", 'c', "LIST", "columns to draw (loss,val_loss)", SET_COLUMNS},
    {"log", 'l', NULL, "logarithmic vertical axis", SET_LOG},
    {"title", 't', "TEXT", "title above the figure", SET_TITLE},
    {"width", 'W', "N", "pixels (800), or columns of the terminal (as wide as it is)", SET_WIDTH},
    {"height", 'H', "N", "pixels (480), or rows of the terminal (at most 24)", SET_HEIGHT},
    {"ascii", 'a', NULL, "in the terminal, use ASCII alone", SET_ASCII},
    {NULL, 0, NULL, NULL, 0},
};

struct settings {
    const char *output, *title, *html;
    char *columns;       /* a copy, cut at its commas */
    const char **column; /* into it */
    size_t column_count;
    size_t width, height; /* 0: not given */
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
    default: s->ascii = true; return true;
    }
}

static bool draw(const struct settings *s, const struct plot *plot, struct text *to,
                 struct error *err) {
    if (s->output != NULL)
        return plot_svg(plot, s->width > 0 ? s->width : PLOT_WIDTH,
                        s->height > 0 ? s->height : PLOT_HEIGHT, to, err);
    struct terminal terminal = terminal_at(STDOUT_FILENO);
    struct plot_screen screen = {
        .columns = s->width > 0 ? s->width : terminal.columns,
        .rows = s->height > 0        ? s->height
                : terminal.rows < 25 ? terminal.rows - 1
                                     : 24,
        .unicode = terminal.unicode && !s->ascii,
        .color = terminal.color,
    };
    return plot_terminal(plot, &screen, to, err);
}

static bool draw_and_write(const struct settings *s, const struct plot *plot, struct error *err) {
    struct text figure = {0};
    if (!draw(s, plot, &figure, err)) {
        text_free(&figure);
        return false;
    }
    size_t length = figure.length;
    char *bytes = text_take(&figure, err);
    if (bytes == NULL) return false;
    bool to_file = s->output != NULL && strcmp(s->output, "-") != 0;
    bool ok = to_file ? atomic_save(s->output, bytes, length, err) : cli_print(bytes, length, err);
    free(bytes);
    return ok;
}

static bool read_and_add(const struct settings *s, const char *path, const char *name,
                         struct history_table *table, struct plot *plot, struct error *err) {
    static const char *const usual[] = {"loss", "val_loss"};
    if (!history_read(table, strcmp(path, "-") == 0 ? "/dev/stdin" : path, err)) return false;
    if (s->column_count > 0)
        return plot_add(plot, table, path, name, s->column, s->column_count, false, err);
    return plot_add(plot, table, path, name, usual, 2, true, err);
}

/* A page has all columns, each with the scale that it asks for. */
static bool write_page(const struct settings *s, struct cli_call *call, struct error *err) {
    if (s->output != NULL || s->column_count > 0 || s->log || s->width > 0 || s->height > 0)
        return error_set(err, ERROR_CONFIG,
                         "--html: of the other options only --title goes with it");
    return curves_page_write(call->operand, call->operands, s->title, s->html, err);
}

static bool run(void *settings, struct cli_call *call, struct error *err) {
    const struct settings *s = settings;
    if (s->html != NULL) return write_page(s, call, err);
    struct plot plot = {.title = s->title, .log = s->log};
    struct history_table *tables = memory_take(call->operands, sizeof *tables, "histories", err);
    bool ok = tables != NULL;
    for (size_t i = 0; i < call->operands && ok; i++)
        ok = read_and_add(s, call->operand[i], call->operands > 1 ? call->operand[i] : NULL,
                          &tables[i], &plot, err);
    ok = ok && draw_and_write(s, &plot, err);
    for (size_t i = 0; tables != NULL && i < call->operands; i++) history_table_free(&tables[i]);
    free(tables);
    plot_free(&plot);
    return ok;
}

int rnnplot_main(int argc, char **argv) {
    static const struct cli_tool tool = {
        .name = "rnnplot",
        .operands = "history.csv ...",
        .summary =
            "Draw the loss curves of one or more training histories: in the terminal, or with "
            "-o as an SVG file. Any CSV file of a header and numbers will do.",
        .options = options,
        .least = 1,
        .most = SIZE_MAX,
        .set = set,
        .run = run,
    };
    struct settings settings = {0};
    int code = cli_main(&tool, &settings, argc, argv);
    free(settings.columns);
    free(settings.column);
    return code;
}
