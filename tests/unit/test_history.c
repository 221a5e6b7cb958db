/* The history: what a run appends, what a resumed run keeps, what rnnplot reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/atomic.h"
#include "files/history.h"
#include "files/whole.h"

static char path[512];
static struct error err;
static const char *const columns[] = {"epoch", "loss", "val_loss"};

static int make_file(void **state) {
    (void)state;
    const char *base = getenv("TMPDIR");
    (void)snprintf(path, sizeof path, "%s/rnntrain.XXXXXX", base != NULL ? base : "/tmp");
    int fd = mkstemp(path);
    return fd < 0 || close(fd) != 0;
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

static void put(const char *content) {
    assert_true(atomic_save(path, content, strlen(content), &err));
}

static void assert_file(const char *content) {
    size_t length;
    char *bytes = whole_read(path, &length, ERROR_DATA, &err);
    assert_non_null(bytes);
    assert_string_equal(bytes, content);
    free(bytes);
}

/* What the file holds when a run opens it at an epoch and adds nothing. */
static void assert_kept(const char *before, size_t first_epoch, const char *after) {
    struct history history;
    put(before);
    assert_true(history_open(&history, path, columns, 3, first_epoch, &err));
    assert_true(history_close(&history, &err));
    assert_file(after);
}

static void appends_rows(void **state) {
    (void)state;
    struct history history;
    put("something old");
    assert_true(history_open(&history, path, columns, 3, 1, &err));
    assert_true(history_append(&history, (double[]){1, 0.1, NAN}, &err));
    assert_file("epoch,loss,val_loss\n1,0.1,\n");
    assert_true(history_append(&history, (double[]){2, 1.0 / 3, 5e-324}, &err));
    assert_true(history_sync(&history, &err));
    assert_true(history_close(&history, &err));
    assert_true(history_close(&history, &err));
    assert_file("epoch,loss,val_loss\n1,0.1,\n2,0.3333333333333333,4.94065645841247e-324\n");
}

#define HEADER "epoch,loss,val_loss\n"

static void a_resumed_run_keeps_the_rows_before_it(void **state) {
    (void)state;
    assert_kept(HEADER "1,3,3\n2,2,2\n3,1,1\n", 3, HEADER "1,3,3\n2,2,2\n");
    assert_kept(HEADER "1,3,3\n2,2,2\n", 3, HEADER "1,3,3\n2,2,2\n");
    assert_kept(HEADER "1,3,3\n2,2,", 3, HEADER "1,3,3\n");
    assert_kept(HEADER "1,3,3\n9,2,2\n2,2,2\n", 3, HEADER "1,3,3\n");
    assert_kept(HEADER "1,3,3\nx\n2,2,2\n", 3, HEADER "1,3,3\n");
    assert_kept("epoch,lo", 3, HEADER);
    assert_kept("", 3, HEADER);
    assert_kept(HEADER "1,3,3\n", 1, HEADER);
}

static void a_missing_file_is_begun(void **state) {
    (void)state;
    struct history history;
    assert_int_equal(unlink(path), 0);
    assert_true(history_open(&history, path, columns, 3, 5, &err));
    assert_true(history_append(&history, (double[]){5, 1, 2}, &err));
    assert_true(history_close(&history, &err));
    assert_file(HEADER "5,1,2\n");
}

static void other_columns_are_refused(void **state) {
    (void)state;
    struct history history;
    char message[700];
    put("epoch,loss\n1,2\n");
    assert_false(history_open(&history, path, columns, 3, 2, &err));
    (void)snprintf(message, sizeof message,
                   "%s:1: the run to be resumed has other columns; expected epoch,loss,val_loss",
                   path);
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_file("epoch,loss\n1,2\n");
}

static void says_why_it_cannot_write(void **state) {
    (void)state;
    struct history history;
    assert_false(history_open(&history, "/absent/h.csv", columns, 3, 1, &err));
    assert_string_equal(err.text, "cannot write /absent/h.csv: No such file or directory");
    if (access("/dev/full", W_OK) != 0) return; /* cmocka would count a skip as a failure */
    assert_false(history_open(&history, "/dev/full", columns, 3, 1, &err));
    assert_string_equal(err.text, "cannot write /dev/full: No space left on device");
}

static void log_epochs(size_t first_epoch, size_t last_epoch) {
    struct history history;
    assert_true(history_open(&history, "/dev/null", columns, 3, first_epoch, &err));
    assert_true(history_open_log(&history, path, first_epoch, &err));
    for (size_t epoch = first_epoch; epoch <= last_epoch; epoch++) {
        double value = 1.0 / (double)epoch;
        assert_true(history_append(
            &history, (double[]){(double)epoch, value, epoch % 2 == 1 ? NAN : value / 3}, &err));
    }
    assert_true(history_sync(&history, &err));
    assert_true(history_close(&history, &err));
}

#define EPOCH_1 "{\"epoch\":1,\"loss\":1,\"val_loss\":null}\n"
#define EPOCH_2 "{\"epoch\":2,\"loss\":0.5,\"val_loss\":0.16666666666666666}\n"
#define EPOCH_3 "{\"epoch\":3,\"loss\":0.3333333333333333,\"val_loss\":null}\n"

static void the_log_has_the_same_rows(void **state) {
    (void)state;
    put("something old\n");
    log_epochs(1, 2);
    assert_file(EPOCH_1 EPOCH_2);
}

static void a_resumed_run_doubles_no_line_of_the_log(void **state) {
    (void)state;
    put(EPOCH_1 EPOCH_2 EPOCH_3);
    log_epochs(3, 3);
    assert_file(EPOCH_1 EPOCH_2 EPOCH_3);
    put(EPOCH_1 "{\"epoch\":2,\"lo");
    log_epochs(2, 2);
    assert_file(EPOCH_1 EPOCH_2);
    put("{\"ep");
    log_epochs(2, 2);
    assert_file(EPOCH_2);
    assert_int_equal(unlink(path), 0);
    log_epochs(2, 2);
    assert_file(EPOCH_2);
}

static void what_is_no_log_is_not_cut(void **state) {
    (void)state;
    struct history history;
    char message[700];
    put("my notes\n");
    assert_true(history_open(&history, "/dev/null", columns, 3, 2, &err));
    assert_false(history_open_log(&history, path, 2, &err));
    (void)snprintf(message, sizeof message,
                   "%s:1: not a log of epochs, so there is nothing to go on with", path);
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_true(history_close(&history, &err));
    assert_file("my notes\n");
}

static void reads_numbers_and_gaps(void **state) {
    (void)state;
    struct history_table table;
    put("\xEF\xBB\xBF"
        "epoch,loss,acc\r\n1,0.5,\r\n2,-1e-3,NA\r\n3,nan,inf\r\n\r\n");
    assert_true(history_read(&table, path, &err));
    assert_int_equal(table.columns, 3);
    assert_int_equal(table.rows, 3);
    assert_int_equal(history_find(&table, "epoch"), 0);
    assert_int_equal(history_find(&table, "acc"), 2);
    assert_int_equal(history_find(&table, "x"), 3);
    assert_true(table.value[0] == 1 && table.value[1] == 0.5 && isnan(table.value[2]));
    assert_true(table.value[4] == -1e-3 && isnan(table.value[5]));
    assert_true(isnan(table.value[7]) && isnan(table.value[8]));
    history_table_free(&table);
}

static void assert_unreadable(const char *content, const char *message) {
    struct history_table table;
    char whole[1000];
    put(content);
    assert_false(history_read(&table, path, &err));
    (void)snprintf(whole, sizeof whole, "%s%s", path, message);
    assert_string_equal(err.text, whole);
    assert_int_equal(err.kind, ERROR_DATA);
    assert_null(table.text);
}

static void refuses_what_is_no_history(void **state) {
    (void)state;
    assert_unreadable("", ": empty file");
    assert_unreadable("epoch,loss\n", ": no rows");
    assert_unreadable("epoch,loss\n1\n", ":2: expected 2 fields, got 1");
    assert_unreadable("epoch,loss\n1,2,3\n", ":2: expected 2 fields, got 3");
    assert_unreadable("epoch,loss\n1,2\n2,abc\n", ":3: column 'loss': not a number: 'abc'");
    assert_unreadable("epoch,loss\n1,0x1\n", ":2: column 'loss': not a number: '0x1'");
    assert_unreadable("epoch,loss,loss\n1,2,3\n", ":1: duplicate column 'loss'");
    assert_unreadable("1,2\n3,4\n", ":1: column 1: expected a column's name, found '1'");
    assert_unreadable("a,,b\n1,2,3\n", ":1: column 2: expected a column's name, found ''");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_rows),
        cmocka_unit_test(a_resumed_run_keeps_the_rows_before_it),
        cmocka_unit_test(a_missing_file_is_begun),
        cmocka_unit_test(other_columns_are_refused),
        cmocka_unit_test(says_why_it_cannot_write),
        cmocka_unit_test(the_log_has_the_same_rows),
        cmocka_unit_test(a_resumed_run_doubles_no_line_of_the_log),
        cmocka_unit_test(what_is_no_log_is_not_cut),
        cmocka_unit_test(reads_numbers_and_gaps),
        cmocka_unit_test(refuses_what_is_no_history),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
