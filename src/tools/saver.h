/* saver.h - checkpoints that are written while training goes on.
 *
 * What a save needs is copied, which takes as long as copying the memory does; a thread then
 * compresses it, writes it and puts it in place (see atomic.h). There is one save at a time: the
 * next waits for the one before. */
#ifndef TOOLS_SAVER_H
#define TOOLS_SAVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/memory.h"
#include "files/checkpoint.h"
#include "files/history.h"

struct saver {
    real *copy;          /* of all flat buffers of a checkpoint, one after another; in the plan */
    real *copied_states; /* likewise */
    size_t buffers;
    /* What the thread reads, until it is waited for. */
    struct checkpoint_content content;
    struct model model;
    struct optimizer optimizer;
    struct states states;
    struct training_state state;
    struct history *history;
    const char *path;
    int level;
    /* What it leaves. */
    struct error err;
    bool good;
    atomic_bool done;
    pthread_t thread;
    bool running; /* begun and not yet waited for */
};

/* Note the copy in the plan; the optimizer has been started, and `states` is how many numbers those
 * of the sequences are. `best`: the weights that predict may be
 * others than those that training goes on from, and no slot of the optimizer. */
void saver_plan(struct saver *saver, const struct optimizer *optimizer, size_t states, bool best,
                struct plan *plan);

/* Begin a save of `content`, whose buffers may change as soon as this returns; its texts, the schema,
 * the path and the history stay as they are. The history is synced before the checkpoint takes its
 * place. Waits for the save before; an error is that one's (or this one's, where the system gives no
 * thread and the save is done at once). */
bool saver_begin(struct saver *saver, const struct checkpoint_content *content, const char *path,
                 int level, struct history *history, struct error *err);

/* The error of a save that has ended since it was last asked; never waits. */
bool saver_look(struct saver *saver, struct error *err);

/* Wait for the save under way, if there is one; its error. */
bool saver_wait(struct saver *saver, struct error *err);

#endif
