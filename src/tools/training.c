#include "tools/training.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/atomic.h"
#include "run/evaluate.h"
#include "tools/signals.h"

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

/* The same file by two names? One that is not there yet is known by its name alone. */
static bool same_file(const char *a, const char *b) {
    struct stat of_a, of_b;
    if (strcmp(a, b) == 0) return true;
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && S_ISREG(of_a.st_mode) &&
           of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

static bool reads(const struct training *t, const char *path) {
    const struct data_options *data = &t->config->data;
    const char *also[3] = {data->validation.file, data->test.file,
                           config_place(t->config, "output").file};
    bool found = false;
    for (size_t i = 0; i < data->csv.count; i++) found |= same_file(path, data->csv.text[i]);
    for (size_t i = 0; i < 3; i++) found |= also[i] != NULL && same_file(path, also[i]);
    return found;
}

/* Each output is a file of its own, and none of them is the config or the data. */
static bool check_names(const struct training *t, struct error *err) {
    const struct output_config *output = &t->config->output;
    const char *path[] = {output->checkpoint, output->history, output->plot};
    struct place place = config_place(t->config, "output");
    for (size_t i = 0; i < 3 && path[i] != NULL; i++) {
        if (reads(t, path[i]))
            return error_at(err, ERROR_CONFIG, place, "output '%s' would overwrite what is read",
                            path[i]);
        for (size_t j = 0; j < i; j++)
            if (same_file(path[i], path[j]))
                return error_at(err, ERROR_CONFIG, place, "two outputs have the name '%s'",
                                path[i]);
    }
    return true;
}

bool training_open(struct training *t, struct config *config, const char *isa, struct error *err) {
    *t = (struct training){.config = config, .saved_iteration = SIZE_MAX, .history = {.fd = -1}};
    t->started = progress_now();
    if (!check_names(t, err) || !task_open(&t->task, config, err)) return false;
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

/* ---- start ----------------------------------------------------------------------------------- */

/* Keys that may differ between a run and its resumption. */
static const char *const free_keys[] = {
    "threads", "output", "data.csv", "train.epochs", "train.max_time", "train.init_from", NULL};

static bool check_same(const struct training *t, const struct checkpoint *checkpoint,
                       struct error *err) {
    struct config now = {0};
    struct text differences = {0};
    bool good = config_read_text(&now, "config", t->resolved, NULL, 0, err);
    if (!good) return false;
    good = config_differences(&checkpoint->config, &now, free_keys, &differences, err);
    config_free(&now);
    if (good && differences.length > 0)
        good = error_set(err, ERROR_CONFIG,
                         "%s was trained with another config (%s); a resumed run may change only "
                         "epochs, max_time, init_from, threads, output and data.csv; --init-from "
                         "starts a new run from "
                         "its weights",
                         checkpoint->path, differences.bytes);
    if (good && checkpoint->state.data_check != dataset_checksum(t->task.data))
        good = error_set(err, ERROR_DATA,
                         "the data differs from what %s was trained on; --init-from starts a new "
                         "run from its weights",
                         checkpoint->path);
    text_free(&differences);
    return good;
}

/* The config may ask for more epochs than before, so whether the run is over is found anew. */
static void set_finished(struct training *t) {
    struct training_state *state = &t->trainer.state;
    const struct early_stopping_config *stopping = &t->config->train.early_stopping;
    bool waited = stopping->given && state->wait > 0 && state->wait >= stopping->patience;
    state->finished = state->epoch >= t->config->train.epochs || (waited && state->step == 0);
    t->finished_before = state->finished;
}

static bool load(struct training *t, const struct checkpoint *checkpoint, struct error *err) {
    struct engine *engine = &t->trainer.engine;
    if (!check_same(t, checkpoint, err)) return false;
    t->trainer.state = checkpoint->state;
    t->resumed = true;
    set_finished(t);
    t->saved_iteration = checkpoint->state.iteration;
    if (t->finished_before) /* all that is left is to judge the weights that predict */
        return checkpoint_weights(checkpoint, &engine->model, engine->model.weights, err);
    if (!checkpoint_resumes(checkpoint))
        return error_set(err, ERROR_CHECKPOINT,
                         "%s has no training state (output.resume_state was false); --init-from "
                         "starts a new run from its weights",
                         checkpoint->path);
    if (t->trainer.best_weights != NULL &&
        !checkpoint_weights(checkpoint, &engine->model, t->trainer.best_weights, err))
        return false;
    return checkpoint_resume(checkpoint, &engine->model, &engine->optimizer,
                             t->config->train.optimizer.kind->name, err);
}

static bool resume(struct training *t, struct error *err) {
    struct checkpoint checkpoint;
    if (!checkpoint_open(&checkpoint, t->config->output.checkpoint, err)) return false;
    bool good = load(t, &checkpoint, err);
    checkpoint_close(&checkpoint);
    return good;
}

static bool initialize(struct training *t, struct error *err) {
    struct model *model = &t->trainer.engine.model;
    size_t matched;
    model_initialize(model, t->config->seed);
    if (t->config->train.init_from == NULL) return true;
    if (!checkpoint_take(t->config->train.init_from, model, model->weights, &matched, err))
        return false;
    if (!t->progress.silent)
        (void)fprintf(stderr, "initial weights: %zu of %zu tensors from %s\n", matched,
                      model->parameters, t->config->train.init_from);
    return true;
}

bool training_start(struct training *t, bool resuming, bool or_start, struct error *err) {
    const char *path = t->config->output.checkpoint;
    if (!engine_start(&t->trainer.engine, err)) return false;
    t->trainer.state.data_check = dataset_checksum(t->task.data);
    if (!resuming) return initialize(t, err);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return or_start
                   ? initialize(t, err)
                   : error_set(err, ERROR_CHECKPOINT, "nothing to resume: there is no %s", path);
    return resume(t, err);
}

/* ---- run ------------------------------------------------------------------------------------- */

/* epoch, loss, val_loss, learning_rate, grad_norm, two clocks; each metric, and its validation. */
enum { HISTORY_COLUMNS = 7 + 2 * STATE_METRICS };

static bool open_history(struct training *t, struct error *err) {
    const char *column[HISTORY_COLUMNS];
    char validation[STATE_METRICS][64];
    size_t count = 0, metrics = t->trainer.metrics;
    column[count++] = "epoch";
    column[count++] = "loss";
    for (size_t i = 0; i < metrics; i++) column[count++] = t->trainer.metric[i].name;
    if (dataset_count(t->task.data, PART_VALIDATION) > 0) {
        column[count++] = "val_loss";
        for (size_t i = 0; i < metrics; i++) {
            (void)snprintf(validation[i], sizeof validation[i], "val_%s",
                           t->trainer.metric[i].name);
            column[count++] = validation[i];
        }
    }
    column[count++] = "learning_rate";
    column[count++] = "grad_norm";
    column[count++] = "seconds";
    column[count++] = "samples_per_second";
    return history_open(&t->history, t->config->output.history, column, count,
                        t->trainer.state.epoch + 1, err);
}

static bool append_history(struct training *t, const struct train_epoch *epoch, struct error *err) {
    double value[HISTORY_COLUMNS];
    size_t count = 0, metrics = t->trainer.metrics;
    value[count++] = (double)epoch->epoch;
    value[count++] = epoch->loss;
    for (size_t i = 0; i < metrics; i++) value[count++] = epoch->metric[i];
    if (dataset_count(t->task.data, PART_VALIDATION) > 0) {
        value[count++] = epoch->val_loss;
        for (size_t i = 0; i < metrics; i++) value[count++] = epoch->val_metric[i];
    }
    value[count++] = epoch->learning_rate;
    value[count++] = epoch->norm;
    value[count++] = epoch->seconds;
    value[count++] = epoch->samples_per_second;
    return history_append(&t->history, value, err);
}

/* A last step may have gone too far with nobody there to see: no next loss tells. */
static bool check_finite(const struct training *t, struct error *err) {
    const struct engine *engine = &t->trainer.engine;
    for (size_t i = 0; i < engine->model.size; i++)
        if (!isfinite(engine->model.weights[i]))
            return error_set(err, ERROR_DIVERGED,
                             "diverged by step %zu: a weight is %g (learning rate %g); try a lower "
                             "learning rate",
                             t->trainer.state.iteration, (double)engine->model.weights[i],
                             engine->optimizer.learning_rate);
    return true;
}

static bool save(struct training *t, struct error *err) {
    const struct output_config *output = &t->config->output;
    bool drop = t->trainer.state.finished && !output->resume_state;
    struct checkpoint_content content = {
        .config = t->resolved,
        .schema = dataset_schema(t->task.data),
        .model = &t->trainer.engine.model,
        .predicting = train_predicting_weights(&t->trainer),
        .state = &t->trainer.state,
        .optimizer = drop ? NULL : &t->trainer.engine.optimizer,
        .optimizer_name = t->config->train.optimizer.kind->name,
    };
    t->saved = progress_now();
    if (!check_finite(t, err)) return false;
    t->saved_iteration = t->trainer.state.iteration;
    return history_sync(&t->history, err) &&
           checkpoint_save(&content, output->checkpoint, (int)output->compression, err);
}

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
    if (every->seconds > 0 && now - t->saved >= every->seconds) return save(t, err);
    return true;
}

static bool on_epoch(void *context, const struct trainer *trainer, const struct train_epoch *record,
                     struct error *err) {
    struct training *t = context;
    const struct param_interval *every = &t->config->output.every;
    if (!append_history(t, record, err)) return false;
    progress_epoch(&t->progress, trainer, record);
    if (every->count > 0 && record->epoch % every->count == 0) return save(t, err);
    return true;
}

static bool check_outputs(const struct training *t, struct error *err) {
    const struct output_config *output = &t->config->output;
    return file_can_be_written(output->checkpoint, err) &&
           file_can_be_written(output->history, err) &&
           (output->plot == NULL || file_can_be_written(output->plot, err));
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
    if (!check_outputs(t, err) || !open_history(t, err)) return false;
    signals_note();
    progress_begin(&t->progress, progress, quiet, &t->trainer);
    t->saved = progress_now();
    struct error ignored;
    bool good = train_run(&t->trainer, &events, err);
    if (!good && err->kind == ERROR_DIVERGED) name_last_good(t, err);
    progress_end(&t->progress, &t->trainer);
    bool changed = t->saved_iteration != t->trainer.state.iteration;
    good = good && (!changed || save(t, err));
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
