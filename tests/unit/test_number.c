/* Cells: which texts are numbers, how they are rounded, and what signs they hold. */
#include "data_files.h"

#include "data/number.h"

static enum number_result read_one(const char *text, char point, float *value) {
    return number_read(text, strlen(text), point, value);
}

static void reads_numbers(void **state) {
    (void)state;
    static const char *const good[] = {
        "0",
        "-1",
        "+2.5",
        "1.",
        ".5",
        "1e3",
        "1E-3",
        "112",
        "3.4e38",
        "1e-45",
        "0.1",
        "16777217",
        "123456.789",
        "-0",
        "1.220639965678425032e-01",
        "0.30000001192092896",
        "9007199254740993",
        "340282346638528859811704183484516925440",
        "00012",
        "1e+22",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        float value = 7;
        assert_int_equal(read_one(good[i], '.', &value), NUMBER_READ);
        if (value != (float)strtod(good[i], NULL))
            fail_msg("%s is read as %.9g", good[i], (double)value);
    }
    float value;
    assert_int_equal(read_one("-1,25", ',', &value), NUMBER_READ);
    assert_true(value == -1.25f);
    assert_int_equal(read_one("0,30000001192092896484375", ',', &value), NUMBER_READ);
    assert_true(value == 0.3f);
}

static void refuses_what_is_no_number(void **state) {
    (void)state;
    static const char *const bad[] = {"abc",   "0x10",  "1_0", "1.5f", " 1",    "+ 1",
                                      "1e",    "1e+",   ".",   "-",    "1,5",   "--1",
                                      "1.2.3", "1 000", "١٢",  "nanx", "1e5.5", "e5"};
    float value;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(read_one(bad[i], '.', &value), NUMBER_TEXT);
    static const char *const missing[] = {"", "NA", "NaN", "nan", "null", "None", "?"};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        assert_int_equal(read_one(missing[i], '.', &value), NUMBER_MISSING);
    static const char *const range[] = {"1e400", "-1e39", "inf", "-Infinity", "3.5e38"};
    for (size_t i = 0; i < sizeof range / sizeof *range; i++)
        assert_int_equal(read_one(range[i], '.', &value), NUMBER_RANGE);
    static const char *const tiny[] = {"1e-60", "1e-400", "0.1e-50"};
    for (size_t i = 0; i < sizeof tiny / sizeof *tiny; i++) {
        assert_int_equal(read_one(tiny[i], '.', &value), NUMBER_TINY);
        assert_true(value == 0);
    }
    assert_int_equal(read_one("0e-60", '.', &value), NUMBER_READ);
}

/* The fast way must give what strtod and one rounding to float give. */
static void rounds_as_strtod_does(void **state) {
    (void)state;
    uint64_t seed = 12345;
    for (size_t i = 0; i < 300000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        char text[64];
        uint64_t digits = seed >> (seed % 50);
        (void)snprintf(text, sizeof text, "%llu.%0*llue%d", (unsigned long long)(digits % 100000),
                       (int)(seed % 14) + 1, (unsigned long long)(digits >> 20),
                       (int)(seed >> 60) - 8);
        float value;
        enum number_result result = read_one(text, '.', &value);
        float wanted = (float)strtod(text, NULL);
        if (result != NUMBER_READ || value != wanted)
            fail_msg("%s is read as %.9g, not %.9g", text, (double)value, (double)wanted);
    }
}

static float read_grouped(const char *text, char point, char thousands) {
    float value = -7;
    enum number_result result = number_read_grouped(text, strlen(text), point, thousands, &value);
    return result == NUMBER_READ ? value : NAN;
}

static void reads_groups_of_digits(void **state) {
    (void)state;
    assert_true(read_grouped("1,234", '.', ',') == 1234);
    assert_true(read_grouped("-12,345,678.5", '.', ',') == -12345678.5f);
    assert_true(read_grouped("+1.234.567,25", ',', '.') == 1234567.25f);
    assert_true(read_grouped("1 234,5", ',', ' ') == 1234.5f);
    assert_true(read_grouped("1\xc2\xa0"
                             "234",
                             '.', ' ') == 1234);
    assert_true(read_grouped("1\xe2\x80\xaf"
                             "234\xe2\x80\x89"
                             "567",
                             '.', ' ') == 1234567);
    assert_true(read_grouped("12'345e2", '.', '\'') == 1234500);
    static const char *const bad[] = {"1,23",   "1234,567", ",123",     "1,,234",
                                      "1,2345", "1,234,",   "1,234,56", "",
                                      "-",      "1234",     "1,23a",    "1.5,000"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!isnan(read_grouped(bad[i], '.', ','))) fail_msg("%s is read", bad[i]);
    char long_text[600];
    memset(long_text, '0', sizeof long_text);
    memcpy(long_text, "1,234.", 6);
    float value;
    assert_int_equal(number_read_grouped(long_text, sizeof long_text, '.', ',', &value),
                     NUMBER_TEXT);
}

static void sees_signs(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum number_look look;
    } cells[] = {
        {"", LOOK_MISSING},
        {"NA", LOOK_MISSING},
        {"x", LOOK_TEXT},
        {"10.03.2004", LOOK_TEXT},
        {"18.00.00", LOOK_TEXT},
        {"12", LOOK_WHOLE},
        {"-inf", LOOK_WHOLE},
        {"1.5", LOOK_POINT},
        {"0.125", LOOK_POINT},
        {"1234.567", LOOK_POINT},
        {"1,5", LOOK_COMMA},
        {"0,125", LOOK_COMMA},
        {"1,234e2", LOOK_COMMA},
        {"1.234", LOOK_POINT_OR_GROUP},
        {"-12,345", LOOK_COMMA_OR_GROUP},
        {"1.234.567", LOOK_POINT_GROUPS},
        {"1.234,5", LOOK_POINT_GROUPS},
        {"1,234,567", LOOK_COMMA_GROUPS},
        {"1,234.5", LOOK_COMMA_GROUPS},
    };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        if (number_look(cells[i].text, strlen(cells[i].text)) != cells[i].look)
            fail_msg("%s has look %d", cells[i].text,
                     (int)number_look(cells[i].text, strlen(cells[i].text)));
}

/* However long, a comma gives what a point gives. */
static void reads_long_numbers(void **state) {
    (void)state;
    enum { LONG = 70000 };
    static const struct {
        const char *start, *end;
        char digit;
    } cells[] = {{"-342,3", "", '1'},     {"0,", "7", '0'},        {"+0001,0", "e-3", '9'},
                 {"16777217,", "1", '0'}, {"16777217,", "0", '0'}, {"1", ",5", '0'},
                 {"000000", "2,5", '0'},  {"0,1", "e400", '9'},    {"5,", "e-44", '0'}};
    char *text = malloc(LONG + 100);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        for (size_t length = 10; length <= LONG; length = length * 3 + 7) {
            size_t start = strlen(cells[i].start);
            memcpy(text, cells[i].start, start);
            memset(text + start, cells[i].digit, length);
            (void)strcpy(text + start + length, cells[i].end);
            float comma = 0, point = 0;
            enum number_result result = read_one(text, ',', &comma);
            *strchr(text, ',') = '.';
            assert_int_equal(result, read_one(text, '.', &point));
            assert_memory_equal(&comma, &point, sizeof point);
        }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_long_numbers),        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(refuses_what_is_no_number), cmocka_unit_test(rounds_as_strtod_does),
        cmocka_unit_test(reads_groups_of_digits),    cmocka_unit_test(sees_signs),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
