#include "tools/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

/* The one thing in the program that changes and belongs to nobody: handlers can reach no other. */
static volatile sig_atomic_t seen, asked;

static const int noted[] = {SIGINT, SIGTERM, SIGHUP};
enum { NOTED = sizeof noted / sizeof *noted };

/* Any second one ends the program, whichever the first was. */
static void note(int number) {
    if (seen != 0) { /* both came before either was looked at */
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    seen = number;
    for (int i = 0; i < NOTED; i++) (void)signal(noted[i], SIG_DFL);
}

static bool is_ignored(int number) {
    struct sigaction now;
    return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

void signals_note(void) {
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    if (seen != 0) return;
    (void)sigemptyset(&action.sa_mask);
    for (int i = 0; i < NOTED; i++) /* nohup(1) has said that a hangup is nothing. */
        if (noted[i] != SIGHUP || !is_ignored(SIGHUP)) (void)sigaction(noted[i], &action, NULL);
}

int signals_seen(void) {
    return seen;
}

static void ask(int number) {
    (void)number;
    asked = 1;
}

void signals_note_questions(void) {
    struct sigaction action = {.sa_handler = ask, .sa_flags = SA_RESTART};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGUSR1, &action, NULL);
}

bool signals_asked(void) {
    if (asked == 0) return false;
    asked = 0; /* one that comes now is answered by what follows */
    return true;
}

/* A signal between the question and the wait is held back until the wait, which it ends. */
bool signals_wait(int descriptor) {
    struct pollfd file = {.fd = descriptor, .events = POLLIN};
    sigset_t held, before;
    (void)sigemptyset(&held);
    for (int i = 0; i < NOTED; i++) (void)sigaddset(&held, noted[i]);
    (void)sigprocmask(SIG_BLOCK, &held, &before);
    while (seen == 0 && ppoll(&file, 1, NULL, &before) < 0 && errno == EINTR) continue;
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return seen == 0;
}
