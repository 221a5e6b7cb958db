/* number.h - cells: numbers, missing values, and neither. */
#ifndef DATA_NUMBER_H
#define DATA_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum number_result {
    NUMBER_READ,
    NUMBER_TINY,    /* read, but rounded to 0 */
    NUMBER_MISSING, /* empty, NA, NaN, nan, null, None or ? */
    NUMBER_RANGE,   /* a number too large for a float, or an infinity */
    NUMBER_TEXT,    /* not a number */
};

/* The number in bytes[0..length), whose fraction starts after `point` ('.' or ','). The value is
 * what rounding the exactly rounded double to float gives. Grammar: text_parse_real's. */
enum number_result number_read(const char *bytes, size_t length, char point, float *value);

bool number_is_missing(const char *bytes, size_t length);

/* Likewise for a number with its thousands set apart: one to three digits, then groups of three, each
 * after `thousands`, where ' ' is any blank, the no-break ones included. NUMBER_TEXT for any other. */
enum number_result number_read_grouped(const char *bytes, size_t length, char point, char thousands,
                                       float *value);

/* How a cell looks before the decimal sign is known. */
enum number_look {
    LOOK_MISSING,
    LOOK_TEXT,           /* nan is missing, inf counts as a number */
    LOOK_WHOLE,          /* a number without any sign */
    LOOK_POINT,          /* with a point for decimal sign: 1.5 */
    LOOK_COMMA,          /* with a comma: 1,5 */
    LOOK_POINT_OR_GROUP, /* with a point that may as well set thousands apart: 1.234 */
    LOOK_COMMA_OR_GROUP, /* with such a comma: 1,234 */
    LOOK_POINT_GROUPS,   /* with points between thousands: 1.234.567 or 1.234,5 */
    LOOK_COMMA_GROUPS,   /* with commas between thousands: 1,234,567 or 1,234.5 */
    LOOKS,
};
enum number_look number_look(const char *bytes, size_t length);

#endif
