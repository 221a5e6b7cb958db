/* names.h - the names of layers, which files and reports use. */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include "base/param.h"
#include "layers/layer.h"

/* Give each of items->count layers its name, `prefix` before it: the one in its settings, else its type, then type_1,
 * type_2, ... whichever is free. Errors: a name that is taken or has other characters than letters,
 * digits, `_`, `.` and `-`. */
bool names_choose(struct layer *layers, const struct param_kinds *items, const char *prefix,
                  struct error *err);

#endif
