/* From files to samples: layouts, splits, what the report says of them. */
#include "data_files.h"

/* ---- rows ----------------------------------------------------------------------------------- */

static void cuts_rows_into_steps(void **state) {
    (void)state;
    write_text("r.csv", "a0,b0,a1,b1,y\n1,2,3,4,5\n6,7,8,9,10\n");
    struct data_options options = default_options("r.csv");
    options.targets = one("y");
    struct data_request request = {.target = TARGET_FOUND, .features = 2, .steps = 2};
    struct dataset *dataset = open_data(&options, &request);
    struct gathered g;
    gather(dataset, PART_TRAIN, (size_t[]){1, 0}, 2, &g);
    assert_int_equal(g.batch.shape.features, 2);
    assert_int_equal(dataset_schema(dataset)->steps, 2);
    /* step 0 of both rows, then step 1 */
    assert_reals(g.x, 6, 7, 1, 2, 8, 9, 3, 4);
    assert_reals(g.y, 10, 5);
    dataset_close(dataset);

    request.features = 3;
    assert_refused(&options, &request, ERROR_CONFIG,
                   "the inputs make 4 numbers a row, which steps of 3 features (model.input) do "
                   "not divide");
    request.features = 1;
    assert_refused(&options, &request, ERROR_CONFIG,
                   "model.input is [2, 1], but the inputs make 4 numbers a row: [4, 1]");
}

static void rows_have_targets_per_step(void **state) {
    (void)state;
    write_text("r.csv", "x0,x1,y0,y1\n1,2,3,4\n5,6,7,8\n");
    struct data_options options = default_options("r.csv");
    options.targets = one("y*");
    options.target_per = PER_STEP;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    gather(dataset, PART_TRAIN, (size_t[]){0, 1}, 2, &g);
    assert_reals(g.x, 1, 5, 2, 6);
    assert_reals(g.y, 3, 7, 4, 8);
    assert_int_equal(g.batch.shape.targets, 1);
    assert_true(g.batch.shape.target_steps);
    dataset_close(dataset);
}

/* As in the UCR archive: the label first, series of different length, NaN behind them. */
static void rows_end_early(void **state) {
    (void)state;
    write_text("u.tsv", "1\t1\t2\t3\t4\n2\t5\t6\tNaN\tNaN\n1\t7\t8\t9\tNaN\n2\t0\t0\t\t\n");
    struct data_options options = default_options("u.tsv");
    options.targets = one("c0");
    options.scale = SCALE_STANDARD;
    options.validation = last_rows(1);
    struct data_request request = {.target = TARGET_CLASS, .units = 3};
    struct dataset *dataset = open_data(&options, &request);
    struct gathered g;
    assert_counts(dataset, 3, 1, 0);
    assert_int_equal(dataset_length(dataset, PART_TRAIN, 1), 2);
    assert_int_equal(dataset_length(dataset, PART_VALIDATION, 0), 2);
    gather(dataset, PART_TRAIN, (size_t[]){0, 2, 1}, 3, &g);
    /* c1: 1 5 7, c2: 2 6 8, c3: 3 9, c4: 4 alone */
    double c1 = 13.0 / 3, s1 = sqrt(56.0 / 9);
    assert_reals(g.x, (1 - c1) / s1, (7 - c1) / s1, (5 - c1) / s1);
    assert_reals(g.x + 6, -1, 1, 0); /* the third steps, then the fourth, a constant */
    assert_reals(g.y, 1, 1, 2);
    struct text report = {0};
    dataset_report(dataset, &report);
    assert_non_null(strstr(report.bytes, "samples: rows of 2 to 4 steps\n"));
    text_free(&report);
    dataset_close(dataset);
}

static void rows_with_holes(void **state) {
    (void)state;
    struct data_options options = default_options("h.csv");
    struct data_request request = {.target = TARGET_NUMBER, .features = 2};
    options.targets = one("y");
    write_text("h.csv", "a0,b0,a1,b1,y\n1,2,,,3\n1,2,3,,4\n");
    assert_refused(&options, &request, ERROR_DATA,
                   "h.csv:3:7: column \"b1\": missing value (the field is empty); data.missing "
                   "says what to do about it");
    write_text("h.csv", "a0,b0,a1,b1,y\n1,,3,4,3\n1,2,3,,4\n");
    assert_refused(&options, &request, ERROR_DATA,
                   "h.csv:2:3: column \"b0\": missing value (the field is empty); data.missing "
                   "says what to do about it");
    write_text("h.csv", "a0,b0,a1,b1,y\n,,,,3\n1,2,3,4,4\n");
    assert_refused(&options, &request, ERROR_DATA,
                   "h.csv:2:1: column \"a0\": missing value (the field is empty); data.missing "
                   "says what to do about it");
    write_text("h.csv", "x0,x1,y0,y1\n1,,2,\n3,4,5,6\n");
    options.targets = one("y*");
    options.target_per = PER_STEP;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    gather(dataset, PART_TRAIN, (size_t[]){1, 0}, 2, &g);
    assert_reals(g.x, 3, 1, 4);
    assert_reals(g.y, 5, 2, 6);
    dataset_close(dataset);
    write_text("h.csv", "x0,x1,y0,y1\n1,2,2,\n3,4,5,6\n");
    assert_refused(&options, NULL, ERROR_DATA,
                   "h.csv:2: column \"y1\": missing value; the row has inputs for 2 steps");
}

static void one_hot_inputs(void **state) {
    (void)state;
    write_text("c.csv", "w,x,y\nNW,1,0\nSE,2,0\nNW,3,0\n");
    struct data_options options = default_options("c.csv");
    options.targets = one("y");
    struct data_request request = {.target = TARGET_FOUND, .features = 3};
    struct dataset *dataset = open_data(&options, &request);
    struct gathered g;
    gather(dataset, PART_TRAIN, (size_t[]){0, 1}, 2, &g);
    assert_reals(g.x, 1, 0, 1, 0, 1, 2);
    dataset_close(dataset);
    request.features = 0;
    assert_refused(&options, &request, ERROR_CONFIG,
                   "layout rows with a category among the inputs: write model.input, as [1, 3] "
                   "for one step");
}

/* ---- windows -------------------------------------------------------------------------------- */

static void slides_windows(void **state) {
    (void)state;
    write_count("w.csv", 10);
    struct data_options options = default_options("w.csv");
    options.targets = one("x");
    options.window = 3;
    options.horizon = 2;
    options.gap = 1;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_counts(dataset, 5, 0, 0);
    gather_one(dataset, PART_TRAIN, 4, &g);
    assert_reals(g.x, 4, 104, 5, 105, 6, 106);
    assert_reals(g.y, 8, 9);
    dataset_close(dataset);

    options.stride = 3;
    dataset = open_data(&options, NULL);
    assert_counts(dataset, 2, 0, 0);
    gather_one(dataset, PART_TRAIN, 1, &g);
    assert_reals(g.x, 3, 103, 4, 104, 5, 105);
    dataset_close(dataset);
}

/* What is known ahead stands beside each step, as it is 'gap + horizon' rows later. */
static void knows_ahead(void **state) {
    (void)state;
    write_count("w.csv", 8);
    struct data_options options = default_options("w.csv");
    options.targets = one("x");
    options.future = one("u");
    options.window = 3;
    options.horizon = 2;
    options.gap = 1;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_counts(dataset, 3, 0, 0);
    gather_one(dataset, PART_TRAIN, 1, &g);
    assert_reals(g.x, 1, 101, 104, 2, 102, 105, 3, 103, 106);
    assert_reals(g.y, 5, 6); /* rows whose u is 105 and 106 */
    assert_report(dataset, "data: w.csv, 8 rows, comma separated, header\n"
                           "inputs: x, u; 3 rows ahead: u (3 features a step); target: x\n"
                           "samples: windows of 3 rows, horizon 2, gap 1\n"
                           "train: rows 1–8, 3 windows\n");

    /* To predict, the rows ahead need nothing else. */
    write_text("p.csv", "u,x\n100,0\n101,1\n102,2\n103,3\n104,\n105,\n106,\n");
    struct error err = {0};
    struct dataset *input = NULL;
    if (!dataset_open_input(&input, &options, dataset_schema(dataset), "p.csv", true, NULL, &err))
        fail_msg("%s", err.text);
    assert_counts(input, 2, 0, 0);
    gather_one(input, PART_TRAIN, 1, &g);
    assert_reals(g.x, 1, 101, 104, 2, 102, 105, 3, 103, 106);
    dataset_close(input);
    write_text("p.csv", "u,x\n100,0\n101,1\n102,\n103,3\n104,\n105,\n106,\n");
    assert_false(
        dataset_open_input(&input, &options, dataset_schema(dataset), "p.csv", true, NULL, &err));
    assert_string_equal(err.text,
                        "p.csv:4: column \"x\": missing value; only the last 3 rows of a series "
                        "may lack what data.future does not name");
    dataset_close(dataset);
}

static void knows_no_more_than_that(void **state) {
    (void)state;
    write_count("w.csv", 8);
    struct data_options options = default_options("w.csv");
    options.targets = one("x");
    options.future = one("x");
    options.window = 2;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.future: \"x\" is a target, which is not known ahead");
    options.future = one("u");
    options.inputs = one("x");
    assert_refused(&options, NULL, ERROR_CONFIG, "data.future: \"u\" is no input");
    options.inputs.count = 0;
    options.horizon = 3;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.future needs a data.window of at least 3 rows, the horizon: each step has "
                   "the values of one row ahead");
    options.horizon = 1;
    options.gap = -1;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.future: no target lies after its window, so nothing is ahead");
    options.gap = 0;
    options.window = PARAM_NO_COUNT;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.future belongs to layout windows; the layout is rows (no data.window)");
}

/* Targets that lie in the window itself are no inputs by default. */
static void nowcasts(void **state) {
    (void)state;
    write_count("w.csv", 5);
    struct data_options options = default_options("w.csv");
    options.targets = one("x");
    options.window = 3;
    options.gap = -1;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_counts(dataset, 3, 0, 0);
    gather_one(dataset, PART_TRAIN, 2, &g);
    assert_reals(g.x, 102, 103, 104);
    assert_reals(g.y, 4);
    dataset_close(dataset);
    options.gap = 0;
    options.target_per = PER_STEP;
    dataset = open_data(&options, NULL);
    assert_counts(dataset, 3, 0, 0);
    gather_one(dataset, PART_TRAIN, 1, &g);
    assert_reals(g.x, 101, 102, 103);
    assert_reals(g.y, 1, 2, 3);
    dataset_close(dataset);
}

static void several_targets_by_target_then_step(void **state) {
    (void)state;
    write_count("w.csv", 6);
    struct data_options options = default_options("w.csv");
    options.targets = one("*");
    options.window = 2;
    options.horizon = 2;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    gather_one(dataset, PART_TRAIN, 0, &g);
    assert_int_equal(g.batch.shape.targets, 4);
    assert_reals(g.y, 2, 3, 102, 103);
    dataset_close(dataset);
}

/* A window belongs to the part with its targets; its inputs reach back. */
static void splits_windows_by_rows(void **state) {
    (void)state;
    write_count("w.csv", 20);
    struct data_options options = default_options("w.csv");
    options.inputs = options.targets = one("x");
    options.window = 4;
    options.validation = fraction(0.2);
    options.test = fraction(0.1);
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_counts(dataset, 10, 4, 2);
    gather_one(dataset, PART_VALIDATION, 0, &g);
    assert_reals(g.x, 10, 11, 12, 13);
    assert_reals(g.y, 14);
    gather_one(dataset, PART_TEST, 1, &g);
    assert_reals(g.y, 19);
    assert_report(dataset,
                  "data: w.csv, 20 rows, comma separated, header\n"
                  "inputs: x (1 feature a step); target: x\n"
                  "samples: windows of 4 rows, horizon 1\n"
                  "train: rows 1–14, 10 windows\n"
                  "validation: rows 15–18 (the last 20 % before the test part), 4 windows\n"
                  "test: rows 19–20 (the last 10 %, before shuffling), 2 windows\n");
    dataset_close(dataset);

    options.validation = last_rows(3);
    options.test = (struct param_part){.form = PART_UNSET};
    dataset = open_data(&options, NULL);
    assert_counts(dataset, 13, 3, 0);
    dataset_close(dataset);
}

static void windows_stay_in_files_and_ids(void **state) {
    (void)state;
    write_text("1.csv", "x\n1\n2\n3\n");
    write_text("2.csv", "x\n4\n5\n6\n7\n");
    static char *files[] = {"1.csv", "2.csv"};
    struct data_options options = default_options(NULL);
    options.csv = (struct param_texts){files, 2};
    options.window = 2;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_counts(dataset, 3, 0, 0);
    gather_one(dataset, PART_TRAIN, 1, &g);
    assert_reals(g.x, 4, 5);
    assert_reals(g.y, 6);
    dataset_close(dataset);

    write_text("id.csv", "id,x\na,1\na,2\na,3\nb,4\nb,5\nb,6\nb,7\n");
    options.csv = one("id.csv");
    options.sequence_id = (char *)(uintptr_t) "id";
    options.targets = one("x");
    options.validation = fraction(0.25);
    dataset = open_data(&options, NULL);
    /* each id gives its last quarter: floor(3 * 0.75) = 2 and 3 rows train */
    assert_counts(dataset, 1, 2, 0);
    gather_one(dataset, PART_VALIDATION, 1, &g);
    assert_reals(g.x, 5, 6);
    assert_reals(g.y, 7);
    dataset_close(dataset);
}

static void needs_enough_rows(void **state) {
    (void)state;
    write_count("w.csv", 90);
    struct data_options options = default_options("w.csv");
    options.inputs = options.targets = one("x");
    options.window = 100;
    assert_refused(&options, NULL, ERROR_DATA,
                   "w.csv has 90 rows; a window of 100 and a horizon of 1 need at least 101");
    options.window = 85;
    options.validation = fraction(0.5);
    assert_refused(&options, NULL, ERROR_DATA,
                   "w.csv: the training part has 45 rows; a window of 85 and a horizon of 1 need "
                   "at least 86");
    options.window = 20;
    options.horizon = 30;
    options.validation = last_rows(10);
    assert_refused(&options, NULL, ERROR_DATA,
                   "w.csv: the validation part has 10 rows, which hold no window's targets "
                   "(horizon 30, window 20)");
    options.validation = last_rows(90);
    assert_refused(&options, NULL, ERROR_DATA,
                   "w.csv: data.validation and data.test take 90 and 0 of 90 rows; nothing is "
                   "left to train on");
}

static void keeps_floor_of_n_times_1_minus_s(void **state) {
    (void)state;
    write_count("w.csv", 10);
    struct data_options options = default_options("w.csv");
    options.targets = one("u");
    options.validation = fraction(0.3); /* 10 * (1 - 0.3) is 7 in double */
    struct dataset *dataset = open_data(&options, NULL);
    assert_counts(dataset, 7, 3, 0);
    dataset_close(dataset);
    options.validation = fraction(0.25);
    dataset = open_data(&options, NULL);
    assert_counts(dataset, 7, 3, 0);
    dataset_close(dataset);
}

/* ---- sequences ------------------------------------------------------------------------------ */

static void sequences_of_any_length(void **state) {
    (void)state;
    write_text("s.csv", "id,x,y\nb,1,8\nb,2,9\na,3,7\nc,4,5\nc,5,5\nc,6,4\n");
    struct data_options options = default_options("s.csv");
    options.sequence_id = (char *)(uintptr_t) "id";
    options.targets = one("y");
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_counts(dataset, 3, 0, 0);
    assert_int_equal(dataset_schema(dataset)->steps, 0);
    gather(dataset, PART_TRAIN, (size_t[]){2, 0, 1}, 3, &g);
    assert_int_equal(g.batch.shape.steps, 3);
    assert_reals(g.x, 4, 1, 3, 5, 2, 6);
    assert_reals(g.y, 4, 9, 7);
    dataset_close(dataset);
    options.target_per = PER_STEP;
    dataset = open_data(&options, NULL);
    gather(dataset, PART_TRAIN, (size_t[]){2, 0, 1}, 3, &g);
    assert_reals(g.y, 5, 8, 7, 5, 9, 4);
    struct text label = {0};
    dataset_label_header(dataset, &label);
    dataset_label(dataset, dataset_row(dataset, PART_TRAIN, 0, 1), &label);
    assert_string_equal(label.bytes, "id,b,");
    text_free(&label);
    dataset_close(dataset);
    options.validation = last_rows(1); /* of sequences, that is: c */
    dataset = open_data(&options, NULL);
    assert_counts(dataset, 2, 1, 0);
    assert_int_equal(dataset_length(dataset, PART_VALIDATION, 0), 3);
    assert_int_equal(dataset_length(dataset, PART_TRAIN, 1), 1);
    dataset_close(dataset);

    write_text("s.csv", "id,x,y\nb,1,8\na,2,9\nb,3,7\n");
    assert_refused(&options, NULL, ERROR_DATA,
                   "s.csv:4: column \"id\": sequence \"b\" goes on after other rows; the rows of "
                   "one sequence must stand together");
}

static void sequences_between_empty_lines(void **state) {
    (void)state;
    write_text("b.csv", "x,y\n1,5\n2,6\n\n3,7\n\n\n4,8\n5,9\n\n");
    struct data_options options = default_options("b.csv");
    options.targets = one("y");
    options.sequence_by = BY_BLANK_LINE;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_counts(dataset, 3, 0, 0);
    gather(dataset, PART_TRAIN, (size_t[]){0, 2, 1}, 3, &g);
    assert_reals(g.x, 1, 4, 3, 2, 5);
    assert_reals(g.y, 6, 9, 7);
    assert_report(dataset, "data: b.csv, 5 rows, comma separated, header\n"
                           "inputs: x (1 feature a step); target: y\n"
                           "samples: sequences between empty lines\n"
                           "train: rows 1–5, 3 sequences of at most 2 steps\n");
    dataset_close(dataset);
    options.window = 1; /* no window crosses an empty line */
    dataset = open_data(&options, NULL);
    assert_counts(dataset, 2, 0, 0);
    dataset_close(dataset);
    options.window = PARAM_NO_COUNT;
    options.sequence_by = PARAM_UNSET;
    assert_refused(&options, NULL, ERROR_DATA, "b.csv:4: empty line");
}

static void sequences_by_file(void **state) {
    (void)state;
    write_text("1.csv", "x,y\n1,5\n2,6\n");
    write_text("2.csv", "x,y\n3,7\n");
    struct data_options options = default_options(NULL);
    options.csv = (struct param_texts){(char *[]){(char[]){"1.csv"}, (char[]){"2.csv"}}, 2};
    options.targets = one("y");
    options.sequence_by = BY_FILE;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_counts(dataset, 2, 0, 0);
    gather(dataset, PART_TRAIN, (size_t[]){0, 1}, 2, &g);
    assert_reals(g.x, 1, 3, 2);
    assert_reals(g.y, 6, 7);
    dataset_close(dataset);
    options.layout = LAYOUT_ROWS;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.sequence_by belongs to layouts windows and sequences; the layout is rows");
    options.layout = PARAM_UNSET;
    options.sequence_id = (char[]){"x"};
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.sequence_id and data.sequence_by exclude each other");
}

static void checksum_sees_values(void **state) {
    (void)state;
    struct data_options options = default_options("t.csv");
    options.targets = one("y");
    uint32_t sum[3];
    static const char *const text[] = {"x,y\n1,2\n3,4\n", "x;y\r\n1.0;2\r\n3;4\r\n",
                                       "x,y\n1,2\n3,5\n"};
    for (size_t i = 0; i < 3; i++) {
        write_text("t.csv", text[i]);
        struct dataset *dataset = open_data(&options, NULL);
        sum[i] = dataset_checksum(dataset);
        dataset_close(dataset);
    }
    assert_true(sum[0] == sum[1]);
    assert_true(sum[0] != sum[2]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_rows_into_steps),
        cmocka_unit_test(rows_have_targets_per_step),
        cmocka_unit_test(rows_end_early),
        cmocka_unit_test(rows_with_holes),
        cmocka_unit_test(one_hot_inputs),
        cmocka_unit_test(slides_windows),
        cmocka_unit_test(knows_ahead),
        cmocka_unit_test(knows_no_more_than_that),
        cmocka_unit_test(nowcasts),
        cmocka_unit_test(several_targets_by_target_then_step),
        cmocka_unit_test(splits_windows_by_rows),
        cmocka_unit_test(windows_stay_in_files_and_ids),
        cmocka_unit_test(needs_enough_rows),
        cmocka_unit_test(keeps_floor_of_n_times_1_minus_s),
        cmocka_unit_test(sequences_of_any_length),
        cmocka_unit_test(sequences_between_empty_lines),
        cmocka_unit_test(sequences_by_file),
        cmocka_unit_test(checksum_sees_values),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
