#include "model/states.h"

#include <stdlib.h>
#include <string.h>

static bool is_kept(const struct layer *layer) {
    return layer->stateful && layer->state_size > 0;
}

static bool count_size(struct states *states, size_t sequences, struct error *err) {
    size_t numbers = 0;
    for (size_t i = 0; i < states->model->layers; i++)
        if (is_kept(&states->model->layer[i])) numbers += states->model->layer[i].state_size;
    if (numbers > 0) states->sequences = sequences;
    return memory_multiply(numbers, sequences, &states->size, "states", err);
}

void states_carry_all(struct model *model) {
    for (size_t i = 0; i < model->layers; i++)
        model->layer[i].stateful = model->layer[i].state_size > 0;
}

bool states_start(struct states *states, struct model *model, const struct layer_limits *limits,
                  size_t sequences, struct plan *plan, struct error *err) {
    *states = (struct states){.model = model};
    if (!count_size(states, sequences, err)) return false;
    states->first = memory_take(model->layers, sizeof *states->first, "states", err);
    states->last =
        states->first ? memory_take(model->layers, sizeof *states->last, "states", err) : NULL;
    if (states->last == NULL) {
        states_free(states);
        return false;
    }
    if (states->size > 0) plan_want(plan, &states->all, states->size, sizeof(real));
    for (size_t i = 0; i < model->layers; i++) {
        size_t size = model->layer[i].state_size;
        if (!is_kept(&model->layer[i])) continue;
        plan_want(plan, &states->first[i], limits->rows, size * sizeof(real));
        plan_want(plan, &states->last[i], limits->rows, size * sizeof(real));
    }
    return true;
}

void states_connect(const struct states *states) {
    for (size_t i = 0; states->sequences > 0 && i < states->model->layers; i++) {
        struct layer *layer = &states->model->layer[i];
        if (!is_kept(layer)) continue;
        layer->state.first = states->first[i];
        layer->state.last = states->last[i];
    }
}

void states_free(struct states *states) {
    free(states->first);
    free(states->last);
    *states = (struct states){0};
}

real *states_of(const struct states *states, size_t layer) {
    size_t before = 0;
    const struct model *model = states->model;
    if (states->sequences == 0 || !is_kept(&model->layer[layer])) return NULL;
    for (size_t i = 0; i < layer; i++)
        if (is_kept(&model->layer[i])) before += model->layer[i].state_size;
    return states->all + before * states->sequences;
}

/* A layer's states are [parts][B][u], so that each part is a matrix to it; a sequence's lie
 * together: [parts][u]. */
struct part {
    size_t kept, batch, width;
};
static struct part part_of(const struct layer *layer, const struct steps *steps, size_t sequence,
                           size_t r, size_t part) {
    size_t u = layer->out_features;
    return (struct part){sequence * layer->state_size + part * u, (part * steps->rows + r) * u, u};
}

void states_load(const struct states *states, const struct steps *steps, const size_t *sequence,
                 size_t r0, size_t r1) {
    for (size_t i = 0; states->sequences > 0 && i < states->model->layers; i++) {
        const struct layer *layer = &states->model->layer[i];
        const real *kept = states_of(states, i);
        size_t parts = kept != NULL ? layer->state_size / layer->out_features : 0;
        for (size_t r = r0; r < r1; r++)
            for (size_t p = 0; p < parts; p++) {
                struct part at = part_of(layer, steps, sequence[r], r, p);
                memcpy(states->first[i] + at.batch, kept + at.kept, at.width * sizeof(real));
            }
    }
}

/* A row without a step leaves its sequence where it was. */
void states_store(const struct states *states, const struct steps *steps, const size_t *sequence,
                  size_t r0, size_t r1) {
    for (size_t i = 0; states->sequences > 0 && i < states->model->layers; i++) {
        const struct layer *layer = &states->model->layer[i];
        real *kept = states_of(states, i);
        size_t parts = kept != NULL ? layer->state_size / layer->out_features : 0;
        for (size_t r = r0; r < r1; r++)
            for (size_t p = 0; p < parts && steps->length[r] > 0; p++) {
                struct part at = part_of(layer, steps, sequence[r], r, p);
                memcpy(kept + at.kept, states->last[i] + at.batch, at.width * sizeof(real));
            }
    }
}

void states_reset(const struct states *states, size_t sequence) {
    for (size_t i = 0; states->sequences > 0 && i < states->model->layers; i++) {
        size_t size = states->model->layer[i].state_size;
        real *kept = states_of(states, i);
        if (kept != NULL) memset(kept + sequence * size, 0, size * sizeof(real));
    }
}
