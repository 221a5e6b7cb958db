/* source.h - a CSV file that is open, with its dialect found and its columns named. */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include "data/csv.h"
#include "data/dialect.h"
#include "data/heading.h"
#include "data/options.h"
#include "data/signs.h"

struct source {
    struct csv csv;
    struct signs signs;
    struct dialect_hints hints;
    struct dialect dialect;
    struct heading heading;
    char *stem;  /* of _file: the file's name without folder and extension */
    size_t rows; /* to read at most; at first all */

    /* Of one that is read as it comes. */
    char *header; /* the line with the columns' names, with a line end; NULL: they have none */
    bool headed;  /* it began with that line */
    bool pending; /* csv.record is its first row */
};

/* Open a file up to its first row of data. `known` is the schema of the data that was read before
 * it, NULL for the first file. All but `err` is borrowed, and the source must stay where it is. */
bool source_open(struct source *source, const char *path, const struct data_options *options,
                 const struct schema *known, struct error *err);

/* The same for CSV in memory as RFC 4180 and --write-data write it: comma, header, decimal point;
 * what the options say of a file's dialect does not count. */
bool source_open_bytes(struct source *source, const char *name, const char *bytes, size_t length,
                       const struct data_options *options, struct error *err);
/* The same for CSV that was made of lines without a header: those after its own count from 1. */
bool source_open_lines(struct source *source, const char *name, const char *bytes, size_t length,
                       const struct data_options *options, struct error *err);

/* Open what is still being written, as soon as its first line has come. Nothing can be found out from
 * later lines: delimiter and signs are those of `known`. A first line that names an input is a header,
 * and so is one without any number, unless data.header or `header` says otherwise: that is a header
 * from before, NULL for none, with which lines go on that have no header of their own. */
bool source_open_stream(struct source *source, const char *path, const struct data_options *options,
                        const struct schema *known, const struct input_wait *wait,
                        const char *header, struct error *err);
void source_close(struct source *source);

/* Find the stem. */
bool source_name(struct source *source, struct error *err);

#endif
