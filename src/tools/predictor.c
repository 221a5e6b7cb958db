#include "tools/predictor.h"

#include <stdio.h>

bool predictor_open(struct predictor *p, const char *checkpoint, struct error *err) {
    *p = (struct predictor){0};
    if (!checkpoint_open(&p->checkpoint, checkpoint, err)) return false;
    if (p->checkpoint.config.train.loss.kind != NULL) return true;
    (void)error_set(err, ERROR_CHECKPOINT, "%s: its config has no loss", p->checkpoint.path);
    predictor_close(p);
    return false;
}

bool predictor_open_input(struct predictor *p, const char *path, bool judging,
                          const struct data_keep *keep, struct error *err) {
    return dataset_open_input(&p->data, &p->checkpoint.config.data, &p->checkpoint.schema, path,
                              judging, keep, err);
}

bool predictor_open_pairs(struct predictor *p, const char *source, const char *target,
                          const struct data_keep *keep, struct error *err) {
    return dataset_open_pairs(&p->data, &p->checkpoint.config.data, &p->checkpoint.schema, source,
                              target, keep, err);
}

bool predictor_open_ahead(struct predictor *p, const char *path, size_t steps, struct error *err) {
    return dataset_open_ahead(&p->data, &p->checkpoint.config.data, &p->checkpoint.schema, path,
                              steps, err);
}

bool predictor_open_data(struct predictor *p, const struct data_keep *keep, struct error *err) {
    if (!task_open_keeping(&p->task, &p->checkpoint.config, keep, err)) return false;
    p->data = p->task.data;
    dataset_start_as(p->data, &p->checkpoint.schema);
    if (p->checkpoint.state.data_check == dataset_checksum(p->data)) return true;
    return error_set(err, ERROR_DATA,
                     "the data of its config is not what %s was trained on; name the file to use",
                     p->checkpoint.path);
}

bool predictor_plan(struct predictor *p, const char *isa, size_t threads, size_t batch_size,
                    struct error *err) {
    struct engine *engine = &p->engine;
    const struct config *config = &p->checkpoint.config;
    struct batch_shape shape = {0};
    dataset_shape(p->data, &shape);
    engine_stop(engine);
    *engine = (struct engine){.beam = engine->beam};
    engine->data = p->data;
    engine->kernels = kernels_select(isa, err);
    engine->threads = threads;
    engine->batch_size = batch_size;
    if (engine->kernels == NULL) return false;
    if (!task_model(config, &config->train.loss, &p->checkpoint.schema, &shape, engine, err)) {
        if (err->kind == ERROR_CONFIG) err->kind = ERROR_CHECKPOINT;
        return false;
    }
    if (p->streams) states_carry_all(&engine->model);
    return checkpoint_fits(&p->checkpoint, &engine->model, err) && engine_plan(engine, err);
}

bool predictor_start(struct predictor *p, struct error *err) {
    struct engine *engine = &p->engine;
    bool good = engine_start(engine, err) &&
                checkpoint_weights(&p->checkpoint, &engine->model, engine->model.weights, err);
    checkpoint_drop_tensors(&p->checkpoint);
    return good;
}

struct answers predictor_answers(const struct predictor *p) {
    const struct loss_settings *loss = p->checkpoint.config.train.loss.settings;
    struct batch_shape shape = {0};
    dataset_shape(p->data, &shape);
    return (struct answers){
        .schema = &p->checkpoint.schema, .targets = shape.targets, .levels = &loss->quantiles};
}

void predictor_tell_of_data(const struct predictor *p) {
    struct text notes = {0};
    dataset_notes(p->data, &notes);
    if (notes.bytes != NULL) (void)fputs(notes.bytes, stderr);
    text_free(&notes);
}

void predictor_close(struct predictor *p) {
    engine_stop(&p->engine);
    if (p->task.data == NULL) dataset_close(p->data);
    task_close(&p->task);
    checkpoint_close(&p->checkpoint);
    *p = (struct predictor){0};
}
