/* curves_page.h - the curves of one or more histories as an HTML page: rnnplot --html. */
#ifndef TOOLS_CURVES_PAGE_H
#define TOOLS_CURVES_PAGE_H

#include <stddef.h>

#include "base/error.h"

/* Write the page to `output` ("-": standard output). A title of NULL is made from the names. Errors:
 * ERROR_DATA for a history, ERROR_SYSTEM. */
bool curves_page_write(char *const *history, size_t count, const char *title, const char *output,
                       struct error *err);

#endif
