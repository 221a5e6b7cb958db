/* store.h - the inside of a dataset, for the files of this room that build and read it. */
#ifndef DATA_STORE_H
#define DATA_STORE_H

#include <stdint.h>

#include "data/dataset.h"
#include "data/sampling.h"
#include "data/table.h"

/* Rows that stand together: a file, or those of one id in it. Windows and differences stay within.
 */
struct series {
    size_t first, end; /* rows first..end-1 */
    enum part part;    /* of the file; PART_TRAIN's are still to be split */
};

/* Samples that follow each other at equal distances. */
struct span {
    size_t before; /* samples of the part in earlier spans */
    size_t first;  /* row that the first sample starts at */
    size_t count;  /* samples */
    size_t stride; /* rows from one sample to the next */
    size_t length; /* steps of each */
    size_t end;    /* of the series: rows from here on belong to another or are not there */
};

/* Rows of a part, within one series. */
struct range {
    size_t first, end;
};

/* A part's samples that are the chunks of one sequence, in order: see chunks.h. */
struct track {
    size_t first, count; /* samples */
};

struct part_samples {
    struct span *span;
    size_t spans, spans_capacity, count, longest;
    struct range *range;
    size_t ranges, ranges_capacity;
    struct track *track; /* none: samples are not chunks */
    size_t tracks, tracks_capacity;
};

/* What the model reads of a column: nothing; its rows; also rows ahead of them. */
enum column_use { USE_NONE, USE_INPUT, USE_AHEAD };

struct dataset {
    const struct data_options *options;
    struct pairs *pairs; /* what stands behind `options` when it reads data.pairs, or NULL */
    struct sampling sampling;
    struct schema own;           /* empty when the schema is a checkpoint's */
    const struct schema *schema; /* own or borrowed */
    size_t ahead;                /* inputs that stand for the rows ahead: schema_ahead */
    bool predicting;             /* opened by dataset_open_input */
    unsigned char *use;          /* [schema columns] enum column_use */
    bool judging;                /* predictions will be held against the targets */

    struct table table;
    const struct data_keep *keep; /* or NULL */
    size_t kept;   /* first of the table's columns that `keep` asked for; they are its last */
    size_t *at;    /* [schema columns] column of the table, SIZE_MAX when it is not there */
    float **level; /* [schema columns] the table's values, or an array of their logarithms, or of
                         a time's features */
    bool **absent; /* [schema columns] [rows] was the value missing? NULL without indicator */
    size_t **text_first;    /* [schema columns] [rows + 1] where each row's ids start; of a column
                               that is no text NULL */
    size_t *unknown_tokens; /* [schema columns] */
    size_t *constant;       /* [schema columns] missing values that took the column's `fill` */
    size_t id, time;        /* columns of the table, SIZE_MAX for none */
    size_t weight;          /* column of the table with each row's weight, SIZE_MAX for none */
    double *class_weight;   /* [classes] in training; NULL: all 1 */
    enum part *file_part;   /* [table files] */
    bool targets;           /* the files have the targets */
    bool by_position;       /* columns were taken in the training order */

    struct series *series;
    size_t series_count, series_capacity;
    struct part_samples part[PART_COUNT];
    enum carry carry;
    size_t group;         /* tracks that run side by side; 0: nothing is cut */
    struct text warnings; /* lines */
};

/* The lines of the report on the parts. */
void report_parts(const struct dataset *dataset, struct text *to);

/* Note a line of warning for the report. */
void store_warn(struct dataset *dataset, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Where a sample starts, how long it is and where its series ends. */
struct sample {
    size_t row, length, end;
};
struct sample store_sample(const struct dataset *dataset, enum part part, size_t sample);

/* With a target per step: the steps that have one, which are all or the last ones. */
struct sample store_answered(const struct dataset *dataset, struct sample sample);

/* Rows of a sample: of its (first) target, and of its last input. */
size_t store_target_row(const struct dataset *dataset, struct sample sample);
size_t store_last_input(const struct dataset *dataset, struct sample sample);

/* Numbers that one target column gives a sample or a step, and columns that do. */
size_t store_horizon(const struct dataset *dataset);
size_t store_targets(const struct dataset *dataset);

/* ---- building, in this order ---------------------------------------------------------------- */

/* Read all files of a config: fills own schema (names, types, inputs, targets), table, at, id,
 * time, file_part. */
bool read_files(struct dataset *dataset, const struct data_request *request, struct error *err);

/* Read the file to predict on: the same, by the given schema. With data.pairs `targets` is the file of
 * its lines' targets, or NULL. */
bool read_input(struct dataset *dataset, const char *path, const char *targets, struct error *err);

/* Of that, once the source is open: start the table, and find where its columns come from; *from is
 * the caller's to free, also after a failure. */
bool match_input(struct dataset *dataset, const struct source *source, size_t **from,
                 struct error *err);

/* For both: note what each column of the schema is used for. */
bool note_uses(struct dataset *dataset, struct error *err);

/* For both: start the table with the schema's columns that are there by dataset->at, then id,
 * time and weight unless NULL, then what is to be kept of the file; note the part of the file that was read
 * last. */
bool start_table(struct dataset *dataset, const struct heading *heading, const char *id,
                 const char *time, const char *weight, struct error *err);
bool note_part(struct dataset *dataset, enum part part, struct error *err);

/* Cut the table into series. */
bool find_series(struct dataset *dataset, struct error *err);

/* Share out rows and samples among the parts. */
bool split_samples(struct dataset *dataset, const struct data_request *request, struct error *err);

/* The same of a file to predict on: all samples are of the training part. */
bool take_all_samples(struct dataset *dataset, struct error *err);

/* Add samples to a part: the windows of a series whose targets lie in rows first..end-1, rows
 * first..end-1 as samples, a series as a sequence. */
bool add_windows(struct dataset *dataset, enum part part, const struct series *series, size_t first,
                 size_t end, struct error *err);
bool add_rows(struct dataset *dataset, enum part part, size_t first, size_t end, struct error *err);
bool add_sequence(struct dataset *dataset, enum part part, const struct series *series,
                  struct error *err);
bool add_range(struct part_samples *part, size_t first, size_t end, struct error *err);
bool add_span(struct part_samples *part, struct span span, struct error *err);

/* Row that the first window of a series can start at, for the differences of its inputs and of its
 * targets, which are not to lie before row `first`. */
size_t first_window(const struct dataset *dataset, const struct series *series, size_t first);
/* Let the table know what to do about missing values of a schema column. */
bool set_missing(struct dataset *dataset, size_t k, struct error *err);

/* The part of a series from `row` (its first, or the end of the piece before) to the next hole that
 * rows left out have made, or to its end. */
struct series store_piece(const struct dataset *dataset, const struct series *series, size_t row);

/* The format of the texts of a table's column: as the options say, else the one that fits the
 * first `rows`; NULL is ISO 8601's, also where none fits. ERROR_DATA when two fit. */
bool find_time_format(const struct dataset *dataset, size_t at, size_t rows, const char **format,
                      struct error *err);
bool read_time(const struct dataset *dataset, size_t at, size_t row, const char *format,
               struct moment *moment, struct error *err);

/* The features of a schema column of times, [rows][its width]; of a new schema the format too. */
float *take_times(struct dataset *dataset, size_t k, struct error *err);

void report_times(const struct dataset *dataset, struct text *to);

/* The ids of a column of texts, one text after another; sets text_first. */
float *take_texts(struct dataset *dataset, size_t k, struct error *err);

/* Is the input a text? The ids of a row of a column of texts, and how many there are. */
static inline bool store_reads_texts(const struct dataset *dataset) {
    return dataset->schema->column[dataset->schema->input[0]].type == COLUMN_TEXT;
}
static inline const float *store_ids(const struct dataset *dataset, size_t k, size_t row) {
    return dataset->level[k] + dataset->text_first[k][row];
}
static inline size_t store_ids_count(const struct dataset *dataset, size_t k, size_t row) {
    return dataset->text_first[k][row + 1] - dataset->text_first[k][row];
}
void report_texts(const struct dataset *dataset, struct text *to);

/* Warn of times that go back within a series. */
void check_time_order(struct dataset *dataset);

/* In a file to predict on, is what data.future does not name there in all rows but the last, which
 * stand for what is known ahead? */
bool check_rows_ahead(const struct dataset *dataset, struct error *err);

/* Fill missing values, by the training part. */
bool fill_missing(struct dataset *dataset, struct error *err);
void report_missing(const struct dataset *dataset, struct text *to);

/* One row of a stream at a time, behind the row before it where `before` says that there is one: fill
 * what is missing of a column, number its category (*unknown counts those that are not known), take
 * its logarithm or its time's features. */
void fill_cell(struct dataset *dataset, size_t k, size_t row, bool before);
bool apply_category(struct dataset *dataset, size_t k, size_t row, size_t *unknown,
                    struct error *err);
bool number_categories(const struct schema_column *column, struct dictionary *exact,
                       struct error *err); /* before the first row: the column's own */
void warn_of_unknown(struct dataset *dataset, size_t k, size_t unknown);
bool take_logarithm(struct dataset *dataset, size_t k, size_t row, struct error *err);
bool take_time(struct dataset *dataset, size_t k, size_t row, struct error *err);

bool check_ids_of_row(const struct dataset *dataset, size_t ids, size_t row, struct error *err);

/* A data set for an input to predict on, from which nothing is read yet. */
struct dataset *dataset_start_input(const struct data_options *options, const struct schema *schema,
                                    const struct data_keep *keep, struct error *err);

/* Fill those of layout rows that take values of other steps, once it is known which step and feature
 * a column is; the others are filled before. */
bool fill_steps(struct dataset *dataset, struct error *err);

/* In layout rows a row may end before its last inputs (set while reading); filling does not change
 * that, and once steps have features each row gets its length. */
bool set_tails(struct dataset *dataset, struct error *err);
void clear_tails(struct dataset *dataset);
size_t store_row_steps(const struct dataset *dataset, size_t row);
bool set_row_lengths(struct dataset *dataset, struct error *err);

/* Put categories and classes in order, by the training part, and number the values by it. */
bool settle_categories(struct dataset *dataset, const struct data_request *request,
                       struct error *err);
bool apply_categories(struct dataset *dataset, struct error *err);

/* Replace the rows of each series by those that the windows after its end look back on, and `steps`
 * more, for now like its last one. */
bool extend_series(struct dataset *dataset, size_t steps, struct error *err);

/* Take logarithms, and fit scales on the training part. */
bool take_levels(struct dataset *dataset, struct error *err);
bool fit_scales(struct dataset *dataset, struct error *err);

/* How much each row of a target counts. */
bool find_weights(struct dataset *dataset, const struct data_weights *weights, struct error *err);
static inline bool store_weighted(const struct dataset *dataset) {
    return dataset->weight != SIZE_MAX || dataset->class_weight != NULL;
}
void gather_weights(const struct dataset *dataset, enum part part, struct sample sample,
                    struct batch *batch, size_t r);
void report_weights(const struct dataset *dataset, struct text *to);

/* Count the targets of each class in a part, on top of what count[classes] has. */
void count_classes(const struct dataset *dataset, enum part part, size_t *count);

/* The number that the model sees of a column at a row. */
static inline double store_value(const struct schema_column *column, const float *level,
                                 size_t row) {
    double x = level[row];
    if (column->difference > 0) x -= (double)level[row - column->difference];
    return (x - column->center) / column->spread;
}

/* Largest difference of the input or of the target columns. */
size_t store_difference(const struct schema *schema, const size_t *column, size_t count);

#endif
