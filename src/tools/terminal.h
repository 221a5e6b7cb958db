/* terminal.h - what the terminal at a standard stream can show. */
#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct terminal {
    bool present;         /* it is a terminal */
    bool cursor;          /* it is one that knows escape sequences: not TERM=dumb */
    bool color;           /* it is one of these, and NO_COLOR does not speak against it */
    bool unicode;         /* the locale's characters are UTF-8 */
    size_t columns, rows; /* COLUMNS and LINES, else what the terminal says, else 80 and 24 */
};

struct terminal terminal_at(int fd);

/* Its columns now, for what is drawn again and again: a terminal may be resized, which COLUMNS, set
 * when the program began, does not know. The smaller of the two. */
size_t terminal_columns_now(int fd);

/* Is the program in its foreground? One that was sent to the background leaves it to others. */
bool terminal_is_ours(int fd);

#endif
