/* data_files.h - for tests of src/data: files in a temporary folder, options as a config without
 * keys has them, data sets opened and gathered. */
#ifndef TESTS_DATA_FILES_H
#define TESTS_DATA_FILES_H

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#include "data/dataset.h"

static char *folder;

/* Group setup and teardown: make a folder and be in it, so that messages have short names. */
static inline int enter_folder(void **state) {
    (void)state;
    const char *base = getenv("TMPDIR");
    size_t size = strlen(base != NULL ? base : "/tmp") + 32;
    folder = malloc(size);
    (void)snprintf(folder, size, "%s/rnntrain-test-XXXXXX", base != NULL ? base : "/tmp");
    return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static inline int leave_folder(void **state) {
    (void)state;
    char command[4096];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    int failed = chdir("/") != 0 || system(command) != 0;
    free(folder);
    return failed;
}

static inline void write_bytes(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline void write_text(const char *path, const char *text) {
    write_bytes(path, text, strlen(text));
}

/* What is printed from here on goes nowhere, until stdout_back with what this returns. */
static inline int stdout_away(void) {
    int kept = dup(STDOUT_FILENO);
    assert_true(kept >= 0 && fflush(stdout) == 0 && freopen("/dev/null", "w", stdout) != NULL);
    return kept;
}

static inline void stdout_back(int kept) {
    assert_true(fflush(stdout) == 0 && dup2(kept, STDOUT_FILENO) >= 0 && close(kept) == 0);
}

/* One text for a key that takes a list; lives as long as the test program. */
static inline struct param_texts one(const char *text) {
    static char *texts[256];
    static size_t used;
    assert_true(used < 256);
    texts[used] = (char *)(uintptr_t)text;
    return (struct param_texts){&texts[used++], 1};
}

static inline struct data_options default_options(const char *csv) {
    struct data_options options = {
        .header = PARAM_UNSET,
        .decimal = PARAM_UNSET,
        .layout = PARAM_UNSET,
        .sequence_by = PARAM_UNSET,
        .cross_validation = PARAM_NO_COUNT,
        .rows = PARAM_NO_COUNT,
        .window = PARAM_NO_COUNT,
        .horizon = 1,
        .stride = 1,
    };
    if (csv != NULL) options.csv = one(csv);
    return options;
}

static inline struct column_options default_column(void) {
    return (struct column_options){.type = PARAM_UNSET,
                                   .scale = PARAM_UNSET,
                                   .missing_indicator = PARAM_UNSET,
                                   .unknown = PARAM_UNSET,
                                   .encode = PARAM_UNSET,
                                   .max_length = PARAM_NO_COUNT,
                                   .min_count = 1};
}

/* The same settings for one column by name. */
static inline void set_column(struct data_options *options, const char *name,
                              const struct column_options *settings) {
    options->columns.name = one(name).text;
    options->columns.settings = (void *)(uintptr_t)settings;
    options->columns.count = 1;
}

static inline struct param_part fraction(double value) {
    return (struct param_part){.form = PART_FRACTION, .fraction = value};
}

static inline struct param_part last_rows(size_t rows) {
    return (struct param_part){.form = PART_ROWS, .rows = rows};
}

static inline struct dataset *open_data(const struct data_options *options,
                                        const struct data_request *request) {
    static const struct data_request any = {.target = TARGET_FOUND, .seed = 1};
    struct error err = {0};
    struct dataset *dataset = NULL;
    if (!dataset_open(&dataset, options, request != NULL ? request : &any, &err))
        fail_msg("dataset_open: %s", err.text);
    return dataset;
}

/* Opening must fail so, and with that kind. */
static inline void assert_refused(const struct data_options *options,
                                  const struct data_request *request, enum error_kind kind,
                                  const char *message) {
    static const struct data_request any = {.target = TARGET_FOUND, .seed = 1};
    struct error err = {0};
    struct dataset *dataset = NULL;
    if (dataset_open(&dataset, options, request != NULL ? request : &any, &err)) {
        dataset_close(dataset);
        fail_msg("opened, although: %s", message);
    }
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, kind);
}

/* A batch of the given samples of a part, made without the model's room. */
struct gathered {
    struct batch batch;
    size_t active[64], offset[65], length[64], origin[64], sample[64];
    real x[4096], y[1024], weight[1024];
};

static inline void gather(const struct dataset *dataset, enum part part, const size_t *sample,
                          size_t count, struct gathered *to) {
    memset(to, 0, sizeof *to);
    struct batch *batch = &to->batch;
    batch->shape.rows = count;
    dataset_shape(dataset, &batch->shape);
    assert_true(count <= 64 && batch->shape.steps <= 64);
    batch->steps = (struct steps){count, 0, 0, to->active, to->offset, to->length, to->origin};
    batch->sample = to->sample;
    batch->x = to->x;
    batch->y = to->y;
    batch->weight = to->weight;
    for (size_t r = 0; r < count; r++) {
        to->sample[r] = sample[r];
        to->length[r] = dataset_length(dataset, part, sample[r]);
        assert_true(r == 0 || to->length[r] <= to->length[r - 1]); /* longest first, as promised */
    }
    batch->steps.count = to->length[0];
    for (size_t t = 0; t < batch->steps.count; t++) {
        while (to->active[t] < count && to->length[to->active[t]] > t) to->active[t]++;
        to->offset[t + 1] = to->offset[t] + to->active[t];
    }
    batch->steps.total = to->offset[batch->steps.count];
    assert_true(batch->steps.total * batch->shape.features <= 4096);
    dataset_gather(dataset, part, batch, 0, count);
}

static inline void gather_one(const struct dataset *dataset, enum part part, size_t sample,
                              struct gathered *to) {
    gather(dataset, part, &sample, 1, to);
}

/* Samples of the parts. */
static inline void assert_counts(const struct dataset *dataset, size_t train, size_t validation,
                                 size_t test) {
    assert_int_equal(dataset_count(dataset, PART_TRAIN), train);
    assert_int_equal(dataset_count(dataset, PART_VALIDATION), validation);
    assert_int_equal(dataset_count(dataset, PART_TEST), test);
}

static inline void assert_report(const struct dataset *dataset, const char *wanted) {
    struct text report = {0};
    dataset_report(dataset, &report);
    assert_string_equal(report.bytes, wanted);
    text_free(&report);
}

/* Columns x = 0, 1, 2, ... and u = 100 + x. */
static inline void write_count(const char *path, size_t rows) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs("x,u\n", file);
    for (size_t i = 0; i < rows; i++) (void)fprintf(file, "%zu,%zu\n", i, 100 + i);
    assert_int_equal(fclose(file), 0);
}

#define assert_reals(array, ...)                                                                   \
    do {                                                                                           \
        const double wanted_[] = {__VA_ARGS__};                                                    \
        for (size_t i_ = 0; i_ < sizeof wanted_ / sizeof *wanted_; i_++)                           \
            if (!(fabs((double)(array)[i_] - wanted_[i_]) <= 1e-6 * (1 + fabs(wanted_[i_]))))      \
                fail_msg("[%zu] is %.9g, not %.9g", i_, (double)(array)[i_], wanted_[i_]);         \
    } while (0)

#endif
