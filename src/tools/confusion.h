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

/* The text of a class, or its number; how often it was taken for another. */
void confusion_add_name(const struct confusion *confusion, size_t class, struct text *to);
size_t confusion_at(const struct confusion *confusion, size_t truth, size_t answer);

/* How many rows are of a class, how many were taken for it, and how many of these rightly. */
struct confusion_class {
    size_t rows, answers, right;
};
struct confusion_class confusion_class(const struct confusion *confusion, size_t class);

/* The confusions that there were, the most frequent first; the caller's to free. A table shows some
 * of them. */
enum { CONFUSION_PAIRS = 10 };
struct confusion_pair {
    size_t truth, answer, count;
};
struct confusion_pair *confusion_pairs(const struct confusion *confusion, size_t *pairs,
                                       struct error *err);

/* At most 80 columns: the matrix where it fits; else the classes with precision and recall, and the
 * most frequent confusions. */
bool confusion_table(const struct confusion *confusion, struct text *to, struct error *err);

/* {"classes":[...],"counts":[[...],...]} */
void confusion_json(const struct confusion *confusion, struct text *to);

#endif
