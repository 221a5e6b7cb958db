/* rnninfo - what a checkpoint holds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/dataset.h"
#include "files/checkpoint.h"
#include "files/json.h"
#include "files/schema_json.h"
#include "tools/cli.h"
#include "tools/tools.h"

enum { SET_JSON, SET_CONFIG };

static const struct cli_option options[] = {
    {"json", 0, NULL, "one JSON object", SET_JSON},
    {"config", 0, NULL, "the resolved config, as YAML", SET_CONFIG},
    {NULL, 0, NULL, NULL, 0},
};

struct settings {
    bool json, config;
};

static bool set(void *settings, int id, const char *value, struct error *err) {
    struct settings *s = settings;
    (void)value, (void)err;
    if (id == SET_JSON)
        s->json = true;
    else
        s->config = true;
    return true;
}

static const char *program_of(const struct checkpoint *checkpoint) {
    const char *program = tensor_file_metadata(&checkpoint->file, "program");
    return program != NULL ? program : "made by an unknown program";
}

/* ---- as text --------------------------------------------------------------------------------- */

static const char *const scale_names[] = {"none", "standard", "minmax", "robust"};

static void add_column(const struct schema_column *column, struct text *to) {
    char center[32], spread[32];
    text_add(to, "    ");
    text_add_safe(to, column->name);
    text_add(to, ": ");
    if (column->type == COLUMN_CATEGORY) {
        text_format(to, "category of %zu (", column->categories);
        for (size_t i = 0; i < column->categories && i < 8; i++) {
            if (i > 0) text_add(to, ", ");
            text_add_safe(to, column->category[i]);
        }
        text_add(to, column->categories > 8 ? ", ...)\n" : ")\n");
        return;
    }
    text_add(to, "number");
    if (column->log) text_add(to, ", log");
    if (column->difference > 0) text_format(to, ", difference %zu", column->difference);
    if (column->scale != SCALE_NONE)
        text_format(to, ", scale %s (center %s, spread %s)", scale_names[column->scale],
                    text_number(column->center, center), text_number(column->spread, spread));
    text_add(to, "\n");
}

static void add_columns(const char *title, const struct schema *schema, const size_t *column,
                        size_t count, struct text *to) {
    text_format(to, "  %s\n", title);
    for (size_t i = 0; i < count; i++) add_column(&schema->column[column[i]], to);
}

static void add_state(const struct checkpoint *checkpoint, struct text *to) {
    const struct training_state *state = &checkpoint->state;
    text_format(to, "training\n  %zu epoch%s, %zu steps", state->epoch, text_plural(state->epoch),
                state->iteration);
    if (state->step > 0)
        text_format(to, ", stopped at step %zu of epoch %zu", state->step, state->epoch + 1);
    text_add(to, state->finished ? ", finished\n" : "\n");
    if (state->best_epoch > 0)
        text_format(to, "  best %s %.6g at epoch %zu\n",
                    checkpoint->config.train.early_stopping.given
                        ? checkpoint->config.train.early_stopping.monitor
                        : "value",
                    state->best, state->best_epoch);
    text_format(to, "  %s\n",
                checkpoint_resumes(checkpoint) ? "can be resumed" : "cannot be resumed");
}

static void add_text(const struct checkpoint *checkpoint, const struct model *model,
                     struct text *to) {
    const struct schema *schema = &checkpoint->schema;
    text_format(to, "%s: format %s, %s\n", checkpoint->path,
                tensor_file_metadata(&checkpoint->file, "format"), program_of(checkpoint));
    text_add(to, "model\n");
    model_report(model, to);
    text_add(to, "tensors\n");
    for (size_t i = 0; i < model->parameters; i++) {
        const struct layer_tensor *tensor = model->parameter[i].tensor;
        text_format(to, tensor->rank == 2 ? "  %-28s [%zu, %zu]\n" : "  %-28s [%zu]\n",
                    model->parameter[i].name, tensor->extent[0], tensor->extent[1]);
    }
    text_add(to, "data\n");
    add_columns("inputs", schema, schema->input, schema->inputs, to);
    add_columns("targets", schema, schema->target, schema->targets, to);
    add_state(checkpoint, to);
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void add_shape(const struct layer_tensor *tensor, struct text *to) {
    json_open(to, '[');
    for (size_t i = 0; i < tensor->rank; i++) json_add_count(to, tensor->extent[i]);
    json_close(to, ']');
}

static void add_layer(const struct layer *layer, const char *type, struct text *to) {
    json_open(to, '{');
    json_put_string(to, "name", layer->name);
    json_put_string(to, "type", type);
    json_put_count(to, "output", layer->out_features);
    json_put_bool(to, "sequence", layer->out_sequence);
    json_put_count(to, "parameters", layer_parameters(layer));
    json_key(to, "tensors");
    json_open(to, '{');
    for (size_t i = 0; i < layer->tensors; i++) {
        json_key(to, layer->tensor[i].name);
        add_shape(&layer->tensor[i], to);
    }
    json_close(to, '}');
    json_close(to, '}');
}

static void add_training(const struct checkpoint *checkpoint, struct text *to) {
    const struct training_state *state = &checkpoint->state;
    json_key(to, "training");
    json_open(to, '{');
    json_put_count(to, "epoch", state->epoch);
    json_put_count(to, "step", state->step);
    json_put_count(to, "iteration", state->iteration);
    json_put_bool(to, "finished", state->finished);
    json_put_count(to, "best_epoch", state->best_epoch);
    json_put_number(to, "best", state->best_epoch > 0 ? state->best : NAN);
    json_put_bool(to, "resumes", checkpoint_resumes(checkpoint));
    json_close(to, '}');
}

static const char *type_of(const struct checkpoint *checkpoint, const struct model *model,
                           size_t layer) {
    if (layer < model->implicit) return "column_embedding";
    if (model->horizon.steps > 0 && layer + 1 == model->layers) return "horizon";
    return model_layer_item(&checkpoint->config.model, layer - model->implicit)->kind->name;
}

static void add_json(const struct checkpoint *checkpoint, const struct model *model,
                     struct text *to) {
    json_open(to, '{');
    json_put_count(to, "format", CHECKPOINT_FORMAT);
    json_put_string(to, "program", program_of(checkpoint));
    json_put_count(to, "parameters", model->size);
    json_key(to, "layers");
    json_open(to, '[');
    for (size_t i = 0; i < model->layers; i++)
        add_layer(&model->layer[i], type_of(checkpoint, model, i), to);
    json_close(to, ']');
    add_training(checkpoint, to);
    json_put_raw(to, "schema", tensor_file_metadata(&checkpoint->file, "schema"));
    json_put_string(to, "config", tensor_file_metadata(&checkpoint->file, "config"));
    json_close(to, '}');
    text_add(to, "\n");
}

/* ---- the run --------------------------------------------------------------------------------- */

static bool describe(const struct settings *s, const struct checkpoint *checkpoint,
                     struct error *err) {
    struct model model;
    struct text to = {0};
    if (s->config) {
        text_add(&to, tensor_file_metadata(&checkpoint->file, "config"));
        return cli_print_text(&to, err);
    }
    struct batch_shape shape = {.target_steps = checkpoint->config.data.target_per == PER_STEP};
    schema_shape(&checkpoint->schema, &shape);
    if (!model_build(&model, &checkpoint->config.model, &shape, err)) {
        if (err->kind == ERROR_CONFIG) err->kind = ERROR_CHECKPOINT;
        return false;
    }
    if (s->json)
        add_json(checkpoint, &model, &to);
    else
        add_text(checkpoint, &model, &to);
    model_free(&model);
    return cli_print_text(&to, err);
}

static bool run(void *settings, struct cli_call *call, struct error *err) {
    struct checkpoint checkpoint;
    if (!checkpoint_open(&checkpoint, call->operand[0], err)) return false;
    bool good = describe(settings, &checkpoint, err);
    checkpoint_close(&checkpoint);
    return good;
}

int rnninfo_main(int argc, char **argv) {
    static const struct cli_tool tool = {
        .name = "rnninfo",
        .operands = "model.ckpt",
        .summary = "Show what a checkpoint holds: layers, tensors, columns, the state of the "
                   "training, the config.",
        .options = options,
        .least = 1,
        .most = 1,
        .set = set,
        .run = run,
    };
    struct settings settings = {0};
    return cli_main(&tool, &settings, argc, argv);
}
