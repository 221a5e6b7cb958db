#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/store.h"
#include "data/time.h"

/* A category while they are put in order. */
struct entry {
    const char *text;
    double value; /* when all are numbers */
    size_t number;
};

static int by_value(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    if (x->value != y->value) return x->value < y->value ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(((const struct entry *)a)->text, ((const struct entry *)b)->text);
}

static bool parse(const char *text, double *value) {
    return text_parse_real(text, strlen(text), value);
}

/* The categories that the training part has in at least so many rows. */
static size_t gather_seen(const struct dataset *dataset, size_t at, size_t least,
                          struct entry *entry, size_t *seen) {
    const struct table_column *column = &dataset->table.column[at];
    const struct part_samples *train = &dataset->part[PART_TRAIN];
    for (size_t i = 0; i < train->ranges; i++)
        for (size_t row = train->range[i].first; row < train->range[i].end; row++)
            if (!isnan(column->value[row])) seen[(size_t)column->value[row]]++;
    size_t count = 0;
    for (size_t n = 0; n < column->dictionary.count; n++)
        if (seen[n] >= least) entry[count++] = (struct entry){column->dictionary.text[n], 0, n};
    return count;
}

/* Numeric order when all are numbers, of which equal ones ("1" and "1.0") are one; else byte
 * order. Returns how many are left. */
static size_t put_in_order(struct entry *entry, size_t count, bool *numeric) {
    *numeric = true;
    for (size_t i = 0; i < count && *numeric; i++) *numeric = parse(entry[i].text, &entry[i].value);
    qsort(entry, count, sizeof *entry, *numeric ? by_value : by_bytes);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!*numeric || kept == 0 || entry[i].value != entry[kept - 1].value)
            entry[kept++] = entry[i];
    return kept;
}

static bool keep_texts(struct schema_column *column, const struct entry *entry, size_t count,
                       struct error *err) {
    column->category = memory_take(count, sizeof *column->category, "categories", err);
    if (column->category == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        column->category[i] = memory_text(entry[i].text, err);
        if (column->category[i] == NULL) return false;
        column->categories++;
    }
    return true;
}

/* Classes 0..count-1, whether or not the training part has them all. */
static bool keep_numbers(struct schema_column *column, size_t count, struct error *err) {
    column->category = memory_take(count, sizeof *column->category, "classes", err);
    for (size_t i = 0; column->category != NULL && i < count; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "%zu", i);
        column->category[i] = memory_text(text, err);
        if (column->category[i] == NULL) return false;
        column->categories++;
    }
    return column->category != NULL;
}

/* First row of the training part that has a value of the table's dictionary. */
static struct place find_place(const struct dataset *dataset, size_t at, size_t number) {
    const struct table_column *column = &dataset->table.column[at];
    size_t row = 0;
    while (row + 1 < dataset->table.rows && column->value[row] != (float)number) row++;
    return table_place(&dataset->table, row);
}

static bool too_many(const struct dataset *dataset, size_t at, const struct entry *last,
                     size_t count, size_t units, bool whole, struct error *err) {
    struct place place = find_place(dataset, at, last->number);
    const char *name = dataset->table.column[at].name;
    if (whole && units > 1)
        return error_at(err, ERROR_DATA, place,
                        "column \"%s\": class %s; the model's last layer has %zu units, for "
                        "classes 0 to %zu",
                        name, last->text, units, units - 1);
    return error_at(err, ERROR_DATA, (struct place){place.file, 0, 0},
                    "column \"%s\" has %zu classes in the training part; the model's last layer "
                    "has %zu unit%s, for %zu classes",
                    name, count, units, text_plural(units), units == 1 ? 2 : units);
}

static bool settle_classes(struct dataset *dataset, struct schema_column *column, size_t at,
                           const struct entry *entry, size_t count, bool numeric, size_t units,
                           struct error *err) {
    /* Numbers in order: the ends say whether all are class numbers. */
    bool whole = numeric && entry[0].value >= 0;
    for (size_t i = 0; i < count && whole; i++) whole = entry[i].value == floor(entry[i].value);
    bool numbers = whole && units > 1 && entry[count - 1].value < (double)units;
    if (!numbers && units > 1 && count > units)
        return too_many(dataset, at, &entry[count - 1], count, units, whole, err);
    if (units == 1 && count != 2)
        return too_many(dataset, at, &entry[count - 1], count, units, whole, err);
    if (!(numbers ? keep_numbers(column, units, err) : keep_texts(column, entry, count, err)))
        return false;
    dataset->own.classes = column->categories;
    if (units > column->categories)
        store_warn(dataset, "column \"%s\" has %zu classes, the model's last layer %zu units",
                   column->name, column->categories, units);
    return true;
}

static size_t least_count(const struct dataset *dataset, const struct schema_column *column) {
    const struct column_options *settings = data_column(dataset->options, column->name);
    return data_least(settings);
}

/* ---- columns that are none ------------------------------------------------------------------- */

static size_t sum(const size_t *seen, size_t count) {
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) rows += seen[i];
    return rows;
}

enum { FEW_TEXTS = 20 }; /* so many may all be different by chance */

/* Is a column an input because nothing was said of it? */
static bool by_default(const struct dataset *dataset, size_t k) {
    const struct data_options *options = dataset->options;
    const struct column_options *settings = data_column(options, dataset->own.column[k].name);
    bool input = false;
    for (size_t i = 0; i < dataset->own.inputs; i++) input = input || dataset->own.input[i] == k;
    return input && options->inputs.count == 0 &&
           (settings == NULL || settings->type == PARAM_UNSET);
}

static bool all_times(const struct entry *entry, size_t count) {
    struct time_guess guess = {0};
    const char *format, *other;
    for (size_t i = 0; i < count; i++) time_guess_add(&guess, entry[i].text, strlen(entry[i].text));
    return time_guess_end(&guess, &format, &other) > 0;
}

/* Dates, and names of which each row has its own, would be learned by heart, if at all. */
static bool check_repeated(const struct dataset *dataset, size_t k, const struct entry *entry,
                           size_t count, size_t rows, struct error *err) {
    const char *name = dataset->own.column[k].name;
    if (count <= FEW_TEXTS || !by_default(dataset, k)) return true;
    struct place place = find_place(dataset, dataset->at[k], entry[0].number);
    if (all_times(entry, count))
        return error_at(err, ERROR_DATA, place,
                        "column \"%s\" holds times, such as \"%s\"; write data.time: %s to have "
                        "them beside the predictions, or data.columns: {%s: {type: time, features: "
                        "[weekday]}} to learn from them",
                        name, entry[0].text, name, name);
    if (count <= rows / 2) return true;
    return error_at(
        err, ERROR_DATA, place,
        "column \"%s\" has another text in most rows (%zu in %zu), such as \"%s\"; write "
        "data.ignore: %s to leave it out, or data.columns: {%s: category}",
        name, count, rows, entry[0].text, name, name);
}

static bool settle_column(struct dataset *dataset, size_t k, size_t units, struct error *err) {
    struct schema_column *column = &dataset->own.column[k];
    size_t at = dataset->at[k], found = dataset->table.column[at].dictionary.count;
    struct entry *entry = memory_take(found, sizeof *entry, "categories", err);
    size_t *seen = memory_take(found, sizeof *seen, "categories", err);
    bool ok = entry != NULL && seen != NULL;
    if (ok) {
        bool numeric,
            class = dataset->own.target_kind == TARGET_CLASS && dataset->own.target[0] == k;
        size_t least = class ? 1 : least_count(dataset, column);
        size_t count = put_in_order(entry, gather_seen(dataset, at, least, entry, seen), &numeric);
        if (count == 0)
            ok = error_set(err, ERROR_DATA, "%s: column \"%s\" has no value in the training part%s",
                           dataset->table.file[0].name, column->name,
                           least > 1 ? " as often as min_count asks for" : "");
        else if (class)
            ok = settle_classes(dataset, column, at, entry, count, numeric, units, err);
        else
            ok = check_repeated(dataset, k, entry, count, sum(seen, found), err) &&
                 keep_texts(column, entry, count, err);
    }
    free(entry);
    free(seen);
    return ok;
}

/* Several targets under a class loss are labels, each there or not. */
static bool check_labels(const struct dataset *dataset, struct error *err) {
    for (size_t i = 0; i < dataset->own.targets; i++) {
        const struct table_column *column =
            &dataset->table.column[dataset->at[dataset->own.target[i]]];
        for (size_t row = 0; row < dataset->table.rows; row++)
            if (!(column->value[row] >= 0 && column->value[row] <= 1))
                return error_set(err, ERROR_CONFIG,
                                 "data.targets names %zu columns, which a classification loss "
                                 "takes for labels of 0 or 1; column \"%s\" has %g",
                                 dataset->own.targets, column->name, (double)column->value[row]);
    }
    return true;
}

bool settle_categories(struct dataset *dataset, const struct data_request *request,
                       struct error *err) {
    if (request->target == TARGET_CLASS && dataset->own.target_kind == TARGET_NUMBER &&
        !check_labels(dataset, err))
        return false;
    for (size_t k = 0; k < dataset->own.columns; k++)
        if (dataset->own.column[k].type == COLUMN_CATEGORY &&
            !settle_column(dataset, k, request->units, err))
            return false;
    return apply_categories(dataset, err);
}

/* ---- numbering ------------------------------------------------------------------------------ */

/* The number of a text among a column's categories, also when it is another way to write the same
 * number; SIZE_MAX when it is not there. */
static size_t find_number(const struct schema_column *column, const struct dictionary *exact,
                          const char *text) {
    size_t number = dictionary_find(exact, text, strlen(text));
    double value, other;
    if (number < column->categories) return number;
    if (!parse(text, &value)) return SIZE_MAX;
    for (size_t i = 0; i < column->categories; i++)
        if (parse(column->category[i], &other) && other == value) return i;
    return SIZE_MAX;
}

static bool unknown_category(const struct dataset *dataset, const struct schema_column *column,
                             const char *text, size_t row, struct error *err) {
    struct text known = {0};
    for (size_t i = 0; i < column->categories && i < 12; i++)
        text_format(&known, "%s%s", i > 0 ? ", " : "", column->category[i]);
    if (column->categories > 12) text_format(&known, ", ... (%zu in all)", column->categories);
    (void)error_at(err, ERROR_DATA, table_place(&dataset->table, row),
                   "column \"%s\": category \"%s\" is not one the model is trained on: %s%s",
                   column->name, text, known.bytes != NULL ? known.bytes : "",
                   dataset->predicting ? " (data.unknown: ignore in training lets others pass)"
                                       : " (a column that is no input belongs under data.ignore)");
    text_free(&known);
    return false;
}

void warn_of_unknown(struct dataset *dataset, size_t k, size_t unknown) {
    const struct schema_column *column = &dataset->schema->column[k];
    if (unknown > 0)
        store_warn(dataset,
                   "column \"%s\": %zu value%s not among the training part's categories: %s",
                   column->name, unknown, unknown == 1 ? " is" : "s are",
                   column->index ? "taken as unknown" : "all zeros");
}

static bool apply_map(struct dataset *dataset, size_t k, const size_t *map, struct error *err) {
    const struct schema_column *column = &dataset->schema->column[k];
    struct table_column *values = &dataset->table.column[dataset->at[k]];
    size_t unknown = 0;
    for (size_t row = 0; row < dataset->table.rows; row++) {
        if (isnan(values->value[row])) continue;
        size_t number = (size_t)values->value[row];
        if (map[number] == SIZE_MAX && !column->ignore_unknown)
            return unknown_category(dataset, column, values->dictionary.text[number], row, err);
        unknown += map[number] == SIZE_MAX;
        values->value[row] = map[number] == SIZE_MAX ? NAN : (float)map[number];
    }
    warn_of_unknown(dataset, k, unknown);
    return true;
}

bool apply_category(struct dataset *dataset, size_t k, size_t row, size_t *unknown,
                    struct error *err) {
    const struct schema_column *column = &dataset->schema->column[k];
    struct table_column *values = &dataset->table.column[dataset->at[k]];
    if (isnan(values->value[row]) || values->value[row] < (float)column->categories) return true;
    const char *text = values->dictionary.text[(size_t)values->value[row]];
    size_t number = find_number(column, &values->dictionary, text);
    if (number == SIZE_MAX && !column->ignore_unknown)
        return unknown_category(dataset, column, text, row, err);
    *unknown += number == SIZE_MAX;
    values->value[row] = number == SIZE_MAX ? NAN : (float)number;
    return true;
}

bool number_categories(const struct schema_column *column, struct dictionary *exact,
                       struct error *err) {
    size_t number;
    bool ok = true;
    for (size_t i = 0; ok && i < column->categories; i++)
        ok = dictionary_add(exact, column->category[i], strlen(column->category[i]), &number, err);
    return ok;
}

static bool apply_column(struct dataset *dataset, size_t k, struct error *err) {
    const struct schema_column *column = &dataset->schema->column[k];
    struct table_column *values = &dataset->table.column[dataset->at[k]];
    struct dictionary exact = {0};
    bool ok = number_categories(column, &exact, err);
    size_t *map = memory_take(values->dictionary.count, sizeof *map, "categories", err);
    if (ok && map != NULL)
        for (size_t n = 0; n < values->dictionary.count; n++)
            map[n] = find_number(column, &exact, values->dictionary.text[n]);
    ok = ok && map != NULL && apply_map(dataset, k, map, err);
    free(map);
    dictionary_free(&exact);
    return ok;
}

bool apply_categories(struct dataset *dataset, struct error *err) {
    for (size_t k = 0; k < dataset->schema->columns; k++)
        if (dataset->schema->column[k].type == COLUMN_CATEGORY && dataset->at[k] != SIZE_MAX &&
            !apply_column(dataset, k, err))
            return false;
    return true;
}
