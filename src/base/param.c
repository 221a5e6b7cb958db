#include "base/param.h"

#include <string.h>

const struct kind *kind_find(const struct kind *kinds, const char *name) {
    while (kinds->name != NULL && strcmp(kinds->name, name) != 0) kinds++;
    return kinds->name != NULL ? kinds : NULL;
}
