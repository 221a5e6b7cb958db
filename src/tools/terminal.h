/* terminal.h - what the terminal at a standard stream can show. */
#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct terminal {
    bool present;         /* it is a terminal */
    bool color;           /* it is one, and neither NO_COLOR nor TERM=dumb speaks against it */
    bool unicode;         /* the locale's characters are UTF-8 */
    size_t columns, rows; /* COLUMNS and LINES, else what the terminal says, else 80 and 24 */
};

struct terminal terminal_at(int fd);

#endif
