/* fuzz.h - what the fuzz targets share. A target is a function of bytes; libFuzzer calls it (make
 * fuzz), or replay.c with the inputs that are kept (make check). */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* What must hold, whatever the bytes are. */
#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                  \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* An error is a documented kind and one line. */
static inline void fuzz_error(const struct error *err) {
    HOLDS(err->kind >= ERROR_SYSTEM && err->kind <= ERROR_CHECKPOINT);
    HOLDS(err->text[0] != '\0' && strchr(err->text, '\n') == NULL);
}

/* The bytes with a NUL after them, in a block of exactly that size, for a sanitizer to watch. */
static inline char *fuzz_text(const uint8_t *bytes, size_t length) {
    char *text = malloc(length + 1);
    HOLDS(text != NULL);
    if (length > 0) memcpy(text, bytes, length);
    text[length] = '\0';
    return text;
}

/* A file without a name that holds the bytes; its path. One for each `slot`, made anew each time. */
static inline const char *fuzz_file(int slot, const void *bytes, size_t length) {
    static int fd[3];
    static char path[3][40];
    if (fd[slot] == 0) {
        fd[slot] = memfd_create("fuzz", MFD_CLOEXEC);
        HOLDS(fd[slot] > 0);
        (void)snprintf(path[slot], sizeof path[slot], "/proc/self/fd/%d", fd[slot]);
    }
    HOLDS(ftruncate(fd[slot], 0) == 0);
    HOLDS(pwrite(fd[slot], bytes, length, 0) == (ssize_t)length);
    return path[slot];
}

#endif
