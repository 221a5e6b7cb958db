#include "tools/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/chunks.h"
#include "files/params.h"
#include "tools/output_units.h"

/* The place of the last layer that has a size of its own, or of the list. */
static const struct param_kind *last_layer(const struct config *config) {
    const struct param_kinds *layers = model_last_stack(&config->model);
    return &layers->item[layers->count - 1];
}

static enum target_kind wanted_target(const struct param_kind *loss) {
    if (loss->kind == NULL) return TARGET_FOUND;
    const struct loss_ops *ops = loss->kind->ops;
    return ops->target == LOSS_NUMBERS ? TARGET_NUMBER : TARGET_CLASS;
}

static void set_request(const struct config *config, const struct param_kind *loss,
                        struct data_request *request) {
    const struct param_shape *input = &config->model.input;
    const size_t *units = output_units(&config->model);
    *request = (struct data_request){
        .target = wanted_target(loss),
        .units = units == NULL ? 0 : *units,
        .seed = config->seed,
        .weights = {config->train.sample_weight, &config->train.class_weight}};
    if (input->count > 0 && input->extent[0] != PARAM_NO_COUNT) request->steps = input->extent[0];
    if (input->count > 1 && input->extent[1] != PARAM_NO_COUNT)
        request->features = input->extent[1];
}

/* ---- the loss -------------------------------------------------------------------------------- */

/* A loss by name with its defaults. */
static bool make_loss(struct task *task, const char *name, struct error *err) {
    const struct kind *kind = kind_find(loss_kinds, name);
    struct node *empty = node_new(NODE_MAPPING, (struct place){"loss", 0, 0}, err);
    void *settings = memory_take(1, kind->size, "the loss", err);
    bool good =
        empty != NULL && settings != NULL && params_read(kind->params, empty, settings, err);
    node_free(empty);
    if (!good) {
        free(settings);
        return false;
    }
    task->loss = (struct param_kind){.kind = kind, .settings = settings};
    task->loss_chosen = true;
    return true;
}

/* The activation of the model's output, before the model is built. */
static enum activation last_activation(const struct config *config) {
    const struct param_kinds *layers = model_last_stack(&config->model);
    for (size_t i = layers->count; i-- > 0;) {
        const struct param_kind *item = &layers->item[i];
        const struct layer_ops *ops = item->kind->ops;
        struct layer layer = {.ops = ops, .settings = item->settings};
        if (strcmp(item->kind->name, "dropout") != 0) return ops->output_activation(&layer);
    }
    return ACTIVATION_LINEAR;
}

static bool choose_loss(struct task *task, struct error *err) {
    const struct schema *schema = dataset_schema(task->data);
    const char *target = schema->column[schema->target[0]].name;
    enum activation last = last_activation(task->config);
    size_t classes = schema->classes;
    struct place place = last_layer(task->config)->place;
    if (schema->target_kind == TARGET_NUMBER) {
        if (last != ACTIVATION_SOFTMAX && last != ACTIVATION_SIGMOID)
            return make_loss(task, "mse", err);
        return error_at(err, ERROR_CONFIG, place,
                        "the last activation is %s, which is for classes, but target '%s' holds "
                        "numbers; end with a linear layer, or write train.loss, or data.columns: "
                        "{%s: category}",
                        activation_names[last], target, target);
    }
    if (last == ACTIVATION_SOFTMAX) return make_loss(task, "sparse_categorical_crossentropy", err);
    if (last == ACTIVATION_SIGMOID && classes == 2)
        return make_loss(task, "binary_crossentropy", err);
    return error_at(err, ERROR_CONFIG, place,
                    "target '%s' has %zu classes, but the last activation is %s; end with - dense: "
                    "{units: %zu, activation: softmax}",
                    target, classes, activation_names[last], classes);
}

/* The data room knows keys but no places: "data.gap: expected ..." begins with the key. */
static bool place_error(const struct config *config, struct error *err) {
    struct error cause = *err;
    char key[128];
    size_t length = strcspn(cause.text, " :,");
    if (cause.kind != ERROR_CONFIG) return false;
    bool of_section = strncmp(cause.text, "data.", 5) == 0 || strncmp(cause.text, "train.", 6) == 0;
    bool names_key = of_section && length < sizeof key;
    (void)snprintf(key, sizeof key, "%.*s", names_key ? (int)length : 4,
                   names_key ? cause.text : "data");
    return error_at(err, ERROR_CONFIG, config_place(config, key), "%s", cause.text);
}

/* Chunks of train.bptt steps, whose states go on where the config does not say no. */
static bool cut(struct task *task, const struct config *config, struct error *err) {
    const struct train_config *train = &config->train;
    enum carry carry = train->stateful == 0 ? CARRY_ASKED : CARRY_ALL;
    return train->bptt == PARAM_NO_COUNT ||
           dataset_cut(task->data, train->bptt, train->batch_size, carry, err) ||
           place_error(config, err);
}

static bool open_task(struct task *task, const struct config *config, size_t fold,
                      const struct data_keep *keep, struct error *err) {
    *task = (struct task){.config = config, .loss = config->train.loss, .options = config->data};
    struct data_request request;
    double split = config->train.validation_split;
    if (split > 0) /* false when unset (NAN) */
        task->options.validation = (struct param_part){.form = PART_FRACTION, .fraction = split};
    set_request(config, &task->loss, &request);
    request.fold = fold;
    request.keep = keep;
    if (!dataset_open(&task->data, &task->options, &request, err)) return place_error(config, err);
    if (cut(task, config, err) && (task->loss.kind != NULL || choose_loss(task, err))) return true;
    task_close(task);
    return false;
}

bool task_open(struct task *task, const struct config *config, struct error *err) {
    return open_task(task, config, 0, NULL, err);
}

bool task_open_fold(struct task *task, const struct config *config, size_t fold,
                    struct error *err) {
    return open_task(task, config, fold, NULL, err);
}

bool task_open_keeping(struct task *task, const struct config *config, const struct data_keep *keep,
                       struct error *err) {
    return open_task(task, config, 0, keep, err);
}

void task_close(struct task *task) {
    dataset_close(task->data);
    if (task->loss_chosen) free(task->loss.settings);
    *task = (struct task){0};
}

/* ---- the model ------------------------------------------------------------------------------- */

static bool check_input(const struct config *config, const struct schema *schema, size_t steps,
                        struct error *err) {
    const struct param_shape *input = &config->model.input;
    struct place place = config_place(config, "model.input");
    if (input->count == 0) return true;
    bool ids = schema_vocabulary(schema) > 0; /* whose features are no concern */
    if (input->count != 2 && !(input->count == 1 && ids))
        return error_at(err, ERROR_CONFIG, place, "expected [timesteps, features], got %zu numbers",
                        input->count);
    if (input->count == 2 && input->extent[1] != PARAM_NO_COUNT &&
        input->extent[1] != schema->features)
        return error_at(err, ERROR_CONFIG, place,
                        "input has %zu features, but the data has %zu; write [~, %zu] or leave it "
                        "out",
                        input->extent[1], schema->features, schema->features);
    if (input->extent[0] == PARAM_NO_COUNT || input->extent[0] == schema->steps) return true;
    if (schema->steps == 0)
        return error_at(err, ERROR_CONFIG, place,
                        "input has %zu steps, but the data's sequences have different lengths, up "
                        "to %zu; write [~, %zu]",
                        input->extent[0], steps, schema->features);
    return error_at(err, ERROR_CONFIG, place,
                    "input has %zu steps, but the data has %zu; write [%zu, %zu] or leave it out",
                    input->extent[0], schema->steps, schema->steps, schema->features);
}

/* What has to fit together. */
struct task_fit {
    const struct loss *loss;
    const char *name; /* of the loss */
    const struct schema *schema;
    enum activation last;
    struct place place; /* of the last layer */
};

static bool check_width(struct place place, const struct loss *loss, const struct schema *schema,
                        size_t targets, struct error *err) {
    size_t levels = loss_levels(loss);
    const char *first = schema->column[schema->target[0]].name;
    if (loss->width == targets * levels) return true;
    if (levels > 1)
        return error_at(err, ERROR_CONFIG, place,
                        "the last layer gives %zu number%s, but %zu quantiles of %zu target%s "
                        "('%s'%s) are %zu; write - dense: %zu",
                        loss->width, text_plural(loss->width), levels, targets,
                        text_plural(targets), first, targets == 1 ? "" : " ...", targets * levels,
                        targets * levels);
    return error_at(err, ERROR_CONFIG, place,
                    "the last layer gives %zu number%s, but there %s %zu to predict ('%s'%s); "
                    "write - dense: %zu",
                    loss->width, text_plural(loss->width), targets == 1 ? "is" : "are", targets,
                    first, targets == 1 ? "" : " ...", targets);
}

/* Never below zero, so that a logarithm can be taken. */
static bool is_positive(enum activation last) {
    static const enum activation positive[] = {
        ACTIVATION_EXPONENTIAL, ACTIVATION_SOFTPLUS, ACTIVATION_SIGMOID, ACTIVATION_HARD_SIGMOID,
        ACTIVATION_RELU,        ACTIVATION_RELU6,    ACTIVATION_SOFTMAX};
    for (size_t i = 0; i < sizeof positive / sizeof *positive; i++)
        if (positive[i] == last) return true;
    return false;
}

static const char *scale_of(const struct schema_column *column) {
    return column->scale == SCALE_STANDARD ? "standard"
           : column->scale == SCALE_ROBUST ? "robust"
                                           : NULL;
}

/* Do the targets and the last activation have the range that the loss is meant for? */
static bool check_range(const struct task_fit *fit, struct error *err) {
    const struct schema *schema = fit->schema;
    const struct loss_ops *ops = fit->loss->ops;
    if (ops->positive_outputs && !is_positive(fit->last))
        return error_at(err, ERROR_CONFIG, fit->place,
                        "the loss %s needs outputs above 0, but the last activation is %s; write "
                        "activation: exponential or softplus there",
                        fit->name, activation_names[fit->last]);
    if (ops->activation == ACTIVATION_SOFTMAX && fit->last != ACTIVATION_SOFTMAX)
        return error_at(err, ERROR_CONFIG, fit->place,
                        "the loss %s needs probabilities, but the last activation is %s; write "
                        "activation: softmax there",
                        fit->name, activation_names[fit->last]);
    for (size_t i = 0; ops->natural_targets && i < schema->targets; i++) {
        const struct schema_column *column = &schema->column[schema->target[i]];
        if (scale_of(column) == NULL) continue;
        return error_at(err, ERROR_CONFIG, fit->place,
                        "the loss %s means nothing for target '%s' with scale: %s, whose numbers "
                        "are around 0; write data.columns: {%s: {scale: none}}",
                        fit->name, column->name, scale_of(column), column->name);
    }
    return true;
}

static bool check_classes(struct place place, const struct loss *loss, const struct schema *schema,
                          enum activation last, struct error *err) {
    bool binary = loss->ops->activation == ACTIVATION_SIGMOID;
    size_t want = binary ? 1 : schema->classes;
    const char *activation = activation_names[loss->ops->activation];
    if (loss->width != want || (binary && schema->classes != 2))
        return error_at(err, ERROR_CONFIG, place,
                        "target '%s' has %zu classes, but the last layer gives %zu number%s; write "
                        "- dense: {units: %zu, activation: %s}",
                        schema->column[schema->target[0]].name, schema->classes, loss->width,
                        text_plural(loss->width), want, activation);
    bool bounded =
        last == ACTIVATION_SOFTMAX || last == ACTIVATION_SIGMOID || last == ACTIVATION_HARD_SIGMOID;
    if (loss->settings->from_logits ? !bounded : bounded) return true;
    return loss->settings->from_logits
               ? error_at(err, ERROR_CONFIG, place,
                          "the loss has from_logits: true, but the last activation is %s; write "
                          "linear there, or from_logits: false",
                          activation_names[last])
               : error_at(err, ERROR_CONFIG, place,
                          "the loss needs probabilities, but the last activation is %s; write "
                          "activation: %s there, or from_logits: true in the loss",
                          activation_names[last], activation);
}

/* The same where only the last steps have targets. */
static bool check_target_steps(const struct config *config, const struct model *model,
                               struct place place, struct error *err) {
    size_t wanted = config->data.target_steps;
    if (model->layer[0].masks)
        return error_at(err, ERROR_CONFIG, config_place(config, "data.target_steps"),
                        "data.target_steps excludes masks (layer '%s')", model->layer[0].name);
    if (model->output_steps == wanted) return true;
    if (model->output_steps == 0)
        return error_at(err, ERROR_CONFIG, place,
                        "data.target_steps is %zu, but the model writes as many steps as it reads; "
                        "write repeat_vector: %zu between what reads and what writes",
                        wanted, wanted);
    return error_at(err, ERROR_CONFIG, place,
                    "repeat_vector gives %zu steps, but data.target_steps is %zu",
                    model->output_steps, wanted);
}

/* A layer that gives sequences of its own length must give those of the targets. */
static bool check_repeats(const struct config *config, const struct model *model,
                          const struct schema *schema, const struct batch_shape *shape,
                          struct error *err) {
    struct place place = last_layer(config)->place;
    if (config->data.target_steps > 0 && model->encoder == 0)
        return check_target_steps(config, model, place, err);
    if (!shape->target_steps || model->output_steps == 0 || schema->steps == model->output_steps)
        return true;
    if (schema->steps == 0)
        return error_at(err, ERROR_CONFIG, place,
                        "repeat_vector gives %zu steps to each sequence, but the data's sequences "
                        "have different lengths",
                        model->output_steps);
    return error_at(err, ERROR_CONFIG, place,
                    "repeat_vector gives %zu steps, but the data has a target for each of %zu; "
                    "write repeat_vector: %zu",
                    model->output_steps, schema->steps, schema->steps);
}

/* Ids are names, not amounts: only an embedding reads them. */
static bool check_ids(const struct config *config, const struct schema *schema, size_t vocabulary,
                      struct error *err) {
    const struct param_kind *first = &model_first_stack(&config->model)->item[0];
    if (vocabulary == 0 || strcmp(first->kind->name, "embedding") == 0) return true;
    return error_at(err, ERROR_CONFIG, first->place,
                    "input '%s' gives ids, which only an embedding reads, but the first layer is "
                    "'%s'; begin with - embedding: {output_dim: 32}",
                    schema->column[schema->input[0]].name, first->kind->name);
}

/* Of a decoder that writes numbers: those of a horizon that begins behind the window. */
static bool check_forecast(const struct config *config, const struct schema *schema, bool embeds,
                           struct error *err) {
    const struct data_options *data = &config->data;
    struct place place = config->model.decoder.item[0].place;
    const char *target = schema->column[schema->target[0]].name;
    bool windows = data->window != PARAM_NO_COUNT && data->target_per != PER_STEP;
    if (schema->target_kind == TARGET_CLASS || !windows)
        return error_at(err, ERROR_CONFIG, place,
                        "model.decoder writes texts, or the numbers of data.horizon in windows; "
                        "for a text write data.columns: {%s: {type: text}}",
                        target);
    if (embeds)
        return error_at(err, ERROR_CONFIG, place,
                        "the decoder reads the numbers of target '%s', not ids; begin with a "
                        "recurrent layer",
                        target);
    return true;
}

/* Each step of a decoder gives the numbers of one step of the targets. */
static bool check_horizon(const struct config *config, const struct model *model, size_t targets,
                          struct error *err) {
    size_t steps = model->horizon.steps, wanted = steps > 0 ? targets / steps : 0;
    if (steps == 0 || model->outputs == targets) return true;
    return error_at(err, ERROR_CONFIG, last_layer(config)->place,
                    "a step of the decoder gives %zu numbers, but there %s %zu target%s; write "
                    "- dense: %zu",
                    model->outputs / steps, wanted == 1 ? "is" : "are", wanted, text_plural(wanted),
                    wanted);
}

/* A text is written by a decoder, which else writes numbers. */
static bool check_decoder(const struct config *config, const struct schema *schema,
                          struct error *err) {
    const struct param_kinds *decoder = &config->model.decoder;
    const char *target = schema->column[schema->target[0]].name;
    if (schema_writes(schema) && decoder->count == 0)
        return error_at(err, ERROR_CONFIG, last_layer(config)->place,
                        "target '%s' is a text, which a decoder writes; write model.encoder and "
                        "model.decoder instead of model.layers",
                        target);
    if (decoder->count == 0) return true;
    bool embeds = strcmp(decoder->item[0].kind->name, "embedding") == 0;
    if (!schema_writes(schema)) return check_forecast(config, schema, embeds, err);
    if (embeds) return true;
    return error_at(err, ERROR_CONFIG, decoder->item[0].place,
                    "the decoder reads the ids of target '%s', but its first layer is '%s'; begin "
                    "with - embedding: {output_dim: 32}",
                    target, decoder->item[0].kind->name);
}

bool task_model(const struct config *config, const struct param_kind *loss,
                const struct schema *schema, const struct batch_shape *shape, struct engine *engine,
                struct error *err) {
    struct model *model = &engine->model;
    if (!check_input(config, schema, shape->steps, err) || !check_decoder(config, schema, err) ||
        !check_ids(config, schema, shape->vocabulary, err) ||
        !model_build(model, &config->model, shape, err))
        return false;
    if (!check_horizon(config, model, shape->targets, err) ||
        !check_repeats(config, model, schema, shape, err)) {
        model_free(model);
        return false;
    }
    enum activation last = model_output_activation(model);
    engine->loss = (struct loss){.ops = loss->kind->ops,
                                 .settings = loss->settings,
                                 .width = model->outputs,
                                 .logits = ((struct loss_settings *)loss->settings)->from_logits,
                                 .class_targets = schema->target_kind == TARGET_CLASS};
    const struct task_fit fit = {&engine->loss, loss->kind->name, schema, last,
                                 last_layer(config)->place};
    bool good = loss_check(loss, err) &&
                (schema->target_kind == TARGET_CLASS
                     ? check_classes(fit.place, &engine->loss, schema, last, err)
                     : check_width(fit.place, &engine->loss, schema, shape->targets, err) &&
                           check_range(&fit, err));
    if (!good) {
        model_free(model);
        return false;
    }
    if (last != ACTIVATION_LINEAR && last == engine->loss.ops->activation) {
        model_loss_on_logits(model);
        engine->loss.logits = true;
    }
    return true;
}
