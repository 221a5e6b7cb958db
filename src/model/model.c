#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/layers.h"
#include "model/handover.h"
#include "model/init.h"
#include "model/names.h"

static const struct layer_settings *settings_of(const struct param_kind *item) {
    return item->settings;
}

int model_given(const struct param_kind *item, const char *key) {
    for (const struct param *row = item->kind->params; row->key != NULL; row++) {
        const void *field = (const char *)item->settings + row->offset;
        if (row->inlined) return model_given(field, key);
        if (strcmp(row->key, key) == 0) return *(const int *)field;
    }
    return PARAM_UNSET;
}

/* Backward from the output: a target per step, or a later layer that needs steps, asks for them. */
static void find_return_sequences(struct layer *first, const struct param_kinds *items,
                                  bool wanted) {
    for (size_t i = items->count; i-- > 0;) {
        struct layer *layer = &first[i];
        if (layer->ops->can_end_sequence) {
            int given = model_given(&items->item[i], "return_sequences");
            layer->return_sequences = given == PARAM_UNSET ? wanted : given != 0;
        }
        if (layer->ops->needs_sequence) wanted = true;
        if (layer->ops->needs_row) wanted = false;
    }
}

/* Does a layer's state go on from chunk to chunk? Not where its sequences begin at their ends. */
static bool choose_stateful(struct layer *layer, const struct param_kind *item, enum carry carry,
                            struct error *err) {
    int given = model_given(item, "stateful");
    bool backwards = model_given(item, "go_backwards") == 1;
    bool both = layer->state_size == 0 && strcmp(item->kind->name, "bidirectional") == 0;
    bool wanted = given == 1 || (carry == CARRY_ALL && given == PARAM_UNSET);
    layer->stateful = carry != CARRY_NONE && wanted && layer->state_size > 0;
    if (!(both || backwards) || !(given == 1 || (carry != CARRY_NONE && wanted))) return true;
    return error_at(
        err, ERROR_CONFIG, item->place,
        "layer '%s' reads sequences from their ends%s, so that no state goes on from one "
        "chunk to the next; take %s out, or write stateful: false",
        layer->name, both ? " too" : "", both ? "bidirectional" : "go_backwards");
}

static bool build_layer(struct model *model, size_t i, const struct param_kind *item,
                        struct error *err) {
    struct layer *layer = &model->layer[i];
    bool decodes = model->encoder > 0 && i >= model->encoder;
    layer->in_features = layer->first ? (decodes ? model->decoder_features : model->features)
                                      : layer[-1].out_features;
    layer->in_sequence = layer->first || layer[-1].out_sequence;
    if (decodes) layer->memory = &model->memory;
    if (layer->ops->needs_row && layer->in_sequence)
        return error_at(err, ERROR_CONFIG, item->place,
                        "layer '%s' works on one output for a sequence, but %s%s%s gives one for "
                        "each step; put a recurrent layer or pool before it",
                        layer->name, layer->first ? "the data" : "'",
                        layer->first ? "" : layer[-1].name, layer->first ? "" : "' before it");
    if (layer->ops->needs_sequence && !layer->in_sequence)
        return error_at(err, ERROR_CONFIG, item->place,
                        "layer '%s' works on steps, but '%s' before it gives only one output for "
                        "a sequence; remove return_sequences: false",
                        layer->name, layer[-1].name);
    if (!layer->ops->build(layer, err)) {
        struct error cause = *err;
        return cause.kind == ERROR_CONFIG
                   ? error_at(err, ERROR_CONFIG, item->place, "%s", cause.text)
                   : false;
    }
    if (!choose_stateful(layer, item, model->carry, err)) return false;
    if (layer->repeats > 0) {
        model->repeats = true;
        model->output_steps = layer->repeats;
    }
    return true;
}

static bool list_parameters(struct model *model, struct error *err) {
    for (size_t i = 0; i < model->layers; i++) model->parameters += model->layer[i].tensors;
    model->parameter = memory_take(model->parameters, sizeof *model->parameter, "tensors", err);
    if (model->parameter == NULL) return false;
    size_t at = 0;
    for (size_t i = 0; i < model->layers; i++) {
        struct layer *layer = &model->layer[i];
        for (size_t j = 0; j < layer->tensors; j++, at++) {
            struct layer_tensor *tensor = &layer->tensor[j];
            struct text name = {0};
            text_format(&name, "%s/%s", layer->name, tensor->name);
            model->parameter[at] = (struct parameter){.name = text_take(&name, err),
                                                      .layer = layer,
                                                      .tensor = tensor,
                                                      .trainable = layer->trainable};
            if (model->parameter[at].name == NULL) return false;
            tensor->offset = model->size;
            if (__builtin_add_overflow(model->size, tensor->size, &model->size))
                return error_set(err, ERROR_SYSTEM, "the model has more weights than fit memory");
        }
    }
    return true;
}

static bool check_output(const struct model *model, const struct param_kind *last,
                         bool target_steps, struct error *err) {
    if (model->output_sequence == target_steps) return true;
    return target_steps
               ? error_at(err, ERROR_CONFIG, last->place,
                          "the data has a target for each step, but layer '%s' gives one output "
                          "for a sequence; remove return_sequences: false",
                          model->layer[model->layers - 1].name)
               : error_at(err, ERROR_CONFIG, last->place,
                          "layer '%s' gives an output for each step, but the data has one target "
                          "for a sequence; end the sequence with a recurrent layer or pool, or "
                          "write data.target_per: step",
                          model->layer[model->layers - 1].name);
}

/* From the last to the first, so that the places of the others stay. */
static bool build_embeddings(struct model *model, const struct batch_shape *shape,
                             struct error *err) {
    for (size_t i = 0; i < shape->embeddings; i++) {
        const struct embedded_feature *embedded = &shape->embedded[shape->embeddings - 1 - i];
        struct layer *layer = &model->layer[i];
        layer->ops = &column_embedding_ops;
        layer->settings = embedded;
        layer->trainable = true;
        layer->number = (uint32_t)i;
        layer->first = i == 0;
        layer->in_features = i > 0 ? layer[-1].out_features : model->features;
        layer->in_sequence = true;
        layer->name = memory_text(embedded->name, err);
        if (layer->name == NULL || !layer->ops->build(layer, err)) return false;
    }
    return true;
}

/* Layers, types and names of a stack that begins with layer `at`. */
static bool start_stack(struct model *model, size_t at, const struct param_kinds *items,
                        const char *prefix, struct error *err) {
    for (size_t i = 0; i < items->count; i++) {
        struct layer *layer = &model->layer[at + i];
        layer->ops = items->item[i].kind->ops;
        layer->settings = settings_of(&items->item[i]);
        layer->trainable = settings_of(&items->item[i])->trainable != 0;
        layer->number = (uint32_t)(at + i);
        layer->first = at + i == 0 || at + i == model->encoder;
        if (!layer_check(layer->ops))
            return error_set(err, ERROR_SYSTEM, "layer type '%s' is incomplete",
                             items->item[i].kind->name);
    }
    return names_choose(model->layer + at, items, prefix, err);
}

static bool build_stack(struct model *model, size_t at, const struct param_kinds *items,
                        bool target_steps, struct error *err) {
    find_return_sequences(model->layer + at, items, target_steps);
    for (size_t i = 0; i < items->count; i++)
        if (!build_layer(model, at + i, &items->item[i], err)) return false;
    return true;
}

static bool attends(const struct model *model) {
    size_t end = model->layers - (model->horizon.steps > 0); /* the last is built in the end */
    for (size_t i = model->encoder; i < end; i++)
        if (model->layer[i].ops->attends) return true;
    return false;
}

static bool build_encoder(struct model *model, const struct model_options *options,
                          const struct batch_shape *shape, struct error *err) {
    size_t at = model->implicit;
    if (!start_stack(model, at, &options->encoder, "encoder/", err)) return false;
    if (at == 0) model->layer[0].vocabulary = shape->vocabulary;
    if (!build_stack(model, at, &options->encoder, attends(model), err)) return false;
    model->memory.features = model->layer[model->encoder - 1].out_features;
    return true;
}

static bool build_horizon(struct model *model, struct error *err) {
    struct layer *layer = &model->layer[model->layers - 1];
    *layer = (struct layer){.ops = &horizon_ops,
                            .settings = &model->horizon,
                            .number = (uint32_t)(model->layers - 1),
                            .in_features = layer[-1].out_features,
                            .in_sequence = true,
                            .name = memory_text("decoder/horizon", err)};
    return layer->name != NULL && layer->ops->build(layer, err);
}

static bool take_layers(struct model *model, const struct model_options *options,
                        const struct batch_shape *shape, struct error *err) {
    size_t encoder = options->encoder.count;
    model->implicit = shape->embeddings;
    model->encoder = encoder > 0 ? shape->embeddings + encoder : 0;
    model->layers = shape->embeddings + encoder + model_last_stack(options)->count;
    if (encoder > 0 && shape->decoder_vocabulary == 0) model->horizon.steps = shape->horizon;
    if (model->horizon.steps > 0) model->layers++;
    model->features = shape->features;
    model->carry = shape->carry;
    model->decoder_features =
        model->horizon.steps > 0 ? shape->horizon_features : shape->decoder_features;
    model->layer = memory_take(model->layers, sizeof *model->layer, "layers", err);
    model->repeated = memory_take(model->layers, sizeof *model->repeated, "layers", err);
    return model->layer != NULL && model->repeated != NULL && build_embeddings(model, shape, err);
}

static bool build(struct model *model, const struct model_options *options,
                  const struct batch_shape *shape, struct error *err) {
    const struct param_kinds *items = model_last_stack(options);
    bool decodes = options->encoder.count > 0, target_steps = decodes || shape->target_steps;
    if (!take_layers(model, options, shape, err)) return false;
    size_t at = model->layers - items->count - (model->horizon.steps > 0);
    if (!start_stack(model, at, items, decodes ? "decoder/" : "", err) ||
        (decodes && !build_encoder(model, options, shape, err)))
        return false;
    if (model->layer[at].first)
        model->layer[at].vocabulary = decodes ? shape->decoder_vocabulary : shape->vocabulary;
    if (!build_stack(model, at, items, target_steps, err)) return false;
    if (model->horizon.steps > 0 && !build_horizon(model, err)) return false;
    const struct layer *last = &model->layer[model->layers - 1];
    model->outputs = last->out_features;
    model->output_sequence = last->out_sequence;
    return (model->horizon.steps > 0 ||
            check_output(model, &items->item[items->count - 1], target_steps, err)) &&
           handover_find(model, options, err) && list_parameters(model, err);
}

bool model_build(struct model *model, const struct model_options *options,
                 const struct batch_shape *shape, struct error *err) {
    *model = (struct model){0};
    if (build(model, options, shape, err)) return true;
    model_free(model);
    return false;
}

enum activation model_output_activation(const struct model *model) {
    const struct layer *last = &model->layer[model->layers - 1];
    return last->ops->output_activation(last);
}

void model_loss_on_logits(struct model *model) {
    model->layer[model->layers - 1].loss_on_logits = true;
}

/* A layer below the first with weights to train has no use for its input's derivative; states and
 * the memory lead to the encoder's weights. */
static bool wants_input_derivative(const struct model *model, size_t first, size_t i) {
    if (model->layer[i].ops->attends) return true;
    for (size_t j = first; j < i; j++) {
        const struct layer *layer = &model->layer[j];
        if (layer->tensors > 0 && layer->trainable) return true;
        if (first > 0 && (layer->state_size > 0 || layer->ops->attends)) return true;
    }
    return false;
}

static void plan_repeated(struct steps *steps, size_t rows, size_t count, struct plan *plan) {
    plan_want(plan, &steps->active, count, sizeof *steps->active);
    plan_want(plan, &steps->offset, count + 1, sizeof *steps->offset);
    plan_want(plan, &steps->length, rows, sizeof *steps->length);
}

/* Every row has all steps, in the batch's order. */
static void fill_repeated(struct steps *steps, const struct steps *from, size_t count) {
    steps->rows = from->rows;
    steps->count = count;
    steps->total = count * from->rows;
    steps->origin = from->origin;
    for (size_t t = 0; t <= count; t++) steps->offset[t] = t * from->rows;
    for (size_t t = 0; t < count; t++) steps->active[t] = from->rows;
    for (size_t r = 0; r < from->rows; r++) steps->length[r] = count;
}

const struct steps *model_arrange(struct model *model, const struct steps *steps) {
    for (size_t i = 0; model->repeats && i < model->layers; i++) {
        struct layer *layer = &model->layer[i];
        layer->steps = steps;
        if (layer->repeats == 0) continue;
        fill_repeated(&model->repeated[i], steps, layer->repeats);
        steps = &model->repeated[i];
    }
    return steps;
}

bool model_output_rows(const struct model *model, const struct layer_limits *limits, size_t *rows,
                       struct error *err) {
    *rows = model->output_sequence ? limits->total : limits->rows;
    return !model->output_sequence || model->output_steps == 0 ||
           memory_multiply(limits->rows, model->output_steps, rows, "a batch", err);
}

/* Steps after a layer that repeats. */
static void repeat_limits(const struct layer *layer, struct layer_limits *limits,
                          struct plan *plan) {
    if (layer->repeats == 0) return;
    if (__builtin_mul_overflow(limits->rows, layer->repeats, &limits->total)) plan->failed = true;
}

static void plan_stack(struct model *model, size_t first, size_t end,
                       const struct layer_limits *given, struct plan *plan) {
    struct layer_limits now = *given;
    for (size_t i = first; i < end; i++) {
        struct layer *layer = &model->layer[i];
        layer->wants_dx = now.training && wants_input_derivative(model, first, i);
        layer->ops->plan(layer, &now, plan);
        if (layer->wants_dx)
            plan_want(plan, &layer->dx, layer->in_sequence ? now.total : now.rows,
                      layer->in_features * sizeof(real));
        if (layer->repeats > 0) plan_repeated(&model->repeated[i], now.rows, layer->repeats, plan);
        repeat_limits(layer, &now, plan);
    }
}

static void plan_weights(struct model *model, bool training, struct plan *plan) {
    plan_want(plan, &model->weights, model->size, sizeof(real));
    if (training) plan_want(plan, &model->gradients, model->size, sizeof(real));
}

void model_plan(struct model *model, const struct layer_limits *limits, struct plan *plan) {
    plan_weights(model, limits->training, plan);
    plan_stack(model, 0, model->layers, limits, plan);
}

void model_plan_both(struct model *model, const struct layer_limits *encoder,
                     const struct layer_limits *decoder, struct plan *plan) {
    plan_weights(model, encoder->training, plan);
    handover_plan(model, encoder, decoder, plan);
    plan_stack(model, 0, model->encoder, encoder, plan);
    plan_stack(model, model->encoder, model->layers, decoder, plan);
}

void model_connect_both(struct model *model, const real *x, const real *decoder_x, real *dy) {
    for (size_t i = 0; i < model->layers; i++) {
        struct layer *layer = &model->layer[i];
        bool ends = i + 1 == model->encoder || i + 1 == model->layers;
        layer->x = !layer->first ? layer[-1].y : i > 0 ? decoder_x : x;
        if (layer->y == NULL)
            layer->y = (real *)layer->x; /* hands it through, and writes nothing */
        layer->dy = !ends ? layer[1].dx : i + 1 == model->layers ? dy : model->memory.dx;
    }
    if (model->encoder > 0) model->memory.x = model->layer[model->encoder - 1].y;
}

void model_connect(struct model *model, const real *x, real *dy) {
    model_connect_both(model, x, NULL, dy);
}

void model_initialize(struct model *model, uint64_t seed) {
    for (size_t i = 0; i < model->parameters; i++) {
        const struct layer_tensor *tensor = model->parameter[i].tensor;
        init_tensor(tensor, seed, (uint32_t)i, model->weights + tensor->offset);
    }
}

void model_prepare(struct model *model, const struct pass *pass, size_t part, size_t parts) {
    for (size_t i = 0; i < model->layers; i++)
        model->layer[i].ops->prepare(&model->layer[i], pass, part, parts);
}

/* What a layer sees of a pass: behind one that repeats, other steps. */
static struct pass pass_of(const struct layer *layer, const struct pass *pass) {
    struct pass own = *pass;
    if (layer->steps != NULL) own.steps = layer->steps;
    return own;
}

static void forward_stack(struct model *model, size_t first, size_t end, const struct pass *pass,
                          size_t r0, size_t r1) {
    for (size_t i = first; i < end; i++) {
        struct pass own = pass_of(&model->layer[i], pass);
        model->layer[i].ops->forward(&model->layer[i], &own, r0, r1);
    }
}

void model_forward(struct model *model, const struct pass *pass, size_t r0, size_t r1) {
    forward_stack(model, model->encoder, model->layers, pass, r0, r1);
}

void model_encode(struct model *model, const struct pass *pass, size_t r0, size_t r1) {
    forward_stack(model, 0, model->encoder, pass, r0, r1);
}

static void backward_stack(struct model *model, size_t first, size_t end, const struct pass *pass,
                           size_t r0, size_t r1) {
    for (size_t i = end; i-- > first;) {
        struct layer *layer = &model->layer[i];
        struct pass own = pass_of(layer, pass);
        layer->ops->backward(layer, &own, r0, r1);
        if (layer->dx == NULL) break; /* nothing below has weights to train */
    }
}

void model_backward(struct model *model, const struct pass *pass, size_t r0, size_t r1) {
    backward_stack(model, model->encoder, model->layers, pass, r0, r1);
}

void model_encode_back(struct model *model, const struct pass *pass, size_t r0, size_t r1) {
    backward_stack(model, 0, model->encoder, pass, r0, r1);
}

void model_weight_gradient(struct model *model, const struct pass *pass, size_t part,
                           size_t parts) {
    for (size_t i = 0; i < model->layers; i++) {
        struct pass own = pass_of(&model->layer[i], pass);
        if (model->layer[i].trainable)
            model->layer[i].ops->weight_gradient(&model->layer[i], &own, part, parts);
    }
}

const real *model_output(const struct model *model) {
    return model->layer[model->layers - 1].y;
}

const real *model_logits(const struct model *model) {
    const struct layer *last = &model->layer[model->layers - 1];
    return last->loss_on_logits ? last->logits : last->y;
}

const char *model_output_shape(const struct layer *layer, char to[static 64]) {
    (void)snprintf(to, 64, layer->out_sequence ? "[steps, %zu]" : "[%zu]", layer->out_features);
    return to;
}

void model_report(const struct model *model, struct text *to) {
    text_format(to, "  %-22s %-18s %12s\n", "layer", "output", "parameters");
    for (size_t i = 0; i < model->layers; i++) {
        const struct layer *layer = &model->layer[i];
        char shape[64];
        text_format(to, "  %-22s %-18s %12zu\n", layer->name, model_output_shape(layer, shape),
                    layer_parameters(layer));
    }
    text_format(to, "  %-22s %-18s %12zu\n", "total", "", model->size);
}

void model_free(struct model *model) {
    for (size_t i = 0; model->layer != NULL && i < model->layers; i++) {
        if (model->layer[i].ops != NULL) model->layer[i].ops->destroy(&model->layer[i]);
        free(model->layer[i].name);
    }
    for (size_t i = 0; model->parameter != NULL && i < model->parameters; i++)
        free(model->parameter[i].name);
    free(model->layer);
    free(model->repeated);
    free(model->handover);
    free(model->parameter);
    *model = (struct model){0};
}
