#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Room for `more` bytes and the NUL behind them. */
static bool make_room(struct text *text, size_t more) {
    struct error ignored;
    size_t need;
    if (text->failed) return false;
    if (__builtin_add_overflow(text->length, more, &need) ||
        __builtin_add_overflow(need, (size_t)1, &need) ||
        !memory_grow(&text->bytes, &text->capacity, need, 1, "text", &ignored)) {
        text->failed = true;
        return false;
    }
    return true;
}

void text_add(struct text *text, const char *bytes) {
    text_add_bytes(text, bytes, strlen(bytes));
}

void text_add_bytes(struct text *text, const char *bytes, size_t length) {
    if (!make_room(text, length)) return;
    if (length > 0) memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_format(struct text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    text_format_list(text, format, arguments);
    va_end(arguments);
}

void text_format_list(struct text *text, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) text->failed = true;
    if (length >= 0 && make_room(text, (size_t)length)) {
        (void)vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_add_safe(struct text *text, const char *bytes) {
    for (const char *p = bytes; *p != '\0'; p++) {
        bool control = (unsigned char)*p < 0x20 || *p == 0x7f;
        text_add_bytes(text, control ? "?" : p, 1);
    }
}

void text_add_csv(struct text *text, const char *field) {
    if (strpbrk(field, ",\"\r\n") == NULL) {
        text_add(text, field);
        return;
    }
    text_add(text, "\"");
    for (const char *p = field; *p != '\0'; p++)
        text_add_bytes(text, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    text_add(text, "\"");
}

char *text_take(struct text *text, struct error *err) {
    if (!text->failed && text->bytes == NULL) (void)make_room(text, 0);
    if (text->failed) {
        (void)error_set(err, ERROR_SYSTEM, "out of memory (for a text)");
        text_free(text);
        return NULL;
    }
    char *bytes = text->bytes;
    bytes[text->length] = '\0';
    *text = (struct text){0};
    return bytes;
}

void text_free(struct text *text) {
    free(text->bytes);
    *text = (struct text){0};
}

/* ---- near misses ---- */

enum { LONGEST_WORD = 64 };

/* Case and the choice between - and _ are not what tells names apart. */
static char folded(char c) {
    if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
    return c == '-' ? '_' : c;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Optimal string alignment distance; both lengths are at most LONGEST_WORD. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    size_t row[3][LONGEST_WORD + 1];
    size_t *above2 = row[0], *above = row[1], *here = row[2];
    for (size_t j = 0; j <= b_length; j++) above[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        here[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            char x = folded(a[i - 1]), y = folded(b[j - 1]);
            here[j] = least(above[j - 1] + (x != y), least(above[j], here[j - 1]) + 1);
            if (i > 1 && j > 1 && x == folded(b[j - 2]) && y == folded(a[i - 2]))
                here[j] = least(here[j], above2[j - 2] + 1);
        }
        size_t *oldest = above2;
        above2 = above;
        above = here;
        here = oldest;
    }
    return above[b_length];
}

/* Slips grow with the word, but a word of two letters is near to everything. */
static size_t slips_allowed(size_t length) {
    if (length < 3) return 0;
    return length < 6 ? 1 : length < 12 ? 2 : 3;
}

const char *text_nearest(const char *word, const char *const *names, size_t count) {
    size_t length = strlen(word);
    const char *nearest = NULL;
    size_t best = slips_allowed(length) + 1;
    if (length > LONGEST_WORD) return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t name_length = strlen(names[i]);
        if (name_length > LONGEST_WORD) continue;
        size_t edits = distance(word, length, names[i], name_length);
        if (edits < best) {
            best = edits;
            nearest = names[i];
        }
    }
    return nearest;
}

/* ---- UTF-8 and patterns ---- */

/* Bytes of the well-formed sequence at `p` (Unicode 15, table 3-7), or 0. */
static size_t sequence_length(const unsigned char *p, size_t left) {
    unsigned char lead = p[0];
    if (lead < 0x80) return 1;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || left < length) return 0;
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    return length;
}

size_t text_utf8_fault(const char *bytes, size_t length) {
    size_t at = 0;
    while (at < length) {
        uint64_t eight;
        while (length - at >= sizeof eight) {
            memcpy(&eight, bytes + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) != 0) break;
            at += sizeof eight;
        }
        if (at == length) break;
        size_t step = sequence_length((const unsigned char *)bytes + at, length - at);
        if (step == 0) return at;
        at += step;
    }
    return length;
}

size_t text_width(const char *text) {
    size_t width = 0;
    for (; *text != '\0'; text++)
        if (((unsigned char)*text & 0xc0) != 0x80) width++;
    return width;
}

bool text_matches(const char *pattern, const char *text) {
    const char *star = NULL, *retry = NULL;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            retry = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            /* Only the last star needs to take more: an earlier one is matched already. */
            pattern = star + 1;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*') pattern++;
    return *pattern == '\0';
}

const char *text_plural(size_t count) {
    return count == 1 ? "" : "s";
}
