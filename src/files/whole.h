/* whole.h - a whole file as bytes in memory. */
#ifndef FILES_WHOLE_H
#define FILES_WHOLE_H

#include <stddef.h>

#include "base/error.h"

/* The bytes of a file, with a NUL after them that `length` does not count, or NULL with an error of
 * the given kind: "path: No such file or directory", "path: is a directory". The caller frees. */
char *whole_read(const char *path, size_t *length, enum error_kind kind, struct error *err);

#endif
