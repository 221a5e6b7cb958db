#include "tools/silent.h"

#include <math.h>

#include "base/clock.h"
#include "tools/signals.h"

static bool no_epoch(void *context, const struct trainer *trainer, const struct train_epoch *record,
                     struct error *err) {
    (void)context, (void)trainer, (void)record, (void)err;
    return true;
}

/* Often enough for a person, rarely enough to cost nothing. */
static const double look_seconds = 0.005;

/* It may take as long as a training of its own. */
static bool on_step(void *context, const struct trainer *trainer, bool *stop, struct error *err) {
    struct training *t = context;
    (void)err;
    double now = clock_now();
    if (now - t->checked < look_seconds) return true;
    t->checked = now;
    t->signal = signals_seen();
    const struct param_interval *most = &t->config->train.max_time;
    double limit = most->count > 0 ? (double)most->count : most->seconds; /* NAN: none */
    if (t->signal != 0 || now - t->started >= limit) *stop = true;
    if (signals_asked()) progress_tell(&t->progress, trainer, "  (not the model that is kept)");
    return true;
}

bool silent_train(struct training *t, struct error *err) {
    const struct train_events events = {.context = t, .step = on_step, .epoch = no_epoch};
    progress_begin(&t->progress, "never", true, INFINITY, &t->trainer);
    return training_start(t, false, false, err) && train_run(&t->trainer, &events, err);
}

void silent_show_end(const struct training *t) {
    const struct training_state *state = &t->trainer.state;
    char time[32];
    (void)fprintf(stderr, "  %zu epoch%s in %s\n", state->epoch, text_plural(state->epoch),
                  progress_time(clock_now() - t->started, time));
}
