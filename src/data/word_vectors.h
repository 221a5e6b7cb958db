/* word_vectors.h - pretrained vectors of words, from a text file.
 *
 * A line is a word and its numbers, separated by blanks, as GloVe and fastText write them; a first
 * line of two counts, as word2vec writes it, is passed over. The file may be gzip-compressed. */
#ifndef DATA_WORD_VECTORS_H
#define DATA_WORD_VECTORS_H

#include "base/error.h"
#include "base/real.h"
#include "data/schema.h"

/* Put the vectors of the words of the schema's one input, which holds ids, into to[id][width]; other
 * rows are left as they are. *found is how many of the words have one. ERROR_DATA for what cannot be
 * read, with its line. */
bool word_vectors_read(const char *path, const struct schema *schema, size_t width, real *to,
                       size_t *found, struct error *err);

#endif
