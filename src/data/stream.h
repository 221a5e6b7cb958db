/* stream.h - an input to predict on whose rows are taken as they come, without an end to wait for.
 *
 * Each row becomes the last of a sample: itself (layout rows, and sequences, whose steps before are
 * in what the caller carries on) or, with those before it, a window. What is kept of a sequence are
 * the few rows that its next ones look back on; all memory is taken at the start or when a sequence is
 * met for the first time. */
#ifndef DATA_STREAM_H
#define DATA_STREAM_H

#include "data/dataset.h"
#include "data/input.h"
#include "data/sequences.h"

struct stream_settings {
    const struct data_keep *keep; /* as for dataset_open_input */
    const struct input_wait *wait;
    const char *header; /* of the stream that this one goes on from, as stream_header gave it; NULL:
                           it begins */
    size_t sequences;   /* most that are kept at once */
};

struct stream;

/* Can rows of such data be taken as they come? ERROR_CONFIG that says why not. *steps: each is fed by
 * itself, as the next step of its sequence; else samples come whole. */
bool stream_check(const struct data_options *options, const struct schema *schema, bool *steps,
                  struct error *err);

/* Open `path` ("-" is standard input) as soon as its first line has come; errors as those of
 * dataset_open_input. All is borrowed. */
bool stream_open(struct stream **stream, const struct data_options *options,
                 const struct schema *schema, const char *path,
                 const struct stream_settings *settings, struct error *err);
void stream_close(struct stream *stream); /* NULL is allowed */

/* The data set of one sample, number 0 of PART_TRAIN: the one that ends with the present row. Its row
 * is stream_row. */
struct dataset *stream_dataset(struct stream *stream);
size_t stream_row(const struct stream *stream);

/* Did the input begin with a header of its own? The line of the header that its columns are named by,
 * NULL when they have no names. */
bool stream_headed(const struct stream *stream);
const char *stream_header(const struct stream *stream);

/* Let `numbers` more be carried of each sequence; before the first row. The model's first layer takes
 * ids below `ids`, 0 when it takes none. */
void stream_carry(struct stream *stream, size_t numbers, size_t ids);

/* Take the next row. */
enum stream_event {
    STREAM_SAMPLE, /* it ends a sample */
    STREAM_EARLY,  /* it ends none: its sequence has not enough rows yet, or it is left out */
    STREAM_END,
};
bool stream_next(struct stream *stream, enum stream_event *event, struct error *err);

/* Sequences that were given up, since there were too many. */
size_t stream_given_up(const struct stream *stream);

/* What is carried of the present row's sequence. */
float *stream_carried(struct stream *stream);

/* Let what was unknown be among dataset_notes. */
void stream_note(struct stream *stream);

/* ---- what a stream that goes on must know ----------------------------------------------------- */

/* All sequences, up to date, from the one that was not heard of for longest; numbers of a row of
 * their histories, and most rows. */
struct sequences *stream_sequences(struct stream *stream);
size_t stream_width(const struct stream *stream);
size_t stream_history(const struct stream *stream);

/* Rows so far, without those left out; did an empty line end them? */
struct stream_position {
    size_t rows;
    bool after_empty;
};
struct stream_position stream_position(const struct stream *stream);
void stream_go_on(struct stream *stream, struct stream_position position);

/* Are these rows of a history, [rows][width], such as this stream could have? ERROR_CHECKPOINT. */
bool stream_check_history(const struct stream *stream, const float *history, size_t rows,
                          struct error *err);

#endif
