/* yaml_bytes.h - the bytes of a YAML file, and whether they can be YAML at all. */
#ifndef FILES_YAML_BYTES_H
#define FILES_YAML_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* A whole file of at most `most` bytes, the caller's to free; it may be a pipe. */
bool yaml_load_bytes(const char *path, size_t most, char **bytes, size_t *length,
                     struct error *err);

/* Refuse what is too large, not UTF-8, not text, or plainly something else. Offsets in the
 * messages count from 0. */
bool yaml_check_bytes(const char *name, const char *bytes, size_t length, size_t most,
                      struct error *err);

#endif
