/* markup.h - texts from anywhere, made fit for SVG and HTML. */
#ifndef FILES_MARKUP_H
#define FILES_MARKUP_H

#include "base/text.h"

/* Add a text as it stands between tags or in a quoted attribute: what markup is made of is escaped;
 * other control characters than tab and line feed, which markup cannot have, and what is not UTF-8
 * become U+FFFD. */
void markup_add(struct text *to, const char *text);

#endif
