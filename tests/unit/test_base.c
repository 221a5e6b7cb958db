/* Memory that is checked, plans, and errors as values. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/memory.h"

/* ---- errors ---------------------------------------------------------------------------------- */

static void test_error_texts(void **state) {
    struct error err;
    (void)state;
    assert_false(error_set(&err, ERROR_DATA, "%s has %d rows", "x.csv", 7));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_string_equal(err.text, "x.csv has 7 rows");
    assert_false(
        error_at(&err, ERROR_CONFIG, (struct place){"c.yaml", 12, 7}, "unknown '%s'", "k"));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_string_equal(err.text, "c.yaml:12:7: unknown 'k'");
    assert_false(error_at(&err, ERROR_CONFIG, (struct place){"c.yaml", 12, 0}, "odd"));
    assert_string_equal(err.text, "c.yaml:12: odd");
    assert_false(error_at(&err, ERROR_CONFIG, (struct place){"c.yaml", 0, 5}, "odd"));
    assert_string_equal(err.text, "c.yaml: odd");
    assert_false(error_errno(&err, ERROR_SYSTEM, "out/model.ckpt", ENOSPC));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_string_equal(err.text, "out/model.ckpt: No space left on device");
}

/* The kinds are the exit codes that users see. */
static void test_error_codes(void **state) {
    (void)state;
    assert_int_equal(ERROR_SYSTEM, 1);
    assert_int_equal(ERROR_CONFIG, 2);
    assert_int_equal(ERROR_DATA, 3);
    assert_int_equal(ERROR_DIVERGED, 4);
    assert_int_equal(ERROR_CHECKPOINT, 5);
    assert_int_equal(ERROR_GATE, 6);
}

static void test_error_is_disarmed(void **state) {
    struct error err;
    (void)state;
    (void)error_set(&err, ERROR_DATA, "%s",
                    "a\nb\x1b[31mc\td\x7f"
                    "e\xc3\xa9");
    assert_string_equal(err.text, "a?b?[31mc?d?e\xc3\xa9");
    (void)error_at(&err, ERROR_DATA, (struct place){"bad\nname", 1, 1}, "x");
    assert_string_equal(err.text, "bad?name:1:1: x");
    (void)error_errno(&err, ERROR_DATA, "\x1b]0;title\a", ENOENT);
    assert_string_equal(err.text, "?]0;title?: No such file or directory");
}

static void test_error_is_cut(void **state) {
    struct error err;
    char big[3 * ERROR_TEXT_SIZE];
    (void)state;
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    (void)error_set(&err, ERROR_DATA, "%s", big);
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
    (void)error_at(&err, ERROR_DATA, (struct place){big, 1, 1}, "lost");
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
    (void)error_errno(&err, ERROR_DATA, big, ENOENT);
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void test_take(void **state) {
    struct error err;
    (void)state;
    unsigned char *block = memory_take(10, 3, "a test", &err);
    assert_non_null(block);
    for (size_t i = 0; i < 30; i++) assert_int_equal(block[i], 0);
    free(block);
    void *none = memory_take(0, 8, "nothing", &err);
    assert_non_null(none);
    free(none);
    assert_null(memory_take(SIZE_MAX / 2, 4, "a test", &err));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_string_equal(err.text,
                        "a test: 9223372036854775807 x 4 is more than this machine can address");
    assert_null(memory_take(SIZE_MAX / 4, 4, "a test", &err));
    assert_string_equal(err.text, "out of memory (needed 18 EB for a test)");
    char *copy = memory_text("abc", &err);
    assert_string_equal(copy, "abc");
    free(copy);
}

static void test_multiply(void **state) {
    struct error err;
    size_t product;
    (void)state;
    assert_true(memory_multiply(1ull << 31, 1ull << 32, &product, "x", &err));
    assert_true(product == 1ull << 63);
    /* (2^42 + 1) times 2^22 wraps to 2^22. */
    assert_false(memory_multiply((1ull << 42) + 1, 1ull << 22, &product, "a shape", &err));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_string_equal(err.text,
                        "a shape: 4398046511105 x 4194304 is more than this machine can address");
    assert_true(memory_multiply(0, SIZE_MAX, &product, "x", &err));
    assert_int_equal(product, 0);
}

static void test_grow(void **state) {
    struct error err;
    size_t *array = NULL, capacity = 0;
    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        assert_true(memory_grow(&array, &capacity, i + 1, sizeof *array, "numbers", &err));
        assert_true(capacity > i && capacity < 2 * i + 10);
        array[i] = i * i;
    }
    for (size_t i = 0; i < 1000; i++) assert_int_equal(array[i], i * i);
    size_t *before = array, had = capacity;
    assert_false(memory_grow(&array, &capacity, SIZE_MAX / 4, sizeof *array, "numbers", &err));
    assert_ptr_equal(array, before);
    assert_int_equal(capacity, had);
    assert_int_equal(err.kind, ERROR_SYSTEM);
    free(array);
}

static void test_show(void **state) {
    static const struct {
        size_t bytes;
        const char *text;
    } want[] = {
        {0, "0 bytes"},      {999, "999 bytes"},       {1000, "1.0 kB"},   {1540, "1.5 kB"},
        {9960, "10 kB"},     {412345678901, "412 GB"}, {999499, "999 kB"}, {999600, "1.0 MB"},
        {1500000, "1.5 MB"}, {SIZE_MAX, "18 EB"},
    };
    char text[32];
    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        assert_string_equal(memory_show(want[i].bytes, text), want[i].text);
}

/* ---- plans ----------------------------------------------------------------------------------- */

static void test_plan(void **state) {
    struct plan plan = {0};
    struct error err;
    char *a;
    double *b;
    size_t *c, *none;
    (void)state;
    plan_want(&plan, &a, 65, 1);
    plan_want(&plan, &b, 3, sizeof *b);
    plan_want(&plan, &none, 0, 8);
    plan_want(&plan, &c, 100, sizeof *c);
    assert_true(plan.bytes >= 128 + 64 + 0 + 832); /* more under a sanitizer */
    assert_true(plan.bytes <= 128 + 64 + 0 + 832 + 4 * 2 * MEMORY_ALIGNMENT);
    assert_true(plan_commit(&plan, "a test", &err));
    assert_int_equal((uintptr_t)a % MEMORY_ALIGNMENT, 0);
    assert_int_equal((uintptr_t)b % MEMORY_ALIGNMENT, 0);
    assert_int_equal((uintptr_t)c % MEMORY_ALIGNMENT, 0);
    assert_true((char *)b >= a + 65 && (char *)c >= (char *)(b + 3));
    assert_non_null(none);
    for (size_t i = 0; i < 65; i++) assert_int_equal(a[i], 0);
    for (size_t i = 0; i < 100; i++) assert_int_equal(c[i], 0);
    memset(a, 1, 65);
    b[2] = 2;
    memset(c, 3, 100 * sizeof *c);
    plan_free(&plan);
    assert_null(plan.block);
    assert_int_equal(plan.count, 0);
}

static void test_empty_plan(void **state) {
    struct plan plan = {0};
    struct error err;
    (void)state;
    assert_true(plan_commit(&plan, "nothing", &err));
    plan_free(&plan);
}

static void test_plan_overflow(void **state) {
    struct error err;
    void *where;
    (void)state;
    static const struct {
        size_t count, size, times;
    } too_much[] = {
        {SIZE_MAX / 2, 4, 1},       /* a product that wraps */
        {SIZE_MAX - 3, 1, 1},       /* padding that wraps */
        {SIZE_MAX / 2 - 200, 1, 3}, /* a sum that wraps */
    };
    for (size_t i = 0; i < sizeof too_much / sizeof *too_much; i++) {
        struct plan plan = {0};
        for (size_t j = 0; j < too_much[i].times; j++)
            plan_want(&plan, &where, too_much[i].count, too_much[i].size);
        assert_false(plan_commit(&plan, "this model", &err));
        assert_int_equal(err.kind, ERROR_SYSTEM);
        assert_string_equal(err.text, "this model needs more memory than can be addressed");
        plan_free(&plan);
    }
}

static void test_plan_beyond_machine(void **state) {
    struct plan plan = {0};
    struct error err;
    void *where = NULL;
    (void)state;
    plan_want(&plan, &where, 1ull << 50, 1);
    assert_false(plan_commit(&plan, "this model", &err));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_memory_equal(err.text, "this model needs 1.1 PB, this machine has ", 42);
    assert_null(plan.block);
    assert_null(where);
    plan_free(&plan);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_texts),
        cmocka_unit_test(test_error_codes),
        cmocka_unit_test(test_error_is_disarmed),
        cmocka_unit_test(test_error_is_cut),
        cmocka_unit_test(test_take),
        cmocka_unit_test(test_multiply),
        cmocka_unit_test(test_grow),
        cmocka_unit_test(test_show),
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_empty_plan),
        cmocka_unit_test(test_plan_overflow),
        cmocka_unit_test(test_plan_beyond_machine),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
