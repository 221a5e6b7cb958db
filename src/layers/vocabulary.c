#include "layers/vocabulary.h"

#include <string.h>

struct team_range panels_share(size_t columns, size_t part, size_t parts) {
    return team_share(packed_size(1, columns) / PANEL, 1, part, parts);
}

struct team_range columns_share(size_t columns, size_t part, size_t parts) {
    return team_share(columns, PANEL, part, parts);
}

void start_rows(const struct kernels *k, const real *bias, size_t rows, size_t width, real *z,
                size_t z_row) {
    if (bias != NULL)
        k->fill_rows(rows, width, bias, z, z_row);
    else
        for (size_t r = 0; r < rows; r++) memset(z + r * z_row, 0, width * sizeof *z);
}

void multiply_packed(const struct kernels *k, size_t rows, size_t columns, size_t depth,
                     const real *x, size_t x_row, const real *packed, real *z, size_t z_row) {
    k->product(&(struct product){.rows = rows,
                                 .columns = columns,
                                 .depth = depth,
                                 .a = x,
                                 .a_row = x_row,
                                 .a_step = 1,
                                 .b = packed,
                                 .b_panel = depth * PANEL,
                                 .b_step = PANEL,
                                 .c = z,
                                 .c_row = z_row});
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
