/* Columns: which are read, as what, and what their cells may hold. */
#include "data_files.h"

static const struct data_request classes3 = {.target = TARGET_CLASS, .units = 3};

/* ---- classes -------------------------------------------------------------------------------- */

static void orders_classes(void **state) {
    (void)state;
    write_text("k.csv", "x,y\n1,pear\n2,Fig\n3,apple\n4,pear\n");
    struct data_options options = default_options("k.csv");
    options.targets = one("y");
    struct dataset *dataset = open_data(&options, NULL);
    const struct schema *schema = dataset_schema(dataset);
    struct gathered g;
    assert_int_equal(schema->target_kind, TARGET_CLASS);
    assert_int_equal(schema->classes, 3);
    assert_string_equal(schema->column[1].category[0], "Fig");
    assert_string_equal(schema->column[1].category[2], "pear");
    gather(dataset, PART_TRAIN, (size_t[]){0, 1, 2, 3}, 4, &g);
    assert_reals(g.y, 2, 0, 1, 2);
    assert_report(dataset, "data: k.csv, 4 rows, comma separated, header\n"
                           "inputs: x (1 feature a step); target: y (3 classes)\n"
                           "samples: rows of 1 step\n"
                           "train: rows 1–4; classes Fig: 1, apple: 1, pear: 2\n");
    dataset_close(dataset);

    /* numeric order, and another way to write a number is no other class */
    write_text("k.csv", "x,y\n1,10\n2,9\n3,9.0\n4,11\n");
    dataset = open_data(&options, &classes3);
    gather(dataset, PART_TRAIN, (size_t[]){0, 1, 2, 3}, 4, &g);
    assert_reals(g.y, 1, 0, 0, 2);
    dataset_close(dataset);

    /* 0..units-1 are the numbers themselves, met or not */
    write_text("k.csv", "x,y\n1,2\n2,0\n");
    dataset = open_data(&options, &classes3);
    gather(dataset, PART_TRAIN, (size_t[]){0, 1}, 2, &g);
    assert_reals(g.y, 2, 0);
    assert_int_equal(dataset_schema(dataset)->classes, 3);
    dataset_close(dataset);
}

static void a_class_is_no_input_by_default(void **state) {
    (void)state;
    write_text("k.csv", "x,y\n1,a\n2,b\n3,a\n");
    struct data_options options = default_options("k.csv");
    options.targets = one("y");
    options.window = 2;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    gather_one(dataset, PART_TRAIN, 0, &g);
    assert_int_equal(g.batch.shape.features, 1);
    assert_reals(g.x, 1, 2);
    assert_reals(g.y, 0);
    dataset_close(dataset);
}

static void refuses_classes_that_do_not_fit(void **state) {
    (void)state;
    struct data_options options = default_options("k.csv");
    options.targets = one("y");
    write_text("k.csv", "x,y\n1,0\n2,1\n3,2\n4,3\n");
    assert_refused(&options, &classes3, ERROR_DATA,
                   "k.csv:5: column \"y\": class 3; the model's last layer has 3 units, for "
                   "classes 0 to 2");
    write_text("k.csv", "x,y\n1,a\n2,b\n3,c\n4,d\n");
    assert_refused(&options, &classes3, ERROR_DATA,
                   "k.csv: column \"y\" has 4 classes in the training part; the model's last "
                   "layer has 3 units, for 3 classes");
    struct data_request one_unit = {.target = TARGET_CLASS, .units = 1};
    assert_refused(&options, &one_unit, ERROR_DATA,
                   "k.csv: column \"y\" has 4 classes in the training part; the model's last "
                   "layer has 1 unit, for 2 classes");
    options.validation = last_rows(1);
    assert_refused(&options, &classes3, ERROR_DATA,
                   "k.csv:5: column \"y\": category \"d\" is not one the model is trained on: a, "
                   "b, c (a column that is no input belongs under data.ignore)");
    struct data_request number = {.target = TARGET_NUMBER};
    assert_refused(&options, &number, ERROR_CONFIG,
                   "k.csv: target column \"y\" is a category; the loss needs numbers");
}

static void labels_of_several_columns(void **state) {
    (void)state;
    write_text("m.csv", "x,p,q\n1,0,1\n2,1,1\n");
    static char *targets[] = {"p", "q"};
    struct data_options options = default_options("m.csv");
    options.targets = (struct param_texts){targets, 2};
    options.scale = SCALE_STANDARD;
    struct data_request request = {.target = TARGET_CLASS, .units = 2};
    struct dataset *dataset = open_data(&options, &request);
    struct gathered g;
    assert_int_equal(dataset_schema(dataset)->target_kind, TARGET_NUMBER);
    gather(dataset, PART_TRAIN, (size_t[]){0, 1}, 2, &g);
    assert_reals(g.x, -1, 1);
    assert_reals(g.y, 0, 1, 1, 1);
    dataset_close(dataset);
    write_text("m.csv", "x,p,q\n1,0,1\n2,1,7\n");
    assert_refused(&options, &request, ERROR_CONFIG,
                   "data.targets names 2 columns, which a classification loss takes for labels "
                   "of 0 or 1; column \"q\" has 7");
}

/* ---- columns -------------------------------------------------------------------------------- */

static void chooses_columns(void **state) {
    (void)state;
    write_text("n.csv", "t,a1,a2,b,a*,y\n0,1,2,3,4,5\n0,1,2,3,4,5\n");
    static char *inputs[] = {"b", "a1..a2", "a*"};
    struct data_options options = default_options("n.csv");
    options.targets = one("y");
    options.inputs = (struct param_texts){inputs, 3};
    options.time = (char *)(uintptr_t) "t";
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    gather_one(dataset, PART_TRAIN, 0, &g);
    assert_reals(g.x, 3, 1, 2, 4); /* the exact name "a*" wins over the pattern */
    dataset_close(dataset);

    options.inputs = one("a?");
    assert_refused(&options, NULL, ERROR_DATA,
                   "n.csv: no column \"a?\"; have: t, a1, a2, b, a*, y");
    options.inputs = one("b..a1");
    assert_refused(&options, NULL, ERROR_DATA,
                   "n.csv: column \"a1\" comes before \"b\" in the file, not after it as in the "
                   "range \"b..a1\"");
    options.inputs = one("b");
    options.targets.count = 0;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "missing required key data.targets: which column of n.csv is to be predicted? "
                   "It has t, a1, a2, b, a*, y");
}

/* Columns that nothing uses may hold anything. */
static void reads_only_what_is_used(void **state) {
    (void)state;
    write_text("u.csv", "x,junk,x2,junk,y\n1,?,2,\xff,3\n4,\"a\nb\",5,,6\n");
    struct data_options options = default_options("u.csv");
    options.ignore = one("junk");
    options.inputs = one("x*");
    options.targets = one("y");
    assert_refused(&options, NULL, ERROR_DATA,
                   "u.csv: duplicate column \"junk\" (fields 2 and 4); they are called \"junk_1\" "
                   "and \"junk_2\" here");
    options.ignore.count = 0;
    struct dataset *dataset = open_data(&options, NULL);
    struct gathered g;
    gather_one(dataset, PART_TRAIN, 1, &g);
    assert_reals(g.x, 4, 5);
    assert_report(dataset, "data: u.csv, 2 rows, comma separated, header\n"
                           "warning: 1 column name stands twice; the columns are told apart as "
                           "NAME_1, NAME_2\n"
                           "inputs: x, x2 (1 feature a step); target: y\n"
                           "samples: rows of 2 steps\n"
                           "train: rows 1–2\n");
    dataset_close(dataset);
}

static void refuses_bad_cells(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"x,y\n1,2\n3\n", "b.csv:3: expected 2 fields, got 1"},
        {"x,y\n1,2\n3,4,5\n", "b.csv:3: expected 2 fields, got 3"},
        {"x,y\n1,2\n12,abc\n", "b.csv:3:4: column \"y\": not a number: \"abc\""},
        {"x,y\n1,2\n0x10,4\n", "b.csv:3:1: column \"x\": not a number: \"0x10\""},
        {"x;y\n1.5;2\n3;1,5\n", "b.csv: numbers with a decimal point and with a comma; set "
                                "data.decimal to point or comma"},
        {"x,y\n1,2\n3,\n", "b.csv:3:3: column \"y\": missing value (the field is empty); "
                           "data.missing says what to do about it"},
        {"x,y\n1,2\n NA,4\n", "b.csv:3:2: column \"x\": missing value \"NA\"; data.missing says "
                              "what to do about it"},
        {"x,y\n1,2\n3,inf\n", "b.csv:3:3: column \"y\": number out of float range: \"inf\""},
        {"x,y\n1,2\n3,1e400\n", "b.csv:3:3: column \"y\": number out of float range: \"1e400\""},
        {"x,y\n", "b.csv: no data rows"},
        {"\"a\nb\",x,y\n1,2,3\n1,2,\"\n3\"\n", "b.csv:4:5: column \"y\": not a number: \"?3\""},
    };
    struct data_options options = default_options("b.csv");
    options.targets = one("y");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_text("b.csv", bad[i].text);
        assert_refused(&options, NULL, ERROR_DATA, bad[i].message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_classes),
        cmocka_unit_test(a_class_is_no_input_by_default),
        cmocka_unit_test(refuses_classes_that_do_not_fit),
        cmocka_unit_test(labels_of_several_columns),
        cmocka_unit_test(chooses_columns),
        cmocka_unit_test(reads_only_what_is_used),
        cmocka_unit_test(refuses_bad_cells),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
