/* stream_state.h - what a stream goes on from, in a file.
 *
 * A gzip-compressed safetensors file (see safetensors.h). Its tensors, F32:
 *
 *     history              [rows][numbers]       of all sequences: the rows that those to come look back
 *                                                on, as read; 0 for what is missing
 *     missing              the same shape        1 there; left out when nothing is
 *     states/<part>        [sequences][numbers]  of each: what is carried (run/stepper.h)
 *
 * Its __metadata__: "format" ("1"), "kind" ("stream"), "program", "model" (the checkpoint's digest), and
 * "stream", JSON: {"header": "time,x\n", "rows": 120, "after_empty": false, "sequences": [{"id": "a",
 * "rows": 3, "hole": false}, ...]}, the sequence last heard of last; "header" is null when the columns
 * have no names. */
#ifndef FILES_STREAM_STATE_H
#define FILES_STREAM_STATE_H

#include "data/stream.h"
#include "files/json.h"
#include "files/safetensors.h"

enum { STREAM_STATE_FORMAT = 1 };

/* A part of what is carried of each sequence; the parts follow each other there. */
struct stream_part {
    const char *name;
    size_t numbers;
};
struct stream_parts {
    struct stream_part *item; /* borrowed */
    size_t count;
};

/* Replace the file at `path` at one instant. */
bool stream_state_save(struct stream *stream, const struct stream_parts *parts, const char *model,
                       const char *path, struct error *err);

/* An open one. */
struct stream_state {
    struct tensor_file file;
    struct json_document document;
    const char *path;   /* borrowed */
    const char *header; /* for stream_open; NULL: none */
};

/* Open a file for the model of that digest. Errors are ERROR_CHECKPOINT (a missing file too); then
 * nothing is left to close. */
bool stream_state_open(struct stream_state *state, const char *path, const char *model,
                       struct error *err);

/* Let a stream that was opened with its header go on from it; before the first row. Nothing in the
 * file is trusted. */
bool stream_state_restore(const struct stream_state *state, const struct stream_parts *parts,
                          struct stream *stream, struct error *err);

void stream_state_close(struct stream_state *state);

#endif
