/* Columns of times: the format of their texts, the features read off them, and whether they go
 * forward. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "base/memory.h"
#include "data/store.h"
#include "data/time.h"

static const char *text_at(const struct table_column *column, size_t row) {
    return column->texts + column->text[row];
}

static bool no_time(const struct dataset *dataset, const struct table_column *column, size_t row,
                    struct error *err) {
    return error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                    "column \"%s\": not a time: \"%.60s\"", column->name, text_at(column, row));
}

static bool ambiguous(const struct dataset *dataset, const struct table_column *column,
                      const char *format, const char *other, struct error *err) {
    return error_set(err, ERROR_DATA,
                     "%s: column \"%s\": times such as \"%.60s\" can be read as %s and as %s; say "
                     "which: data.columns: {%s: {type: time, format: \"%s\"}}",
                     dataset->table.file[0].name, column->name, text_at(column, 0), format, other,
                     column->name, format);
}

/* A text equal to the one before is kept once, so that equal neighbours are read once. */
static bool is_new(const struct table_column *column, size_t row) {
    return row == 0 || column->text[row] != column->text[row - 1];
}

/* How many formats fit the first `rows` texts. */
static size_t guess_format(const struct table_column *column, size_t rows, const char **format,
                           const char **other) {
    struct time_guess guess = {0};
    for (size_t row = 0; row < rows && (row == 0 || guess.fits != 0); row++)
        if (is_new(column, row))
            time_guess_add(&guess, text_at(column, row), strlen(text_at(column, row)));
    return time_guess_end(&guess, format, other);
}

bool find_time_format(const struct dataset *dataset, size_t at, size_t rows, const char **format,
                      struct error *err) {
    const struct table_column *column = &dataset->table.column[at];
    const struct column_options *settings = data_column(dataset->options, column->name);
    const char *other;
    if (settings != NULL && settings->format != NULL) {
        *format = settings->format;
        return true;
    }
    if (guess_format(column, rows, format, &other) > 1)
        return ambiguous(dataset, column, *format, other, err);
    return true;
}

bool read_time(const struct dataset *dataset, size_t at, size_t row, const char *format,
               struct moment *moment, struct error *err) {
    const struct table_column *column = &dataset->table.column[at];
    const char *text = text_at(column, row);
    return time_parse(text, strlen(text), format, moment) || no_time(dataset, column, row, err);
}

/* ---- features -------------------------------------------------------------------------------- */

static void put_features(const struct schema_column *column, const struct moment *moment,
                         float *to) {
    for (size_t i = 0; i < column->features; i++) {
        double turn = time_feature(moment, (enum time_feature)column->feature[i]);
        double quarter = turn + 0.25;
        to[2 * i] = (float)exact_sin_turns(turn);
        to[2 * i + 1] = (float)exact_sin_turns(quarter < 1 ? quarter : quarter - 1);
    }
}

static bool keep_format(struct dataset *dataset, size_t k, struct error *err) {
    const char *format;
    if (!find_time_format(dataset, dataset->at[k], dataset->table.rows, &format, err)) return false;
    if (format == NULL) return true;
    dataset->own.column[k].format = memory_text(format, err);
    return dataset->own.column[k].format != NULL;
}

bool take_time(struct dataset *dataset, size_t k, size_t row, struct error *err) {
    const struct schema_column *column = &dataset->schema->column[k];
    struct moment moment;
    if (!read_time(dataset, dataset->at[k], row, column->format, &moment, err)) return false;
    put_features(column, &moment, dataset->level[k] + row * schema_width(column));
    return true;
}

float *take_times(struct dataset *dataset, size_t k, struct error *err) {
    if (!dataset->predicting && !keep_format(dataset, k, err)) return NULL;
    const struct schema_column *column = &dataset->schema->column[k];
    const struct table_column *texts = &dataset->table.column[dataset->at[k]];
    size_t width = schema_width(column), rows = dataset->table.rows, size;
    if (!memory_multiply(rows, width, &size, "times", err)) return NULL;
    float *level = memory_take(size, sizeof *level, "times", err);
    struct moment moment;
    for (size_t row = 0; level != NULL && row < rows; row++) {
        if (!is_new(texts, row)) {
            memcpy(level + row * width, level + (row - 1) * width, width * sizeof *level);
        } else if (read_time(dataset, dataset->at[k], row, column->format, &moment, err)) {
            put_features(column, &moment, level + row * width);
        } else {
            free(level);
            return NULL;
        }
    }
    return level;
}

void report_times(const struct dataset *dataset, struct text *to) {
    const struct schema *schema = dataset->schema;
    for (size_t k = 0; k < schema->columns; k++) {
        const struct schema_column *column = &schema->column[k];
        if (column->type != COLUMN_TIME) continue;
        text_add(to, "times: column \"");
        text_add_safe(to, column->name);
        text_add(to, "\" read as ");
        text_add_safe(to, column->format != NULL ? column->format : "ISO 8601");
        for (size_t i = 0; i < column->features; i++)
            text_format(to, "%s%s", i > 0 ? ", " : ", for its ",
                        time_feature_names[column->feature[i]]);
        text_add(to, "\n");
    }
}

/* ---- order ----------------------------------------------------------------------------------- */

/* The first row of a series whose time is before that of the row above; SIZE_MAX when there is
 * none or a text is no time. */
static size_t find_return(const struct dataset *dataset, const struct series *series,
                          const char *format) {
    const struct table_column *column = &dataset->table.column[dataset->time];
    double latest = -INFINITY;
    for (size_t row = series->first; row < series->end; row++) {
        struct moment moment;
        const char *text = text_at(column, row);
        if (row > series->first && !is_new(column, row)) continue;
        if (!time_parse(text, strlen(text), format, &moment)) return SIZE_MAX;
        if (moment.seconds < latest) return row;
        latest = moment.seconds;
    }
    return SIZE_MAX;
}

/* Labels that are no times, or may be read as two, are nobody's business here; the first ones tell. */
enum { LABELS_TO_TELL = 1000 };

void check_time_order(struct dataset *dataset) {
    if (dataset->time == SIZE_MAX || dataset->sampling.layout == LAYOUT_ROWS) return;
    const struct table_column *column = &dataset->table.column[dataset->time];
    const struct column_options *settings = data_column(dataset->options, column->name);
    const char *format = settings != NULL ? settings->format : NULL, *other;
    size_t rows = dataset->table.rows < LABELS_TO_TELL ? dataset->table.rows : LABELS_TO_TELL;
    if (format == NULL && guess_format(column, rows, &format, &other) != 1) return;
    for (size_t i = 0; i < dataset->series_count; i++) {
        size_t row = find_return(dataset, &dataset->series[i], format);
        if (row == SIZE_MAX) continue;
        struct place place = table_place(&dataset->table, row);
        store_warn(dataset, "%s:%zu: column \"%s\" goes back in time: \"%.40s\" after \"%.40s\"",
                   place.file, place.line, column->name, text_at(column, row),
                   text_at(column, row - 1));
        return;
    }
}
