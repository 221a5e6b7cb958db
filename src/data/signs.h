/* signs.h - the characters to which a config gives a meaning in CSV files. */
#ifndef DATA_SIGNS_H
#define DATA_SIGNS_H

#include "data/csv.h"
#include "data/options.h"

struct signs {
    char delimiter; /* 0: to be found */
    char decimal;   /* likewise */
    char thousands; /* likewise; CSV_NO_SIGN: none */
    struct csv_options csv;
};

/* Read the keys delimiter, decimal, thousands, quote, comment, encoding and skip. ERROR_CONFIG for a
 * text that is no sign, and for one sign that two keys give a meaning. */
bool signs_read(struct signs *signs, const struct data_options *options, struct error *err);

/* "comma", "tab", ... or the character in quotes, for messages. The caller's buffer. */
const char *signs_name(char sign, char to[static 16]);

#endif
