/* run_page.h - the report of a run as one HTML file: output.report. */
#ifndef TOOLS_RUN_PAGE_H
#define TOOLS_RUN_PAGE_H

#include "tools/figures.h"
#include "tools/training.h"

/* Write it, where the config asks for one: a verdict, the results beside the baselines, forecasts or
 * confusions or texts of the last part that there is, curves, data, model, config. The weights are
 * those that predict, as training_judge has left them; `figures` are those that the run ends with. But
 * for its lines of class "clock" it is the same, byte for byte, for the same run. */
bool run_page_write(struct training *training, const struct training_result *result,
                    const struct figures *figures, const char *config, struct error *err);

#endif
