/* time.h - dates and times of day: what a text tells, and where it lies in the day, week and year.
 *
 * A format is a pattern as strptime's: %Y (four digits) %y %m %d %b (a month's English name) %H %I
 * %M %S (with a fraction, if any) %p (AM, PM) %z (Z, +hh, +hhmm, +hh:mm) %s (seconds since 1970)
 * %%; a blank stands for any run of blanks, everything else for itself. After a pattern without a
 * time of day one may follow: T or blanks, hh:mm, hh:mm:ss or hh.mm.ss with or without a fraction,
 * AM or PM, a zone. The format NULL stands for the forms of ISO 8601 that begin with the year:
 * 2016-07-31, 2016/07/31, 20160731, 2016-07, 2016. */
#ifndef DATA_TIME_H
#define DATA_TIME_H

#include <stdbool.h>
#include <stddef.h>

struct moment {
    double seconds; /* since 1970-01-01 00:00 UTC, without leap seconds */
    double zone;    /* seconds that the place's clock is ahead of UTC; 0 without a zone */
};

/* The moment that text[0..length) tells by a format. False when it does not fit the format or is
 * no date of the calendar. */
bool time_parse(const char *text, size_t length, const char *format, struct moment *moment);

/* Is a format one that time_parse knows: every % sign followed by one of the letters above, and a
 * date in it? */
bool time_format_valid(const char *format);

/* Finding the format that fits all texts of a column. */
struct time_guess {
    unsigned fits; /* a bit for each format known */
    bool started;
};
void time_guess_add(struct time_guess *guess, const char *text, size_t length);

/* How many formats fit all texts so far; *format is the first of them. With two, 01/02/2016 may
 * be a day of January or of February: *other is the second. */
size_t time_guess_end(const struct time_guess *guess, const char **format, const char **other);

/* What can be read off a clock or calendar, as a place in 0 <= x < 1 of its cycle, by the clock of
 * the moment's zone. */
enum time_feature {
    TIME_MINUTE,  /* in the hour */
    TIME_HOUR,    /* the time of day, minutes and seconds included */
    TIME_WEEKDAY, /* Monday is 0, Sunday 6/7 */
    TIME_DAY,     /* of the month, the first is 0 */
    TIME_YEARDAY, /* of the year, the first of January is 0 */
    TIME_MONTH,   /* of the year, January is 0 */
    TIME_FEATURES
};
extern const char *const time_feature_names[TIME_FEATURES + 1]; /* NULL at the end */
double time_feature(const struct moment *moment, enum time_feature feature);

#endif
