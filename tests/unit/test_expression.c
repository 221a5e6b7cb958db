/* The gate's expressions: what they mean, what they refuse, and NaN. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/expression.h"

static const struct figure figures[] = {
    {"rmse", 12.5}, {"val_loss", 0.25}, {"accuracy", 0.9}, {"skill", -0.1}, {"auc", NAN}};
enum { COUNT = sizeof figures / sizeof *figures };

static void expect(const char *text, enum truth want) {
    enum truth value = TRUTH_UNKNOWN;
    struct error err = {0};
    if (!expression_value(text, "gate", figures, COUNT, &value, NULL, &err))
        fail_msg("%s: %s", text, err.text);
    if (value != want) fail_msg("%s: %d, expected %d", text, (int)value, (int)want);
}

static void refuse(const char *text, const char *want) {
    enum truth value;
    struct error err = {0};
    assert_false(expression_value(text, "gate", figures, COUNT, &value, NULL, &err));
    assert_string_equal(err.text, want);
    assert_int_equal(err.kind, ERROR_CONFIG);
}

static void test_comparisons(void **state) {
    (void)state;
    expect("rmse>12", TRUTH_TRUE);
    expect("rmse > 12.5", TRUTH_FALSE);
    expect("rmse>=12.5", TRUTH_TRUE);
    expect(" rmse <= 1.25e1 ", TRUTH_TRUE);
    expect("rmse<12.5", TRUTH_FALSE);
    expect("rmse==12.5", TRUTH_TRUE);
    expect("rmse != 12.5", TRUTH_FALSE);
    expect("12 < rmse", TRUTH_TRUE);
    expect("skill<-0.05", TRUTH_TRUE);
    expect("val_loss<accuracy", TRUTH_TRUE);
}

/* not before and before or; parentheses before all. */
static void test_logic(void **state) {
    (void)state;
    expect("accuracy<0.9 or val_loss>1", TRUTH_FALSE);
    expect("accuracy<0.95 or val_loss>1", TRUTH_TRUE);
    expect("accuracy<0.95 and val_loss>1", TRUTH_FALSE);
    expect("1<2 or 1<2 and 2<1", TRUTH_TRUE);
    expect("(1<2 or 1<2) and 2<1", TRUTH_FALSE);
    expect("not 1<2 or 1<2", TRUTH_TRUE);
    expect("not (1<2 or 1<2)", TRUTH_FALSE);
    expect("not not 1<2", TRUTH_TRUE);
    expect("((rmse>1))and(rmse<2)", TRUTH_FALSE);
}

static void test_nan(void **state) {
    (void)state;
    expect("auc>0.5", TRUTH_UNKNOWN);
    expect("not auc>0.5", TRUTH_UNKNOWN);
    expect("auc!=auc", TRUTH_UNKNOWN);
    expect("auc>0.5 or rmse>12", TRUTH_TRUE);
    expect("auc>0.5 or rmse>13", TRUTH_UNKNOWN);
    expect("auc>0.5 and rmse>13", TRUTH_FALSE);
}

static void test_refusals(void **state) {
    (void)state;
    refuse("", "gate: column 1: expected a name or a number, found the end");
    refuse("rmse", "gate: column 5: expected a comparison (< <= > >= == !=), found the end");
    refuse("rmse>", "gate: column 6: expected a name or a number, found the end");
    refuse("rmse>12 val_loss>1", "gate: column 9: expected and, or or the end, found 'val_loss'");
    refuse("0<rmse<1", "gate: column 7: expected and, or or the end, found '<1'");
    refuse("rmse=12", "gate: column 5: expected a comparison (< <= > >= == !=), found '=12'");
    refuse("(rmse>12", "gate: column 9: expected and, or or ')', found the end");
    refuse("rmse>12)", "gate: column 8: expected and, or or the end, found ')'");
    refuse("rmse>1.2.3", "gate: column 6: expected a name or a number, found '1.2.3'");
    refuse("and rmse>1", "gate: column 1: expected a name or a number, found 'and'");
    refuse("or>12", "gate: column 1: expected a name or a number, found 'or'");
    refuse("rmse>12 or", "gate: column 11: expected a name or a number, found the end");
    refuse("rmes>12", "gate: column 1: unknown name 'rmes', did you mean 'rmse'?; have: rmse, "
                      "val_loss, accuracy, skill, auc");
    refuse("1>2 or nothing_like_it>1", "gate: column 8: unknown name 'nothing_like_it'; have: "
                                       "rmse, val_loss, accuracy, skill, auc");
}

static void test_depth(void **state) {
    char deep[512];
    struct error err = {0};
    (void)state;
    memset(deep, '(', 300);
    memcpy(deep + 300, "1<2", 4);
    assert_false(expression_check(deep, "gate", &err));
    assert_string_equal(err.text, "gate: more than 100 parentheses and nots in a row");
}

/* A check alone takes any name; what was looked at is told. */
static void test_check_and_seen(void **state) {
    struct error err = {0};
    struct text seen = {0};
    enum truth value;
    (void)state;
    assert_true(expression_check("whatever>1", "gate", &err));
    assert_true(expression_value("rmse>12 and auc<1", "gate", figures, COUNT, &value, &seen, &err));
    assert_string_equal(seen.bytes, "rmse = 12.5, auc = NaN");
    text_free(&seen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comparisons), cmocka_unit_test(test_logic),
        cmocka_unit_test(test_nan),         cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_depth),       cmocka_unit_test(test_check_and_seen),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
