/* table.h - columns of values, read from files one after another. */
#ifndef DATA_TABLE_H
#define DATA_TABLE_H

#include "data/dictionary.h"
#include "data/source.h"

/* What is kept of a column. */
enum keep {
    KEEP_NUMBER,   /* its values */
    KEEP_CATEGORY, /* numbers of texts in its dictionary, in the order first met */
    KEEP_TEXT,     /* its texts as they are */
};

struct table_column {
    char *name;
    enum keep keep;
    float *value;                 /* [rows] */
    struct dictionary dictionary; /* KEEP_CATEGORY */
    size_t *text;                 /* [rows] KEEP_TEXT: offset of a terminated text in `texts` */
    char *texts;
    size_t texts_length, texts_capacity;
};

struct table_file {
    char *name;
    size_t first, rows;
    char delimiter, point; /* the delimiter is 0 for a table that was not read from CSV */
    bool header, against_evidence;
    size_t columns, duplicates; /* fields of a line; names that stand twice and are not used */
};

/* From this row on, and until the next jump, lines count up by one from `line`. */
struct table_jump {
    size_t row, line;
};

struct table {
    struct table_column *column;
    size_t columns;
    size_t rows, capacity;
    struct table_file *file;
    size_t files, files_capacity;
    struct table_jump *jump;
    size_t jumps, jumps_capacity;
    size_t *break_row; /* rows that follow an empty line, where those end sequences */
    size_t breaks, breaks_capacity;
    size_t tiny; /* numbers that were rounded to 0 */
};

/* Start a table of `count` columns, to be named and given their `keep`. */
bool table_start(struct table *table, size_t count, struct error *err);

/* Append all rows of a source: column c comes from its field from[c]. Everything but numbers in the
 * number columns, missing values, and what cannot be read is an ERROR_DATA with its place. */
bool table_read(struct table *table, struct source *source, const struct data_options *options,
                const size_t *from, struct error *err);

/* Note a file whose rows follow, and append a row of numbers to it; for generated data. */
bool table_add_file(struct table *table, const char *name, struct error *err);
bool table_add_numbers(struct table *table, const double *value, struct error *err);

/* File and line that a row was read from. */
struct place table_place(const struct table *table, size_t row);

void table_free(struct table *table);

#endif
