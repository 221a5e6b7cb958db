#include "data/signs.h"

#include <stdio.h>
#include <string.h>

struct sign_name {
    char sign;
    const char *name;
};
static const struct sign_name sign_names[] = {
    {'\t', "tab"},  {',', "comma"}, {';', "semicolon"}, {'|', "pipe"},
    {' ', "space"}, {'#', "hash"},  {'.', "point"},
};
enum { NAMES = sizeof sign_names / sizeof *sign_names };

const char *signs_name(char sign, char to[static 16]) {
    for (size_t i = 0; i < NAMES; i++)
        if (sign_names[i].sign == sign) return sign_names[i].name;
    (void)snprintf(to, 16, "'%c'", sign);
    return to;
}

/* What a key takes: any printing ASCII character but `refused` ones, or a name of one. */
struct sign_key {
    const char *key;
    const char *refused;
    const char *expected;
    bool none; /* takes "none" */
};
static const struct sign_key delimiter_key = {
    "delimiter", "\".-+0123456789", "one character or tab, comma, semicolon, pipe, space or hash",
    false};
static const struct sign_key quote_key = {"quote", ".,-+0123456789 \t", "one character or none",
                                          true};
static const struct sign_key comment_key = {"comment", "\".,-+0123456789 \t",
                                            "one character, hash or none", true};
static const struct sign_key thousands_key = {"thousands", "\"-+0123456789eE\t",
                                              "one character or comma, point, space or none", true};

static bool is_sign(unsigned char c, const struct sign_key *key) {
    return (c == '\t' || (c >= ' ' && c < 0x7f)) && strchr(key->refused, c) == NULL;
}

static char find_name(const char *text, const struct sign_key *key) {
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(text, sign_names[i].name) == 0 &&
            is_sign((unsigned char)sign_names[i].sign, key))
            return sign_names[i].sign;
    return '\0';
}

static bool read_sign(char *sign, const char *text, const struct sign_key *key, struct error *err) {
    if (text == NULL) return true;
    bool single = text[0] != '\0' && text[1] == '\0';
    if (single && is_sign((unsigned char)text[0], key))
        *sign = text[0];
    else if (key->none && strcmp(text, "none") == 0)
        *sign = CSV_NO_SIGN;
    else if ((*sign = find_name(text, key)) == '\0')
        return error_set(err, ERROR_CONFIG,
                         "data.%s: expected %s, got \"%s\" (YAML takes # for a comment unless it "
                         "is written \"#\")",
                         key->key, key->expected, text);
    return true;
}

/* No byte can have two meanings. */
static bool check_distinct(const struct signs *signs, struct error *err) {
    const struct {
        const char *key;
        char sign;
    } all[] = {
        {"delimiter", signs->delimiter}, {"quote", signs->csv.quote},
        {"comment", signs->csv.comment}, {"decimal", signs->decimal},
        {"thousands", signs->thousands},
    };
    enum { KEYS = sizeof all / sizeof *all, DECIMAL = 3 };
    char name[16];
    for (size_t i = 0; i < KEYS; i++)
        for (size_t k = i + 1; k < KEYS; k++) {
            /* A decimal comma or a thousands comma may be in quotes, the delimiter being one. */
            if (i == 0 && k >= DECIMAL) continue;
            if (all[i].sign == '\0' || all[i].sign == CSV_NO_SIGN || all[i].sign != all[k].sign)
                continue;
            return error_set(err, ERROR_CONFIG, "data.%s and data.%s are both %s", all[i].key,
                             all[k].key, signs_name(all[i].sign, name));
        }
    return true;
}

bool signs_read(struct signs *signs, const struct data_options *options, struct error *err) {
    *signs = (struct signs){.csv = {.quote = '"',
                                    .comment = CSV_NO_SIGN,
                                    .latin1 = options->encoding == CHARSET_LATIN1,
                                    .skip = options->skip}};
    if (options->decimal != PARAM_UNSET) {
        bool comma = options->decimal == DECIMAL_COMMA || options->decimal == DECIMAL_COMMA_SIGN;
        signs->decimal = comma ? ',' : '.';
    }
    return read_sign(&signs->delimiter, options->delimiter, &delimiter_key, err) &&
           read_sign(&signs->csv.quote, options->quote, &quote_key, err) &&
           read_sign(&signs->csv.comment, options->comment, &comment_key, err) &&
           read_sign(&signs->thousands, options->thousands, &thousands_key, err) &&
           check_distinct(signs, err);
}
