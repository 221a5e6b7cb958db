/* Texts that grow, strict numbers, near misses, UTF-8, patterns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void text_grows_and_is_taken(void **state) {
    (void)state;
    struct error err;
    struct text text = {0};
    text_add(&text, "a");
    text_add_bytes(&text, "bcd", 2);
    text_format(&text, "-%d-%s", 7, "x");
    for (int i = 0; i < 1000; i++) text_add(&text, "0123456789");
    assert_int_equal(text.length, 10007);
    char *bytes = text_take(&text, &err);
    assert_memory_equal(bytes, "abc-7-x0123", 11);
    assert_int_equal(strlen(bytes), 10007);
    assert_null(text.bytes);
    free(bytes);
    bytes = text_take(&text, &err);
    assert_string_equal(bytes, "");
    free(bytes);
}

static void failed_text_stays_failed(void **state) {
    (void)state;
    struct error err;
    struct text text = {.failed = true};
    text_add(&text, "a");
    text_format(&text, "%d", 1);
    assert_null(text.bytes);
    assert_null(text_take(&text, &err));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_false(text.failed);
}

static uint64_t bits(double x) {
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

/* Expected bits are those of the exactly rounded value (known hard cases of decimal to binary). */
static void reals_are_exactly_rounded(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t bits;
    } cases[] = {
        {"0", 0},
        {"-0", UINT64_C(0x8000000000000000)},
        {"0e400", 0},
        {"1", UINT64_C(0x3ff0000000000000)},
        {"+.5", UINT64_C(0x3fe0000000000000)},
        {"5.", UINT64_C(0x4014000000000000)},
        {"0.1", UINT64_C(0x3fb999999999999a)},
        {"-1.5e3", UINT64_C(0xc097700000000000)},
        {"1E+22", UINT64_C(0x4480f0cf064dd592)},
        {"1e23", UINT64_C(0x44b52d02c7e14af6)},
        {"9007199254740993", UINT64_C(0x4340000000000000)},
        {"9007199254740993.00000000000000000000000000001", UINT64_C(0x4340000000000001)},
        {"2.2250738585072012e-308", UINT64_C(0x0010000000000000)},
        {"2.2250738585072011e-308", UINT64_C(0x000fffffffffffff)},
        {"4.9406564584124654e-324", 1},
        {"2e-324", 0},
        {"1e-999999999999999999999", 0},
        {"1.7976931348623157e308", UINT64_C(0x7fefffffffffffff)},
        {"0.000000000000000000000000000000000000001e39", UINT64_C(0x3ff0000000000000)},
        {"100000000000000000000000000000000000000000e-41", UINT64_C(0x3ff0000000000000)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = -1;
        assert_true(text_parse_real(cases[i].text, strlen(cases[i].text), &value));
        if (bits(value) != cases[i].bits)
            fail_msg("%s: %016llx", cases[i].text, (unsigned long long)bits(value));
    }
    double value;
    assert_true(text_parse_real("1.25x", 4, &value));
    assert_true(value == 1.25);
}

/* 1 + 2^-53 exactly, which rounds to even, then with one digit far behind that tips it. */
static void long_mantissas_keep_what_matters(void **state) {
    (void)state;
    static const char half[] = "1.00000000000000011102230246251565404236316680908203125";
    char text[4000];
    double value;
    assert_true(text_parse_real(half, strlen(half), &value));
    assert_true(bits(value) == UINT64_C(0x3ff0000000000000));
    memset(text, '0', sizeof text);
    memcpy(text, half, strlen(half));
    assert_true(text_parse_real(text, sizeof text, &value));
    assert_true(bits(value) == UINT64_C(0x3ff0000000000000));
    text[sizeof text - 1] = '3';
    assert_true(text_parse_real(text, sizeof text, &value));
    assert_true(bits(value) == UINT64_C(0x3ff0000000000001));
    memset(text, '9', sizeof text);
    assert_false(text_parse_real(text, sizeof text, &value));
    memcpy(text + sizeof text - 6, "e-3994", 6);
    assert_true(text_parse_real(text, sizeof text, &value));
    assert_true(value == 1.0);
}

static void reals_are_strict(void **state) {
    (void)state;
    static const char *const wrong[] = {"",
                                        "+",
                                        "-",
                                        ".",
                                        "e5",
                                        "1e",
                                        "1e+",
                                        "1e5x",
                                        "1.2.3",
                                        " 1",
                                        "1 ",
                                        "0x10",
                                        "1_0",
                                        "1.5f",
                                        "nan",
                                        "inf",
                                        "NaN",
                                        "1,5",
                                        "--1",
                                        "+-1",
                                        "1e400",
                                        "-1e400",
                                        "1e99999999999999999999",
                                        "\xd9\xa1",
                                        "infinity",
                                        "1e5.0",
                                        "1d5",
                                        ".e1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        double value;
        if (text_parse_real(wrong[i], strlen(wrong[i]), &value)) fail_msg("took \"%s\"", wrong[i]);
    }
}

/* Against strtod, on numbers of every length and size. */
static void reals_agree_with_strtod(void **state) {
    (void)state;
    uint64_t random = 88172645463325252u;
    char text[64];
    for (int i = 0; i < 200000; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        int digits = (int)(random % 20), exponent = (int)(random >> 32 & 63) - 32;
        double value, scale = (double)(random >> 11) * 0x1p-53;
        (void)snprintf(text, sizeof text, i % 2 ? "%.*e" : "%.*f", digits,
                       scale * pow(10, exponent));
        assert_true(text_parse_real(text, strlen(text), &value));
        if (bits(value) != bits(strtod(text, NULL))) fail_msg("%s", text);
    }
}

static void counts_are_strict(void **state) {
    (void)state;
    static const char *const wrong[] = {"",
                                        "-1",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "0x1",
                                        "1.0",
                                        "1e3",
                                        "1_0",
                                        "18446744073709551616",
                                        "99999999999999999999"};
    size_t value;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (text_parse_count(wrong[i], strlen(wrong[i]), &value)) fail_msg("took \"%s\"", wrong[i]);
    assert_true(text_parse_count("18446744073709551615", 20, &value));
    assert_true(value == SIZE_MAX);
    assert_true(text_parse_count("0012", 4, &value));
    assert_int_equal(value, 12);
}

static void numbers_are_short_and_read_back(void **state) {
    (void)state;
    char to[32];
    assert_string_equal(text_number(0.1f, to), "0.1");
    assert_string_equal(text_number(16777217, to), "16777216");
    assert_string_equal(text_number((double)(1.0f / 3), to), "0.33333334");
    assert_string_equal(text_number(-0.0, to), "-0");
    assert_string_equal(text_number(1e-45, to), "1.4013e-45");
    assert_string_equal(text_double(0.1, to), "0.1");
    assert_string_equal(text_double(0.1 + 0.2, to), "0.30000000000000004");
    assert_string_equal(text_double(5e-324, to), "4.94065645841247e-324");
    assert_string_equal(text_double(100, to), "100");
    assert_string_equal(text_number(-1e30f, to), "-1e+30");
    assert_string_equal(text_number(HUGE_VAL, to), "inf");
}

/* The definition itself, by the C library. */
static void expect_as_printf(float value) {
    char to[32], wanted[32];
    for (int digits = 6; digits <= 9; digits++) {
        (void)snprintf(wanted, sizeof wanted, "%.*g", digits, (double)value);
        if (strtof(wanted, NULL) == value) break;
    }
    assert_string_equal(text_number((double)value, to), wanted);
    assert_true(strtof(to, NULL) == value);
}

static void floats_are_as_printf_lays_them_out(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 0x7f800000u; i += 65521) {
        float value;
        memcpy(&value, &i, sizeof value);
        expect_as_printf(value);
        expect_as_printf(-value);
    }
    for (int e = -149; e < 128; e++) {
        expect_as_printf(ldexpf(1, e));
        expect_as_printf(nextafterf(ldexpf(1, e), 0));
    }
    for (int i = 0; i < 30000; i++) { /* few digits, over the places where an exponent begins */
        expect_as_printf((float)i / 1000);
        expect_as_printf((float)i / 1e8f);
        expect_as_printf((float)i * 1000);
    }
}

static void nearest_is_a_slip_away(void **state) {
    (void)state;
    static const char *const names[] = {"lstm", "gru", "units", "learning_rate", "batch_size"};
    static const struct {
        const char *word, *name;
    } cases[] = {{"lstmm", "lstm"},
                 {"unit", "units"},
                 {"learning_rte", "learning_rate"},
                 {"gur", "gru"},
                 {"LSTM", "lstm"},
                 {"batch-size", "batch_size"},
                 {"batchsize", "batch_size"},
                 {"conv", NULL},
                 {"x", NULL},
                 {"lr", NULL},
                 {"", NULL},
                 {"gr", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *near = text_nearest(cases[i].word, names, 5);
        if (cases[i].name == NULL)
            assert_null(near);
        else
            assert_string_equal(near, cases[i].name);
    }
    char word[200];
    memset(word, 'a', sizeof word);
    word[sizeof word - 1] = '\0';
    assert_null(text_nearest(word, names, 5));
    assert_null(text_nearest("lstm", names, 0));
}

static void utf8_faults_are_found(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t fault;
    } cases[] = {{"plain ascii, more than eight", 28},
                 {"\xc3\xa9t\xc3\xa9", 5},
                 {"12345678\xff", 8},
                 {"a\xc0\xaf", 1},
                 {"\xed\xa0\x80", 0},
                 {"\xf4\x90\x80\x80", 0},
                 {"\xf0\x9f\x98\x80", 4},
                 {"ab\xe2\x82", 2},
                 {"\xe0\x9f\xbf", 0},
                 {"\x80", 0},
                 {"\xf0\x8f\xbf\xbf", 0},
                 {"\xef\xbb\xbfx", 4},
                 {"\xf5\x80\x80\x80", 0},
                 {"\xc3(", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(text_utf8_fault(cases[i].text, strlen(cases[i].text)), cases[i].fault);
    assert_int_equal(text_utf8_fault("", 0), 0);
    assert_int_equal(text_width("\xc3\xa9t\xc3\xa9"), 3);
    assert_int_equal(text_width(""), 0);
}

static void patterns_match(void **state) {
    (void)state;
    assert_true(text_matches("*", ""));
    assert_true(text_matches("", ""));
    assert_false(text_matches("", "a"));
    assert_true(text_matches("a*c", "abbbc"));
    assert_true(text_matches("a*c", "ac"));
    assert_false(text_matches("a*c", "acb"));
    assert_true(text_matches("*ab*ab", "abxabab"));
    assert_true(text_matches("**x**", "x"));
    assert_false(text_matches("temp", "temperature"));
    assert_true(text_matches("temp*", "temperature"));
    /* A thousand stars take no time: only the last one is tried again. */
    char pattern[2001], text[2001];
    for (size_t i = 0; i < 2000; i++) pattern[i] = i % 2 ? 'a' : '*';
    memset(text, 'a', 2000);
    pattern[1999] = 'b';
    pattern[2000] = text[2000] = '\0';
    assert_false(text_matches(pattern, text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_and_is_taken),
        cmocka_unit_test(failed_text_stays_failed),
        cmocka_unit_test(reals_are_exactly_rounded),
        cmocka_unit_test(long_mantissas_keep_what_matters),
        cmocka_unit_test(reals_are_strict),
        cmocka_unit_test(reals_agree_with_strtod),
        cmocka_unit_test(counts_are_strict),
        cmocka_unit_test(numbers_are_short_and_read_back),
        cmocka_unit_test(floats_are_as_printf_lays_them_out),
        cmocka_unit_test(nearest_is_a_slip_away),
        cmocka_unit_test(utf8_faults_are_found),
        cmocka_unit_test(patterns_match),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
