/* dialect.h - how a CSV file is written, found from its first lines: delimiter, header, numbers. */
#ifndef DATA_DIALECT_H
#define DATA_DIALECT_H

#include "data/csv.h"
#include "data/options.h"

/* What the sample of lines below the header holds in a column. */
struct dialect_column {
    size_t numbers, texts;            /* missing values are neither */
    size_t points, commas, thousands; /* among the numbers; thousands may be fractions too */
};

struct dialect {
    char delimiter;
    bool header;
    bool against_evidence; /* data.header says other than what the lines look like */
    size_t columns;        /* fields of the first line */
    struct dialect_column *column;
};

/* Look at the block that `csv` holds and set its rules; nothing is read from it. ERROR_CONFIG for a
 * data.delimiter that is none. */
bool dialect_find(struct dialect *dialect, struct csv *csv, const struct data_options *options,
                  struct error *err);
void dialect_free(struct dialect *dialect);

/* "comma", "tab", ... or the character in quotes, for messages. The caller's buffer. */
const char *dialect_name(char delimiter, char to[static 16]);

/* The decimal sign of `count` of the file's columns: as the options say, else as found; ERROR_DATA
 * that names data.decimal when it cannot be told. */
bool dialect_decimal(const struct dialect *dialect, const struct data_options *options,
                     const char *file, const size_t *column, size_t count, char *point,
                     struct error *err);

/* Does a column look like numbers? By most of its values in the sample. */
bool dialect_is_number(const struct dialect_column *column);

#endif
