/* Columns of times: features, formats found from the data, times that go back. */
#include "data_files.h"

static struct gathered g;

static struct column_options time_column(struct param_texts features) {
    struct column_options column = default_column();
    column.type = COLUMN_TIME;
    column.features = features;
    return column;
}

static char *names[] = {(char *)(uintptr_t) "hour", (char *)(uintptr_t) "month"};

static void gives_features(void **state) {
    (void)state;
    write_text("t.csv", "when,y\n2016-01-01 06:00,1\n2016-04-01T12:00:00Z,2\n");
    struct data_options options = default_options("t.csv");
    struct column_options when = time_column((struct param_texts){names, 2});
    struct data_request request = {.target = TARGET_NUMBER, .features = 4};
    set_column(&options, "when", &when);
    options.time = (char *)(uintptr_t) "when"; /* a label too */
    options.targets = one("y");
    struct dataset *dataset = open_data(&options, &request);
    gather(dataset, PART_TRAIN, (size_t[]){0, 1}, 2, &g);
    assert_reals(g.x, 1, 0, 0, 1, 0, -1, 1, 0); /* sine and cosine of hour, of month */
    assert_report(dataset, "data: t.csv, 2 rows, comma separated, header\n"
                           "inputs: when (4 features a step); target: y\n"
                           "times: column \"when\" read as ISO 8601, for its hour, month\n"
                           "samples: rows of 1 step\n"
                           "train: rows 1–2\n");
    struct text label = {0};
    dataset_label(dataset, 1, &label);
    assert_string_equal(label.bytes, "2016-04-01T12:00:00Z,");
    text_free(&label);
    dataset_close(dataset);
}

static void finds_the_day(void **state) {
    (void)state;
    struct data_options options = default_options("d.csv");
    struct column_options when = time_column((struct param_texts){names + 1, 1});
    struct data_request request = {.target = TARGET_NUMBER, .features = 2};
    set_column(&options, "when", &when);
    options.targets = one("y");
    write_text("d.csv", "when,y\n01/04/2016,1\n31/07/2016,2\n");
    struct dataset *dataset = open_data(&options, &request);
    assert_string_equal(dataset_schema(dataset)->column[0].format, "%d/%m/%Y");
    gather_one(dataset, PART_TRAIN, 0, &g);
    assert_reals(g.x, 1, 0);
    dataset_close(dataset);
    write_text("d.csv", "when,y\n01/04/2016,1\n07/12/2016,2\n");
    assert_refused(
        &options, &request, ERROR_DATA,
        "d.csv: column \"when\": times such as \"01/04/2016\" can be read as %m/%d/%Y and "
        "as %d/%m/%Y; say which: data.columns: {when: {type: time, format: "
        "\"%m/%d/%Y\"}}");
    when.format = (char *)(uintptr_t) "%m/%d/%Y";
    dataset = open_data(&options, &request);
    gather_one(dataset, PART_TRAIN, 0, &g);
    assert_reals(g.x, 0, 1);
    dataset_close(dataset);
    write_text("d.csv", "when,y\n01/04/2016,1\n31/12/2016,2\n");
    assert_refused(&options, &request, ERROR_DATA,
                   "d.csv:3: column \"when\": not a time: \"31/12/2016\"");
}

static void refuses(void **state) {
    (void)state;
    write_text("r.csv", "when,x,y\n2016-01-01,1,1\n2016-01-02,2,2\n");
    struct data_options options = default_options("r.csv");
    struct column_options when = time_column((struct param_texts){NULL, 0});
    set_column(&options, "when", &when);
    options.targets = one("y");
    struct dataset *dataset = open_data(&options, NULL); /* no input by default */
    assert_int_equal(dataset_schema(dataset)->inputs, 1);
    dataset_close(dataset);
    options.inputs = one("when");
    assert_refused(
        &options, NULL, ERROR_CONFIG,
        "data.columns.when.features: a time is an input by its features, such as [hour]");
    when.features = one("our");
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.when.features: expected minute, hour, weekday, day, yearday or "
                   "month, got \"our\"");
    when.features = (struct param_texts){(char *[]){names[0], names[0]}, 2};
    assert_refused(&options, NULL, ERROR_CONFIG, "data.columns.when.features: hour twice");
    when.features = one("hour");
    when.format = (char *)(uintptr_t) "%d.%m";
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.when.format: expected a date such as %Y-%m-%d");
    when.format = NULL;
    when.type = COLUMN_NUMBER;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.when.features: the column is no time; write type: time");
    when.type = COLUMN_TIME;
    options.targets = one("when");
    options.inputs = one("x");
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.when.type: a time cannot be predicted");
    when.scale = SCALE_STANDARD;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.when.scale: the column holds no numbers, but categories, classes, "
                   "times or texts");
}

static void assert_warning(const char *csv, const char *warning) {
    write_text("w.csv", csv);
    struct data_options options = default_options("w.csv");
    options.time = (char *)(uintptr_t) "when";
    options.targets = one("x");
    options.window = 1;
    struct dataset *dataset = open_data(&options, NULL);
    struct text report = {0};
    dataset_report(dataset, &report);
    const char *found = strstr(report.bytes, "warning: ");
    assert_string_equal(found != NULL ? found : "", warning);
    text_free(&report);
    dataset_close(dataset);
}

static void warns_of_times_that_go_back(void **state) {
    (void)state;
    assert_warning("when,x\n2016-01-02,1\n2016-01-02,2\n2016-01-01,3\n2016-01-03,4\n",
                   "warning: w.csv:4: column \"when\" goes back in time: \"2016-01-01\" after "
                   "\"2016-01-02\"\n");
    assert_warning("when,x\n2016-01-01,1\n2016-01-01,2\n2016-01-03,4\n", "");
    assert_warning("when,x\n2016-01-02,1\n2016-01-05,2\n2016-01-03,3\n",
                   "warning: w.csv:4: column \"when\" goes back in time: \"2016-01-03\" after "
                   "\"2016-01-05\"\n");
    assert_warning("when,x\n2016-01-01T02:00Z,1\n2016-01-01T03:00+01:00,2\n", ""); /* equal */
    assert_warning("when,x\n2016-01-01T02:00Z,1\n2016-01-01T02:00+01:00,2\n",
                   "warning: w.csv:3: column \"when\" goes back in time: "
                   "\"2016-01-01T02:00+01:00\" after \"2016-01-01T02:00Z\"\n");
    assert_warning("when,x\n1-02,1\n1-01,2\n1-03,4\n", "");                   /* no times */
    assert_warning("when,x\n02/01/2016,1\n01/02/2016,2\n03/01/2016,4\n", ""); /* or others */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_features),
        cmocka_unit_test(finds_the_day),
        cmocka_unit_test(refuses),
        cmocka_unit_test(warns_of_times_that_go_back),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
