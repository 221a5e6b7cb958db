/* bidirectional: a recurrent layer run over each sequence from its start and, with weights of its
 * own, from its end (Schuster and Paliwal 1997), as in Keras. A row of n steps is turned around
 * within its n steps, so padding plays no part.
 *
 *   forward    f = cell(x),  b = other cell(x from its end);  at step t
 *              y = [f_t b_t']    concat        f_t + b_t'          sum
 *                  f_t b_t'      mul           (f_t + b_t') / 2    ave
 *              where t' = n - 1 - t: b is given in the order of its reading. Without a sequence f
 *              and b are what each cell ends with: b has then read step 0.
 *   backward   df and db are dy's parts (mul: dy b and dy f);  dx = the sum of both cells' dx
 *
 * The cells are layers themselves, run through the contract. */
#include <stdio.h>
#include <string.h>

#include "layers/layers.h"
#include "layers/vocabulary.h"

enum merge_mode { MERGE_CONCAT, MERGE_SUM, MERGE_MUL, MERGE_AVE };
static const char *const merge_modes[] = {"concat", "sum", "mul", "ave",
                                          NULL}; /* ORDER merge_mode */

const struct param bidirectional_params[] = {
    {.key = "cell",
     .type = PARAM_KIND,
     .offset = offsetof(struct bidirectional_settings, cell),
     .kinds = cell_kinds,
     .inlined = true,
     .help = "the recurrent layer that is run both ways"},
    {.key = "merge_mode",
     .type = PARAM_CHOICE,
     .offset = offsetof(struct bidirectional_settings, merge_mode),
     .preset = "concat",
     .choices = merge_modes,
     .help = "how the outputs of both ways become one: side by side, sum, product, mean"},
    LAYER_PARAMS(struct bidirectional_settings),
    {0},
};

enum { FORWARD, BACKWARD, WAYS };
static const char *const way_name[WAYS] = {"forward", "backward"};

struct bidirectional {
    struct layer cell[WAYS];
    real *dy[WAYS]; /* [total or B][u] */
    real *dx;       /* [total][in]: the backward cell's; NULL when nobody needs it */
    enum merge_mode merge;
    char tensor_name[LAYER_TENSORS][64];
};

/* "forward/kernel": the cell's tensors become the layer's. */
static void take_tensors(struct layer *layer, struct bidirectional *self, size_t way) {
    const struct layer *cell = &self->cell[way];
    for (size_t i = 0; i < cell->tensors; i++) {
        char *name = self->tensor_name[layer->tensors];
        (void)snprintf(name, sizeof self->tensor_name[0], "%s/%s", way_name[way],
                       cell->tensor[i].name);
        layer->tensor[layer->tensors] = cell->tensor[i];
        layer->tensor[layer->tensors++].name = name;
    }
}

static bool build(struct layer *layer, struct error *err) {
    const struct bidirectional_settings *settings = layer->settings;
    const struct layer_settings *inner = settings->cell.settings;
    struct bidirectional *self = memory_take(1, sizeof *self, "a layer", err);
    layer->own = self;
    if (self == NULL) return false;
    self->merge = (enum merge_mode)settings->merge_mode;
    if (inner->name != NULL)
        return error_set(
            err, ERROR_CONFIG,
            "layer '%s': the %s inside has no name of its own; give the name beside it",
            layer->name, settings->cell.kind->name);
    if (!inner->trainable) layer->trainable = false;
    for (size_t way = 0; way < WAYS; way++) {
        struct layer *cell = &self->cell[way];
        *cell = (struct layer){.ops = settings->cell.kind->ops,
                               .settings = settings->cell.settings,
                               .name = layer->name,
                               .number = layer->number + ((uint32_t)way << 16),
                               .in_features = layer->in_features,
                               .in_sequence = layer->in_sequence,
                               .return_sequences = layer->return_sequences,
                               .opposite = way == BACKWARD};
        if (!cell->ops->build(cell, err)) return false;
        take_tensors(layer, self, way);
    }
    layer->out_features = self->cell[FORWARD].out_features * (self->merge == MERGE_CONCAT ? 2 : 1);
    layer->out_sequence = self->cell[FORWARD].out_sequence;
    return true;
}

static void destroy(struct layer *layer) {
    struct bidirectional *self = layer->own;
    for (size_t way = 0; self != NULL && way < WAYS; way++)
        if (self->cell[way].ops != NULL) self->cell[way].ops->destroy(&self->cell[way]);
    layer_no_own(layer);
}

static void plan(struct layer *layer, const struct layer_limits *limits, struct plan *plan) {
    struct bidirectional *self = layer->own;
    size_t rows = layer->out_sequence ? limits->total : limits->rows;
    plan_want(plan, &layer->y, rows, layer->out_features * sizeof(real));
    for (size_t way = 0, at = 0; way < WAYS; way++) {
        struct layer *cell = &self->cell[way];
        for (size_t i = 0; i < cell->tensors; i++)
            cell->tensor[i].offset = layer->tensor[at++].offset;
        cell->wants_dx = layer->wants_dx;
        cell->ops->plan(cell, limits, plan);
        if (limits->training)
            plan_want(plan, &self->dy[way], rows, cell->out_features * sizeof(real));
    }
    if (layer->wants_dx)
        plan_want(plan, &self->dx, limits->total, layer->in_features * sizeof(real));
}

/* A cell with what the model has set of the layer; a copy, since threads share the layer. */
static struct layer cell_of(const struct layer *layer, size_t way) {
    const struct bidirectional *self = layer->own;
    struct layer cell = self->cell[way];
    cell.x = layer->x;
    cell.dy = self->dy[way];
    cell.dx = way == FORWARD ? layer->dx : self->dx;
    return cell;
}

static void prepare(struct layer *layer, const struct pass *pass, size_t part, size_t parts) {
    for (size_t way = 0; way < WAYS; way++) {
        struct layer cell = cell_of(layer, way);
        cell.ops->prepare(&cell, pass, part, parts);
    }
}

/* Where the two cells' outputs for step t of row r stand. */
struct pair {
    size_t at[WAYS]; /* packed rows; the forward cell's is the layer's too */
};
static struct pair pair_of(const struct layer *layer, const struct steps *steps, size_t r,
                           size_t t) {
    if (!layer->out_sequence) return (struct pair){{r, r}};
    return (struct pair){{steps->offset[t] + r, steps->offset[steps->length[r] - 1 - t] + r}};
}

static void merge(const struct kernels *k, enum merge_mode mode, size_t u, const real *f,
                  const real *b, real *y) {
    if (mode == MERGE_MUL) {
        k->hadamard(u, f, b, y);
        return;
    }
    memcpy(y, f, u * sizeof *y);
    if (mode == MERGE_CONCAT)
        memcpy(y + u, b, u * sizeof *y);
    else
        k->add(u, b, y);
    if (mode == MERGE_AVE) k->scale(u, (real)0.5, y);
}

static void forward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct bidirectional *self = layer->own;
    struct layer f = cell_of(layer, FORWARD), b = cell_of(layer, BACKWARD);
    size_t u = f.out_features;
    f.ops->forward(&f, pass, r0, r1);
    b.ops->forward(&b, pass, r0, r1);
    for (size_t r = r0; r < r1; r++)
        for (size_t t = 0; t < (layer->out_sequence ? pass->steps->length[r] : 1); t++) {
            struct pair at = pair_of(layer, pass->steps, r, t);
            merge(pass->kernels, self->merge, u, f.y + at.at[FORWARD] * u,
                  b.y + at.at[BACKWARD] * u, layer->y + at.at[FORWARD] * layer->out_features);
        }
}

/* dy of a row and step to df and db. */
static void part(const struct kernels *k, enum merge_mode mode, size_t u, const real *dy,
                 const real *f, const real *b, real *df, real *db) {
    if (mode == MERGE_MUL) {
        k->hadamard(u, dy, b, df);
        k->hadamard(u, dy, f, db);
        return;
    }
    memcpy(df, dy, u * sizeof *df);
    if (mode == MERGE_AVE) k->scale(u, (real)0.5, df);
    memcpy(db, mode == MERGE_CONCAT ? dy + u : df, u * sizeof *db);
}

static void backward(struct layer *layer, const struct pass *pass, size_t r0, size_t r1) {
    struct bidirectional *self = layer->own;
    const struct steps *steps = pass->steps;
    struct layer f = cell_of(layer, FORWARD), b = cell_of(layer, BACKWARD);
    size_t u = f.out_features, in = layer->in_features;
    for (size_t r = r0; r < r1; r++)
        for (size_t t = 0; t < (layer->out_sequence ? steps->length[r] : 1); t++) {
            struct pair at = pair_of(layer, steps, r, t);
            size_t i = at.at[FORWARD] * u, j = at.at[BACKWARD] * u;
            part(pass->kernels, self->merge, u, layer->dy + at.at[FORWARD] * layer->out_features,
                 f.y + i, b.y + j, f.dy + i, b.dy + j);
        }
    f.ops->backward(&f, pass, r0, r1);
    b.ops->backward(&b, pass, r0, r1);
    for (size_t i = 0; layer->dx != NULL && i < layer_runs(steps, true, r0, r1); i++) {
        struct run run = layer_run(steps, true, r0, r1, i);
        pass->kernels->add(run.rows * in, b.dx + run.first * in, layer->dx + run.first * in);
    }
}

static void weight_gradient(struct layer *layer, const struct pass *pass, size_t part_number,
                            size_t parts) {
    for (size_t way = 0; way < WAYS; way++) {
        struct layer cell = cell_of(layer, way);
        cell.ops->weight_gradient(&cell, pass, part_number, parts);
    }
}

const struct layer_ops bidirectional_ops = {
    .build = build,
    .plan = plan,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .weight_gradient = weight_gradient,
    .destroy = destroy,
    .output_activation = layer_linear,
    .needs_sequence = true,
    .can_end_sequence = true,
};
