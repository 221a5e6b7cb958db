#include "files/protobuf.h"

#include <string.h>

enum wire { WIRE_VARINT = 0, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

/* Seven bits a byte, the lowest first; the eighth says that more follow. */
static void add_varint(struct text *to, uint64_t value) {
    char bytes[10];
    size_t length = 0;
    do {
        uint64_t low = value & 0x7F;
        value >>= 7;
        bytes[length++] = (char)(unsigned char)(value > 0 ? low | 0x80 : low);
    } while (value > 0);
    text_add_bytes(to, bytes, length);
}

static void add_key(struct text *to, unsigned field, enum wire wire) {
    add_varint(to, (uint64_t)field << 3 | wire);
}

void protobuf_integer(struct text *to, unsigned field, int64_t value) {
    add_key(to, field, WIRE_VARINT);
    add_varint(to, (uint64_t)value);
}

void protobuf_float(struct text *to, unsigned field, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    add_key(to, field, WIRE_FIXED32);
    char bytes[4];
    for (size_t i = 0; i < 4; i++) bytes[i] = (char)(unsigned char)(bits >> (8 * i) & 0xFF);
    text_add_bytes(to, bytes, sizeof bytes);
}

void protobuf_bytes(struct text *to, unsigned field, const void *bytes, size_t length) {
    add_key(to, field, WIRE_BYTES);
    add_varint(to, length);
    text_add_bytes(to, bytes, length);
}

void protobuf_text(struct text *to, unsigned field, const char *text) {
    protobuf_bytes(to, field, text, strlen(text));
}

void protobuf_message(struct text *to, unsigned field, struct text *message) {
    if (message->failed) to->failed = true;
    protobuf_bytes(to, field, message->bytes != NULL ? message->bytes : "", message->length);
    text_free(message);
}
