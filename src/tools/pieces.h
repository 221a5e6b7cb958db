/* pieces.h - a line of pieces that keep their order; where room is short, the most wanted stay. */
#ifndef TOOLS_PIECES_H
#define TOOLS_PIECES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum { PIECES_MOST = 64 };

struct piece {
    struct text text; /* with the blanks before it */
    size_t width;     /* columns that it takes; filled up with blanks */
    size_t rank;      /* 0: the most wanted */
    bool tried, shown;
};

/* Start with {0}. */
struct pieces {
    struct piece piece[PIECES_MOST];
    size_t count;
};

/* Add an empty piece of that rank, for the caller to fill; pieces_join frees it. `rank` is also the
 * order among those of one rank: the first comes first. */
struct piece *pieces_add(struct pieces *line, size_t rank);

/* Show what fits into `room` columns; a piece's width is at least that of its text. Returns the
 * columns that are left. */
size_t pieces_fit(struct pieces *line, size_t room);

/* Add the pieces that are shown, or without pieces_fit before it all of them; frees them. */
void pieces_join(struct pieces *line, struct text *to);

#endif
