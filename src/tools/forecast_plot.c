#include "tools/forecast_plot.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tools/sheet.h"

enum { LINES_MOST = 8, KEYS_MOST = 4, HORIZON_MOST = 1000000 };

/* A column of predictions. */
struct line {
    size_t number;  /* in its file */
    size_t horizon; /* of y+3, 3; 0: the name does not say */
    bool quantile;  /* of several */
    size_t ahead;   /* rows */
    size_t at;      /* among the columns that are read */
};

struct drawing {
    const struct forecast_request *request;
    struct sheet predictions, data; /* data is not open where the actual values stand beside */
    bool apart;                     /* they do not */
    char *file, *column;            /* that the actual values are in; file NULL: the same */
    struct line line[LINES_MOST];
    size_t lines;
    size_t key[KEYS_MOST], data_key[KEYS_MOST]; /* columns that tell which rows go together */
    size_t keys;
    size_t names;  /* number of a column of texts that names the rows, SIZE_MAX: none */
    size_t actual; /* among the columns that are read of its file */
    size_t *base;  /* [rows of predictions] row of the data that one stands beside */
};

static const struct sheet *data_of(const struct drawing *d) {
    return d->apart ? &d->data : &d->predictions;
}

/* ---- which columns --------------------------------------------------------------------------- */

/* FILE:COLUMN or COLUMN. */
static bool split_actual(struct drawing *d, struct error *err) {
    const char *given = d->request->actual, *colon = strrchr(given, ':');
    d->column = memory_text(colon != NULL ? colon + 1 : given, err);
    if (d->column == NULL) return false;
    d->apart = colon != NULL;
    if (colon == NULL) return true;
    d->file = memory_text(given, err);
    if (d->file == NULL) return false;
    d->file[colon - given] = '\0';
    return (*d->file != '\0' && *d->column != '\0') ||
           error_set(
               err, ERROR_CONFIG,
               "--actual: expected a column, or a file and a column, as data.csv:%s, got '%s'",
               *d->column != '\0' ? d->column : "y", given);
}

/* Of "y_predicted", "y+3", "y+3_q90" and, of another file, "y": is it a prediction of `of`? */
static bool is_prediction(const char *name, const char *of, bool apart, struct line *line) {
    size_t length = strlen(of);
    if (strncmp(name, of, length) != 0) return false;
    const char *rest = name + length;
    *line = (struct line){0};
    if (*rest == '+') {
        size_t digits = strspn(rest + 1, "0123456789");
        if (!text_parse_count(rest + 1, digits, &line->horizon)) return false;
        if (line->horizon == 0 || line->horizon > HORIZON_MOST) return false;
        rest += 1 + digits;
    } else if (*rest == '\0') {
        return apart;
    }
    line->quantile = strncmp(rest, "_q", 2) == 0;
    if (line->quantile) rest += 2 + strspn(rest + 2, "0123456789.");
    return *rest == '\0' || strcmp(rest, "_predicted") == 0;
}

static bool add_line(struct drawing *d, struct line line, size_t number, struct error *err) {
    if (d->lines == LINES_MOST)
        return error_set(err, ERROR_CONFIG, "--columns: at most %d lines of predictions",
                         LINES_MOST);
    line.number = number;
    d->line[d->lines++] = line;
    return true;
}

static bool add_asked(struct drawing *d, struct error *err) {
    for (size_t i = 0; i < d->request->columns; i++) {
        const char *name = d->request->column[i];
        size_t number = sheet_find(&d->predictions, name);
        struct line line = {0};
        if (number == SIZE_MAX) return sheet_lacks(&d->predictions, name, err);
        (void)is_prediction(name, d->column, true, &line);
        if (!add_line(d, line, number, err)) return false;
    }
    return true;
}

/* Of many horizons the first and the last tell most; of quantiles those of the first. */
static bool is_shown(const struct line *line, size_t first, size_t last, size_t count) {
    if (line->quantile && first != last) return line->horizon == first;
    return count <= 4 || line->horizon == first || line->horizon == last;
}

static bool add_found(struct drawing *d, struct error *err) {
    const struct heading *heading = &d->predictions.source.heading;
    struct line line;
    size_t first = SIZE_MAX, last = 0, count = 0;
    for (size_t c = 0; c < heading->fields; c++)
        if (is_prediction(heading->name[c], d->column, d->apart, &line)) {
            if (line.horizon < first) first = line.horizon;
            if (line.horizon > last) last = line.horizon;
            count++;
        }
    for (size_t c = 0; c < heading->fields; c++)
        if (is_prediction(heading->name[c], d->column, d->apart, &line) &&
            is_shown(&line, first, last, count) && !add_line(d, line, c, err))
            return false;
    if (count > 0) return true;
    return error_set(
        err, ERROR_DATA,
        "%s: no column predicts \"%s\": expected %s%s%s_predicted or %s+1; --columns names "
        "another",
        heading->file, d->column, d->apart ? d->column : "", d->apart ? ", " : "", d->column,
        d->column);
}

static bool is_line(const struct drawing *d, size_t number) {
    for (size_t i = 0; i < d->lines; i++)
        if (d->line[i].number == number) return true;
    return false;
}

/* Columns of both files, but for the actual values themselves. */
static void find_keys(struct drawing *d) {
    const struct heading *heading = &d->predictions.source.heading;
    for (size_t c = 0; c < heading->fields && d->keys < KEYS_MOST; c++) {
        const char *name = heading->name[c];
        size_t other = sheet_find(&d->data, name);
        if (is_line(d, c) || strcmp(name, d->column) == 0) continue;
        if (other >= d->data.source.heading.fields) continue;
        d->key[d->keys] = c;
        d->data_key[d->keys++] = other;
    }
}

/* The first column of texts that is no prediction: a time, mostly. */
static void find_names(struct drawing *d) {
    const struct sheet *sheet = data_of(d);
    const struct source *source = &sheet->source;
    d->names = SIZE_MAX;
    for (size_t c = 0; c < source->heading.fields && d->names == SIZE_MAX; c++) {
        bool texts = source->dialect.column[c].texts > source->dialect.column[c].numbers;
        if (texts && (d->apart || !is_line(d, c))) d->names = c;
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool read_predictions(struct drawing *d, struct error *err) {
    struct sheet_column column[LINES_MOST + KEYS_MOST + 2];
    size_t count = 0;
    for (size_t i = 0; i < d->lines; i++) {
        d->line[i].at = count;
        column[count++] = (struct sheet_column){d->line[i].number, false};
    }
    for (size_t k = 0; k < d->keys; k++) column[count++] = (struct sheet_column){d->key[k], true};
    if (!d->apart) {
        size_t number = sheet_find(&d->predictions, d->column);
        if (number == SIZE_MAX) return sheet_lacks(&d->predictions, d->column, err);
        d->actual = count;
        column[count++] = (struct sheet_column){number, false};
        if (d->names != SIZE_MAX) column[count++] = (struct sheet_column){d->names, true};
    }
    return sheet_read(&d->predictions, column, count, err);
}

static bool read_data(struct drawing *d, struct error *err) {
    struct sheet_column column[KEYS_MOST + 2];
    size_t count = 0, number = sheet_find(&d->data, d->column);
    if (!d->apart) return true;
    if (number == SIZE_MAX) return sheet_lacks(&d->data, d->column, err);
    for (size_t k = 0; k < d->keys; k++)
        column[count++] = (struct sheet_column){d->data_key[k], true};
    d->actual = count;
    column[count++] = (struct sheet_column){number, false};
    if (d->names != SIZE_MAX) column[count++] = (struct sheet_column){d->names, true};
    return sheet_read(&d->data, column, count, err);
}

/* ---- which rows ------------------------------------------------------------------------------ */

static bool same_keys(const struct drawing *d, size_t row, size_t data_row) {
    for (size_t k = 0; k < d->keys; k++)
        if (strcmp(sheet_text(&d->predictions, d->lines + k, row),
                   sheet_text(&d->data, k, data_row)) != 0)
            return false;
    return true;
}

static bool match_by_keys(struct drawing *d, struct error *err) {
    size_t next = 0, rows = d->data.table.rows;
    for (size_t i = 0; i < d->predictions.table.rows; i++) {
        while (next < rows && !same_keys(d, i, next)) next++;
        if (next == rows)
            return error_at(err, ERROR_DATA, table_place(&d->predictions.table, i),
                            "no row of %s from here on has %s \"%s\"", d->file,
                            d->predictions.source.heading.name[d->key[0]],
                            sheet_text(&d->predictions, d->lines, i));
        d->base[i] = next++;
    }
    return true;
}

static bool match_rows(struct drawing *d, struct error *err) {
    size_t rows = d->predictions.table.rows, data_rows = data_of(d)->table.rows;
    d->base = memory_take(rows, sizeof *d->base, "rows", err);
    if (d->base == NULL) return false;
    if (d->keys > 0) return match_by_keys(d, err);
    if (rows > data_rows)
        return error_set(err, ERROR_DATA, "%s has %zu rows, but %s only %zu",
                         d->request->predictions, rows, d->file, data_rows);
    for (size_t i = 0; i < rows; i++) d->base[i] = data_rows - rows + i;
    return true;
}

/* A window has fewer predictions than rows, or, aligned, empty ones first: they are for the row
 * after. As many as there are rows are for their own. */
static size_t find_ahead(const struct drawing *d, bool *guessed) {
    *guessed = d->request->ahead == SIZE_MAX && !d->apart;
    if (d->request->ahead != SIZE_MAX) return d->request->ahead;
    if (!d->apart || d->predictions.table.rows < d->data.table.rows) return 1;
    bool aligned = isnan(sheet_number(&d->predictions, d->line[0].at, 0));
    return aligned ? 1 : 0;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* The square root of the mean square error where both are there; NAN for none. */
static double rmse(const double *actual, const double *predicted, size_t rows) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < rows; i++) {
        double apart = predicted[i] - actual[i];
        if (isnan(apart)) continue;
        sum += apart * apart;
        count++;
    }
    return count > 0 ? sqrt(sum / (double)count) : NAN;
}

static char *line_label(const struct drawing *d, const struct line *line, double error,
                        struct error *err) {
    struct text label = {0};
    const char *name = d->predictions.source.heading.name[line->number];
    text_add(&label, name);
    if (strcmp(name, d->column) == 0) text_add(&label, " predicted");
    if (line->horizon == 0 && line->ahead > 0)
        text_format(&label, ", %zu row%s ahead", line->ahead, text_plural(line->ahead));
    if (!isnan(error)) text_format(&label, " (rmse %.4g)", error);
    return text_take(&label, err);
}

static bool add_series(struct plot *plot, const double *y, size_t rows, size_t role, char *label,
                       struct error *err) {
    struct plot_series series = {
        .label = label, .y = y, .stride = 1, .count = rows, .role = role, .best = rows};
    if (label == NULL || !memory_grow(&plot->series, &plot->capacity, plot->count + 1,
                                      sizeof series, "a plot", err)) {
        free(label);
        return false;
    }
    plot->series[plot->count++] = series;
    return true;
}

/* Rows before this one are not shown. */
static size_t first_shown(const struct drawing *d, size_t rows) {
    size_t count = d->predictions.table.rows, first = rows;
    if (d->request->last != SIZE_MAX) return d->request->last < rows ? rows - d->request->last : 0;
    for (size_t i = 0; i < count && first == rows; i++)
        for (size_t l = 0; l < d->lines; l++)
            if (!isnan(sheet_number(&d->predictions, d->line[l].at, i))) first = d->base[i];
    return first > count / 4 ? first - count / 4 : 0;
}

static bool name_rows(struct drawing *d, struct forecast *forecast, size_t first, size_t rows,
                      struct error *err) {
    const struct sheet *sheet = data_of(d);
    const char *label = d->names == SIZE_MAX ? "row" : sheet->source.heading.name[d->names];
    forecast->x_label = memory_text(label, err);
    forecast->row_name = memory_take(rows - first, sizeof *forecast->row_name, "rows", err);
    if (forecast->x_label == NULL || forecast->row_name == NULL) return false;
    for (size_t row = first; row < rows; row++) {
        struct text name = {0};
        if (d->names == SIZE_MAX)
            text_format(&name, "%zu", row + 1);
        else if (row < sheet->table.rows)
            text_add(&name, sheet_text(sheet, d->actual + 1, row));
        forecast->row_name[row - first] = text_take(&name, err);
        if (forecast->row_name[row - first] == NULL) return false;
        forecast->row_names++;
    }
    return true;
}

static bool fill(struct drawing *d, struct forecast *forecast, struct plot *plot,
                 struct error *err) {
    const struct sheet *data = data_of(d);
    size_t most = 0, ahead = find_ahead(d, &forecast->guessed), count = d->predictions.table.rows;
    bool plain = false;
    for (size_t l = 0; l < d->lines; l++) {
        struct line *line = &d->line[l];
        line->ahead = line->horizon > 0 ? line->horizon : ahead;
        if (line->horizon == 0) plain = true;
        if (line->ahead > most) most = line->ahead;
    }
    forecast->guessed = forecast->guessed && plain;
    size_t rows = data->table.rows + most, first = first_shown(d, rows), shown = rows - first;
    forecast->block = memory_take(rows, (1 + d->lines) * sizeof *forecast->block, "a plot", err);
    if (forecast->block == NULL) return false;
    for (size_t i = 0; i < rows * (1 + d->lines); i++) forecast->block[i] = NAN;
    for (size_t row = 0; row < data->table.rows; row++)
        forecast->block[row] = sheet_number(data, d->actual, row);
    if (!add_series(plot, forecast->block + first, shown, 0, memory_text(d->column, err), err))
        return false;
    for (size_t l = 0; l < d->lines; l++) {
        double *y = forecast->block + (1 + l) * rows;
        for (size_t i = 0; i < count; i++)
            y[d->base[i] + d->line[l].ahead] = sheet_number(&d->predictions, d->line[l].at, i);
        double error = d->line[l].quantile ? NAN : rmse(forecast->block, y, rows);
        char *label = line_label(d, &d->line[l], error, err);
        if (!add_series(plot, y + first, shown, 1 + l, label, err)) return false;
    }
    return name_rows(d, forecast, first, rows, err);
}

/* ---- all of it -------------------------------------------------------------------------------- */

static bool draw(struct drawing *d, struct forecast *forecast, struct plot *plot,
                 struct error *err) {
    if (!(d->request->columns > 0 ? add_asked(d, err) : add_found(d, err))) return false;
    if (d->apart) find_keys(d);
    find_names(d);
    if (!read_predictions(d, err) || !read_data(d, err) || !match_rows(d, err) ||
        !fill(d, forecast, plot, err))
        return false;
    plot->runs = 1;
    plot->x_label = forecast->x_label;
    plot->x_name = (const char *const *)forecast->row_name;
    plot->x_names = forecast->row_names;
    plot->y_label = memory_text(d->column, err);
    return plot->y_label != NULL;
}

bool forecast_plot(struct forecast *forecast, const struct forecast_request *request,
                   struct plot *plot, struct error *err) {
    struct drawing d = {.request = request};
    bool ok = split_actual(&d, err) && sheet_open(&d.predictions, request->predictions, err);
    if (ok) {
        ok = !d.apart || sheet_open(&d.data, d.file, err);
        ok = ok && draw(&d, forecast, plot, err);
        sheet_close(&d.predictions);
        if (d.apart) sheet_close(&d.data);
    }
    free(d.file);
    free(d.column);
    free(d.base);
    return ok;
}

void forecast_free(struct forecast *forecast) {
    for (size_t i = 0; i < forecast->row_names; i++) free(forecast->row_name[i]);
    free(forecast->row_name);
    free(forecast->block);
    free(forecast->x_label);
    *forecast = (struct forecast){0};
}
