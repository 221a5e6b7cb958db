/* plain.h - a text file as a whole. */
#ifndef DATA_PLAIN_H
#define DATA_PLAIN_H

#include "base/error.h"

/* The text of a file ("-" is standard input; a name in .gz is decompressed), without a byte order
 * mark and with lines that end in LF; the caller's to free. NULL with an ERROR_DATA and its line where
 * the bytes are not UTF-8 or have a NUL among them. */
char *plain_read(const char *path, struct error *err);

#endif
