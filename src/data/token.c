#include "data/token.h"

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '\'' || (unsigned char)c >= 0x80;
}

bool token_next(const char **p, enum token_unit unit, struct token *token) {
    const char *end = *p;
    while (unit != TOKEN_CHARACTER && is_blank(*end) &&
           !(unit == TOKEN_WORD_OR_LINE && *end == '\n'))
        end++;
    *token = (struct token){end, 0};
    if (*end == '\0') return false;
    bool run = unit != TOKEN_CHARACTER && is_in_word(*end);
    do {
        end++;
    } while (run ? *end != '\0' && is_in_word(*end) : ((unsigned char)*end & 0xc0) == 0x80);
    token->length = (size_t)(end - token->bytes);
    *p = end;
    return true;
}
