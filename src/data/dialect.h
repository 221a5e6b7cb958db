/* dialect.h - how a CSV file is written, found from its first lines: delimiter, header, numbers. */
#ifndef DATA_DIALECT_H
#define DATA_DIALECT_H

#include "data/csv.h"
#include "data/number.h"
#include "data/schema.h"
#include "data/signs.h"

/* What the sample of lines below the header holds in a column. */
struct dialect_column {
    size_t numbers, texts; /* missing values are neither */
    size_t look[LOOKS];
};

struct dialect {
    char delimiter;
    char rival; /* another one that parts the lines as evenly, 0 for none */
    bool header;
    bool header_in_doubt;  /* all lines hold text, so that nothing sets the first one apart */
    bool against_evidence; /* data.header says other than what the lines look like */
    size_t columns;        /* fields of the first line */
    struct dialect_column *column;
};

/* What a config and an earlier file say of a file. */
struct dialect_hints {
    const struct signs *signs;
    int header;                 /* PARAM_UNSET: to be found */
    const struct schema *known; /* of the file that was read first, NULL for that one */
};

/* Look at the block that `csv` holds and set its rules; nothing is read from it. */
bool dialect_find(struct dialect *dialect, struct csv *csv, const struct dialect_hints *hints,
                  struct error *err);
void dialect_free(struct dialect *dialect);

/* The signs in the numbers of `count` of the file's columns: as the hints say, else as found, else
 * as in the file that was read first; ERROR_DATA that names the key when they cannot be told.
 * *thousands is 0 for none. */
bool dialect_numbers(const struct dialect *dialect, const struct dialect_hints *hints,
                     const char *file, const size_t *column, size_t count, char *point,
                     char *thousands, struct error *err);

/* Does a column look like numbers? By most of its values in the sample. */
bool dialect_is_number(const struct dialect_column *column);

#endif
