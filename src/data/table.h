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

/* What reading does where a value is missing. */
enum on_missing {
    ON_MISSING_REFUSE, /* an error with its place */
    ON_MISSING_DROP,   /* the row is not kept */
    ON_MISSING_KEEP,   /* the value is NAN */
};

struct table_column {
    char *name;
    enum keep keep;
    enum on_missing on_missing;
    const struct param_texts
        *missing_text[2];  /* what else means missing; NULL: nothing; borrowed */
    float *missing_number; /* those of them that are numbers */
    size_t missing_numbers;
    bool only_empty;              /* of categories: NA and the like mean themselves */
    size_t missing;               /* values met so far */
    float *value;                 /* [rows] */
    struct dictionary dictionary; /* KEEP_CATEGORY */
    size_t *text;                 /* [rows] KEEP_TEXT: offset of a terminated text in `texts` */
    char *texts;
    size_t texts_length, texts_capacity;
};

struct table_file {
    char *name;
    size_t first, rows;
    char delimiter;
    char rival; /* another delimiter that would do as well, 0 for none */
    char point, thousands;
    bool header, header_in_doubt, against_evidence;
    bool cut;               /* not all of its rows were to be read */
    size_t columns, shared; /* fields of a line; of them those that share a name with one before */
    size_t empty_rows;      /* at the end, without any value, passed over */
};

/* From this row on, and until the next jump, lines count up by one from `line`. */
struct table_jump {
    size_t row, line;
};

/* Columns, in order, whose last ones may be missing: the row is then shorter, by whole steps. A
 * row that has the first u of them has the first whole[u], the rest of which are missing values. */
enum { TAIL_INPUTS, TAIL_TARGETS, TAILS };
struct table_tail {
    size_t *column;
    size_t *whole; /* [count + 1] */
    size_t count;
};

/* A row that has values for the first `used` columns of TAIL_INPUTS only. */
struct table_short {
    size_t row, used;
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
    struct table_tail tail[TAILS];
    struct table_short *short_row; /* ascending */
    size_t shorts, shorts_capacity;
    size_t tiny;    /* numbers that were rounded to 0 */
    size_t dropped; /* rows that were not kept, for a missing value */
    size_t *hole;   /* rows, ascending, before which some were dropped */
    size_t holes, holes_capacity;
};

/* Start a table of `count` columns, to be named and given their `keep`. */
bool table_start(struct table *table, size_t count, struct error *err);

#define MISSING_ONLY_EMPTY "empty"

/* Let texts and numbers besides the usual ones mean missing in a column, or, with MISSING_ONLY_EMPTY
 * among them, of categories the others and empty fields alone; both lists are borrowed and may be
 * NULL. */
bool table_set_missing(struct table_column *column, const struct param_texts *one,
                       const struct param_texts *other, struct error *err);

/* Note a row to come, from that line of the file that was noted last: there is room for its values
 * at index table->rows. Once they are there, close it, as a row of the table or as one left out. */
bool table_open_row(struct table *table, size_t line, bool after_empty, struct error *err);
bool table_close_row(struct table *table, bool drop, struct error *err);

/* Forget all rows from `rows` on. */
void table_cut(struct table *table, size_t rows);

/* Append all rows of a source: column c comes from its field from[c]. Everything but numbers in the
 * number columns, missing values that the column refuses, and what cannot be read is an ERROR_DATA
 * with its place. Rows at the end that have no value at all are passed over. */
bool table_read(struct table *table, struct source *source, const size_t *from, struct error *err);

/* Make room for so many rows. */
bool table_reserve(struct table *table, size_t rows, struct error *err);

/* The same row by row, for a source that is still being written: what is read stands at index
 * table->rows, which does not grow, and the next row overwrites it. Before each row the caller has
 * put the texts that are to be kept in order, and set `before`, the rows of the source so far, and
 * `pending` when the source's record has not been looked at yet. A row without any value is one like
 * the others. */
struct table_reader;
struct table_row {
    size_t before;
    bool pending;
    bool more;        /* out: there was a row */
    bool dropped;     /* out: for a missing value */
    bool after_empty; /* out: an empty line stands before it, or before the end */
};
struct table_reader *table_reader_open(struct table *table, struct source *source,
                                       const size_t *from, struct error *err);
bool table_reader_next(struct table_reader *reader, struct table_row *row, struct error *err);
void table_reader_close(struct table_reader *reader); /* NULL is allowed */

/* Note a file whose rows follow. */
bool table_add_file(struct table *table, const char *name, struct error *err);

/* Let rows end before the last of these columns; a list of none, as at first, lets no row. A value
 * that is missing so is NAN. */
bool table_set_tail(struct table *table, size_t list, const size_t *column, const size_t *whole,
                    size_t count, struct error *err);
bool table_note_short(struct table *table, size_t row, size_t used, struct error *err);

/* How many columns of TAIL_INPUTS a row has. */
size_t table_used(const struct table *table, size_t row);
void table_free_tails(struct table *table); /* for table_free */

/* File and line that a row was read from. */
struct place table_place(const struct table *table, size_t row);

void table_free(struct table *table);

#endif
