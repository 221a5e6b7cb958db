/* dictionary.h - distinct texts, numbered from 0 in the order in which they are first met. */
#ifndef DATA_DICTIONARY_H
#define DATA_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct dictionary {
    char **text; /* terminated; owned */
    size_t count, capacity;
    uint32_t *slot; /* hash table of number + 1, 0 for none; open addressing */
    size_t slots;   /* a power of two, or 0 */
};

/* Numbers of categories are kept in floats, which hold whole numbers up to this. */
enum { DICTIONARY_LIMIT = 1 << 24 };

/* The number of a text of `length` bytes, which is added when it is new. */
bool dictionary_add(struct dictionary *dictionary, const char *bytes, size_t length, size_t *number,
                    struct error *err);

/* The number of a text, or dictionary->count. */
size_t dictionary_find(const struct dictionary *dictionary, const char *bytes, size_t length);

uint64_t dictionary_hash(const char *bytes, size_t length);

void dictionary_free(struct dictionary *dictionary);

#endif
