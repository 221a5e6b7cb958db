/* sealed_file.h - for fuzz targets: a gzip-compressed safetensors file whose lengths and checksum are
 * right, whatever it says, so that what lies behind those is reached. */
#ifndef TESTS_FUZZ_SEALED_FILE_H
#define TESTS_FUZZ_SEALED_FILE_H

#include <zlib.h>

#include "fuzz.h"

static inline void must(bool good, const struct error *err) {
    if (!good) (void)fprintf(stderr, "%s\n", err->text);
    HOLDS(good);
}

static inline void put_little(struct text *to, uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) text_add_bytes(to, &(char){(char)(value >> 8 * i)}, 1);
}

/* A gzip stream of blocks that are stored as they are. */
static inline void seal(const char *bytes, size_t length, struct text *to) {
    enum { MOST = 65535 };
    const unsigned char *plain = (const unsigned char *)bytes;
    text_add_bytes(to, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    for (size_t at = 0; at <= length; at += MOST) {
        size_t some = length - at < MOST ? length - at : MOST;
        put_little(to, length - at < MOST, 1);
        put_little(to, some, 2);
        put_little(to, ~some, 2);
        text_add_bytes(to, bytes + at, some);
    }
    put_little(to, crc32(0, plain, (uInt)length), 4);
    put_little(to, length, 4);
}

/* The next part; the last one may end without a NUL. */
static inline const char *take_part(const char **at, const char *end) {
    const char *part = *at;
    size_t length = strlen(part);
    *at += length < (size_t)(end - part) ? length + 1 : length;
    return part;
}

/* A file without a name: a header, then the tensors' bytes. Its path. */
static inline const char *sealed_file(int slot, const char *header, const char *tensors,
                                      size_t length) {
    struct text plain = {0}, file = {0};
    put_little(&plain, strlen(header), 8);
    text_add(&plain, header);
    text_add_bytes(&plain, tensors, length);
    HOLDS(!plain.failed);
    seal(plain.bytes, plain.length, &file);
    HOLDS(!file.failed);
    const char *path = fuzz_file(slot, file.bytes, file.length);
    text_free(&plain);
    text_free(&file);
    return path;
}

#endif
