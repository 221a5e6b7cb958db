/* team.h - a team of threads, started once, that runs one function at a time together. */
#ifndef BASE_TEAM_H
#define BASE_TEAM_H

#include <stddef.h>

#include "base/error.h"

struct team;

/* A piece of work: called once on every member, with the member's number 0..size-1. */
typedef void team_work(void *context, size_t member, size_t size);

/* Start a team of `size` (the caller is member 0; size - 1 threads are started). NULL with an
 * ERROR_SYSTEM when the system gives no threads. */
struct team *team_start(size_t size, struct error *err);

/* Run `work` on all members and return when all have done it. */
void team_run(struct team *team, team_work *work, void *context);

size_t team_size(const struct team *team);
void team_stop(struct team *team); /* NULL is allowed */

/* The half-open range of `count` things, in whole blocks of `block`, that falls to one member. */
struct team_range {
    size_t first, end;
};
struct team_range team_share(size_t count, size_t block, size_t member, size_t size);

/* Processors that this process may use; at least 1. */
size_t team_processors(void);

#endif
