#include "base/team.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Who waits spins for a while, since the next piece of work is usually microseconds away, then gives
 * way to others, then sleeps, so that an idle team costs nothing and a busy machine is left alone. */
enum { SPINS = 2000, YIELDS = 50 };

struct member {
    struct team *team;
    size_t number;
    pthread_t thread;
};

struct team {
    size_t size;
    struct member *members; /* [size]; the caller's own, 0, is not used */
    team_work *work;
    void *context;
    atomic_size_t generation; /* pieces of work handed out */
    atomic_size_t unfinished; /* members still at the present piece */
    atomic_size_t sleepers;
    atomic_bool stop;
    pthread_mutex_t lock;
    pthread_cond_t wake;
};

static inline void relax(void) {
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#endif
}

/* Sequentially consistent loads and stores order this against hand_out: either the member sees the
 * new generation, or the caller sees the sleeper. */
static void wait_for_work(struct team *team, size_t seen) {
    for (int turn = 0; turn < SPINS + YIELDS; turn++) {
        if (atomic_load(&team->generation) != seen) return;
        if (turn < SPINS)
            relax();
        else
            (void)sched_yield();
    }
    (void)pthread_mutex_lock(&team->lock);
    atomic_fetch_add(&team->sleepers, 1);
    while (atomic_load(&team->generation) == seen)
        (void)pthread_cond_wait(&team->wake, &team->lock);
    atomic_fetch_sub(&team->sleepers, 1);
    (void)pthread_mutex_unlock(&team->lock);
}

static void *member_main(void *argument) {
    struct member *self = argument;
    struct team *team = self->team;
    for (size_t seen = 0;; seen++) {
        wait_for_work(team, seen);
        if (atomic_load(&team->stop)) return NULL;
        team->work(team->context, self->number, team->size);
        atomic_fetch_sub(&team->unfinished, 1);
    }
}

static void hand_out(struct team *team) {
    atomic_fetch_add(&team->generation, 1);
    if (atomic_load(&team->sleepers) == 0) return;
    (void)pthread_mutex_lock(&team->lock);
    (void)pthread_cond_broadcast(&team->wake);
    (void)pthread_mutex_unlock(&team->lock);
}

void team_run(struct team *team, team_work *work, void *context) {
    if (team->size == 1) {
        work(context, 0, 1);
        return;
    }
    team->work = work;
    team->context = context;
    atomic_store(&team->unfinished, team->size - 1);
    hand_out(team);
    work(context, 0, team->size);
    for (size_t spin = 0; atomic_load(&team->unfinished) > 0; spin++)
        if (spin < SPINS)
            relax();
        else
            (void)sched_yield();
}

struct team *team_start(size_t size, struct error *err) {
    struct team *team = memory_take(1, sizeof *team, "threads", err);
    if (team == NULL) return NULL;
    team->size = 1;
    (void)pthread_mutex_init(&team->lock, NULL);
    (void)pthread_cond_init(&team->wake, NULL);
    team->members = memory_take(size, sizeof *team->members, "threads", err);
    if (team->members == NULL) {
        team_stop(team);
        return NULL;
    }
    for (size_t i = 1; i < size; i++) {
        team->members[i] = (struct member){.team = team, .number = i};
        int code = pthread_create(&team->members[i].thread, NULL, member_main, &team->members[i]);
        if (code != 0) {
            (void)error_errno(err, ERROR_SYSTEM, "cannot start a thread", code);
            team_stop(team);
            return NULL;
        }
        team->size = i + 1;
    }
    return team;
}

size_t team_size(const struct team *team) {
    return team->size;
}

void team_stop(struct team *team) {
    if (team == NULL) return;
    atomic_store(&team->stop, true);
    hand_out(team);
    for (size_t i = 1; i < team->size; i++) (void)pthread_join(team->members[i].thread, NULL);
    (void)pthread_mutex_destroy(&team->lock);
    (void)pthread_cond_destroy(&team->wake);
    free(team->members);
    free(team);
}

struct team_range team_share(size_t count, size_t block, size_t member, size_t size) {
    size_t blocks = count / block + (count % block != 0);
    size_t base = blocks / size, more = blocks % size;
    size_t first = member * base + (member < more ? member : more);
    size_t end = first + base + (member < more);
    struct team_range range = {first * block, end * block};
    if (range.first > count) range.first = count;
    if (range.end > count) range.end = count;
    return range;
}

size_t team_processors(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? (size_t)count : 1;
}
