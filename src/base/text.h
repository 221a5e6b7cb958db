/* text.h - texts that grow, strict numbers, near misses. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A text that grows. Start with {0}; after a failed addition `failed` stays true and every later
 * addition does nothing, so that only the end needs a check (text_take). */
struct text {
    char *bytes; /* NUL-terminated once anything was added; NULL before */
    size_t length;
    size_t capacity;
    bool failed; /* no memory */
};

void text_add(struct text *text, const char *bytes);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_format_list(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Add what came from a file, for a person to read: control bytes become '?', so that nothing in it
 * steers a terminal or breaks a line. */
void text_add_safe(struct text *text, const char *bytes);

/* Add a field of CSV: in quotes where RFC 4180 asks for them. */
void text_add_csv(struct text *text, const char *field);

/* The bytes, now the caller's to free, or NULL with an error; the text is empty afterwards. An
 * empty text gives "". */
char *text_take(struct text *text, struct error *err);
void text_free(struct text *text);

/* The number as the shortest of %.9g that reads back to the same float. The caller's buffer. */
const char *text_number(double value, char to[static 32]);

/* Likewise for a double: shortest of %.15g, %.16g, %.17g that reads back to the same. */
const char *text_double(double value, char to[static 32]);

/* "s" where there is not just one: ("%zu row%s", rows, text_plural(rows)). */
const char *text_plural(size_t count);

/* Strict decimal numbers: the whole of bytes[0..length) or false. No hex, no inf or nan, no
 * white space, no digit separators. `text_parse_real` takes [+-]digits[.digits][e[+-]digits], with
 * at least one digit before the exponent; overflow gives false, underflow 0. Exactly rounded, in
 * any locale. */
bool text_parse_real(const char *bytes, size_t length, double *value);
bool text_parse_count(const char *bytes, size_t length, size_t *value);

/* The one of `names` (count of them) nearest to `word` by edit distance (a swap of neighbours is one
 * edit), or NULL when none is near enough to be a slip of the finger. */
const char *text_nearest(const char *word, const char *const *names, size_t count);

/* Offset of the first byte that is not part of valid UTF-8 (no overlong forms, no surrogates), or
 * `length` when all is valid. */
size_t text_utf8_fault(const char *bytes, size_t length);

/* Terminal columns that a valid UTF-8 text takes, counting each code point as one. */
size_t text_width(const char *text);

/* Does `text` match a shell-like pattern, in which * is any run of bytes? */
bool text_matches(const char *pattern, const char *text);

#endif
