/* schema.h - what a model must remember of its data: columns, classes and fitted transforms. */
#ifndef DATA_SCHEMA_H
#define DATA_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "data/time.h"
#include "model/batch.h"

enum column_type { COLUMN_NUMBER, COLUMN_CATEGORY, COLUMN_TIME, COLUMN_TEXT };
enum scale_kind { SCALE_NONE, SCALE_STANDARD, SCALE_MINMAX, SCALE_ROBUST };
enum missing_rule {
    MISSING_ERROR,       /* there are none */
    MISSING_DROP,        /* the row is left out */
    MISSING_FORWARD,     /* the value before, else `fill` */
    MISSING_INTERPOLATE, /* between the values on either side, else `fill` */
    MISSING_MEAN,        /* `fill`, the mean of the training part */
    MISSING_NUMBER,      /* `fill`, a number that was asked for */
};
enum target_kind { TARGET_FOUND, TARGET_NUMBER, TARGET_CLASS };

/* A column that the model uses. Its number x becomes z = (d(l(x)) - center) / spread, where l is
 * log or nothing and d the difference to `difference` rows before (0: none). */
struct schema_column {
    char *name;
    enum column_type type;
    bool log;
    size_t difference;
    enum scale_kind scale;
    double center, spread; /* 0 and 1 without a scale */
    char **category;       /* texts by number, in the order of the rule for their column; of a text
                              its words or characters, the most frequent first */
    size_t categories;
    bool index;          /* a category is one feature, its id, instead of a feature for each */
    size_t embed;        /* size of the vector that the model makes of the id; 0: none */
    bool ignore_unknown; /* a category that is not among these is no error */
    enum missing_rule missing;
    double fill;
    bool indicator;    /* one more feature: 1 where the value is missing */
    bool words;        /* a text is a sequence of words, else of characters */
    size_t max_length; /* of a text, in those; SIZE_MAX: any */
    size_t longest;    /* text of the training part, in those */
    /* Of a time: sine and cosine of each of these, and the format of its texts (time.h). */
    unsigned char feature[TIME_FEATURES]; /* enum time_feature */
    size_t features;
    char *format; /* NULL: ISO 8601 */
};

/* Ids of categories and of the words of a text. 0 is what other programs pad with, and never given
 * here; a category that is missing or not known is 1, category c is c + ID_FIRST. */
enum { ID_PADDING = 0, ID_UNKNOWN = 1, ID_FIRST = 2 };

/* A text to be written is classes, one a step: the ids of its words, then the end, which has id 0's
 * number. What the decoder reads is the same one step late, behind a start, which has it too. */
enum { ID_END = ID_PADDING, ID_START = ID_PADDING };

/* How the first file was written: a later one is read alike wherever it leaves that open. */
struct schema_dialect {
    char delimiter; /* 0: the data did not come from a file */
    char point;     /* before a fraction: '.' or ',' */
    char thousands; /* between them, 0 for none */
    bool header;
};

struct schema {
    struct schema_dialect dialect;
    struct schema_column *column;
    size_t columns;
    size_t *input; /* columns that make up a step's features, in order; then once more those that
                      are known ahead, for their values some rows later */
    size_t inputs;
    size_t *target;
    size_t targets;
    enum target_kind target_kind; /* never TARGET_FOUND once opened */
    size_t classes;               /* with TARGET_CLASS; texts in the target's categories */
    size_t features;              /* of a step: a category input is one-hot and counts as many */
    struct embedded_feature *embedded; /* [embeddings] inputs whose features are ids */
    size_t embeddings;
    bool starts_from_last; /* a decoder of numbers: from the last known values, not from zeros */
    size_t steps;          /* of every sample, 0 when they differ (rows: inputs / features) */
};

/* Features of a step that an input column makes, the indicator included. */
size_t schema_width(const struct schema_column *column);

/* Name of one of those: "temp", "sky=rain", "temp missing", "hour sin". */
void schema_feature_name(const struct schema_column *column, size_t feature, struct text *to);

/* Ids below which an input lies that is the only one and holds ids; 0 when it does not. */
size_t schema_vocabulary(const struct schema *schema);

/* How many of the inputs stand for the rows ahead: those at the end that stand there before. */
size_t schema_ahead(const struct schema *schema);
/* List the columns with embed, once categories are known; only for steps that hold every input. */
bool schema_list_embedded(struct schema *schema, struct error *err);

/* What a model is to fit: features, vocabulary, embedded, which stays the schema's, and what a
 * decoder reads. */
void schema_shape(const struct schema *schema, struct batch_shape *shape);

/* A word or character by its id, behind the ones before: words have a space between them. One that is
 * not known is <unk>, a character U+FFFD. */
void schema_add_token(const struct schema_column *column, size_t id, bool first, struct text *to);

/* Is the target a text? */
bool schema_writes(const struct schema *schema);

void schema_free(struct schema *schema);

#endif
