#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/gzip.h"
#include "files/json.h"
#include "files/safetensors.h"
#include "files/whole.h"

#define METADATA "__metadata__"

static const struct {
    const char *name;
    size_t size;
} types[] = {[TENSOR_F32] = {"F32", 4}, [TENSOR_F64] = {"F64", 8}, [TENSOR_I32] = {"I32", 4}};
_Static_assert(sizeof types / sizeof *types == TENSOR_TYPES, "a row for each tensor_type");

struct reader {
    const char *name;
    const unsigned char *bytes; /* the stored file */
    size_t length, at;
    bool compressed;
    struct gzip_reader gzip;
    enum tensor_accept accept;
    struct tensor_file *file;
    size_t *begin; /* data offset of each tensor */
    size_t begins;
    size_t header, data; /* bytes of each */
    struct error *err;
};

#define FAIL(reader, ...) error_set((reader)->err, ERROR_CHECKPOINT, __VA_ARGS__)

/* ---- the stored bytes ------------------------------------------------------------------------ */

static bool not_ours(struct reader *r) {
    return FAIL(r, "%s: not a rnntrain checkpoint (neither gzip nor safetensors)", r->name);
}

/* All of `length` bytes; `before` of them have been read already, of a whole that is known so far.
 */
static bool read_exactly(struct reader *r, void *to, size_t length, size_t before) {
    size_t got = r->length - r->at < length ? r->length - r->at : length;
    if (r->compressed) {
        if (!gunzip_read(&r->gzip, to, length, &got, r->err)) return false;
    } else if (got > 0) {
        memcpy(to, r->bytes + r->at, got);
        r->at += got;
    }
    return got == length ||
           FAIL(r, "%s: truncated: have %zu of %zu bytes", r->name, before + got, before + length);
}

static bool finish(struct reader *r) {
    if (r->compressed) return gunzip_finish(&r->gzip, r->err);
    size_t left = r->length - r->at;
    return left == 0 || FAIL(r, "%s: trailing data: %zu bytes after the tensors", r->name, left);
}

/* Can the stored bytes hold the sizes that are known by now? */
static bool check_size(struct reader *r) {
    size_t whole;
    if (__builtin_add_overflow(r->data, r->header + 8, &whole))
        return FAIL(r, "%s: shape overflow", r->name);
    if (r->compressed && whole > gunzip_most(r->length))
        return FAIL(r,
                    "%s: decompression bomb or truncated: the header promises %zu bytes, which "
                    "%zu stored ones cannot hold",
                    r->name, whole, r->length);
    if (!r->compressed && whole > r->length)
        return FAIL(r, "%s: truncated: have %zu of %zu bytes", r->name, r->length, whole);
    return true;
}

/* ---- the header ------------------------------------------------------------------------------ */

static bool read_type(struct reader *r, struct tensor *tensor, const struct json *dtype) {
    if (dtype == NULL || dtype->type != JSON_STRING)
        return FAIL(r, "%s: tensor \"%s\" has no dtype", r->name, tensor->name);
    size_t most = r->accept == TENSOR_ACCEPT_ALL ? TENSOR_TYPES : TENSOR_F32 + 1;
    for (size_t t = 0; t < most; t++) {
        tensor->type = (enum tensor_type)t;
        if (strcmp(dtype->text, types[t].name) == 0) return true;
    }
    return FAIL(r, "%s: tensor \"%s\" has dtype %s; expected F32%s", r->name, tensor->name,
                dtype->text, most > 1 ? ", F64 or I32" : "");
}

static bool read_shape(struct reader *r, struct tensor *tensor, const struct json *shape) {
    if (shape == NULL || shape->type != JSON_ARRAY || shape->count > TENSOR_RANK_MOST)
        return FAIL(r, "%s: tensor \"%s\": invalid shape; expected at most %d extents", r->name,
                    tensor->name, TENSOR_RANK_MOST);
    tensor->count = 1;
    for (const struct json *e = shape->first; e != NULL; e = e->next) {
        size_t *extent = &tensor->shape[tensor->rank++];
        if (!json_count(e, extent) || *extent == 0)
            return FAIL(r,
                        "%s: tensor \"%s\": invalid shape; extent %zu is not a whole number >= 1",
                        r->name, tensor->name, tensor->rank);
        if (__builtin_mul_overflow(tensor->count, *extent, &tensor->count))
            return FAIL(r, "%s: tensor \"%s\": shape overflow", r->name, tensor->name);
    }
    return true;
}

static bool read_offsets(struct reader *r, const struct tensor *tensor,
                         const struct json *offsets) {
    size_t begin, end, size;
    if (offsets == NULL || offsets->type != JSON_ARRAY || offsets->count != 2 ||
        !json_count(offsets->first, &begin) || !json_count(offsets->first->next, &end) ||
        end < begin)
        return FAIL(r, "%s: tensor \"%s\": invalid offsets; expected [begin, end]", r->name,
                    tensor->name);
    if (__builtin_mul_overflow(tensor->count, types[tensor->type].size, &size))
        return FAIL(r, "%s: tensor \"%s\": shape overflow", r->name, tensor->name);
    if (end - begin != size)
        return FAIL(r, "%s: tensor \"%s\": invalid offsets; its shape takes %zu bytes, not %zu",
                    r->name, tensor->name, size, end - begin);
    r->begin[r->begins++] = begin;
    return true;
}

static bool read_entry(struct reader *r, const struct json *entry) {
    struct tensor *tensor = &r->file->tensor[r->file->tensors];
    *tensor = (struct tensor){.name = memory_text(entry->key, r->err)};
    if (tensor->name == NULL) return false;
    r->file->tensors++;
    if (entry->type != JSON_OBJECT || entry->count != 3)
        return FAIL(r, "%s: tensor \"%s\": expected dtype, shape and data_offsets", r->name,
                    tensor->name);
    return read_type(r, tensor, json_member(entry, "dtype")) &&
           read_shape(r, tensor, json_member(entry, "shape")) &&
           read_offsets(r, tensor, json_member(entry, "data_offsets"));
}

static bool read_metadata(struct reader *r, const struct json *metadata) {
    if (metadata->type != JSON_OBJECT) return FAIL(r, "%s: " METADATA " is not an object", r->name);
    for (const struct json *v = metadata->first; v != NULL; v = v->next) {
        if (v->type != JSON_STRING)
            return FAIL(r, "%s: " METADATA ": \"%s\" is not a string", r->name, v->key);
        if (!tensor_file_add_metadata(r->file, v->key, v->text, r->err)) return false;
    }
    return true;
}

/* `root` is an object: the header begins with a brace. */
static bool read_entries(struct reader *r, const struct json *root) {
    r->file->tensor = memory_take(root->count, sizeof *r->file->tensor, "tensors", r->err);
    r->begin = memory_take(root->count, sizeof *r->begin, "tensors", r->err);
    if (r->file->tensor == NULL || r->begin == NULL) return false;
    r->file->tensor_capacity = root->count;
    for (const struct json *v = root->first; v != NULL; v = v->next)
        if (!(strcmp(v->key, METADATA) == 0 ? read_metadata(r, v) : read_entry(r, v))) return false;
    return true;
}

struct span {
    size_t begin, end;
    const char *name;
};

static int by_begin(const void *a, const void *b) {
    const struct span *x = a, *y = b;
    if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* Laid end to end in the order of their offsets, the tensors leave no hole and do not overlap. */
static bool check_spans(struct reader *r, struct span *span) {
    for (size_t i = 0; i < r->file->tensors; i++) {
        const struct tensor *tensor = &r->file->tensor[i];
        span[i].begin = r->begin[i];
        span[i].end = r->begin[i] + tensor->count * types[tensor->type].size;
        span[i].name = tensor->name;
    }
    qsort(span, r->file->tensors, sizeof *span, by_begin);
    r->data = 0;
    for (size_t i = 0; i < r->file->tensors; i++) {
        if (span[i].begin != r->data)
            return FAIL(r, "%s: tensor \"%s\": invalid offsets; it begins at %zu, expected %zu",
                        r->name, span[i].name, span[i].begin, r->data);
        r->data = span[i].end;
    }
    return true;
}

static bool check_layout(struct reader *r) {
    struct span *span = memory_take(r->file->tensors, sizeof *span, "tensors", r->err);
    if (span == NULL) return false;
    bool ok = check_spans(r, span);
    free(span);
    return ok;
}

static bool parse_header(struct reader *r, const char *header) {
    static const struct json_limits limits = {TENSOR_HEADER_MOST, 8, (size_t)1 << 17};
    struct json_document document;
    if (header[0] != '{') return not_ours(r);
    if (!json_read(&document, header, r->header, &limits, r->name, ERROR_CHECKPOINT, r->err))
        return false;
    bool ok = read_entries(r, document.root) && check_layout(r);
    json_free(&document);
    return ok;
}

static bool read_header(struct reader *r) {
    unsigned char prefix[8] = {0};
    if (!read_exactly(r, prefix, sizeof prefix, 0)) return false;
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--) length = length << 8 | prefix[i];
    if (length < 2 || length > TENSOR_HEADER_MOST)
        return FAIL(r,
                    "%s: not a rnntrain checkpoint: header field too large or small (%llu bytes, "
                    "expected 2..%zu)",
                    r->name, (unsigned long long)length, TENSOR_HEADER_MOST);
    r->header = (size_t)length;
    if (!check_size(r)) return false;
    char *header = memory_take(r->header, 1, "a file's header", r->err);
    if (header == NULL) return false;
    bool ok = read_exactly(r, header, r->header, sizeof prefix) && parse_header(r, header);
    free(header);
    return ok;
}

/* ---- the data -------------------------------------------------------------------------------- */

static void to_native_order(unsigned char *bytes, size_t count, size_t size) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (size_t i = 0; i < count; i++, bytes += size)
        for (size_t b = 0; b < size / 2; b++) {
            unsigned char byte = bytes[b];
            bytes[b] = bytes[size - 1 - b];
            bytes[size - 1 - b] = byte;
        }
#else
    (void)bytes, (void)count, (void)size;
#endif
}

static bool check_finite(struct reader *r, const struct tensor *tensor) {
    size_t bad = 0;
    for (size_t i = 0; i < tensor->count; i++) bad += isfinite(tensor->values[i]) ? 0 : 1;
    return bad == 0 || FAIL(r, "%s: tensor \"%s\" has %zu non-finite %s", r->name, tensor->name,
                            bad, bad == 1 ? "value" : "values");
}

/* Sizes are multiples of 4 and there are no holes, so every float is aligned. */
static bool place_tensors(struct reader *r) {
    unsigned char *block = r->file->block;
    for (size_t i = 0; i < r->file->tensors; i++) {
        struct tensor *tensor = &r->file->tensor[i];
        to_native_order(block + r->begin[i], tensor->count, types[tensor->type].size);
        tensor->elements = block + r->begin[i];
        if (tensor->type != TENSOR_F32) continue;
        tensor->values = tensor->elements;
        if (r->accept == TENSOR_ACCEPT_F32 && !check_finite(r, tensor)) return false;
    }
    return true;
}

static bool read_data(struct reader *r) {
    if (!check_size(r)) return false;
    r->file->block = memory_take(r->data, 1, "tensors", r->err);
    return r->file->block != NULL && read_exactly(r, r->file->block, r->data, r->header + 8) &&
           finish(r) && place_tensors(r);
}

static bool open_stream(struct reader *r) {
    r->compressed = r->length >= 2 && r->bytes[0] == 0x1F && r->bytes[1] == 0x8B;
    if (r->compressed) return gunzip_begin(&r->gzip, r->bytes, r->length, r->name, r->err);
    return (r->length > 8 && r->bytes[8] == '{') || not_ours(r);
}

bool tensor_file_parse(struct tensor_file *file, const void *bytes, size_t length, const char *name,
                       enum tensor_accept accept, struct error *err) {
    *file = (struct tensor_file){0};
    struct reader r = {
        .name = name, .bytes = bytes, .length = length, .accept = accept, .file = file, .err = err};
    if (!open_stream(&r)) return false;
    bool ok = read_header(&r) && read_data(&r);
    if (r.compressed) gunzip_end(&r.gzip);
    free(r.begin);
    if (!ok) tensor_file_free(file);
    return ok;
}

bool tensor_file_read(struct tensor_file *file, const char *path, enum tensor_accept accept,
                      struct error *err) {
    size_t length;
    *file = (struct tensor_file){0};
    char *bytes = whole_read(path, &length, ERROR_CHECKPOINT, err);
    if (bytes == NULL) return false;
    bool ok = tensor_file_parse(file, bytes, length, path, accept, err);
    free(bytes);
    return ok;
}
