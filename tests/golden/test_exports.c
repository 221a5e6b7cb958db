/* Every golden model, exported to ONNX and to C: what ONNX Runtime and a C99 compiler make of it is
 * the golden prediction within 1e-5 of its largest number. What a form has no words for is refused
 * with its reason, and none but those that are listed here is. */
#include "folder.h"
#include "golden_case.h"

#include "files/export.h"

/* All other models have a C form; every one an ONNX form. */
static const struct {
    const char *name, *reason;
} refused[] = {
    {"activations_nobias_backwards", "go_backwards needs the end of the sequence first"},
    {"birnn_mul_ave", "its type has no form in a program that goes step by step"},
    {"bigru_sum_sequences", "its type has no form in a program that goes step by step"},
    {"repeat_vector_autoencoder", "its type has no form in a program that goes step by step"},
    {"masking_lstm_per_step", "leaves steps out"},
    {"embedding_mask_zero_bilstm", "leaves steps out"},
    {"bilstm_concat_dense", "its type has no form in a program that goes step by step"},
};

/* A folder of all cases: NAME.onnx, with lengths NAME.ragged.onnx, NAME.c, NAME.x as floats; a line
 * "NAME rows steps features" in the list. */
static const char c_driver[] =
    "#include HEADER\n"
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "int main(int argc, char **argv) {\n"
    "    static float x[1 << 16], y[1 << 16];\n"
    "    FILE *in = fopen(argv[1], \"rb\");\n"
    "    int rows = atoi(argv[2]), steps = atoi(argv[3]), count = atoi(argv[4]);\n"
    "    if (argc != 5 || !in) return 1;\n"
    "    for (int r = 0; r < rows; r++) {\n"
    "        if (fread(x, MODEL_FEATURES * sizeof *x, (size_t)steps, in) != (size_t)steps) return "
    "2;\n"
    "        model_predict(x, (size_t)steps, y);\n"
    "        for (int i = 0; i < count; i++) printf(\"%.9g\\n\", y[i]);\n"
    "    }\n"
    "    return fclose(in) != 0;\n"
    "}\n";

/* All samples at once, and each alone: batch and time are dynamic. */
static const char node_driver[] =
    "const ort = require('onnxruntime-node'), fs = require('fs');\n"
    "const write = (file, v) => fs.writeFileSync(file, Array.from(v).join('\\n') + '\\n');\n"
    "(async () => {\n"
    "  for (const line of fs.readFileSync('list', 'utf8').trim().split('\\n')) {\n"
    "    const [name, ...shape] = line.split(' '), [rows, steps, features] = shape.map(Number);\n"
    "    const raw = fs.readFileSync(name + '.x');\n"
    "    const x = new Float32Array(raw.buffer, raw.byteOffset, raw.length / 4);\n"
    "    for (const form of [name, name + '.ragged']) {\n"
    "      const session = await ort.InferenceSession.create(form + '.onnx', {logSeverityLevel: "
    "3});\n"
    "      const run = async (from, n) => {\n"
    "        const size = steps * features;\n"
    "        const feeds = {input: new ort.Tensor('float32', x.slice(from * size, (from + n) * "
    "size), [n, steps, features])};\n"
    "        if (session.inputNames.includes('lengths') !== form.endsWith('.ragged')) throw form + "
    "': lengths';\n"
    "        if (form.endsWith('.ragged')) feeds.lengths = new ort.Tensor('int32', new "
    "Int32Array(n).fill(steps), [n]);\n"
    "        return Array.from((await session.run(feeds)).output.data);\n"
    "      };\n"
    "      write(form + '.onnx.found', await run(0, rows));\n"
    "      let alone = [];\n"
    "      for (let r = 0; r < rows; r++) alone = alone.concat(await run(r, 1));\n"
    "      write(form + '.alone.found', alone);\n"
    "    }\n"
    "  }\n"
    "})().catch(e => { console.error(String(e)); process.exit(1); });\n";

static bool have_node, have_checker;
static double worst_of_all; /* as a share of the largest number */

static const char *in_named(const char *name, const char *ending) {
    char file[128];
    (void)snprintf(file, sizeof file, "%s%s", name, ending);
    return in_folder(file);
}

static void put(const char *name, const void *bytes, size_t length) {
    FILE *to = fopen(in_folder(name), "wb");
    assert_non_null(to);
    assert_int_equal(fwrite(bytes, 1, length, to), length);
    assert_int_equal(fclose(to), 0);
}

static int run(const char *format, ...) {
    char command[2048];
    va_list arguments;
    int length = snprintf(command, sizeof command, "cd '%s' && ", folder);
    va_start(arguments, format);
    (void)vsnprintf(command + length, sizeof command - (size_t)length, format, arguments);
    va_end(arguments);
    return system(command);
}

/* ---- exports --------------------------------------------------------------------------------- */

static const char *reason_for(const char *name) {
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strcmp(refused[i].name, name) == 0) return refused[i].reason;
    return NULL;
}

static void write_input(const char *name, const struct golden *g, struct batch_shape shape,
                        FILE *list) {
    const struct tensor *x = tensor(g, "x");
    float *values = calloc(x->count, sizeof *values);
    char file[128];
    assert_non_null(values);
    for (size_t i = 0; i < x->count; i++) values[i] = (float)tensor_value(x, i);
    (void)snprintf(file, sizeof file, "%s.x", name);
    put(file, values, x->count * sizeof *values);
    free(values);
    (void)fprintf(list, "%s %zu %zu %zu\n", name, shape.rows, shape.steps, shape.features);
}

static void export_case(const char *name, FILE *list) {
    struct golden g;
    struct fixture f;
    struct error refusal = {0};
    golden_open(&g, name, "generic");
    struct batch_shape shape = shape_of(&g);
    fixture_build(&f, at(g.tree.root, "model"), at(g.tree.root, "train"), NULL, shape,
                  has_classes(&g), "generic");
    load_weights(&g, &f);
    struct schema schema = {.steps = shape.steps};
    struct export export = {.model = &f.model,
                            .weights = f.model.weights,
                            .schema = &schema,
                            .levels = 1,
                            .finish = ACTIVATION_LINEAR};
    CHECK(export_onnx(&export, in_named(name, ".onnx"), err));
    const char *reason = reason_for(name);
    bool good = export_c(&export, in_named(name, ".c"), &refusal);
    if (good != (reason == NULL)) fail_msg("%s: C: %s", name, good ? "written" : refusal.text);
    if (!good && strstr(refusal.text, reason) == NULL) fail_msg("%s: %s", name, refusal.text);
    if (!good) print_message("# no C for %s: %s\n", name, refusal.text);
    schema.steps = 0;
    CHECK(export_onnx(&export, in_named(name, ".ragged.onnx"), err));
    write_input(name, &g, shape, list);
    fixture_free(&f);
    golden_close(&g);
}

static int export_all(void **state) {
    if (make_folder(state) != 0) return 1;
    FILE *list = fopen(in_folder("list"), "w");
    if (list == NULL) return 1;
    for (size_t i = 0; i < CASES; i++) export_case(cases[i], list);
    put("main.c", c_driver, strlen(c_driver));
    put("run.js", node_driver, strlen(node_driver));
    have_node =
        fclose(list) == 0 && run("node -e \"require('onnxruntime-node')\" 2>/dev/null") == 0;
    have_checker = run("/usr/bin/python3 -c 'import onnx' 2>/dev/null") == 0;
    return have_node ? run("node run.js") : 0;
}

/* ---- comparisons ----------------------------------------------------------------------------- */

/* A step that is masked has no output of its own. */
static bool is_masked(const struct golden *g, const char *name, size_t step) {
    const struct tensor *x = tensor(g, "x");
    size_t features = x->shape[x->rank - 1];
    if (strcmp(name, "masking_lstm_per_step") != 0) return false;
    for (size_t j = 0; j < features; j++)
        if (tensor_value(x, step * features + j) != 0) return false;
    return true;
}

static void compare(const char *name, const char *ending) {
    struct golden g;
    golden_open(&g, name, "generic");
    const struct tensor *want = tensor(&g, "prediction");
    size_t width = want->shape[want->rank - 1], compared = 0;
    double largest = 0, worst = 0, found;
    FILE *from = fopen(in_named(name, ending), "r");
    if (from == NULL) fail_msg("%s%s is missing", name, ending);
    for (size_t i = 0; i < want->count; i++) largest = fmax(largest, fabs(tensor_value(want, i)));
    for (size_t i = 0; i < want->count; i++) {
        assert_int_equal(fscanf(from, "%lf", &found), 1);
        if (is_masked(&g, name, i / width)) continue;
        double apart = fabs(found - tensor_value(want, i));
        if (!(apart <= worst)) worst = apart;
        compared++;
    }
    assert_int_equal(fscanf(from, "%lf", &found), EOF);
    assert_int_equal(fclose(from), 0);
    assert_true(compared > 0);
    if (worst / largest > worst_of_all) worst_of_all = worst / largest;
    if (!(worst <= 1e-5 * largest)) fail_msg("%s%s: off by %g of %g", name, ending, worst, largest);
    golden_close(&g);
}

static void test_onnx(void **state) {
    if (!have_node) return; /* its name says so */
    compare(*state, ".onnx.found");
    compare(*state, ".alone.found");
    compare(*state, ".ragged.onnx.found");
    compare(*state, ".ragged.alone.found");
}

static void test_c(void **state) {
    const char *name = *state, *compiler = getenv("CC");
    struct golden g;
    if (reason_for(name) != NULL) return; /* export_case saw to it */
    golden_open(&g, name, "generic");
    struct batch_shape shape = shape_of(&g);
    size_t count = tensor(&g, "prediction")->count / shape.rows;
    golden_close(&g);
    assert_int_equal(run("%s -std=c99 -Wall -Wextra -pedantic -Werror -DHEADER='\"%s.h\"' -o %s "
                         "main.c %s.c -lm",
                         compiler != NULL ? compiler : "cc", name, name, name),
                     0);
    assert_int_equal(
        run("./%s %s.x %zu %zu %zu >%s.c.found", name, name, shape.rows, shape.steps, count, name),
        0);
    compare(name, ".c.found");
}

static void test_checker(void **state) {
    (void)state;
    if (!have_checker) return;
    assert_int_equal(
        run("/usr/bin/python3 -c \"import glob, onnx\n"
            "files = glob.glob('*.onnx')\n"
            "assert len(files) == %d\n"
            "for f in files: onnx.checker.check_model(onnx.load(f), full_check=True)\"",
            2 * (int)CASES),
        0);
}

static int finish(void **state) {
    print_message("# largest difference %.2g, allowed 1e-05\n", worst_of_all);
    return remove_folder(state);
}

/* A TAP line's "# SKIP" is part of the name, as the library's own skips count as failures. */
static const char *skip_unless(bool have, const char *why) {
    return have ? "" : why;
}

int main(void) {
    static const char *const no_node =
        " # SKIP no onnxruntime-node (npm install onnxruntime-node, and NODE_PATH)";
    struct CMUnitTest tests[2 * CASES + 1];
    static char names[2 * CASES + 1][160];
    have_node = system("node -e \"require('onnxruntime-node')\" 2>/dev/null") == 0;
    have_checker = system("/usr/bin/python3 -c 'import onnx' 2>/dev/null") == 0;
    for (size_t i = 0; i < 2 * CASES; i++) {
        const char *name = cases[i % CASES];
        (void)snprintf(names[i], sizeof names[i], "%s in %s%s", name, i < CASES ? "ONNX" : "C",
                       i < CASES ? skip_unless(have_node, no_node) : "");
        union {
            const char *in;
            void *out;
        } plain = {name};
        tests[i] = (struct CMUnitTest){.name = names[i],
                                       .test_func = i < CASES ? test_onnx : test_c,
                                       .initial_state = plain.out};
    }
    (void)snprintf(names[2 * CASES], sizeof names[0], "ONNX's own checker%s",
                   skip_unless(have_checker, " # SKIP no python3-onnx"));
    tests[2 * CASES] = (struct CMUnitTest){.name = names[2 * CASES], .test_func = test_checker};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, export_all, finish);
}
