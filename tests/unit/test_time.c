/* Times: what a text tells, the format found for a column, the places in day, week and year.
 * Seconds are those of `date -u -d ... +%s`. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data/time.h"

static double seconds(const char *text, const char *format) {
    struct moment moment;
    if (!time_parse(text, strlen(text), format, &moment)) return NAN;
    return moment.seconds;
}

#define assert_seconds(text, format, wanted)                                                       \
    do {                                                                                           \
        double found_ = seconds(text, format);                                                     \
        if (!(found_ == (wanted))) fail_msg("%s: %.17g, not %.17g", text, found_, (double)wanted); \
    } while (0)
#define assert_no_time(text, format)                                                               \
    do {                                                                                           \
        double found_ = seconds(text, format);                                                     \
        if (!isnan(found_)) fail_msg("%s: read as %.17g", text, found_);                           \
    } while (0)

static void reads_iso(void **state) {
    (void)state;
    assert_seconds("1970-01-01", NULL, 0);
    assert_seconds("2016-07-01", NULL, 1467331200);
    assert_seconds("2016-07-01 13:05:09", NULL, 1467378309);
    assert_seconds("2016-07-01T13:05:09", NULL, 1467378309);
    assert_seconds("2016-07-01T13:05", NULL, 1467378300);
    assert_seconds("2016-07-01T13:05:09.25Z", NULL, 1467378309.25);
    assert_seconds("2016-07-01T13:05:09,5+02:00", NULL, 1467371109.5);
    assert_seconds("2016-07-01 13:05:09-0330", NULL, 1467390909);
    assert_seconds("2016-07-01 24:00", NULL, 1467417600);
    assert_seconds("2016/7/1 1:05 PM", NULL, 1467378300);
    assert_seconds("20160701", NULL, 1467331200);
    assert_seconds("2016-07", NULL, 1467331200);
    assert_seconds("1949", NULL, -662688000);
    assert_seconds("2000-02-29", NULL, 951782400);
    assert_seconds("1900-03-01", NULL, -2203891200);
    assert_seconds("0001-01-01", NULL, -62135596800);
    assert_seconds("9999-12-31", NULL, 253402214400);
}

static void refuses_what_is_no_time(void **state) {
    static const char *const texts[] = {"",
                                        "2016-02-30",
                                        "1900-02-29",
                                        "2016-13-01",
                                        "2016-00-10",
                                        "2016-7-1x",
                                        "16-07-01",
                                        "2016-07-01 25:00",
                                        "2016-07-01 24:01",
                                        "2016-07-01 10:60",
                                        "0000-01-01",
                                        "2016-07-01T",
                                        "2016-07-01 10",
                                        "2016-07-01 13:00 PM",
                                        "2016123",
                                        "1-01",
                                        "07/31/2016",
                                        "2016-07-01 10:00:61",
                                        "2016-07-01T10:00+2",
                                        "112.5"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) assert_no_time(texts[i], NULL);
}

static void reads_by_format(void **state) {
    (void)state;
    assert_seconds("31/07/2016", "%d/%m/%Y", 1469923200);
    assert_seconds("7/31/2016 18.30.05", "%m/%d/%Y", 1469989805);
    assert_seconds("31.7.16 6:30 pm", "%d.%m.%y", 1469989800);
    assert_seconds("Jul 31, 2016 06:30PM", "%b %d, %Y %I:%M%p", 1469989800);
    assert_seconds("31 july 2016", "%d %b %Y", 1469923200);
    assert_seconds("1469989800", "%s", 1469989800);
    assert_seconds("-1.5", "%s", -1.5);
    assert_seconds("2016-07-31T12+02", "%Y-%m-%dT%H%z", 1469959200);
    assert_seconds("31/12/69", "%d/%m/%y", -86400);
    assert_no_time("07/31/2016", "%d/%m/%Y");
    assert_no_time("31/07/2016x", "%d/%m/%Y");
    assert_no_time("0:30 2016-07-31", "%I:%M %Y-%m-%d");
    assert_true(time_format_valid("%d/%m/%Y %H:%M"));
    assert_false(time_format_valid("%d/%m"));
    assert_false(time_format_valid("%Y-%q"));
    assert_false(time_format_valid("%Y-%"));
}

static void keeps_the_zone(void **state) {
    struct moment moment;
    (void)state;
    assert_true(time_parse("2016-07-01T00:30+05:30", 22, NULL, &moment));
    assert_true(moment.zone == 19800);
    assert_true(moment.seconds == 1467313200);
    assert_true(time_feature(&moment, TIME_HOUR) == 0.5 / 24);
}

static size_t guess(const char *const *texts, const char **format, const char **other) {
    struct time_guess found = {0};
    for (; *texts != NULL; texts++) time_guess_add(&found, *texts, strlen(*texts));
    return time_guess_end(&found, format, other);
}

static void finds_the_format(void **state) {
    const char *format, *other;
    (void)state;
    assert_int_equal(guess((const char *[]){"01/02/2016", "31/01/2016", NULL}, &format, &other), 1);
    assert_string_equal(format, "%d/%m/%Y");
    assert_int_equal(guess((const char *[]){"01/02/2016", "1/31/2016 9:00", NULL}, &format, &other),
                     1);
    assert_string_equal(format, "%m/%d/%Y");
    assert_int_equal(guess((const char *[]){"01/02/2016", "11/12/2016", NULL}, &format, &other), 2);
    assert_string_equal(format, "%m/%d/%Y");
    assert_string_equal(other, "%d/%m/%Y");
    assert_int_equal(guess((const char *[]){"1949-01", "1949-02-01", NULL}, &format, &other), 1);
    assert_null(format);
    assert_int_equal(guess((const char *[]){"31/01/2016", "01/31/2016", NULL}, &format, &other), 0);
    assert_int_equal(guess((const char *[]){"1-01", NULL}, &format, &other), 0);
    assert_int_equal(guess((const char *[]){NULL}, &format, &other), 0);
}

static void assert_feature(const char *text, enum time_feature feature, double wanted) {
    struct moment moment;
    assert_true(time_parse(text, strlen(text), NULL, &moment));
    if (time_feature(&moment, feature) != wanted)
        fail_msg("%s, %s: %.17g, not %.17g", text, time_feature_names[feature],
                 time_feature(&moment, feature), wanted);
}

static void tells_features(void **state) {
    (void)state;
    assert_feature("2016-07-01 18:45:30", TIME_HOUR, 67530 / 86400.0);
    assert_feature("2016-07-01 18:45:30", TIME_MINUTE, 2730 / 3600.0);
    assert_feature("2016-07-01", TIME_WEEKDAY, 4 / 7.0); /* a Friday */
    assert_feature("1969-12-28", TIME_WEEKDAY, 6 / 7.0); /* a Sunday */
    assert_feature("0001-01-01", TIME_WEEKDAY, 0);
    assert_feature("2016-07-01", TIME_MONTH, 0.5);
    assert_feature("2016-07-16", TIME_DAY, 15 / 31.0);
    assert_feature("2016-12-31", TIME_YEARDAY, 365 / 366.0);
    assert_feature("1967-03-01", TIME_YEARDAY, 59 / 365.0);
    assert_feature("9999-12-31", TIME_MONTH, 11 / 12.0);
}

/* Each day of four centuries has the day after the one before. */
static void counts_every_day(void **state) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    double wanted = -11676096000; /* 1600-01-01 */
    (void)state;
    for (int year = 1600; year < 2000; year++)
        for (int month = 1; month <= 12; month++) {
            bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            for (int day = 1; day <= days[month - 1] + (month == 2 && leap); day++) {
                char text[40];
                (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
                assert_seconds(text, NULL, wanted);
                assert_feature(text, TIME_MONTH, (month - 1) / 12.0);
                wanted += 86400;
            }
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_iso),        cmocka_unit_test(refuses_what_is_no_time),
        cmocka_unit_test(reads_by_format),  cmocka_unit_test(keeps_the_zone),
        cmocka_unit_test(finds_the_format), cmocka_unit_test(tells_features),
        cmocka_unit_test(counts_every_day),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
