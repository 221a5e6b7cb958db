/* corpus.h - one text as a series of symbols: what a language model learns from.
 *
 * Each character, or each word and line end, is a row. The model reads a symbol's id and predicts
 * the symbol after it, a class; so the schema has two columns, "text" and "next", with the same
 * categories. The first of these stands for all that is not among the others. */
#ifndef DATA_CORPUS_H
#define DATA_CORPUS_H

#include "data/dataset.h"

/* Columns, and the category of an unknown symbol. */
enum { CORPUS_TEXT, CORPUS_NEXT, CORPUS_COLUMNS };
enum { CORPUS_UNKNOWN };
extern const char *const corpus_column[CORPUS_COLUMNS];

/* Read data.text and the files of the other parts into a dataset that has options alone: everything
 * from the schema to the samples. Symbols of the training part make the vocabulary, the most frequent
 * first, ties in byte order. Errors are ERROR_DATA with their line, ERROR_CONFIG for keys that do not
 * go with a text. */
bool corpus_read(struct dataset *dataset, const struct data_request *request, struct error *err);

/* Read a file by the schema: all of it is one sample. */
bool corpus_read_input(struct dataset *dataset, const char *path, struct error *err);

/* The symbols of a text as categories, into *symbol, which the caller frees; *unknown counts those
 * that the schema does not have. */
bool corpus_encode(const struct schema *schema, bool words, const char *text, size_t **symbol,
                   size_t *count, size_t *unknown, struct error *err);

#endif
