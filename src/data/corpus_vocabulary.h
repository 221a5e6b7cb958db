/* corpus_vocabulary.h - the symbols of a text that a model knows. */
#ifndef DATA_CORPUS_VOCABULARY_H
#define DATA_CORPUS_VOCABULARY_H

#include "data/store.h"

/* With all symbols read, numbered as they were met, and shared out: make the schema of those that the
 * training part has at least data.min_count times, and number the symbols by it. */
bool corpus_settle(struct dataset *dataset, struct error *err);

/* The schema's symbols by number. */
bool corpus_list(const struct schema *schema, struct dictionary *to, struct error *err);

#endif
