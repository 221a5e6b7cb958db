/* params_table.h - a table of keys with every type there is, and what tests of it say often. */
#ifndef TESTS_PARAMS_TABLE_H
#define TESTS_PARAMS_TABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/params.h"
#include "files/yaml.h"

/* ---- the table ---- */

struct cell {
    char *name;
    size_t units;
    double dropout;
};
static const struct param cell_params[] = {
    {.key = "name", .type = PARAM_TEXT, .offset = offsetof(struct cell, name), .preset = "~"},
    {.key = "units",
     .type = PARAM_COUNT,
     .offset = offsetof(struct cell, units),
     .least = 1,
     .most = 65536,
     .help = "width"},
    {.key = "dropout",
     .type = PARAM_REAL,
     .offset = offsetof(struct cell, dropout),
     .preset = "0",
     .most = 1,
     .below = true},
    {0},
};
struct joint {
    double axis;
};
static const struct param joint_params[] = {{.key = "axis", .type = PARAM_REAL}, {0}};
static const struct kind layer_list[] = {
    {.name = "lstm", .params = cell_params, .size = sizeof(struct cell), .shorthand = "units"},
    {.name = "gru", .params = cell_params, .size = sizeof(struct cell), .shorthand = "units"},
    {.name = "joint", .params = joint_params, .size = sizeof(struct joint)},
    {.name = "flatten"},
    {0},
};

struct rate {
    double learning_rate;
};
static const struct param rate_params[] = {{.key = "learning_rate",
                                            .type = PARAM_REAL,
                                            .preset = "0.001",
                                            .above = true,
                                            .most = INFINITY},
                                           {0}};
static const struct kind optimizer_list[] = {
    {.name = "adam", .params = rate_params, .size = sizeof(struct rate)},
    {.name = "sgd", .params = rate_params, .size = sizeof(struct rate)},
    {0},
};

struct line {
    size_t samples;
    double noise;
};
static const struct param line_params[] = {
    {.key = "samples", .type = PARAM_COUNT, .preset = "20", .least = 1, .most = 1e6},
    {.key = "noise", .type = PARAM_REAL, .offset = offsetof(struct line, noise), .preset = "-.5"},
    {0},
};
static const struct kind task_list[] = {
    {.name = "linear", .params = line_params, .size = sizeof(struct line)},
    {0},
};

struct column {
    int type, log;
};
static const char *const types[] = {"number", "category", NULL};
static const struct param column_params[] = {
    {.key = "type",
     .type = PARAM_CHOICE,
     .offset = offsetof(struct column, type),
     .preset = "~",
     .choices = types},
    {.key = "log", .type = PARAM_BOOL, .offset = offsetof(struct column, log), .preset = "false"},
    {0},
};

struct stop {
    bool given;
    size_t patience;
    char *monitor;
};
static const struct param stop_params[] = {
    {.key = "patience",
     .type = PARAM_COUNT,
     .offset = offsetof(struct stop, patience),
     .preset = "10"},
    {.key = "monitor",
     .type = PARAM_TEXT,
     .offset = offsetof(struct stop, monitor),
     .preset = "val_loss"},
    {0},
};

struct inner {
    size_t epochs, threads;
    int shuffle;
    double rate, lr;
    struct stop stop;
};
static const struct param inner_params[] = {
    {.key = "epochs",
     .type = PARAM_COUNT,
     .offset = offsetof(struct inner, epochs),
     .preset = "1",
     .least = 1,
     .most = 0x1p53},
    {.key = "threads",
     .type = PARAM_COUNT,
     .offset = offsetof(struct inner, threads),
     .preset = "auto",
     .least = 1,
     .most = 1024,
     .word = "auto"},
    {.key = "shuffle",
     .type = PARAM_BOOL,
     .offset = offsetof(struct inner, shuffle),
     .preset = "true"},
    {.key = "rate",
     .type = PARAM_REAL,
     .offset = offsetof(struct inner, rate),
     .preset = "~",
     .most = 1,
     .below = true},
    {.key = "lr",
     .type = PARAM_REAL,
     .offset = offsetof(struct inner, lr),
     .preset = "0.01",
     .above = true,
     .most = INFINITY},
    {.key = "stop",
     .type = PARAM_SECTION,
     .offset = offsetof(struct inner, stop),
     .preset = "~",
     .rows = stop_params,
     .size = sizeof(struct stop)},
    {0},
};

struct whole {
    struct inner train;
    struct param_kinds layers;
    struct param_kind optimizer, generate;
    struct param_map columns;
    struct param_texts files;
    struct param_shape input;
    struct param_part test;
    struct param_interval every, limit;
    char *note;
};
#define AT(field) offsetof(struct whole, field)
static const struct param whole_params[] = {
    {.key = "train",
     .type = PARAM_SECTION,
     .offset = AT(train),
     .preset = "",
     .rows = inner_params,
     .size = sizeof(struct inner)},
    {.key = "layers", .type = PARAM_KINDS, .offset = AT(layers), .kinds = layer_list},
    {.key = "optimizer",
     .type = PARAM_KIND,
     .offset = AT(optimizer),
     .preset = "adam",
     .kinds = optimizer_list},
    {.key = "generate",
     .type = PARAM_KIND,
     .offset = AT(generate),
     .preset = "~",
     .kinds = task_list,
     .selector = "task"},
    {.key = "columns",
     .type = PARAM_MAP,
     .offset = AT(columns),
     .preset = "~",
     .rows = column_params,
     .selector = "type",
     .size = sizeof(struct column)},
    {.key = "files", .type = PARAM_TEXTS, .offset = AT(files), .preset = "~"},
    {.key = "input", .type = PARAM_SHAPE, .offset = AT(input), .preset = "~"},
    {.key = "test", .type = PARAM_PART, .offset = AT(test), .preset = "~"},
    {.key = "every", .type = PARAM_INTERVAL, .offset = AT(every), .preset = "60s"},
    {.key = "limit", .type = PARAM_INTERVAL, .offset = AT(limit), .preset = "~"},
    {.key = "note", .type = PARAM_TEXT, .offset = AT(note), .preset = ""},
    {0},
};

/* ---- help ---- */

static inline bool read_whole(struct whole *whole, struct tree *tree, const char *text,
                              struct error *err) {
    *whole = (struct whole){0};
    *tree = (struct tree){0};
    return yaml_read_bytes(tree, "c.yaml", text, strlen(text), &yaml_config_limits, err) &&
           params_read(whole_params, tree->root, whole, err);
}

static inline void take(struct whole *whole, struct tree *tree, const char *text) {
    struct error err;
    if (!read_whole(whole, tree, text, &err)) fail_msg("%s", err.text);
}

static inline void drop(struct whole *whole, struct tree *tree) {
    params_free(whole_params, whole);
    tree_free(tree);
}

static inline void refused(const char *text, const char *message) {
    struct whole whole;
    struct tree tree;
    struct error err = {0};
    if (read_whole(&whole, &tree, text, &err)) fail_msg("took: %s", text);
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_CONFIG);
    tree_free(&tree);
}

/* The message about one key's value in the section `train`. */
static inline void refused_value(const char *key, const char *value, const char *message) {
    char text[300];
    (void)snprintf(text, sizeof text, "layers: flatten\ntrain: {%s: %s}\n", key, value);
    refused(text, message);
}

#endif
