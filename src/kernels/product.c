/* Matrix products, in tiles of up to 6 rows by 16 columns that stay in registers.
 *
 * Every element is one chain of fused multiply-adds over k, started from what C holds, so neither
 * the tile's shape nor the split of the rows changes a bit. */
#include "kernels/table.h"
#include "kernels/vec.h"

void KERNEL(pack)(size_t k, size_t n, const real *b, size_t b_row, size_t first, size_t end,
                  real *panels) {
    for (size_t p = first; p < end; p++) {
        size_t width = n - p * PANEL < PANEL ? n - p * PANEL : PANEL;
        for (size_t i = 0; i < k; i++) {
            real *to = panels + (p * k + i) * PANEL;
            const real *from = b + i * b_row + p * PANEL;
            for (size_t j = 0; j < width; j++) to[j] = from[j];
            for (size_t j = width; j < PANEL; j++) to[j] = 0;
        }
    }
}

/* b is [n][k]: column j of the packed matrix is its row j. */
void KERNEL(pack_transposed)(size_t k, size_t n, const real *b, size_t b_row, size_t first,
                             size_t end, real *panels) {
    for (size_t p = first; p < end; p++) {
        size_t width = n - p * PANEL < PANEL ? n - p * PANEL : PANEL;
        real *to = panels + p * k * PANEL;
        for (size_t j = 0; j < PANEL; j++)
            for (size_t i = 0; i < k; i++)
                to[i * PANEL + j] = j < width ? b[(p * PANEL + j) * b_row + i] : 0;
    }
}

/* X-macros rather than loops: the compiler must see 2 R named accumulators to keep them in
 * registers, at any optimization level. */
#define ROWS_1(X) X(0)
#define ROWS_2(X) ROWS_1(X) X(1)
#define ROWS_3(X) ROWS_2(X) X(2)
#define ROWS_4(X) ROWS_3(X) X(3)
#define ROWS_5(X) ROWS_4(X) X(4)
#define ROWS_6(X) ROWS_5(X) X(5)

/* `left` and `right` are the lanes of the two vectors across: constants 8, 8 in a full tile. */
#define START(r)                                                                                   \
    vec low##r = LOAD(c + r * p->c_row, left), high##r = LOAD(c + r * p->c_row + LANES, right);
#define MULTIPLY(r)                                                                                \
    {                                                                                              \
        vec x = vec_set(a[r * p->a_row]);                                                          \
        low##r = vec_fma(x, b0, low##r);                                                           \
        high##r = vec_fma(x, b1, high##r);                                                         \
    }
#define FINISH(r)                                                                                  \
    STORE(c + r * p->c_row, low##r, left);                                                         \
    STORE(c + r * p->c_row + LANES, high##r, right);
#define TILE(R)                                                                                    \
    INLINE void tile_##R(const struct product *p, const real *a, const real *b, real *c,           \
                         size_t left, size_t right) {                                              \
        ROWS_##R(START) for (size_t k = 0; k < p->depth; k++, a += p->a_step, b += p->b_step) {    \
            vec b0 = LOAD(b, left), b1 = LOAD(b + LANES, right);                                   \
            ROWS_##R(MULTIPLY)                                                                     \
        }                                                                                          \
        ROWS_##R(FINISH)                                                                           \
    }
TILE(1)
TILE(2)
TILE(3)
TILE(4)
TILE(5)
TILE(6)

/* Rows for the next tile: 6, but the last two tiles share what is left, so that none is so thin
 * that its few chains wait for each other. */
INLINE size_t next_rows(size_t left) {
    return left > 6 && left < 12 ? (left + 1) / 2 : left < 6 ? left : 6;
}

INLINE void panel(const struct product *p, const real *b, real *c, size_t left, size_t right) {
    for (size_t i = 0, rows; i < p->rows; i += rows) {
        const real *a = p->a + i * p->a_row;
        real *to = c + i * p->c_row;
        rows = next_rows(p->rows - i);
        switch (rows) {
        case 1: tile_1(p, a, b, to, left, right); break;
        case 2: tile_2(p, a, b, to, left, right); break;
        case 3: tile_3(p, a, b, to, left, right); break;
        case 4: tile_4(p, a, b, to, left, right); break;
        case 5: tile_5(p, a, b, to, left, right); break;
        default: tile_6(p, a, b, to, left, right);
        }
    }
}

void KERNEL(product)(const struct product *p) {
    size_t whole = p->columns / PANEL, rest = p->columns % PANEL;
    for (size_t i = 0; i < whole; i++)
        panel(p, p->b + i * p->b_panel, p->c + i * PANEL, LANES, LANES);
    if (rest > 0)
        panel(p, p->b + whole * p->b_panel, p->c + whole * PANEL, rest < LANES ? rest : LANES,
              rest < LANES ? 0 : rest - LANES);
}

void KERNEL(column_sums)(size_t rows, size_t columns, const real *b, size_t b_row, real *sums) {
    EACH_VEC(j, n, columns) {
        vec sum = LOAD(sums + j, n);
        for (size_t i = 0; i < rows; i++) sum += LOAD(b + i * b_row + j, n);
        STORE(sums + j, sum, n);
    }
}
