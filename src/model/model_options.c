/* The model section of a config: one stack of layers, or an encoder and a decoder. */
#include "layers/layers.h"
#include "model/model.h"

const struct param model_params[] = {
    {.key = "input",
     .type = PARAM_SHAPE,
     .offset = offsetof(struct model_options, input),
     .preset = "~",
     .help = "[timesteps, features], ~ for any number of steps; found from the data, checked when "
             "given"},
    {.key = "layers",
     .type = PARAM_KINDS,
     .offset = offsetof(struct model_options, layers),
     .kinds = layer_kinds,
     .preset = "~",
     .help = "the layers, first to last"},
    {.key = "encoder",
     .type = PARAM_KINDS,
     .offset = offsetof(struct model_options, encoder),
     .kinds = layer_kinds,
     .preset = "~",
     .help = "instead of layers, sequence to sequence: the layers that read the inputs"},
    {.key = "decoder",
     .type = PARAM_KINDS,
     .offset = offsetof(struct model_options, decoder),
     .kinds = layer_kinds,
     .preset = "~",
     .help =
         "the layers that write the targets, step by step: they start from the encoder's states "
         "and read the target one step late"},
    {0},
};

const struct param_kinds *model_last_stack(const struct model_options *options) {
    return options->decoder.count > 0 ? &options->decoder : &options->layers;
}

const struct param_kinds *model_first_stack(const struct model_options *options) {
    return options->encoder.count > 0 ? &options->encoder : &options->layers;
}

const struct param_kind *model_layer_item(const struct model_options *options, size_t i) {
    size_t encoder = options->encoder.count;
    return i < encoder ? &options->encoder.item[i] : &model_last_stack(options)->item[i - encoder];
}

bool model_check_options(const struct model_options *options, struct place place,
                         struct error *err) {
    bool layers = options->layers.count > 0, encoder = options->encoder.count > 0,
         decoder = options->decoder.count > 0;
    if (layers && !encoder && !decoder) return true;
    if (layers)
        return error_at(err, ERROR_CONFIG, options->layers.item[0].place,
                        "model.layers excludes model.encoder and model.decoder");
    if (encoder && decoder) return true;
    if (!encoder && !decoder)
        return error_at(err, ERROR_CONFIG, place, "missing required key 'model.layers'");
    const struct param_kinds *given = encoder ? &options->encoder : &options->decoder;
    return error_at(err, ERROR_CONFIG, given->item[0].place,
                    "model.encoder and model.decoder go together: model.%s is missing",
                    encoder ? "decoder" : "encoder");
}
