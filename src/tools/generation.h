/* generation.h - rnnpredict --generate: a text that a language model writes. */
#ifndef TOOLS_GENERATION_H
#define TOOLS_GENERATION_H

#include "run/draw.h"
#include "tools/predictor.h"

struct generation {
    size_t symbols;     /* to write, 0: none */
    const char *prompt; /* to go on from, NULL: none */
    struct draw draw;
    const char *isa;
    bool quiet;
};

/* Print the prompt, then each symbol as soon as it is drawn, then a line end. Without a prompt the text
 * goes on from a line end, or, where the model knows none, from its most frequent symbol. Errors: a
 * model of no text, or one that reads a text from its end (ERROR_CONFIG). */
bool generation_print(struct predictor *predictor, const struct generation *generation,
                      struct error *err);

#endif
