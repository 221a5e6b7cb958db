/* Splits: which rows, windows and sequences are trained on, validated on and tested on. */
#include "data_files.h"

#include "data/deal.h"

/* ---- positions ------------------------------------------------------------------------------ */

/* One letter a position: training, validation, test or none. */
static void assert_deal(const struct data_options *options, size_t fold, size_t count,
                        bool past_only, const char *wanted) {
    struct deal deal;
    struct error err = {0};
    struct data_request request = {.fold = fold};
    char found[64] = {0};
    if (!deal_start(&deal, options, &request, count, past_only, "f", "rows", &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < count; i++) found[i] = "tvT."[deal_part(&deal, i)];
    assert_string_equal(found, wanted);
}

static void deals_tails_and_gaps(void **state) {
    (void)state;
    struct data_options options = default_options(NULL);
    assert_deal(&options, 0, 5, true, "ttttt");
    options.validation = fraction(0.2);
    options.test = last_rows(3);
    assert_deal(&options, 0, 10, true, "tttttvvTTT");
    options.split_gap = 1;
    assert_deal(&options, 0, 10, true, "tttt.v.TTT");
    options.test = (struct param_part){0};
    assert_deal(&options, 0, 10, true, "ttttttt.vv");
}

/* As scikit-learn's KFold(3) and TimeSeriesSplit(3) cut ten. */
static void deals_folds(void **state) {
    (void)state;
    struct data_options options = default_options(NULL);
    options.cross_validation = 3;
    assert_deal(&options, 1, 10, false, "vvvvtttttt");
    assert_deal(&options, 2, 10, false, "ttttvvvttt");
    assert_deal(&options, 3, 10, false, "tttttttvvv");
    assert_deal(&options, 1, 10, true, "ttttvv....");
    assert_deal(&options, 2, 10, true, "ttttttvv..");
    assert_deal(&options, 3, 10, true, "ttttttttvv");
    options.validation = fraction(0.3); /* no matter */
    options.test = last_rows(2);
    options.split_gap = 1;
    assert_deal(&options, 1, 10, false, "vvv.ttt.TT");
    assert_deal(&options, 2, 10, true, "ttt.vv..TT");
    struct deal deal;
    struct error err = {0};
    struct data_request request = {.fold = 1};
    assert_false(deal_start(&deal, &options, &request, 4, false, "f.csv", "groups", &err));
    assert_string_equal(err.text, "f.csv: 2 groups do not make 3 folds");
}

static void spreads_classes(void **state) {
    (void)state;
    size_t class[30];
    struct error err;
    for (size_t i = 0; i < 30; i++) class[i] = i < 18 ? 0 : i < 27 ? 1 : 2;
    size_t *position = deal_positions(30, class, 7, &err);
    for (size_t stretch = 0; stretch < 3; stretch++) {
        size_t count[3] = {0};
        for (size_t i = 0; i < 30; i++)
            if (position[i] / 10 == stretch) count[class[i]]++;
        assert_int_equal(count[0], 6);
        assert_int_equal(count[1], 3);
        assert_int_equal(count[2], 1);
    }
    free(position);
}

/* ---- data sets ------------------------------------------------------------------------------ */

/* Rows whose targets each part has, one letter a row, or all rows in some part (NULL); a row in two
 * parts fails. The targets are the row numbers: column x of write_count. */
static void assert_rows(const struct dataset *dataset, size_t rows, const char *wanted) {
    char found[256];
    memset(found, '.', rows);
    found[rows] = '\0';
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++)
        for (size_t i = 0; i < dataset_count(dataset, p); i++) {
            struct gathered g;
            gather_one(dataset, p, i, &g);
            size_t count =
                g.batch.shape.targets * (g.batch.shape.target_steps ? g.batch.steps.total : 1);
            for (size_t k = 0; k < count; k++) {
                size_t row = (size_t)g.y[k];
                if (found[row] != '.' && found[row] != "tvT"[p])
                    fail_msg("row %zu is in two parts", row);
                found[row] = "tvT"[p];
            }
        }
    if (wanted != NULL) {
        assert_string_equal(found, wanted);
        return;
    }
    /* All but those that no window comes before. */
    if (strchr(found + dataset_schema(dataset)->steps, '.') != NULL)
        fail_msg("a row is in no part: %s", found);
}

static void random_rows_make_a_partition(void **state) {
    (void)state;
    write_count("w.csv", 100);
    struct data_options options = default_options("w.csv");
    options.targets = one("x");
    options.split = SPLIT_RANDOM;
    options.validation = fraction(0.2);
    options.test = last_rows(10);
    struct dataset *dataset = open_data(&options, NULL);
    assert_counts(dataset, 70, 20, 10);
    assert_rows(dataset, 100, NULL);
    uint32_t sum = dataset_checksum(dataset);
    struct gathered a, b;
    gather_one(dataset, PART_TEST, 0, &a);
    dataset_close(dataset);

    struct data_request other = {.seed = 2};
    dataset = open_data(&options, &other);
    assert_int_equal(dataset_checksum(dataset), sum);
    assert_counts(dataset, 70, 20, 10);
    gather_one(dataset, PART_TEST, 0, &b);
    assert_true(a.y[0] != b.y[0]); /* as it happens: another seed, other rows */
    dataset_close(dataset);
}

/* Blocks of two rows: a window with a block of either part in its targets is of none. */
static void random_windows_keep_their_targets(void **state) {
    (void)state;
    write_count("w.csv", 60);
    struct data_options options = default_options("w.csv");
    options.targets = one("x");
    options.split = SPLIT_RANDOM;
    options.validation = fraction(0.25);
    options.window = 4;
    struct dataset *dataset = open_data(&options, NULL);
    assert_int_equal(dataset_count(dataset, PART_TRAIN) + dataset_count(dataset, PART_VALIDATION),
                     56);
    dataset_close(dataset);
    options.horizon = 2;
    dataset = open_data(&options, NULL);
    assert_rows(dataset, 60, NULL);
    dataset_close(dataset);
}

static void stratified_rows(void **state) {
    (void)state;
    struct text csv = {0};
    struct error err;
    text_add(&csv, "a,kind\n");
    for (int i = 0; i < 40; i++) text_format(&csv, "%d,%s\n", i, i < 32 ? "many" : "few");
    char *bytes = text_take(&csv, &err);
    write_text("s.csv", bytes);
    free(bytes);
    struct data_options options = default_options("s.csv");
    options.targets = one("kind");
    options.split = SPLIT_STRATIFIED;
    options.validation = fraction(0.25);
    struct dataset *dataset = open_data(&options, NULL);
    struct text report = {0};
    dataset_report(dataset, &report);
    assert_non_null(strstr(report.bytes, "(25 %, the same share of each class); classes few: 2, "
                                         "many: 8\n"));
    text_free(&report);
    dataset_close(dataset);
    options.targets = one("a");
    options.ignore = one("kind");
    options.inputs = one("a");
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.split: stratified needs a class target; \"a\" is a number");
}

static const char groups[] = "id,x\nb,0\na,1\nb,2\nc,3\na,4\nd,5\nd,6\ne,7\n";

static void groups_stay_whole(void **state) {
    (void)state;
    static const char id[] = "babcadde";
    write_text("g.csv", groups);
    struct data_options options = default_options("g.csv");
    options.inputs = options.targets = one("x");
    options.layout = LAYOUT_ROWS;
    options.sequence_id = (char *)(uintptr_t) "id";
    options.split = SPLIT_GROUP;
    options.validation = fraction(0.4);
    struct dataset *dataset = open_data(&options, NULL);
    char part[8] = {0};
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++)
        for (size_t i = 0; i < dataset_count(dataset, p); i++) {
            struct gathered g;
            gather_one(dataset, p, i, &g);
            part[(size_t)g.y[0]] = (char)('1' + (int)p);
        }
    size_t held = 0;
    for (size_t i = 0; i < 8; i++) {
        assert_true(part[i] != 0);
        for (size_t k = 0; k < i; k++)
            if (id[i] == id[k]) assert_int_equal(part[i], part[k]);
        held += part[i] == '2' && memchr(id, id[i], i) == NULL;
    }
    assert_int_equal(held, 2); /* of five groups */
    dataset_close(dataset);
    options.sequence_id = NULL;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.split: group needs data.sequence_id, or several files in data.csv");
}

static void folds_of_windows_look_back_only(void **state) {
    (void)state;
    write_count("w.csv", 12);
    struct data_options options = default_options("w.csv");
    options.targets = one("x");
    options.window = 2;
    options.cross_validation = 2;
    struct data_request request = {.fold = 1};
    struct dataset *dataset = open_data(&options, &request);
    assert_rows(dataset, 12, "..ttvvvv....");
    dataset_close(dataset);
    request.fold = 2;
    dataset = open_data(&options, &request);
    assert_rows(dataset, 12, "..ttttttvvvv");
    dataset_close(dataset);
    request.fold = 0;
    dataset = open_data(&options, &request);
    assert_rows(dataset, 12, "..tttttttttt");
    dataset_close(dataset);
}

static void gaps_keep_windows_apart(void **state) {
    (void)state;
    write_count("w.csv", 12);
    struct data_options options = default_options("w.csv");
    options.targets = one("x");
    options.window = 2;
    options.validation = last_rows(3);
    options.split_gap = 2;
    struct dataset *dataset = open_data(&options, NULL);
    assert_rows(dataset, 12, "..ttttt..vvv");
    dataset_close(dataset);
    options.split = SPLIT_RANDOM;
    assert_refused(&options, NULL, ERROR_CONFIG, "data.split_gap needs data.split: tail");
    options.split_gap = 0;
    struct column_options u = default_column();
    u.difference = 1;
    set_column(&options, "u", &u);
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.u.difference needs data.split: tail or group; rows drawn one by "
                   "one have no rows of their part before them");
}

/* A count is of all rows, a fraction of each file's. */
static void counts_are_of_all_series(void **state) {
    (void)state;
    static char *files[] = {"1.csv", "2.csv"};
    write_text("1.csv", "x\n0\n1\n2\n3\n4\n5\n6\n7\n");
    write_text("2.csv", "x\n8\n9\n10\n11\n12\n13\n14\n15\n");
    struct data_options options = default_options(NULL);
    options.csv = (struct param_texts){files, 2};
    options.window = 2;
    options.validation = last_rows(4);
    struct dataset *dataset = open_data(&options, NULL);
    assert_rows(dataset, 16, "..tttttt..ttvvvv");
    dataset_close(dataset);
    options.validation = fraction(0.25);
    dataset = open_data(&options, NULL);
    assert_rows(dataset, 16, "..ttttvv..ttttvv");
    dataset_close(dataset);
}

/* A file to validate on is put aside while folds are; in the training after them it has its part. */
static void folds_put_a_validation_file_aside(void **state) {
    (void)state;
    static const char *const wanted[2][3] = {
        {"..tttttttttt..vv", "..ttvvvv........", "..ttttttvvvv...."},
        {"ttttttttttttvvvv", "vvvvvvtttttt....", "ttttttvvvvvv...."},
    };
    write_count("w.csv", 12);
    write_text("v.csv", "x,u,v\n12,0,0\n13,0,0\n14,0,0\n15,0,0\n");
    struct data_options options = default_options("w.csv");
    options.inputs = options.targets = one("x");
    options.validation = (struct param_part){.form = PART_FILE, .file = (char[]){"v.csv"}};
    options.cross_validation = 2;
    for (size_t rows = 0; rows < 2; rows++) {
        if (rows == 0) options.window = 2;
        if (rows == 1) options.window = PARAM_NO_COUNT;
        for (size_t fold = 0; fold < 3; fold++) {
            struct data_request request = {.fold = fold};
            struct dataset *dataset = open_data(&options, &request);
            assert_rows(dataset, 16, wanted[rows][fold]);
            dataset_close(dataset);
        }
    }
}

/* ---- dates ---------------------------------------------------------------------------------- */

static void write_days(const char *path, size_t rows) {
    FILE *file = fopen(path, "w");
    (void)fputs("day,x\n", file);
    for (size_t i = 0; i < rows; i++)
        (void)fprintf(file, "%02zu.%02zu.2016,%zu\n", i % 28 + 1, i / 28 + 1, i);
    assert_int_equal(fclose(file), 0);
}

static struct param_part from(const char *date) {
    return (struct param_part){.form = PART_FROM, .from = (char *)(uintptr_t)date};
}

static void parts_begin_on_dates(void **state) {
    (void)state;
    write_days("d.csv", 30);
    struct data_options options = default_options("d.csv");
    options.time = (char[]){"day"};
    options.inputs = options.targets = one("x");
    options.validation = from("2016-01-21");
    options.test = from("01.02.2016"); /* as the column has it */
    struct dataset *dataset = open_data(&options, NULL);
    assert_counts(dataset, 20, 8, 2);
    dataset_close(dataset);
    options.window = 2;
    options.split_gap = 1;
    dataset = open_data(&options, NULL);
    assert_rows(dataset, 30, "..ttttttttttttttttt.vvvvvvv.TT");
    struct text report = {0};
    dataset_report(dataset, &report);
    assert_non_null(strstr(report.bytes,
                           "validation: rows 21–27 (from 2016-01-21 on, before the test part), 7 "
                           "windows\ntest: rows 29–30 (from 01.02.2016 on), 2 windows\n"));
    text_free(&report);
    dataset_close(dataset);
    options.split_gap = 0;
    options.cross_validation = 2;
    struct data_request request = {.fold = 1};
    dataset = open_data(&options, &request);
    assert_rows(dataset, 30, "..ttttttttvvvvvvvvv.........TT");
    dataset_close(dataset);
    options.split_gap = 1; /* the row before the date is dealt out to nobody */
    dataset = open_data(&options, &request);
    assert_rows(dataset, 30, "..tttttt.vvvvvvvvv..........TT");
    dataset_close(dataset);
}

static void dates_that_do_not_do(void **state) {
    (void)state;
    write_days("d.csv", 40);
    write_text("b.csv", "day,x\n2016-01-01,0\nsoon,1\n");
    write_text("a.csv", "day,x\n01/02/2016,0\n02/02/2016,1\n");
    struct data_options options = default_options("d.csv");
    options.inputs = options.targets = one("x");
    options.validation = from("2016-02-01");
    options.ignore = one("day");
    assert_refused(&options, NULL, ERROR_CONFIG, "{from: DATE} needs data.time, a column of dates");
    options.ignore.count = 0;
    options.time = (char[]){"day"};
    options.test = fraction(0.1);
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.test: beside a part that begins on a date, expected {from: DATE} or a "
                   "file");
    options.test = from("some day");
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.test: from: expected a date such as 2016-07-31 or 2016-07-31 18:00, got "
                   "\"some day\"");
    options.test = from("2016-02-01");
    options.validation = last_rows(9);
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.validation: beside a part that begins on a date, expected {from: DATE} or "
                   "a file");
    options.validation = from("2016-02-01");
    options.test.form = PART_UNSET;
    options.split = SPLIT_RANDOM;
    assert_refused(&options, NULL, ERROR_CONFIG, "{from: DATE} needs data.split: tail");
    options.split = SPLIT_TAIL;
    options.validation = from("2016-03-01");
    assert_refused(&options, NULL, ERROR_DATA,
                   "d.csv: the validation part has no samples (of 40 rows in all)");
    options.validation = from("next year");
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.validation: from: expected a date such as 2016-07-31 or 2016-07-31 18:00, "
                   "got \"next year\"");
    options.csv = one("b.csv");
    options.validation = from("2016-02-01");
    assert_refused(&options, NULL, ERROR_DATA, "b.csv:3: column \"day\": not a time: \"soon\"");
    options.csv = one("a.csv");
    assert_refused(&options, NULL, ERROR_DATA,
                   "a.csv: column \"day\": times such as \"01/02/2016\" can be read as %m/%d/%Y "
                   "and as %d/%m/%Y; say which: data.columns: {day: {type: time, format: "
                   "\"%m/%d/%Y\"}}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deals_tails_and_gaps),
        cmocka_unit_test(deals_folds),
        cmocka_unit_test(spreads_classes),
        cmocka_unit_test(random_rows_make_a_partition),
        cmocka_unit_test(random_windows_keep_their_targets),
        cmocka_unit_test(stratified_rows),
        cmocka_unit_test(groups_stay_whole),
        cmocka_unit_test(folds_of_windows_look_back_only),
        cmocka_unit_test(parts_begin_on_dates),
        cmocka_unit_test(dates_that_do_not_do),
        cmocka_unit_test(gaps_keep_windows_apart),
        cmocka_unit_test(counts_are_of_all_series),
        cmocka_unit_test(folds_put_a_validation_file_aside),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
