#include "files/params_scalar.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "files/params_scope.h"

static const size_t MOST_COUNT = (size_t)1 << 53;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_any(const char *text, const char *const *words) {
    for (; *words != NULL; words++)
        if (strcmp(text, *words) == 0) return true;
    return false;
}

/* "expected integer 1..9, got "x"" with the row's key in front; false. */
static bool unexpected(struct error *err, const struct param *row, const struct node *node) {
    return error_at(err, ERROR_CONFIG, node->place, "%s: expected %s, got \"%s\"", row->key,
                    params_wanted(row).text, params_shown(node->text).text);
}

static bool refuse_quoted(const struct param *row, const struct node *node, const char *type,
                          struct error *err) {
    if (!node->quoted) return true;
    return error_at(err, ERROR_CONFIG, node->place, "%s: expected %s, got string \"%s\"", row->key,
                    type, params_shown(node->text).text);
}

/* ---- numbers ---- */

/* 010, 0x10, 0o7, 1_000: readers of YAML differ about them. */
static bool is_ambiguous_number(const char *text) {
    if (*text == '+' || *text == '-') text++;
    if (!is_digit(*text)) return false;
    size_t digits = strspn(text, "0123456789");
    if (text[0] == '0' && digits > 1 && text[digits] == '\0') return true;
    if (text[0] == '0' && strchr("xXoObB", text[1]) != NULL && text[1] != '\0')
        return text[2 + strspn(text + 2, "0123456789abcdefABCDEF_")] == '\0';
    return text[digits] == '_' && text[strspn(text, "0123456789_")] == '\0';
}

static bool refuse_ambiguous(const struct param *row, const struct node *node, const char *type,
                             struct error *err) {
    if (!is_ambiguous_number(node->text)) return true;
    return error_at(err, ERROR_CONFIG, node->place, "%s: ambiguous %s \"%s\"; write decimal",
                    row->key, type, params_shown(node->text).text);
}

static bool in_range(const struct param *row, double x) {
    if (row->least == 0 && row->most == 0 && !row->above) return true;
    if (row->above ? !(x > row->least) : !(x >= row->least)) return false;
    if (row->most <= row->least) return true;
    return row->below ? x < row->most : x <= row->most;
}

bool scalar_count(const struct param *row, const struct node *node, size_t *to, struct error *err) {
    const char *text = node->text;
    size_t count = 0;
    if (!refuse_quoted(row, node, params_wanted(row).text, err)) return false;
    if (row->word != NULL && strcmp(text, row->word) == 0) {
        *to = 0;
        return true;
    }
    if (!refuse_ambiguous(row, node, "integer", err)) return false;
    if (*text == '+' && is_digit(text[1])) text++;
    bool digits = *text != '\0' && text[strspn(text, "0123456789")] == '\0';
    bool read = digits && text_parse_count(text, strlen(text), &count);
    /* A double holds every integer up to 2^53: past that, neither ranges nor other tools agree. */
    if (digits && (!read || count > MOST_COUNT))
        return error_at(err, ERROR_CONFIG, node->place, "%s: expected %s, at most 2^53, got \"%s\"",
                        row->key, params_wanted(row).text, params_shown(node->text).text);
    if (!read || !in_range(row, (double)count)) return unexpected(err, row, node);
    *to = count;
    return true;
}

/* 1,5 with the comma of half the world: what would be meant, or NULL. */
static const char *with_point(const char *text, char to[static 32]) {
    double ignored;
    size_t comma = strcspn(text, ","), length = strlen(text);
    if (length >= 32 || comma == length) return NULL;
    memcpy(to, text, length + 1);
    to[comma] = '.';
    return text_parse_real(to, strlen(to), &ignored) ? to : NULL;
}

static bool is_not_finite(const char *text) {
    static const char *const words[] = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN",     "inf",
                                        "Inf",  "INF",  "nan",  "NaN",  "NAN",  "Infinity", NULL};
    return is_any(text + (*text == '+' || *text == '-'), words);
}

/* Digits that only a double's range keeps from being a number. */
static bool overflows(const char *text) {
    size_t length = strcspn(text, "eE");
    double ignored;
    return text[length] != '\0' && text_parse_real(text, length, &ignored);
}

static bool read_real(const struct param *row, const struct node *node, double *to,
                      struct error *err) {
    const char *text = node->text;
    char meant[32];
    double value;
    if (!refuse_quoted(row, node, "number", err) || !refuse_ambiguous(row, node, "number", err))
        return false;
    bool number = text_parse_real(text, strlen(text), &value);
    if (!number && with_point(text, meant) != NULL)
        return error_at(err, ERROR_CONFIG, node->place,
                        "%s: expected number, got \"%s\" (use \"%s\")", row->key, text, meant);
    if (!number && !is_not_finite(text) && !overflows(text))
        return error_at(err, ERROR_CONFIG, node->place, "%s: expected number, got \"%s\"", row->key,
                        params_shown(text).text);
    if (!number || !in_range(row, value)) return unexpected(err, row, node);
    *to = value;
    return true;
}

/* ---- words ---- */

static bool read_bool(const struct param *row, const struct node *node, int *to,
                      struct error *err) {
    static const char *const yes[] = {"true", "True", "TRUE", NULL};
    static const char *const no[] = {"false", "False", "FALSE", NULL};
    if (!refuse_quoted(row, node, "boolean", err)) return false;
    if (!is_any(node->text, yes) && !is_any(node->text, no)) return unexpected(err, row, node);
    *to = is_any(node->text, yes);
    return true;
}

static bool read_choice(const struct param *row, const struct node *node, int *to,
                        struct error *err) {
    size_t count = 0;
    for (; row->choices[count] != NULL; count++) {
        if (strcmp(row->choices[count], node->text) != 0) continue;
        *to = (int)count;
        return true;
    }
    const char *near = text_nearest(node->text, row->choices, count);
    if (near == NULL) return unexpected(err, row, node);
    return error_at(err, ERROR_CONFIG, node->place,
                    "%s: expected %s, got \"%s\"; did you mean '%s'?", row->key,
                    params_wanted(row).text, params_shown(node->text).text, near);
}

char *scalar_text(const struct param *row, const struct node *node, struct error *err) {
    size_t length = strlen(node->text);
    if (node_is_null(node)) {
        (void)params_missing_value(err, row, node);
        return NULL;
    }
    if (length >= PATH_MAX) {
        (void)error_at(err, ERROR_CONFIG, node->place,
                       "%s: text or path too long (%zu bytes, at most %d)", row->key, length,
                       PATH_MAX - 1);
        return NULL;
    }
    return memory_text(node->text, err);
}

bool scalar_is_ambiguous(const char *text) {
    static const char *const words[] = {"null",  "Null",  "NULL",  "true", "True", "TRUE",
                                        "false", "False", "FALSE", "yes",  "Yes",  "YES",
                                        "no",    "No",    "NO",    "on",   "On",   "ON",
                                        "off",   "Off",   "OFF",   "",     "~",    NULL};
    /* Dates, times and versions among them: whatever begins like a number. */
    const char *first = text + (*text == '+' || *text == '-');
    if (*first == '.') first++;
    return is_any(text, words) || is_not_finite(text) || is_digit(*first);
}

/* ---- parts and intervals ---- */

/* 20%: what would be meant, or NULL. */
static const char *as_fraction(const char *text, char to[static 32]) {
    size_t length = strlen(text);
    double value;
    if (length < 2 || text[length - 1] != '%' || !text_parse_real(text, length - 1, &value))
        return NULL;
    return text_number(value / 100, to);
}

static bool read_part(const struct param *row, const struct node *node, struct param_part *to,
                      struct error *err) {
    const char *text = node->text;
    char meant[32];
    double value;
    bool number = !node->quoted && text_parse_real(text, strlen(text), &value);
    if (number && (!refuse_ambiguous(row, node, "number", err))) return false;
    if (number && text_parse_count(text, strlen(text), &to->rows) && to->rows > 0) {
        to->form = PART_ROWS;
        return true;
    }
    if (number && value > 0 && value < 1) {
        to->form = PART_FRACTION;
        to->fraction = value;
        return true;
    }
    if (number) return unexpected(err, row, node);
    if (!node->quoted && (with_point(text, meant) != NULL || as_fraction(text, meant) != NULL))
        return error_at(err, ERROR_CONFIG, node->place, "%s: expected %s, got \"%s\" (use \"%s\")",
                        row->key, params_wanted(row).text, text, meant);
    to->file = scalar_text(row, node, err);
    if (to->file == NULL) return false;
    if (*to->file == '\0') return unexpected(err, row, node);
    to->form = PART_FILE;
    return true;
}

static double seconds_in(char unit) {
    return unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : 0;
}

/* 1h30m, 5m, 0.5s: numbers, each with its unit, the larger units first. */
static bool parse_time(const char *text, double *seconds) {
    double last = INFINITY;
    *seconds = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, "smh");
        double value, unit = seconds_in(text[length]);
        if (unit == 0 || unit >= last || !text_parse_real(text, length, &value) || value < 0)
            return false;
        *seconds += value * unit;
        last = unit;
        text += length + 1;
    }
    return *seconds > 0 && isfinite(*seconds);
}

static bool read_interval(const struct param *row, const struct node *node,
                          struct param_interval *to, struct error *err) {
    const char *text = node->text;
    size_t length = strlen(text), count;
    double seconds;
    if (parse_time(text, &seconds)) {
        *to = (struct param_interval){.seconds = seconds};
        return true;
    }
    if (!refuse_quoted(row, node, params_wanted(row).text, err) ||
        !refuse_ambiguous(row, node, "integer", err))
        return false;
    if (!text_parse_count(text, length, &count) || count == 0 || count > MOST_COUNT)
        return unexpected(err, row, node);
    *to = (struct param_interval){.seconds = NAN, .count = count};
    return true;
}

bool scalar_read(const struct param *row, const struct node *node, void *to, struct error *err) {
    switch (row->type) {
    case PARAM_BOOL: return read_bool(row, node, to, err);
    case PARAM_COUNT: return scalar_count(row, node, to, err);
    case PARAM_REAL: return read_real(row, node, to, err);
    case PARAM_CHOICE: return read_choice(row, node, to, err);
    case PARAM_PART: return read_part(row, node, to, err);
    case PARAM_INTERVAL: return read_interval(row, node, to, err);
    default: {
        char *text = scalar_text(row, node, err);
        memcpy(to, &text, sizeof text);
        return text != NULL;
    }
    }
}
