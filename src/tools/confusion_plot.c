#include "tools/confusion_plot.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/dictionary.h"
#include "tools/sheet.h"

enum { TRUTH, ANSWER, SIDES };

static bool split_columns(struct confusion_plot *plot, const char *columns, struct error *err) {
    const char *comma = strchr(columns, ',');
    if (comma == NULL || comma == columns || comma[1] == '\0' || strchr(comma + 1, ',') != NULL)
        return error_set(err, ERROR_CONFIG,
                         "--confusion: expected the columns of true and predicted classes, as "
                         "shape,shape_predicted, got '%s'",
                         columns);
    plot->truth = memory_text(columns, err);
    plot->answer = memory_text(comma + 1, err);
    if (plot->truth == NULL || plot->answer == NULL) return false;
    plot->truth[comma - columns] = '\0';
    return true;
}

static bool is_missing(const struct sheet *sheet, size_t row) {
    return *sheet_text(sheet, TRUTH, row) == '\0' || *sheet_text(sheet, ANSWER, row) == '\0';
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_number(const void *a, const void *b) {
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    double m = 0, n = 0;
    (void)text_parse_real(x, strlen(x), &m);
    (void)text_parse_real(y, strlen(y), &n);
    return m != n ? (m > n) - (m < n) : strcmp(x, y);
}

/* The different texts in order; *number[row] is not known yet. */
static bool find_classes(struct confusion_plot *plot, const struct sheet *sheet,
                         struct error *err) {
    struct dictionary seen = {0};
    bool ok = true, numbers = true;
    for (size_t row = 0; ok && row < sheet->table.rows; row++)
        for (size_t side = 0; ok && side < SIDES && !is_missing(sheet, row); side++) {
            const char *text = sheet_text(sheet, side, row);
            size_t number;
            ok = dictionary_add(&seen, text, strlen(text), &number, err);
        }
    if (ok && seen.count > PLOT_CLASSES_MOST)
        ok = error_set(err, ERROR_DATA,
                       "%s: %zu classes in \"%s\" and \"%s\"; at most %d can be "
                       "drawn",
                       sheet->source.heading.file, seen.count, plot->truth, plot->answer,
                       PLOT_CLASSES_MOST);
    if (ok && seen.count == 0)
        ok = error_set(err, ERROR_DATA, "%s: no row has both \"%s\" and \"%s\"",
                       sheet->source.heading.file, plot->truth, plot->answer);
    if (ok) plot->name = memory_take(seen.count, sizeof *plot->name, "classes", err);
    ok = ok && plot->name != NULL;
    for (size_t i = 0; ok && i < seen.count; i++) {
        const char *text = seen.text[i];
        double number;
        numbers = numbers && text_parse_real(text, strlen(text), &number);
        plot->name[i] = memory_text(text, err);
        ok = plot->name[i] != NULL;
        plot->classes += ok;
    }
    if (ok) qsort(plot->name, plot->classes, sizeof *plot->name, numbers ? by_number : by_bytes);
    dictionary_free(&seen);
    return ok;
}

static size_t class_of(const struct confusion_plot *plot, const char *text) {
    size_t class = 0;
    while (class + 1 < plot->classes && strcmp(plot->name[class], text) != 0) class ++;
    return class;
}

static bool count_rows(struct confusion_plot *plot, const struct sheet *sheet, struct error *err) {
    plot->count = memory_take(plot->classes * plot->classes, sizeof *plot->count, "counts", err);
    for (size_t row = 0; plot->count != NULL && row < sheet->table.rows; row++) {
        if (is_missing(sheet, row)) continue;
        size_t truth = class_of(plot, sheet_text(sheet, TRUTH, row));
        plot->count[truth * plot->classes + class_of(plot, sheet_text(sheet, ANSWER, row))]++;
    }
    return plot->count != NULL;
}

static bool read_sheet(struct confusion_plot *plot, struct sheet *sheet, struct error *err) {
    const char *const name[SIDES] = {plot->truth, plot->answer};
    struct sheet_column column[SIDES];
    for (size_t side = 0; side < SIDES; side++) {
        column[side] = (struct sheet_column){sheet_find(sheet, name[side]), true};
        if (column[side].number == SIZE_MAX) return sheet_lacks(sheet, name[side], err);
    }
    return sheet_read(sheet, column, SIDES, err) && find_classes(plot, sheet, err) &&
           count_rows(plot, sheet, err);
}

bool confusion_plot_read(struct confusion_plot *plot, const char *columns, const char *path,
                         struct error *err) {
    struct sheet sheet;
    *plot = (struct confusion_plot){0};
    bool ok = split_columns(plot, columns, err) && sheet_open(&sheet, path, err);
    if (ok) {
        ok = read_sheet(plot, &sheet, err);
        sheet_close(&sheet);
    }
    if (!ok) confusion_plot_free(plot);
    return ok;
}

void confusion_plot_free(struct confusion_plot *plot) {
    for (size_t i = 0; i < plot->classes; i++) free(plot->name[i]);
    free(plot->name);
    free(plot->count);
    free(plot->truth);
    free(plot->answer);
    *plot = (struct confusion_plot){0};
}
