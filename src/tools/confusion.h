/* confusion.h - which classes were taken for which, for a person and as JSON. */
#ifndef TOOLS_CONFUSION_H
#define TOOLS_CONFUSION_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "data/schema.h"

struct confusion {
    const struct schema_column *target;
    size_t classes;
    const size_t *count; /* [classes][classes]: the row is the true class */
};

/* At most 80 columns: the matrix where it fits; else the classes with precision and recall, and the
 * most frequent confusions. */
bool confusion_table(const struct confusion *confusion, struct text *to, struct error *err);

/* {"classes":[...],"counts":[[...],...]} */
void confusion_json(const struct confusion *confusion, struct text *to);

#endif
