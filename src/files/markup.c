#include "files/markup.h"

#include <string.h>

static const char replacement[] = "\xEF\xBF\xBD";

static void add_byte(struct text *to, char byte) {
    static const char special[] = "&<>\"'";
    static const char *const entity[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    const char *found = byte != '\0' ? strchr(special, byte) : NULL;
    if (found != NULL)
        text_add(to, entity[found - special]);
    else if (((unsigned char)byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f)
        text_add(to, replacement);
    else
        text_add_bytes(to, &byte, 1);
}

void markup_add(struct text *to, const char *text) {
    size_t left = strlen(text);
    while (left > 0) {
        size_t valid = text_utf8_fault(text, left);
        for (size_t i = 0; i < valid; i++) add_byte(to, text[i]);
        if (valid == left) return;
        text_add(to, replacement);
        text += valid + 1;
        left -= valid + 1;
    }
}
