/* What rnninfo says to people. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tools/info.h"
#include "tools/wrap.h"

enum { WIDE = 76 }; /* columns that the table of layers takes */

static bool is_wide(size_t columns) {
    return columns >= WIDE;
}

/* ---- the model ------------------------------------------------------------------------------- */

/* Steps of what layer i gives, 0: not always the same. */
static size_t steps_after(const struct info *info, size_t i) {
    const struct model *model = &info->model;
    bool decodes = model->encoder > 0 && i >= model->encoder;
    size_t steps = decodes ? info->decoder_steps : info->steps;
    for (size_t j = decodes ? model->encoder : 0; j <= i; j++)
        if (model->layer[j].repeats > 0) steps = model->layer[j].repeats;
    return steps;
}

static void show_output(const struct info *info, size_t i, char to[static 64]) {
    const struct layer *layer = &info->model.layer[i];
    size_t steps = steps_after(info, i);
    if (!layer->out_sequence)
        (void)snprintf(to, 64, "[%zu]", layer->out_features);
    else if (steps == 0)
        (void)snprintf(to, 64, "[steps, %zu]", layer->out_features);
    else
        (void)snprintf(to, 64, "[%zu, %zu]", steps, layer->out_features);
}

static void show_cost(const struct layer *layer, char to[static 64]) {
    (void)snprintf(to, 64, "%zu%s", cost_of_layer(layer),
                   layer->in_sequence && cost_of_layer(layer) > 0 ? " a step" : "");
}

static void add_layers_wide(const struct info *info, struct text *to) {
    text_format(to, "  %-22s %-18s %12s %16s\n", "layer", "output", "parameters", "multiply-adds");
    for (size_t i = 0; i < info->model.layers; i++) {
        const struct layer *layer = &info->model.layer[i];
        char output[64], cost[64];
        show_output(info, i, output);
        show_cost(layer, cost);
        text_format(to, "  %-22s %-18s %12zu %16s\n", layer->name, output, layer_parameters(layer),
                    cost);
    }
    text_format(to, "  %-22s %-18s %12zu\n", "total", "", info->model.size);
}

static void add_layers_narrow(const struct info *info, size_t columns, struct text *to) {
    for (size_t i = 0; i < info->model.layers; i++) {
        const struct layer *layer = &info->model.layer[i];
        struct text line = {0};
        char output[64], cost[64];
        show_output(info, i, output);
        show_cost(layer, cost);
        text_format(to, "  %s %s\n", layer->name, output);
        text_format(&line, "%zu parameters, %s multiply-adds", layer_parameters(layer), cost);
        wrap_take(&line, 4, columns, to);
    }
    text_format(to, "  total %zu parameters\n", info->model.size);
}

/* a x steps + b, of samples whose lengths differ. */
static void add_cost(const struct info *info, struct text *line) {
    const struct model *model = &info->model;
    size_t written = info->decoder_steps;
    size_t once = cost_of_sample(model, 0, written), more = cost_of_sample(model, 1, written);
    text_add(line, "a sample takes ");
    if (info->steps > 0) {
        text_format(line, "%zu multiply-adds (%zu step%s)",
                    cost_of_sample(model, info->steps, written), info->steps,
                    text_plural(info->steps));
    } else {
        text_format(line, "%zu multiply-adds a step", more - once);
        if (once > 0) text_format(line, " and %zu once", once);
    }
    if (model->encoder > 0 && written == 0)
        text_add(line, ", then the decoder's for what it writes");
}

static void add_reach(const struct info *info, struct text *line) {
    const char *output = info->model.output_sequence ? "each output" : "the output";
    text_format(line, "%s sees ", output);
    if (info->reach == REACH_OWN)
        text_add(line, info->model.output_sequence ? "its own step alone" : "the last step alone");
    else if (info->reach == REACH_PAST)
        text_add(line, "its own step and all before it");
    else if (info->steps == 1)
        text_add(line, "the one step");
    else if (info->steps > 0)
        text_format(line, "all %zu steps", info->steps);
    else
        text_add(line, "all steps, however many");
    if (info->reach == REACH_PAST && info->steps > 0)
        text_format(line, ", at most %zu", info->steps);
    if (info->checkpoint->config.train.bptt != PARAM_NO_COUNT && info->reach != REACH_OWN)
        text_add(line, "; states go on from one chunk to the next");
    if (info->rows > info->steps && info->steps > 0)
        text_format(line, "; with its differences it needs %zu rows of data", info->rows);
}

static void add_memory(const struct info *info, struct text *line) {
    char fixed[32], sample[32];
    text_format(line, "memory to predict: %s and %s a %s", memory_show(info->fixed, fixed),
                memory_show(info->sample, sample), info->steps > 0 ? "sample" : "step");
}

static void add_model(const struct info *info, size_t columns, struct text *to) {
    static void (*const lines[])(const struct info *, struct text *) = {add_cost, add_reach,
                                                                        add_memory};
    text_add(to, "model\n");
    if (is_wide(columns))
        add_layers_wide(info, to);
    else
        add_layers_narrow(info, columns, to);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct text line = {0};
        lines[i](info, &line);
        wrap_take(&line, 2, columns, to);
    }
}

static void add_tensors(const struct info *info, size_t columns, struct text *to) {
    const struct model *model = &info->model;
    size_t width = is_wide(columns) ? 28 : 0;
    for (size_t i = 0; i < model->parameters && !is_wide(columns); i++)
        if (text_width(model->parameter[i].name) > width)
            width = text_width(model->parameter[i].name);
    text_add(to, "tensors\n");
    for (size_t i = 0; i < model->parameters; i++) {
        const struct layer_tensor *tensor = model->parameter[i].tensor;
        text_format(to, "  %-*s [%zu", (int)width, model->parameter[i].name, tensor->extent[0]);
        if (tensor->rank == 2) text_format(to, ", %zu", tensor->extent[1]);
        text_add(to, "]\n");
    }
    if (info->resume > 0) text_format(to, "  and %zu more, of resume/\n", info->resume);
}

/* ---- the training ---------------------------------------------------------------------------- */

static void add_end(const struct info *info, struct text *line) {
    const struct training_state *state = &info->checkpoint->state;
    const struct early_stopping_config *stopping = &info->checkpoint->config.train.early_stopping;
    size_t epochs = info->checkpoint->config.train.epochs;
    switch (info->ended) {
    case ENDED_EPOCHS: text_format(line, "ended with the last of %zu epochs", epochs); break;
    case ENDED_EARLY:
        text_format(line, "ended early: %zu epoch%s without a better %s", state->wait,
                    text_plural(state->wait), stopping->monitor);
        break;
    default:
        text_format(line, "not ended: %zu of %zu epochs", state->epoch, epochs);
        if (state->step > 0) text_format(line, ", then %zu steps", state->step);
    }
}

static void add_losses(const struct info *info, struct text *line) {
    const struct training_state *state = &info->checkpoint->state;
    if (isnan(state->last_loss)) return;
    text_format(line, "loss of epoch %zu: %.6g", state->epoch, state->last_loss);
    if (!isnan(state->last_val_loss)) text_format(line, ", val_loss %.6g", state->last_val_loss);
}

static void add_best(const struct info *info, struct text *line) {
    const struct training_state *state = &info->checkpoint->state;
    const struct early_stopping_config *stopping = &info->checkpoint->config.train.early_stopping;
    if (state->best_epoch == 0) return;
    text_format(line, "best %s %.6g at epoch %zu", stopping->given ? stopping->monitor : "value",
                state->best, state->best_epoch);
    if (stopping->given && stopping->restore_best) text_add(line, ", whose weights predict");
}

static void add_settings(const struct info *info, struct text *line) {
    const struct config *config = &info->checkpoint->config;
    text_format(line, "%s, ", config->train.optimizer.kind->name);
    if (!isnan(info->rate)) text_format(line, "learning rate %.6g at last, ", info->rate);
    text_format(line, "seed %zu", config->seed);
}

static void add_training(const struct info *info, size_t columns, struct text *to) {
    static void (*const lines[])(const struct info *, struct text *) = {add_end, add_losses,
                                                                        add_best, add_settings};
    const struct training_state *state = &info->checkpoint->state;
    text_format(to, "training\n  %zu epoch%s, %zu step%s%s\n", state->epoch,
                text_plural(state->epoch), state->iteration, text_plural(state->iteration),
                state->finished ? ", finished" : "");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct text line = {0};
        lines[i](info, &line);
        wrap_take(&line, 2, columns, to);
    }
    text_format(to, "  %s\n",
                checkpoint_resumes(info->checkpoint) ? "can be resumed" : "cannot be resumed");
}

void info_to_text(const struct info *info, size_t columns, struct text *to) {
    const struct checkpoint *checkpoint = info->checkpoint;
    text_format(to, "%s: format %s, %s\n", checkpoint->path,
                tensor_file_metadata(&checkpoint->file, "format"), info_program(checkpoint));
    add_model(info, columns, to);
    add_tensors(info, columns, to);
    text_add(to, "data\n");
    info_data_to_text(info, columns, to);
    add_training(info, columns, to);
}
