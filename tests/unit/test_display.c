/* The line of a running training: pieces that fit, and a curve of characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "tools/pieces.h"
#include "tools/sparkline.h"

/* Four pieces of widths 5, 3, 7 and 4; the third is the most wanted, the first the least. */
static void assert_fits(size_t room, const char *wanted, size_t left) {
    struct pieces line = {.count = 0};
    struct text to = {0};
    text_add(&pieces_add(&line, 3)->text, "first");
    text_add(&pieces_add(&line, 1)->text, " ━2");
    text_add(&pieces_add(&line, 0)->text, " thirds");
    text_add(&pieces_add(&line, 2)->text, " 4th");
    (void)pieces_add(&line, 0); /* nothing to say */
    assert_int_equal(pieces_fit(&line, room), left);
    pieces_join(&line, &to);
    assert_string_equal(to.bytes != NULL ? to.bytes : "", wanted);
    text_free(&to);
}

static void what_fits_is_shown_in_its_order(void **state) {
    (void)state;
    assert_fits(100, "first ━2 thirds 4th", 81);
    assert_fits(19, "first ━2 thirds 4th", 0);
    assert_fits(18, " ━2 thirds 4th", 4);
    assert_fits(13, " ━2 thirds", 3);
    assert_fits(9, " thirds", 2);
    assert_fits(6, " ━2", 3);
    assert_fits(0, "", 0);
}

static void a_piece_keeps_its_width(void **state) {
    (void)state;
    struct pieces line = {.count = 0};
    struct text to = {0};
    struct piece *piece = pieces_add(&line, 0);
    piece->width = 4;
    text_add(&piece->text, "ab");
    text_add(&pieces_add(&line, 1)->text, "c");
    assert_int_equal(pieces_fit(&line, 5), 0);
    pieces_join(&line, &to);
    assert_string_equal(to.bytes, "ab  c");
    text_free(&to);
}

static void assert_curve(const double *value, size_t count, size_t cells, bool unicode,
                         const char *wanted) {
    struct sparkline line = {.count = 0};
    struct text to = {0};
    for (size_t i = 0; i < count; i++) sparkline_add(&line, value[i]);
    sparkline_draw(&line, cells, unicode, &to);
    assert_string_equal(to.bytes != NULL ? to.bytes : "", wanted);
    text_free(&to);
}

static void heights_are_values(void **state) {
    (void)state;
    const double line[] = {0, 1, 2, 3, 4, 5, 6, 7};
    const double powers[] = {128, 64, 32, 16, 8, 4, 2, 1};
    const double gaps[] = {NAN, 5, INFINITY, -5, NAN};
    assert_curve(line, 8, 8, true, "▁▂▃▄▅▆▇█");
    assert_curve(powers, 8, 8, true, "█▇▆▅▄▃▂▁"); /* the scale is logarithmic */
    assert_curve(line, 5, 9, false, "_.-=^");
    assert_curve(line, 8, 4, true, "▁▃▆█");
    assert_curve(gaps, 5, 8, true, "█▁");
    assert_curve((double[]){3, 3, 3}, 3, 8, true, "▁▁▁");
    assert_curve(line, 0, 8, true, "");
    assert_curve((double[]){1e308, -1e308}, 2, 8, false, "^_");
}

static void any_number_of_values_has_room(void **state) {
    (void)state;
    struct sparkline line = {.count = 0};
    struct text to = {0};
    for (size_t i = 0; i < 100000; i++) sparkline_add(&line, (double)i - 50000);
    assert_in_range(line.count, SPARKLINE_POINTS / 2, SPARKLINE_POINTS - 1);
    for (size_t i = 0; i < line.count; i++) { /* each the mean of its values */
        double wanted = ((double)i + 0.5) * (double)line.every - 50000.5;
        assert_true(fabs(line.point[i] - wanted) < 1e-6);
    }
    sparkline_draw(&line, 8, true, &to);
    assert_string_equal(to.bytes, "▁▂▃▄▅▆▇█");
    text_free(&to);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_shown_in_its_order),
        cmocka_unit_test(a_piece_keeps_its_width),
        cmocka_unit_test(heights_are_values),
        cmocka_unit_test(any_number_of_values_has_room),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
