#include "model/handover.h"

#include <string.h>

#include "layers/layers.h"
#include "layers/recurrent.h"

/* ---- which layers --------------------------------------------------------------------------- */

static const char *type_of(const struct param_kinds *items, size_t i) {
    return items->item[i].kind->name;
}

static bool reads_backwards(const struct param_kind *item) {
    if (item->kind->ops != &lstm_ops && item->kind->ops != &gru_ops &&
        item->kind->ops != &simple_rnn_ops)
        return false;
    return ((const struct recurrent_settings *)item->settings)->go_backwards != 0;
}

/* A decoder knows no step after the one that it writes. */
static bool check_decoder(const struct param_kinds *items, struct error *err) {
    static const struct layer_ops *const refused[] = {&bidirectional_ops, &repeat_vector_ops,
                                                      &pool_ops, &masking_ops};
    for (size_t i = 0; i < items->count; i++) {
        for (size_t k = 0; k < sizeof refused / sizeof *refused; k++)
            if (items->item[i].kind->ops == refused[k])
                return error_at(err, ERROR_CONFIG, items->item[i].place,
                                "a decoder writes step by step: '%s' has no place in it",
                                type_of(items, i));
        if (reads_backwards(&items->item[i]))
            return error_at(err, ERROR_CONFIG, items->item[i].place,
                            "a decoder writes step by step: go_backwards has no place in it");
    }
    return true;
}

static bool check_encoder(const struct param_kinds *items, struct error *err) {
    for (size_t i = 0; i < items->count; i++)
        if (items->item[i].kind->ops == &repeat_vector_ops ||
            items->item[i].kind->ops == &masking_ops)
            return error_at(err, ERROR_CONFIG, items->item[i].place,
                            "an encoder reads sequences of their own lengths: '%s' has no place "
                            "in it",
                            type_of(items, i));
    return true;
}

/* The next layer with states from i on; `end` when there is none. */
static size_t next_recurrent(const struct model *model, size_t i, size_t end) {
    while (i < end && model->layer[i].state_size == 0) i++;
    return i;
}

static size_t count_recurrent(const struct model *model, size_t first, size_t end) {
    size_t count = 0;
    for (size_t i = first; i < end; i++) count += model->layer[i].state_size > 0;
    return count;
}

static bool check_pair(const struct model *model, size_t from, size_t to,
                       const struct model_options *options, struct error *err) {
    const struct layer *a = &model->layer[from], *b = &model->layer[to];
    if (a->ops == b->ops && a->state_size == b->state_size) return true;
    const struct param_kind *item = &options->decoder.item[to - model->encoder];
    return error_at(err, ERROR_CONFIG, item->place,
                    "layer '%s' starts from the states of '%s', so both must be of one type and "
                    "size; write - %s: %zu",
                    b->name, a->name, type_of(&options->encoder, from - model->implicit),
                    a->out_features);
}

static bool check_depth(const struct model *model, const struct model_options *options,
                        struct error *err) {
    size_t encoder = count_recurrent(model, 0, model->encoder);
    size_t decoder = count_recurrent(model, model->encoder, model->layers);
    if (encoder == decoder && encoder > 0) return true;
    return error_at(err, ERROR_CONFIG, options->decoder.item[0].place,
                    "the encoder has %zu recurrent layer%s with states to hand over, the decoder "
                    "%zu to start from them; give both as many (bidirectional layers have none to "
                    "hand over)",
                    encoder, text_plural(encoder), decoder);
}

bool handover_find(struct model *model, const struct model_options *options, struct error *err) {
    if (model->encoder == 0) return true;
    if (!check_encoder(&options->encoder, err) || !check_decoder(&options->decoder, err) ||
        !check_depth(model, options, err))
        return false;
    size_t pairs = count_recurrent(model, 0, model->encoder);
    model->handover = memory_take(pairs, sizeof *model->handover, "layers", err);
    if (model->handover == NULL) return false;
    for (size_t from = 0, to = model->encoder, end = model->layers; model->handovers < pairs;) {
        from = next_recurrent(model, from, model->encoder);
        to = next_recurrent(model, to, end);
        if (!check_pair(model, from, to, options, err)) return false;
        model->handover[model->handovers++] =
            (struct handover){&model->layer[from++], &model->layer[to++]};
    }
    return true;
}

/* ---- memory --------------------------------------------------------------------------------- */

void handover_plan(struct model *model, const struct layer_limits *encoder,
                   const struct layer_limits *decoder, struct plan *plan) {
    const struct layer *last = &model->layer[model->encoder - 1];
    model->memory.longest = encoder->rows > 0 ? encoder->total / encoder->rows : 0;
    plan_want(plan, &model->encoder_row, decoder->rows, sizeof *model->encoder_row);
    plan_want(plan, &model->decoder_row, encoder->rows, sizeof *model->decoder_row);
    if (encoder->training)
        plan_want(plan, &model->memory.dx, last->out_sequence ? encoder->total : encoder->rows,
                  last->out_features * sizeof(real));
    for (size_t i = 0; i < model->handovers; i++) {
        const struct handover *pair = &model->handover[i];
        size_t size = pair->from->state_size * sizeof(real);
        plan_want(plan, &pair->to->state.first, decoder->rows, size);
        plan_want(plan, &pair->to->state.last, decoder->rows, size);
        plan_want(plan, &pair->from->state.last, encoder->rows, size);
        if (!encoder->training) continue;
        plan_want(plan, &pair->from->state.dlast, encoder->rows, size);
        plan_want(plan, &pair->to->state.dfirst, decoder->rows, size);
    }
}

/* ---- passes --------------------------------------------------------------------------------- */

void model_arrange_both(struct model *model, const struct steps *encoder,
                        const struct steps *decoder) {
    for (size_t i = 0; i < model->layers; i++)
        model->layer[i].steps = i < model->encoder ? encoder : decoder;
    model->memory.steps = encoder;
    model->memory.row = model->encoder_row;
    /* Of both maps each is the other turned around, so decoder_row may hold rows by origin first. */
    for (size_t r = 0; r < encoder->rows; r++) model->decoder_row[encoder->origin[r]] = r;
    for (size_t r = 0; r < decoder->rows; r++)
        model->encoder_row[r] = model->decoder_row[decoder->origin[r]];
    for (size_t r = 0; r < decoder->rows; r++) model->decoder_row[model->encoder_row[r]] = r;
}

void handover_states(const struct layer *layer, const real *from, size_t from_rows,
                     const size_t *row, real *to, size_t rows, size_t r0, size_t r1) {
    size_t u = layer->out_features;
    for (size_t part = 0; part < layer->state_size / u; part++)
        for (size_t r = r0; r < r1; r++)
            memcpy(to + (part * rows + r) * u, from + (part * from_rows + row[r]) * u,
                   u * sizeof *to);
}

static void clear_memory(struct model *model, size_t row) {
    size_t width = model->memory.features;
    bool sequence = model->layer[model->encoder - 1].out_sequence;
    size_t steps = sequence ? model->memory.steps->length[row] : 1;
    for (size_t t = 0; t < steps; t++) {
        size_t at = (sequence ? model->memory.steps->offset[t] : 0) + row;
        memset(model->memory.dx + at * width, 0, width * sizeof *model->memory.dx);
    }
}

void model_hand_over(struct model *model, size_t r0, size_t r1) {
    size_t rows = model->memory.steps->rows;
    for (size_t i = 0; i < model->handovers; i++) {
        const struct handover *pair = &model->handover[i];
        handover_states(pair->from, pair->from->state.last, rows, model->encoder_row,
                        (real *)pair->to->state.first, rows, r0, r1);
    }
    for (size_t r = r0; model->memory.dx != NULL && r < r1; r++)
        clear_memory(model, model->encoder_row[r]);
}

/* The states that a step of some rows ends with are those that the next one starts from. */
static void go_on(struct model *model, size_t rows, size_t r0, size_t r1) {
    for (size_t i = 0; i < model->handovers; i++) {
        const struct layer *layer = model->handover[i].to;
        size_t u = layer->out_features, size = (r1 - r0) * u * sizeof(real);
        for (size_t part = 0; part < layer->state_size / u; part++)
            memcpy((real *)layer->state.first + (part * rows + r0) * u,
                   layer->state.last + (part * rows + r0) * u, size);
    }
}

void model_unroll(struct model *model, const struct pass *single, real *x, size_t r0, size_t r1) {
    const struct layer *horizon = &model->layer[model->layers - 1];
    size_t width = horizon->in_features;
    for (size_t h = 0; h < model->horizon.steps; h++) {
        if (h > 0) {
            memcpy(x + r0 * width, horizon->x + r0 * width, (r1 - r0) * width * sizeof *x);
            go_on(model, single->steps->rows, r0, r1);
        }
        for (size_t i = model->encoder; i + 1 < model->layers; i++)
            model->layer[i].ops->forward(&model->layer[i], single, r0, r1);
        horizon_put(horizon, single->steps, 0, h, r0, r1);
    }
}

void model_hand_back(struct model *model, size_t r0, size_t r1) {
    size_t rows = model->memory.steps->rows;
    for (size_t i = 0; i < model->handovers; i++) {
        const struct handover *pair = &model->handover[i];
        handover_states(pair->from, pair->to->state.dfirst, rows, model->decoder_row,
                        (real *)pair->from->state.dlast, rows, r0, r1);
    }
}
