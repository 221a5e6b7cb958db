/* What was known when a forecast was made: for the forecasts that need no model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "base/memory.h"
#include "data/store.h"
#include "data/time.h"

static bool lacks_value(const struct dataset *dataset, size_t k, size_t row) {
    const struct schema_column *column = &dataset->schema->column[k];
    if (column->type == COLUMN_CATEGORY) return isnan(dataset->level[k][row]);
    return isnan(store_value(column, dataset->level[k], row));
}

bool dataset_lacks_target(const struct dataset *dataset, enum part part, size_t sample) {
    const struct schema *schema = dataset->schema;
    const struct sampling *s = &dataset->sampling;
    /* Where a model is trained, a missing target is an error or filled, or its row is not there. */
    if (!dataset->predicting || !dataset->targets) return false;
    struct sample found = store_sample(dataset, part, sample);
    bool row_steps = s->per_step && s->layout == LAYOUT_ROWS;
    size_t targets = row_steps ? found.length * store_targets(dataset) : schema->targets;
    struct sample asked = store_answered(dataset, found);
    size_t first = s->per_step ? asked.row : store_target_row(dataset, found);
    size_t end = first + (s->per_step && !row_steps ? asked.length : store_horizon(dataset));
    if (end > found.end) end = found.end;
    for (size_t i = 0; i < targets; i++)
        for (size_t row = first; row < end; row++)
            if (lacks_value(dataset, schema->target[i], row)) return true;
    return false;
}

bool dataset_known(const struct dataset *dataset, enum part part, size_t sample) {
    struct sample found = store_sample(dataset, part, sample);
    if (dataset_lacks_target(dataset, part, sample)) return false;
    if (dataset->sampling.layout != LAYOUT_WINDOWS) return true;
    size_t targets = dataset->sampling.per_step ? found.length : store_horizon(dataset);
    return store_target_row(dataset, found) + targets <= found.end;
}

bool dataset_forecasts(const struct dataset *dataset) {
    const struct sampling *s = &dataset->sampling;
    return s->layout == LAYOUT_WINDOWS && !s->per_step && s->lead >= s->window &&
           dataset->schema->target_kind == TARGET_NUMBER;
}

/* ---- the season ------------------------------------------------------------------------------ */

enum { TIMES_READ = 1001 };

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The cycle that is usual for rows so many seconds apart; 0: none. */
static size_t usual_cycle(double seconds) {
    const double day = 86400;
    if (seconds >= 89 * day && seconds <= 93 * day) return 4;
    if (seconds >= 28 * day && seconds <= 31 * day) return 12;
    if (seconds == 7 * day) return 52;
    if (seconds == day) return 7;
    if (seconds < 1 || seconds > day / 2 || fmod(day, seconds) != 0) return 0;
    return (size_t)(day / seconds);
}

/* The distances between the first times of the data, as far as they can be read; how many. */
static size_t read_distances(const struct dataset *dataset, double *distance) {
    const struct table_column *column = &dataset->table.column[dataset->time];
    const struct series *series = &dataset->series[0];
    struct time_guess guess = {0};
    const char *format, *other;
    size_t rows = series->end - series->first, count = 0;
    struct moment moment, before = {0};
    if (rows > TIMES_READ) rows = TIMES_READ;
    for (size_t i = 0; i < rows; i++) {
        const char *text = column->texts + column->text[series->first + i];
        time_guess_add(&guess, text, strlen(text));
    }
    if (time_guess_end(&guess, &format, &other) == 0) return 0;
    for (size_t i = 0; i < rows; i++) {
        const char *text = column->texts + column->text[series->first + i];
        if (!time_parse(text, strlen(text), format, &moment)) return 0;
        if (i > 0) distance[count++] = moment.seconds - before.seconds;
        before = moment;
    }
    return count;
}

static size_t season_by_time(const struct dataset *dataset) {
    struct error ignored;
    if (dataset->time == SIZE_MAX || dataset->series_count == 0) return 0;
    double *distance = memory_take(TIMES_READ, sizeof *distance, "times", &ignored);
    if (distance == NULL) return 0;
    size_t count = read_distances(dataset, distance), season = 0;
    if (count > 0) {
        qsort(distance, count, sizeof *distance, by_value);
        season = usual_cycle(distance[count / 2]);
    }
    free(distance);
    return season;
}

size_t dataset_season(const struct dataset *dataset) {
    const struct schema *schema = dataset->schema;
    if (dataset->options->season != PARAM_NO_COUNT) return dataset->options->season;
    size_t difference = store_difference(schema, schema->target, schema->targets);
    return difference > 1 ? difference : season_by_time(dataset);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* First row of the series that a row is in. */
static size_t series_start(const struct dataset *dataset, size_t row) {
    size_t low = 0, high = dataset->series_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (dataset->series[middle].first <= row)
            low = middle;
        else
            high = middle;
    }
    return dataset->series[low].first;
}

void dataset_repeat(const struct dataset *dataset, enum part part, const struct batch *batch,
                    size_t season, double *value) {
    const struct schema *schema = dataset->schema;
    size_t horizon = store_horizon(dataset);
    for (size_t r = 0; r < batch->steps.rows; r++) {
        struct sample sample = store_sample(dataset, part, batch->sample[r]);
        size_t start = series_start(dataset, sample.row);
        size_t first = store_target_row(dataset, sample), last = store_last_input(dataset, sample);
        for (size_t k = 0; k < schema->targets; k++) {
            size_t c = dataset->at[schema->target[k]];
            for (size_t h = 0; h < horizon; h++, value++) {
                size_t seasons = (first + h - last + season - 1) / season, row = last;
                if (seasons <= (first + h - start) / season) row = first + h - seasons * season;
                *value = c != SIZE_MAX ? (double)dataset->table.column[c].value[row] : NAN;
            }
        }
    }
}

/* One target column over the horizon: restore_horizon, backwards. */
static void encode_horizon(const struct schema_column *column, const float *level,
                           const double *value, size_t horizon, size_t first, size_t last,
                           real *output) {
    size_t difference = column->difference;
    for (size_t h = 0; h < horizon; h++) {
        double x = column->log ? exact_log(value[h]) : value[h];
        if (difference > 0) {
            size_t base = first + h - difference;
            double before = base <= last ? (double)level[base] : value[h - difference];
            x -= column->log && base > last ? exact_log(before) : before;
        }
        output[h] = (real)((x - column->center) / column->spread);
    }
}

static void encode_steps(const struct dataset *dataset, const struct batch *batch, size_t r,
                         struct sample whole, const double *value, real *output) {
    struct sample sample = store_answered(dataset, whole);
    size_t targets = store_targets(dataset);
    bool time_major = dataset->sampling.layout == LAYOUT_ROWS;
    for (size_t t = 0; t < sample.length; t++)
        for (size_t k = 0; k < targets; k++) {
            size_t c = dataset->schema->target[time_major ? t * targets + k : k];
            size_t at = (batch->steps.offset[t] + r) * targets + k;
            size_t row = time_major ? sample.row : sample.row + t;
            encode_horizon(&dataset->schema->column[c], dataset->level[c], value + at, 1, row, row,
                           output + at);
        }
}

void dataset_encode(const struct dataset *dataset, enum part part, const struct batch *batch,
                    const double *value, real *output) {
    size_t horizon = store_horizon(dataset), targets = store_targets(dataset);
    for (size_t r = 0; r < batch->steps.rows; r++) {
        struct sample sample = store_sample(dataset, part, batch->sample[r]);
        if (dataset->sampling.per_step) {
            encode_steps(dataset, batch, r, sample, value, output);
            continue;
        }
        for (size_t k = 0; k < dataset->schema->targets; k++) {
            size_t c = dataset->schema->target[k], at = r * targets + k * horizon;
            encode_horizon(&dataset->schema->column[c], dataset->level[c], value + at, horizon,
                           store_target_row(dataset, sample), store_last_input(dataset, sample),
                           output + at);
        }
    }
}
