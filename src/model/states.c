#include "model/states.h"

#include <stdlib.h>
#include <string.h>

bool states_start(struct states *states, struct model *model, const struct layer_limits *limits,
                  size_t sequences, struct plan *plan, struct error *err) {
    *states = (struct states){.model = model, .sequences = sequences};
    states->kept = memory_take(model->layers, sizeof *states->kept, "states", err);
    states->first =
        states->kept ? memory_take(model->layers, sizeof *states->first, "states", err) : NULL;
    states->last =
        states->first ? memory_take(model->layers, sizeof *states->last, "states", err) : NULL;
    if (states->last == NULL) {
        states_free(states);
        return false;
    }
    for (size_t i = 0; i < model->layers; i++) {
        const struct layer *layer = &model->layer[i];
        if (!layer->stateful || layer->state_size == 0) continue;
        plan_want(plan, &states->kept[i], sequences, layer->state_size * sizeof(real));
        plan_want(plan, &states->first[i], limits->rows, layer->state_size * sizeof(real));
        plan_want(plan, &states->last[i], limits->rows, layer->state_size * sizeof(real));
    }
    return true;
}

void states_connect(struct states *states) {
    for (size_t i = 0; i < states->model->layers; i++) {
        struct layer_state *state = &states->model->layer[i].state;
        if (states->kept[i] == NULL) continue;
        state->first = states->first[i];
        state->last = states->last[i];
    }
}

void states_free(struct states *states) {
    free(states->kept);
    free(states->first);
    free(states->last);
    *states = (struct states){0};
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
    for (size_t i = 0; i < states->model->layers; i++) {
        const struct layer *layer = &states->model->layer[i];
        size_t parts = states->kept[i] != NULL ? layer->state_size / layer->out_features : 0;
        for (size_t r = r0; r < r1; r++)
            for (size_t p = 0; p < parts; p++) {
                struct part at = part_of(layer, steps, sequence[r], r, p);
                memcpy(states->first[i] + at.batch, states->kept[i] + at.kept,
                       at.width * sizeof(real));
            }
    }
}

/* A row without a step leaves its sequence where it was. */
void states_store(const struct states *states, const struct steps *steps, const size_t *sequence,
                  size_t r0, size_t r1) {
    for (size_t i = 0; i < states->model->layers; i++) {
        const struct layer *layer = &states->model->layer[i];
        size_t parts = states->kept[i] != NULL ? layer->state_size / layer->out_features : 0;
        for (size_t r = r0; r < r1; r++)
            for (size_t p = 0; p < parts && steps->length[r] > 0; p++) {
                struct part at = part_of(layer, steps, sequence[r], r, p);
                memcpy(states->kept[i] + at.kept, states->last[i] + at.batch,
                       at.width * sizeof(real));
            }
    }
}

void states_reset(const struct states *states, size_t sequence) {
    for (size_t i = 0; i < states->model->layers; i++) {
        size_t size = states->model->layer[i].state_size;
        if (states->kept[i] != NULL)
            memset(states->kept[i] + sequence * size, 0, size * sizeof(real));
    }
}
