/* Columns of texts and of indices: what makes a token, which id it has, what is not known. */
#include "data_files.h"

static struct gathered g;

static void ids_of(const struct dataset *dataset, enum part part, size_t sample, size_t length) {
    gather_one(dataset, part, sample, &g);
    assert_int_equal(g.length[0], length);
}

static struct column_options text_column(enum text_unit unit) {
    struct column_options column = default_column();
    column.type = COLUMN_TEXT;
    column.unit = (int)unit;
    return column;
}

static void numbers_words(void **state) {
    (void)state;
    /* b 3 times, a and "it's" twice, ! and c once */
    write_text("w.csv", "m,y\n\"b  a,b\",1\nit's b! it's,2\na\tc,3\nz b,4\n");
    struct data_options options = default_options("w.csv");
    struct column_options m = text_column(UNIT_WORD);
    set_column(&options, "m", &m);
    options.inputs = one("m");
    options.targets = one("y");
    options.validation = last_rows(1);
    struct dataset *dataset = open_data(&options, NULL);
    struct batch_shape shape = {0};
    dataset_shape(dataset, &shape);
    assert_int_equal(shape.vocabulary, 8); /* 6 words, 2 ids before them */
    assert_int_equal(shape.steps, 4);
    ids_of(dataset, PART_TRAIN, 0, 4);
    assert_reals(g.x, 2, 3, 6, 2); /* b a , b */
    ids_of(dataset, PART_TRAIN, 1, 4);
    assert_reals(g.x, 4, 2, 5, 4); /* it's b ! it's */
    ids_of(dataset, PART_TRAIN, 2, 2);
    assert_reals(g.x, 3, 7);
    ids_of(dataset, PART_VALIDATION, 0, 2);
    assert_reals(g.x, ID_UNKNOWN, 2);
    assert_report(dataset, "data: w.csv, 4 rows, comma separated, header\n"
                           "inputs: m (1 feature a step); target: y\n"
                           "texts: column \"m\", 6 different words, ids 2 to 7; 1 of 12 words are "
                           "not known and have id 1\n"
                           "samples: rows of 2 to 4 steps\n"
                           "train: rows 1–3\n"
                           "validation: rows 4–4 (the last, before shuffling)\n");
    dataset_close(dataset);

    m.unknown = UNKNOWN_ERROR;
    assert_refused(&options, NULL, ERROR_DATA,
                   "w.csv:5: column \"m\": \"z\" is not among the training part's words");
    m.unknown = PARAM_UNSET;
    m.min_count = 2;
    m.max_length = 2;
    dataset = open_data(&options, NULL); /* b a | it's b | a c | z b */
    ids_of(dataset, PART_TRAIN, 1, 2);
    assert_reals(g.x, ID_UNKNOWN, 3);
    ids_of(dataset, PART_TRAIN, 0, 2);
    assert_reals(g.x, 3, 2); /* both twice: by bytes */
    dataset_close(dataset);
}

static void numbers_characters(void **state) {
    (void)state;
    write_text("c.csv", "m,y\n\xC3\xA9t\xC3\xA9,1\n\xE2\x82\xACt\xC3\xA9,2\n");
    struct data_options options = default_options("c.csv");
    struct column_options m = text_column(UNIT_CHAR);
    set_column(&options, "m", &m);
    options.inputs = one("m");
    options.targets = one("y");
    struct dataset *dataset = open_data(&options, NULL);
    assert_int_equal(dataset_schema(dataset)->column[0].categories, 3);
    assert_string_equal(dataset_schema(dataset)->column[0].category[0], "\xC3\xA9");
    ids_of(dataset, PART_TRAIN, 0, 3);
    assert_reals(g.x, 2, 3, 2);
    ids_of(dataset, PART_TRAIN, 1, 3);
    assert_reals(g.x, 4, 3, 2);
    dataset_close(dataset);
}

static void fills_empty_texts(void **state) {
    (void)state;
    write_text("e.csv", "m,y\nab,1\n,2\n");
    struct data_options options = default_options("e.csv");
    struct column_options m = text_column(UNIT_CHAR);
    set_column(&options, "m", &m);
    options.inputs = one("m");
    options.targets = one("y");
    assert_refused(&options, NULL, ERROR_DATA,
                   "e.csv:3: column \"m\": missing value (the field is empty); data.missing says "
                   "what to do about it");
    options.missing = (char *)(uintptr_t) "mean";
    struct dataset *dataset = open_data(&options, NULL);
    ids_of(dataset, PART_TRAIN, 1, 1);
    assert_reals(g.x, ID_UNKNOWN);
    dataset_close(dataset);
    options.missing = (char *)(uintptr_t) "drop";
    dataset = open_data(&options, NULL);
    assert_counts(dataset, 1, 0, 0);
    dataset_close(dataset);
}

static void refuses_texts_elsewhere(void **state) {
    (void)state;
    write_text("r.csv", "m,x,y\nab,1,2\nc,3,4\n");
    struct data_options options = default_options("r.csv");
    struct column_options m = text_column(UNIT_CHAR);
    set_column(&options, "m", &m);
    options.targets = one("y");
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.m.type: a text is the only input; name it in data.inputs");
    options.inputs = one("m");
    options.window = 1;
    assert_refused(
        &options, NULL, ERROR_CONFIG,
        "data.columns.m.type: a text is a sample by itself: it needs layout rows and one "
        "target each");
    options.window = PARAM_NO_COUNT;
    options.inputs = one("x");
    options.targets = one("m");
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.m.type: a text is written from a text: the input is one too; or "
                   "write type: category");
    write_text("r.csv", "m,x,y\na\xff,1,2\nc,3,4\n");
    options.inputs = one("m");
    options.targets = one("y");
    assert_refused(&options, NULL, ERROR_DATA,
                   "r.csv:2:2: column \"m\": byte 0xff is not UTF-8; write data.encoding: latin-1 "
                   "if that is what it is, or convert the file");
}

static void an_index_is_alone(void **state) {
    (void)state;
    write_text("i.csv", "id,w,x,y\n1,the,1,2\n1,cat,2,3\n2,the,3,4\n");
    struct data_options options = default_options("i.csv");
    struct column_options w = default_column();
    w.encode = ENCODE_INDEX;
    set_column(&options, "w", &w);
    options.sequence_id = (char *)(uintptr_t) "id";
    options.targets = one("y");
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.w.encode: an index is for an embedding layer, and the only input");
    options.inputs = one("w");
    struct dataset *dataset = open_data(&options, NULL);
    struct batch_shape shape = {0};
    dataset_shape(dataset, &shape);
    assert_int_equal(shape.vocabulary, 4);
    ids_of(dataset, PART_TRAIN, 0, 2);
    assert_reals(g.x, 3, 2); /* cat before the */
    dataset_close(dataset);
}

/* A vector each for w and v; between them a number, and behind w whether it is missing. */
static void vectors_stand_beside_numbers(void **state) {
    (void)state;
    write_text("v.csv", "w,x,v,y\nthe,1,b,2\n,2,a,3\nthe,3,c,4\ncat,5,a,6\n");
    struct data_options options = default_options("v.csv");
    struct column_options settings[2] = {default_column(), default_column()};
    char *names[] = {(char *)(uintptr_t) "w", (char *)(uintptr_t) "v"};
    settings[0].embed = 3;
    settings[0].missing_indicator = 1;
    settings[1].embed = 2;
    options.columns = (struct param_map){.name = names, .settings = settings, .count = 2};
    options.targets = one("y");
    options.missing = (char *)(uintptr_t) "mean";
    options.window = 1;
    options.gap = -1;
    struct dataset *dataset = open_data(&options, NULL);
    struct batch_shape shape = {0};
    dataset_shape(dataset, &shape);
    assert_int_equal(shape.vocabulary, 0);
    assert_int_equal(shape.features, 4);
    assert_int_equal(shape.embeddings, 2);
    assert_string_equal(shape.embedded[0].name, "w");
    assert_int_equal(shape.embedded[0].ids, 4);
    assert_int_equal(shape.embedded[1].feature, 3);
    assert_int_equal(shape.embedded[1].ids, 5);
    assert_int_equal(shape.embedded[1].width, 2);
    gather(dataset, PART_TRAIN, (size_t[]){0, 1, 2, 3}, 4, &g);
    assert_reals(g.x, 3, 0, 1, 3, ID_UNKNOWN, 1, 2, 2, 3, 0, 3, 4, 2, 0, 5, 2);
    dataset_close(dataset);

    options.window = PARAM_NO_COUNT;
    options.gap = 0;
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "layout rows with embed: write model.input: [1, 4]; a row is one step");
    settings[0].encode = ENCODE_ONE_HOT;
    assert_refused(&options, NULL, ERROR_CONFIG, "data.columns.w.embed: excludes encode: one_hot");
    settings[0].encode = PARAM_UNSET;
    options.targets = one("w");
    assert_refused(&options, NULL, ERROR_CONFIG,
                   "data.columns.w.embed: only a category among the inputs has a vector");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_words),           cmocka_unit_test(numbers_characters),
        cmocka_unit_test(fills_empty_texts),       cmocka_unit_test(an_index_is_alone),
        cmocka_unit_test(refuses_texts_elsewhere), cmocka_unit_test(vectors_stand_beside_numbers),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
