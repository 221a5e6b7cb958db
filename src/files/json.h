/* json.h - JSON in and out: a small strict reader (RFC 8259) and helpers that write.
 *
 * The reader takes UTF-8 without a byte order mark and refuses what programs read differently:
 * duplicate keys, lone surrogates, a NUL character, numbers outside double. */
#ifndef FILES_JSON_H
#define FILES_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum json_type {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
    JSON_NUMBERS, /* a long array, of numbers and nulls alone, whose elements are no values of their
                     own: json_list_next gives them */
};

/* A value. Everything belongs to its document. */
struct json {
    enum json_type type;
    double number;      /* NUMBER */
    const char *text;   /* STRING: its characters; NUMBER: as it was written; else NULL */
    const char *key;    /* the name of a member of an object; else NULL */
    size_t offset;      /* of the value's first byte, counted from 0 */
    size_t count;       /* ARRAY, OBJECT, NUMBERS: how many there are in it */
    struct json *first; /* the first of them, or NULL; NUMBERS: NULL */
    struct json *next;  /* the next in the same array or object, or NULL */
};

struct json_limits {
    size_t bytes; /* of the text */
    size_t depth; /* arrays and objects within each other; the reader recurses as deep */
    size_t nodes; /* values in all */
};

struct json_document {
    const struct json *root;
    struct json_block *blocks;
    char *strings;
};

/* Read a text that holds one value. On failure the document is empty and the error, of the given
 * kind, reads "name: JSON byte 17: found ..., expected ...", bytes counted from 1. */
bool json_read(struct json_document *document, const char *bytes, size_t length,
               const struct json_limits *limits, const char *name, enum error_kind kind,
               struct error *err);

void json_free(struct json_document *document);

/* The member of that name, or NULL when there is none or the value is no object. */
const struct json *json_member(const struct json *object, const char *key);

/* An array, short or long. */
bool json_is_list(const struct json *value);

/* Walk through an ARRAY, NUMBERS, or the members of an OBJECT; anything else, or NULL, has no elements. An
 * element may be kept by the walk, until the next call; NULL after the last. */
struct json_list {
    const struct json *node; /* the next, in an ARRAY */
    const char *text;        /* the next, in NUMBERS */
    size_t left;             /* in NUMBERS */
    struct json element;
};
struct json_list json_list_of(const struct json *list);
const struct json *json_list_next(struct json_list *list);

/* A number that is a whole one within 0..SIZE_MAX, written without point and exponent. */
bool json_count(const struct json *value, size_t *count);

/* Writing: a call adds one piece, and the comma before it where one is due:
 *     json_open(to, '{'); json_key(to, "epochs"); json_add_count(to, 5); json_close(to, '}');
 * Pieces after a newline start afresh (JSON lines). Bytes that are not UTF-8 become U+FFFD; a
 * number that is not finite becomes null. */
void json_open(struct text *to, char bracket);
void json_close(struct text *to, char bracket);
void json_key(struct text *to, const char *key);
void json_add_string(struct text *to, const char *value);
void json_add_number(struct text *to, double value); /* reads back to the same double */
void json_add_count(struct text *to, size_t value);
void json_add_bool(struct text *to, bool value);
void json_add_null(struct text *to);
void json_add_raw(struct text *to, const char *json); /* a whole value, as it is */

/* A member of an object: the key and its value in one. */
void json_put_string(struct text *to, const char *key, const char *value);
void json_put_number(struct text *to, const char *key, double value);
void json_put_count(struct text *to, const char *key, size_t value);
void json_put_bool(struct text *to, const char *key, bool value);
void json_put_raw(struct text *to, const char *key, const char *json);

#endif
