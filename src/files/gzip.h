/* gzip.h - gzip streams (RFC 1952), written and read strictly.
 *
 * The reader demands one member, its end, its CRC-32 and its length, and nothing after it. It gives
 * bytes only as they are asked for, so that a small file cannot take more memory than its reader
 * has agreed to. */
#ifndef FILES_GZIP_H
#define FILES_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

#include "base/error.h"

/* ---- writing --------------------------------------------------------------------------------- */

/* Where compressed bytes go. */
typedef bool gzip_sink(void *context, const void *bytes, size_t length, struct error *err);

/* Small enough for the stack of a thread where stacks are limited. */
enum { GZIP_CHUNK = 1 << 14 };

struct gzip_writer {
    z_stream stream;
    gzip_sink *sink;
    void *context;
    unsigned char out[GZIP_CHUNK];
};

/* Start with a level of 0..9. No name and no time go in, so that equal input gives equal bytes. */
bool gzip_begin(struct gzip_writer *writer, int level, gzip_sink *sink, void *context,
                struct error *err);
bool gzip_write(struct gzip_writer *writer, const void *bytes, size_t length, struct error *err);

/* Write what is left when `ok`; in any case free what begin took. Returns ok or false. */
bool gzip_end(struct gzip_writer *writer, bool ok, struct error *err);

/* ---- reading --------------------------------------------------------------------------------- */

struct gzip_reader {
    z_stream stream;
    const unsigned char *next; /* stored bytes that the stream has not been given yet */
    size_t left;
    const char *name;
    bool ended;
};

/* Read from bytes in memory, which are borrowed, as is the name for messages ("name: truncated").
 * Errors are ERROR_CHECKPOINT. */
bool gunzip_begin(struct gzip_reader *reader, const void *bytes, size_t length, const char *name,
                  struct error *err);

/* Up to `length` bytes; *got is less only where the stream ends, whole or cut off. */
bool gunzip_read(struct gzip_reader *reader, void *to, size_t length, size_t *got,
                 struct error *err);

/* True when the stream ends here, with the CRC and length right, and the file with it. */
bool gunzip_finish(struct gzip_reader *reader, struct error *err);

void gunzip_end(struct gzip_reader *reader);

/* The most bytes that `stored` ones can hold: deflate cannot do better than 1032 to 1. */
size_t gunzip_most(size_t stored);

#endif
