#include "base/expression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Parentheses and nots within each other: the reader calls itself as often. */
enum { DEPTH_MOST = 100 };

struct reader {
    const char *text, *at, *name;
    const struct figure *figures; /* NULL: any name will do */
    size_t count, depth;
    struct text *seen;
    struct error *err;
};

static size_t word_length(const char *at) {
    size_t length = 0;
    while ((at[length] >= 'a' && at[length] <= 'z') || (at[length] >= 'A' && at[length] <= 'Z') ||
           (length > 0 && at[length] >= '0' && at[length] <= '9') || at[length] == '_')
        length++;
    return length;
}

static void pass_blanks(struct reader *r) {
    r->at += strspn(r->at, " \t");
}

static bool expected(struct reader *r, const char *what) {
    size_t column = (size_t)(r->at - r->text) + 1, length = word_length(r->at);
    if (length == 0) length = strcspn(r->at, " \t()");
    if (length == 0) length = *r->at != '\0';
    if (length == 0)
        return error_set(r->err, ERROR_CONFIG, "%s: column %zu: expected %s, found the end",
                         r->name, column, what);
    return error_set(r->err, ERROR_CONFIG, "%s: column %zu: expected %s, found '%.*s'", r->name,
                     column, what, length < 60 ? (int)length : 60, r->at);
}

/* Take a word or a sign that stands next. */
static bool take(struct reader *r, const char *token) {
    size_t length = strlen(token);
    bool word = word_length(token) > 0;
    pass_blanks(r);
    if (strncmp(r->at, token, length) != 0 || (word && word_length(r->at) != length)) return false;
    r->at += length;
    return true;
}

static bool unknown_name(struct reader *r, size_t length) {
    struct text word = {0}, list = {0};
    size_t column = (size_t)(r->at - r->text) + 1;
    const char **names = memory_take(r->count, sizeof *names, "an expression", r->err);
    if (names == NULL) return false;
    text_add_bytes(&word, r->at, length);
    for (size_t i = 0; i < r->count; i++) {
        names[i] = r->figures[i].name;
        text_format(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *near = word.bytes != NULL ? text_nearest(word.bytes, names, r->count) : NULL;
    (void)error_set(r->err, ERROR_CONFIG, "%s: column %zu: unknown name '%.*s'%s%s%s; have: %s",
                    r->name, column, length < 60 ? (int)length : 60, r->at,
                    near != NULL ? ", did you mean '" : "", near != NULL ? near : "",
                    near != NULL ? "'?" : "", list.bytes != NULL ? list.bytes : "none");
    text_free(&word);
    text_free(&list);
    free(names);
    return false;
}

static void note(struct reader *r, const struct figure *figure) {
    char number[32];
    if (r->seen == NULL) return;
    if (r->seen->length > 0) text_add(r->seen, ", ");
    text_format(r->seen, "%s = %s", figure->name,
                isnan(figure->value) ? "NaN" : text_number(figure->value, number));
}

static bool read_name(struct reader *r, size_t length, double *value) {
    *value = NAN;
    for (size_t i = 0; i < r->count; i++) {
        const struct figure *figure = &r->figures[i];
        if (strlen(figure->name) != length || strncmp(figure->name, r->at, length) != 0) continue;
        *value = figure->value;
        note(r, figure);
        r->at += length;
        return true;
    }
    if (r->figures != NULL) return unknown_name(r, length);
    r->at += length;
    return true;
}

static bool is_keyword(const char *at, size_t length) {
    return (length == 3 && (strncmp(at, "and", 3) == 0 || strncmp(at, "not", 3) == 0)) ||
           (length == 2 && strncmp(at, "or", 2) == 0);
}

static bool read_side(struct reader *r, double *value) {
    pass_blanks(r);
    size_t length = word_length(r->at);
    if (length > 0 && !is_keyword(r->at, length)) return read_name(r, length, value);
    length = strspn(r->at, "+-0123456789.eE");
    if (length == 0 || !text_parse_real(r->at, length, value))
        return expected(r, "a name or a number");
    r->at += length;
    return true;
}

static bool read_comparison(struct reader *r, enum truth *value) {
    static const char *const sign[] = {"<=", ">=", "==", "!=", "<", ">"};
    enum { LEAST, MOST, SAME, OTHER, BELOW, ABOVE, SIGNS };
    double left, right;
    int which = 0;
    if (!read_side(r, &left)) return false;
    while (which < SIGNS && !take(r, sign[which])) which++;
    if (which == SIGNS) return expected(r, "a comparison (< <= > >= == !=)");
    if (!read_side(r, &right)) return false;
    bool holds[SIGNS] = {left <= right, left >= right, left == right, left != right,
                         left<right, left> right};
    *value = isnan(left) || isnan(right) ? TRUTH_UNKNOWN : holds[which] ? TRUTH_TRUE : TRUTH_FALSE;
    return true;
}

static bool read_either(struct reader *r, enum truth *value);

static bool read_single(struct reader *r, enum truth *value) {
    bool good;
    *value = TRUTH_UNKNOWN;
    if (++r->depth > DEPTH_MOST)
        return error_set(r->err, ERROR_CONFIG, "%s: more than %d parentheses and nots in a row",
                         r->name, (int)DEPTH_MOST);
    if (take(r, "not")) {
        good = read_single(r, value);
        if (good) *value = TRUTH_TRUE - *value;
    } else if (take(r, "(")) {
        good = read_either(r, value) && (take(r, ")") || expected(r, "and, or or ')'"));
    } else {
        good = read_comparison(r, value);
    }
    r->depth--;
    return good;
}

static bool read_both(struct reader *r, enum truth *value) {
    enum truth next;
    if (!read_single(r, value)) return false;
    while (take(r, "and")) {
        if (!read_single(r, &next)) return false;
        if (next < *value) *value = next;
    }
    return true;
}

static bool read_either(struct reader *r, enum truth *value) {
    enum truth next;
    if (!read_both(r, value)) return false;
    while (take(r, "or")) {
        if (!read_both(r, &next)) return false;
        if (next > *value) *value = next;
    }
    return true;
}

bool expression_value(const char *text, const char *name, const struct figure *figures,
                      size_t count, enum truth *value, struct text *seen, struct error *err) {
    struct reader r = {.text = text,
                       .at = text,
                       .name = name,
                       .figures = figures,
                       .count = count,
                       .seen = seen,
                       .err = err};
    if (!read_either(&r, value)) return false;
    pass_blanks(&r);
    return *r.at == '\0' || expected(&r, "and, or or the end");
}

bool expression_check(const char *text, const char *name, struct error *err) {
    enum truth ignored;
    return expression_value(text, name, NULL, 0, &ignored, NULL, err);
}
