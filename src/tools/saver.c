#include "tools/saver.h"

#include <string.h>

void saver_plan(struct saver *saver, const struct optimizer *optimizer, size_t states, bool best,
                struct plan *plan) {
    if (states > 0) plan_want(plan, &saver->copied_states, states, sizeof(real));
    saver->buffers = best ? 2 : 1;
    for (size_t i = 0; i < OPTIMIZER_SLOTS; i++) saver->buffers += optimizer->slot_name[i] != NULL;
    plan_want(plan, &saver->copy, saver->buffers, optimizer->model->size * sizeof(real));
}

/* The next buffer of the copy. */
static real *copy_buffer(real **next, const real *from, size_t size) {
    real *to = *next;
    memcpy(to, from, size * sizeof *to);
    *next += size;
    return to;
}

/* The optimizer with slots of our own. */
static void copy_optimizer(struct saver *saver, const struct optimizer *optimizer, real **next) {
    saver->optimizer = *optimizer;
    saver->content.optimizer = &saver->optimizer;
    for (size_t i = 0; i < OPTIMIZER_SLOTS; i++)
        if (optimizer->slot_name[i] != NULL)
            saver->optimizer.slot[i] = copy_buffer(next, optimizer->slot[i], saver->model.size);
}

/* What predicts: the weights, an average among the optimizer's slots, or a buffer apart. */
static const real *copy_predicting(const struct saver *saver,
                                   const struct checkpoint_content *content, real **next) {
    if (content->predicting == content->model->weights) return saver->model.weights;
    for (size_t i = 0; content->optimizer != NULL && i < OPTIMIZER_SLOTS; i++)
        if (content->predicting == content->optimizer->slot[i]) return saver->optimizer.slot[i];
    return copy_buffer(next, content->predicting, saver->model.size);
}

static void copy_states(struct saver *saver, const struct states *states) {
    if (states == NULL || states->size == 0) return;
    saver->states = *states;
    saver->states.all = saver->copied_states;
    memcpy(saver->states.all, states->all, states->size * sizeof *states->all);
    saver->content.states = &saver->states;
}

/* The content again, with buffers and counters of our own; the rest of it never changes. */
static void copy_content(struct saver *saver, const struct checkpoint_content *content) {
    real *next = saver->copy;
    saver->content = *content;
    saver->model = *content->model;
    saver->state = *content->state;
    saver->content.model = &saver->model;
    saver->content.state = &saver->state;
    saver->model.weights = copy_buffer(&next, content->model->weights, content->model->size);
    if (content->optimizer != NULL) copy_optimizer(saver, content->optimizer, &next);
    copy_states(saver, content->states);
    saver->content.predicting = copy_predicting(saver, content, &next);
}

static void *save(void *context) {
    struct saver *saver = context;
    saver->good = history_sync(saver->history, &saver->err) &&
                  checkpoint_save(&saver->content, saver->path, saver->level, &saver->err);
    atomic_store(&saver->done, true);
    return NULL;
}

bool saver_begin(struct saver *saver, const struct checkpoint_content *content, const char *path,
                 int level, struct history *history, struct error *err) {
    if (!saver_wait(saver, err)) return false;
    copy_content(saver, content);
    saver->history = history;
    saver->path = path;
    saver->level = level;
    atomic_store(&saver->done, false);
    saver->running = pthread_create(&saver->thread, NULL, save, saver) == 0;
    if (saver->running) return true;
    (void)save(saver);
    if (!saver->good) *err = saver->err;
    return saver->good;
}

bool saver_look(struct saver *saver, struct error *err) {
    return !saver->running || !atomic_load(&saver->done) || saver_wait(saver, err);
}

bool saver_wait(struct saver *saver, struct error *err) {
    if (!saver->running) return true;
    (void)pthread_join(saver->thread, NULL);
    saver->running = false;
    if (!saver->good) *err = saver->err;
    return saver->good;
}
