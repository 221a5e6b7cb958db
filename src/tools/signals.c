#include "tools/signals.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static sigset_t held(void) {
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    return set;
}

void signals_hold(void) {
    sigset_t set = held();
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
}

int signals_seen(void) {
    sigset_t set = held();
    const struct timespec at_once = {0, 0};
    int signal = sigtimedwait(&set, NULL, &at_once);
    if (signal <= 0) return 0;
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
    return signal;
}
