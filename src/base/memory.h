/* memory.h - memory that is checked, and memory that is known before it is taken.
 *
 * Sizes are products of counts; each product is checked for overflow. Blocks come zeroed and are
 * freed with free(). */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include "base/error.h"

/* Blocks that vectors are loaded from start on a cache line. */
enum { MEMORY_ALIGNMENT = 64 };

/* `count` zeroed elements of `size` bytes, or NULL with an ERROR_SYSTEM that says how much was
 * wanted and `what` for ("out of memory (needed 412 GB for activations)"). A count of 0 gives a
 * block that may be freed and not read. */
void *memory_take(size_t count, size_t size, const char *what, struct error *err);

/* Grow an array of elements of `size` bytes so that `need` of them fit; *capacity is its length
 * in elements and grows by halves. New elements are NOT zeroed. On failure *array is unchanged. */
bool memory_grow(void *array, size_t *capacity, size_t need, size_t size, const char *what,
                 struct error *err);

/* A copy of a text; NULL with an error when there is no memory. */
char *memory_text(const char *text, struct error *err);

/* Multiply sizes; false (with ERROR_SYSTEM naming `what`) when the product does not fit. */
bool memory_multiply(size_t a, size_t b, size_t *product, const char *what, struct error *err);

/* A plan gathers what a run will need, then takes it as one block: the start-up report can say
 * the size first, and the training loop allocates nothing. */
struct plan {
    struct plan_item *items;
    size_t count, capacity;
    size_t bytes; /* of the whole block, padding included */
    bool sparse;  /* take the system's pages as they are first used, not all at once */
    void *block;  /* NULL until plan_commit */
    bool failed;  /* an entry could not be noted; plan_commit says so */
};

/* Note that *where (a pointer to any object type) wants `count` elements of `size` bytes. Errors
 * (overflow, no memory) are kept and reported by plan_commit. */
void plan_want(struct plan *plan, void *where, size_t count, size_t size);

/* Could every entry be noted? Else its `bytes` say nothing. */
bool plan_is_whole(const struct plan *plan, const char *what, struct error *err);

/* Would this machine's memory hold it? "WHAT needs 412 GB, this machine has 24 GB". */
bool plan_check(const struct plan *plan, const char *what, struct error *err);

/* Take the block, zeroed and aligned, and set every noted pointer; after a plan_check. */
bool plan_commit(struct plan *plan, const char *what, struct error *err);

/* Free the block and the notes. The pointers handed out are dead after this. */
void plan_free(struct plan *plan);

/* Bytes of memory that the process holds now, when it has given back what it has freed, and the most
 * it held so far; 0 where the system does not say. */
struct memory_usage {
    size_t now, most;
};
struct memory_usage memory_usage(void);

/* "412 GB", "1.5 MB", "64 bytes" into `to`, which it returns. */
const char *memory_show(size_t bytes, char to[static 32]);

#endif
