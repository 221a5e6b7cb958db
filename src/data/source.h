/* source.h - a CSV file that is open, with its dialect found and its columns named. */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include "data/csv.h"
#include "data/dialect.h"
#include "data/options.h"

/* The columns of a file, or of a task that makes its data. */
struct heading {
    const char *file;
    char **name; /* [columns]; c0, c1, ... without a header and for a field without text */
    bool *blank; /* [columns] no name and no value in the lines looked at */
    size_t columns;
    const char *target; /* what data.targets is when unset, or NULL */
};

struct source {
    struct csv csv;
    struct dialect dialect;
    struct heading heading;
};

/* Open a file up to its first row of data. `path` is borrowed. */
bool source_open(struct source *source, const char *path, const struct data_options *options,
                 struct error *err);
void source_close(struct source *source);

/* The only column of that name, or SIZE_MAX with *twice the place of a second one (else SIZE_MAX).
 */
size_t heading_find(const struct heading *heading, const char *name, size_t *twice);

/* Find a column that is asked for; ERROR_DATA when it is not there or there twice. */
bool heading_column(const struct heading *heading, const char *name, size_t *column,
                    struct error *err);

/* ERROR_DATA: `no column "y"; have: a, b, c`. */
bool heading_lacks(const struct heading *heading, const char *name, struct error *err);

#endif
