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

/* A tile is two vectors wide: half a panel of 16 columns, a panel, or two. */
enum { TILE_COLUMNS = 2 * LANES };

/* X-macros rather than loops: the compiler must see the accumulators by name to keep them in
 * registers, at any optimization level. There are two a row, two for B and one for A: 15 of 16
 * registers with 6 rows, 27 of 32 with 12. */
#define ROWS_1(X)  X(0)
#define ROWS_2(X)  ROWS_1(X) X(1)
#define ROWS_3(X)  ROWS_2(X) X(2)
#define ROWS_4(X)  ROWS_3(X) X(3)
#define ROWS_5(X)  ROWS_4(X) X(4)
#define ROWS_6(X)  ROWS_5(X) X(5)
#define ROWS_7(X)  ROWS_6(X) X(6)
#define ROWS_8(X)  ROWS_7(X) X(7)
#define ROWS_9(X)  ROWS_8(X) X(8)
#define ROWS_10(X) ROWS_9(X) X(9)
#define ROWS_11(X) ROWS_10(X) X(10)
#define ROWS_12(X) ROWS_11(X) X(11)

/* `left` and `right` are the lanes of the two vectors across: constants in a full tile. `second` is
 * how far the right vector of B lies from the left one. */
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
        const size_t second = (size_t)PANEL > LANES ? LANES : p->b_panel;                          \
        ROWS_##R(START) for (size_t k = 0; k < p->depth; k++, a += p->a_step, b += p->b_step) {    \
            vec b0 = LOAD(b, left), b1 = LOAD(b + second, right);                                  \
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
#ifdef __AVX512F__
enum { TILE_ROWS = 12, TWO_TILES = 24 };
TILE(7)
TILE(8)
TILE(9)
TILE(10)
TILE(11)
TILE(12)
#define MORE_TILES(X) X(7) X(8) X(9) X(10) X(11) X(12)
#else
enum { TILE_ROWS = 6, TWO_TILES = 12 };
#define MORE_TILES(X)
#endif

/* Rows for the next tile: all that fit, but the last two tiles share what is left, so that none is
 * so thin that its few chains wait for each other. */
INLINE size_t next_rows(size_t left) {
    if (left <= TILE_ROWS) return left;
    return left < TWO_TILES ? (left + 1) / 2 : TILE_ROWS;
}

INLINE void strip(const struct product *p, const real *b, real *c, size_t left, size_t right) {
    for (size_t i = 0, rows; i < p->rows; i += rows) {
        const real *a = p->a + i * p->a_row;
        real *to = c + i * p->c_row;
        rows = next_rows(p->rows - i);
#define CASE(R)                                                                                    \
    case R: tile_##R(p, a, b, to, left, right); break;
        switch (rows) { CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) MORE_TILES(CASE) }
    }
}

/* The last columns: a strip less wide. */
OUTLINE void strip_end(const struct product *p, const real *b, real *c, size_t left, size_t right) {
    strip(p, b, c, left, right);
}

void KERNEL(product)(const struct product *p) {
    for (size_t j = 0; j < p->columns; j += TILE_COLUMNS) {
        const real *b = p->b + j / PANEL * p->b_panel + j % PANEL;
        size_t left = p->columns - j;
        if (left >= TILE_COLUMNS)
            strip(p, b, p->c + j, LANES, LANES);
        else
            strip_end(p, b, p->c + j, left < LANES ? left : LANES, left < LANES ? 0 : left - LANES);
    }
}

/* Some columns at a time, so that a row's cache lines and page are met once for all of them. */
enum { SUM_VECS = 4, SUM_COLUMNS = SUM_VECS * LANES };

void KERNEL(column_sums)(size_t rows, size_t columns, const real *b, size_t b_row, real *sums) {
    size_t j = 0;
    for (; j + SUM_COLUMNS <= columns; j += SUM_COLUMNS) {
        vec sum[SUM_VECS];
        for (size_t v = 0; v < SUM_VECS; v++) sum[v] = vec_load(sums + j + v * LANES);
        for (size_t i = 0; i < rows; i++)
            for (size_t v = 0; v < SUM_VECS; v++) sum[v] += vec_load(b + i * b_row + j + v * LANES);
        for (size_t v = 0; v < SUM_VECS; v++) vec_store(sums + j + v * LANES, sum[v]);
    }
    EACH_VEC(k, n, columns - j) {
        vec sum = LOAD(sums + j + k, n);
        for (size_t i = 0; i < rows; i++) sum += LOAD(b + i * b_row + j + k, n);
        STORE(sums + j + k, sum, n);
    }
}
