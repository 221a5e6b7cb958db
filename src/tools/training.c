#include "tools/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "data/chunks.h"
#include "tools/output_units.h"
#include "tools/signals.h"
#include "tools/training_files.h"

/* ---- open ------------------------------------------------------------------------------------ */

/* What was found from the data, in the config's own words: plain overrides, which the same reader
 * checks. The thread count is left to chance, since no result depends on it. */
enum { FOUND = 4 };

static bool list_found(const struct training *t, char *found[static FOUND], size_t *count,
                       struct error *err) {
    const struct schema *schema = dataset_schema(t->task.data);
    struct text text[FOUND] = {{0}};
    text_add(&text[0], "threads=auto");
    if (schema->steps > 0)
        text_format(&text[1], "model.input=[%zu, %zu]", schema->steps, schema->features);
    else
        text_format(&text[1], "model.input=[~, %zu]", schema->features);
    if (t->task.loss_chosen) text_format(&text[2], "train.loss=%s", t->task.loss.kind->name);
    if (t->config->train.metrics.count == 0)
        text_format(&text[3], "train.metrics=[%s]", t->trainer.metric[0].name);
    bool good = true;
    for (size_t i = 0; i < FOUND; i++) {
        bool wanted = text[i].failed || text[i].length > 0;
        if (good && wanted) good = (found[*count] = text_take(&text[i], err)) != NULL;
        if (good && wanted) ++*count;
        text_free(&text[i]);
    }
    return good;
}

/* The config as it is saved: with all of that written out. */
static bool resolve(struct training *t, struct error *err) {
    struct text printed = {0}, final = {0};
    struct config resolved = {0};
    char *found[FOUND], *given = NULL;
    size_t count = 0;
    bool good = list_found(t, found, &count, err) && config_print(t->config, &printed, err) &&
                (given = text_take(&printed, err)) != NULL &&
                config_read_text(&resolved, "config", given, found, count, err);
    if (good) {
        good =
            config_print(&resolved, &final, err) && (t->resolved = text_take(&final, err)) != NULL;
        config_free(&resolved);
    }
    for (size_t i = 0; i < count; i++) free(found[i]);
    free(given);
    text_free(&printed);
    text_free(&final);
    return good;
}

static bool open_engine(struct training *t, const char *isa, struct error *err) {
    struct engine *engine = &t->trainer.engine;
    struct config *config = t->config;
    struct batch_shape shape = {0};
    dataset_shape(t->task.data, &shape);
    size_t count = dataset_count(t->task.data, PART_TRAIN);
    engine->data = t->task.data;
    engine->kernels = kernels_select(isa, err);
    engine->threads = config->threads;
    engine->batch_size = config->train.batch_size < count ? config->train.batch_size : count;
    if (shape.carry != CARRY_NONE) engine->batch_size = dataset_group_rows(t->task.data);
    engine->training = true;
    bool writes = config->output.report != NULL && schema_writes(dataset_schema(t->task.data));
    engine->beam = writes ? 1 : 0;
    engine->optimizer_kind = &config->train.optimizer;
    engine->seed = config->seed;
    t->trainer.config = &config->train;
    t->trainer.monitor_place = config_place(config, "train.early_stopping.monitor");
    t->trainer.plateau_place = config_place(config, "train.reduce_lr_on_plateau");
    const struct early_stopping_config *stopping = &config->train.early_stopping;
    settle_output_units(&config->model, &t->task, &shape);
    if (engine->kernels == NULL ||
        !task_model(config, &t->task.loss, dataset_schema(t->task.data), &shape, engine, err) ||
        !engine_plan(engine, err) || !train_plan(&t->trainer, err))
        return false;
    if (writes) evaluation_texts_plan(&t->texts, engine);
    saver_plan(&t->saver, &engine->optimizer, engine_states(engine)->size,
               stopping->given && stopping->restore_best, &engine->plan);
    return plan_check(&engine->plan, "the model", err);
}

bool training_open_fold(struct training *t, struct config *config, const char *isa, size_t fold,
                        struct error *err) {
    *t = (struct training){.config = config,
                           .saved_iteration = SIZE_MAX,
                           .kept_iteration = SIZE_MAX,
                           .lock = {{.fd = -1}, {.fd = -1}, {.fd = -1}}};
    t->started = clock_now();
    if (!training_check_names(t, err) || !task_open_fold(&t->task, config, fold, err)) return false;
    if (open_engine(t, isa, err) && resolve(t, err)) return true;
    training_close(t);
    return false;
}

bool training_open(struct training *t, struct config *config, const char *isa, struct error *err) {
    return training_open_fold(t, config, isa, 0, err);
}

void training_close(struct training *t) {
    struct error ignored;
    (void)saver_wait(&t->saver, &ignored);
    (void)history_close(&t->history, &ignored);
    training_unlock(t);
    engine_stop(&t->trainer.engine);
    task_close(&t->task);
    baselines_free(&t->baselines);
    free(t->measures);
    free(t->resolved);
}

/* ---- run ------------------------------------------------------------------------------------- */

/* Often enough for a person, rarely enough to cost nothing. */
static const double look_seconds = 0.005;

/* The clock time at which max_time ends the run; INFINITY: never. */
static double end_of(const struct training *t) {
    const struct param_interval *most = &t->config->train.max_time;
    double limit = most->count > 0 ? (double)most->count : most->seconds; /* NAN: none */
    return isnan(limit) ? INFINITY : t->started + limit;
}

/* SIGUSR1: what it tells of has been saved. */
static bool answer(struct training *t, struct error *err) {
    struct text news = {0};
    if (!training_save(t, err) || !training_finish_save(t, err)) return false;
    text_format(&news, "  saved %s", t->config->output.checkpoint);
    char *text = text_take(&news, err);
    if (text != NULL) progress_tell(&t->progress, &t->trainer, text);
    free(text);
    return text != NULL;
}

static bool on_step(void *context, const struct trainer *trainer, bool *stop, struct error *err) {
    struct training *t = context;
    double now = clock_now();
    if (now - t->checked < look_seconds) return true;
    t->checked = now;
    if (!training_saved(t, err)) return false;
    progress_step(&t->progress, trainer);
    t->signal = signals_seen();
    if (t->signal != 0 || now >= end_of(t)) *stop = true;
    if (signals_asked() && !answer(t, err)) return false;
    const struct param_interval *every = &t->config->output.every;
    if (every->seconds > 0 && now - t->saved >= every->seconds) return training_save(t, err);
    return true;
}

static bool on_epoch(void *context, const struct trainer *trainer, const struct train_epoch *record,
                     struct error *err) {
    struct training *t = context;
    const struct param_interval *every = &t->config->output.every;
    if (!training_append_history(t, record, err)) return false;
    progress_epoch(&t->progress, trainer, record);
    if (every->count > 0 && record->epoch % every->count == 0) return training_save(t, err);
    return true;
}

bool training_run(struct training *t, const char *progress, bool quiet, struct error *err) {
    const struct train_events events = {.context = t, .step = on_step, .epoch = on_epoch};
    signals_note(); /* before there is a file by which another program can tell that the run is on */
    if (!training_check_writable(t, err) || !training_open_history(t, err)) return false;
    progress_begin(&t->progress, progress, quiet, end_of(t), &t->trainer);
    t->saved = clock_now();
    struct error ignored;
    bool good = train_run(&t->trainer, &events, err);
    progress_end(&t->progress, &t->trainer);
    bool changed = t->saved_iteration != t->trainer.state.iteration;
    good = good && (!changed || training_save(t, err));
    if (!good && err->kind == ERROR_DIVERGED) training_keep_good(t, err);
    double since = profile_now(t->trainer.engine.profile);
    good = training_finish_save(t, good ? err : &ignored) && good;
    profile_lap(t->trainer.engine.profile, 0, PHASE_SAVE, &since);
    return history_close(&t->history, good ? err : &ignored) && good;
}

void training_judge(struct training *t, struct training_result *result) {
    struct engine *engine = &t->trainer.engine;
    const real *predicting =
        t->finished_before ? engine->model.weights : train_predicting_weights(&t->trainer);
    if (predicting != engine->model.weights)
        memcpy(engine->model.weights, predicting, engine->model.size * sizeof *predicting);
    engine_weights_changed(engine);
    score_part(engine, &t->baselines, PART_VALIDATION, t->trainer.scratch, t->trainer.val_metric,
               t->trainer.metrics, &result->validation);
    score_part(engine, &t->baselines, PART_TEST, t->trainer.scratch, t->trainer.val_metric,
               t->trainer.metrics, &result->test);
}
