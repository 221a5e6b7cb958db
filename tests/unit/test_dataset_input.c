/* Inputs to predict on: matched to what the model was trained on. */
#include "data_files.h"

static struct dataset *open_input(const struct data_options *options, const struct dataset *trained,
                                  const char *text) {
    struct error err = {0};
    struct dataset *dataset = NULL;
    write_text("in.csv", text);
    if (!dataset_open_input(&dataset, options, dataset_schema(trained), "in.csv", true, NULL, &err))
        fail_msg("%s", err.text);
    return dataset;
}

static void assert_input_refused(const struct data_options *options, const struct dataset *trained,
                                 const char *text, const char *message) {
    struct error err = {0};
    struct dataset *dataset = NULL;
    write_text("in.csv", text);
    assert_false(
        dataset_open_input(&dataset, options, dataset_schema(trained), "in.csv", true, NULL, &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_DATA);
}

static void predicts_by_name(void **state) {
    (void)state;
    write_text("t.csv", "a,w,y\n1,N,p\n3,S,q\n5,N,p\n");
    struct data_options options = default_options("t.csv");
    options.targets = one("y");
    options.scale = SCALE_MINMAX;
    struct data_request request = {.target = TARGET_FOUND, .features = 3};
    struct dataset *trained = open_data(&options, &request);
    struct gathered g;
    struct dataset *input = open_input(&options, trained, "z;w;a\njunk;S;9\n");
    assert_false(dataset_has_targets(input));
    gather_one(input, PART_TRAIN, 0, &g);
    assert_reals(g.x, 2, 0, 1);
    dataset_close(input);
    input = open_input(&options, trained, "y,w,a\nq,S,9\n");
    assert_true(dataset_has_targets(input));
    gather_one(input, PART_TRAIN, 0, &g);
    assert_reals(g.y, 1);
    dataset_close(input);
    /* a target column that is there to be filled in */
    input = open_input(&options, trained, "y,w,a\n,S,9\n");
    assert_false(dataset_has_targets(input));
    dataset_close(input);
    assert_input_refused(&options, trained, "w,b\nS,9\n",
                         "in.csv: no column \"a\"; the model was trained on a, w");
    assert_input_refused(&options, trained, "w,a\nS,9\nW,9\n",
                         "in.csv:3: column \"w\": category \"W\" is not one the model is trained "
                         "on: N, S (data.unknown: ignore in training lets others pass)");
    dataset_close(trained);
}

static void predicts_past_the_end(void **state) {
    (void)state;
    write_count("w.csv", 10);
    struct data_options options = default_options("w.csv");
    options.inputs = options.targets = one("x");
    options.time = (char *)(uintptr_t) "u";
    options.window = 3;
    options.horizon = 2;
    options.stride = 2;
    struct dataset *trained = open_data(&options, NULL);
    struct dataset *input = open_input(&options, trained, "u,x\n\"p, q\",1\nr,2\ns,3\nt,4\n");
    struct gathered g;
    assert_counts(input, 2, 0, 0);
    gather_one(input, PART_TRAIN, 1, &g);
    assert_reals(g.x, 2, 3, 4);
    assert_true(isnan(g.y[0]));
    gather_one(input, PART_TRAIN, 0, &g);
    assert_reals(g.y, 4);
    assert_true(isnan(g.y[1]));
    struct text label = {0};
    dataset_label_header(input, &label);
    dataset_label(input, dataset_row(input, PART_TRAIN, 0, 0), &label);
    assert_string_equal(label.bytes, "u,s,");
    text_free(&label);
    dataset_close(input);
    assert_input_refused(&options, trained, "u,x\n1,2\n",
                         "in.csv has 1 row; a window of 3 needs at least 3");
    dataset_close(trained);
}

static void predicts_without_header(void **state) {
    (void)state;
    write_text("t.csv", "y,a,b\n1,2,3\n4,5,6\n");
    struct data_options options = default_options("t.csv");
    options.targets = one("y");
    struct dataset *trained = open_data(&options, NULL);
    struct gathered g;
    struct dataset *input = open_input(&options, trained, "7,8\n9,10\n");
    gather_one(input, PART_TRAIN, 1, &g);
    assert_reals(g.x, 9, 10);
    assert_false(dataset_has_targets(input));
    assert_report(input, "data: in.csv, 2 rows, comma separated, no header\n"
                         "inputs: a, b (1 feature a step); target: y; no header: columns taken in "
                         "the training order\n"
                         "samples: rows of 2 steps\n"
                         "input: rows 1–2\n");
    dataset_close(input);
    input = open_input(&options, trained, "1,7,8\n");
    gather_one(input, PART_TRAIN, 0, &g);
    assert_reals(g.x, 7, 8);
    assert_reals(g.y, 1);
    dataset_close(input);
    assert_input_refused(&options, trained, "7\n",
                         "in.csv: no column \"a\"; the model was trained on a, b");
    dataset_close(trained);
}

/* The first rows of each file of a config, whatever follows them; of an input to predict on, all. */
static void reads_the_first_rows(void **state) {
    (void)state;
    write_text("t.csv", "x,y\n0,1\n,2\n4,3\n\n# end, of the series\n");
    write_text("v.csv", "x,y\n1,1\n2,2\n3,3\n4,4\n");
    struct data_options options = default_options("t.csv");
    options.targets = one("y");
    options.missing = (char *)(uintptr_t) "drop";
    options.validation = (struct param_part){.form = PART_FILE, .file = (char[]){"v.csv"}};
    options.rows = 3;
    struct dataset *trained = open_data(&options, NULL);
    assert_counts(trained, 2, 3, 0);
    assert_report(trained, "data: t.csv, the first 2 rows, comma separated, header\n"
                           "data: v.csv, the first 3 rows, comma separated, header\n"
                           "inputs: x (1 feature a step); target: y\n"
                           "missing: column \"x\", 1 value in rows left out\n"
                           "missing: 1 row left out\n"
                           "samples: rows of 1 step\n"
                           "train: rows 1–2\n"
                           "validation: rows 1–3 (v.csv)\n");
    struct dataset *input = open_input(&options, trained, "x\n1\n2\n3\n4\n5\n");
    assert_counts(input, 5, 0, 0);
    dataset_close(input);
    dataset_close(trained);
    options.rows = 4;
    assert_refused(&options, NULL, ERROR_DATA, "t.csv:5: empty line");
}

/* Samples whose target is missing are no ground to measure a model on. */
static void knows_missing_targets(void **state) {
    (void)state;
    write_text("t.csv", "x,k\n1,a\n2,b\n");
    struct data_options options = default_options("t.csv");
    options.targets = one("k");
    options.missing = (char *)(uintptr_t) "drop";
    struct dataset *trained = open_data(&options, NULL);
    struct dataset *input = open_input(&options, trained, "x,k\n1,a\n2,\n,b\n3,b\n");
    assert_counts(input, 3, 0, 0);
    for (size_t i = 0; i < 3; i++) {
        assert_true(dataset_known(input, PART_TRAIN, i) == (i != 1));
        assert_true(dataset_lacks_target(input, PART_TRAIN, i) == (i == 1));
    }
    assert_true(dataset_known(trained, PART_TRAIN, 0));
    dataset_close(input);
    dataset_close(trained);

    write_text("w.csv", "x\n1\n2\n3\n4\n");
    options = default_options("w.csv");
    options.inputs = options.targets = one("x");
    options.missing = (char *)(uintptr_t) "drop";
    options.window = options.horizon = 1;
    struct column_options x = default_column();
    x.difference = 1;
    set_column(&options, "x", &x);
    trained = open_data(&options, NULL);
    input = open_input(&options, trained, "x\n1\n2\n3\n4\n");
    assert_counts(input, 3, 0, 0);
    assert_true(dataset_known(input, PART_TRAIN, 1));
    /* Behind the end it is not missing, it is yet to come. */
    assert_false(dataset_known(input, PART_TRAIN, 2));
    assert_false(dataset_lacks_target(input, PART_TRAIN, 2));
    dataset_close(input);
    dataset_close(trained);
}

/* What a decoder of two steps reads of a window: the last known value, then the first target. */
static void assert_decoder_reads(const struct dataset *dataset, size_t window, double first,
                                 double second) {
    size_t offset[3] = {0, 1, 2}, length[1] = {2}, sample[1] = {window};
    real x[2];
    struct batch batch = {
        .x = x, .sample = sample, .steps = {.rows = 1, .offset = offset, .length = length}};
    dataset_gather_decoder(dataset, PART_TRAIN, &batch, 0, 1);
    assert_true((double)x[0] == first && (double)x[1] == second);
}

static void starts_decoders_from_what_is_known(void **state) {
    (void)state;
    write_text("t.csv", "u,x\n0,10\n1,11\n2,12\n3,13\n4,14\n5,15\n");
    struct data_options options = default_options("t.csv");
    options.targets = one("x");
    options.window = 3;
    options.horizon = 2;
    struct dataset *trained = open_data(&options, NULL);
    assert_decoder_reads(trained, 1, 13, 14);
    struct dataset *input = open_input(&options, trained, "u,x\n7,1\n8,2\n9,3\n");
    assert_decoder_reads(input, 0, 3, 0);
    dataset_close(input);
    dataset_start_as(trained, &(struct schema){.starts_from_last = false});
    assert_decoder_reads(trained, 1, 0, 14);
    dataset_close(trained);
    options.inputs = one("u"); /* the past of x is not seen, and may be missing */
    trained = open_data(&options, NULL);
    assert_decoder_reads(trained, 1, 0, 14);
    dataset_close(trained);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(predicts_by_name),
        cmocka_unit_test(predicts_past_the_end),
        cmocka_unit_test(predicts_without_header),
        cmocka_unit_test(reads_the_first_rows),
        cmocka_unit_test(knows_missing_targets),
        cmocka_unit_test(starts_decoders_from_what_is_known),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
