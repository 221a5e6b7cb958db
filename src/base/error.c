#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What a user wrote goes to a terminal through here: nothing in it may steer the terminal. */
static void disarm(char *text) {
    for (char *p = text; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f) *p = '?';
}

static void finish(struct error *err, size_t used, const char *format, va_list args) {
    if (used < sizeof err->text)
        (void)vsnprintf(err->text + used, sizeof err->text - used, format, args);
    disarm(err->text);
}

bool error_set(struct error *err, enum error_kind kind, const char *format, ...) {
    va_list args;
    va_start(args, format);
    err->kind = kind;
    finish(err, 0, format, args);
    va_end(args);
    return false;
}

static int write_place(char *to, size_t size, struct place place) {
    if (place.line == 0) return snprintf(to, size, "%s: ", place.file);
    if (place.column == 0) return snprintf(to, size, "%s:%zu: ", place.file, place.line);
    return snprintf(to, size, "%s:%zu:%zu: ", place.file, place.line, place.column);
}

bool error_at(struct error *err, enum error_kind kind, struct place place, const char *format,
              ...) {
    err->kind = kind;
    int used = write_place(err->text, sizeof err->text, place);
    va_list args;
    va_start(args, format);
    finish(err, used > 0 ? (size_t)used : 0, format, args);
    va_end(args);
    return false;
}

bool error_errno(struct error *err, enum error_kind kind, const char *path, int code) {
    char reason[128];
    /* GNU strerror_r: thread-safe, may return a text of its own. */
    return error_set(err, kind, "%s: %s", path, strerror_r(code, reason, sizeof reason));
}
