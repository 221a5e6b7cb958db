/* Small languages, of any bytes: numbers (held against strtod), UTF-8, dates, JSON, expressions,
 * patterns. The first byte chooses. */
#include "fuzz.h"

#include <errno.h>
#include <math.h>

#include "base/expression.h"
#include "data/time.h"
#include "files/json.h"

static void numbers(const char *text, size_t length) {
    double real;
    size_t count, ends = length;
    char *end, shown[32];
    if (text_parse_real(text, length, &real)) {
        HOLDS(isfinite(real) && strtod(text, &end) == real && end == text + length);
        HOLDS(strtod(text_double(real, shown), NULL) == real);
        HOLDS(strtof(text_number((double)(float)real, shown), NULL) == (float)real);
    }
    if (text_parse_count(text, length, &count)) {
        errno = 0;
        HOLDS(strtoull(text, &end, 10) == count && errno == 0 && end == text + ends);
    }
}

static void utf8(const char *text, size_t length) {
    size_t fault = text_utf8_fault(text, length);
    struct text safe = {0};
    HOLDS(fault <= length && text_utf8_fault(text, fault) == fault);
    text_add_safe(&safe, text);
    text_add_csv(&safe, text);
    if (fault == length) HOLDS(text_width(text) <= length);
    text_free(&safe);
}

static void times(const char *text, size_t length) {
    const char *format, *other;
    struct time_guess guess = {0};
    struct moment moment;
    time_guess_add(&guess, text, length);
    if (time_guess_end(&guess, &format, &other) > 0) {
        HOLDS(time_parse(text, length, format, &moment) && isfinite(moment.seconds));
        for (int f = 0; f < TIME_FEATURES; f++) {
            double x = time_feature(&moment, (enum time_feature)f);
            HOLDS(x >= 0 && x < 1);
        }
    }
    if (time_format_valid(text)) (void)time_parse("2016-07-31 12:00", 16, text, &moment);
}

/* What is shown of a value reads back. */
static void json(const char *text, size_t length) {
    static const struct json_limits limits = {1 << 20, 16, 10000};
    struct json_document document, again;
    struct error err = {.kind = ERROR_NONE};
    if (!json_read(&document, text, length, &limits, "j", ERROR_CHECKPOINT, &err)) {
        fuzz_error(&err);
        return;
    }
    struct text shown = {0};
    if (document.root->type == JSON_STRING) {
        json_add_string(&shown, document.root->text);
        HOLDS(json_read(&again, shown.bytes, shown.length, &limits, "j", ERROR_CHECKPOINT, &err));
        HOLDS(strcmp(again.root->text, document.root->text) == 0);
        json_free(&again);
    }
    text_free(&shown);
    json_free(&document);
}

static void expressions(const char *text) {
    static const struct figure figures[] = {{"loss", 1}, {"rmse", 12}, {"r2", NAN}};
    struct error err = {.kind = ERROR_NONE};
    enum truth value;
    struct text seen = {0};
    bool good = expression_check(text, "--fail-if", &err);
    if (!good) fuzz_error(&err);
    if (expression_value(text, "--fail-if", figures, 3, &value, &seen, &err))
        HOLDS(good && value <= TRUTH_TRUE);
    else
        fuzz_error(&err);
    text_free(&seen);
}

static void patterns(const char *text, size_t length) {
    const char *newline = memchr(text, '\n', length);
    if (newline == NULL) return;
    char *pattern = fuzz_text((const uint8_t *)text, (size_t)(newline - text));
    static const char *const names[] = {"loss", "learning_rate", "units"};
    (void)text_matches(pattern, newline + 1);
    (void)text_nearest(pattern, names, 3);
    if (strchr(pattern, '*') == NULL) HOLDS(text_matches(pattern, pattern));
    free(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    if (length == 0) return 0;
    char *text = fuzz_text(bytes + 1, length - 1);
    length--;
    switch (*bytes % 6) {
    case 0: numbers(text, length); break;
    case 1: utf8(text, length); break;
    case 2: times(text, length); break;
    case 3: json(text, length); break;
    case 4: expressions(text); break;
    default: patterns(text, length); break;
    }
    free(text);
    return 0;
}
