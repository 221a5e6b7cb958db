#include <math.h>
#include <string.h>

#include "files/json.h"

/* A comma is due after anything but an opening bracket, a colon and the start of a line; strings
 * end in a quote, so the last byte tells. */
static void separate(struct text *to) {
    if (to->length == 0) return;
    if (strchr("{[:\n", to->bytes[to->length - 1]) == NULL) text_add(to, ",");
}

void json_open(struct text *to, char bracket) {
    separate(to);
    text_add_bytes(to, &bracket, 1);
}

void json_close(struct text *to, char bracket) {
    text_add_bytes(to, &bracket, 1);
}

static void add_escape(struct text *to, unsigned char byte) {
    static const char letter[] = "btn?fr"; /* for the bytes 8..13; 11 has none */
    if (byte == '"' || byte == '\\')
        text_format(to, "\\%c", byte);
    else if (byte >= 8 && byte <= 13 && byte != 11)
        text_format(to, "\\%c", letter[byte - 8]);
    else
        text_format(to, "\\u%04x", byte);
}

static bool needs_escape(unsigned char byte) {
    return byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7f;
}

static void add_valid(struct text *to, const char *bytes, size_t length) {
    size_t start = 0;
    for (size_t i = 0; i < length; i++) {
        if (!needs_escape((unsigned char)bytes[i])) continue;
        text_add_bytes(to, bytes + start, i - start);
        add_escape(to, (unsigned char)bytes[i]);
        start = i + 1;
    }
    text_add_bytes(to, bytes + start, length - start);
}

static void add_quoted(struct text *to, const char *value) {
    size_t left = strlen(value);
    text_add(to, "\"");
    for (;;) {
        size_t valid = text_utf8_fault(value, left);
        add_valid(to, value, valid);
        if (valid == left) break;
        text_add(to, "\xEF\xBF\xBD");
        value += valid + 1;
        left -= valid + 1;
    }
    text_add(to, "\"");
}

void json_key(struct text *to, const char *key) {
    separate(to);
    add_quoted(to, key);
    text_add(to, ":");
}

void json_add_string(struct text *to, const char *value) {
    separate(to);
    add_quoted(to, value);
}

void json_add_number(struct text *to, double value) {
    char digits[32];
    separate(to);
    text_add(to, isfinite(value) ? text_double(value, digits) : "null");
}

void json_add_count(struct text *to, size_t value) {
    separate(to);
    text_format(to, "%zu", value);
}

void json_add_bool(struct text *to, bool value) {
    separate(to);
    text_add(to, value ? "true" : "false");
}

void json_add_null(struct text *to) {
    separate(to);
    text_add(to, "null");
}

void json_add_raw(struct text *to, const char *json) {
    separate(to);
    text_add(to, json);
}

void json_put_string(struct text *to, const char *key, const char *value) {
    json_key(to, key);
    json_add_string(to, value);
}

void json_put_number(struct text *to, const char *key, double value) {
    json_key(to, key);
    json_add_number(to, value);
}

void json_put_count(struct text *to, const char *key, size_t value) {
    json_key(to, key);
    json_add_count(to, value);
}

void json_put_bool(struct text *to, const char *key, bool value) {
    json_key(to, key);
    json_add_bool(to, value);
}

void json_put_raw(struct text *to, const char *key, const char *json) {
    json_key(to, key);
    json_add_raw(to, json);
}
