#include "layers/recurrent_dropout.h"

#include <string.h>

#include "base/random.h"

/* Where the masks of one row part: those of h are drawn as if of later steps. */
enum { X_MASKS = 0, H_MASKS = 16 };

bool recurrent_drops(const struct recurrent *self, const struct pass *pass) {
    return pass->training && (self->dropout > 0 || self->recurrent_dropout > 0);
}

bool recurrent_gated(const struct recurrent *self, const struct pass *pass) {
    return pass->training && self->recurrent_dropout > 0;
}

void gates_plan(const struct layer *layer, struct recurrent *self,
                const struct layer_limits *limits, struct plan *plan) {
    struct gate_masks *gates = &self->gates;
    size_t in = layer->in_features, u = self->units, n = self->columns / u, rows, total;
    bool gated = self->recurrent_dropout > 0;
    if (!limits->training || (!gated && !(self->dropout > 0))) return;
    gates->count = gated ? n : 1;
    gates->rows = limits->rows;
    gates->total = limits->total;
    if (__builtin_mul_overflow(gates->count, limits->rows, &rows) ||
        __builtin_mul_overflow(gates->count, limits->total, &total)) {
        plan->failed = true;
        return;
    }
    if (self->dropout > 0) plan_want(plan, &gates->x_mask, rows, in * sizeof(real));
    if (!gated) return;
    plan_want(plan, &gates->h_mask, rows, u * sizeof(real));
    plan_want(plan, &gates->h, total, u * sizeof(real));
    if (self->dropout > 0) plan_want(plan, &gates->x, total, in * sizeof(real));
    gates->part_row = in > u ? in : u;
    plan_want(plan, &gates->part, limits->rows, gates->part_row * sizeof(real));
    plan_want(plan, &gates->kernel, n, packed_size(in, u) * sizeof(real));
    plan_want(plan, &gates->recurrent, n, packed_size(u, u) * sizeof(real));
    plan_want(plan, &gates->recurrent_transposed, n, packed_size(u, u) * sizeof(real));
    if (self->dropout > 0 && layer->wants_dx)
        plan_want(plan, &gates->kernel_transposed, n, packed_size(u, in) * sizeof(real));
}

void gates_prepare(const struct layer *layer, struct recurrent *self, const struct pass *pass,
                   size_t part, size_t parts) {
    const struct kernels *k = pass->kernels;
    struct gate_masks *gates = &self->gates;
    const real *kernel = pass->parameters + layer->tensor[0].offset;
    const real *recurrent = pass->parameters + layer->tensor[1].offset;
    size_t in = layer->in_features, u = self->units, n = self->columns;
    struct team_range of_u = panels_share(u, part, parts), of_in = panels_share(in, part, parts);
    if (gates->kernel == NULL) return;
    for (size_t g = 0; g < gates->count; g++) {
        k->pack(in, u, kernel + g * u, n, of_u.first, of_u.end,
                gates->kernel + g * packed_size(in, u));
        k->pack(u, u, recurrent + g * u, n, of_u.first, of_u.end,
                gates->recurrent + g * packed_size(u, u));
        k->pack_transposed(u, u, recurrent + g * u, n, of_u.first, of_u.end,
                           gates->recurrent_transposed + g * packed_size(u, u));
        if (gates->kernel_transposed != NULL)
            k->pack_transposed(u, in, kernel + g * u, n, of_in.first, of_in.end,
                               gates->kernel_transposed + g * packed_size(u, in));
    }
}

static void draw(const struct layer *layer, const struct pass *pass, double rate, size_t time,
                 size_t width, size_t r0, size_t r1, real *mask) {
    struct random_stream stream = random_stream(pass->seed, RANDOM_DROPOUT, layer->number);
    mask += r0 * width;
    for (size_t i = 0; i < (r1 - r0) * width; i++) mask[i] = 1;
    pass->kernels->dropout(r1 - r0, width, rate, stream.key, pass->step, pass->steps->origin + r0,
                           time, mask, mask);
}

/* to = from times the mask, over all steps. */
static void mask_steps(const struct pass *pass, size_t width, size_t r0, size_t r1,
                       const real *mask, const real *from, real *to) {
    for (size_t t = 0; t < pass->steps->count; t++) {
        struct run run = layer_step(pass->steps, t, r0, r1);
        pass->kernels->hadamard(run.rows * width, from + run.first * width, mask + r0 * width,
                                to + run.first * width);
    }
}

void gates_begin(const struct layer *layer, struct recurrent *self, const struct pass *pass,
                 size_t r0, size_t r1, real *x) {
    struct gate_masks *gates = &self->gates;
    size_t in = layer->in_features, u = self->units;
    for (size_t g = 0; g < gates->count; g++) {
        if (self->recurrent_dropout > 0)
            draw(layer, pass, self->recurrent_dropout, H_MASKS + g, u, r0, r1,
                 gates->h_mask + g * gates->rows * u);
        if (!(self->dropout > 0)) continue;
        real *mask = gates->x_mask + g * gates->rows * in;
        draw(layer, pass, self->dropout, X_MASKS + g, in, r0, r1, mask);
        mask_steps(pass, in, r0, r1, mask, x,
                   gates->x != NULL ? gates->x + g * gates->total * in : x);
    }
}

void gates_mask_before(struct recurrent *self, const struct pass *pass, struct run run, size_t r0,
                       const real *before) {
    struct gate_masks *gates = &self->gates;
    size_t u = self->units;
    for (size_t g = 0; g < gates->count; g++) {
        real *h = gates->h + (g * gates->total + run.first) * u;
        if (before != NULL)
            pass->kernels->hadamard(run.rows * u, before,
                                    gates->h_mask + (g * gates->rows + r0) * u, h);
        else
            memset(h, 0, run.rows * u * sizeof *h);
    }
}

struct factor gates_x(const struct layer *layer, const struct recurrent *self, struct run run,
                      size_t gate) {
    const struct gate_masks *gates = &self->gates;
    size_t in = layer->in_features;
    const real *x =
        gates->x != NULL ? gates->x + gate * gates->total * in : recurrent_input(layer, self);
    return (struct factor){x + run.first * in, in, in,
                           gates->kernel + gate * packed_size(in, self->units)};
}

struct factor gates_h(const struct recurrent *self, struct run run, size_t gate) {
    const struct gate_masks *gates = &self->gates;
    size_t u = self->units;
    return (struct factor){gates->h + (gate * gates->total + run.first) * u, u, u,
                           gates->recurrent + gate * packed_size(u, u)};
}

void gates_products(const struct layer *layer, struct recurrent *self, const struct pass *pass,
                    struct run run, size_t r0, const real *before, const real *bias, real *z) {
    size_t u = self->units;
    gates_mask_before(self, pass, run, r0, before);
    for (size_t g = 0; g < self->gates.count; g++)
        multiply(pass->kernels, run.rows, u, bias != NULL ? bias + g * u : NULL,
                 gates_x(layer, self, run, g),
                 before != NULL ? gates_h(self, run, g) : (struct factor){0}, z + g * u,
                 self->width);
}

void gates_mask_dx(const struct layer *layer, const struct recurrent *self, const struct pass *pass,
                   size_t r0, size_t r1) {
    mask_steps(pass, layer->in_features, r0, r1, self->gates.x_mask, layer->dx, layer->dx);
}

real *gates_part(const struct recurrent *self, size_t r0) {
    return self->gates.part + r0 * self->gates.part_row;
}

void gates_to_input(const struct layer *layer, struct recurrent *self, const struct pass *pass,
                    struct run run, size_t r0, real *dx) {
    struct gate_masks *gates = &self->gates;
    const struct kernels *k = pass->kernels;
    size_t in = layer->in_features, u = self->units, count = run.rows * in;
    real *part = gates_part(self, r0);
    for (size_t g = 0; g < gates->count; g++) {
        const real *mask = gates->x_mask + (g * gates->rows + r0) * in;
        struct factor dz = {self->z + run.first * self->width + g * u, u, self->width,
                            gates->kernel_transposed + g * packed_size(u, in)};
        multiply(k, run.rows, in, NULL, dz, (struct factor){0}, part, in);
        k->hadamard(count, part, mask, g > 0 ? part : dx);
        if (g > 0) k->add(count, part, dx);
    }
}

void gates_add_before(struct recurrent *self, const struct pass *pass, struct run run, size_t r0,
                      size_t gate, real *d) {
    const struct gate_masks *gates = &self->gates;
    size_t u = self->units, count = run.rows * u;
    pass->kernels->hadamard(count, d, gates->h_mask + (gate * gates->rows + r0) * u, d);
    pass->kernels->add(count, d, self->dh + r0 * u);
}

void gates_to_before(struct recurrent *self, const struct pass *pass, struct run run, size_t r0,
                     size_t gate, const real *dz) {
    size_t u = self->units;
    real *part = gates_part(self, r0);
    struct factor factor = {dz, u, self->width,
                            self->gates.recurrent_transposed + gate * packed_size(u, u)};
    multiply(pass->kernels, run.rows, u, NULL, factor, (struct factor){0}, part, u);
    gates_add_before(self, pass, run, r0, gate, part);
}

void gates_all_to_before(struct recurrent *self, const struct pass *pass, struct run run,
                         size_t r0) {
    size_t u = self->units;
    const real *z = self->z + run.first * self->width;
    clear_rows(run.rows, u, self->dh + r0 * u, u);
    for (size_t g = 0; g < self->gates.count; g++)
        gates_to_before(self, pass, run, r0, g, z + g * u);
}

/* A gate's part of a block's columns. */
static struct block of_gate(const struct recurrent *self, struct block block, size_t gate) {
    size_t first = gate * self->units, end = first + self->units;
    struct team_range *columns = &block.columns;
    if (columns->first < first) columns->first = first;
    if (columns->end > end) columns->end = end;
    return block;
}

void gates_add_kernel(const struct layer *layer, const struct recurrent *self,
                      const struct pass *pass, struct block block) {
    size_t in = layer->in_features;
    for (size_t g = 0; g < self->gates.count; g++) {
        struct block own = of_gate(self, block, g);
        if (own.columns.first >= own.columns.end) continue;
        add_outer(pass->kernels, own.rows, in,
                  self->gates.x + (g * self->gates.total + own.first) * in, in,
                  self->z + own.first * self->width, self->width, own.columns,
                  pass->gradients + layer->tensor[0].offset, self->columns);
    }
}

void gates_add_outer(const struct recurrent *self, const struct pass *pass, size_t z_first,
                     struct block block, real *out) {
    size_t u = self->units;
    for (size_t g = 0; g < self->gates.count; g++) {
        struct block own = of_gate(self, block, g);
        if (own.columns.first >= own.columns.end) continue;
        add_outer(pass->kernels, own.rows, u,
                  self->gates.h + (g * self->gates.total + own.first) * u, u,
                  self->z + z_first + own.first * self->width, self->width, own.columns, out,
                  self->columns);
    }
}
