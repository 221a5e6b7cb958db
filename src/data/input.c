#include "data/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"

enum { COMPRESSED_BLOCK = 1 << 16 };

struct input {
    const char *name;
    const char *bytes; /* what is left in memory; NULL: a file is read */
    int descriptor;
    bool sized;      /* a plain file, whose size is known */
    size_t left;     /* bytes of it still to come */
    bool compressed; /* the name ends in .gz */
    bool started;    /* the stream's state is there */
    bool between;    /* no member of the gzip file is open */
    bool first;      /* nothing has been decompressed yet */
    bool stopped;
    const struct input_wait *wait; /* NULL: reads are as long as they are asked to be */
    z_stream stream;
    unsigned char *block; /* compressed bytes to come */
};

static bool ends_in_gz(const char *path) {
    size_t length = strlen(path);
    return length > 3 && strcmp(path + length - 3, ".gz") == 0;
}

static bool look_at_file(struct input *input, struct error *err) {
    struct stat status;
    if (fstat(input->descriptor, &status) != 0)
        return error_errno(err, ERROR_DATA, input->name, errno);
    if (S_ISDIR(status.st_mode)) return error_errno(err, ERROR_DATA, input->name, EISDIR);
    input->sized = S_ISREG(status.st_mode);
    input->left = input->sized ? (size_t)status.st_size : SIZE_MAX;
    /* A file redirected to standard input may have been read in part before. */
    off_t at = input->sized ? lseek(input->descriptor, 0, SEEK_CUR) : 0;
    if (at > 0) input->left -= (size_t)at < input->left ? (size_t)at : input->left;
    return true;
}

static bool start(struct input *input, const char *path, struct error *err) {
    bool standard = strcmp(path, "-") == 0;
    input->name = standard ? "standard input" : path;
    input->descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (input->descriptor < 0) return error_errno(err, ERROR_DATA, path, errno);
    if (!look_at_file(input, err)) return false;
    input->compressed = !standard && ends_in_gz(path);
    if (!input->compressed) return true;
    input->between = input->first = true;
    input->block = memory_take(COMPRESSED_BLOCK, 1, "reading a file", err);
    if (input->block == NULL) return false;
    /* 15 + 16: the largest window, in gzip's wrapping alone. */
    if (inflateInit2(&input->stream, 15 + 16) != Z_OK)
        return error_set(err, ERROR_SYSTEM, "out of memory (decompressing %s)", path);
    input->started = true;
    return true;
}

struct input *input_open(const char *path, struct error *err) {
    struct input *input = memory_take(1, sizeof *input, "reading a file", err);
    if (input == NULL) return NULL;
    input->descriptor = -1;
    if (start(input, path, err)) return input;
    input_close(input);
    return NULL;
}

struct input *input_open_bytes(const char *name, const char *bytes, size_t length,
                               struct error *err) {
    struct input *input = memory_take(1, sizeof *input, "reading a file", err);
    if (input == NULL) return NULL;
    input->name = name;
    input->bytes = bytes;
    input->left = length;
    input->descriptor = -1;
    return input;
}

void input_close(struct input *input) {
    if (input == NULL) return;
    if (input->started) (void)inflateEnd(&input->stream);
    /* Nothing was written: a close that fails has lost nothing. */
    if (input->descriptor > STDIN_FILENO) (void)close(input->descriptor);
    free(input->block);
    free(input);
}

const char *input_name(const struct input *input) {
    return input->name;
}

size_t input_left(const struct input *input) {
    return input->bytes != NULL || (input->sized && !input->compressed) ? input->left : SIZE_MAX;
}

void input_follow(struct input *input, const struct input_wait *wait) {
    input->wait = wait;
}

bool input_stopped(const struct input *input) {
    return input->stopped;
}

/* What there is to be read, waiting for it if need be. */
static bool wait_for(struct input *input, size_t *size, struct error *err) {
    const struct input_wait *wait = input->wait;
    if (!wait->wait(wait->context, input->descriptor, &input->stopped, err)) return false;
    if (input->stopped) *size = 0;
    return true;
}

static bool read_plain(struct input *input, void *to, size_t size, size_t *got, struct error *err) {
    bool follow = input->wait != NULL && !input->compressed;
    *got = 0;
    if (size > input->left) size = input->left;
    if (follow && size > 0 && !wait_for(input, &size, err)) return false;
    while (*got < size && !(follow && *got > 0)) {
        ssize_t n = read(input->descriptor, (char *)to + *got, size - *got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return error_errno(err, ERROR_DATA, input->name, errno);
        if (n == 0 && input->sized)
            return error_set(err, ERROR_DATA, "%s: changed while being read: %zu bytes fewer",
                             input->name, input->left);
        if (n == 0) break;
        *got += (size_t)n;
        if (input->sized) input->left -= (size_t)n;
    }
    return true;
}

static void read_bytes(struct input *input, void *to, size_t size, size_t *got) {
    *got = size < input->left ? size : input->left;
    memcpy(to, input->bytes, *got);
    input->bytes += *got;
    input->left -= *got;
}

static bool refill(struct input *input, struct error *err) {
    size_t got;
    if (!read_plain(input, input->block, COMPRESSED_BLOCK, &got, err)) return false;
    input->stream.next_in = input->block;
    input->stream.avail_in = (uInt)got;
    return true;
}

/* zlib checks the CRC and the length that end each member. */
static bool inflate_some(struct input *input, struct error *err) {
    int status = inflate(&input->stream, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
        input->between = true;
        input->first = false;
        return inflateReset(&input->stream) == Z_OK ||
               error_set(err, ERROR_SYSTEM, "%s: cannot decompress", input->name);
    }
    if (status == Z_OK || status == Z_BUF_ERROR) {
        input->between = false;
        return true;
    }
    if (status == Z_MEM_ERROR)
        return error_set(err, ERROR_SYSTEM, "out of memory (decompressing %s)", input->name);
    if (input->between && !input->first)
        return error_set(err, ERROR_DATA, "%s: trailing bytes after the gzip data", input->name);
    return error_set(err, ERROR_DATA, "%s: not a sound gzip file: %s", input->name,
                     input->stream.msg != NULL ? input->stream.msg : "damaged");
}

static bool read_compressed(struct input *input, char *to, size_t size, size_t *got,
                            struct error *err) {
    z_stream *stream = &input->stream;
    *got = 0;
    while (*got < size) {
        if (stream->avail_in == 0 && !refill(input, err)) return false;
        if (stream->avail_in == 0) {
            if (input->between && !input->first) return true;
            return error_set(err, ERROR_DATA, "%s: the gzip data ends early", input->name);
        }
        size_t want = size - *got < (size_t)1 << 30 ? size - *got : (size_t)1 << 30;
        stream->next_out = (unsigned char *)to + *got;
        stream->avail_out = (uInt)want;
        if (!inflate_some(input, err)) return false;
        *got += want - stream->avail_out;
    }
    return true;
}

bool input_read(struct input *input, char *to, size_t size, size_t *got, struct error *err) {
    if (input->bytes != NULL) {
        read_bytes(input, to, size, got);
        return true;
    }
    return input->compressed ? read_compressed(input, to, size, got, err)
                             : read_plain(input, to, size, got, err);
}
