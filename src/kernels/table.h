/* table.h - the kernels of one instruction set by name, for table.c; kernels.h says what they do.
 */
#ifndef KERNELS_TABLE_H
#define KERNELS_TABLE_H

#include "kernels/kernels.h"
#include "kernels/vec.h"

void KERNEL(pack)(size_t, size_t, const real *, size_t, size_t, size_t, real *);
void KERNEL(pack_transposed)(size_t, size_t, const real *, size_t, size_t, size_t, real *);
void KERNEL(product)(const struct product *);
void KERNEL(column_sums)(size_t, size_t, const real *, size_t, real *);
void KERNEL(activate)(enum activation, size_t, size_t, const real *, real *);
void KERNEL(activate_back)(enum activation, size_t, size_t, const real *, const real *,
                           const real *, real *);
void KERNEL(lstm_forward)(enum activation, enum activation, size_t, size_t, size_t, real *, real *,
                          const real *, real *, real *, real *);
void KERNEL(lstm_backward)(enum activation, enum activation, size_t, size_t, size_t, real *,
                           const real *, const real *, const real *, const real *, const real *,
                           real *);
void KERNEL(gru_gates)(enum activation, bool, size_t, size_t, size_t, real *, real *, const real *);
void KERNEL(gru_output)(enum activation, bool, size_t, size_t, size_t, real *, real *, const real *,
                        real *);
void KERNEL(gru_output_back)(enum activation, enum activation, bool, size_t, size_t, size_t, real *,
                             const real *, const real *, real *);
void KERNEL(gru_reset_back)(enum activation, size_t, size_t, size_t, real *, const real *,
                            const real *, const real *, real *);
void KERNEL(dropout)(size_t, size_t, double, const uint32_t[2], uint64_t, const size_t *, size_t,
                     const real *, real *);
void KERNEL(normalize)(size_t, size_t, real, const real *, const real *, const real *, real *,
                       real *, real *);
void KERNEL(normalize_back)(size_t, size_t, const real *, const real *, const real *, real *,
                            real *);
void KERNEL(fill_rows)(size_t, size_t, const real *, real *, size_t);
void KERNEL(add)(size_t, const real *, real *);
void KERNEL(hadamard)(size_t, const real *, const real *, real *);
void KERNEL(add_scaled)(size_t, real, const real *, real *);
double KERNEL(sum_squares)(size_t, const real *);
double KERNEL(dot)(size_t, const real *, const real *);
void KERNEL(project)(size_t, const real *, real *);
void KERNEL(scale)(size_t, real, real *);
void KERNEL(clip)(size_t, real, real *);
void KERNEL(sgd)(const struct update *);
void KERNEL(rmsprop)(const struct update *);
void KERNEL(adam)(const struct update *);
void KERNEL(adagrad)(const struct update *);
void KERNEL(adadelta)(const struct update *);
void KERNEL(adamax)(const struct update *);
void KERNEL(nadam)(const struct update *);
void KERNEL(average)(size_t, real, real, const real *, real *);

extern const struct kernels KERNEL(kernels);

#endif
