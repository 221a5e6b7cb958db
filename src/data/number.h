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

/* How a cell looks before the decimal sign is known. */
enum number_look {
    LOOK_MISSING,
    LOOK_TEXT,      /* nan is missing, inf counts as a number */
    LOOK_WHOLE,     /* a number without a decimal sign */
    LOOK_POINT,     /* with a point */
    LOOK_COMMA,     /* with a comma */
    LOOK_THOUSANDS, /* with a comma that may as well set thousands apart: 1,234 */
};
enum number_look number_look(const char *bytes, size_t length);

#endif
