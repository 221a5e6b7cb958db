/* csv.h - records of a CSV file (RFC 4180), one after another, with their places.
 *
 * Lines end in LF, CR LF or CR. A field in quotes may hold the delimiter, line ends and "" for a
 * quote. Blanks around a field are no part of it, unless it is quoted. With a space for delimiter,
 * a run of blanks is one delimiter and those at a line's ends are none. A line whose first byte that
 * is no blank is the comment sign is passed over. */
#ifndef DATA_CSV_H
#define DATA_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/input.h"

/* Bytes of a field and of a line, fields of a line. */
enum { CSV_FIELD_LIMIT = 1 << 16, CSV_LINE_LIMIT = 1 << 24, CSV_FIELDS_LIMIT = 1 << 20 };

struct csv_field {
    const char *bytes; /* not terminated; without the quotes, "" not yet replaced */
    uint32_t length;
    bool quoted;
    bool doubled; /* holds a quote written twice */
};

struct csv_record {
    struct csv_field *field;
    size_t fields, capacity; /* no fields: a comment */
    const char *bytes;       /* where it starts */
    size_t length;           /* of it with its line end, in bytes */
    size_t lines;            /* that it takes */
    size_t line;             /* that it starts in, from 1 */
    bool after_empty;        /* the line before it is empty, and not the first ones */
};

/* Which bytes mean something. */
struct csv_rules {
    char delimiter, quote, comment; /* CSV_NO_SIGN: none */
    bool stops[256];                /* bytes that end a run of ordinary ones */
};
/* A byte that is never at a place where a quote or a comment could start. */
enum { CSV_NO_SIGN = '\n' };
void csv_set_rules(struct csv_rules *rules, char delimiter, char quote, char comment);

enum csv_scan {
    CSV_SCANNED,
    CSV_PARTIAL,     /* the bytes end within the record */
    CSV_NUL,         /* a NUL byte */
    CSV_BARE_QUOTE,  /* a quote within a field that does not start with one */
    CSV_AFTER_QUOTE, /* something between a closing quote and the delimiter */
    CSV_OPEN_QUOTE,  /* a quote that is not closed */
    CSV_LONG_FIELD,
    CSV_MANY_FIELDS,
    CSV_NO_MEMORY,
};

/* Split the record that starts at bytes[0]. bytes[length] must be readable and '\n'. `last` says
 * that nothing follows. On a fault, *fault is its offset. record->line is not touched. */
enum csv_scan csv_split(const struct csv_rules *rules, const char *bytes, size_t length, bool last,
                        struct csv_record *record, size_t *fault);

/* An empty line. */
bool csv_is_empty(const struct csv_record *record);

/* The field's text with "" replaced, terminated, in *copy, which grows; NULL without memory. */
struct csv_copy {
    char *bytes;
    size_t capacity;
};
const char *csv_copy_field(const struct csv_field *field, struct csv_copy *copy, struct error *err);

/* How to open a file; {.quote = '"', .comment = CSV_NO_SIGN} is what RFC 4180 says. */
struct csv_options {
    char quote, comment;
    bool latin1; /* convert from Latin-1; else the bytes are taken as they are */
    size_t skip; /* lines to pass over first */
    /* Read lines as soon as they come, and take a file without any bytes; NULL: neither. */
    const struct input_wait *wait;
};

/* A reader. */
struct csv {
    struct input *input;
    struct csv_options options;
    struct csv_rules rules;   /* with a comma for delimiter, until the caller sets another */
    struct csv_record record; /* the last one read */
    char *buffer;
    size_t capacity, start, end; /* bytes[start..end) are to be split */
    size_t line;                 /* that start is in */
    bool finished;               /* nothing follows the buffer */
    bool may_be_empty;           /* an empty line before a record is no error; set by the caller */
    bool started;                /* a record was read */
    bool passed_empty; /* before the last record, or before the end, stood an empty line */
};

/* Read the first block of an input, which is the reader's from here on (NULL fails at once, so that
 * calls nest), and pass over a byte order mark and the lines to skip. Refuses an empty file, UTF-16
 * and gzip under another name. */
bool csv_start(struct csv *csv, struct input *input, const struct csv_options *options,
               struct error *err);

/* The same for a file. */
bool csv_open(struct csv *csv, const char *path, const struct csv_options *options,
              struct error *err);
void csv_close(struct csv *csv);

/* Read the next record into csv->record; *more is false at the end. Empty lines at the start and at
 * the end are passed over; between records they are an error unless they may be there. What the last
 * record pointed to is dead. */
bool csv_next(struct csv *csv, bool *more, struct error *err);

/* Hold more of the file at once, for a look at the lines to come; false in *more when the buffer
 * has all of it or as much as a line may take. */
bool csv_look_further(struct csv *csv, bool *more, struct error *err);

/* Where the field of the last record starts, and where the byte at an offset of it is. A field that
 * lies elsewhere than in the record has the line for its place. */
struct place csv_place(const struct csv *csv, size_t field);
struct place csv_byte_place(const struct csv *csv, size_t field, size_t offset);

#endif
