/* profile.h - where the time of a training run goes: the parts of a step, as each thread spends it,
 * and what lies between the steps. */
#ifndef RUN_PROFILE_H
#define RUN_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

enum phase {
    /* Before the steps, and between them. */
    PHASE_READ,
    PHASE_START,
    PHASE_VALIDATION,
    PHASE_HISTORY,
    PHASE_SAVE,
    PHASE_STEPS, /* the first of a step's own, whose seconds are a thread's each */
    PHASE_GATHER = PHASE_STEPS,
    PHASE_PACK,
    PHASE_FORWARD,
    PHASE_LOSS,
    PHASE_BACKWARD,
    PHASE_GRADIENTS,
    PHASE_NORMS,
    PHASE_UPDATE,
    PHASE_METRICS,
    PHASES
};

/* A thread writes to its own alone; the first thread's has the phases outside steps too. */
struct profile_member {
    _Alignas(64) double seconds[PHASES];
};

struct profile {
    struct profile_member *member; /* [members] */
    size_t members, steps;
    double begun;
    double in_steps; /* seconds of all steps, waiting included */
};

/* Begin to measure a run on a team of `members` that began at `begun` of the clock. */
bool profile_start(struct profile *profile, size_t members, double begun, struct error *err);
void profile_free(struct profile *profile);

/* The clock, to be handed to profile_lap; 0 where nothing is measured. */
static inline double profile_now(const struct profile *profile) {
    return profile != NULL ? clock_now() : 0;
}

/* The time since *since was this member's at `phase`; the next lap begins. Nothing for a NULL. */
static inline void profile_lap(struct profile *profile, size_t member, enum phase phase,
                               double *since) {
    if (profile == NULL) return;
    double now = clock_now();
    profile->member[member].seconds[phase] += now - *since;
    *since = now;
}

/* A step that began at `since` is over. */
void profile_step(struct profile *profile, double since);

/* A table of all of it, with milliseconds a step and shares of the time so far. */
void profile_report(const struct profile *profile, struct text *to);

#endif
