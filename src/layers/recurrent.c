#include "layers/recurrent.h"
#include "layers/recurrent_dropout.h"

#include <string.h>

size_t recurrent_row(size_t width) {
    size_t lines = (width * sizeof(real) + MEMORY_ALIGNMENT - 1) / MEMORY_ALIGNMENT;
    return (lines | 1) * (MEMORY_ALIGNMENT / sizeof(real));
}

size_t recurrent_kept_rows(const struct layer_limits *limits) {
    return limits->training ? limits->total : limits->rows;
}

size_t recurrent_kept(const struct recurrent *self, struct run run, size_t r0) {
    return self->keeps_steps ? run.first : r0;
}

bool recurrent_build(struct layer *layer, struct recurrent *self, size_t columns, size_t width,
                     struct error *err) {
    const struct recurrent_settings *settings = layer->settings;
    self->units = settings->units;
    self->columns = columns;
    self->width = width;
    self->activation = (enum activation)settings->activation;
    self->gate = (enum activation)settings->recurrent_activation;
    self->use_bias = settings->use_bias != 0;
    self->dropout = settings->dropout;
    self->recurrent_dropout = settings->recurrent_dropout;
    self->go_backwards = (settings->go_backwards != 0) != layer->opposite;
    self->keeps_input =
        activation_needs_input(self->activation) || activation_needs_input(self->gate);
    layer->out_features = self->units;
    layer->out_sequence = layer->return_sequences;
    if (self->activation == ACTIVATION_SOFTMAX || self->gate == ACTIVATION_SOFTMAX)
        return error_set(err, ERROR_CONFIG,
                         "layer '%s': softmax works on whole rows and cannot be an activation "
                         "inside a cell; use it in a dense or activation layer",
                         layer->name);
    return true;
}

/* With one mask for all gates, what is read is a masked copy. */
static bool reads_copy(const struct recurrent *self, bool training) {
    return training && self->dropout > 0 && !(self->recurrent_dropout > 0);
}

void recurrent_plan(struct layer *layer, struct recurrent *self, const struct layer_limits *limits,
                    struct plan *plan) {
    size_t in = layer->in_features, total = limits->total, row = self->units * sizeof(real);
    plan_want(plan, &self->kernel, packed_size(in, self->columns), sizeof(real));
    self->keeps_steps = limits->training;
    self->one_step = limits->total == limits->rows;
    plan_want(plan, &self->z, recurrent_kept_rows(limits), self->width * sizeof(real));
    plan_want(plan, &layer->y, layer->out_sequence ? total : limits->rows, row);
    gates_plan(layer, self, limits, plan);
    if (self->go_backwards || reads_copy(self, limits->training))
        plan_want(plan, &self->reversed, total, in * sizeof(real));
    if (!limits->training) return;
    if (self->keeps_input) plan_want(plan, &self->input, total, self->width * sizeof(real));
    if (!layer->out_sequence) plan_want(plan, &self->h, total, row);
    plan_want(plan, &self->kernel_transposed, packed_size(self->columns, in), sizeof(real));
    plan_want(plan, &self->dh, limits->rows, row);
    if (self->go_backwards) plan_want(plan, &self->dreversed, total, in * sizeof(real));
}

void recurrent_prepare(struct layer *layer, struct recurrent *self, const struct pass *pass,
                       size_t part, size_t parts) {
    gates_prepare(layer, self, pass, part, parts);
    const real *kernel = pass->parameters + layer->tensor[0].offset;
    size_t in = layer->in_features, n = self->columns;
    struct team_range range = panels_share(n, part, parts);
    pass->kernels->pack(in, n, kernel, n, range.first, range.end, self->kernel);
    if (self->kernel_transposed == NULL || layer->dx == NULL) return;
    range = panels_share(in, part, parts);
    pass->kernels->pack_transposed(n, in, kernel, n, range.first, range.end,
                                   self->kernel_transposed);
}

bool recurrent_idle(const struct layer *layer, const struct recurrent *self) {
    const struct layer_state *state = &layer->state;
    return self->one_step && state->first == NULL && state->last == NULL && state->dfirst == NULL;
}

/* Row by row, each within its own length. */
static void reverse(const struct steps *steps, size_t features, const real *from, real *to,
                    size_t r0, size_t r1) {
    for (size_t r = r0; r < r1; r++)
        for (size_t t = 0; t < steps->length[r]; t++)
            memcpy(to + (steps->offset[t] + r) * features,
                   from + (steps->offset[steps->length[r] - 1 - t] + r) * features,
                   features * sizeof *to);
}

const real *recurrent_input(const struct layer *layer, const struct recurrent *self) {
    return self->reversed != NULL ? self->reversed : layer->x;
}

void recurrent_begin(struct layer *layer, struct recurrent *self, const struct pass *pass,
                     size_t r0, size_t r1) {
    size_t in = layer->in_features;
    if (self->go_backwards)
        reverse(pass->steps, in, layer->x, self->reversed, r0, r1);
    else
        for (size_t i = 0; self->reversed != NULL && i < layer_runs(pass->steps, true, r0, r1);
             i++) {
            struct run run = layer_run(pass->steps, true, r0, r1, i);
            memcpy(self->reversed + run.first * in, layer->x + run.first * in,
                   run.rows * in * sizeof *layer->x);
        }
    if (recurrent_drops(self, pass))
        gates_begin(layer, self, pass, r0, r1,
                    self->reversed != NULL ? self->reversed : (real *)layer->x);
}

/* Is h of every step there, packed? Else y holds the present one of each row. */
static bool has_sequence(const struct layer *layer, const struct recurrent *self) {
    return layer->out_sequence || self->keeps_steps;
}

/* All of h, [total][u], where it is there. */
static real *h_sequence(const struct layer *layer, const struct recurrent *self) {
    return layer->out_sequence ? layer->y : self->h;
}

real *recurrent_h(const struct layer *layer, const struct recurrent *self, struct run run,
                  size_t r0) {
    return has_sequence(layer, self) ? h_sequence(layer, self) + run.first * self->units
                                     : layer->y + r0 * self->units;
}

const real *recurrent_before(const struct layer *layer, const struct recurrent *self,
                             const struct pass *pass, size_t t, size_t r0) {
    struct run before = {t > 0 ? pass->steps->offset[t - 1] + r0 : 0, 0};
    if (t > 0) return recurrent_h(layer, self, before, r0);
    return layer->state.first != NULL ? layer->state.first + r0 * self->units : NULL;
}

void recurrent_last(const struct steps *steps, size_t u, bool packed, const real *from, real *to,
                    size_t r0, size_t r1) {
    for (size_t r = r0; r < r1; r++) {
        if (steps->length[r] == 0) {
            memset(to + r * u, 0, u * sizeof *to);
            continue;
        }
        size_t at = packed ? steps->offset[steps->length[r] - 1] + r : r;
        if (to + r * u != from + at * u) memcpy(to + r * u, from + at * u, u * sizeof *to);
    }
}

void recurrent_end(struct layer *layer, struct recurrent *self, const struct pass *pass, size_t r0,
                   size_t r1) {
    bool packed = has_sequence(layer, self);
    const real *h = packed ? h_sequence(layer, self) : layer->y;
    if (!layer->out_sequence) recurrent_last(pass->steps, self->units, packed, h, layer->y, r0, r1);
    if (layer->state.last != NULL)
        recurrent_last(pass->steps, self->units, packed, h, layer->state.last, r0, r1);
}

/* A row's dh is not touched before its own last step, so what enters there may enter now. */
void recurrent_begin_back(struct layer *layer, struct recurrent *self, const struct pass *pass,
                          size_t r0, size_t r1) {
    size_t u = self->units, count = (r1 - r0) * u;
    clear_rows(r1 - r0, u, self->dh + r0 * u, u);
    if (layer->state.dlast != NULL)
        pass->kernels->add(count, layer->state.dlast + r0 * u, self->dh + r0 * u);
    if (!layer->out_sequence) pass->kernels->add(count, layer->dy + r0 * u, self->dh + r0 * u);
}

void recurrent_enter(struct layer *layer, struct recurrent *self, const struct pass *pass,
                     struct run run, size_t r0) {
    size_t u = self->units;
    if (layer->out_sequence)
        pass->kernels->add(run.rows * u, layer->dy + run.first * u, self->dh + r0 * u);
}

void recurrent_to_input(struct layer *layer, struct recurrent *self, const struct pass *pass,
                        struct run run, size_t r0) {
    if (layer->dx == NULL) return;
    size_t in = layer->in_features;
    real *dx = (self->go_backwards ? self->dreversed : layer->dx) + run.first * in;
    if (recurrent_gated(self, pass) && self->dropout > 0) {
        gates_to_input(layer, self, pass, run, r0, dx);
        return;
    }
    struct factor dz = {self->z + run.first * self->width, self->columns, self->width,
                        self->kernel_transposed};
    multiply(pass->kernels, run.rows, in, NULL, dz, (struct factor){0}, dx, in);
}

void recurrent_end_back(struct layer *layer, struct recurrent *self, const struct pass *pass,
                        size_t r0, size_t r1) {
    if (self->go_backwards && layer->dx != NULL)
        reverse(pass->steps, layer->in_features, self->dreversed, layer->dx, r0, r1);
    if (layer->dx != NULL && pass->training && reads_copy(self, true))
        gates_mask_dx(layer, self, pass, r0, r1);
}

/* Rows and columns of z that stay in the cache while all gradients are taken from them. */
enum { BLOCK_ROWS = 256, BLOCK_COLUMNS = 512 };

void recurrent_blocks(struct layer *layer, const struct pass *pass, struct team_range columns,
                      block_gradient *add) {
    size_t total = pass->steps->total;
    for (size_t i = 0; i < layer->tensors; i++) clear_gradient(&layer->tensor[i], pass, columns);
    for (size_t c = columns.first; c < columns.end; c += BLOCK_COLUMNS) {
        size_t end = columns.end - c < BLOCK_COLUMNS ? columns.end : c + BLOCK_COLUMNS;
        for (size_t r = 0; r < total; r += BLOCK_ROWS)
            add(layer, pass,
                (struct block){{c, end}, r, total - r < BLOCK_ROWS ? total - r : BLOCK_ROWS});
    }
}

void recurrent_add_bias(const struct recurrent *self, const struct pass *pass, size_t z_first,
                        struct block block, real *out) {
    const struct team_range columns = block.columns;
    pass->kernels->column_sums(block.rows, columns.end - columns.first,
                               self->z + block.first * self->width + z_first + columns.first,
                               self->width, out + columns.first);
}

void recurrent_add_kernel(const struct layer *layer, const struct recurrent *self,
                          const struct pass *pass, struct block block) {
    size_t in = layer->in_features;
    if (recurrent_gated(self, pass) && self->dropout > 0) {
        gates_add_kernel(layer, self, pass, block);
        return;
    }
    add_outer(pass->kernels, block.rows, in, recurrent_input(layer, self) + block.first * in, in,
              self->z + block.first * self->width, self->width, block.columns,
              pass->gradients + layer->tensor[0].offset, self->columns);
}

void recurrent_add_outer(const struct layer *layer, const struct recurrent *self,
                         const struct pass *pass, size_t z_first, struct block block, real *out) {
    const struct steps *steps = pass->steps;
    const real *z = self->z + z_first, *h = h_sequence(layer, self), *first = layer->state.first;
    size_t u = self->units, end = block.first + block.rows;
    if (recurrent_gated(self, pass)) {
        gates_add_outer(self, pass, z_first, block, out);
        return;
    }
    for (size_t row = block.first, next = steps_of_row(steps, row), stop; row < end; row = stop) {
        size_t t = next++, back = t > 0 ? steps->active[t - 1] : 0;
        /* Steps whose rows follow one another in h as in z make one run. */
        while (t > 0 && next < steps->count && steps->active[next - 1] == back) next++;
        stop = steps->offset[next] < end ? steps->offset[next] : end;
        const real *before = t > 0 ? h + (row - back) * u : first != NULL ? first + row * u : NULL;
        if (before != NULL)
            add_outer(pass->kernels, stop - row, u, before, u, z + row * self->width, self->width,
                      block.columns, out, self->columns);
    }
}

static void add_block(struct layer *layer, const struct pass *pass, struct block block) {
    const struct recurrent *self = layer->own; /* own begins with the base */
    if (self->use_bias)
        recurrent_add_bias(self, pass, 0, block, pass->gradients + layer->tensor[2].offset);
    recurrent_add_kernel(layer, self, pass, block);
    recurrent_add_outer(layer, self, pass, 0, block, pass->gradients + layer->tensor[1].offset);
}

void recurrent_weight_gradient(struct layer *layer, const struct pass *pass, size_t part,
                               size_t parts) {
    const struct recurrent *self = layer->own;
    recurrent_blocks(layer, pass, columns_share(self->columns, part, parts), add_block);
}
