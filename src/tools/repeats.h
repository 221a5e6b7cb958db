/* repeats.h - the same training with several seeds: how much of a result is chance.
 *
 * The config's own seed gives the files that are kept, as it does alone; the seeds after it leave
 * nothing but their figures. */
#ifndef TOOLS_REPEATS_H
#define TOOLS_REPEATS_H

#include "tools/figures.h"
#include "tools/training.h"

struct repeat {
    size_t seed, epochs;
    struct figures figures; /* as a run alone ends with */
};

struct repeats {
    size_t wanted;
    struct repeat *run; /* [wanted], the config's own seed first */
    size_t done;        /* with those after it done first */
    int signal;         /* that ended it early, or 0 */
};

/* Where their table goes: `given`, or the history's name with .repeats.csv for .csv; the caller's to
 * free. */
char *repeats_path(const struct config *config, const char *given, struct error *err);

/* Train all seeds but the config's own, with a line for each on standard error unless `quiet`.
 * Errors begin with "seed 3: ". */
bool repeats_run(struct repeats *repeats, struct config *config, const char *isa, bool quiet,
                 struct error *err);
void repeats_free(struct repeats *repeats);

/* The figures that the config's own seed ended with. Then all are there. */
bool repeats_end(struct repeats *repeats, const struct training *training,
                 const struct figures *figures, struct error *err);

/* "median_loss", "least_loss", "most_loss" and so on, for each figure in `own`; NaN before all are
 * there. `to` may be `own`. */
bool repeats_figures(const struct repeats *repeats, const struct figures *own, struct figures *to,
                     struct error *err);

/* A table of medians and ranges on standard error. */
void repeats_report(const struct repeats *repeats);

/* The member "repeats" of a JSON object: a list of the runs. */
void repeats_to_json(const struct repeats *repeats, struct text *to);

/* Write the table: a row for each run, its seed, its epochs, its figures. */
bool repeats_save(const struct repeats *repeats, const char *path, struct error *err);

#endif
