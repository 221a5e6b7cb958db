#include "data/dates.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "data/groups.h"
#include "data/time.h"

bool dates_used(const struct data_options *options) {
    return options->validation.form == PART_FROM || options->test.form == PART_FROM;
}

/* A part by date beside one that is counted: of what should be counted? */
static bool check_keys(const struct data_options *options, bool fold, struct error *err) {
    const struct param_part *parts[2] = {&options->validation, &options->test};
    if (options->time == NULL)
        return error_set(err, ERROR_CONFIG, "{from: DATE} needs data.time, a column of dates");
    if (options->split != SPLIT_TAIL)
        return error_set(err, ERROR_CONFIG, "{from: DATE} needs data.split: tail");
    for (size_t i = fold ? 1 : 0; i < 2; i++)
        if (parts[i]->form == PART_FRACTION || parts[i]->form == PART_ROWS)
            return error_set(err, ERROR_CONFIG,
                             "data.%s: beside a part that begins on a date, expected {from: DATE} "
                             "or a file",
                             i == 0 ? "validation" : "test");
    return true;
}

/* ---- reading the column ---------------------------------------------------------------------- */

/* The date of a key: as a config has it, or as the column does. INFINITY when there is none. */
static bool read_key(const char *format, const struct param_part *part, const char *key,
                     double *seconds, struct error *err) {
    struct moment moment = {.seconds = INFINITY};
    if (part->form == PART_FROM && !time_parse(part->from, strlen(part->from), NULL, &moment) &&
        !time_parse(part->from, strlen(part->from), format, &moment))
        return error_set(err, ERROR_CONFIG,
                         "data.%s: from: expected a date such as 2016-07-31 or 2016-07-31 18:00, "
                         "got \"%s\"",
                         key, part->from);
    *seconds = moment.seconds;
    return true;
}

/* ---- marking --------------------------------------------------------------------------------- */

/* What stands before a later part of the same series gives way. */
static void leave_gap(unsigned char *part, size_t first, size_t end, size_t gap) {
    unsigned char after = PART_TRAIN;
    size_t left = 0;
    for (size_t i = end; i-- > first;) {
        unsigned char here = part[i];
        if (here < after) left = gap;
        if (left > 0) {
            part[i] = PART_NONE;
            left--;
        }
        after = here;
    }
}

static void leave_gaps(const struct dataset *dataset, size_t things, unsigned char *part) {
    size_t gap = dataset->options->split_gap;
    if (dataset->sampling.layout != LAYOUT_WINDOWS) {
        leave_gap(part, 0, things, gap);
        return;
    }
    for (size_t i = 0; i < dataset->series_count; i++) {
        const struct series *series = &dataset->series[i];
        if (series->part == PART_TRAIN) leave_gap(part, series->first, series->end, gap);
    }
}

bool dates_mark(const struct dataset *dataset, size_t things, bool fold, unsigned char *part,
                struct error *err) {
    const struct data_options *options = dataset->options;
    double validation = INFINITY, test = INFINITY;
    struct moment moment;
    if (!check_keys(options, fold, err)) return false;
    const char *format;
    size_t rows = groups_row(dataset, things - 1) + 1;
    if (!find_time_format(dataset, dataset->time, rows, &format, err) ||
        !read_key(format, &options->validation, "validation", &validation, err) ||
        !read_key(format, &options->test, "test", &test, err))
        return false;
    if (fold) validation = INFINITY;
    for (size_t i = 0; i < things; i++) {
        if (!read_time(dataset, dataset->time, groups_row(dataset, i), format, &moment, err))
            return false;
        double seconds = moment.seconds;
        if (seconds >= validation) part[i] = PART_VALIDATION;
        if (seconds >= test) part[i] = PART_TEST;
    }
    leave_gaps(dataset, things, part);
    return true;
}
