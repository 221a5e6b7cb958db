/* What rnninfo says to programs. */
#include <math.h>

#include "files/json.h"
#include "tools/info.h"

static void add_shape(const struct layer_tensor *tensor, struct text *to) {
    json_open(to, '[');
    for (size_t i = 0; i < tensor->rank; i++) json_add_count(to, tensor->extent[i]);
    json_close(to, ']');
}

static void add_layer(const struct info *info, size_t i, struct text *to) {
    const struct layer *layer = &info->model.layer[i];
    json_open(to, '{');
    json_put_string(to, "name", layer->name);
    json_put_string(to, "type", info_layer_type(info, i));
    json_put_count(to, "output", layer->out_features);
    json_put_bool(to, "sequence", layer->out_sequence);
    json_put_count(to, "parameters", layer_parameters(layer));
    json_put_count(to, "multiply_adds", cost_of_layer(layer));
    json_put_string(to, "multiply_adds_per", layer->in_sequence ? "step" : "sample");
    json_key(to, "tensors");
    json_open(to, '{');
    for (size_t t = 0; t < layer->tensors; t++) {
        json_key(to, layer->tensor[t].name);
        add_shape(&layer->tensor[t], to);
    }
    json_close(to, '}');
    json_close(to, '}');
}

/* What is not the same for all is null. */
static void put_count_or_null(struct text *to, const char *key, size_t value) {
    json_put_number(to, key, value > 0 ? (double)value : NAN);
}

static void add_costs(const struct info *info, struct text *to) {
    const struct model *model = &info->model;
    static const char *const reaches[] = {
        [REACH_OWN] = "own", [REACH_PAST] = "past", [REACH_ALL] = "all"};
    size_t written = info->decoder_steps, once = cost_of_sample(model, 0, written);
    bool known = info->steps > 0 && (model->encoder == 0 || written > 0);
    json_key(to, "multiply_adds");
    json_open(to, '{');
    json_put_count(to, "step", cost_of_sample(model, 1, written) - once);
    json_put_count(to, "once", once);
    put_count_or_null(to, "sample", known ? cost_of_sample(model, info->steps, written) : 0);
    json_close(to, '}');
    json_key(to, "memory");
    json_open(to, '{');
    json_put_count(to, "fixed", info->fixed);
    json_put_count(to, info->steps > 0 ? "sample" : "step", info->sample);
    json_close(to, '}');
    json_key(to, "receptive");
    json_open(to, '{');
    json_put_string(to, "reach", reaches[info->reach]);
    put_count_or_null(to, "steps", info->reach == REACH_OWN ? 1 : info->steps);
    put_count_or_null(to, "rows", info->rows);
    json_close(to, '}');
}

static void add_training(const struct info *info, struct text *to) {
    const struct training_state *state = &info->checkpoint->state;
    const struct config *config = &info->checkpoint->config;
    json_key(to, "training");
    json_open(to, '{');
    json_put_count(to, "epoch", state->epoch);
    json_put_count(to, "step", state->step);
    json_put_count(to, "iteration", state->iteration);
    json_put_bool(to, "finished", state->finished);
    json_put_count(to, "best_epoch", state->best_epoch);
    json_put_number(to, "best", state->best_epoch > 0 ? state->best : NAN);
    json_put_bool(to, "resumes", checkpoint_resumes(info->checkpoint));
    json_put_count(to, "epochs", config->train.epochs);
    json_key(to, "ended_by");
    if (info->ended == ENDED_NOT)
        json_add_null(to);
    else
        json_add_string(to, info_ended_name(info));
    json_key(to, "monitor");
    if (config->train.early_stopping.given)
        json_add_string(to, config->train.early_stopping.monitor);
    else
        json_add_null(to);
    json_put_number(to, "loss", state->last_loss);
    json_put_number(to, "val_loss", state->last_val_loss);
    json_put_string(to, "optimizer", config->train.optimizer.kind->name);
    json_put_number(to, "learning_rate", info->rate);
    json_put_count(to, "seed", config->seed);
    json_close(to, '}');
}

void info_to_json(const struct info *info, struct text *to) {
    const struct checkpoint *checkpoint = info->checkpoint;
    json_open(to, '{');
    json_put_count(to, "format", CHECKPOINT_FORMAT);
    json_put_string(to, "program", info_program(checkpoint));
    json_put_count(to, "parameters", info->model.size);
    add_costs(info, to);
    json_key(to, "layers");
    json_open(to, '[');
    for (size_t i = 0; i < info->model.layers; i++) add_layer(info, i, to);
    json_close(to, ']');
    add_training(info, to);
    json_put_raw(to, "schema", tensor_file_metadata(&checkpoint->file, "schema"));
    json_put_string(to, "config", tensor_file_metadata(&checkpoint->file, "config"));
    json_close(to, '}');
    text_add(to, "\n");
}
