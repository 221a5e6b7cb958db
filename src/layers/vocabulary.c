#include "layers/vocabulary.h"

#include <string.h>

struct team_range panels_share(size_t columns, size_t part, size_t parts) {
    return team_share(packed_size(1, columns) / PANEL, 1, part, parts);
}

struct team_range columns_share(size_t columns, size_t part, size_t parts) {
    return team_share(columns, PANEL, part, parts);
}

void clear_rows(size_t rows, size_t width, real *z, size_t z_row) {
    for (size_t r = 0; r < rows; r++) memset(z + r * z_row, 0, width * sizeof *z);
}

static struct product product_of(size_t rows, size_t columns, struct factor factor, real *z,
                                 size_t z_row) {
    return (struct product){.rows = rows,
                            .columns = columns,
                            .depth = factor.depth,
                            .a = factor.x,
                            .a_row = factor.row,
                            .a_step = 1,
                            .b = factor.packed,
                            .b_panel = factor.depth * PANEL,
                            .b_step = PANEL,
                            .c = z,
                            .c_row = z_row};
}

void multiply_add(const struct kernels *k, size_t rows, size_t columns, struct factor factor,
                  real *z, size_t z_row) {
    struct product product = product_of(rows, columns, factor, z, z_row);
    k->product(&product);
}

void multiply(const struct kernels *k, size_t rows, size_t columns, const real *start,
              struct factor first, struct factor second, real *z, size_t z_row) {
    struct product product = product_of(rows, columns, first, z, z_row);
    product.fresh = true;
    product.start = start;
    if (second.x != NULL) {
        product.more_depth = second.depth;
        product.more_a = second.x;
        product.more_a_row = second.row;
        product.more_b = second.packed;
        product.more_b_panel = second.depth * PANEL;
    }
    k->product(&product);
}

/* Rows of x and dz that stay in the cache while every tile of `out` passes over them. */
enum { OUTER_BLOCK = 256 };

void add_outer(const struct kernels *k, size_t rows, size_t depth, const real *x, size_t x_row,
               const real *dz, size_t dz_row, struct team_range columns, real *out,
               size_t out_row) {
    for (size_t first = 0; first < rows; first += OUTER_BLOCK) {
        size_t count = rows - first < OUTER_BLOCK ? rows - first : OUTER_BLOCK;
        k->product(&(struct product){.rows = depth,
                                     .columns = columns.end - columns.first,
                                     .depth = count,
                                     .a = x + first * x_row,
                                     .a_row = 1,
                                     .a_step = x_row,
                                     .b = dz + first * dz_row + columns.first,
                                     .b_panel = PANEL,
                                     .b_step = dz_row,
                                     .c = out + columns.first,
                                     .c_row = out_row});
    }
}

void clear_gradient(const struct layer_tensor *tensor, const struct pass *pass,
                    struct team_range columns) {
    size_t width = tensor->extent[tensor->rank - 1], rows = tensor->size / width;
    real *gradient = pass->gradients + tensor->offset;
    for (size_t r = 0; r < rows; r++)
        memset(gradient + r * width + columns.first, 0,
               (columns.end - columns.first) * sizeof *gradient);
}

void bias_gradient(const struct layer_tensor *bias, const struct pass *pass, size_t rows,
                   const real *dz, size_t dz_row, struct team_range columns) {
    clear_gradient(bias, pass, columns);
    pass->kernels->column_sums(rows, columns.end - columns.first, dz + columns.first, dz_row,
                               pass->gradients + bias->offset + columns.first);
}
