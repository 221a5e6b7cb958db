#include "run/stepper.h"

#include <string.h>

#include "run/predict.h"

/* ---- can it be? ------------------------------------------------------------------------------ */

/* Why a layer cannot answer before its sequence ends; NULL when it can. */
static const char *find_obstacle(const struct param_kind *item) {
    const struct layer_ops *ops = item->kind->ops;
    const struct layer layer = {.ops = ops, .settings = item->settings};
    if (ops == &bidirectional_ops) return "reads a sequence from its end, too";
    if (model_given(item, "go_backwards") == 1) return "reads a sequence from its end";
    if (ops == &repeat_vector_ops) return "writes only when a sequence has ended";
    if (ops == &pool_ops && !pool_takes_last(&layer)) return "looks at a sequence as a whole";
    return NULL;
}

bool stepper_check(const struct model_options *options, struct error *err) {
    if (options->encoder.count > 0)
        return error_set(
            err, ERROR_CONFIG,
            "--stream: a decoder writes only when its sequence has ended, and a stream "
            "has no end; predict on a file, without --stream");
    for (size_t i = 0; i < options->layers.count; i++) {
        const struct param_kind *item = &options->layers.item[i];
        const char *obstacle = find_obstacle(item);
        if (obstacle == NULL) continue;
        return error_set(err, ERROR_CONFIG,
                         "--stream: layer %zu (%s) %s, and a stream has no end; predict on a file, "
                         "without --stream, or train without it",
                         i + 1, item->kind->name, obstacle);
    }
    return true;
}

/* ---- what is carried ------------------------------------------------------------------------- */

static const struct states *states_of_engine(const struct stepper *stepper) {
    return &stepper->engine->states[0];
}

struct stepper stepper_of(struct engine *engine) {
    bool carries = engine->batch.shape.carry != CARRY_NONE;
    bool masks = carries && engine->mask.layer != NULL;
    return (struct stepper){.engine = engine,
                            .states = carries ? engine->states[0].size : 0,
                            .outputs = masks ? engine->model.outputs : 0};
}

size_t stepper_numbers(const struct stepper *stepper) {
    return stepper->states + (stepper->outputs > 0 ? 1 + stepper->outputs : 0);
}

const char *stepper_part(const struct stepper *stepper, size_t i, size_t *numbers) {
    const struct states *states = states_of_engine(stepper);
    for (size_t k = 0; stepper->states > 0 && k < states->model->layers; k++) {
        if (states_of(states, k) == NULL || i-- > 0) continue;
        *numbers = states->model->layer[k].state_size;
        return states->model->layer[k].name;
    }
    if (stepper->outputs == 0 || i > 0) return NULL;
    *numbers = 1 + stepper->outputs;
    return "outputs/last";
}

/* ---- a step ---------------------------------------------------------------------------------- */

/* A masked step repeats the outputs of the one before, the others are to be repeated. */
static bool repeat(const struct stepper *stepper, float *last) {
    struct engine *e = stepper->engine;
    size_t bytes = stepper->outputs * sizeof *e->output;
    bool masked = e->fed.steps.rows > 0 && e->fed.steps.length[0] == 0;
    if (masked && last[0] != 0) memcpy(e->output, last + 1, bytes);
    if (!masked) memcpy(last + 1, e->output, bytes);
    if (!masked) last[0] = 1;
    return masked;
}

const double *stepper_step(const struct stepper *stepper, float *carried) {
    struct engine *e = stepper->engine;
    real *states = states_of_engine(stepper)->all;
    const size_t sample = 0;
    if (stepper->states > 0) memcpy(states, carried, stepper->states * sizeof *states);
    predict_some(e, &sample, 1);
    if (stepper->states > 0) memcpy(carried, states, stepper->states * sizeof *states);
    if (stepper->outputs > 0 && repeat(stepper, carried + stepper->states)) predict_restore(e);
    return e->restored + (engine_rows(e) - 1) * e->model.outputs;
}
