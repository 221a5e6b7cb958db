/* recurrent_dropout.h - dropout inside recurrent cells: Keras' masks, the same at all time steps.
 *
 *   dropout alone            x m in the place of x; one mask m [B][in] for all gates
 *   with recurrent_dropout   gate g takes  b_g + (x m_g) W_g + (h- n_g) U_g,  each with masks of its
 *                            own: m_g [B][in] (where there is dropout), n_g [B][u]
 *   backward                 dx = sum over gates of m_g (dz_g W_g'),  dh- of n_g (dz_g U_g')
 *
 * (Gal and Ghahramani 2016.) Kept numbers are scaled by 1 / (1 - rate). A gate is u columns of the
 * kernels, in their order. Without recurrent_dropout a cell's products stay whole; with it they are
 * made gate by gate, from masked copies of x and h that are kept for the gradients. */
#ifndef LAYERS_RECURRENT_DROPOUT_H
#define LAYERS_RECURRENT_DROPOUT_H

#include "layers/recurrent.h"

/* Are there masks in this pass; does each gate have its own? */
bool recurrent_drops(const struct recurrent *self, const struct pass *pass);
bool recurrent_gated(const struct recurrent *self, const struct pass *pass);

void gates_plan(const struct layer *layer, struct recurrent *self,
                const struct layer_limits *limits, struct plan *plan);
void gates_prepare(const struct layer *layer, struct recurrent *self, const struct pass *pass,
                   size_t part, size_t parts);

/* Draw the masks of rows r0..r1-1, and mask their inputs: in place in `x`, the packed copy that is
 * read, or gate by gate from it. */
void gates_begin(const struct layer *layer, struct recurrent *self, const struct pass *pass,
                 size_t r0, size_t r1, real *x);

/* ---- forward, gated ---- */

/* h before a step, masked for every gate; NULL stands for zeros. */
void gates_mask_before(struct recurrent *self, const struct pass *pass, struct run run, size_t r0,
                       const real *before);
/* A gate's masked x and h with their kernels. */
struct factor gates_x(const struct layer *layer, const struct recurrent *self, struct run run,
                      size_t gate);
struct factor gates_h(const struct recurrent *self, struct run run, size_t gate);
/* z of all gates, row length self->width, for a cell whose gates are all alike. */
void gates_products(const struct layer *layer, struct recurrent *self, const struct pass *pass,
                    struct run run, size_t r0, const real *before, const real *bias, real *z);

/* ---- backward ---- */

/* Undo the one mask on dx. */
void gates_mask_dx(const struct layer *layer, const struct recurrent *self, const struct pass *pass,
                   size_t r0, size_t r1);
/* Room for [rows][in] or [rows][u] numbers of the rows from r0 on, which no other thread's rows share. */
real *gates_part(const struct recurrent *self, size_t r0);
/* dx from all gates' dz (gated, with dropout). */
void gates_to_input(const struct layer *layer, struct recurrent *self, const struct pass *pass,
                    struct run run, size_t r0, real *dx);
/* dh += n_g d, for d [rows][u], which is overwritten. */
void gates_add_before(struct recurrent *self, const struct pass *pass, struct run run, size_t r0,
                      size_t gate, real *d);
/* dh += n_g (dz_g U_g'), for the u columns dz with row length self->width. */
void gates_to_before(struct recurrent *self, const struct pass *pass, struct run run, size_t r0,
                     size_t gate, const real *dz);
/* dh = the sum of that over the gates. */
void gates_all_to_before(struct recurrent *self, const struct pass *pass, struct run run,
                         size_t r0);

/* Gradients of the kernels, gated: as recurrent_add_kernel and recurrent_add_outer. */
void gates_add_kernel(const struct layer *layer, const struct recurrent *self,
                      const struct pass *pass, struct block block);
void gates_add_outer(const struct recurrent *self, const struct pass *pass, size_t z_first,
                     struct block block, real *out);

#endif
