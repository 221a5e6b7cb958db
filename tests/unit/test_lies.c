/* A checkpoint and a stream's state that are whole and lie: each value of their JSON replaced by others,
 * left out or renamed, each text and tensor left out, renamed or of another shape. Refused in one line,
 * or taken and written as what reads back the same. */
#include "files/schema_json.h"
#include "files/stream_state.h"
#include "tools/streaming.h"
#include "training_run.h"

static const char yaml[] =
    "threads: 1\n"
    "data: {csv: d.csv, sequence_id: id, inputs: [x, sky, when], targets: x, target_per: step,\n"
    "       validation: 1, scale: standard, decimal: ',',\n"
    "       columns: {x: {type: number, missing: mean, missing_indicator: true, difference: 1},\n"
    "         sky: {embed: 2}, when: {type: time, format: '%Y-%m-%d', features: [weekday, "
    "month]}}}\n"
    "model: {layers: [gru: 3, dense: 1]}\n"
    "train: {metrics: [mae, r2], batch_size: 2, bptt: 2, epochs: 9, early_stopping: {},\n"
    "        reduce_lr_on_plateau: {}}\n"
    "output: {checkpoint: m.ckpt}\n";

static struct training_run run;
static struct tensor_file whole;
static size_t tried, taken;

static const char *metadata(const char *key) {
    const char *text = tensor_file_metadata(&whole, key);
    assert_non_null(text);
    return text;
}

/* ---- JSON's values --------------------------------------------------------------------------- */

struct spans {
    const char *begin[4096], *end[4096];
    size_t count;
};

static const char *skip_string(const char *at) {
    for (at++; *at != '"'; at++)
        if (*at == '\\') at++;
    return at + 1;
}

/* The values, and each member from its key to its value. As it is written, without white space. */
static const char *find_spans(struct spans *spans, const char *at) {
    size_t mine = spans->count++;
    assert_true(mine < sizeof spans->begin / sizeof *spans->begin);
    spans->begin[mine] = at;
    if (*at == '"') {
        at = skip_string(at);
    } else if (*at == '[') {
        for (at++; *at != ']'; at += *at == ',') at = find_spans(spans, at);
        at++;
    } else if (*at == '{') {
        for (at++; *at != '}'; at += *at == ',') {
            size_t member = spans->count++;
            spans->begin[member] = at;
            at = find_spans(spans, skip_string(at) + 1);
            spans->end[member] = at;
        }
        at++;
    } else {
        at += strcspn(at, ",]}");
    }
    spans->end[mine] = at;
    return at;
}

static bool is_member(const struct spans *spans, size_t i) {
    return *spans->begin[i] == '"' && spans->end[i] > skip_string(spans->begin[i]);
}

typedef bool reader(const char *json, struct text *again, struct error *err);

static void read_changed(const char *json, const struct spans *spans, size_t i, const char *by,
                         reader *read) {
    struct error err = {.kind = ERROR_NONE};
    struct text changed = {0}, once = {0}, twice = {0};
    text_add_bytes(&changed, json, (size_t)(spans->begin[i] - json));
    text_add(&changed, by);
    text_add(&changed, spans->end[i]);
    tried++;
    if (read(changed.bytes, &once, &err)) {
        taken++;
        if (once.bytes != NULL) {
            if (!read(once.bytes, &twice, &err)) fail_msg("%s\n%s", err.text, changed.bytes);
            assert_string_equal(once.bytes, twice.bytes);
        }
    } else if (err.kind != ERROR_CHECKPOINT || err.text[0] == '\0' || strchr(err.text, '\n')) {
        fail_msg("kind %d, \"%s\" of %s", (int)err.kind, err.text, changed.bytes);
    }
    text_free(&changed);
    text_free(&once);
    text_free(&twice);
}

static void change_all(const char *json, reader *read) {
    static const char *const values[] = {
        "null",       "true",  "false",  "-1",
        "0",          "1",     "0.5",    "1e308",
        "4294967296", "\"\"",  "[]",     "\"a\"",
        "[null]",     "[[0]]", "{}",     "18446744073709551615",
        "[0]",        "[-1]",  "[1e99]", "[\"\"]",
        "{\"a\":0}",  "7",     "\"/\"",  "\"other\"",
    };
    static struct spans spans;
    spans.count = 0;
    assert_int_equal(*find_spans(&spans, json), '\0');
    assert_true(spans.count > 1);
    for (size_t i = 0; i < spans.count; i++) {
        if (is_member(&spans, i)) {
            read_changed(json, &spans, i, "\"none\":0", read);
            continue;
        }
        for (size_t v = 0; v < sizeof values / sizeof *values; v++)
            read_changed(json, &spans, i, values[v], read);
    }
}

static bool read_schema(const char *json, struct text *again, struct error *err) {
    struct schema schema;
    if (!schema_from_json(&schema, json, "m", err)) return false;
    schema_to_json(&schema, again);
    schema_free(&schema);
    return true;
}

static bool read_state(const char *json, struct text *again, struct error *err) {
    struct training_state state;
    if (!training_state_from_json(&state, json, "m", err)) return false;
    training_state_to_json(&state, again);
    free(state.more);
    return true;
}

static const struct training_run *measured; /* of whose task the baselines are */

static bool read_baselines(const char *json, struct text *again, struct error *err) {
    struct baselines baselines = {0};
    bool good = baselines_from_json(&baselines, &measured->training.trainer.engine, json, "m", err);
    if (good) baselines_to_json(&baselines, again);
    baselines_free(&baselines);
    return good;
}

/* The schema and the baselines of other tasks. */
static void change_those_of(const char *config) {
    struct training_run other;
    struct tensor_file file;
    run_open(&other, config, NULL, false);
    run_save(&other, "other.ckpt");
    CHECK(tensor_file_read(&file, "other.ckpt", TENSOR_ACCEPT_F32, err));
    change_all(tensor_file_metadata(&file, "schema"), read_schema);
    measured = &other;
    if (tensor_file_metadata(&file, "baselines") != NULL)
        change_all(tensor_file_metadata(&file, "baselines"), read_baselines);
    tensor_file_free(&file);
    run_close(&other);
}

static void values_of_a_run(void **state) {
    (void)state;
    change_all(metadata("schema"), read_schema);
    change_all(metadata("state"), read_state);
    measured = &run;
    change_all(metadata("baselines"), read_baselines);
}

static void values_of_other_tasks(void **state) {
    (void)state;
    write_text("t.csv", "text,y\n\"a b c\",1\nb c,0\n\"d, a\",1\nc c c,0\n");
    change_those_of("data: {csv: t.csv, inputs: text, targets: y, columns: {text: {type: text, "
                    "unit: word, max_length: 9}}}\n"
                    "model: {layers: [embedding: 3, gru: 3, {dense: {units: 1, activation: "
                    "sigmoid}}]}\ntrain: {loss: binary_crossentropy}\nthreads: 1\n");
    write_text("a.txt", "one two\ntwo\nthree one\n");
    write_text("b.txt", "ab\nb\nca\n");
    change_those_of("data: {pairs: [a.txt, b.txt], unit: char}\n"
                    "model: {encoder: [embedding: 3, gru: 3], decoder: [embedding: 3, gru: 3, "
                    "dense: {activation: softmax}]}\nthreads: 1\n");
    write_text("c.txt", "to be, or not to be\n");
    change_those_of("data: {text: c.txt}\n"
                    "model: {layers: [embedding: 3, gru: 3, dense: {activation: softmax}]}\n"
                    "train: {bptt: 4}\nthreads: 1\n");
    write_count("n.csv", 40);
    change_those_of("data: {csv: n.csv, targets: [x, u], window: 3, horizon: 2, season: 4}\n"
                    "model: {encoder: [gru: 3], decoder: [gru: 3, dense: 2]}\nthreads: 1\n");
    change_those_of("data: {csv: n.csv, targets: [x, u], window: 3, season: 4}\n"
                    "model: {layers: [gru: 3, dense: 2]}\nthreads: 1\n");
}

/* ---- texts and tensors ----------------------------------------------------------------------- */

/* A copy of `from` whose text or tensor `at` (in that order) is left out or renamed, or a tensor of more
 * rows or columns, and a text `other`. Is there another behind it? */
enum change { LEFT_OUT, RENAMED, LONGER, WIDER, CHANGES };

static bool write_changed(const struct tensor_file *from, size_t at, enum change change,
                          const char *other, const char *path) {
    static const float nothing[4096];
    struct tensor_file file = {0};
    for (size_t i = 0; i < from->metadata_count; i++) {
        const char *key = from->metadata[i].key, *value = from->metadata[i].value;
        if (i == at && (change == LONGER || change == WIDER)) value = other;
        if (i != at || change != LEFT_OUT)
            CHECK(tensor_file_add_metadata(&file, i == at && change == RENAMED ? "x" : key, value,
                                           err));
    }
    for (size_t i = 0; i < from->tensors; i++) {
        const struct tensor *tensor = &from->tensor[i];
        bool here = i + from->metadata_count == at;
        bool grown = here && (change == LONGER || change == WIDER);
        const size_t shape[] = {tensor->shape[0] + (change == LONGER),
                                (tensor->rank > 1 ? tensor->shape[1] : 1) + (change == WIDER)};
        if (here && change == LEFT_OUT) continue;
        if (grown)
            CHECK(tensor_file_add(&file, tensor->name, 2, shape, nothing, err));
        else
            CHECK(tensor_file_add(&file, here ? "x" : tensor->name, tensor->rank, tensor->shape,
                                  tensor->values, err));
    }
    CHECK(tensor_file_write(&file, path, TENSOR_PLAIN, err));
    tensor_file_free(&file);
    return at + 1 < from->metadata_count + from->tensors;
}

/* The text `key` is `value` instead. */
static void write_text_changed(const struct tensor_file *from, const char *key, const char *value,
                               const char *path) {
    size_t at = 0;
    while (strcmp(from->metadata[at].key, key) != 0) at++;
    (void)write_changed(from, at, LONGER, value, path);
}

static const char *const formats[] = {"0", "-1", "x", "", "1e3", "99"};
enum { FORMATS = sizeof formats / sizeof *formats };

static void assert_refused_well(const struct error *err) {
    if (err->kind != ERROR_CHECKPOINT || err->text[0] == '\0' || strchr(err->text, '\n'))
        fail_msg("kind %d, \"%s\"", (int)err->kind, err->text);
}

static void parts_of_checkpoints(void **state) {
    (void)state;
    size_t refused = 0;
    CHECK(run_go_on(&run, "m.ckpt", err));
    for (enum change change = LEFT_OUT; change < CHANGES; change++)
        for (size_t at = 0, more = 1; more != 0; at++) {
            struct error err = {.kind = ERROR_NONE};
            more = write_changed(&whole, at, change, change == LONGER ? "7" : "", "bad.ckpt");
            tried++;
            if (run_go_on(&run, "bad.ckpt", &err)) continue;
            assert_refused_well(&err);
            refused++;
        }
    for (size_t i = 0; i < FORMATS; i++) {
        struct error err = {.kind = ERROR_NONE};
        write_text_changed(&whole, "format", formats[i], "bad.ckpt");
        assert_false(run_go_on(&run, "bad.ckpt", &err));
        assert_refused_well(&err);
    }
    /* All but these: program says nothing, resume is asked for elsewhere, baselines may be missing. */
    assert_int_equal(refused, CHANGES * (whole.metadata_count + whole.tensors) - 4 - 4 - 2);
}

/* ---- a stream's state ------------------------------------------------------------------------ */

static struct tensor_file stream;

static bool stream_on(const char *in, const char *out, struct error *err) {
    const struct streaming settings = {
        .state_in = in, .state_out = out, .quiet = true, .isa = "generic"};
    struct predictor predictor;
    int signal, kept = stdout_away();
    bool good = predictor_open(&predictor, "s.ckpt", err) &&
                streaming_print(&predictor, "s.csv", &settings, &signal, err);
    predictor_close(&predictor);
    stdout_back(kept);
    return good;
}

static bool read_account(const char *json, struct text *again, struct error *err) {
    (void)again;
    write_text_changed(&stream, "stream", json, "bad.state");
    return stream_on("bad.state", NULL, err);
}

static void streams(void **state) {
    (void)state;
    write_text("s.csv", "id,x,sky,y\na,1,r,2\na,4,s,3\na,2,s,5\na,5,r,5\na,7,s,4\n"
                        "b,2,,1\nb,,r,1\nb,6,s,2\nb,1,s,2\nc,5,,4\n");
    struct training_run other;
    run_open(
        &other,
        "data: {csv: s.csv, sequence_id: id, inputs: [x, sky, y], targets: y, window: 2, missing: "
        "forward, columns: {x: {difference: 1}}}\n"
        "model: {layers: [gru: 2, dense: 1]}\nthreads: 1\noutput: {checkpoint: s.ckpt}\n",
        NULL, false);
    run_save(&other, "s.ckpt");
    run_close(&other);
    CHECK(stream_on(NULL, "good.state", err));
    CHECK(stream_on("good.state", "next.state", err));
    CHECK(tensor_file_read(&stream, "good.state", TENSOR_ACCEPT_F32, err));
    assert_non_null(tensor_file_find(&stream, "missing"));
    change_all(tensor_file_metadata(&stream, "stream"), read_account);
    for (enum change change = LEFT_OUT; change < CHANGES; change++)
        for (size_t at = 0, more = 1; more != 0; at++) {
            struct error err = {.kind = ERROR_NONE};
            more = write_changed(&stream, at, change, change == LONGER ? "7" : "", "bad.state");
            tried++;
            if (!stream_on("bad.state", NULL, &err)) assert_refused_well(&err);
        }
    for (size_t i = 0; i < FORMATS; i++) {
        struct error err = {.kind = ERROR_NONE};
        write_text_changed(&stream, "format", formats[i], "bad.state");
        assert_false(stream_on("bad.state", NULL, &err));
        assert_refused_well(&err);
    }
    tensor_file_free(&stream);
}

static int train_first(void **state) {
    if (enter_folder(state) != 0) return 1;
    write_text("d.csv", "id;x;sky;when\na;1,5;red;2020-01-01\na;2,5;blue;2020-01-02\n"
                        "a;?;red;2020-01-03\na;4;red;2020-01-04\nb;0,5;blue;2020-02-01\n"
                        "b;1;blue;2020-02-02\nb;3;red;2020-02-03\n");
    run_open(&run, yaml, NULL, false);
    run.stop_at = 5;
    run_train(&run);
    run_save_states(&run, "m.ckpt");
    CHECK(tensor_file_read(&whole, "m.ckpt", TENSOR_ACCEPT_F32, err));
    return 0;
}

static int close_first(void **state) {
    tensor_file_free(&whole);
    run_close(&run);
    return leave_folder(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_a_run),
        cmocka_unit_test(values_of_other_tasks),
        cmocka_unit_test(parts_of_checkpoints),
        cmocka_unit_test(streams),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failures = cmocka_run_group_tests(tests, train_first, close_first);
    (void)printf("# %zu lies, %zu harmless\n", tried, taken);
    return failures;
}
