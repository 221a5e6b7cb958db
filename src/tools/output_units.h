/* output_units.h - the size of a model's output, which a config need not say. */
#ifndef TOOLS_OUTPUT_UNITS_H
#define TOOLS_OUTPUT_UNITS_H

#include "tools/task.h"

/* `units` of the last layer that takes them (what comes after it keeps the width), 0 where they are
 * `auto`; NULL where no layer does. */
size_t *output_units(const struct model_options *options);

/* Where they are `auto`: what the loss wants for the task's targets. The number is then the config's,
 * as if it had been written. */
void settle_output_units(const struct model_options *options, const struct task *task,
                         const struct batch_shape *shape);

#endif
