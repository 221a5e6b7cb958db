/* params_home.h - where a key is at home that its section doesn't know. */
#ifndef FILES_PARAMS_HOME_H
#define FILES_PARAMS_HOME_H

#include <stdbool.h>

#include "base/param.h"
#include "files/params_scope.h"

/* The path from `rows` to the key `word`, or to the one of ours that other trainers call so ("lr" is
 * our learning_rate): "train.optimizer.adam.learning_rate". The shortest of several, the first of
 * equals; an item of a list is N, one of a map NAME. `lacking` are the rows that were asked for it, or
 * NULL: not found are those that the same path leads to. False, with the path untouched: none. */
bool params_home(const struct param *rows, const char *word, const struct param *lacking,
                 struct phrase *path);

#endif
