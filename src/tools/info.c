#include "tools/info.h"

#include <math.h>
#include <string.h>

#include "model/schedule.h"
#include "run/engine.h"

const char *info_program(const struct checkpoint *checkpoint) {
    const char *program = tensor_file_metadata(&checkpoint->file, "program");
    return program != NULL ? program : "made by an unknown program";
}

const char *info_layer_type(const struct info *info, size_t i) {
    const struct model *model = &info->model;
    if (i < model->implicit) return "column_embedding";
    if (model->horizon.steps > 0 && i + 1 == model->layers) return "horizon";
    return model_layer_item(&info->checkpoint->config.model, i - model->implicit)->kind->name;
}

const char *info_ended_name(const struct info *info) {
    static const char *const names[] = {
        [ENDED_NOT] = NULL, [ENDED_EPOCHS] = "epochs", [ENDED_EARLY] = "early_stopping"};
    return names[info->ended];
}

/* ---- what it takes --------------------------------------------------------------------------- */

static void fill_shape(const struct info *info, struct batch_shape *shape) {
    const struct schema *schema = &info->checkpoint->schema;
    const struct sampling *s = &info->sampling;
    *shape = (struct batch_shape){.target_steps = s->per_step};
    schema_shape(schema, shape);
    if (s->layout == LAYOUT_WINDOWS && !s->per_step) shape->horizon = s->horizon;
    bool time_major = s->layout == LAYOUT_ROWS && s->per_step && schema->steps > 0;
    shape->targets =
        time_major ? schema->targets / schema->steps : schema->targets * shape->horizon;
    if (!schema_writes(schema)) shape->decoder_steps = s->target_steps;
}

/* Bytes of a plan for `rows` samples of `steps` steps; 0 with an error. */
static size_t bytes_for(const struct info *info, size_t rows, size_t steps, struct error *err) {
    struct engine engine = {.batch_size = rows};
    struct batch_shape shape;
    fill_shape(info, &shape);
    shape.rows = rows;
    shape.steps = steps;
    size_t bytes = 0;
    if (model_build(&engine.model, &info->checkpoint->config.model, &shape, err) &&
        engine_plan_shape(&engine, &shape, err) && plan_is_whole(&engine.plan, "the model", err))
        bytes = engine.plan.bytes;
    engine_stop(&engine);
    return bytes;
}

/* Arrays begin on cache lines, so one sample more says less than many. */
static bool find_memory(struct info *info, struct error *err) {
    enum { MANY = 1024 };
    bool fixed = info->steps > 0;
    size_t one = bytes_for(info, 1, fixed ? info->steps : 1, err);
    size_t many =
        one == 0 ? 0 : bytes_for(info, fixed ? 1 + MANY : 1, fixed ? info->steps : 1 + MANY, err);
    if (many == 0) return false;
    info->sample = many > one ? (many - one + MANY - 1) / MANY : 0;
    info->fixed = one > info->sample ? one - info->sample : 0;
    return true;
}

/* ---- what it sees ---------------------------------------------------------------------------- */

/* A difference reaches back before the window. Where a target has one that the inputs do not tell
 * of, that row is needed too. */
static size_t rows_needed(const struct info *info) {
    const struct schema *schema = &info->checkpoint->schema;
    size_t rows = info->sampling.window, back = 0;
    for (size_t i = 0; i < schema->inputs; i++) {
        size_t difference = schema->column[schema->input[i]].difference;
        if (difference > back) back = difference;
    }
    for (size_t i = 0; i < schema->targets; i++) {
        size_t difference = schema->column[schema->target[i]].difference;
        if (difference > info->sampling.lead + back) back = difference - info->sampling.lead;
    }
    return info->sampling.layout == LAYOUT_WINDOWS ? rows + back : 0;
}

/* ---- where the training stands ---------------------------------------------------------------- */

static double last_rate(const struct checkpoint *checkpoint) {
    const struct optimizer_settings *settings = checkpoint->config.train.optimizer.settings;
    const struct training_state *state = &checkpoint->state;
    if (state->iteration == 0) return NAN;
    return isnan(state->reduced_rate)
               ? schedule_rate(&settings->learning_rate, state->iteration - 1)
               : state->reduced_rate;
}

static enum ended find_end(const struct checkpoint *checkpoint) {
    if (!checkpoint->state.finished) return ENDED_NOT;
    return checkpoint->state.epoch >= checkpoint->config.train.epochs ? ENDED_EPOCHS : ENDED_EARLY;
}

static void count_tensors(struct info *info) {
    const struct tensor_file *file = &info->checkpoint->file;
    info->tensors = file->tensors;
    for (size_t i = 0; i < file->tensors; i++)
        info->resume += strncmp(file->tensor[i].name, "resume/", 7) == 0;
}

/* ---- all of it ------------------------------------------------------------------------------- */

bool info_make(struct info *info, const struct checkpoint *checkpoint, struct error *err) {
    struct batch_shape shape;
    *info = (struct info){.checkpoint = checkpoint, .steps = checkpoint->schema.steps};
    bool good = sampling_find(&info->sampling, &checkpoint->config.data, err);
    if (good) fill_shape(info, &shape);
    good = good && model_build(&info->model, &checkpoint->config.model, &shape, err) &&
           find_memory(info, err);
    if (good) {
        info->decoder_steps = info->model.horizon.steps;
        info->reach = cost_reach(&info->model);
        info->rows = rows_needed(info);
        info->ended = find_end(checkpoint);
        info->rate = last_rate(checkpoint);
        count_tensors(info);
        return true;
    }
    if (err->kind == ERROR_CONFIG) err->kind = ERROR_CHECKPOINT;
    info_free(info);
    return false;
}

void info_free(struct info *info) {
    model_free(&info->model);
    *info = (struct info){0};
}
