/* The first weights of a run: drawn, taken from another model, or those of a run that stopped. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "data/word_vectors.h"
#include "files/import.h"
#include "layers/layers.h"
#include "tools/training_files.h"

/* Keys that may differ between a run and its resumption. */
static const char *const free_keys[] = {
    "threads",      "output",         "data.csv",        "data.cross_validation",
    "train.epochs", "train.max_time", "train.init_from", NULL};

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
                         "starts a new run from its weights",
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
    state->finished = state->epoch >= t->config->train.epochs || waited;
    t->finished_before = state->finished;
}

static bool load(struct training *t, const struct checkpoint *checkpoint, struct error *err) {
    struct engine *engine = &t->trainer.engine;
    if (!check_same(t, checkpoint, err)) return false;
    dataset_start_as(t->task.data, &checkpoint->schema);
    if (!train_resume(&t->trainer, &checkpoint->state, err)) return false;
    t->resumed = true;
    set_finished(t);
    t->saved_iteration = t->kept_iteration = checkpoint->state.iteration;
    if (t->finished_before) /* all that is left is to judge the weights that predict */
        return checkpoint_weights(checkpoint, &engine->model, engine->model.weights, err);
    if (!checkpoint_resumes(checkpoint))
        return error_set(err, ERROR_CHECKPOINT,
                         "%s has no training state (output.resume_state was false, or the run "
                         "diverged); --init-from "
                         "starts a new run from its weights",
                         checkpoint->path);
    if (t->trainer.best_weights != NULL &&
        !checkpoint_weights(checkpoint, &engine->model, t->trainer.best_weights, err))
        return false;
    return checkpoint_states(checkpoint, engine_states(engine), err) &&
           checkpoint_resume(checkpoint, &engine->model, &engine->optimizer,
                             t->config->train.optimizer.kind->name, err);
}

static bool resume(struct training *t, struct error *err) {
    struct checkpoint checkpoint;
    if (!checkpoint_open(&checkpoint, t->config->output.checkpoint, err)) return false;
    bool good = load(t, &checkpoint, err);
    checkpoint_close(&checkpoint);
    return good;
}

/* Pretrained vectors, where the first layer asks for them. */
static bool take_vectors(struct training *t, struct error *err) {
    struct model *model = &t->trainer.engine.model;
    const struct layer *layer = &model->layer[0];
    const struct embedding_settings *settings = layer->settings;
    const struct schema *schema = dataset_schema(t->task.data);
    size_t found;
    if (layer->ids == 0 || settings->vectors == NULL) return true;
    if (!word_vectors_read(settings->vectors, schema, settings->output_dim,
                           model->weights + layer->tensor[0].offset, &found, err))
        return false;
    if (!t->progress.silent)
        (void)fprintf(stderr, "%s: %zu of %zu words have vectors in %s\n", layer->name, found,
                      schema->column[schema->input[0]].categories, settings->vectors);
    return true;
}

static bool initialize(struct training *t, struct error *err) {
    struct model *model = &t->trainer.engine.model;
    size_t matched;
    model_initialize(model, t->config->seed);
    if (!take_vectors(t, err)) return false;
    if (t->config->train.init_from == NULL) return true;
    if (!import_weights(t->config->train.init_from, model, model->weights, &matched, err))
        return false;
    if (!t->progress.silent)
        (void)fprintf(stderr, "initial weights: %zu of %zu tensors from %s\n", matched,
                      model->parameters, t->config->train.init_from);
    return true;
}

static bool fit_baselines(struct training *t, struct error *err) {
    struct text text = {0};
    if (!baselines_fit(&t->baselines, &t->trainer.engine, err)) return false;
    baselines_to_json(&t->baselines, &text);
    t->measures = text_take(&text, err);
    return t->measures != NULL;
}

bool training_start(struct training *t, bool resuming, bool or_start, struct error *err) {
    const char *path = t->config->output.checkpoint;
    if (!engine_start(&t->trainer.engine, err) || !fit_baselines(t, err)) return false;
    train_prepare(&t->trainer);
    t->trainer.state.data_check = dataset_checksum(t->task.data);
    if (!training_check_size(t, err)) return false;
    if (!resuming) return initialize(t, err);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return or_start
                   ? initialize(t, err)
                   : error_set(err, ERROR_CHECKPOINT, "nothing to resume: there is no %s", path);
    return resume(t, err);
}
