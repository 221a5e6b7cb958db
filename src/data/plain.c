#include "data/plain.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/input.h"

static bool read_all(struct input *input, char **bytes, size_t *length, struct error *err) {
    enum { BLOCK = 1 << 16 };
    size_t capacity = 0, got = BLOCK;
    *length = 0;
    while (got == BLOCK) {
        if (!memory_grow(bytes, &capacity, *length + BLOCK + 1, 1, "a text", err) ||
            !input_read(input, *bytes + *length, BLOCK, &got, err))
            return false;
        *length += got;
    }
    (*bytes)[*length] = '\0';
    return true;
}

static size_t line_of(const char *bytes, size_t at) {
    size_t line = 1;
    for (size_t i = 0; i < at; i++) line += bytes[i] == '\n';
    return line;
}

static bool check_bytes(const char *name, const char *bytes, size_t length, struct error *err) {
    size_t fault = text_utf8_fault(bytes, length), nul = strlen(bytes);
    size_t at = fault < nul ? fault : nul;
    if (at == length) return true;
    return error_at(err, ERROR_DATA, (struct place){name, line_of(bytes, at), 0},
                    fault < nul ? "byte 0x%02x is not part of UTF-8; a text is read as UTF-8"
                                : "a NUL byte (0x%02x), which no text has",
                    (unsigned)(unsigned char)bytes[at]);
}

/* Without a byte order mark, and with lines that end in LF. */
static void clean(char *bytes, size_t length) {
    size_t to = 0, from = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (; from < length; from++)
        if (bytes[from] != '\r' || bytes[from + 1] != '\n') bytes[to++] = bytes[from];
    bytes[to] = '\0';
}

char *plain_read(const char *path, struct error *err) {
    struct input *input = input_open(path, err);
    char *bytes = NULL;
    size_t length;
    if (input == NULL) return NULL;
    bool ok =
        read_all(input, &bytes, &length, err) && check_bytes(input_name(input), bytes, length, err);
    if (ok) clean(bytes, length);
    input_close(input);
    if (ok) return bytes;
    free(bytes);
    return NULL;
}
