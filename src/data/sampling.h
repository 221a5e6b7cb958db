/* sampling.h - how samples are cut from rows: the keys of a config, checked and put together. */
#ifndef DATA_SAMPLING_H
#define DATA_SAMPLING_H

#include "data/options.h"

struct sampling {
    enum layout layout;
    bool per_step;       /* a target for each step */
    size_t target_steps; /* for the last so many steps only; 0: for all */

    /* Windows. A sample that starts at row s has inputs s..s+window-1 and targets
     * s+lead..s+lead+horizon-1, or, per step, those of its inputs' rows. */
    size_t window, horizon, lead, stride;

    /* Rows from a step to the one whose `future` columns it has too: from the window's last row to
     * that of the targets. */
    size_t ahead;
};

/* Find the layout and check that the keys do not contradict each other: ERROR_CONFIG. */
bool sampling_find(struct sampling *sampling, const struct data_options *options,
                   struct error *err);

/* May a row of targets be one of the sample's own input rows? */
bool sampling_overlaps(const struct sampling *sampling);

/* Rows that a window and its targets take. */
size_t sampling_span(const struct sampling *sampling);

#endif
