#include "tools/signals.h"

#include <signal.h>
#include <stddef.h>

/* The one thing in the program that changes and belongs to nobody: a handler can reach no other. */
static volatile sig_atomic_t seen;

static void note(int signal) {
    seen = signal;
}

void signals_note(void) {
    struct sigaction action = {.sa_handler = note};
    /* Back to the default as the first arrives; calls it interrupts go on. */
    action.sa_flags = (int)SA_RESETHAND | SA_RESTART;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

int signals_seen(void) {
    return seen;
}
