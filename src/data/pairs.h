/* pairs.h - two files of lines that belong together line by line: what is read and what is to be
 * written. They are read as a table of two columns of texts, source and target. */
#ifndef DATA_PAIRS_H
#define DATA_PAIRS_H

#include "base/text.h"
#include "data/options.h"
#include "data/weights.h"

enum { PAIRS_SOURCE, PAIRS_TARGET, PAIRS_COLUMNS };

/* A config's data section as that of the table. */
struct pairs {
    struct data_options options;
    struct column_options column[PAIRS_COLUMNS];
};

/* Say in columns and roles what data.pairs means; what the config's options point to is borrowed. NULL
 * with an ERROR_CONFIG for keys that do not go with it. */
struct pairs *pairs_start(const struct data_options *options, const struct data_weights *weights,
                          struct error *err);
void pairs_free(struct pairs *pairs); /* NULL is allowed */

/* Two files as one CSV text with a header, every field in quotes, an empty one for a line without
 * anything but blanks; and a name for both. Without `target` (NULL) the lines of one. ERROR_DATA when
 * they have different counts of lines. Both texts are empty at first, and the caller's to free. */
bool pairs_csv(const char *source, const char *target, struct text *csv, struct text *name,
               struct error *err);

#endif
