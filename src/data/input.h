/* input.h - the bytes of a data file: plain, gzip-compressed, standard input or from memory. */
#ifndef DATA_INPUT_H
#define DATA_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct input;

/* Open `path`; "-" is standard input, and a name that ends in .gz is decompressed as it is read.
 * The path is borrowed. NULL with an ERROR_DATA when it cannot be opened. */
struct input *input_open(const char *path, struct error *err);

/* The same for bytes that are in memory already, under that name; both are borrowed. */
struct input *input_open_bytes(const char *name, const char *bytes, size_t length,
                               struct error *err);

/* Who is asked before each look at a file that is still being written, such as a pipe: waits until
 * there is something to read, or sets *stop, when nothing more is to be read. False with an error
 * ends the reading. */
struct input_wait {
    bool (*wait)(void *context, int descriptor, bool *stop, struct error *err);
    void *context;
};

/* From now on give what has come as soon as it has come: a read gives fewer bytes than it was asked
 * for whenever there are no more yet, and none at the end only. `wait` is borrowed. A compressed file
 * is read as before. */
void input_follow(struct input *input, const struct input_wait *wait);

/* Has `wait` said to stop? */
bool input_stopped(const struct input *input);

/* Read up to `size` bytes into `to`; *got is less than `size` at the end only. A plain file is read
 * up to its size at opening; one that has become shorter is an error, and so is a gzip stream that
 * is cut, damaged, or followed by other bytes. */
bool input_read(struct input *input, char *to, size_t size, size_t *got, struct error *err);

/* Bytes still to come, or SIZE_MAX where that is not known. */
size_t input_left(const struct input *input);

/* The path or name, or "standard input". */
const char *input_name(const struct input *input);

void input_close(struct input *input); /* NULL is allowed */

#endif
