/* signals.h - SIGINT and SIGTERM as questions asked between two steps, not as interruptions.
 *
 * They are blocked and looked for when it suits, so no handler and no global is needed. Once one
 * has come they are let through again: a second one ends the program at once. */
#ifndef TOOLS_SIGNALS_H
#define TOOLS_SIGNALS_H

/* Block them; before threads are started, so that these inherit it. */
void signals_hold(void);

/* The signal that has come, or 0. After the first the default is back. */
int signals_seen(void);

#endif
