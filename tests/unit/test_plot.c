/* Figures: what a history shows, and that odd ones are drawn too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files/plot.h"
#include "files/plot_axis.h"

static struct error err;

/* A table of an epoch, 1, 2, ..., and the columns given. */
struct sample {
    struct history_table table;
    char *names[3];
    struct plot plot;
    struct text out;
};

static void fill(struct sample *s, const char *first, const char *second, const double *value,
                 size_t rows) {
    static char epoch[] = "epoch";
    *s = (struct sample){0};
    s->names[0] = epoch;
    s->names[1] = strdup(first);
    s->names[2] = strdup(second);
    s->table.column = s->names;
    s->table.columns = 3;
    s->table.rows = rows;
    s->table.value = malloc(rows * 3 * sizeof(double));
    for (size_t r = 0; r < rows; r++) {
        s->table.value[3 * r] = (double)(r + 1);
        s->table.value[3 * r + 1] = value[2 * r];
        s->table.value[3 * r + 2] = value[2 * r + 1];
    }
    const char *const columns[] = {first, second};
    assert_true(plot_add(&s->plot, &s->table, "h.csv", NULL, columns, 2, false, &err));
}

static void release(struct sample *s) {
    plot_free(&s->plot);
    text_free(&s->out);
    free(s->table.value);
    free(s->names[1]);
    free(s->names[2]);
}

static const double curve[] = {1.0, 1.1, 0.5, 0.6, 0.3, 0.4, 0.2, 0.5};

static size_t count_of(const char *text, const char *piece) {
    size_t count = 0;
    while ((text = strstr(text, piece)) != NULL) {
        text += strlen(piece);
        count++;
    }
    return count;
}

/* ---- ticks ----------------------------------------------------------------------------------- */

static void assert_ticks(double low, double high, bool log, const char *wanted) {
    struct sample s;
    struct plot_frame frame;
    struct text got = {0};
    fill(&s, "a", "b", (double[]){low, high}, 1);
    s.plot.log = log;
    assert_true(plot_frame_make(&s.plot, 5, 5, false, &frame, &err));
    for (size_t t = 0; t < frame.y.ticks; t++) {
        text_format(&got, "%s%s", t > 0 ? " " : "", frame.y.label[t]);
        double at = plot_axis_at(&frame.y, frame.y.tick[t]);
        assert_true(at > -1e-6 && at < 1 + 1e-6);
    }
    assert_string_equal(got.bytes, wanted);
    text_free(&got);
    release(&s);
}

static void ticks_are_round_numbers(void **state) {
    (void)state;
    assert_ticks(0, 1, false, "0.0 0.2 0.4 0.6 0.8 1.0");
    assert_ticks(0.012, 0.047, false, "0.02 0.03 0.04");
    assert_ticks(-3, 7, false, "-2 0 2 4 6");
    assert_ticks(0, 2.5e6, false, "0 500000 1000000 1500000 2000000 2500000");
    assert_ticks(0, 4e9, false, "0 1e+09 2e+09 3e+09 4e+09");
    assert_ticks(1, 1.00004, false, "1.00000 1.00001 1.00002 1.00003 1.00004");
    assert_ticks(5, 5, false, "4.6 4.8 5.0 5.2 5.4");
    assert_ticks(0, 0, false, "-1.0 -0.5 0.0 0.5 1.0");
    assert_ticks(1e-8, 3e-8, false, "1e-08 1.5e-08 2e-08 2.5e-08 3e-08");
    assert_ticks(-1e300, 1e300, false, "-1e+300 -5e+299 0 5e+299 1e+300");
}

static void log_ticks_are_decades_or_digits(void **state) {
    (void)state;
    assert_ticks(0.001, 10, true, "0.001 0.01 0.1 1 10");
    assert_ticks(1e-12, 1, true, "1e-12 1e-09 1e-06 0.001 1");
    assert_ticks(0.1, 2, true, "0.1 0.2 0.5 1 2");
    assert_ticks(0.3, 0.31, true, "0.300 0.302 0.304 0.306 0.308 0.310");
}

/* ---- the walk -------------------------------------------------------------------------------- */

struct visits {
    size_t points, pieces;
    double least, most;
};

static void note(void *context, double x, double y, bool start) {
    struct visits *v = context;
    assert_true(x >= 0 && x <= 1 && y >= 0 && y <= 1);
    v->points++;
    v->pieces += start ? 1 : 0;
    v->least = fmin(v->least, y);
    v->most = fmax(v->most, y);
}

static struct visits walk(const double *y, size_t count, size_t columns) {
    struct plot_series series = {.y = y, .stride = 1, .count = count};
    struct plot plot = {.series = &series, .count = 1};
    struct plot_frame frame;
    struct visits visits = {0, 0, 1, 0};
    assert_true(plot_frame_make(&plot, 5, 5, false, &frame, &err));
    plot_walk(&series, &frame, columns, note, &visits);
    return visits;
}

static void lines_break_where_numbers_are_missing(void **state) {
    (void)state;
    const double whole[] = {3, 2, 1}, hole[] = {3, 2, NAN, 1, NAN, NAN, 1};
    const double every_third[] = {NAN, NAN, 3, NAN, NAN, 2, NAN, NAN, 1};
    assert_int_equal(walk(whole, 3, 100).pieces, 1);
    assert_int_equal(walk(hole, 7, 100).pieces, 3);
    assert_int_equal(walk(hole, 7, 100).points, 4);
    assert_int_equal(walk(every_third, 9, 100).pieces, 1);
    assert_int_equal(walk(every_third, 9, 100).points, 3);
}

static void a_million_epochs_keep_their_extremes(void **state) {
    (void)state;
    enum { COUNT = 1000000 };
    double *y = malloc(COUNT * sizeof *y);
    for (size_t i = 0; i < COUNT; i++) y[i] = (double)(i % 7);
    y[123456] = 100;
    y[654321] = -100;
    struct visits visits = walk(y, COUNT, 500);
    assert_in_range(visits.points, 500, 4 * 501);
    assert_int_equal(visits.pieces, 1);
    assert_true(visits.least < 0.05 && visits.most > 0.95);
    free(y);
}

/* ---- what is drawn --------------------------------------------------------------------------- */

static void the_best_of_what_is_watched_is_marked(void **state) {
    (void)state;
    struct sample s;
    fill(&s, "loss", "val_loss", curve, 4);
    assert_int_equal(s.plot.series[0].best, 4); /* none: val_loss is watched */
    assert_int_equal(s.plot.series[1].best, 2);
    assert_string_equal(s.plot.y_label, "loss");
    release(&s);
    fill(&s, "val_accuracy", "loss", curve, 4);
    assert_int_equal(s.plot.series[0].best, 0); /* the largest */
    assert_int_equal(s.plot.series[1].best, 2);
    assert_null(s.plot.y_label);
    release(&s);
}

static void names_a_column_that_is_not_there(void **state) {
    (void)state;
    struct sample s;
    fill(&s, "loss", "val_loss", curve, 4);
    const char *const wrong[] = {"val_los"}, *const none[] = {"x", "y"},
                      *const some[] = {"x", "loss"};
    assert_false(plot_add(&s.plot, &s.table, "h.csv", NULL, wrong, 1, false, &err));
    assert_string_equal(err.text, "h.csv: no column 'val_los'; did you mean 'val_loss'?; have: "
                                  "epoch, loss, val_loss");
    assert_int_equal(err.kind, ERROR_DATA);
    assert_false(plot_add(&s.plot, &s.table, "h.csv", NULL, none, 2, true, &err));
    assert_string_equal(err.text, "h.csv: no column 'x'; have: epoch, loss, val_loss");
    assert_true(plot_add(&s.plot, &s.table, "h.csv", "run", some, 2, true, &err));
    assert_string_equal(s.plot.series[2].label, "run loss");
    release(&s);
}

static void svg_says_what_it_shows(void **state) {
    (void)state;
    struct sample s;
    fill(&s, "loss", "val_loss", curve, 4);
    s.plot.title = "<a> & \"b\"\x01";
    assert_true(plot_svg(&s.plot, 800, 480, &s.out, &err));
    assert_non_null(strstr(
        s.out.bytes, "<title id=\"title\">&lt;a&gt; &amp; &quot;b&quot;\xEF\xBF\xBD</title>"));
    assert_non_null(strstr(s.out.bytes,
                           "<desc id=\"desc\">Lines over the epoch, linear scale: loss, "
                           "val_loss (best 0.4 at epoch 3).</desc>"));
    assert_int_equal(count_of(s.out.bytes, "<circle"), 1);
    assert_int_equal(count_of(s.out.bytes, "<path d=\"M0 0M"), 2);
    assert_int_equal(count_of(s.out.bytes, "<g"), count_of(s.out.bytes, "</g>"));
    assert_null(strstr(s.out.bytes, "nan"));
    release(&s);
}

static void svg_in_a_page_leaves_looks_and_ids_to_it(void **state) {
    (void)state;
    static const char *const month[] = {"May", "June", "July", "August"};
    struct sample s;
    fill(&s, "actual", "predicted", curve, 4);
    s.plot.id = "f1-";
    s.plot.x_label = "month";
    s.plot.x_name = month;
    s.plot.x_names = 4;
    s.plot.series[1].dots = true;
    assert_true(plot_svg(&s.plot, 420, 300, &s.out, &err));
    assert_non_null(strstr(s.out.bytes, "<title id=\"f1-title\">"));
    assert_non_null(strstr(s.out.bytes, "<desc id=\"f1-desc\">Lines over the month,"));
    assert_non_null(strstr(s.out.bytes, ">June</text>"));
    assert_non_null(strstr(s.out.bytes, ">month</text>"));
    assert_null(strstr(s.out.bytes, ">epoch</text>"));
    assert_non_null(strstr(s.out.bytes, " data-x=\"1 4\""));
    assert_int_equal(count_of(s.out.bytes, "h0M"), 3); /* four dots */
    assert_null(strstr(s.out.bytes, "stroke=\"#0"));   /* only the grid has a colour */
    assert_null(strstr(s.out.bytes, "http"));
    release(&s);
}

static void terminal_draws_with_ascii(void **state) {
    (void)state;
    struct sample s;
    fill(&s, "loss", "val_loss", curve, 4);
    const struct plot_screen screen = {40, 12, false, false};
    assert_true(plot_terminal(&s.plot, &screen, &s.out, &err));
    assert_string_equal(s.out.bytes, "       * loss\n"
                                     "       o val_loss (best 0.4 at epoch 3)\n"
                                     "      |oo\n"
                                     "  1.0 +**ooo\n"
                                     "      |  ***oo\n"
                                     "      |     **ooo\n"
                                     "      |       ***oooooo\n"
                                     "  0.5 +          ******ooooo@ooooooooooo\n"
                                     "      |                ***********\n"
                                     "      |                           ******\n"
                                     "      ++----------+---------+----------+\n"
                                     "epoch  1          2         3          4\n");
    release(&s);
}

static void braille_needs_a_colour_for_each_line(void **state) {
    (void)state;
    struct sample s;
    fill(&s, "loss", "val_loss", curve, 4);
    assert_true(plot_terminal(&s.plot, &(struct plot_screen){40, 12, true, false}, &s.out, &err));
    assert_null(strstr(s.out.bytes, "\xE2\xA0")); /* the lead of braille's first half */
    assert_null(strstr(s.out.bytes, "\033"));
    text_free(&s.out);
    s.out = (struct text){0};
    assert_true(plot_terminal(&s.plot, &(struct plot_screen){40, 12, true, true}, &s.out, &err));
    assert_non_null(strstr(s.out.bytes, "\xE2\xA0"));
    assert_non_null(strstr(s.out.bytes, "\033[33m"));
    /* Every colour that goes on goes off again before the line ends. */
    for (char *line = s.out.bytes, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        char *last = NULL;
        for (char *e = strchr(line, '\033'); e != NULL; e = strchr(e + 1, '\033')) last = e;
        assert_true(last == NULL || strncmp(last, "\033[0m", 4) == 0);
    }
    release(&s);
}

static void odd_histories_are_drawn(void **state) {
    (void)state;
    static const double one[] = {0.5, 0.6}, constant[] = {1, 1, 1, 1},
                        gaps[] = {NAN, 1, 2, NAN, 3, 3};
    static const double huge[] = {-1e308, 1e308, 1e300, -1e300},
                        tiny[] = {5e-324, 0, 1e-310, 1e-300};
    static const struct {
        const double *value;
        size_t rows;
    } cases[] = {{one, 1}, {constant, 2}, {gaps, 3}, {huge, 2}, {tiny, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sample s;
        fill(&s, "loss", "val_loss", cases[i].value, cases[i].rows);
        for (size_t columns = 1; columns < 130; columns += 43)
            assert_true(plot_terminal(&s.plot, &(struct plot_screen){columns, 1, true, true},
                                      &s.out, &err));
        assert_true(plot_svg(&s.plot, 30, 8, &s.out, &err));
        assert_null(strstr(s.out.bytes, "nan"));
        release(&s);
    }
}

static void says_when_there_is_nothing_to_draw(void **state) {
    (void)state;
    struct sample s;
    static const double none[] = {NAN, INFINITY}, negative[] = {-1, 0};
    fill(&s, "loss", "val_loss", none, 1);
    assert_false(plot_svg(&s.plot, 800, 480, &s.out, &err));
    assert_string_equal(err.text, "nothing to draw: there is no number");
    assert_int_equal(err.kind, ERROR_DATA);
    release(&s);
    fill(&s, "loss", "val_loss", negative, 1);
    s.plot.log = true;
    assert_false(plot_terminal(&s.plot, &(struct plot_screen){80, 24, true, true}, &s.out, &err));
    assert_string_equal(err.text,
                        "nothing to draw: there is no number above 0, which a log scale needs");
    release(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_are_round_numbers),
        cmocka_unit_test(log_ticks_are_decades_or_digits),
        cmocka_unit_test(lines_break_where_numbers_are_missing),
        cmocka_unit_test(a_million_epochs_keep_their_extremes),
        cmocka_unit_test(the_best_of_what_is_watched_is_marked),
        cmocka_unit_test(names_a_column_that_is_not_there),
        cmocka_unit_test(svg_says_what_it_shows),
        cmocka_unit_test(svg_in_a_page_leaves_looks_and_ids_to_it),
        cmocka_unit_test(terminal_draws_with_ascii),
        cmocka_unit_test(braille_needs_a_colour_for_each_line),
        cmocka_unit_test(odd_histories_are_drawn),
        cmocka_unit_test(says_when_there_is_nothing_to_draw),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
