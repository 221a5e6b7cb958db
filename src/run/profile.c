#include "run/profile.h"

#include <stdlib.h>

#include "base/memory.h"

bool profile_start(struct profile *profile, size_t members, double begun, struct error *err) {
    *profile = (struct profile){.members = members, .begun = begun};
    size_t bytes;
    if (!memory_multiply(members, sizeof *profile->member, &bytes, "the profile", err))
        return false;
    profile->member = aligned_alloc(_Alignof(struct profile_member), bytes);
    if (profile->member == NULL)
        return error_set(err, ERROR_SYSTEM, "out of memory (for the profile)");
    for (size_t m = 0; m < members; m++) profile->member[m] = (struct profile_member){{0}};
    return true;
}

void profile_free(struct profile *profile) {
    free(profile->member);
    *profile = (struct profile){0};
}

void profile_step(struct profile *profile, double since) {
    if (profile == NULL) return;
    profile->in_steps += clock_now() - since;
    profile->steps++;
}

/* ORDER enum phase */
static const char *const names[] = {
    "read and fit the data",
    "start",
    "validation",
    "history",
    "saving",
    "gather",
    "pack",
    "forward",
    "loss",
    "backward",
    "weight gradients",
    "norms, clipping",
    "update",
    "metrics",
};
_Static_assert(sizeof names / sizeof *names == PHASES, "a name for each phase");

/* Threads work at the same time: a step's phase takes what they spend at it on average. */
static double seconds_of(const struct profile *profile, enum phase phase) {
    double sum = 0;
    for (size_t m = 0; m < profile->members; m++) sum += profile->member[m].seconds[phase];
    return phase >= PHASE_STEPS ? sum / (double)profile->members : sum;
}

struct table {
    struct text *to;
    double total, rest; /* seconds in all, and those not yet listed */
    size_t steps;
};

static void add_row(struct table *table, const char *name, double seconds, bool of_step) {
    text_format(table->to, "  %-24s %10.4f", name, seconds);
    if (of_step && table->steps > 0)
        text_format(table->to, " %10.4f", seconds * 1e3 / (double)table->steps);
    else
        text_format(table->to, " %10s", "");
    text_format(table->to, " %6.1f %%\n", 100 * seconds / table->total);
    table->rest -= seconds;
}

static void add_steps(struct table *table, const struct profile *profile) {
    double busy = 0;
    for (enum phase p = PHASE_STEPS; p < PHASES; p++) {
        double seconds = seconds_of(profile, p);
        add_row(table, names[p], seconds, true);
        busy += seconds;
    }
    add_row(table, profile->members > 1 ? "waiting for threads" : "between those",
            profile->in_steps - busy, true);
}

void profile_report(const struct profile *profile, struct text *to) {
    double total = clock_now() - profile->begun;
    struct table table = {to, total, total, profile->steps};
    text_format(to, "  %-24s %10s %10s %8s\n", "time", "seconds", "ms a step", "share");
    add_row(&table, names[PHASE_READ], seconds_of(profile, PHASE_READ), false);
    add_row(&table, names[PHASE_START], seconds_of(profile, PHASE_START), false);
    add_steps(&table, profile);
    for (enum phase p = PHASE_VALIDATION; p < PHASE_STEPS; p++)
        add_row(&table, names[p], seconds_of(profile, p), false);
    add_row(&table, "the rest", table.rest, false);
    text_format(to, "  %-24s %10.4f %10s %6.1f %%\n", "in all", total, "", 100.0);
    size_t most = memory_usage().most;
    char memory[32];
    text_format(to, "  %zu step%s on %zu thread%s%s%s\n", profile->steps,
                text_plural(profile->steps), profile->members, text_plural(profile->members),
                most > 0 ? ", memory at most " : "", most > 0 ? memory_show(most, memory) : "");
}
