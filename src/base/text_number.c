/* The numbers of text.h: strict reading, exactly rounded, and the shortest writing of doubles. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Halfway between two doubles has at most 767 significant digits, so one more digit that only
 * says "something follows" decides every rounding. */
enum { DIGITS_THAT_MATTER = 768 };

/* The parts of [+-]digits[.digits][e[+-]digits]. */
struct decimal {
    bool negative;
    const char *digits, *end; /* of the mantissa, its point included */
    uint64_t mantissa;        /* its digits as a number, when there are at most 19 */
    size_t significant;       /* digits after leading zeros */
    int64_t exponent;         /* power of ten of the mantissa's last digit */
};

static bool is_digit(char c) {
    return (unsigned char)(c - '0') < 10;
}

/* The exponent behind 'e', to the end of the text; far ones stop growing, their sense is clear. */
static bool scan_exponent(const char *p, const char *end, int64_t *exponent) {
    bool negative = false;
    int64_t value = 0;
    if (p < end && (*p == '+' || *p == '-')) negative = *p++ == '-';
    if (p == end) return false;
    for (; p < end; p++) {
        if (!is_digit(*p)) return false;
        if (value < INT64_MAX / 32) value = value * 10 + (*p - '0');
    }
    *exponent += negative ? -value : value;
    return true;
}

static bool scan(const char *p, const char *end, struct decimal *number) {
    uint64_t mantissa = 0;
    size_t count = 0, significant = 0;
    const char *point = NULL;
    number->negative = false;
    if (p < end && (*p == '+' || *p == '-')) number->negative = *p++ == '-';
    number->digits = p;
    for (; p < end; p++) {
        if (is_digit(*p)) {
            mantissa = mantissa * 10 + (uint64_t)(*p - '0');
            count++;
            significant += (significant > 0) | (*p != '0');
        } else if (*p == '.' && point == NULL) {
            point = p;
        } else {
            break;
        }
    }
    if (count == 0) return false;
    number->end = p;
    number->mantissa = mantissa;
    number->significant = significant;
    number->exponent = point != NULL ? -(int64_t)(p - point - 1) : 0;
    if (p == end) return true;
    return (*p == 'e' || *p == 'E') && scan_exponent(p + 1, end, &number->exponent);
}

/* Through strtod, but as digits and an exponent: a locale's decimal point has no say. */
static bool read_slowly(const struct decimal *number, double *value) {
    char buffer[DIGITS_THAT_MATTER + 32];
    size_t used = 0;
    int64_t exponent = number->exponent;
    bool rest = false;
    for (const char *p = number->digits; p < number->end; p++) {
        if (*p == '.' || (used == 0 && *p == '0')) continue;
        if (used < DIGITS_THAT_MATTER) {
            buffer[used++] = *p;
        } else {
            rest |= *p != '0';
            exponent++;
        }
    }
    if (used == 0) buffer[used++] = '0';
    if (rest) {
        buffer[used++] = '1';
        exponent--;
    }
    if (exponent > 99999) exponent = 99999;
    if (exponent < -99999) exponent = -99999;
    (void)snprintf(buffer + used, sizeof buffer - used, "e%d", (int)exponent);
    double magnitude = strtod(buffer, NULL);
    if (isinf(magnitude)) return false;
    *value = number->negative ? -magnitude : magnitude;
    return true;
}

bool text_parse_real(const char *bytes, size_t length, double *value) {
    /* Powers of ten that a double holds exactly: one rounding remains (Clinger 1990). */
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    struct decimal number;
    if (!scan(bytes, bytes + length, &number)) return false;
    if (number.significant > 15 || number.exponent < -22 || number.exponent > 22)
        return read_slowly(&number, value);
    double magnitude = (double)number.mantissa;
    if (number.exponent < 0)
        magnitude /= power[-number.exponent];
    else
        magnitude *= power[number.exponent];
    *value = number.negative ? -magnitude : magnitude;
    return true;
}

bool text_parse_count(const char *bytes, size_t length, size_t *value) {
    size_t count = 0;
    if (length == 0) return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(bytes[i]) || __builtin_mul_overflow(count, (size_t)10, &count) ||
            __builtin_add_overflow(count, (size_t)(bytes[i] - '0'), &count))
            return false;
    }
    *value = count;
    return true;
}

const char *text_double(double value, char to[static 32]) {
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(to, 32, "%.*g", digits, value);
        if (strtod(to, NULL) == value) break;
    }
    return to;
}
