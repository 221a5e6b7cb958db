/* deal.h - things in an order - rows, sequences, groups - dealt out among the parts. */
#ifndef DATA_DEAL_H
#define DATA_DEAL_H

#include <stdint.h>

#include "data/dataset.h"

/* Positions 0..count-1: training, validation and test in this order, or, in a fold, a stretch to
 * validate on, with training before it and, unless past_only, after it. */
struct deal {
    size_t count;
    size_t validation, validation_end; /* to validate on */
    size_t test;                       /* to test on, up to the end */
    size_t gap;                        /* positions left out on the seam of two parts */
    bool past_only;
};

/* Deal `count` positions as data.validation and data.test say, or, with request->fold, into the
 * folds of data.cross_validation: equal stretches, of which the first ones are longer by one where
 * they do not come out even (as scikit-learn's KFold). With `past_only` there is one stretch more,
 * which is never validated on, and what comes after a fold is not trained on (TimeSeriesSplit); a
 * remainder is in the first stretch.
 * Errors: no position is left to train on (ERROR_DATA); `file` and `things` are for the message. */
bool deal_start(struct deal *deal, const struct data_options *options,
                const struct data_request *request, size_t count, bool past_only, const char *file,
                const char *things, struct error *err);

/* The part of a position; PART_NONE for one that is left out. */
enum part deal_part(const struct deal *deal, size_t position);

/* The position of each of `count` things in an order drawn by the seed; the caller frees it. With
 * stratum[i], the number of thing i's class, each stretch of positions has its share of every
 * class, to within one thing at either end. */
size_t *deal_positions(size_t count, const size_t *stratum, uint64_t seed, struct error *err);

#endif
