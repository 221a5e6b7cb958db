/* ahead.h - forecasts beyond the end of the data, which go on from their own predictions. */
#ifndef TOOLS_AHEAD_H
#define TOOLS_AHEAD_H

#include "tools/predictor.h"

/* Predict `steps` rows after the end of each series of predictor->data, opened by
 * dataset_open_ahead, and print them: id, step, targets. The predictor has been started. */
bool ahead_print(struct predictor *predictor, size_t steps, struct error *err);

#endif
