/* protobuf.h - fields of Google's Protocol Buffers wire format, added to a text.
 *
 * A message is its fields one after the other; one inside another is a field of bytes. Failures
 * stay in the text (base/text.h). */
#ifndef FILES_PROTOBUF_H
#define FILES_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

void protobuf_integer(struct text *to, unsigned field, int64_t value);
void protobuf_float(struct text *to, unsigned field, float value);
void protobuf_bytes(struct text *to, unsigned field, const void *bytes, size_t length);
void protobuf_text(struct text *to, unsigned field, const char *text);

/* Add `message` and empty it. */
void protobuf_message(struct text *to, unsigned field, struct text *message);

#endif
