#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All of a plan is one block, in which the sanitizer would not see one buffer run into the next:
 * under it a strip that nobody may touch lies between them. */
#if defined __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
enum { STRIP = MEMORY_ALIGNMENT };
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
enum { STRIP = MEMORY_ALIGNMENT };
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
enum { STRIP = 0 };
#endif

struct plan_item {
    void *where;          /* address of a pointer; written through memcpy, whatever its type */
    size_t bytes, unused; /* in all, and at the end of those */
};

const char *memory_show(size_t bytes, char to[static 32]) {
    static const char *const unit[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) {
        (void)snprintf(to, 32, "%zu bytes", bytes);
        return to;
    }
    double value = (double)bytes / 1000;
    size_t u = 0;
    for (; value >= 999.5 && u < 5; u++) value /= 1000;
    (void)snprintf(to, 32, value < 9.95 ? "%.1f %s" : "%.0f %s", value, unit[u]);
    return to;
}

static bool out_of_memory(size_t bytes, const char *what, struct error *err) {
    char size[32];
    return error_set(err, ERROR_SYSTEM, "out of memory (needed %s for %s)",
                     memory_show(bytes, size), what);
}

bool memory_multiply(size_t a, size_t b, size_t *product, const char *what, struct error *err) {
    if (__builtin_mul_overflow(a, b, product))
        return error_set(err, ERROR_SYSTEM, "%s: %zu x %zu is more than this machine can address",
                         what, a, b);
    return true;
}

void *memory_take(size_t count, size_t size, const char *what, struct error *err) {
    size_t bytes;
    if (!memory_multiply(count, size, &bytes, what, err)) return NULL;
    if (bytes > PTRDIFF_MAX) {
        (void)out_of_memory(bytes, what, err);
        return NULL;
    }
    void *block = calloc(bytes > 0 ? bytes : 1, 1);
    if (block == NULL) (void)out_of_memory(bytes, what, err);
    return block;
}

bool memory_grow(void *array, size_t *capacity, size_t need, size_t size, const char *what,
                 struct error *err) {
    if (need <= *capacity) return true;
    size_t wanted = *capacity + *capacity / 2;
    if (wanted < need) wanted = need;
    if (wanted < 8) wanted = 8;
    size_t bytes;
    if (!memory_multiply(wanted, size, &bytes, what, err)) return false;
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = realloc(old, bytes);
    if (grown == NULL) return out_of_memory(bytes, what, err);
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return true; /* cppcheck-suppress memleak ; *array holds it */
}

char *memory_text(const char *text, struct error *err) {
    size_t size = strlen(text) + 1;
    char *copy = memory_take(size, 1, "text", err);
    if (copy != NULL) memcpy(copy, text, size);
    return copy;
}

void plan_want(struct plan *plan, void *where, size_t count, size_t size) {
    struct error ignored;
    size_t bytes, padded;
    if (__builtin_mul_overflow(count, size, &bytes) ||
        __builtin_add_overflow(bytes, (size_t)MEMORY_ALIGNMENT - 1 + STRIP, &padded) ||
        !memory_grow(&plan->items, &plan->capacity, plan->count + 1, sizeof *plan->items, "plan",
                     &ignored)) {
        plan->failed = true;
        return;
    }
    padded -= padded % MEMORY_ALIGNMENT;
    if (__builtin_add_overflow(plan->bytes, padded, &plan->bytes)) plan->failed = true;
    plan->items[plan->count++] = (struct plan_item){where, padded, padded - bytes};
}

/* What the machine has in all; SIZE_MAX where it does not say. */
static size_t machine_memory(void) {
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    size_t bytes;
    if (pages <= 0 || page <= 0 || __builtin_mul_overflow((size_t)pages, (size_t)page, &bytes))
        return SIZE_MAX;
    return bytes;
}

bool plan_is_whole(const struct plan *plan, const char *what, struct error *err) {
    return !plan->failed ||
           error_set(err, ERROR_SYSTEM, "%s needs more memory than can be addressed", what);
}

bool plan_check(const struct plan *plan, const char *what, struct error *err) {
    if (!plan_is_whole(plan, what, err)) return false;
    size_t machine = machine_memory();
    if (plan->bytes <= machine) return true;
    char need[32], have[32];
    return error_set(err, ERROR_SYSTEM, "%s needs %s, this machine has %s", what,
                     memory_show(plan->bytes, need), memory_show(machine, have));
}

bool plan_commit(struct plan *plan, const char *what, struct error *err) {
    if (!plan_check(plan, what, err)) return false;
    size_t bytes = plan->bytes > 0 ? plan->bytes : MEMORY_ALIGNMENT;
    bytes += MEMORY_ALIGNMENT;
    /* calloc leaves the pages alone that the system has zeroed. */
    plan->block = plan->sparse ? calloc(bytes, 1) : aligned_alloc(MEMORY_ALIGNMENT, bytes);
    if (plan->block == NULL) return out_of_memory(bytes, what, err);
    if (!plan->sparse) memset(plan->block, 0, bytes);
    char *next = plan->block;
    next += -(uintptr_t)next % MEMORY_ALIGNMENT;
    for (size_t i = 0; i < plan->count; i++) {
        memcpy(plan->items[i].where, &next, sizeof next);
        next += plan->items[i].bytes;
        ASAN_POISON_MEMORY_REGION(next - plan->items[i].unused, plan->items[i].unused);
    }
    return true;
}

void plan_free(struct plan *plan) {
    if (plan->block != NULL)
        ASAN_UNPOISON_MEMORY_REGION(plan->block, plan->bytes + MEMORY_ALIGNMENT);
    free(plan->block);
    free(plan->items);
    *plan = (struct plan){0};
}
