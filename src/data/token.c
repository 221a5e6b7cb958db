#include "data/token.h"

enum kind { BLANK, SIGN, IN_WORD };

/* Characters of two and three bytes that are no part of words: blanks, and the signs of Latin-1, of
 * general punctuation and of ideographic texts. The right single quotation mark is not among them: it
 * is an apostrophe mostly. */
static const struct {
    unsigned first, last;
    enum kind kind;
} wide[] = {
    {0xa0, 0xa0, BLANK},    {0xa1, 0xa1, SIGN},      {0xa7, 0xa7, SIGN},
    {0xab, 0xab, SIGN},     {0xb6, 0xb7, SIGN},      {0xbb, 0xbb, SIGN},
    {0xbf, 0xbf, SIGN},     {0x2000, 0x200a, BLANK}, {0x2010, 0x2018, SIGN},
    {0x201a, 0x2027, SIGN}, {0x2028, 0x2029, BLANK}, {0x202f, 0x202f, BLANK},
    {0x2030, 0x205e, SIGN}, {0x205f, 0x205f, BLANK}, {0x3000, 0x3000, BLANK},
    {0x3001, 0x3003, SIGN}, {0x3008, 0x3011, SIGN},
};

static enum kind wide_kind(unsigned code) {
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (code >= wide[i].first && code <= wide[i].last) return wide[i].kind;
    return IN_WORD;
}

static size_t width_at(const char *p) {
    size_t width = 1;
    while (*p != '\0' && ((unsigned char)p[width] & 0xc0) == 0x80) width++;
    return width;
}

/* Of the character at p, `width` bytes of it. */
static enum kind kind_at(const char *p, size_t width) {
    const unsigned char *b = (const unsigned char *)p;
    char c = *p;
    if (width == 2) return wide_kind((b[0] & 0x1fu) << 6 | (b[1] & 0x3fu));
    if (width == 3) return wide_kind((b[0] & 0xfu) << 12 | (b[1] & 0x3fu) << 6 | (b[2] & 0x3fu));
    if (c == ' ' || (c >= '\t' && c <= '\r')) return BLANK;
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || c == '\'' || b[0] >= 0x80 ? IN_WORD : SIGN;
}

bool token_next(const char **p, enum token_unit unit, struct token *token) {
    const char *end = *p;
    size_t width = width_at(end);
    while (unit != TOKEN_CHARACTER && kind_at(end, width) == BLANK &&
           !(unit == TOKEN_WORD_OR_LINE && *end == '\n'))
        end += width, width = width_at(end);
    *token = (struct token){end, 0};
    if (*end == '\0') return false;
    bool run = unit != TOKEN_CHARACTER && kind_at(end, width) == IN_WORD;
    do {
        end += width;
        width = width_at(end);
    } while (run && *end != '\0' && kind_at(end, width) == IN_WORD);
    token->length = (size_t)(end - token->bytes);
    *p = end;
    return true;
}

bool token_has_words(const char *text) {
    struct token token;
    return token_next(&text, TOKEN_WORD, &token);
}
