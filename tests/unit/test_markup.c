/* Texts for SVG and HTML: nothing in them becomes markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "files/markup.h"

static void assert_becomes(const char *text, const char *wanted) {
    struct text to = {0};
    text_add(&to, "|");
    markup_add(&to, text);
    assert_false(to.failed);
    assert_string_equal(to.bytes + 1, wanted);
    text_free(&to);
}

static void what_markup_is_made_of_is_escaped(void **state) {
    (void)state;
    assert_becomes("", "");
    assert_becomes("rmse 1.5", "rmse 1.5");
    assert_becomes("<script>alert('a' & \"b\")</script>",
                   "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;");
    assert_becomes("&amp;", "&amp;amp;");
}

static void what_cannot_stand_in_markup_is_replaced(void **state) {
    (void)state;
    assert_becomes("a\x01z\x7f\x1b[31m", "a\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD[31m");
    assert_becomes("two\nlines\tand a tab", "two\nlines\tand a tab");
    assert_becomes("gr\xC3\xB6\xC3\x9F"
                   "er",
                   "gr\xC3\xB6\xC3\x9F"
                   "er");
    assert_becomes("\xFF<\xC3", "\xEF\xBF\xBD&lt;\xEF\xBF\xBD");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_markup_is_made_of_is_escaped),
        cmocka_unit_test(what_cannot_stand_in_markup_is_replaced),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
