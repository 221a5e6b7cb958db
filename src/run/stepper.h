/* stepper.h - a model that is fed row by row: what it must know of a sequence besides the row.
 *
 * That is the states of its recurrent layers, for a model of sequences, and, where it masks steps,
 * its last outputs, which a masked step repeats. An engine of batches of one is stepped. */
#ifndef RUN_STEPPER_H
#define RUN_STEPPER_H

#include "run/engine.h"

struct stepper {
    struct engine *engine; /* planned for batches of one, by a data set of one sample */
    size_t states;         /* numbers of the states */
    size_t outputs;        /* numbers of the last outputs, 0: they are not carried */
};

/* Can it be fed row by row? Every layer must be through with a step when it has come: ERROR_CONFIG
 * that names one that is not. Only for models of sequences: a window comes whole. */
bool stepper_check(const struct model_options *options, struct error *err);

/* After engine_plan. */
struct stepper stepper_of(struct engine *engine);

/* Numbers that are carried of a sequence: zeros at its begin. */
size_t stepper_numbers(const struct stepper *stepper);

/* What they are: part i, NULL after the last; a layer's states (lstm: h, then c), or "outputs/last", the
 * last outputs behind a 1 that says that there are some. */
const char *stepper_part(const struct stepper *stepper, size_t i, size_t *numbers);

/* Feed the row that the data set's sample ends with; gives its outputs, in the targets' own units or
 * as probabilities: of the last step where each has some. */
const double *stepper_step(const struct stepper *stepper, float *carried);

#endif
