#include "files/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Values come in blocks, so that pointers to them stay good while more are added. */
enum { BLOCK_VALUES = 128 };
struct json_block {
    struct json_block *next;
    size_t used;
    struct json value[BLOCK_VALUES];
};

struct reader {
    const char *bytes;
    size_t length, at;
    size_t depth, nodes, bare; /* nodes, and those that are no texts */
    const struct json_limits *limits;
    struct json_document *document;
    char *free; /* where the next string goes, in document->strings */
    const char *name;
    enum error_kind kind;
    struct error *err;
};

/* ---- errors ---------------------------------------------------------------------------------- */

static bool fail_at(struct reader *r, size_t at, const char *what) {
    return error_set(r->err, r->kind, "%s: JSON byte %zu: %s", r->name, at + 1, what);
}

static bool expected(struct reader *r, const char *what) {
    char message[128];
    unsigned char byte = r->at < r->length ? (unsigned char)r->bytes[r->at] : 0;
    if (r->at >= r->length)
        (void)snprintf(message, sizeof message, "found the end, expected %s", what);
    else if (byte > 0x20 && byte < 0x7f)
        (void)snprintf(message, sizeof message, "found '%c', expected %s", byte, what);
    else
        (void)snprintf(message, sizeof message, "found byte 0x%02X, expected %s", byte, what);
    return fail_at(r, r->at, message);
}

static bool too_many(struct reader *r, const char *what, size_t limit) {
    char message[128];
    (void)snprintf(message, sizeof message, "%s than %zu", what, limit);
    return fail_at(r, r->at, message);
}

/* ---- small pieces ---------------------------------------------------------------------------- */

static bool at_byte(const struct reader *r, char byte) {
    return r->at < r->length && r->bytes[r->at] == byte;
}

static bool take_byte(struct reader *r, char byte) {
    if (!at_byte(r, byte)) return false;
    r->at++;
    return true;
}

static void skip_space(struct reader *r) {
    while (r->at < r->length && memchr(" \t\n\r", r->bytes[r->at], 4) != NULL) r->at++;
}

static size_t skip_digits(struct reader *r) {
    size_t start = r->at;
    while (r->at < r->length && r->bytes[r->at] >= '0' && r->bytes[r->at] <= '9') r->at++;
    return r->at - start;
}

static struct json *new_value(struct reader *r) {
    if (++r->nodes > r->limits->nodes) {
        (void)too_many(r, "more values", r->limits->nodes);
        return NULL;
    }
    struct json_block *block = r->document->blocks;
    if (block == NULL || block->used == BLOCK_VALUES) {
        block = memory_take(1, sizeof *block, "JSON", r->err);
        if (block == NULL) return NULL;
        block->next = r->document->blocks;
        r->document->blocks = block;
    }
    return &block->value[block->used++];
}

/* ---- strings --------------------------------------------------------------------------------- */

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool read_hex(struct reader *r, unsigned *code) {
    *code = 0;
    for (int i = 0; i < 4; i++) {
        int digit = r->at < r->length ? hex_digit(r->bytes[r->at]) : -1;
        if (digit < 0) return expected(r, "four hexadecimal digits");
        *code = *code * 16 + (unsigned)digit;
        r->at++;
    }
    return true;
}

/* At most as many bytes as the escape that stood for it. */
static void put_utf8(struct reader *r, unsigned code) {
    char *to = r->free;
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    if (code >= 0x80) *to++ = (char)(0x80 | (code & 0x3F));
    r->free = to;
}

static bool read_code_point(struct reader *r) {
    size_t start = r->at - 2;
    unsigned code, low;
    if (!read_hex(r, &code)) return false;
    if (code == 0) return fail_at(r, start, "a NUL character in a string");
    if (code >= 0xD800 && code < 0xE000) {
        if (code >= 0xDC00 || !take_byte(r, '\\') || !take_byte(r, 'u'))
            return fail_at(r, start, "half of a surrogate pair");
        if (!read_hex(r, &low)) return false;
        if (low < 0xDC00 || low >= 0xE000) return fail_at(r, start, "half of a surrogate pair");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    put_utf8(r, code);
    return true;
}

static bool read_escape(struct reader *r) {
    static const char letters[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
    if (take_byte(r, 'u')) return read_code_point(r);
    const char *found = r->at < r->length ? memchr(letters, r->bytes[r->at], 8) : NULL;
    if (found == NULL) return expected(r, "an escape such as \\n or \\u0041");
    *r->free++ = meaning[found - letters];
    r->at++;
    return true;
}

/* A string's characters, NUL-terminated, or NULL with an error. */
static const char *read_string(struct reader *r) {
    const char *start = r->free;
    r->at++;
    while (!at_byte(r, '"')) {
        if (r->at >= r->length || (unsigned char)r->bytes[r->at] < 0x20) {
            (void)expected(r, "the string's end");
            return NULL;
        }
        if (!take_byte(r, '\\'))
            *r->free++ = r->bytes[r->at++];
        else if (!read_escape(r))
            return NULL;
    }
    r->at++;
    *r->free++ = '\0';
    return start;
}

static bool read_into(struct reader *r, struct json *value);

/* ---- long lists of numbers ------------------------------------------------------------------- */

/* Elements that are values of their own before a list is taken for long. A file of a few bytes for
 * each number is to take no more than a few for it here, too. */
enum { SHORT_LIST = 64 };

static bool starts_number(const struct reader *r) {
    return at_byte(r, '-') ||
           (r->at < r->length && r->bytes[r->at] >= '0' && r->bytes[r->at] <= '9');
}

static bool is_long_list(const struct json *list) {
    if (list->count != SHORT_LIST) return false;
    for (const struct json *v = list->first; v != NULL; v = v->next)
        if (v->type != JSON_NUMBER && v->type != JSON_NULL) return false;
    return true;
}

/* What is left of the list after a comma. Its texts follow those of the first elements, each with a NUL
 * behind it, a null as an empty one. */
static bool read_long_list(struct reader *r, struct json *list, const char *first) {
    struct json ignored = {0};
    do {
        skip_space(r);
        if (!starts_number(r) && !at_byte(r, 'n')) return expected(r, "a number, as before");
        if (!read_into(r, &ignored)) return false;
        list->count++;
        skip_space(r);
    } while (take_byte(r, ','));
    list->type = JSON_NUMBERS;
    list->text = first;
    list->first = NULL;
    return true;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool read_number(struct reader *r, struct json *value) {
    size_t start = r->at;
    (void)take_byte(r, '-');
    if (!take_byte(r, '0') && skip_digits(r) == 0) return expected(r, "a digit");
    if (take_byte(r, '.') && skip_digits(r) == 0) return expected(r, "a digit");
    if (take_byte(r, 'e') || take_byte(r, 'E')) {
        if (!take_byte(r, '+')) (void)take_byte(r, '-');
        if (skip_digits(r) == 0) return expected(r, "a digit");
    }
    value->type = JSON_NUMBER;
    if (!text_parse_real(r->bytes + start, r->at - start, &value->number))
        return fail_at(r, start, "a number too large for double");
    /* A separator or the end follows, so there is room for the NUL. */
    memcpy(r->free, r->bytes + start, r->at - start);
    value->text = r->free;
    r->free += r->at - start;
    *r->free++ = '\0';
    return true;
}

static bool read_word(struct reader *r, const char *word) {
    size_t length = strlen(word);
    if (r->length - r->at < length || memcmp(r->bytes + r->at, word, length) != 0) return false;
    r->at += length;
    return true;
}

static int by_key(const void *a, const void *b) {
    const struct json *x = *(const struct json *const *)a, *y = *(const struct json *const *)b;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

/* Sorted, so that a hostile object of a million keys costs no million squared. */
static bool check_keys(struct reader *r, const struct json *object) {
    if (object->count < 2) return true;
    const struct json **sorted = memory_take(object->count, sizeof *sorted, "JSON", r->err);
    if (sorted == NULL) return false;
    size_t count = 0;
    for (const struct json *v = object->first; v != NULL; v = v->next) sorted[count++] = v;
    qsort(sorted, count, sizeof *sorted, by_key);
    bool ok = true;
    for (size_t i = 1; i < count && ok; i++)
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0)
            ok = error_set(r->err, r->kind, "%s: JSON byte %zu: duplicate key \"%s\"", r->name,
                           sorted[i]->offset + 1, sorted[i]->key);
    free(sorted);
    return ok;
}

static const char *read_key(struct reader *r) {
    if (!at_byte(r, '"')) {
        (void)expected(r, "a key in double quotes");
        return NULL;
    }
    const char *key = read_string(r);
    if (key == NULL) return NULL;
    skip_space(r);
    if (!take_byte(r, ':')) {
        (void)expected(r, "':'");
        return NULL;
    }
    skip_space(r);
    return key;
}

static struct json *read_value(struct reader *r);

static struct json *read_element(struct reader *r, bool keyed) {
    skip_space(r);
    const char *key = NULL;
    if (keyed && (key = read_key(r)) == NULL) return NULL;
    struct json *value = read_value(r);
    if (value != NULL) value->key = key;
    return value;
}

static bool read_elements(struct reader *r, struct json *value, bool keyed) {
    char end = keyed ? '}' : ']';
    struct json **last = &value->first;
    const char *texts = r->free;
    bool more;
    r->at++;
    skip_space(r);
    if (take_byte(r, end)) return true;
    do {
        *last = read_element(r, keyed);
        if (*last == NULL) return false;
        last = &(*last)->next;
        value->count++;
        skip_space(r);
        more = take_byte(r, ',');
        if (more && !keyed && is_long_list(value)) {
            if (!read_long_list(r, value, texts)) return false;
            more = false;
        }
    } while (more);
    if (!take_byte(r, end)) return expected(r, keyed ? "',' or '}'" : "',' or ']'");
    return !keyed || check_keys(r, value);
}

static bool read_container(struct reader *r, struct json *value) {
    bool keyed = at_byte(r, '{');
    value->type = keyed ? JSON_OBJECT : JSON_ARRAY;
    if (r->depth == r->limits->depth) return too_many(r, "nested deeper", r->limits->depth);
    r->depth++;
    bool ok = read_elements(r, value, keyed);
    r->depth--;
    return ok;
}

static bool read_into(struct reader *r, struct json *value) {
    if (at_byte(r, '{') || at_byte(r, '[')) return read_container(r, value);
    if (at_byte(r, '"')) {
        value->type = JSON_STRING;
        value->text = read_string(r);
        return value->text != NULL;
    }
    if (read_word(r, "null")) {
        *r->free++ = '\0'; /* in a list of numbers it is an empty text */
        return true;
    }
    if (read_word(r, "true")) {
        value->type = JSON_TRUE;
        return true;
    }
    if (read_word(r, "false")) {
        value->type = JSON_FALSE;
        return true;
    }
    if (!starts_number(r)) return expected(r, "a value");
    return read_number(r, value);
}

/* Of lists, words and single numbers there are so many in our files; a few bytes each could ask for much. */
static bool count_bare(struct reader *r) {
    size_t most = 40000 + r->length / 16;
    return at_byte(r, '"') || r->bare++ < most || too_many(r, "more values", most);
}

static struct json *read_value(struct reader *r) {
    struct json *value = count_bare(r) ? new_value(r) : NULL;
    if (value == NULL) return NULL;
    value->offset = r->at;
    return read_into(r, value) ? value : NULL;
}

static bool read_document(struct reader *r) {
    if (r->length > r->limits->bytes)
        return error_set(r->err, r->kind, "%s: JSON larger than %zu bytes", r->name,
                         r->limits->bytes);
    size_t fault = text_utf8_fault(r->bytes, r->length);
    if (fault < r->length) return fail_at(r, fault, "invalid UTF-8");
    r->document->strings = memory_take(r->length + 1, 1, "JSON", r->err);
    if (r->document->strings == NULL) return false;
    r->free = r->document->strings;
    skip_space(r);
    r->document->root = read_value(r);
    if (r->document->root == NULL) return false;
    skip_space(r);
    return r->at == r->length || expected(r, "the end");
}

bool json_read(struct json_document *document, const char *bytes, size_t length,
               const struct json_limits *limits, const char *name, enum error_kind kind,
               struct error *err) {
    *document = (struct json_document){0};
    struct reader r = {.bytes = bytes,
                       .length = length,
                       .limits = limits,
                       .document = document,
                       .name = name,
                       .kind = kind,
                       .err = err};
    if (read_document(&r)) return true;
    json_free(document);
    return false;
}

void json_free(struct json_document *document) {
    for (struct json_block *block = document->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(document->strings);
    *document = (struct json_document){0};
}

const struct json *json_member(const struct json *object, const char *key) {
    if (object == NULL || object->type != JSON_OBJECT) return NULL;
    const struct json *value = object->first;
    while (value != NULL && strcmp(value->key, key) != 0) value = value->next;
    return value;
}

bool json_is_list(const struct json *value) {
    return value != NULL && (value->type == JSON_ARRAY || value->type == JSON_NUMBERS);
}

struct json_list json_list_of(const struct json *list) {
    struct json_list walk = {0};
    if (list != NULL) walk.node = list->first;
    if (list != NULL && list->type == JSON_NUMBERS) {
        walk.text = list->text;
        walk.left = list->count;
    }
    return walk;
}

const struct json *json_list_next(struct json_list *list) {
    const struct json *node = list->node;
    if (node != NULL) {
        list->node = node->next;
        return node;
    }
    if (list->left == 0) return NULL;
    list->left--;
    size_t length = strlen(list->text);
    list->element = (struct json){.type = length > 0 ? JSON_NUMBER : JSON_NULL, .text = list->text};
    (void)text_parse_real(list->text, length, &list->element.number);
    list->text += length + 1;
    return &list->element;
}

bool json_count(const struct json *value, size_t *count) {
    return value != NULL && value->type == JSON_NUMBER &&
           text_parse_count(value->text, strlen(value->text), count);
}
