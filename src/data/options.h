/* options.h - the data section of a config: the struct its keys fill, and its rows of the table. */
#ifndef DATA_OPTIONS_H
#define DATA_OPTIONS_H

#include "base/param.h"

/* Choices of data.layout, data.target_per, data.sequence_by, data.split, data.decimal,
 * data.encoding; those of scale are enum scale_kind and
 * those of a column's type enum column_type (schema.h). */
enum layout { LAYOUT_ROWS, LAYOUT_WINDOWS, LAYOUT_SEQUENCES };
enum target_per { PER_SEQUENCE, PER_STEP };
enum sequence_by { BY_BLANK_LINE, BY_FILE };
enum split { SPLIT_TAIL, SPLIT_RANDOM, SPLIT_STRATIFIED, SPLIT_GROUP };
enum encoding { ENCODE_ONE_HOT, ENCODE_INDEX };
enum text_unit { UNIT_CHAR, UNIT_WORD };
enum unknown_rule { UNKNOWN_ERROR, UNKNOWN_IGNORE };
enum decimal { DECIMAL_POINT, DECIMAL_COMMA, DECIMAL_POINT_SIGN, DECIMAL_COMMA_SIGN };
enum charset { CHARSET_UTF8, CHARSET_LATIN1 };

/* data.columns.NAME; what is unset is as data's own key says. */
struct column_options {
    int type;  /* enum column_type; unset: found */
    int scale; /* enum scale_kind */
    int log;
    size_t difference; /* 0: none */
    char *missing;
    struct param_texts missing_values; /* besides data's */
    int missing_indicator;
    int unknown;                 /* enum unknown_rule */
    int encode;                  /* enum encoding; unset: one_hot */
    size_t embed;                /* size of a category's learned vector, 0: none */
    int unit;                    /* enum text_unit; unset: char */
    size_t max_length;           /* of texts, PARAM_NO_COUNT: any */
    size_t min_count;            /* PARAM_NO_COUNT when unset: 1 */
    char *format;                /* of times, or NULL */
    struct param_texts features; /* of times */
};

struct data_options {
    struct param_texts csv;
    struct param_kind generate;
    char *text;               /* instead: a text for a language model */
    struct param_texts pairs; /* instead: two files of lines, source and target */
    int unit;                 /* of these texts, enum text_unit; unset: char */
    size_t min_count;         /* of their symbols, PARAM_NO_COUNT when unset */
    int header;               /* unset: found */
    size_t skip;
    size_t rows;     /* of each file, PARAM_NO_COUNT when unset */
    char *delimiter; /* a character or its name; unset: found */
    int decimal;     /* enum decimal; unset: found */
    char *thousands; /* likewise, or "none" */
    char *quote;     /* a character or "none"; unset: " */
    char *comment;   /* a character, its name or "none"; unset: none */
    int encoding;    /* enum charset */
    struct param_texts inputs, targets, ignore;
    struct param_map columns; /* of struct column_options */
    int layout;               /* unset: found from the keys given */
    char *sequence_id, *time;
    int sequence_by; /* enum sequence_by; unset: none */
    size_t window;   /* PARAM_NO_COUNT when unset */
    size_t horizon, stride;
    double gap;                /* a whole number >= -1 */
    struct param_texts future; /* among the inputs */
    size_t season;             /* rows; PARAM_NO_COUNT when unset */
    int target_per;
    size_t target_steps; /* 0: all */
    int scale;
    char *missing;
    struct param_texts missing_values;
    int missing_indicator;
    int unknown;                          /* enum unknown_rule */
    int reverse_input, shared_vocabulary; /* of texts */
    struct param_part validation, test;
    int split;               /* enum split */
    size_t split_gap;        /* rows, 0: none */
    size_t cross_validation; /* folds, PARAM_NO_COUNT when unset */
};

extern const struct param data_params[];

/* The rows of data.columns.NAME, and choices that it has in common with data. */
extern const struct param column_params[];
extern const char *const column_scales[], *const column_unknowns[];

/* The settings of one column, or NULL when data.columns does not name it. */
const struct column_options *data_column(const struct data_options *options, const char *name);

/* Keys of the data section that do not go with another one: ERROR_CONFIG for the first that is given. */
struct data_given {
    const char *key;
    bool given;
};
bool data_excludes(const struct data_given *other, size_t count, const char *key,
                   struct error *err);

/* How often a category, character or word of a column must be met to be known; `settings` may be
 * NULL. */
static inline size_t data_least(const struct column_options *settings) {
    bool given = settings != NULL && settings->min_count != PARAM_NO_COUNT;
    return given ? settings->min_count : 1;
}

#endif
