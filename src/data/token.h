/* token.h - the characters or words of a text, one after another. */
#ifndef DATA_TOKEN_H
#define DATA_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

struct token {
    const char *bytes;
    size_t length;
};

/* What a token is. Letters, digits and apostrophes make words, as does everything beyond ASCII but
 * the usual signs and blanks; a sign is a word by itself, blanks are none. In a text of lines the end of
 * one is a word too. */
enum token_unit { TOKEN_CHARACTER, TOKEN_WORD, TOKEN_WORD_OR_LINE };

/* The token at *p, which moves behind it; false at the terminated text's end. */
bool token_next(const char **p, enum token_unit unit, struct token *token);

/* Has a terminated text anything but blanks? */
bool token_has_words(const char *text);

#endif
