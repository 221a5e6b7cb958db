/* roles.h - which columns of a file are inputs, targets, id and time, from the keys of a config. */
#ifndef DATA_ROLES_H
#define DATA_ROLES_H

#include "data/options.h"
#include "data/sampling.h"
#include "data/schema.h"
#include "data/source.h"

/* Column numbers of the file. */
struct roles {
    size_t *input, *target, *future; /* future: of the inputs, those that are known ahead */
    size_t inputs, targets, futures;
    size_t id, time, weight; /* SIZE_MAX: none */
};

/* Read the keys inputs, targets, ignore, sequence_id and time against a file's columns; `weight`
 * names one more that is no input by default, or is NULL.
 * `wanted` is what the loss asks for, category[c] says that a column holds text: a class target is
 * no input by default. A column that is not there is an ERROR_DATA; a target that is not said where
 * it must be is an ERROR_CONFIG. */
bool roles_find(struct roles *roles, const struct heading *heading,
                const struct data_options *options, const struct sampling *sampling,
                enum target_kind wanted, const bool *category, const char *weight,
                struct error *err);

void roles_free(struct roles *roles);

#endif
