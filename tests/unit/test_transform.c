/* Scale, logarithm, difference: fitted on the training part, and undone. */
#include "data_files.h"

static struct data_options series(const char *text) {
    write_text("s.csv", text);
    struct data_options options = default_options("s.csv");
    options.window = 2;
    options.targets = one("x");
    return options;
}

/* The scaled targets of all samples of a part, restored as if they were the model's outputs. */
static void assert_restores(const struct dataset *dataset, enum part part, const double *raw) {
    struct gathered g;
    double restored[64], truth[64];
    for (size_t i = 0; i < dataset_count(dataset, part); i++) {
        gather_one(dataset, part, i, &g);
        dataset_restore(dataset, part, &g.batch, g.y, restored, truth);
        size_t count =
            g.batch.shape.targets * (g.batch.shape.target_steps ? g.batch.steps.total : 1);
        for (size_t k = 0; k < count; k++) {
            if (!(fabs(restored[k] - *raw) <= 2e-6 * fabs(*raw)))
                fail_msg("sample %zu, target %zu: %.9g, not %.9g", i, k, restored[k], *raw);
            assert_true((float)truth[k] == (float)*raw);
            raw++;
        }
    }
}

static void scales_by_the_training_part(void **state) {
    (void)state;
    /* the last two rows are validation: 1 2 3 4 5 have mean 3 and variance 2 */
    struct data_options options = series("x\n1\n2\n3\n4\n5\n60\n700\n");
    options.validation = last_rows(2);
    static const struct {
        int scale;
        double center, spread;
    } fit[] = {{SCALE_STANDARD, 3, 1.4142135623730951},
               {SCALE_MINMAX, 1, 4},
               {SCALE_ROBUST, 3, 2},
               {SCALE_NONE, 0, 1}};
    for (size_t i = 0; i < 4; i++) {
        options.scale = fit[i].scale;
        struct dataset *dataset = open_data(&options, NULL);
        const struct schema_column *column = &dataset_schema(dataset)->column[0];
        const double fitted[] = {column->center, column->spread};
        assert_reals(fitted, fit[i].center, fit[i].spread);
        struct gathered g;
        gather_one(dataset, PART_VALIDATION, 0, &g);
        assert_reals(g.x, (4 - fit[i].center) / fit[i].spread, (5 - fit[i].center) / fit[i].spread);
        assert_reals(g.y, (60 - fit[i].center) / fit[i].spread);
        assert_int_equal(dataset_restores(dataset), fit[i].scale != SCALE_NONE);
        assert_restores(dataset, PART_VALIDATION, (double[]){60, 700});
        dataset_close(dataset);
    }
}

/* Quartiles of 1 2 3 4 lie a quarter of the way between neighbours. */
static void quartiles_are_linear(void **state) {
    (void)state;
    struct data_options options = series("x\n4\n1\n3\n2\n");
    options.scale = SCALE_ROBUST;
    struct dataset *dataset = open_data(&options, NULL);
    const struct schema_column *column = &dataset_schema(dataset)->column[0];
    const double fitted[] = {column->center, column->spread};
    assert_reals(fitted, 2.5, 3.25 - 1.75);
    dataset_close(dataset);
}

static void constant_columns_are_left(void **state) {
    (void)state;
    for (int scale = SCALE_STANDARD; scale <= SCALE_ROBUST; scale++) {
        static const char *const measure[] = {"", "std", "range", "interquartile range"};
        struct data_options options = series("x,k\n1,0.1\n2,0.1\n3,0.1\n");
        options.scale = scale;
        struct dataset *dataset = open_data(&options, NULL);
        struct text report = {0};
        char warning[128];
        (void)snprintf(warning, sizeof warning,
                       "warning: column \"k\" is constant in the training part: %s = 0, scaled by "
                       "1\n",
                       measure[scale]);
        dataset_report(dataset, &report);
        assert_non_null(strstr(report.bytes, warning));
        text_free(&report);
        struct gathered g;
        gather_one(dataset, PART_TRAIN, 0, &g);
        assert_true(g.x[1] == 0 && g.x[3] == 0);
        dataset_close(dataset);
    }
}

static void takes_logarithms(void **state) {
    (void)state;
    struct data_options options = series("x,u\n1,5\n2.718281828,6\n7.389056099,7\n0.5,8\n");
    struct column_options column = default_column();
    column.log = 1;
    set_column(&options, "x", &column);
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    gather_one(dataset, PART_TRAIN, 0, &g);
    assert_reals(g.x, 0, 5, 1, 6);
    assert_reals(g.y, 2);
    assert_restores(dataset, PART_TRAIN, (double[]){7.389056099, 0.5});
    dataset_close(dataset);
    options = series("x,u\n1,5\n\"0\",6\n2,7\n3,8\n");
    set_column(&options, "x", &column);
    assert_refused(&options, NULL, ERROR_DATA,
                   "s.csv:3: column \"x\": the logarithm of 0 does not exist; "
                   "data.columns.x.log needs values above 0");
}

/* d = 2: the first two rows have no difference; windows that would touch them drop out. */
static void takes_differences(void **state) {
    (void)state;
    struct data_options options = series("x\n1\n2\n4\n8\n16\n32\n");
    struct column_options column = default_column();
    column.difference = 2;
    set_column(&options, "x", &column);
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_int_equal(dataset_count(dataset, PART_TRAIN), 2);
    gather_one(dataset, PART_TRAIN, 0, &g);
    assert_reals(g.x, 3, 6);
    assert_reals(g.y, 12);
    dataset_close(dataset);
}

/* A column that is a target only may have its difference taken over the window. */
static void target_difference_needs_no_rows_of_its_own(void **state) {
    (void)state;
    struct data_options options = series("x,u\n1,0\n2,0\n4,0\n8,0\n");
    struct column_options column = default_column();
    column.difference = 2;
    set_column(&options, "x", &column);
    options.inputs = one("u");
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_int_equal(dataset_count(dataset, PART_TRAIN), 2);
    gather_one(dataset, PART_TRAIN, 0, &g);
    assert_reals(g.y, 3);
    dataset_close(dataset);
}

static void undoes_everything_at_once(void **state) {
    (void)state;
    struct data_options options = series("x\n112\n118\n132\n129\n121\n135\n148\n148\n136\n119\n");
    struct column_options column = default_column();
    column.log = 1;
    column.difference = 2;
    column.scale = SCALE_STANDARD;
    set_column(&options, "x", &column);
    options.horizon = 4; /* longer than the difference: steps 3 and 4 stand on predictions */
    struct dataset *dataset = open_data(&options, NULL);
    assert_int_equal(dataset_count(dataset, PART_TRAIN), 3);
    assert_restores(dataset, PART_TRAIN,
                    (double[]){121, 135, 148, 148, 135, 148, 148, 136, 148, 148, 136, 119});
    dataset_close(dataset);
}

/* What lies behind the window comes from the outputs, never from the truth: outputs of 0 change
 * give back the last known values, by turns. */
static void later_bases_are_predictions(void **state) {
    (void)state;
    struct data_options options = series("x\n1\n2\n5\n7\n100\n200\n300\n");
    struct column_options column = default_column();
    column.difference = 2;
    set_column(&options, "x", &column);
    options.horizon = 3;
    struct dataset *dataset = open_data(&options, NULL);
    assert_int_equal(dataset_count(dataset, PART_TRAIN), 1);
    struct gathered g;
    gather_one(dataset, PART_TRAIN, 0, &g);
    const real nothing[3] = {0, 0, 0};
    double restored[3], truth[3];
    dataset_restore(dataset, PART_TRAIN, &g.batch, nothing, restored, truth);
    assert_reals(restored, 5, 7, 5);
    assert_reals(truth, 100, 200, 300);
    dataset_close(dataset);
    options.gap = 1;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.x.difference: reaches into data.gap, where values are not known; "
                   "make the difference larger or the gap smaller");
}

static void sequences_lose_their_first_steps(void **state) {
    (void)state;
    write_text("q.csv", "id,x,y\na,1,10\na,2,20\na,4,40\nb,5,1\nc,1,1\nc,9,3\n");
    struct data_options options = default_options("q.csv");
    struct column_options column = default_column();
    column.difference = 1;
    set_column(&options, "x", &column);
    options.sequence_id = (char *)(uintptr_t) "id";
    options.targets = one("y");
    options.scale = SCALE_MINMAX;
    options.target_per = PER_STEP;
    struct dataset *dataset = open_data(&options, NULL);
    assert_int_equal(dataset_count(dataset, PART_TRAIN), 2);
    assert_int_equal(dataset_length(dataset, PART_TRAIN, 0), 2);
    /* differences 1 2 8 make minmax 1..8; y is 1..40 */
    struct gathered g;
    gather_one(dataset, PART_TRAIN, 0, &g);
    assert_reals(g.x, 0, 1 / 7.0);
    assert_reals(g.y, 19 / 39.0, 1);
    assert_restores(dataset, PART_TRAIN, (double[]){20, 40, 3});
    struct text report = {0};
    dataset_report(dataset, &report);
    assert_non_null(strstr(
        report.bytes, "warning: a sequence of 1 row is left out: its differences need more\n"));
    text_free(&report);
    dataset_close(dataset);
}

/* Predictions past the end of the data, with no truth to compare. */
static void restores_past_the_end(void **state) {
    (void)state;
    struct data_options options = series("x\n1\n2\n5\n7\n11\n");
    struct column_options column = default_column();
    column.difference = 1;
    set_column(&options, "x", &column);
    struct dataset *trained = open_data(&options, NULL), *input = NULL;
    struct error err = {0};
    assert_true(
        dataset_open_input(&input, &options, dataset_schema(trained), "s.csv", true, NULL, &err));
    assert_int_equal(dataset_count(input, PART_TRAIN), 3);
    struct gathered g;
    gather_one(input, PART_TRAIN, 2, &g);
    double restored, truth;
    dataset_restore(input, PART_TRAIN, &g.batch, (real[]){3}, &restored, &truth);
    assert_reals(&restored, 14);
    assert_true(isnan(truth));
    dataset_close(input);
    dataset_close(trained);
}

static void settings_that_do_not_fit(void **state) {
    (void)state;
    write_text("k.csv", "x,y\n1,a\n2,b\n");
    struct data_options options = default_options("k.csv");
    struct column_options column = default_column();
    options.targets = one("y");
    column.log = 1;
    set_column(&options, "y", &column);
    assert_refused(
        &options, NULL, ERROR_CONFIG,
        "data.columns.y.log: the column holds no numbers, but categories, classes, times or texts");
    column = default_column();
    column.difference = 1;
    set_column(&options, "x", &column);
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.x.difference: needs layout windows or sequences");
    set_column(&options, "z", &column);
    assert_refused(&options, NULL, ERROR_DATA, "k.csv: no column \"z\"; have: x, y");
}

static void counts_numbers_that_vanish(void **state) {
    (void)state;
    struct data_options options = series("x\n1\n1e-60\n3\n");
    struct dataset *dataset = open_data(&options, NULL);
    struct text report = {0};
    dataset_report(dataset, &report);
    assert_non_null(strstr(report.bytes, "warning: 1 number too small for a float, taken as 0\n"));
    text_free(&report);
    dataset_close(dataset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_by_the_training_part),
        cmocka_unit_test(quartiles_are_linear),
        cmocka_unit_test(constant_columns_are_left),
        cmocka_unit_test(takes_logarithms),
        cmocka_unit_test(takes_differences),
        cmocka_unit_test(target_difference_needs_no_rows_of_its_own),
        cmocka_unit_test(undoes_everything_at_once),
        cmocka_unit_test(later_bases_are_predictions),
        cmocka_unit_test(sequences_lose_their_first_steps),
        cmocka_unit_test(restores_past_the_end),
        cmocka_unit_test(settings_that_do_not_fit),
        cmocka_unit_test(counts_numbers_that_vanish),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
