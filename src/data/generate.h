/* generate.h - tasks whose data is made, not read.
 *
 * A task writes CSV, which goes the way of a file from there on, and says how that is to be read. */
#ifndef DATA_GENERATE_H
#define DATA_GENERATE_H

#include <stdint.h>

#include "base/param.h"
#include "base/text.h"

/* The name that the data has in messages. */
#define GENERATE_NAME "data.generate"

/* The tasks; `ops` of a kind is a struct task. Each owns the rows of its settings. */
extern const struct kind generate_kinds[];

struct task {
    /* Add what the keys of `data` are where a config does not set them: lines of key=value, dotted
     * keys below data and values in YAML's flow style. */
    void (*keys)(const void *settings, struct text *lines);

    /* Add the rows below a header. ERROR_CONFIG for settings that do not fit each other, and
     * ERROR_SYSTEM without memory (also told by csv->failed). */
    bool (*write)(const void *settings, uint64_t seed, struct text *csv, struct error *err);
};

/* The two for a config's data.generate; generate_csv leaves nothing in `csv` when it fails. */
void generate_keys(const struct param_kind *generate, struct text *lines);
bool generate_csv(const struct param_kind *generate, uint64_t seed, struct text *csv,
                  struct error *err);

#endif
