/* sheet.h - a CSV file whose columns a figure is made of: any dialect, numbers and texts. */
#ifndef TOOLS_SHEET_H
#define TOOLS_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "data/source.h"
#include "data/table.h"

struct sheet {
    struct source source;
    struct table table; /* columns in the order they were asked for */
};

/* Open a file ("-": standard input), whose first line has the names. The sheet must stay where it
 * is. Errors are ERROR_DATA with their place, here and below. */
bool sheet_open(struct sheet *sheet, const char *path, struct error *err);

/* Number of the column of that name, SIZE_MAX when there is none. */
size_t sheet_find(const struct sheet *sheet, const char *name);

/* `no column "x"`, with what it may have been meant to be. */
bool sheet_lacks(const struct sheet *sheet, const char *name, struct error *err);

/* A column to read: its number in the file, as numbers or as texts. */
struct sheet_column {
    size_t number;
    bool text;
};

/* Read these columns of all rows, once. A number that is missing is NAN. */
bool sheet_read(struct sheet *sheet, const struct sheet_column *column, size_t count,
                struct error *err);

/* Of the i-th column that was asked for. */
double sheet_number(const struct sheet *sheet, size_t i, size_t row);
const char *sheet_text(const struct sheet *sheet, size_t i, size_t row);

void sheet_close(struct sheet *sheet);

#endif
