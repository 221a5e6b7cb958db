/* safetensors.h - named arrays and texts in one file: safetensors, plain or compressed with gzip.
 *
 *     8 bytes      N, length of the header, little-endian
 *     N bytes      the header, JSON, padded at its end with spaces:
 *                  {"__metadata__": {"key": "text", ...},
 *                   "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...}
 *     the rest     the tensors, little-endian, C order; offsets count from here, and the tensors
 *                  cover all of it without overlap or hole
 *
 * Nothing in a file is trusted: sizes are checked before memory is taken. */
#ifndef FILES_SAFETENSORS_H
#define FILES_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { TENSOR_RANK_MOST = 4 };

enum tensor_type { TENSOR_F32, TENSOR_F64, TENSOR_I32, TENSOR_TYPES };

struct tensor {
    char *name;
    enum tensor_type type;
    size_t rank; /* 0: a single number */
    size_t shape[TENSOR_RANK_MOST];
    size_t count;         /* of elements */
    const float *values;  /* F32; else NULL */
    const void *elements; /* of any type, in this machine's byte order; not aligned for F64 */
};

struct tensor_metadata {
    char *key, *value;
};

/* A file's content. Start with {0}; names, keys and values are its own, as are the elements of a
 * file that was read; those of one to be written are borrowed until it is. */
struct tensor_file {
    struct tensor_metadata *metadata; /* in order */
    size_t metadata_count;
    struct tensor *tensor; /* in the header's order */
    size_t tensors;
    size_t metadata_capacity, tensor_capacity;
    void *block;
};

/* What a reader takes. */
enum tensor_accept { TENSOR_ACCEPT_F32, TENSOR_ACCEPT_ALL };

/* Longest header that is read, in bytes. A vocabulary is in it. */
#define TENSOR_HEADER_MOST ((size_t)16 << 20)

/* Read a file, compressed or plain as its first bytes say. Errors are ERROR_CHECKPOINT, "path:
 * ..."; the file is then empty. */
bool tensor_file_read(struct tensor_file *file, const char *path, enum tensor_accept accept,
                      struct error *err);

/* The same from bytes in memory, with a name for messages. */
bool tensor_file_parse(struct tensor_file *file, const void *bytes, size_t length, const char *name,
                       enum tensor_accept accept, struct error *err);

/* NULL when there is none of that name. */
const struct tensor *tensor_file_find(const struct tensor_file *file, const char *name);
const char *tensor_file_metadata(const struct tensor_file *file, const char *key);

/* Has it that shape? "PATH: tensor 'x': expected [2, 3], the file has [3, 2]", ERROR_CHECKPOINT. */
bool tensor_check_shape(const char *path, const struct tensor *tensor, size_t rank,
                        const size_t *shape, struct error *err);

/* Element `i` as a number, whatever its type. */
double tensor_value(const struct tensor *tensor, size_t i);

/* Build a file to write. `values` are borrowed; the rest is copied. */
bool tensor_file_add(struct tensor_file *file, const char *name, size_t rank, const size_t *shape,
                     const float *values, struct error *err);
bool tensor_file_add_metadata(struct tensor_file *file, const char *key, const char *value,
                              struct error *err);

/* Write it in place of `path` (see atomic.h), compressed with `level` 0..9, or plain with
 * TENSOR_PLAIN. Equal content gives equal bytes. A value that is not finite is refused. All tensors
 * must be F32. */
enum { TENSOR_PLAIN = -1 };
bool tensor_file_write(const struct tensor_file *file, const char *path, int level,
                       struct error *err);

/* Can the header of such a file be read again, should it grow by `spare` bytes? ERROR_CONFIG with its
 * length. */
bool tensor_file_fits(const struct tensor_file *file, size_t spare, struct error *err);

void tensor_file_free(struct tensor_file *file);

#endif
