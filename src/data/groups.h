/* groups.h - which rows or sequences go to the same part when parts are drawn. */
#ifndef DATA_GROUPS_H
#define DATA_GROUPS_H

#include "data/store.h"

struct groups {
    size_t count;
    size_t *of;       /* [things] group of a row (layout sequences: of a series) */
    size_t *stratum;  /* [count] class of a group; NULL unless data.split is stratified */
    const char *name; /* what they are, for messages: "rows", "groups", ... */
};

/* The groups of the first `things` rows or series, which are those to be split:
 * random and stratified, a thing each, but blocks of as many rows as a window has target rows,
 * since windows of targets in two parts are of neither; group, those with the same id, or of the
 * same file. Errors (ERROR_CONFIG): stratified without a class to each sample; group without ids
 * or files. */
bool groups_find(struct groups *groups, const struct dataset *dataset, size_t things,
                 struct error *err);
void groups_free(struct groups *groups);

/* The row that speaks for a thing: itself, or the last of a series, whose target counts. */
size_t groups_row(const struct dataset *dataset, size_t thing);

#endif
