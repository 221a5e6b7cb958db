/* Weights of a target's rows: by a column, by class, in each layout. */
#include "data_files.h"

static struct gathered g;

static void gather_weighted(const struct dataset *dataset, enum part part, const size_t *sample,
                            size_t count) {
    struct batch_shape shape = {0};
    dataset_shape(dataset, &shape);
    assert_true(shape.weighted);
    gather(dataset, part, sample, count, &g);
}

static struct param_map balanced = {.word = true};

static void balances_classes(void **state) {
    (void)state;
    write_text("b.csv", "x,k\n1,a\n2,b\n3,a\n4,a\n5,b\n6,b\n");
    struct data_options options = default_options("b.csv");
    struct data_request request = {.target = TARGET_FOUND, .weights = {NULL, &balanced}};
    options.targets = one("k");
    options.validation = last_rows(2);
    struct dataset *dataset = open_data(&options, &request);
    gather_weighted(dataset, PART_TRAIN, (size_t[]){0, 1, 2, 3}, 4);
    assert_reals(g.weight, 2.0 / 3, 2, 2.0 / 3, 2.0 / 3); /* 4 / (2 * 3), 4 / (2 * 1) */
    gather_weighted(dataset, PART_VALIDATION, (size_t[]){0, 1}, 2);
    assert_reals(g.weight, 1, 1);
    assert_report(dataset,
                  "data: b.csv, 6 rows, comma separated, header\n"
                  "inputs: x (1 feature a step); target: k (2 classes)\n"
                  "weights in training: a: 0.6667, b: 2\n"
                  "samples: rows of 1 step\n"
                  "train: rows 1–4; classes a: 3, b: 1\n"
                  "validation: rows 5–6 (the last, before shuffling); classes a: 0, b: 2\n");
    dataset_close(dataset);
}

/* A class that no sample has to predict takes no share. */
static void balances_those_that_are_there(void **state) {
    (void)state;
    write_text("b.csv", "x,k\n1,c\n2,c\n3,a\n4,b\n5,a\n6,a\n");
    struct data_options options = default_options("b.csv");
    struct data_request request = {.target = TARGET_FOUND, .weights = {NULL, &balanced}};
    options.targets = one("k");
    options.inputs = one("x");
    options.window = 2;
    struct dataset *dataset = open_data(&options, &request);
    assert_int_equal(dataset_schema(dataset)->classes, 3);
    gather_weighted(dataset, PART_TRAIN, (size_t[]){0, 1, 2, 3}, 4);
    assert_reals(g.weight, 2.0 / 3, 2, 2.0 / 3, 2.0 / 3);
    dataset_close(dataset);
}

/* A column's weights hold in validation too, and stand before a class's in training. */
static void multiplies_both(void **state) {
    (void)state;
    write_text("m.csv", "x,w,k\n1,0.5,a\n2,2,b\n3,0,b\n4,3,b\n");
    char *name = (char *)(uintptr_t) "b";
    struct class_weight of_b = {4};
    struct place place = {0};
    struct param_map map = {&name, &of_b, 1, &place, false};
    struct data_options options = default_options("m.csv");
    struct data_request request = {.target = TARGET_FOUND, .weights = {"w", &map}};
    options.targets = one("k");
    options.validation = last_rows(2);
    struct dataset *dataset = open_data(&options, &request);
    assert_int_equal(dataset_schema(dataset)->inputs, 1); /* w is none */
    gather_weighted(dataset, PART_TRAIN, (size_t[]){1, 0}, 2);
    assert_reals(g.weight, 8, 0.5);
    gather_weighted(dataset, PART_VALIDATION, (size_t[]){0, 1}, 2);
    assert_reals(g.weight, 0, 3);
    dataset_close(dataset);

    name = (char *)(uintptr_t) "c";
    assert_refused(&options, &request, ERROR_CONFIG,
                   "train.class_weight: no class \"c\"; have: a, b");
    options.targets = one("x");
    options.inputs = one("x");
    options.validation = (struct param_part){.form = PART_UNSET};
    request.weights.column = NULL;
    assert_refused(&options, &request, ERROR_CONFIG,
                   "train.class_weight needs a class target; \"x\" holds numbers");
}

static void weighs_the_targets_row(void **state) {
    (void)state;
    write_text("t.csv", "x,w\n1,10\n2,20\n3,30\n4,40\n5,50\n");
    struct data_options options = default_options("t.csv");
    struct data_request request = {.target = TARGET_NUMBER, .weights = {"w", NULL}};
    options.targets = one("x");
    options.window = 2;
    struct dataset *dataset = open_data(&options, &request);
    gather_weighted(dataset, PART_TRAIN, (size_t[]){0, 2}, 2);
    assert_reals(g.weight, 30, 50);
    dataset_close(dataset);
    options.target_per = PER_STEP;
    options.inputs = one("x");
    dataset = open_data(&options, &request);
    gather_weighted(dataset, PART_TRAIN, (size_t[]){0, 3}, 2);
    assert_reals(g.weight, 10, 40, 20, 50);
    dataset_close(dataset);
    write_text("s.csv", "id,x,w\na,1,10\na,2,20\nb,3,30\n");
    options = default_options("s.csv");
    options.sequence_id = (char *)(uintptr_t) "id";
    options.targets = options.inputs = one("x");
    dataset = open_data(&options, &request);
    gather_weighted(dataset, PART_TRAIN, (size_t[]){0, 1}, 2);
    assert_reals(g.weight, 20, 30);
    dataset_close(dataset);
}

static void refuses(void **state) {
    (void)state;
    write_text("r.csv", "x,w,y\n1,1,2\n2,-1,3\n");
    struct data_options options = default_options("r.csv");
    struct data_request request = {.target = TARGET_NUMBER, .weights = {"w", NULL}};
    options.targets = one("y");
    assert_refused(&options, &request, ERROR_DATA,
                   "r.csv:3: column \"w\": expected a weight of at least 0, got -1");
    write_text("r.csv", "x,w,y\n1,1,2\n2,,3\n");
    options.missing = (char *)(uintptr_t) "mean";
    assert_refused(&options, &request, ERROR_DATA,
                   "r.csv:3:3: column \"w\": missing value (the field is empty); data.missing says "
                   "what to do about it");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(balances_classes), cmocka_unit_test(balances_those_that_are_there),
        cmocka_unit_test(multiplies_both),  cmocka_unit_test(weighs_the_targets_row),
        cmocka_unit_test(refuses),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
