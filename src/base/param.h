/* param.h - a row of the config table: one key, with all that is known of it.
 *
 * Each section, layer, loss, optimizer and task owns its rows, beside the code they set up.
 * files/config.c walks them to read a config, to print one and to word the messages; the manual's
 * tables are printed from them too. So a key is declared in one place only. */
#ifndef BASE_PARAM_H
#define BASE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The type of the value a row fills, at `offset` in its section's struct. */
enum param_type {
    PARAM_BOOL,     /* int: 0, 1, or PARAM_UNSET */
    PARAM_COUNT,    /* size_t, PARAM_NO_COUNT when unset */
    PARAM_REAL,     /* double, NAN when unset */
    PARAM_TEXT,     /* char *, NULL when unset */
    PARAM_CHOICE,   /* int: index into `choices`, PARAM_UNSET when unset */
    PARAM_TEXTS,    /* struct param_texts: one text or a list of them */
    PARAM_REALS,    /* struct param_reals: one number or a list of them */
    PARAM_SHAPE,    /* struct param_shape: a list of counts, ~ for "any" */
    PARAM_PART,     /* struct param_part: a fraction, a count of rows, a file or a date */
    PARAM_INTERVAL, /* struct param_interval: seconds (60s, 5m, 1h) or a count (1, 10) */
    PARAM_SECTION,  /* a struct of its own, described by `rows` */
    PARAM_KIND,     /* struct param_kind: one of `kinds`, as a name or as {name: {keys}} */
    PARAM_KINDS,    /* struct param_kinds: a list of them */
    PARAM_MAP,      /* struct param_map: any name -> a section described by `rows` */
};

enum { PARAM_UNSET = -1 };
#define PARAM_NO_COUNT SIZE_MAX

struct param_texts {
    char **text;
    size_t count; /* 0 when unset */
};

struct param_reals {
    double *value;
    size_t count; /* 0 when unset */
};

/* Extents; PARAM_NO_COUNT stands for ~, "any length". count is 0 when unset. */
struct param_shape {
    size_t extent[4];
    size_t count;
};

struct param_part {
    enum { PART_UNSET, PART_FRACTION, PART_ROWS, PART_FILE, PART_FROM } form;
    double fraction; /* 0 < fraction < 1 */
    size_t rows;
    char *file;
    char *other; /* of [source, target], the second file; or NULL */
    char *from;  /* a date, as it was written: {from: 2016-07-01} */
};

struct param_interval {
    double seconds; /* NAN when the interval is a count */
    size_t count;   /* 0 when it is a time */
};

/* One of several kinds, with its settings in a struct of that kind's own. */
struct param_kind {
    const struct kind *kind; /* NULL when unset */
    void *settings;          /* of kind->size bytes; owned by the config */
    struct place place;      /* where the user wrote it */
};

struct param_kinds {
    struct param_kind *item;
    size_t count;
};

struct param_map {
    char **name;
    void *settings; /* `count` structs of the row's `size` bytes, one after another */
    size_t count;
    struct place *place;
    bool word; /* the row's word stands in its place */
};

struct param {
    const char *key; /* NULL ends a table */
    enum param_type type;
    size_t offset;

    /* The default, as it would be written in a config ("0.001", "adam"). NULL: the key is
     * required. "~": unset, which the value's type shows as said above. A section has "" (it is
     * always there, with its own defaults) or "~": its struct then starts with `bool given`. */
    const char *preset;

    /* Numbers, each of a list: least <= x <= most; with `above`, least < x; with `below`, x < most. A row whose
     * least and most are both 0 has no range. */
    double least, most;
    bool above, below;

    const char *word;           /* COUNT: a word that stands for 0, such as "auto"; MAP: one that
                                   can stand in its place */
    const char *const *choices; /* CHOICE: names, NULL at the end */
    const struct param *rows;   /* SECTION, MAP */
    const struct kind *kinds;   /* KIND, KINDS */
    const char *plain;          /* KIND: the kind that a bare value is, as its short form */
    const char *selector;       /* KIND: the key that names the kind, as in {task: linear, ...};
                                   NULL: the form is name or {name: {keys}} */
    bool inlined; /* KIND: the name is itself a key of the section, in the row's place,
                                   as in {lstm: 64, merge_mode: sum} */
    const char
        *topic;       /* KIND, SECTION: what the manual calls it, once for all rows that share it */
    size_t size;      /* SECTION, MAP: of the struct the rows fill */
    const char *help; /* one phrase for the manual, without a full stop */
};

/* A kind of layer, loss, optimizer, ...: its name and the keys it takes. */
struct kind {
    const char *name; /* NULL ends a list */
    const struct param *params;
    size_t size;           /* of its settings struct, which `params` fill */
    const char *shorthand; /* the key that `name: value` sets, or NULL */
    const char *help;
    const void *ops; /* what the owner of the list needs to make one (its table of functions) */
};

/* The kind of that name in a list, or NULL. */
const struct kind *kind_find(const struct kind *kinds, const char *name);

#endif
