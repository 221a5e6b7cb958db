#include "files/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "files/json.h"

static bool copy_names(struct history *history, const char *const *columns, size_t count,
                       struct error *err) {
    history->name = memory_take(count, sizeof *history->name, "columns", err);
    if (history->name == NULL) return false;
    for (; history->columns < count; history->columns++) {
        history->name[history->columns] = memory_text(columns[history->columns], err);
        if (history->name[history->columns] == NULL) return false;
    }
    return true;
}

static bool open_rows(struct history *history, const char *path, size_t first_epoch,
                      struct error *err) {
    struct text header = {0}, other = {0};
    for (size_t i = 0; i < history->columns; i++)
        text_format(&header, "%s%s", i > 0 ? "," : "", history->name[i]);
    text_add(&header, "\n");
    int shown = (int)header.length - 1;
    char *line = text_take(&header, err);
    if (line == NULL) return false;
    text_format(&other, "the run to be resumed has other columns; expected %.*s", shown, line);
    char *message = text_take(&other, err);
    struct rows_form form = {.header = line, .mark = "", .other = message};
    bool good = message != NULL && rows_open(&history->rows, path, &form, first_epoch, err);
    free(line);
    free(message);
    return good;
}

bool history_open(struct history *history, const char *path, const char *const *columns,
                  size_t count, size_t first_epoch, struct error *err) {
    struct error ignored;
    *history = (struct history){.columns = 0};
    if (copy_names(history, columns, count, err) && open_rows(history, path, first_epoch, err))
        return true;
    (void)history_close(history, &ignored);
    return false;
}

bool history_open_log(struct history *history, const char *path, size_t first_epoch,
                      struct error *err) {
    static const struct rows_form form = {
        .header = "",
        .mark = "{\"epoch\":",
        .other = "not a log of epochs, so there is nothing to go on with"};
    return rows_open(&history->log, path, &form, first_epoch, err);
}

static bool append_row(struct history *history, const double *values, struct error *err) {
    struct text row = {0};
    char digits[32];
    for (size_t i = 0; i < history->columns; i++) {
        if (i > 0) text_add(&row, ",");
        if (!isnan(values[i])) text_add(&row, text_double(values[i], digits));
    }
    text_add(&row, "\n");
    return rows_append(&history->rows, &row, err);
}

static bool append_object(struct history *history, const double *values, struct error *err) {
    struct text line = {0};
    json_open(&line, '{');
    for (size_t i = 0; i < history->columns; i++)
        json_put_number(&line, history->name[i], values[i]);
    json_close(&line, '}');
    text_add(&line, "\n");
    return rows_append(&history->log, &line, err);
}

bool history_append(struct history *history, const double *values, struct error *err) {
    return append_row(history, values, err) &&
           (history->log.path == NULL || append_object(history, values, err));
}

bool history_sync(struct history *history, struct error *err) {
    return rows_sync(&history->rows, err) &&
           (history->log.path == NULL || rows_sync(&history->log, err));
}

bool history_close(struct history *history, struct error *err) {
    struct error ignored;
    bool good = rows_close(&history->rows, err);
    good = rows_close(&history->log, good ? err : &ignored) && good;
    for (size_t i = 0; i < history->columns; i++) free(history->name[i]);
    free(history->name);
    *history = (struct history){.columns = 0};
    return good;
}

size_t history_find(const struct history_table *table, const char *name) {
    size_t c = 0;
    while (c < table->columns && strcmp(table->column[c], name) != 0) c++;
    return c;
}

void history_table_free(struct history_table *table) {
    free(table->column);
    free(table->value);
    free(table->text);
    *table = (struct history_table){0};
}
