#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "files/atomic.h"
#include "files/gzip.h"
#include "files/json.h"
#include "files/safetensors.h"

static void add_metadata(struct text *header, const struct tensor_file *file) {
    json_key(header, "__metadata__");
    json_open(header, '{');
    for (size_t i = 0; i < file->metadata_count; i++) {
        json_key(header, file->metadata[i].key);
        json_add_string(header, file->metadata[i].value);
    }
    json_close(header, '}');
}

static void add_tensor(struct text *header, const struct tensor *tensor, size_t *offset) {
    json_key(header, tensor->name);
    json_open(header, '{');
    json_put_string(header, "dtype", "F32");
    json_key(header, "shape");
    json_open(header, '[');
    for (size_t i = 0; i < tensor->rank; i++) json_add_count(header, tensor->shape[i]);
    json_close(header, ']');
    json_key(header, "data_offsets");
    json_open(header, '[');
    json_add_count(header, *offset);
    *offset += tensor->count * sizeof(float);
    json_add_count(header, *offset);
    json_close(header, ']');
    json_close(header, '}');
}

/* The header with its length before it. */
static char *make_header(const struct tensor_file *file, size_t *length, struct error *err) {
    struct text header = {0};
    size_t offset = 0;
    text_add(&header, "       \n"); /* room for the length; after a newline no comma is due */
    json_open(&header, '{');
    if (file->metadata_count > 0) add_metadata(&header, file);
    for (size_t i = 0; i < file->tensors; i++) add_tensor(&header, &file->tensor[i], &offset);
    json_close(&header, '}');
    while (header.length % 8 != 0 && !header.failed) text_add(&header, " ");
    *length = header.length;
    char *bytes = text_take(&header, err);
    if (bytes == NULL) return NULL;
    for (size_t i = 0, left = *length - 8; i < 8; i++, left >>= 8) bytes[i] = (char)(left & 0xFF);
    return bytes;
}

bool tensor_file_fits(const struct tensor_file *file, size_t spare, struct error *err) {
    size_t length;
    char *header = make_header(file, &length, err);
    if (header == NULL) return false;
    free(header);
    if (length + spare <= TENSOR_HEADER_MOST) return true;
    return error_set(err, ERROR_CONFIG,
                     "the checkpoint's header would take %zu bytes, and at most %zu are read again",
                     length + spare, TENSOR_HEADER_MOST);
}

static bool to_file(void *context, const void *bytes, size_t length, struct error *err) {
    return atomic_write(context, bytes, length, err);
}

static bool to_gzip(void *context, const void *bytes, size_t length, struct error *err) {
    return gzip_write(context, bytes, length, err);
}

/* The same code on a machine of either byte order. */
static bool put_values(const struct tensor *tensor, gzip_sink *sink, void *context,
                       struct error *err) {
    enum { SOME = 1024 };
    unsigned char out[SOME * 4];
    for (size_t i = 0; i < tensor->count;) {
        size_t n = 0;
        for (; n < SOME && i < tensor->count; n++, i++) {
            uint32_t bits;
            memcpy(&bits, &tensor->values[i], 4);
            for (int b = 0; b < 4; b++) out[4 * n + (size_t)b] = (unsigned char)(bits >> 8 * b);
        }
        if (!sink(context, out, 4 * n, err)) return false;
    }
    return true;
}

static bool put_content(const struct tensor_file *file, gzip_sink *sink, void *context,
                        struct error *err) {
    size_t length;
    char *header = make_header(file, &length, err);
    bool ok = header != NULL && sink(context, header, length, err);
    free(header);
    for (size_t i = 0; i < file->tensors && ok; i++)
        ok = put_values(&file->tensor[i], sink, context, err);
    return ok;
}

static bool put_compressed(const struct tensor_file *file, struct atomic_file *to, int level,
                           struct error *err) {
    struct gzip_writer writer;
    if (!gzip_begin(&writer, level, to_file, to, err)) return false;
    bool ok = put_content(file, to_gzip, &writer, err);
    return gzip_end(&writer, ok, err);
}

static bool check_finite(const struct tensor_file *file, const char *path, struct error *err) {
    for (size_t i = 0; i < file->tensors; i++) {
        const struct tensor *tensor = &file->tensor[i];
        size_t bad = 0;
        for (size_t e = 0; e < tensor->count; e++) bad += isfinite(tensor->values[e]) ? 0 : 1;
        if (bad > 0)
            return error_set(err, ERROR_SYSTEM,
                             "cannot write %s: tensor \"%s\" has %zu non-finite %s", path,
                             tensor->name, bad, bad == 1 ? "value" : "values");
    }
    return true;
}

bool tensor_file_write(const struct tensor_file *file, const char *path, int level,
                       struct error *err) {
    struct atomic_file to;
    if (!check_finite(file, path, err) || !atomic_begin(&to, path, err)) return false;
    bool ok = level == TENSOR_PLAIN ? put_content(file, to_file, &to, err)
                                    : put_compressed(file, &to, level, err);
    if (ok) return atomic_commit(&to, err);
    atomic_abort(&to);
    return false;
}
