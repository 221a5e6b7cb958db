/* wrap.h - prose in lines that fit a terminal. */
#ifndef TOOLS_WRAP_H
#define TOOLS_WRAP_H

#include <stddef.h>

#include "base/text.h"

/* Add a paragraph, broken at its blanks so that lines have at most `columns` columns where words
 * allow it: the first is indented by `indent`, the others by 2 more. Nothing for an empty one. The
 * paragraph is freed. */
void wrap_take(struct text *paragraph, size_t indent, size_t columns, struct text *to);

#endif
