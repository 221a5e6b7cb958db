/* csv_oracle.h - a second reader of CSV, as plain as can be: the whole file in memory, one byte after
 * another, every field copied. What it takes and refuses, the program's reader must take and refuse,
 * in the same line. */
#ifndef TESTS_CSV_ORACLE_H
#define TESTS_CSV_ORACLE_H

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct oracle {
    const unsigned char *bytes;
    size_t length, at;
    size_t line;      /* of what comes next */
    size_t fault;     /* line of the first fault, 0 for none */
    size_t fault_end; /* last line that it may be said to be in */
    char delimiter;
    int quote, comment; /* -1: none */
    /* the record read last */
    char **field;
    bool *quoted;
    size_t fields, capacity;
    size_t record_line;
    bool is_comment;
};

static inline int oracle_byte(const struct oracle *o, size_t ahead) {
    return o->at + ahead < o->length ? o->bytes[o->at + ahead] : -1;
}

static inline bool oracle_blank(const struct oracle *o, int c) {
    if (o->delimiter == ' ') return c == ' ' || c == '\t';
    return (c == ' ' || c == '\t') && c != o->delimiter;
}

static inline bool oracle_delimits(const struct oracle *o, int c) {
    return c == o->delimiter || (o->delimiter == ' ' && c == '\t');
}

static inline bool oracle_line_end(int c) {
    return c == -1 || c == '\n' || c == '\r';
}

static inline void oracle_pass_line_end(struct oracle *o) {
    if (oracle_byte(o, 0) == '\r' && oracle_byte(o, 1) == '\n') o->at++;
    if (oracle_byte(o, 0) != -1) o->at++;
    o->line++;
}

static inline void oracle_add(struct oracle *o, const char *text, size_t length, bool quoted) {
    if (o->fields == o->capacity) {
        o->capacity = 2 * o->capacity + 8;
        o->field = realloc(o->field, o->capacity * sizeof *o->field);
        o->quoted = realloc(o->quoted, o->capacity * sizeof *o->quoted);
    }
    o->field[o->fields] = malloc(length + 1);
    memcpy(o->field[o->fields], text, length);
    o->field[o->fields][length] = '\0';
    o->quoted[o->fields++] = quoted;
}

static inline void oracle_drop(struct oracle *o) {
    while (o->fields > 0) free(o->field[--o->fields]);
}

static inline bool oracle_refuse(struct oracle *o, size_t line) {
    if (o->fault == 0) o->fault = o->fault_end = line;
    return false;
}

/* Behind the opening quote. */
static inline bool oracle_quoted(struct oracle *o) {
    size_t opened = o->line, raw = 0, length = 0, nul = 0, lines = 0;
    char *text = malloc(o->length - o->at + 1);
    bool closed = false;
    while (!closed && oracle_byte(o, 0) != -1) {
        int c = oracle_byte(o, 0);
        if (c == o->quote && oracle_byte(o, 1) != o->quote) {
            closed = true;
            break;
        }
        if (c == 0 && nul == 0) nul = opened + lines;
        /* A line ends at LF, and at a CR that no LF follows. */
        lines += c == '\n' || (c == '\r' && oracle_byte(o, 1) != '\n');
        text[length++] = (char)c;
        raw += c == o->quote ? 2 : 1;
        o->at += c == o->quote ? 2 : 1;
    }
    if (!closed || raw > 65536) {
        free(text);
        return oracle_refuse(o, opened);
    }
    o->at++;
    if (nul == 0) oracle_add(o, text, length, true);
    free(text);
    if (nul != 0) return oracle_refuse(o, nul);
    o->line += lines;
    if (o->delimiter != ' ')
        while (oracle_blank(o, oracle_byte(o, 0))) o->at++;
    int c = oracle_byte(o, 0);
    return oracle_line_end(c) || oracle_delimits(o, c) || oracle_refuse(o, o->line);
}

static inline bool oracle_bare(struct oracle *o) {
    size_t first = o->at;
    int c;
    while (c = oracle_byte(o, 0), !oracle_line_end(c) && !oracle_delimits(o, c)) {
        if (c == 0 || c == o->quote) return oracle_refuse(o, o->line);
        o->at++;
    }
    size_t length = o->at - first;
    if (length > 65536) return oracle_refuse(o, o->line);
    while (length > 0 && oracle_blank(o, o->bytes[first + length - 1])) length--;
    oracle_add(o, (const char *)o->bytes + first, length, false);
    return true;
}

/* A record or a comment; false at the end and at a fault. */
static inline bool oracle_record(struct oracle *o) {
    oracle_drop(o);
    if (o->at >= o->length) return false;
    o->record_line = o->line;
    while (oracle_blank(o, oracle_byte(o, 0))) o->at++;
    o->is_comment = oracle_byte(o, 0) == o->comment && o->comment != -1;
    if (o->is_comment) {
        while (!oracle_line_end(oracle_byte(o, 0))) o->at++;
        oracle_pass_line_end(o);
        return true;
    }
    for (;;) {
        while (oracle_blank(o, oracle_byte(o, 0))) o->at++;
        int c = oracle_byte(o, 0);
        if (o->delimiter == ' ' && o->fields > 0 && oracle_line_end(c)) break;
        if (c != -1 && c == o->quote) {
            o->at++;
            if (!oracle_quoted(o)) return false;
        } else if (!oracle_bare(o)) {
            return false;
        }
        if (!oracle_delimits(o, oracle_byte(o, 0))) break;
        o->at++;
    }
    oracle_pass_line_end(o);
    return true;
}

static inline bool oracle_is_empty(const struct oracle *o) {
    return o->fields == 1 && o->field[0][0] == '\0' && !o->quoted[0];
}

/* The next record that is neither comment nor empty line; an empty line between two is a fault.
 * `started`: one was read before. */
static inline bool oracle_next(struct oracle *o, bool started) {
    size_t empty = 0;
    while (oracle_record(o)) {
        if (o->is_comment) continue;
        if (!oracle_is_empty(o)) return empty == 0 || oracle_refuse(o, empty);
        if (started && empty == 0) empty = o->record_line;
    }
    return false;
}

static inline void oracle_free(struct oracle *o) {
    oracle_drop(o);
    free(o->field);
    free(o->quoted);
}

/* ---- numbers --------------------------------------------------------------------------------- */

enum oracle_cell { CELL_NUMBER, CELL_MISSING, CELL_BAD };

static inline size_t oracle_digits(const char *p) {
    return strspn(p, "0123456789");
}

/* The length of a plain number at the start of a text, 0 for none. */
static inline size_t oracle_plain(const char *text, char point) {
    const char *p = text + (*text == '-' || *text == '+');
    size_t before = oracle_digits(p), after = 0;
    p += before;
    if (*p == point) {
        after = oracle_digits(p + 1);
        p += 1 + after;
    }
    if (before + after == 0) return 0;
    if (*p == 'e' || *p == 'E') {
        const char *digits = p + 1 + (p[1] == '-' || p[1] == '+');
        if (oracle_digits(digits) == 0) return 0;
        p = digits + oracle_digits(digits);
    }
    return (size_t)(p - text);
}

static inline enum oracle_cell oracle_convert(const char *text, char point, float *value) {
    char *copy = strdup(text), *sign = strchr(copy, point);
    if (sign != NULL) *sign = '.';
    *value = (float)strtod(copy, NULL);
    free(copy);
    return fabsf(*value) <= FLT_MAX ? CELL_NUMBER : CELL_BAD;
}

/* Takes the signs between thousands out, where all stand as they should. */
static inline char *oracle_ungroup(const char *text, char thousands) {
    const char *p = text + (*text == '-' || *text == '+');
    char *plain = calloc(strlen(text) + 1, 1);
    size_t digits = oracle_digits(p), groups = 0;
    memcpy(plain, text, (size_t)(p - text) + digits);
    bool good = digits >= 1 && digits <= 3;
    for (p += digits; good && *p == thousands; p += 4, groups++) {
        good = oracle_digits(p + 1) == 3;
        if (good) strncat(plain, p + 1, 3);
    }
    if (good && groups > 0) return strcat(plain, p);
    free(plain);
    return NULL;
}

static inline enum oracle_cell oracle_number(const char *text, char point, char thousands,
                                             float *value) {
    static const char *const missing[] = {"", "NA", "NaN", "nan", "null", "None", "?"};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (strcmp(text, missing[i]) == 0) return CELL_MISSING;
    if (*text != '\0' && oracle_plain(text, point) == strlen(text))
        return oracle_convert(text, point, value);
    char *plain = thousands != '\0' ? oracle_ungroup(text, thousands) : NULL;
    enum oracle_cell result = CELL_BAD;
    if (plain != NULL && oracle_plain(plain, point) == strlen(plain))
        result = oracle_convert(plain, point, value);
    free(plain);
    return result;
}

#endif
