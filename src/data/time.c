#include "data/time.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

const char *const time_feature_names[TIME_FEATURES + 1] = {"minute",  "hour",  "weekday", "day",
                                                           "yearday", "month", NULL};

/* ---- the calendar ---------------------------------------------------------------------------- */

static bool is_leap(int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int64_t year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

static int days_before(int64_t year, int month) {
    int days = 0;
    for (int m = 1; m < month; m++) days += days_in(year, m);
    return days;
}

/* Days from the first of January of the year 1 to that of `year` >= 1. */
static int64_t days_to_year(int64_t year) {
    int64_t past = year - 1;
    return 365 * past + past / 4 - past / 100 + past / 400;
}

enum { DAYS_TO_1970 = 719162 };

struct date {
    int64_t year;
    int month, day;
};

static int64_t day_number(struct date date) {
    return days_to_year(date.year) + days_before(date.year, date.month) + date.day - 1 -
           DAYS_TO_1970;
}

static struct date date_of(int64_t number) {
    int64_t days = number + DAYS_TO_1970;
    struct date date = {days / 366 + 1, 1, 1};
    while (days_to_year(date.year + 1) <= days) date.year++;
    days -= days_to_year(date.year);
    for (; days >= days_in(date.year, date.month); date.month++)
        days -= days_in(date.year, date.month);
    date.day = (int)days + 1;
    return date;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* What is read so far, and where. */
struct reading {
    const char *start, *at, *end;
    struct date date;
    int hour, minute;
    double second, zone;
    bool dated, timed, halves, afternoon, zoned; /* halves: the hour is 1..12 */
    bool counted;                                /* seconds since 1970 are given */
};

static bool is_digit(const struct reading *r) {
    return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static bool read_digits(struct reading *r, int least, int most, int *value) {
    int count = 0;
    for (*value = 0; count < most && is_digit(r); count++) *value = *value * 10 + (*r->at++ - '0');
    return count >= least;
}

/* Numbers that follow each other without a mark between have both their digits. */
static bool read_within(struct reading *r, int low, int high, int *value) {
    bool joined = r->at > r->start && r->at[-1] >= '0' && r->at[-1] <= '9';
    return read_digits(r, joined ? 2 : 1, 2, value) && *value >= low && *value <= high;
}

static bool take(struct reading *r, char c) {
    if (r->at == r->end || *r->at != c) return false;
    r->at++;
    return true;
}

static bool take_blanks(struct reading *r) {
    const char *start = r->at;
    while (take(r, ' ') || take(r, '\t')) {
    }
    return r->at > start;
}

static double read_fraction(struct reading *r) {
    double value = 0, unit = 1;
    for (; is_digit(r) && unit < 1e15; r->at++) {
        unit *= 10;
        value = value * 10 + (*r->at - '0');
    }
    while (is_digit(r)) r->at++;
    return value / unit;
}

/* Nothing stands in the way of a second 60 that a clock has shown. */
static bool read_seconds(struct reading *r) {
    int whole;
    if (!read_within(r, 0, 60, &whole)) return false;
    r->second = whole;
    if (r->end - r->at > 1 && (*r->at == '.' || *r->at == ',') && r->at[1] >= '0' &&
        r->at[1] <= '9') {
        r->at++;
        r->second += read_fraction(r);
    }
    return true;
}

static bool read_half(struct reading *r) {
    if (r->end - r->at < 2) return false;
    bool morning = strncasecmp(r->at, "AM", 2) == 0;
    if (!morning && strncasecmp(r->at, "PM", 2) != 0) return false;
    r->at += 2;
    r->halves = true;
    r->afternoon = !morning;
    return true;
}

static bool read_zone(struct reading *r) {
    int hours, minutes = 0;
    r->zoned = true;
    if (take(r, 'Z') || take(r, 'z')) return true;
    bool behind = take(r, '-');
    if (!behind && !take(r, '+')) return false;
    if (!read_digits(r, 2, 2, &hours) || hours > 23) return false;
    bool colon = take(r, ':');
    if ((colon || is_digit(r)) && (!read_digits(r, 2, 2, &minutes) || minutes > 59)) return false;
    r->zone = (behind ? -60.0 : 60.0) * (hours * 60 + minutes);
    return true;
}

static bool read_month_name(struct reading *r) {
    static const char *const name[] = {"January",   "February", "March",    "April",
                                       "May",       "June",     "July",     "August",
                                       "September", "October",  "November", "December"};
    size_t left = (size_t)(r->end - r->at);
    for (int m = 0; m < 12; m++) {
        size_t length = strlen(name[m]);
        if (left < 3 || strncasecmp(r->at, name[m], 3) != 0) continue;
        r->at += left >= length && strncasecmp(r->at, name[m], length) == 0 ? length : 3;
        r->date.month = m + 1;
        return true;
    }
    return false;
}

static bool read_year(struct reading *r, int digits) {
    int year;
    if (!read_digits(r, digits, digits, &year)) return false;
    /* POSIX's rule for two digits. */
    if (digits == 2) year += year < 69 ? 2000 : 1900;
    r->date.year = year;
    r->dated = true;
    return year > 0;
}

/* The sum is exact: a day has far fewer seconds than a double has whole numbers. */
static bool read_count(struct reading *r) {
    bool before = take(r, '-');
    double seconds = 0;
    const char *start = r->at;
    for (; is_digit(r) && r->at - start < 12; r->at++) seconds = seconds * 10 + (*r->at - '0');
    if (r->at == start) return false;
    if (take(r, '.')) seconds += read_fraction(r);
    r->second = before ? -seconds : seconds;
    r->counted = r->dated = r->timed = true;
    return r->second >= -86400.0 * DAYS_TO_1970;
}

static bool read_directive(struct reading *r, char letter) {
    switch (letter) {
    case 'Y': return read_year(r, 4);
    case 'y': return read_year(r, 2);
    case 'm': return read_within(r, 1, 12, &r->date.month);
    case 'd': return read_within(r, 1, 31, &r->date.day);
    case 'b': return read_month_name(r);
    case 'H': r->timed = true; return read_within(r, 0, 24, &r->hour);
    case 'I': r->timed = r->halves = true; return read_within(r, 1, 12, &r->hour);
    case 'M': return read_within(r, 0, 59, &r->minute);
    case 'S': return read_seconds(r);
    case 'p': return read_half(r);
    case 'z': return read_zone(r);
    case 's': return read_count(r);
    case '%': return take(r, '%');
    default: return false;
    }
}

static bool read_pattern(struct reading *r, const char *p) {
    for (; *p != '\0'; p++) {
        if (*p == '%') {
            if (!read_directive(r, *++p)) return false;
        } else if (*p == ' ') {
            if (!take_blanks(r)) return false;
        } else if (!take(r, *p)) {
            return false;
        }
    }
    return true;
}

/* The time of day that may follow a date. */
static bool read_rest(struct reading *r) {
    if (r->at == r->end) return true;
    if (r->timed || r->zoned) return false;
    if (!take(r, 'T') && !take(r, 't') && !take_blanks(r)) return false;
    r->timed = true;
    if (!read_within(r, 0, 24, &r->hour)) return false;
    char colon = r->at < r->end && *r->at == '.' ? '.' : ':';
    if (!take(r, colon) || !read_digits(r, 2, 2, &r->minute) || r->minute > 59) return false;
    if (take(r, colon) && !read_seconds(r)) return false;
    (void)take_blanks(r);
    if (r->end - r->at >= 2 && strchr("AaPp", *r->at) != NULL && !read_half(r)) return false;
    return r->at == r->end || (read_zone(r) && r->at == r->end);
}

static bool settle(const struct reading *r, struct moment *moment) {
    int hour = r->hour;
    if (r->halves && (hour < 1 || hour > 12)) return false;
    if (r->halves) hour = hour % 12 + (r->afternoon ? 12 : 0);
    if (!r->dated || r->date.day > days_in(r->date.year, r->date.month)) return false;
    if (hour == 24 && (r->minute > 0 || r->second > 0)) return false;
    double days = r->counted ? 0 : (double)day_number(r->date);
    *moment =
        (struct moment){days * 86400 + hour * 3600 + r->minute * 60 + r->second - r->zone, r->zone};
    return true;
}

static bool parse_by(const char *text, size_t length, const char *pattern, struct moment *moment) {
    struct reading r = {.start = text, .at = text, .end = text + length, .date = {1970, 1, 1}};
    return read_pattern(&r, pattern) && read_rest(&r) && settle(&r, moment);
}

bool time_parse(const char *text, size_t length, const char *format, struct moment *moment) {
    static const char *const iso[] = {"%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m", "%Y"};
    if (format != NULL) return parse_by(text, length, format, moment);
    for (size_t i = 0; i < sizeof iso / sizeof *iso; i++)
        if (parse_by(text, length, iso[i], moment)) return true;
    return false;
}

bool time_format_valid(const char *format) {
    bool dated = false;
    for (const char *p = format; *p != '\0'; p++) {
        if (*p != '%') continue;
        if (*++p == '\0' || strchr("YymdbHIMSpzs%", *p) == NULL) return false;
        dated |= strchr("Yys", *p) != NULL;
    }
    return dated;
}

/* ---- finding the format ---------------------------------------------------------------------- */

static const char *const known[] = {NULL,       "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y",
                                    "%m-%d-%Y", "%d-%m-%Y", "%d %b %Y", "%b %d, %Y"};
enum { KNOWN = sizeof known / sizeof *known };

void time_guess_add(struct time_guess *guess, const char *text, size_t length) {
    struct moment moment;
    if (!guess->started) guess->fits = (1u << KNOWN) - 1;
    guess->started = true;
    for (unsigned i = 0; i < KNOWN; i++)
        if ((guess->fits >> i & 1) != 0 && !time_parse(text, length, known[i], &moment))
            guess->fits &= ~(1u << i);
}

size_t time_guess_end(const struct time_guess *guess, const char **format, const char **other) {
    size_t count = 0;
    *format = *other = NULL;
    for (unsigned i = 0; i < KNOWN; i++) {
        if ((guess->fits >> i & 1) == 0) continue;
        if (count == 0) *format = known[i];
        if (count == 1) *other = known[i];
        count++;
    }
    return count;
}

/* ---- features -------------------------------------------------------------------------------- */

double time_feature(const struct moment *moment, enum time_feature feature) {
    double local = moment->seconds + moment->zone, day = floor(local / 86400);
    double second = local - day * 86400; /* of the day */
    int64_t number = (int64_t)day;
    struct date date = date_of(number);
    switch (feature) {
    case TIME_MINUTE: return (second - floor(second / 3600) * 3600) / 3600;
    case TIME_HOUR: return second / 86400;
    case TIME_WEEKDAY: return (double)((number % 7 + 10) % 7) / 7; /* 1970 began on a Thursday */
    case TIME_DAY: return (double)(date.day - 1) / days_in(date.year, date.month);
    case TIME_YEARDAY:
        return (double)(days_before(date.year, date.month) + date.day - 1) /
               (is_leap(date.year) ? 366 : 365);
    default: return (double)(date.month - 1) / 12;
    }
}
