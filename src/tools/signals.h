/* signals.h - SIGINT, SIGTERM, SIGHUP and SIGUSR1 as questions asked between two steps, not as
 * interruptions. */
#ifndef TOOLS_SIGNALS_H
#define TOOLS_SIGNALS_H

#include <stdbool.h>

/* From now on the first signal is only noted, for signals_seen; a second one ends the program at
 * once, whichever of them the two are. A hangup that nohup(1) has set aside stays set aside. */
void signals_note(void);

/* Wait until a file has something to read or its end has come, or until a signal is seen: false, also
 * when it was seen before. Of a program with one thread. */
bool signals_wait(int descriptor);

/* The signal that has come, or 0. */
int signals_seen(void);

/* From now on SIGUSR1 is a question, for signals_asked, where it would have ended the program. */
void signals_note_questions(void);

/* Has one come since this was last asked? */
bool signals_asked(void);

#endif
