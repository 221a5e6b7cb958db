#include "data/dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* FNV-1a. */
uint64_t dictionary_hash(const char *bytes, size_t length) {
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char)bytes[i]) * 0x100000001b3u;
    return h ^ h >> 32;
}

static bool is_text(const char *text, const char *bytes, size_t length) {
    return strncmp(text, bytes, length) == 0 && text[length] == '\0';
}

/* The slot of a text, or the free one where it belongs. */
static size_t find_slot(const struct dictionary *d, const char *bytes, size_t length) {
    size_t i = (size_t)dictionary_hash(bytes, length) & (d->slots - 1);
    while (d->slot[i] != 0 && !is_text(d->text[d->slot[i] - 1], bytes, length))
        i = (i + 1) & (d->slots - 1);
    return i;
}

size_t dictionary_find(const struct dictionary *d, const char *bytes, size_t length) {
    if (d->slots == 0) return d->count;
    uint32_t number = d->slot[find_slot(d, bytes, length)];
    return number == 0 ? d->count : number - 1;
}

static bool make_room(struct dictionary *d, struct error *err) {
    if (!memory_grow(&d->text, &d->capacity, d->count + 1, sizeof *d->text, "categories", err))
        return false;
    if (2 * (d->count + 1) <= d->slots) return true;
    size_t slots = d->slots == 0 ? 64 : 2 * d->slots;
    uint32_t *slot = memory_take(slots, sizeof *slot, "categories", err);
    if (slot == NULL) return false;
    free(d->slot);
    d->slot = slot;
    d->slots = slots;
    for (size_t i = 0; i < d->count; i++)
        d->slot[find_slot(d, d->text[i], strlen(d->text[i]))] = (uint32_t)i + 1;
    return true;
}

bool dictionary_add(struct dictionary *d, const char *bytes, size_t length, size_t *number,
                    struct error *err) {
    *number = dictionary_find(d, bytes, length);
    if (*number < d->count) return true;
    if (d->count == DICTIONARY_LIMIT)
        return error_set(err, ERROR_DATA, "more than %d different categories", DICTIONARY_LIMIT);
    if (!make_room(d, err)) return false;
    char *text = memory_take(length + 1, 1, "categories", err);
    if (text == NULL) return false;
    memcpy(text, bytes, length);
    d->slot[find_slot(d, bytes, length)] = (uint32_t)d->count + 1;
    d->text[d->count++] = text;
    return true;
}

void dictionary_free(struct dictionary *d) {
    for (size_t i = 0; i < d->count; i++) free(d->text[i]);
    free(d->text);
    free(d->slot);
    *d = (struct dictionary){0};
}
