#include "files/gzip.h"

#include <stdint.h>
#include <string.h>

/* zlib's way to ask for gzip's header and trailer instead of its own. */
enum { GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };

static uInt piece(size_t length) {
    return length < (1U << 30) ? (uInt)length : 1U << 30;
}

/* ---- writing --------------------------------------------------------------------------------- */

bool gzip_begin(struct gzip_writer *writer, int level, gzip_sink *sink, void *context,
                struct error *err) {
    memset(&writer->stream, 0, sizeof writer->stream);
    writer->sink = sink;
    writer->context = context;
    if (deflateInit2(&writer->stream, level, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return error_set(err, ERROR_SYSTEM, "out of memory (needed for compression)");
    return true;
}

/* Deflate what the stream has been given, all of it, into the sink. */
static bool deflate_all(struct gzip_writer *writer, int flush, struct error *err) {
    do {
        writer->stream.next_out = writer->out;
        writer->stream.avail_out = GZIP_CHUNK;
        if (deflate(&writer->stream, flush) == Z_STREAM_ERROR)
            return error_set(err, ERROR_SYSTEM, "compression failed");
        size_t length = GZIP_CHUNK - writer->stream.avail_out;
        if (length > 0 && !writer->sink(writer->context, writer->out, length, err)) return false;
    } while (writer->stream.avail_out == 0);
    return true;
}

bool gzip_write(struct gzip_writer *writer, const void *bytes, size_t length, struct error *err) {
    const unsigned char *next = bytes;
    while (length > 0) {
        uInt some = piece(length);
        writer->stream.next_in = (z_const Bytef *)next;
        writer->stream.avail_in = some;
        if (!deflate_all(writer, Z_NO_FLUSH, err)) return false;
        next += some;
        length -= some;
    }
    return true;
}

bool gzip_end(struct gzip_writer *writer, bool ok, struct error *err) {
    writer->stream.avail_in = 0;
    ok = ok && deflate_all(writer, Z_FINISH, err);
    (void)deflateEnd(&writer->stream);
    return ok;
}

/* ---- reading --------------------------------------------------------------------------------- */

bool gunzip_begin(struct gzip_reader *reader, const void *bytes, size_t length, const char *name,
                  struct error *err) {
    *reader = (struct gzip_reader){.next = bytes, .left = length, .name = name};
    if (inflateInit2(&reader->stream, GZIP_WINDOW) != Z_OK)
        return error_set(err, ERROR_SYSTEM, "out of memory (needed for decompression)");
    return true;
}

static void feed(struct gzip_reader *reader) {
    if (reader->stream.avail_in > 0) return;
    uInt some = piece(reader->left);
    reader->stream.next_in = (z_const Bytef *)reader->next;
    reader->stream.avail_in = some;
    reader->next += some;
    reader->left -= some;
}

static bool damaged(const struct gzip_reader *reader, int code, struct error *err) {
    if (code == Z_MEM_ERROR)
        return error_set(err, ERROR_SYSTEM, "out of memory (needed for decompression)");
    const char *reason = reader->stream.msg;
    return error_set(err, ERROR_CHECKPOINT, "%s: damaged: %s", reader->name,
                     reason != NULL ? reason : "not a gzip stream");
}

bool gunzip_read(struct gzip_reader *reader, void *to, size_t length, size_t *got,
                 struct error *err) {
    unsigned char *next = to;
    *got = 0;
    while (*got < length && !reader->ended) {
        feed(reader);
        uInt room = piece(length - *got);
        reader->stream.next_out = next + *got;
        reader->stream.avail_out = room;
        int code = inflate(&reader->stream, Z_NO_FLUSH);
        *got += room - reader->stream.avail_out;
        reader->ended = code == Z_STREAM_END;
        if (code == Z_BUF_ERROR) break; /* it wants more than there is */
        if (code != Z_OK && code != Z_STREAM_END) return damaged(reader, code, err);
    }
    return true;
}

bool gunzip_finish(struct gzip_reader *reader, struct error *err) {
    unsigned char more;
    size_t got;
    if (!gunzip_read(reader, &more, 1, &got, err)) return false;
    if (got > 0)
        return error_set(err, ERROR_CHECKPOINT,
                         "%s: decompression bomb: it holds more than its header promises",
                         reader->name);
    if (!reader->ended)
        return error_set(err, ERROR_CHECKPOINT, "%s: truncated: the end of the gzip stream is cut",
                         reader->name);
    size_t trailing = reader->stream.avail_in + reader->left;
    if (trailing > 0)
        return error_set(err, ERROR_CHECKPOINT,
                         "%s: trailing data: %zu bytes after the gzip stream", reader->name,
                         trailing);
    return true;
}

void gunzip_end(struct gzip_reader *reader) {
    (void)inflateEnd(&reader->stream);
}

size_t gunzip_most(size_t stored) {
    size_t most;
    return __builtin_mul_overflow(stored, 1032, &most) ||
                   __builtin_add_overflow(most, (size_t)64 << 10, &most)
               ? SIZE_MAX
               : most;
}
