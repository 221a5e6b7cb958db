/* texts_out.h - what a decoder writes, as CSV, and where it looked. */
#ifndef TOOLS_TEXTS_OUT_H
#define TOOLS_TEXTS_OUT_H

#include "run/writer.h"
#include "tools/predictor.h"

/* Samples of a block that keeps the decoders of two threads busy. */
size_t texts_block(const struct dataset *data, size_t beam);

struct texts_request {
    size_t beam;           /* texts side by side; 0: as many as `top`, at least one */
    size_t top;            /* best texts to print, each with its score; 0: the best alone */
    const char *attention; /* a file for where the best text's steps looked, or NULL */
    bool append;           /* behind all columns of the input, not id and time alone */
    size_t threads;
    const char *isa;
};

/* Write a text for each sample of predictor->data and print it: TARGET, or TARGET_1, score_1, ...;
 * what has a column's name too gets "_predicted" behind it. Plans and starts the predictor. Errors:
 * a model that writes no texts, a beam below `top` (ERROR_CONFIG). The attention file has a row for
 * each step of a text and each of its input: sample, step, output, input_step, input, weight. */
bool texts_print(struct predictor *predictor, const struct texts_request *request,
                 struct error *err);

#endif
