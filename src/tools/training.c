#include "tools/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/evaluate.h"
#include "tools/signals.h"
#include "tools/training_files.h"

/* ---- open ------------------------------------------------------------------------------------ */

/* The config with all that was found from the data written out, as text. Its overrides are plain
 * config syntax, so that the same reader checks them. */
static bool resolve(struct training *t, struct error *err) {
    const struct schema *schema = dataset_schema(t->task.data);
    struct text printed = {0}, input = {0}, loss = {0}, metrics = {0};
    char threads[] = "threads=auto"; /* no result depends on them */
    char *override[4] = {threads};
    size_t count = 1;
    if (schema->steps > 0)
        text_format(&input, "model.input=[%zu, %zu]", schema->steps, schema->features);
    else
        text_format(&input, "model.input=[~, %zu]", schema->features);
    override[count++] = input.bytes;
    text_format(&loss, "train.loss=%s", t->task.loss.kind->name);
    if (t->task.loss_chosen) override[count++] = loss.bytes;
    text_format(&metrics, "train.metrics=[%s]", t->trainer.metric[0].name);
    if (t->config->train.metrics.count == 0) override[count++] = metrics.bytes;
    struct config resolved = {0};
    bool good = !input.failed && !loss.failed && !metrics.failed &&
                config_print(t->config, &printed, err) &&
                config_read_text(&resolved, "config", printed.bytes, override, count, err);
    struct text final = {0};
    if (good) {
        good = config_print(&resolved, &final, err);
        config_free(&resolved);
    }
    if (good) t->resolved = text_take(&final, err);
    text_free(&final);
    text_free(&printed);
    text_free(&input);
    text_free(&loss);
    text_free(&metrics);
    return good && t->resolved != NULL;
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
    engine->training = true;
    engine->optimizer_kind = &config->train.optimizer;
    engine->seed = config->seed;
    t->trainer.config = &config->train;
    t->trainer.monitor_place = config_place(config, "train.early_stopping.monitor");
    return engine->kernels != NULL &&
           task_model(config, &t->task.loss, dataset_schema(t->task.data), &shape, engine, err) &&
           engine_plan(engine, err) && train_plan(&t->trainer, err) &&
           plan_check(&engine->plan, "the model", err);
}

bool training_open(struct training *t, struct config *config, const char *isa, struct error *err) {
    *t = (struct training){.config = config, .saved_iteration = SIZE_MAX, .history = {.fd = -1}};
    t->started = progress_now();
    if (!training_check_names(t, err) || !task_open(&t->task, config, err)) return false;
    if (open_engine(t, isa, err) && resolve(t, err)) return true;
    training_close(t);
    return false;
}

void training_close(struct training *t) {
    struct error ignored;
    (void)history_close(&t->history, &ignored);
    engine_stop(&t->trainer.engine);
    task_close(&t->task);
    free(t->resolved);
}

/* ---- run ------------------------------------------------------------------------------------- */

/* Often enough for a person, rarely enough to cost nothing. */
static const double look_seconds = 0.005;

static bool on_step(void *context, const struct trainer *trainer, bool *stop, struct error *err) {
    struct training *t = context;
    double now = progress_now();
    if (now - t->checked < look_seconds) return true;
    t->checked = now;
    progress_step(&t->progress, trainer);
    t->signal = signals_seen();
    const struct param_interval *most = &t->config->train.max_time;
    double limit = most->count > 0 ? (double)most->count : most->seconds; /* NAN: none */
    if (t->signal != 0 || now - t->started >= limit) *stop = true;
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

/* Nothing is saved after a divergence: what was saved before is what there is. */
static void name_last_good(const struct training *t, struct error *err) {
    struct error cause = *err;
    const char *path = t->config->output.checkpoint;
    if (t->saved_iteration == SIZE_MAX)
        (void)error_set(err, cause.kind, "%s; nothing was saved", cause.text);
    else
        (void)error_set(err, cause.kind, "%s; %s holds step %zu", cause.text, path,
                        t->saved_iteration);
}

bool training_run(struct training *t, const char *progress, bool quiet, struct error *err) {
    const struct train_events events = {.context = t, .step = on_step, .epoch = on_epoch};
    if (!training_check_writable(t, err) || !training_open_history(t, err)) return false;
    signals_note();
    progress_begin(&t->progress, progress, quiet, &t->trainer);
    t->saved = progress_now();
    struct error ignored;
    bool good = train_run(&t->trainer, &events, err);
    if (!good && err->kind == ERROR_DIVERGED) name_last_good(t, err);
    progress_end(&t->progress, &t->trainer);
    bool changed = t->saved_iteration != t->trainer.state.iteration;
    good = good && (!changed || training_save(t, err));
    return history_close(&t->history, good ? err : &ignored) && good;
}

void training_judge(struct training *t, struct training_result *result) {
    struct trainer *trainer = &t->trainer;
    struct engine *engine = &trainer->engine;
    struct metric metric[STATE_METRICS];
    const real *predicting =
        t->finished_before ? engine->model.weights : train_predicting_weights(trainer);
    if (predicting != engine->model.weights)
        memcpy(engine->model.weights, predicting, engine->model.size * sizeof *predicting);
    engine_weights_changed(engine);
    *result = (struct training_result){NAN, NAN, {0}, {0}};
    for (size_t i = 0; i < trainer->metrics; i++) metric[i] = trainer->val_metric[i];
    if (dataset_count(engine->data, PART_VALIDATION) > 0) {
        evaluate_part(engine, PART_VALIDATION, trainer->scratch, metric, trainer->metrics,
                      &result->val_loss);
        for (size_t i = 0; i < trainer->metrics; i++)
            result->val_metric[i] = metric_value(&metric[i]);
    }
    if (dataset_count(engine->data, PART_TEST) == 0) return;
    evaluate_part(engine, PART_TEST, trainer->scratch, metric, trainer->metrics,
                  &result->test_loss);
    for (size_t i = 0; i < trainer->metrics; i++) result->test_metric[i] = metric_value(&metric[i]);
}
