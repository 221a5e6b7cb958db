/* signals.h - SIGINT, SIGTERM and SIGHUP as questions asked between two steps, not as interruptions. */
#ifndef TOOLS_SIGNALS_H
#define TOOLS_SIGNALS_H

/* From now on the first signal is only noted, for signals_seen; a second one ends the program at
 * once, whichever of them the two are. A hangup that nohup(1) has set aside stays set aside. */
void signals_note(void);

/* The signal that has come, or 0. */
int signals_seen(void);

#endif
