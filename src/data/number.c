#include "data/number.h"

#include <float.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { FAST_DIGITS = 18, FAST_POWER = 22, FIELD_COPY = 1600, GROUPED_MOST = 400 };

static const double power_of_ten[FAST_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

/* A number taken apart. */
struct digits {
    uint64_t mantissa;
    size_t count;    /* of digits, leading zeros included */
    size_t fraction; /* of them after the point */
    size_t before;   /* of them before it */
    long exponent;
    bool negative, pointed;
};

static inline bool is_digit(char c) {
    return (unsigned char)(c - '0') < 10;
}

static bool read_exponent(const char *p, const char *end, long *exponent) {
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end) return false;
    long value = 0;
    for (; p < end && is_digit(*p); p++)
        if (value < 100000) value = value * 10 + (*p - '0');
    *exponent = negative ? -value : value;
    return p == end;
}

/* Mantissas of more than FAST_DIGITS digits wrap around; the caller looks at the count first. */
static bool take_apart(const char *p, const char *end, char point, struct digits *digits) {
    struct digits d = {0};
    d.negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    const char *first = p;
    for (; p < end && is_digit(*p); p++) d.mantissa = d.mantissa * 10 + (uint64_t)(*p - '0');
    d.before = (size_t)(p - first);
    if (p < end && *p == point) {
        const char *after = ++p;
        for (; p < end && is_digit(*p); p++) d.mantissa = d.mantissa * 10 + (uint64_t)(*p - '0');
        d.fraction = (size_t)(p - after);
        d.pointed = true;
    }
    d.count = d.before + d.fraction;
    if (d.count == 0) return false;
    if (p < end && (*p == 'e' || *p == 'E')) {
        if (!read_exponent(p + 1, end, &d.exponent)) return false;
        p = end;
    }
    *digits = d;
    return p == end;
}

/* One multiplication or division by an exact power, and one rounding of the mantissa, leave an
 * error below 2^-51: where both ends of that range round to the same float, it is the right one. */
static bool scale_fast(const struct digits *digits, float *value) {
    long power = digits->exponent - (long)digits->fraction;
    if (digits->count > FAST_DIGITS || power > FAST_POWER || power < -FAST_POWER) return false;
    double m = (double)digits->mantissa;
    double x = power < 0 ? m / power_of_ten[-power] : m * power_of_ten[power];
    float low = (float)(x * (1 - 0x1p-50)), high = (float)(x * (1 + 0x1p-50));
    if (low != high) {
        if (digits->mantissa >= (uint64_t)1 << 53) return false;
        /* Now x is the exactly rounded double. */
        low = (float)x;
    }
    if (!(low <= FLT_MAX)) return false;
    *value = digits->negative ? -low : low;
    return true;
}

/* Is a digit other than 0 in the mantissa of a number that came out as 0? */
static bool was_rounded(const char *bytes, size_t length) {
    for (size_t i = 0; i < length && bytes[i] != 'e' && bytes[i] != 'E'; i++)
        if (bytes[i] >= '1' && bytes[i] <= '9') return true;
    return false;
}

/* A number too long to be copied whole, with a decimal point: of the fraction as much as can decide
 * how it is rounded, and a digit for the rest. False when it is too large, whatever its fraction. */
static bool shorten(const char *p, const struct digits *digits, char to[static FIELD_COPY],
                    size_t *length) {
    enum { MOST_BEFORE = 400, MOST_AFTER = 1100 }; /* 767 digits decide on a double */
    size_t before = digits->before, after = digits->fraction, n = 0;
    if (*p == '-' || *p == '+') to[n++] = *p++;
    for (; before > 0 && *p == '0'; p++) before--;
    if (before > MOST_BEFORE) return false;
    to[n++] = '0';
    memcpy(to + n, p, before);
    n += before;
    to[n++] = '.';
    p += before + 1;
    size_t kept = after < MOST_AFTER ? after : MOST_AFTER;
    memcpy(to + n, p, kept);
    n += kept;
    to[n] = '0';
    for (size_t i = kept; i < after; i++)
        if (p[i] != '0') to[n] = '1';
    n++;
    *length = n + (size_t)snprintf(to + n, FIELD_COPY - n, "e%ld", digits->exponent);
    return true;
}

/* Any number whose form is known to be right. */
static enum number_result read_slowly(const char *bytes, size_t length, char point,
                                      const struct digits *digits, float *value) {
    char copy[FIELD_COPY];
    if (point != '.' && digits->pointed) {
        if (length <= sizeof copy) {
            memcpy(copy, bytes, length);
            *(char *)memchr(copy, point, length) = '.';
        } else if (!shorten(bytes, digits, copy, &length)) {
            return NUMBER_RANGE;
        }
        bytes = copy;
    }
    double x;
    if (!text_parse_real(bytes, length, &x)) return NUMBER_RANGE;
    *value = (float)x;
    if (!(*value <= FLT_MAX && *value >= -FLT_MAX)) return NUMBER_RANGE;
    return *value == 0 && was_rounded(bytes, length) ? NUMBER_TINY : NUMBER_READ;
}

static bool is_word(const char *bytes, size_t length, const char *word) {
    return strlen(word) == length && memcmp(bytes, word, length) == 0;
}

bool number_is_missing(const char *bytes, size_t length) {
    static const char *const word[] = {"NA", "NaN", "nan", "null", "None", "?"};
    if (length == 0) return true;
    if (length > 4) return false;
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        if (is_word(bytes, length, word[i])) return true;
    return false;
}

static bool is_infinity(const char *bytes, size_t length) {
    if (length > 0 && (*bytes == '-' || *bytes == '+')) bytes++, length--;
    return (length == 3 && strncasecmp(bytes, "inf", 3) == 0) ||
           (length == 8 && strncasecmp(bytes, "infinity", 8) == 0);
}

enum number_result number_read(const char *bytes, size_t length, char point, float *value) {
    struct digits digits;
    if (take_apart(bytes, bytes + length, point, &digits)) {
        if (scale_fast(&digits, value))
            return *value == 0 && digits.mantissa != 0 ? NUMBER_TINY : NUMBER_READ;
        return read_slowly(bytes, length, point, &digits, value);
    }
    if (number_is_missing(bytes, length)) return NUMBER_MISSING;
    return is_infinity(bytes, length) ? NUMBER_RANGE : NUMBER_TEXT;
}

/* Bytes of the sign between thousands at p, 0 when there is none. */
static size_t group_sign(const char *p, const char *end, char thousands) {
    if (p == end) return 0;
    if (*p == thousands) return 1;
    if (thousands != ' ') return 0;
    static const char *const blank[] = {"\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"};
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++) {
        size_t length = strlen(blank[i]);
        if ((size_t)(end - p) >= length && memcmp(p, blank[i], length) == 0) return length;
    }
    return 0;
}

static size_t count_digits(const char *p, const char *end) {
    size_t count = 0;
    while (p + count < end && is_digit(p[count])) count++;
    return count;
}

/* The number without the signs between its thousands into `to`; its length, or 0 when it has none
 * or not as it should. */
static size_t drop_groups(const char *p, const char *end, char thousands, char to[GROUPED_MOST]) {
    size_t length = 0, groups = 0, sign;
    if (end - p > GROUPED_MOST || p == end) return 0;
    if (*p == '-' || *p == '+') to[length++] = *p++;
    size_t digits = count_digits(p, end);
    if (digits < 1 || digits > 3) return 0;
    for (;; groups++) {
        memcpy(to + length, p, digits);
        length += digits;
        p += digits;
        sign = group_sign(p, end, thousands);
        if (sign == 0) break;
        p += sign;
        digits = count_digits(p, end);
        if (digits != 3) return 0;
    }
    if (groups == 0) return 0;
    memcpy(to + length, p, (size_t)(end - p));
    return length + (size_t)(end - p);
}

enum number_result number_read_grouped(const char *bytes, size_t length, char point, char thousands,
                                       float *value) {
    char copy[GROUPED_MOST];
    size_t kept = drop_groups(bytes, bytes + length, thousands, copy);
    return kept > 0 ? number_read(copy, kept, point, value) : NUMBER_TEXT;
}

/* A sign that may stand between thousands has one to three digits before it, the first no 0, and
 * three behind it. */
static bool may_group(const char *bytes, size_t length, const struct digits *digits) {
    char lead = is_digit(bytes[0]) ? bytes[0] : bytes[1];
    return digits->fraction == 3 && digits->before >= 1 && digits->before <= 3 && lead != '0' &&
           is_digit(bytes[length - 1]) && digits->exponent == 0;
}

static bool is_grouped(const char *bytes, size_t length, char point, char thousands) {
    float ignored;
    enum number_result result = number_read_grouped(bytes, length, point, thousands, &ignored);
    return result == NUMBER_READ || result == NUMBER_RANGE;
}

enum number_look number_look(const char *bytes, size_t length) {
    struct digits digits;
    if (number_is_missing(bytes, length)) return LOOK_MISSING;
    if (take_apart(bytes, bytes + length, '.', &digits)) {
        if (!digits.pointed) return LOOK_WHOLE;
        return may_group(bytes, length, &digits) ? LOOK_POINT_OR_GROUP : LOOK_POINT;
    }
    if (take_apart(bytes, bytes + length, ',', &digits))
        return may_group(bytes, length, &digits) ? LOOK_COMMA_OR_GROUP : LOOK_COMMA;
    if (is_infinity(bytes, length)) return LOOK_WHOLE;
    if (is_grouped(bytes, length, '.', ',')) return LOOK_COMMA_GROUPS;
    return is_grouped(bytes, length, ',', '.') ? LOOK_POINT_GROUPS : LOOK_TEXT;
}
