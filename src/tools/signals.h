/* signals.h - SIGINT and SIGTERM as questions asked between two steps, not as interruptions. */
#ifndef TOOLS_SIGNALS_H
#define TOOLS_SIGNALS_H

/* From now on the first signal is only noted, for signals_seen; a second one ends the program at
 * once, as if nobody had asked. */
void signals_note(void);

/* The signal that has come, or 0. */
int signals_seen(void);

#endif
