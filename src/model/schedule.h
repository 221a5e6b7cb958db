/* schedule.h - learning rates that change from step to step.
 *
 * Keras 3's formulas: a rate is a function of the number of steps taken before (from 0) and of
 * nothing else, so a resumed run finds its place by itself. */
#ifndef MODEL_SCHEDULE_H
#define MODEL_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/param.h"

/* The kinds that optimizer.learning_rate can have. The first, `schedule_constant`, is what a bare
 * number stands for. */
extern const struct kind schedule_kinds[];
extern const char schedule_constant[];

/* Does it change? */
bool schedule_changes(const struct param_kind *schedule);

/* What the keys of a schedule cannot mean together: ERROR_CONFIG with its place. */
bool schedule_check(const struct param_kind *schedule, struct error *err);

/* The rate of the step that comes after `step` others. */
double schedule_rate(const struct param_kind *schedule, uint64_t step);

#endif
