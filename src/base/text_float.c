/* text_number of text.h: the fewest digits, from 6 to 9, that read back to the same float, laid out
 * as %g does. Numbers of a usual size are done in integers, exactly rounded as printf's are; what
 * lies far out, or is hard to decide, goes through printf itself. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { LEAST_DIGITS = 6, MOST_DIGITS = 9, CUT_DIGITS = 10 };

/* What is done in integers: here every power of ten is a double, every product fits 128 bits. */
static const float quick_least = 1e-12F, quick_most = 1e16F;

static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

__extension__ typedef unsigned __int128 wide;

/* The first digits of a number: digits[0] stands for 10^exponent. */
struct decimal {
    uint64_t digits; /* as one number */
    int exponent;
    bool rest; /* something follows them */
};

/* m 2^e without what follows the digit of 10^(exponent - CUT_DIGITS + 1). */
static struct decimal cut_at(uint64_t m, int e, int exponent) {
    int shift = CUT_DIGITS - 1 - exponent; /* -7 .. 22 */
    wide scaled = m, below;
    if (shift > 11) scaled *= (uint64_t)power[shift - 11];
    if (shift > 0) scaled *= (uint64_t)power[shift > 11 ? 11 : shift];
    wide quotient = e >= 0 ? scaled << e : scaled >> -e;
    below = e >= 0 ? 0 : scaled & (((wide)1 << -e) - 1);
    if (shift < 0) {
        below |= quotient % (uint64_t)power[-shift];
        quotient /= (uint64_t)power[-shift];
    }
    return (struct decimal){(uint64_t)quotient, exponent, below != 0};
}

/* The first CUT_DIGITS digits of a positive number. */
static struct decimal cut(float value) {
    int e;
    uint64_t m = (uint64_t)ldexpf(frexpf(value, &e), 24);
    /* log10 of 2^(e - 1), which is right or one too little. */
    struct decimal number = cut_at(m, e - 24, (int)floor((e - 1) * 0.30102999566398120));
    return number.digits < (uint64_t)1e10 ? number : cut_at(m, e - 24, number.exponent + 1);
}

/* To `count` digits, to the nearest, ties to even. */
static struct decimal rounded(struct decimal cut, int count) {
    uint64_t unit = (uint64_t)power[CUT_DIGITS - count], below = cut.digits % unit;
    struct decimal number = {cut.digits / unit, cut.exponent, false};
    bool tie = below == unit / 2 && !cut.rest;
    if (tie ? number.digits % 2 == 1 : below >= unit / 2) number.digits++;
    if (number.digits < (uint64_t)power[count]) return number;
    return (struct decimal){number.digits / 10, cut.exponent + 1, false};
}

enum reading { READS_BACK, READS_OTHERWISE, HARD_TO_SAY };

/* Digits and power of ten are exact doubles, so theirs is the nearest double; the nearest float is
 * that one's, unless it stands in the middle between two. */
static enum reading reads_back(struct decimal number, int count, float value) {
    int scale = number.exponent - count + 1;
    double nearest = (double)number.digits;
    nearest = scale < 0 ? nearest / power[-scale] : nearest * power[scale];
    uint64_t bits, middle = UINT64_C(1) << 28;
    memcpy(&bits, &nearest, sizeof bits);
    if ((bits & (2 * middle - 1)) == middle) return HARD_TO_SAY;
    return (float)nearest == value ? READS_BACK : READS_OTHERWISE;
}

static char *put(char *to, const char *bytes, int length) {
    if (length > 0) memcpy(to, bytes, (size_t)length);
    return to + (length > 0 ? length : 0);
}

/* As %.*g does with that many digits: no zeros at the end, an exponent when it is far from 0. */
static void lay_out(struct decimal number, int count, char *to) {
    static const char zeros[] = "0000";
    char digits[MOST_DIGITS] = {0};
    int precision = count, exponent = number.exponent;
    for (int i = count; i-- > 0; number.digits /= 10) digits[i] = (char)('0' + number.digits % 10);
    while (count > 1 && digits[count - 1] == '0') count--;
    if (exponent < -4 || exponent >= precision) {
        to = put(to, digits, 1);
        if (count > 1) to = put(put(to, ".", 1), digits + 1, count - 1);
        (void)snprintf(to, 8, "e%+03d", exponent);
        return;
    }
    int whole = exponent + 1; /* digits before the point */
    if (whole <= 0) {
        to = put(put(to, "0.", 2), zeros, -whole);
        to = put(to, digits, count);
    } else {
        to = put(to, digits, count < whole ? count : whole);
        for (int i = count; i < whole; i++) to = put(to, zeros, 1);
        if (count > whole) to = put(put(to, ".", 1), digits + whole, count - whole);
    }
    *to = '\0';
}

static bool write_quickly(float value, char *to) {
    float magnitude = fabsf(value);
    if (!(magnitude >= quick_least && magnitude <= quick_most)) return false;
    struct decimal all = cut(magnitude);
    for (int count = LEAST_DIGITS; count <= MOST_DIGITS; count++) {
        struct decimal number = rounded(all, count);
        enum reading reading = reads_back(number, count, magnitude);
        if (reading == HARD_TO_SAY) return false;
        if (reading == READS_OTHERWISE && count < MOST_DIGITS) continue;
        if (value < 0) *to++ = '-';
        lay_out(number, count, to);
        return true;
    }
    return false;
}

const char *text_number(double value, char to[static 32]) {
    float wanted = (float)value;
    if (write_quickly(wanted, to)) return to;
    for (int digits = LEAST_DIGITS; digits <= MOST_DIGITS; digits++) {
        (void)snprintf(to, 32, "%.*g", digits, (double)wanted);
        if (strtof(to, NULL) == wanted) break;
    }
    return to;
}
