/* exhaust.h - for tests in which every allocation fails, once and from then on: a deed ends well, with
 * the same file, or with an error that says so, and nothing is left over. Configs, their data and the
 * end of such a test program. */
#ifndef TESTS_EXHAUST_H
#define TESTS_EXHAUST_H

#include <fcntl.h>
#include <stdatomic.h>

#include "files/whole.h"
#include "training_run.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define FAULTS false /* the sanitizer's allocator is not to be stood in for */
#elif defined __has_feature
#define FAULTS !(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define FAULTS true
#endif

static atomic_size_t calls, wanted; /* wanted 0: none fails */
static atomic_long blocks;          /* that are in use */
static atomic_bool from_then_on;
static size_t faults; /* that were tried */

#if FAULTS
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t), __libc_free(void *);

static inline bool fails(void) {
    size_t n = atomic_fetch_add(&calls, 1) + 1, at = atomic_load(&wanted);
    return at > 0 && (n == at || (n > at && atomic_load(&from_then_on)));
}

static inline void *counted(void *block) {
    if (block != NULL) atomic_fetch_add(&blocks, 1);
    return block;
}

void *malloc(size_t size) {
    return fails() ? NULL : counted(__libc_malloc(size));
}
void *calloc(size_t count, size_t size) {
    return fails() ? NULL : counted(__libc_calloc(count, size));
}
void *realloc(void *block, size_t size) {
    if (fails()) return NULL;
    return block == NULL ? counted(__libc_realloc(block, size)) : __libc_realloc(block, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
    return fails() ? NULL : counted(__libc_memalign(alignment, size));
}
void free(void *block) {
    if (block != NULL) atomic_fetch_sub(&blocks, 1);
    __libc_free(block);
}
#endif

/* A file that a deed writes: whenever it ends well, with the same bytes. */
static const char *written;
static char *written_bytes;
static size_t written_length;

static inline void compare_written(void) {
    struct error err = {.kind = ERROR_NONE};
    size_t length = 0;
    char *bytes = whole_read(written, &length, ERROR_SYSTEM, &err);
    if (bytes == NULL) fail_msg("%s", err.text);
    if (written_bytes == NULL) {
        written_bytes = bytes;
        written_length = length;
        return;
    }
    if (length != written_length || memcmp(bytes, written_bytes, length) != 0)
        fail_msg("allocation %zu: another %s", atomic_load(&calls), written);
    free(bytes);
}

typedef bool deed_of(const void *with, struct error *err);

static inline void try(deed_of *deed, const void *with, size_t n, bool on) {
    struct error err = {.kind = ERROR_NONE};
    long before = atomic_load(&blocks);
    atomic_store(&from_then_on, on);
    atomic_store(&calls, 0);
    atomic_store(&wanted, n);
    faults += n > 0;
    bool good = deed(with, &err);
    atomic_store(&wanted, 0);
    if (!good && (err.kind != ERROR_SYSTEM || err.text[0] == '\0'))
        fail_msg("allocation %zu%s: kind %d, \"%s\"", n, on ? " and on" : "", (int)err.kind,
                 err.text);
    if (atomic_load(&blocks) != before)
        fail_msg("allocation %zu%s: %ld blocks are left", n, on ? " and on" : "",
                 atomic_load(&blocks) - before);
    if (good && written != NULL) compare_written();
}

/* The first time, what the C library keeps for itself is taken. */
static inline void exhaust(deed_of *deed, const void *with) {
    struct error err = {.kind = ERROR_NONE};
    if (!deed(with, &err)) fail_msg("%s", err.text);
    try(deed, with, 0, false);
    size_t count = atomic_load(&calls);
    if (!FAULTS) return;
    assert_true(count > 0);
    for (size_t n = 1; n <= count; n++) {
        try(deed, with, n, false);
        try(deed, with, n, true);
    }
}

/* A file without an allocation, and without waiting for a disk. */
static inline bool put_file(const char *path, struct text *text, struct error *err) {
    size_t length = text->length;
    char *bytes = text_take(text, err);
    int fd = bytes != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    if (fd >= 0 && (write(fd, bytes, length) != (ssize_t)length || close(fd) != 0))
        fail_msg("%s", path);
    free(bytes);
    return fd >= 0;
}

static inline void exhaust_file(deed_of *deed, const void *with, const char *path) {
    written = path;
    exhaust(deed, with);
    free(written_bytes);
    written = NULL;
    written_bytes = NULL;
}

/* ---- what to try it on ----------------------------------------------------------------------- */

static const char *const configs[] = {
    "data: {csv: n.csv, window: 3, scale: standard, validation: 4, columns: {x: {missing: mean, "
    "difference: 1}}, missing_indicator: true}\n"
    "model: {layers: [{lstm: {units: 3, dropout: 0.1}}, {bidirectional: {gru: 2}}, dense: 1]}\n"
    "train: {metrics: [mae, r2], early_stopping: {patience: 3}, reduce_lr_on_plateau: {}}\n"
    "threads: 1\n",
    "data: {csv: [c.csv, c.csv], sequence_id: id, inputs: [x, kind, when], targets: label,\n"
    "       columns: {kind: {type: category, embed: 2}, when: {type: time, format: '%Y-%m-%d "
    "%H:%M', features: [hour, weekday]}}, unknown: ignore, validation: 1, split: random, scale: "
    "minmax}\n"
    "model: {layers: [{simple_rnn: 3}, layer_normalization: {}, dense: {units: 2, "
    "activation: softmax}]}\n"
    "train: {metrics: [accuracy, f1], class_weight: balanced, optimizer: {sgd: {learning_rate: "
    "{cosine_decay: {initial_learning_rate: 0.1, decay_steps: 9}}, use_ema: true}}}\n"
    "threads: 1\n",
    "data: {csv: t.csv, inputs: text, targets: y, columns: {text: {type: text, unit: word}}}\n"
    "model: {layers: [embedding: 3, gru: 3, {dense: {units: 1, activation: sigmoid}}]}\n"
    "train: {loss: binary_crossentropy}\n"
    "threads: 1\n",
};
enum { CONFIGS = sizeof configs / sizeof *configs };

static inline int write_data(void **state) {
    if (enter_folder(state) != 0) return 1;
    write_text("n.csv", "x\n1\n2\n4\n?\n3\n5\n7\n6\n2\n1\n4\n8\n9\n3\n2\n1\n5\n6\n");
    write_text("c.csv", "id;x;kind;when;label\na;1,5;red;2020-01-01 10:00;yes\n"
                        "a;2,5;blue;2020-01-01 11:00;yes\nb;0,5;red;2020-01-02 10:00;no\n"
                        "b;1,0;green;2020-01-02 12:00;no\nc;7;red;2020-01-03 10:00;yes\n");
    write_text("t.csv", "text,y\n\"a b c\",1\nb c,0\n\"d, a\",1\nc c c,0\n");
    write_text("s.csv", "id,x,sky,y\na,1,r,2\na,4,s,3\na,2,s,5\na,5,r,5\na,7,s,4\n"
                        "b,2,,1\nb,,r,1\nb,6,s,2\nb,1,s,2\nc,5,,4\n");
    write_text("same.csv", "a,b,a\n1,2,3\n2,3,4\n4,5,6\n");
    write_text("a.txt", "one two\ntwo\nthree one\n");
    write_text("b.txt", "ab\nb\nca\n");
    write_text("c.txt", "to be, or not to be that is the question\n");
    write_text("v.csv", "x\n1\n2\n4\n3\n2\n");
    write_text("wide.csv", "t1,t2,y\n1,2,a\n2,3,b\n4,,a\n");
    FILE *when = fopen("when.csv", "w");
    assert_non_null(when);
    (void)fputs("when,x\n", when);
    for (int i = 1; i < 12; i++) (void)fprintf(when, "2020-01-%02d,%d\n", i, i * i % 7);
    return fclose(when);
}

static inline int exhaust_end(int failures) {
    (void)printf("# %zu allocations failed\n", faults);
    return failures;
}

#define EXHAUST(tests)                                                                             \
    (cmocka_set_message_output(CM_OUTPUT_TAP),                                                     \
     exhaust_end(cmocka_run_group_tests(tests, write_data, leave_folder)))

#endif
