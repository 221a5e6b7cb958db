/* heading.h - the names of a file's columns, and the look-up of one by its name.
 *
 * A column without a name is called by its place, c0, c1, and so on. Columns that share a name are
 * told apart by a number, x_1, x_2; the name they share finds none of them. Behind the file's own
 * come two pseudo-columns, unless it has columns of those names: _file, the name of the file without
 * folder and extension, and _row, which counts its rows from 1. */
#ifndef DATA_HEADING_H
#define DATA_HEADING_H

#include "data/csv.h"
#include "data/dialect.h"
#include "data/dictionary.h"

#define HEADING_FILE "_file"
#define HEADING_ROW  "_row"

/* What is added to a message about a line that may be a comment. */
#define HEADING_COMMENT " (data.comment: hash passes over lines that begin with #)"

/* The columns of a file. */
struct heading {
    const char *file;
    char **name;    /* [columns] */
    char **written; /* [fields] the name as the file has it where another shares it, else NULL */
    bool *blank;   /* [columns] no input by default: a pseudo-column, or one with neither a name nor
                       a value in the lines looked at */
    bool numbered; /* the file has no header: its columns are c0, c1, ... */
    size_t fields; /* columns that the file has */
    size_t columns;          /* with the pseudo-columns */
    size_t shared;           /* columns that share their name with one before */
    struct dictionary index; /* of names, by column */
};

/* Name the columns of a file whose header, if the dialect has one, is the last record read. A name
 * that is not UTF-8 is an ERROR_DATA with its place. */
bool heading_read(struct heading *heading, const struct csv *csv, const struct dialect *dialect,
                  struct error *err);
void heading_free(struct heading *heading);

/* The column of that name, or SIZE_MAX; for a name that several share the first of them, with *twice
 * the second (else SIZE_MAX). */
size_t heading_find(const struct heading *heading, const char *name, size_t *twice);

/* Find a column that is asked for; ERROR_DATA when it is not there or there twice. */
bool heading_column(const struct heading *heading, const char *name, size_t *column,
                    struct error *err);

/* ERROR_DATA: `no column "y"; have: a, b, c`. */
bool heading_lacks(const struct heading *heading, const char *name, struct error *err);

#endif
