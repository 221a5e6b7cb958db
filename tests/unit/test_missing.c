/* Values that are not there: what fills them, what drops their rows, and that nothing looks over
 * the boundary of a part or a series. */
#include "data_files.h"

/* All features of the samples of a part, each of one row. */
static void gather_part(const struct dataset *dataset, enum part part, struct gathered *g) {
    size_t sample[64], count = dataset_count(dataset, part);
    for (size_t i = 0; i < count; i++) sample[i] = i;
    gather(dataset, part, sample, count, g);
}

/* Each row is a sample, with the rows before it as its past. */
static void set_steps(struct data_options *options) {
    options->window = 1;
    options->gap = -1;
}

/* Rows 1..4 of a.csv train, 5 and 6 validate. */
static struct dataset *open_with(const char *rule) {
    write_text("a.csv", "x,y\n,1\n2,2\n,3\n6,4\n,5\n9,6\n");
    static struct data_options options; /* borrowed by the data set */
    options = default_options("a.csv");
    options.targets = one("y");
    options.missing = (char *)(uintptr_t)rule;
    options.validation = last_rows(2);
    set_steps(&options);
    return open_data(&options, NULL);
}

static void fills(void **state) {
    static const struct {
        const char *rule;
        double train[4], validation[2];
    } cases[] = {
        {"forward", {4, 2, 2, 6}, {4, 9}},     /* the mean where nothing is before */
        {"interpolate", {2, 2, 4, 6}, {9, 9}}, /* the nearest at an end */
        {"mean", {4, 2, 4, 6}, {4, 9}},
        {"-1.5", {-1.5, 2, -1.5, 6}, {-1.5, 9}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset *dataset = open_with(cases[i].rule);
        struct gathered g;
        gather_part(dataset, PART_TRAIN, &g);
        for (size_t r = 0; r < 4; r++) assert_true((double)g.x[r] == cases[i].train[r]);
        gather_part(dataset, PART_VALIDATION, &g);
        for (size_t r = 0; r < 2; r++) assert_true((double)g.x[r] == cases[i].validation[r]);
        dataset_close(dataset);
    }
}

static void tells_what_it_did(void **state) {
    (void)state;
    struct dataset *dataset = open_with("forward");
    assert_report(dataset, "data: a.csv, 6 rows, comma separated, header\n"
                           "inputs: x (1 feature a step); target: y\n"
                           "missing: column \"x\", 3 values filled with the value before, 2 that "
                           "have none with the training mean 4\n"
                           "samples: windows of 1 row, horizon 1, gap -1\n"
                           "train: rows 1–4, 4 windows\n"
                           "validation: rows 5–6 (the last, before shuffling), 2 windows\n");
    dataset_close(dataset);
    dataset = open_with("drop");
    assert_report(dataset, "data: a.csv, 3 rows, comma separated, header\n"
                           "inputs: x (1 feature a step); target: y\n"
                           "missing: column \"x\", 3 values in rows left out\n"
                           "missing: 3 rows left out; no window crosses the hole\n"
                           "samples: windows of 1 row, horizon 1, gap -1\n"
                           "train: rows 1–1, 1 window\n"
                           "validation: rows 2–3 (the last, before shuffling), 2 windows\n");
    dataset_close(dataset);
}

/* What stands in the validation part changes neither the mean nor the scale. */
static void fits_on_the_training_part(void **state) {
    (void)state;
    struct schema_column fitted[2];
    static const char *const end[] = {",5\n9,6\n", "1000,5\n,6\n"};
    for (size_t i = 0; i < 2; i++) {
        struct text csv = {0};
        text_format(&csv, "x,y\n1,1\n,2\n3,3\n8,4\n%s", end[i]);
        write_text("b.csv", csv.bytes);
        text_free(&csv);
        struct data_options options = default_options("b.csv");
        options.targets = one("y");
        options.missing = (char *)(uintptr_t) "mean";
        options.scale = SCALE_STANDARD;
        options.validation = last_rows(2);
        struct dataset *dataset = open_data(&options, NULL);
        fitted[i] = dataset_schema(dataset)->column[0];
        dataset_close(dataset);
    }
    assert_true(fitted[0].fill == 4 && fitted[1].fill == 4);
    assert_true(fitted[0].center == 4 && fitted[1].center == 4);
    assert_true(fitted[0].spread == fitted[1].spread);
}

/* Series a ends with a gap, series b begins with one. */
static void stays_within_a_series(void **state) {
    (void)state;
    write_text("s.csv", "id,x\na,1\na,\nb,\nb,5\nb,9\n");
    struct data_options options = default_options("s.csv");
    options.sequence_id = (char *)(uintptr_t) "id";
    options.targets = options.inputs = one("x");
    options.missing = (char *)(uintptr_t) "interpolate";
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    gather_one(dataset, PART_TRAIN, 0, &g);
    assert_reals(g.x, 1, 1);
    gather_one(dataset, PART_TRAIN, 1, &g);
    assert_reals(g.x, 5, 5, 9);
    dataset_close(dataset);
}

static void no_window_crosses_a_hole(void **state) {
    (void)state;
    write_text("w.csv", "x\n1\n2\n3\nNA\n\"\"\n6\n7\n8\n9\n");
    struct data_options options = default_options("w.csv");
    options.targets = one("x");
    options.window = 2;
    options.missing = (char *)(uintptr_t) "drop";
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    assert_counts(dataset, 3, 0, 0);
    gather(dataset, PART_TRAIN, (size_t[]){0, 1, 2}, 3, &g);
    assert_reals(g.x, 1, 6, 7, 2, 7, 8); /* by steps */
    assert_reals(g.y, 3, 8, 9);
    dataset_close(dataset);

    /* A split by a fraction counts the rows that are left, not those of each piece. */
    options.validation = fraction(0.3);
    dataset = open_data(&options, NULL);
    assert_counts(dataset, 1, 2, 0);
    dataset_close(dataset);
}

static void takes_other_words(void **state) {
    (void)state;
    write_text("o.csv", "x,u,y\n-200,n/a,1\n-200.0,3,2\n5,-200,3\n7,NA,4\n");
    struct data_options options = default_options("o.csv");
    struct column_options u = default_column();
    char *words[] = {(char *)(uintptr_t) "n/a", (char *)(uintptr_t) "-200"};
    u.missing = (char *)(uintptr_t) "7";
    u.missing_indicator = 1;
    u.type = COLUMN_NUMBER;
    set_column(&options, "u", &u);
    options.targets = one("y");
    options.missing = (char *)(uintptr_t) "0";
    options.missing_values = (struct param_texts){words, 2};
    struct data_request request = {.target = TARGET_NUMBER, .features = 3};
    struct dataset *dataset = open_data(&options, &request);
    struct gathered g;
    gather_part(dataset, PART_TRAIN, &g);
    assert_reals(g.x, 0, 7, 1, 0, 3, 0, 5, 7, 1, 7, 7, 1);
    dataset_close(dataset);
}

static void fills_categories(void **state) {
    (void)state;
    write_text("c.csv", "c,y\n,1\nb,2\n,3\na,4\n");
    struct data_options options = default_options("c.csv");
    struct column_options c = default_column();
    struct data_request request = {.target = TARGET_NUMBER, .features = 2};
    struct gathered g;
    options.targets = one("y");
    options.missing = (char *)(uintptr_t) "mean";
    set_steps(&options);
    struct dataset *dataset = open_data(&options, &request);
    gather_part(dataset, PART_TRAIN, &g);
    assert_reals(g.x, 0, 0, 0, 1, 0, 0, 1, 0);
    dataset_close(dataset);
    options.missing = (char *)(uintptr_t) "forward";
    dataset = open_data(&options, &request);
    gather_part(dataset, PART_TRAIN, &g);
    assert_reals(g.x, 0, 0, 0, 1, 0, 1, 1, 0);
    dataset_close(dataset);
    /* Numbers of categories: 1 is what is not there. */
    c.encode = ENCODE_INDEX;
    set_column(&options, "c", &c);
    request.features = 1;
    dataset = open_data(&options, &request);
    gather_part(dataset, PART_TRAIN, &g);
    assert_reals(g.x, 1, 3, 3, 2);
    dataset_close(dataset);
}

/* Two features to a step; the last row ends after its second step. Means: a0 4, b0 70. */
static const char *const steps_csv = "a0,b0,a1,b1,a2,b2,y\n"
                                     "1,,,20,3,30,0\n"
                                     ",,8,50,9,,0\n"
                                     "7,70,,80,,,0\n";

static void fills_along_rows(void **state) {
    static const struct {
        const char *rule;
        double x[3][6];
    } cases[] = {
        {"forward", {{1, 70, 1, 20, 3, 30}, {4, 70, 8, 50, 9, 50}, {7, 70, 7, 80}}},
        {"interpolate", {{1, 20, 2, 20, 3, 30}, {8, 50, 8, 50, 9, 50}, {7, 70, 7, 80}}},
    };
    struct data_request request = {.target = TARGET_NUMBER, .features = 2};
    struct text report = {0};
    (void)state;
    write_text("s.csv", steps_csv);
    for (size_t i = 0; i < 2; i++) {
        struct data_options options = default_options("s.csv");
        options.targets = one("y");
        options.missing = (char *)(uintptr_t)cases[i].rule;
        struct dataset *dataset = open_data(&options, &request);
        struct gathered g;
        for (size_t row = 0; row < 3; row++) {
            assert_int_equal(dataset_length(dataset, PART_TRAIN, row), row < 2 ? 3 : 2);
            gather_one(dataset, PART_TRAIN, row, &g);
            for (size_t j = 0; j < (row < 2 ? 6U : 4U); j++)
                assert_true((double)g.x[j] == cases[i].x[row][j]);
        }
        if (i == 0) dataset_report(dataset, &report);
        dataset_close(dataset);
    }
    assert_non_null(strstr(report.bytes, "missing: column \"a0\", 1 value filled with the value "
                                         "before, 1 that have none with the training mean 4\n"));
    text_free(&report);
}

/* The steps of a row have targets, too. */
static void fills_targets_along_rows(void **state) {
    (void)state;
    write_text("s.csv", "a,b,c,p,q,r\n1,2,3,10,,30\n4,5,6,,50,60\n");
    struct data_options options = default_options("s.csv");
    options.inputs = one("a..c");
    options.targets = one("p..r");
    options.target_per = PER_STEP;
    options.missing = (char *)(uintptr_t) "interpolate";
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    gather(dataset, PART_TRAIN, (size_t[]){0, 1}, 2, &g);
    assert_reals(g.y, 10, 50, 20, 50, 30, 60);
    dataset_close(dataset);
}

static void refuses(void **state) {
    (void)state;
    write_text("r.csv", "x,k\n1,a\n2,\n3,b\n");
    struct data_options options = default_options("r.csv");
    options.targets = one("k");
    options.missing = (char *)(uintptr_t) "avarage";
    assert_refused(
        &options, NULL, ERROR_CONFIG,
        "data.missing: expected error, drop, forward, interpolate, mean or a number, got "
        "\"avarage\"");
    options.missing = (char *)(uintptr_t) "mean";
    assert_refused(&options, NULL, ERROR_DATA,
                   "r.csv:3:3: column \"k\": missing value (the field is empty); data.missing says "
                   "what to do about it");
    struct column_options k = default_column();
    k.missing = (char *)(uintptr_t) "forward";
    set_column(&options, "k", &k);
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.k.missing: a class can be dropped, not made up");
    k.missing = (char *)(uintptr_t) "drop";
    struct dataset *dataset = open_data(&options, NULL);
    assert_counts(dataset, 2, 0, 0);
    dataset_close(dataset);
    write_text("r.csv", "x,k\n,a\n,b\n3,b\n");
    options.validation = last_rows(1);
    assert_refused(&options, NULL, ERROR_DATA,
                   "r.csv: column \"x\" has no value in the training part");
    options.missing = (char *)(uintptr_t) "drop";
    options.validation = (struct param_part){.form = PART_UNSET};
    write_text("r.csv", "x,k\n,a\n,b\n");
    assert_refused(&options, NULL, ERROR_DATA,
                   "r.csv: no data rows left: each of 2 has a missing value");
}

/* The line of an error below rows that were left out. */
static void counts_lines_past_holes(void **state) {
    (void)state;
    write_text("l.csv", "x,k\n1,a\n,b\n,b\n2,a\n3,b\n");
    write_text("v.csv", "x,k\n1,a\n,b\n,b\n2,a\n,b\n3,c\n");
    struct data_options options = default_options("l.csv");
    options.targets = one("k");
    options.missing = (char *)(uintptr_t) "drop";
    options.validation =
        (struct param_part){.form = PART_FILE, .file = (char *)(uintptr_t) "v.csv"};
    assert_refused(&options, NULL, ERROR_DATA,
                   "v.csv:7: column \"k\": category \"c\" is not one the model is trained on: a, b "
                   "(a column that is no input belongs under data.ignore)");
}

static void passes_over_unknown_categories(void **state) {
    (void)state;
    write_text("t.csv", "c,y\na,1\nb,2\n");
    write_text("v.csv", "c,y\nz,1\nb,2\n");
    struct data_options options = default_options("t.csv");
    options.targets = one("y");
    options.validation =
        (struct param_part){.form = PART_FILE, .file = (char *)(uintptr_t) "v.csv"};
    struct data_request request = {.target = TARGET_NUMBER, .features = 2};
    assert_refused(&options, &request, ERROR_DATA,
                   "v.csv:2: column \"c\": category \"z\" is not one the model is trained on: a, b "
                   "(a column that is no input belongs under data.ignore)");
    options.unknown = UNKNOWN_IGNORE;
    struct dataset *dataset = open_data(&options, &request);
    struct gathered g;
    gather_part(dataset, PART_VALIDATION, &g);
    assert_reals(g.x, 0, 0, 0, 1);
    struct text report = {0};
    dataset_report(dataset, &report);
    assert_non_null(strstr(report.bytes, "warning: column \"c\": 1 value is not among the training "
                                         "part's categories: all zeros\n"));
    text_free(&report);
    dataset_close(dataset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills),
        cmocka_unit_test(tells_what_it_did),
        cmocka_unit_test(fits_on_the_training_part),
        cmocka_unit_test(stays_within_a_series),
        cmocka_unit_test(no_window_crosses_a_hole),
        cmocka_unit_test(takes_other_words),
        cmocka_unit_test(fills_categories),
        cmocka_unit_test(fills_along_rows),
        cmocka_unit_test(fills_targets_along_rows),
        cmocka_unit_test(refuses),
        cmocka_unit_test(counts_lines_past_holes),
        cmocka_unit_test(passes_over_unknown_categories),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
