/* training_run.h - whole training runs inside a test: a config as text, its data in the present
 * folder, every epoch's record kept, the weights at will between two steps. */
#ifndef TESTS_TRAINING_RUN_H
#define TESTS_TRAINING_RUN_H

#include "data_files.h"

#include "tools/training.h"

enum { RECORDS = 32 };

struct training_run {
    struct config config;
    struct training training;
    struct train_epoch record[RECORDS];
    size_t records;
    size_t stop_at; /* steps in all after which the run stops; 0: never */
    /* Called after each step, before the run goes on; NULL: nothing. */
    void (*each_step)(struct training_run *run);
    void *context;
};

#define CHECK(call)                                                                                \
    do {                                                                                           \
        struct error check_error = {0}, *err = &check_error;                                       \
        if (!(call)) fail_msg("%s", check_error.text);                                             \
    } while (0)

/* `change` is one more `key=value`, or NULL. With `resume` it goes on from output.checkpoint. */
static inline void run_open(struct training_run *run, const char *yaml, const char *change,
                            bool resume) {
    char *override[1] = {NULL};
    memset(run, 0, sizeof *run);
    if (change != NULL) override[0] = strdup(change);
    CHECK(config_read_text(&run->config, "c.yaml", yaml, override, change != NULL, err));
    free(override[0]);
    CHECK(training_open(&run->training, &run->config, "auto", err));
    CHECK(training_start(&run->training, resume, false, err));
}

static inline void run_close(struct training_run *run) {
    training_close(&run->training);
    config_free(&run->config);
}

static inline bool run_step(void *context, const struct trainer *trainer, bool *stop,
                            struct error *err) {
    struct training_run *run = context;
    (void)err;
    if (run->each_step != NULL) run->each_step(run);
    if (trainer->state.iteration == run->stop_at) *stop = true;
    return true;
}

static inline bool run_epoch(void *context, const struct trainer *trainer,
                             const struct train_epoch *record, struct error *err) {
    struct training_run *run = context;
    (void)trainer, (void)err;
    assert_true(run->records < RECORDS);
    run->record[run->records++] = *record;
    return true;
}

static inline void run_train(struct training_run *run) {
    const struct train_events events = {.context = run, .step = run_step, .epoch = run_epoch};
    CHECK(train_run(&run->training.trainer, &events, err));
}

static inline struct checkpoint_content run_content(const struct training_run *run) {
    const struct trainer *trainer = &run->training.trainer;
    return (struct checkpoint_content){
        .config = run->training.resolved,
        .schema = dataset_schema(run->training.task.data),
        .model = &trainer->engine.model,
        .predicting = train_predicting_weights(trainer),
        .state = &trainer->state,
        .optimizer = &trainer->engine.optimizer,
        .optimizer_name = run->config.train.optimizer.kind->name,
        .baselines = run->training.measures,
    };
}

/* Save as rnntrain does, at any step. */
static inline void run_save(const struct training_run *run, const char *path) {
    const struct checkpoint_content content = run_content(run);
    CHECK(checkpoint_save(&content, path, 1, err));
}

/* With the states that are carried; at any step. */
static inline void run_save_states(const struct training_run *run, const char *path) {
    struct checkpoint_content content = run_content(run);
    content.states = engine_states(&run->training.trainer.engine);
    CHECK(checkpoint_save(&content, path, 1, err));
}

/* As a run takes a file to go on from, but for its first step; the optimizer is adam. */
static inline bool run_go_on(struct training_run *run, const char *path, struct error *err) {
    struct checkpoint checkpoint;
    struct trainer *trainer = &run->training.trainer;
    struct engine *engine = &trainer->engine;
    if (!checkpoint_open(&checkpoint, path, err)) return false;
    struct baselines baselines = {0};
    const char *measures = checkpoint_baselines(&checkpoint);
    real *best = trainer->best_weights;
    bool good =
        (measures == NULL || baselines_from_json(&baselines, engine, measures, path, err)) &&
        train_resume(trainer, &checkpoint.state, err) &&
        (best == NULL || checkpoint_weights(&checkpoint, &engine->model, best, err)) &&
        checkpoint_states(&checkpoint, engine_states(engine), err) &&
        checkpoint_resume(&checkpoint, &engine->model, &engine->optimizer, "adam", err);
    baselines_free(&baselines);
    checkpoint_close(&checkpoint);
    return good;
}

/* The tensor of that name in a flat buffer. */
static inline real *run_tensor(const struct training_run *run, const char *name, real *flat) {
    const struct model *model = &run->training.trainer.engine.model;
    for (size_t i = 0; i < model->parameters; i++)
        if (strcmp(model->parameter[i].name, name) == 0)
            return flat + model->parameter[i].tensor->offset;
    fail_msg("no tensor '%s'", name);
    return NULL;
}

static inline void run_set(struct training_run *run, const char *name, double value) {
    struct engine *engine = &run->training.trainer.engine;
    *run_tensor(run, name, engine->model.weights) = (real)value;
    engine_weights_changed(engine);
}

#endif
