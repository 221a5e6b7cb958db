/* The atomic save: the old file or the new one, whole, and nothing left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"

#include "files/atomic.h"
#include "files/whole.h"

static struct error err;

static void assert_holds(const char *name, const char *content) {
    size_t length;
    char *bytes = whole_read(in_folder(name), &length, ERROR_DATA, &err);
    assert_non_null(bytes);
    assert_string_equal(bytes, content);
    free(bytes);
}

/* The folder's files, hidden ones too. */
static size_t count_files(void) {
    char command[600];
    unsigned long count = 0;
    (void)snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
    FILE *list = popen(command, "r");
    assert_int_equal(fscanf(list, "%lu", &count), 1);
    (void)pclose(list);
    return count;
}

static void replaces_only_on_commit(void **state) {
    (void)state;
    struct atomic_file file;
    assert_true(atomic_save(in_folder("t"), "old", 3, &err));
    assert_int_equal(chmod(in_folder("t"), 0640), 0);
    size_t before = count_files();
    assert_true(atomic_begin(&file, in_folder("t"), &err));
    assert_true(atomic_write(&file, "new", 3, &err));
    assert_holds("t", "old");
    atomic_abort(&file);
    atomic_abort(&file);
    assert_holds("t", "old");
    assert_int_equal(count_files(), before);
    assert_true(atomic_save(in_folder("t"), "new", 3, &err));
    assert_holds("t", "new");
    struct stat status;
    assert_int_equal(stat(in_folder("t"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(count_files(), before);
}

static void writes_through_links(void **state) {
    (void)state;
    struct stat status;
    assert_int_equal(symlink("real", in_folder("link")), 0); /* points to nothing yet */
    assert_true(atomic_save(in_folder("link"), "x", 1, &err));
    assert_int_equal(lstat(in_folder("link"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_holds("real", "x");
    assert_int_equal(symlink("loop", in_folder("loop")), 0);
    assert_false(atomic_save(in_folder("loop"), "x", 1, &err));
    assert_non_null(strstr(err.text, "Too many levels of symbolic links"));
}

static void removes_what_the_dead_left(void **state) {
    (void)state;
    char dead[64], alive[64];
    pid_t child = fork();
    if (child == 0) _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)snprintf(dead, sizeof dead, ".t.tmp.%ld", (long)child);
    (void)snprintf(alive, sizeof alive, ".t.tmp.%ld", (long)getppid());
    assert_true(atomic_save(in_folder(dead), "x", 1, &err));
    assert_true(atomic_save(in_folder(alive), "x", 1, &err));
    assert_true(atomic_save(in_folder(".t.tmp.x1"), "x", 1, &err));
    assert_true(atomic_save(in_folder("t"), "y", 1, &err));
    assert_int_equal(access(in_folder(dead), F_OK), -1);
    assert_int_equal(access(in_folder(alive), F_OK), 0);
    assert_int_equal(access(in_folder(".t.tmp.x1"), F_OK), 0);
}

static void says_why_it_cannot_write(void **state) {
    (void)state;
    char message[1000];
    (void)snprintf(message, sizeof message, "cannot write %s: No such file or directory",
                   in_folder("absent/m.ckpt"));
    assert_false(file_can_be_written(in_folder("absent/m.ckpt"), &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_SYSTEM);
    (void)snprintf(message, sizeof message, "cannot write %s: Is a directory", folder);
    assert_false(file_can_be_written(folder, &err));
    assert_string_equal(err.text, message);
    assert_false(file_can_be_written("", &err));
    assert_string_equal(err.text, "cannot write : No such file or directory");
    size_t before = count_files();
    assert_true(file_can_be_written(in_folder("fine"), &err));
    assert_int_equal(count_files(), before);
}

static void a_device_is_written_to_directly(void **state) {
    (void)state;
    struct stat status;
    if (stat("/dev/full", &status) != 0) return; /* cmocka would count a skip as a failure */
    assert_false(atomic_save("/dev/full", "x", 1, &err));
    assert_string_equal(err.text, "cannot write /dev/full: No space left on device");
    assert_true(atomic_save("/dev/null", "x", 1, &err));
    assert_int_equal(stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replaces_only_on_commit),
        cmocka_unit_test(writes_through_links),
        cmocka_unit_test(removes_what_the_dead_left),
        cmocka_unit_test(says_why_it_cannot_write),
        cmocka_unit_test(a_device_is_written_to_directly),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
