#include "tools/wrap.h"

#include <string.h>

/* Columns of bytes of UTF-8: what goes on a character counts nothing. */
static size_t width_of(const char *bytes, size_t length) {
    size_t width = 0;
    for (size_t i = 0; i < length; i++) width += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    return width;
}

void wrap_take(struct text *paragraph, size_t indent, size_t columns, struct text *to) {
    const char *word = paragraph->bytes;
    size_t at = 0; /* columns used; 0: no line is begun */
    if (paragraph->failed) to->failed = true;
    while (word != NULL && *word != '\0') {
        size_t length = strcspn(word, " "), width = width_of(word, length);
        if (at > 0 && at + 1 + width > columns) {
            text_format(to, "\n%*s", (int)indent + 2, "");
            at = indent + 2;
        } else {
            text_format(to, "%*s", at == 0 ? (int)indent : 1, "");
            at += at == 0 ? indent : 1;
        }
        text_add_bytes(to, word, length);
        at += width;
        word += length + (word[length] == ' ');
    }
    if (at > 0) text_add(to, "\n");
    text_free(paragraph);
}
