/* vocabulary.h - what layers with weights say often: rows of the key table, shares, products. */
#ifndef LAYERS_VOCABULARY_H
#define LAYERS_VOCABULARY_H

#include "base/param.h"
#include "base/team.h"
#include "layers/layer.h"

#define UNITS_PARAM(owner)                                                                         \
    {                                                                                              \
        .key = "units", .type = PARAM_COUNT, .offset = offsetof(owner, units), .least = 1,         \
        .most = 65536, .help = "size of the output"                                                \
    }
#define ACTIVATION_PARAM(owner, field, value, text)                                                \
    {                                                                                              \
        .key = #field, .type = PARAM_CHOICE, .offset = offsetof(owner, field), .preset = value,    \
        .choices = activation_names, .help = text                                                  \
    }
#define USE_BIAS_PARAM(owner)                                                                      \
    {                                                                                              \
        .key = "use_bias", .type = PARAM_BOOL, .offset = offsetof(owner, use_bias),                \
        .preset = "true", .help = "add a bias"                                                     \
    }
/* Panels (of PANEL columns) and columns that fall to one of `parts`. */
struct team_range panels_share(size_t columns, size_t part, size_t parts);
struct team_range columns_share(size_t columns, size_t part, size_t parts);

/* Rows of zeros. */
void clear_rows(size_t rows, size_t width, real *z, size_t z_row);

/* Rows of x [..][depth] with row length `row`, and a packed [depth][columns] to multiply them by. */
struct factor {
    const real *x;
    size_t depth, row;
    const real *packed;
};

/* z [rows][columns], row length z_row, += a product. */
void multiply_add(const struct kernels *k, size_t rows, size_t columns, struct factor factor,
                  real *z, size_t z_row);

/* z = start + first + second, in one chain for each element: `start` is a row of [columns] (a bias),
 * NULL for zeros; a second factor whose x is NULL is none. */
void multiply(const struct kernels *k, size_t rows, size_t columns, const real *start,
              struct factor first, struct factor second, real *z, size_t z_row);

/* out [depth][...] += x' dz over `rows`, for some of dz's columns; x_row, dz_row and out_row are
 * row lengths. The columns of `out` are those of dz. */
void add_outer(const struct kernels *k, size_t rows, size_t depth, const real *x, size_t x_row,
               const real *dz, size_t dz_row, struct team_range columns, real *out, size_t out_row);

/* Zero the columns of a tensor's gradient. */
void clear_gradient(const struct layer_tensor *tensor, const struct pass *pass,
                    struct team_range columns);

/* The gradient of a bias: sums of some of dz's columns over `rows`. */
void bias_gradient(const struct layer_tensor *bias, const struct pass *pass, size_t rows,
                   const real *dz, size_t dz_row, struct team_range columns);

#endif
