#include "tools/training_files.h"

#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "data/paths.h"
#include "files/atomic.h"

/* ---- before the run -------------------------------------------------------------------------- */

static bool reads(const struct training *t, const char *path) {
    const struct data_options *data = &t->config->data;
    const char *also[] = {data->text,      data->validation.file, data->validation.other,
                          data->test.file, data->test.other,      t->config->tree.root->place.file};
    bool found = false;
    /* A pattern matches in the next run what this one writes. */
    for (size_t i = 0; i < data->csv.count; i++)
        found |= paths_same(path, data->csv.text[i]) ||
                 fnmatch(data->csv.text[i], path, FNM_PATHNAME | FNM_PERIOD) == 0;
    for (size_t i = 0; i < data->pairs.count; i++) found |= paths_same(path, data->pairs.text[i]);
    for (size_t i = 0; i < sizeof also / sizeof *also; i++)
        found |= also[i] != NULL && paths_same(path, also[i]);
    return found;
}

enum { OUTPUTS = 4 };

/* NULL where there is none. */
static void list_outputs(const struct training *t, const char *path[static OUTPUTS]) {
    const struct output_config *output = &t->config->output;
    path[0] = output->checkpoint;
    path[1] = output->history;
    path[2] = output->plot;
    path[3] = output->report;
}

/* Each output is a file of its own, and none of them is the config or the data. */
static bool check_name(const struct training *t, const char *path, const char *const *other,
                       size_t others, struct error *err) {
    if (reads(t, path))
        return error_set(err, ERROR_CONFIG, "output '%s' would overwrite what is read", path);
    for (size_t i = 0; i < others; i++)
        if (other[i] != NULL && paths_same(path, other[i]))
            return error_set(err, ERROR_CONFIG, "two outputs have the name '%s'", path);
    return true;
}

bool training_check_names(const struct training *t, struct error *err) {
    const char *path[OUTPUTS];
    struct error cause;
    list_outputs(t, path);
    for (size_t i = 0; i < OUTPUTS; i++)
        if (path[i] != NULL && !check_name(t, path[i], path, i, &cause))
            return error_at(err, cause.kind, config_place(t->config, "output"), "%s", cause.text);
    return true;
}

bool training_check_output(const struct training *t, const char *path, struct error *err) {
    const char *other[OUTPUTS];
    list_outputs(t, other);
    return check_name(t, path, other, OUTPUTS, err) && file_can_be_written(path, err);
}

bool training_check_writable(const struct training *t, struct error *err) {
    const char *path[OUTPUTS];
    list_outputs(t, path);
    for (size_t i = 0; i < OUTPUTS; i++)
        if (path[i] != NULL && !file_can_be_written(path[i], err)) return false;
    return t->log == NULL || training_check_output(t, t->log, err);
}

bool training_lock(struct training *t, struct error *err) {
    const struct output_config *output = &t->config->output;
    return lock_take(&t->lock[0], output->checkpoint, err) &&
           lock_take(&t->lock[1], output->history, err) &&
           (t->log == NULL || lock_take(&t->lock[2], t->log, err));
}

void training_unlock(struct training *t) {
    for (size_t i = 0; i < TRAINING_LOCKS; i++) lock_release(&t->lock[i]);
}

/* ---- during the run -------------------------------------------------------------------------- */

/* epoch, loss, val_loss, learning_rate, grad_norm, two clocks; each metric, and its validation. */
enum { HISTORY_COLUMNS = 7 + 2 * STATE_METRICS };

bool training_open_history(struct training *t, struct error *err) {
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
    size_t first = t->trainer.state.epoch + 1;
    return history_open(&t->history, t->config->output.history, column, count, first, err) &&
           (t->log == NULL || history_open_log(&t->history, t->log, first, err));
}

bool training_append_history(struct training *t, const struct train_epoch *epoch,
                             struct error *err) {
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
    double since = profile_now(t->trainer.engine.profile);
    bool good = history_append(&t->history, value, err);
    profile_lap(t->trainer.engine.profile, 0, PHASE_HISTORY, &since);
    return good;
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

static struct checkpoint_content content_of(const struct training *t, bool drop) {
    return (struct checkpoint_content){
        .config = t->resolved,
        .schema = dataset_schema(t->task.data),
        .model = &t->trainer.engine.model,
        .predicting = train_predicting_weights(&t->trainer),
        .state = &t->trainer.state,
        .states = engine_states(&t->trainer.engine),
        .optimizer = drop ? NULL : &t->trainer.engine.optimizer,
        .baselines = t->measures,
        .optimizer_name = t->config->train.optimizer.kind->name,
    };
}

bool training_check_size(const struct training *t, struct error *err) {
    struct checkpoint_content content = content_of(t, false);
    return checkpoint_check(&content, err);
}

bool training_save(struct training *t, struct error *err) {
    const struct output_config *output = &t->config->output;
    bool drop = (t->trainer.state.finished && !output->resume_state) || t->trainer.reverted;
    struct checkpoint_content content = content_of(t, drop);
    struct profile *profile = t->trainer.engine.profile;
    double since = t->saved = clock_now();
    if (!training_finish_save(t, err) || !check_finite(t, err)) return false;
    t->saved_iteration = t->trainer.state.iteration;
    bool good = saver_begin(&t->saver, &content, output->checkpoint, (int)output->compression,
                            &t->history, err);
    profile_lap(profile, 0, PHASE_SAVE, &since);
    return good;
}

bool training_saved(struct training *t, struct error *err) {
    bool under_way = t->saver.running;
    if (!saver_look(&t->saver, err)) return false;
    if (under_way && !t->saver.running) t->kept_iteration = t->saved_iteration;
    return true;
}

bool training_finish_save(struct training *t, struct error *err) {
    bool under_way = t->saver.running;
    if (!saver_wait(&t->saver, err)) return false;
    if (under_way) t->kept_iteration = t->saved_iteration;
    return true;
}

/* Only weights whose loss was finite are worth a file; the first ones are not, they were drawn. */
static bool save_good(struct training *t) {
    struct error ignored;
    if (!check_finite(t, &ignored) && !train_revert(&t->trainer)) return false;
    return t->trainer.state.iteration > 0 && check_finite(t, &ignored) &&
           training_save(t, &ignored) && training_finish_save(t, &ignored);
}

void training_keep_good(struct training *t, struct error *err) {
    struct error cause = *err, ignored;
    const char *path = t->config->output.checkpoint;
    (void)training_finish_save(t, &ignored);
    if (save_good(t)) t->kept_iteration = t->saved_iteration;
    if (t->kept_iteration == SIZE_MAX)
        (void)error_set(err, cause.kind, "%s; nothing was saved", cause.text);
    else if (t->trainer.best_weights != NULL && t->trainer.state.best_epoch > 0)
        (void)error_set(err, cause.kind, "%s; %s holds the weights of epoch %zu, the best",
                        cause.text, path, t->trainer.state.best_epoch);
    else
        (void)error_set(err, cause.kind, "%s; %s holds step %zu", cause.text, path,
                        t->kept_iteration);
}
