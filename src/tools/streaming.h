/* streaming.h - rnnpredict --stream: a line out for each line in, as soon as it has come. */
#ifndef TOOLS_STREAMING_H
#define TOOLS_STREAMING_H

#include "tools/predictor.h"

struct streaming {
    const char *state_in, *state_out; /* files, or NULL */
    bool probabilities, append, quiet;
    size_t top;
    const char *isa;
};

/* Predict on `path` until its end or a signal, which is put in *signal, 0 for none. Errors: a model
 * that cannot be fed line by line (ERROR_CONFIG), a state that is not this model's
 * (ERROR_CHECKPOINT), what a line holds (ERROR_DATA). */
bool streaming_print(struct predictor *predictor, const char *path,
                     const struct streaming *streaming, int *signal, struct error *err);

#endif
