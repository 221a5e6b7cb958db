/* paths.h - the files that paths and patterns name. */
#ifndef DATA_PATHS_H
#define DATA_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct paths {
    char **path;
    size_t count, capacity;
};

/* Add the file of that name or, where there is none, those that match it as a shell's pattern
 * (* ? []), in the order of their bytes. A pattern without a match is an ERROR_DATA. */
bool paths_add(struct paths *paths, const char *pattern, struct error *err);
void paths_free(struct paths *paths);

/* Is it the same file by two names? One that is not there yet is known by its name alone. */
bool paths_same(const char *a, const char *b);

#endif
