#include "files/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* The name without "val_". */
static const char *measure_of(const char *column) {
    return strncmp(column, "val_", 4) == 0 ? column + 4 : column;
}

static bool larger_is_better(const char *measure) {
    static const char *const names[] = {
        "accuracy", "top_k_accuracy", "precision", "recall", "f1", "auc", "r2", "skill"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(measure, names[i]) == 0) return true;
    return false;
}

static size_t find_best(const struct plot_series *series, bool larger) {
    size_t best = series->count;
    for (size_t i = 0; i < series->count; i++) {
        double y = series->y[i * series->stride];
        double record = best < series->count ? series->y[best * series->stride] : NAN;
        if (isfinite(y) && (isnan(record) || (larger ? y > record : y < record))) best = i;
    }
    return best;
}

/* A training loss is not what one watches where there is a validation loss beside it. */
static bool is_watched(const char *column, const struct history_table *table,
                       const char *const *columns, size_t count) {
    for (size_t c = 0; c < count; c++)
        if (strcmp(measure_of(columns[c]), column) == 0 && strcmp(columns[c], column) != 0 &&
            history_find(table, columns[c]) < table->columns)
            return false;
    return true;
}

static char *make_label(const char *name, const char *column, struct error *err) {
    struct text label = {0};
    text_format(&label, "%s%s%s", name != NULL ? name : "", name != NULL ? " " : "", column);
    return text_take(&label, err);
}

static bool no_column(const struct history_table *table, const char *path, const char *column,
                      struct error *err) {
    struct text have = {0};
    for (size_t c = 0; c < table->columns; c++)
        text_format(&have, "%s%s", c > 0 ? ", " : "", table->column[c]);
    const char *near = text_nearest(column, (const char *const *)table->column, table->columns);
    (void)error_set(err, ERROR_DATA, "%s: no column '%s'%s%s%s; have: %s", path, column,
                    near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                    near != NULL ? "'?" : "", have.bytes != NULL ? have.bytes : "");
    text_free(&have);
    return false;
}

/* One kind of measure has its name at the axis; several have none. */
static bool note_measure(struct plot *plot, const char *measure, struct error *err) {
    if (plot->count == 0) {
        plot->y_label = memory_text(measure, err);
        return plot->y_label != NULL;
    }
    if (plot->y_label != NULL && strcmp(plot->y_label, measure) != 0) {
        free(plot->y_label);
        plot->y_label = NULL;
    }
    return true;
}

static bool add_series(struct plot *plot, const struct history_table *table, size_t column,
                       size_t role, const char *name, bool watched, struct error *err) {
    size_t epoch = history_find(table, "epoch");
    const char *title = table->column[column];
    struct plot_series series = {
        .x = epoch < table->columns ? table->value + epoch : NULL,
        .y = table->value + column,
        .stride = table->columns,
        .count = table->rows,
        .run = plot->runs,
        .role = role,
    };
    series.best = watched ? find_best(&series, larger_is_better(measure_of(title))) : series.count;
    if (!note_measure(plot, measure_of(title), err) ||
        !memory_grow(&plot->series, &plot->capacity, plot->count + 1, sizeof series, "a plot", err))
        return false;
    series.label = make_label(name, title, err);
    if (series.label == NULL) return false;
    plot->series[plot->count++] = series;
    return true;
}

bool plot_add(struct plot *plot, const struct history_table *table, const char *path,
              const char *name, const char *const *columns, size_t count, bool optional,
              struct error *err) {
    size_t before = plot->count;
    for (size_t c = 0; c < count; c++) {
        size_t column = history_find(table, columns[c]);
        if (column == table->columns && optional) continue;
        if (column == table->columns) return no_column(table, path, columns[c], err);
        bool watched = is_watched(columns[c], table, columns, count);
        if (!add_series(plot, table, column, c, name, watched, err)) return false;
    }
    if (plot->count == before && count > 0) return no_column(table, path, columns[0], err);
    plot->runs++;
    return true;
}

void plot_free(struct plot *plot) {
    for (size_t s = 0; s < plot->count; s++) {
        free(plot->series[s].label);
        free(plot->series[s].smooth);
    }
    free(plot->series);
    free(plot->y_label);
    *plot = (struct plot){0};
}
