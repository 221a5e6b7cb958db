/* rnnpredict on a stranger's checkpoint takes no more than twice what the file holds and 16 MB, whatever
 * the size of the model, or refuses before it takes more. The kernel's count is believed. */
#include <sys/resource.h>
#include <sys/wait.h>

#include "training_run.h"

#include "files/whole.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define OF_OUR_OWN false /* a sanitizer takes more */
#else
#define OF_OUR_OWN true
#endif

/* Bytes that rnnpredict took at most for m.ckpt and d.csv, which it must end with `code`. */
static size_t peak(const char *option, int code) {
    char program[4096], quiet[] = "-q", model[] = "m.ckpt", data[] = "d.csv";
    char *command[] = {program, quiet, model, data, (char *)(uintptr_t)option, NULL};
    struct rusage usage;
    int status = 0;
    (void)snprintf(program, sizeof program, "%s/rnnpredict", getenv("BIN"));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL) _exit(99);
        (void)execv(program, command);
        _exit(98);
    }
    assert_int_equal(wait4(child, &status, 0, &usage), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
    return (size_t)usage.ru_maxrss * 1024;
}

static void check(const char *layers, const char *optimizer, size_t window) {
    char yaml[1024];
    struct training_run run;
    struct checkpoint checkpoint;
    struct error err;
    (void)snprintf(yaml, sizeof yaml,
                   "data: {csv: d.csv, inputs: x, targets: y, window: %zu}\n"
                   "model: {layers: %s}\n"
                   "train: {optimizer: %s}\n",
                   window, layers, optimizer);
    run_open(&run, yaml, NULL, false);
    run_save(&run, "m.ckpt");
    run_close(&run);
    assert_true(checkpoint_open(&checkpoint, "m.ckpt", &err));
    size_t bytes = checkpoint_bytes(&checkpoint);
    checkpoint_close(&checkpoint);
    size_t most = peak(NULL, 0);
    printf("# %s: the tensors have %zu bytes, rnnpredict took %zu\n", layers, bytes, most);
    assert_true(!OF_OUR_OWN || most <= 2 * bytes + (16 << 20));
}

static int write_data(void **state) {
    struct text csv = {0};
    if (enter_folder(state) != 0) return 1;
    text_add(&csv, "x,y\n");
    for (int i = 0; i < 400; i++) text_format(&csv, "%d,%d\n", i * 37 % 101, i % 13);
    write_text("d.csv", csv.bytes);
    text_free(&csv);
    return 0;
}

static void test_small(void **state) {
    (void)state;
    check("[gru: 4, dense: 1]", "sgd", 10);
}
static void test_long_windows(void **state) {
    (void)state;
    check("[gru: 64, gru: 64, dense: 1]", "sgd", 200);
}
static void test_wide(void **state) {
    (void)state;
    check("[lstm: 512, dense: 1]", "sgd", 20);
    check("[lstm: 300, dense: 1]", "adam", 20);
}

/* The run whose checkpoint is then made to lie. */
static const char small[] = "data: {csv: d.csv, inputs: x, targets: y, window: 7}\n"
                            "model: {layers: [gru: 2, dense: 1]}\n";

/* `text` with `from` replaced by `to`; the caller's to free. */
static char *replaced(const char *text, const char *from, const char *to) {
    struct text changed = {0};
    struct error err;
    const char *at = strstr(text, from);
    assert_non_null(at);
    text_add_bytes(&changed, text, (size_t)(at - text));
    text_add(&changed, to);
    text_add(&changed, at + strlen(from));
    return text_take(&changed, &err);
}

/* A window of a hundred million rows that a small file claims: of a stream of few rows it takes nothing,
 * and a file of few rows is refused. */
static void test_windows_that_lie(void **state) {
    struct training_run run;
    (void)state;
    run_open(&run, small, NULL, false);
    struct checkpoint_content content = run_content(&run);
    struct schema schema = *content.schema;
    char *shape = replaced(content.config, "window: 7", "window: 100000000");
    char *config = replaced(shape, "input: [7, 1]", "input: [100000000, 1]");
    schema.steps = 100000000;
    content.schema = &schema;
    content.config = config;
    CHECK(checkpoint_save(&content, "m.ckpt", 1, err));
    run_close(&run);
    free(shape);
    free(config);
    size_t most = peak("--stream", 0);
    printf("# a stream of 400 rows, a window of 100000000: %zu\n", most);
    assert_true(!OF_OUR_OWN || most <= 16 << 20);
    (void)peak(NULL, 3);
}

/* A million zeros that are two million bytes. */
static void test_numbers_without_end(void **state) {
    enum { ZEROS = 1000000 };
    struct training_run run;
    (void)state;
    run_open(&run, small, NULL, false);
    struct checkpoint_content content = run_content(&run);
    struct training_state many = *content.state;
    many.more = calloc(ZEROS, sizeof *many.more);
    assert_non_null(many.more);
    many.more_count = ZEROS;
    content.state = &many;
    CHECK(checkpoint_save(&content, "m.ckpt", 1, err));
    free(many.more);
    run_close(&run);
    size_t most = peak(NULL, 0);
    printf("# a state of %d zeros: %zu\n", ZEROS, most);
    assert_true(!OF_OUR_OWN || most <= 2 * 2 * ZEROS + (16 << 20));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_long_windows),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_windows_that_lie),
        cmocka_unit_test(test_numbers_without_end),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, write_data, leave_folder);
}
