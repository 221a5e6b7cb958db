/* error.h - errors as values.
 *
 * A function that can fail returns false and fills one struct error; only the tools print it and
 * only main turns its kind into an exit code. The first error wins: there are no follow-ups. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/* What went wrong, and at once the exit code of a tool that ends by it. */
enum error_kind {
    ERROR_NONE = 0,
    ERROR_SYSTEM = 1,     /* cannot write, out of memory, a closed pipe */
    ERROR_CONFIG = 2,     /* usage or config */
    ERROR_DATA = 3,       /* a data file: missing, unreadable, malformed */
    ERROR_DIVERGED = 4,   /* a loss or gradient is not finite */
    ERROR_CHECKPOINT = 5, /* a checkpoint: missing or unusable */
    ERROR_GATE = 6,       /* a --fail-if expression is true */
};

/* A position in something a user wrote. Lines and columns count from 1; a line of 0 names the
 * file alone, and so does a column of 0 within its line. The file's name is borrowed. */
struct place {
    const char *file;
    size_t line;
    size_t column;
};

/* Messages are cut, never overrun: an error must not need memory. */
enum { ERROR_TEXT_SIZE = 2048 };

struct error {
    enum error_kind kind;
    char text[ERROR_TEXT_SIZE]; /* one line, without the program's name and without a newline */
};

/* Fill an error; always returns false, so that a caller can `return error_set(...)`. A newline or
 * another control byte in the text (a user's file name may hold one) is shown as '?'. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, with "file:line:column: " in front. */
bool error_at(struct error *err, enum error_kind kind, struct place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "path: strerror(code)" with a code that errno had; always returns false. */
bool error_errno(struct error *err, enum error_kind kind, const char *path, int code);

#endif
