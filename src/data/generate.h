/* generate.h - tasks whose data is made, not read. */
#ifndef DATA_GENERATE_H
#define DATA_GENERATE_H

#include <stdint.h>

#include "data/options.h"
#include "data/table.h"

/* The tasks; `ops` of a kind is a struct task. Each owns the rows of its settings. */
extern const struct kind generate_kinds[];

struct task {
    const char *const *column; /* names, NULL at the end */
    const char *target;        /* what data.targets is when unset, or NULL */

    /* data.window when unset, or PARAM_NO_COUNT for a task of rows. */
    size_t (*window)(const void *settings);

    /* The number of rows, and the values of one, one for each column. */
    size_t (*rows)(const void *settings);
    void (*fill)(const void *settings, uint64_t seed, size_t row, double *value);
};

/* Make the table of data.generate. */
bool generate_table(struct table *table, const struct param_kind *generate, uint64_t seed,
                    struct error *err);

#endif
