#include "data/sequences.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/dictionary.h"

static struct sequence **slot_of(const struct sequences *s, const char *id) {
    return &s->slot[(size_t)dictionary_hash(id, strlen(id)) & (s->slots - 1)];
}

static struct sequence *look_up(const struct sequences *s, const char *id) {
    struct sequence *found = s->slots > 0 ? *slot_of(s, id) : NULL;
    while (found != NULL && strcmp(found->id, id) != 0) found = found->next;
    return found;
}

/* ---- order ----------------------------------------------------------------------------------- */

static void take_out(struct sequences *s, struct sequence *sequence) {
    *(sequence->older != NULL ? &sequence->older->newer : &s->oldest) = sequence->newer;
    *(sequence->newer != NULL ? &sequence->newer->older : &s->newest) = sequence->older;
}

static void put_last(struct sequences *s, struct sequence *sequence) {
    sequence->older = s->newest;
    sequence->newer = NULL;
    *(s->newest != NULL ? &s->newest->newer : &s->oldest) = sequence;
    s->newest = sequence;
}

/* ---- making and giving up -------------------------------------------------------------------- */

static bool make_slots(struct sequences *s, struct error *err) {
    size_t slots = s->slots > 0 ? 2 * s->slots : 16;
    struct sequence **old = s->slot, **slot = memory_take(slots, sizeof *slot, "sequences", err);
    if (slot == NULL) return false;
    s->slot = slot;
    s->slots = slots;
    for (struct sequence *q = s->oldest; q != NULL; q = q->newer) {
        struct sequence **first = slot_of(s, q->id);
        q->next = *first;
        *first = q;
    }
    free(old);
    return true;
}

static void free_sequence(struct sequence *sequence) {
    if (sequence == NULL) return;
    free(sequence->id);
    free(sequence->history);
    free(sequence->carried);
    free(sequence);
}

static struct sequence *make(const struct sequences *s, struct error *err) {
    struct sequence *made = memory_take(1, sizeof *made, "a sequence", err);
    if (made == NULL) return NULL;
    made->history = memory_take(s->history, sizeof *made->history, "a sequence", err);
    made->carried = memory_take(s->carried, sizeof *made->carried, "a sequence", err);
    if (made->history != NULL && made->carried != NULL) return made;
    free_sequence(made);
    return NULL;
}

/* The one that was not heard of for longest, out of its places. */
static struct sequence *give_up(struct sequences *s) {
    struct sequence *oldest = s->oldest, **at = slot_of(s, oldest->id);
    while (*at != oldest) at = &(*at)->next;
    *at = oldest->next;
    take_out(s, oldest);
    s->count--;
    s->given_up++;
    return oldest;
}

static struct sequence *add(struct sequences *s, const char *id, struct error *err) {
    if (s->count == s->slots && !make_slots(s, err)) return NULL;
    char *copy = memory_text(id, err);
    struct sequence *added = copy == NULL ? NULL : s->count < s->most ? make(s, err) : give_up(s);
    if (added == NULL) {
        free(copy);
        return NULL;
    }
    free(added->id);
    added->id = copy;
    sequences_reset(s, added);
    struct sequence **slot = slot_of(s, id);
    added->next = *slot;
    *slot = added;
    put_last(s, added);
    s->count++;
    return added;
}

struct sequence *sequences_find(struct sequences *s, const char *id, struct error *err) {
    struct sequence *found = look_up(s, id);
    if (found == NULL) return add(s, id, err);
    take_out(s, found);
    put_last(s, found);
    return found;
}

void sequences_reset(const struct sequences *s, struct sequence *sequence) {
    sequence->rows = 0;
    sequence->hole = false;
    memset(sequence->carried, 0, s->carried * sizeof *sequence->carried);
}

void sequences_free(struct sequences *s) {
    for (struct sequence *q = s->oldest, *next; q != NULL; q = next) {
        next = q->newer;
        free_sequence(q);
    }
    free(s->slot);
    *s = (struct sequences){0};
}
