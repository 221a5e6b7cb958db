/* Matrix products, in tiles of up to 6 rows by 16 columns that stay in registers.
 *
 * Every element is one chain of fused multiply-adds over k, started from what C holds, so neither
 * the tile's shape nor the split of the rows changes a bit. */
#include "kernels/table.h"
#include "kernels/vec.h"

/* A tile is two vectors wide: half a panel of 16 columns, a panel, or two. */
enum { TILE_COLUMNS = 2 * LANES };

/* X-macros rather than loops: the compiler must see the accumulators by name to keep them in
 * registers, at any optimization level. There are two a row, two for B and one for A: 15 of 16
 * registers with 6 rows, 27 of 32 with 12. */
#define ROWS_1(X)  X(0, 0)
#define ROWS_2(X)  ROWS_1(X) X(1, 0)
#define ROWS_3(X)  ROWS_2(X) X(2, 0)
#define ROWS_4(X)  ROWS_3(X) X(3, 1)
#define ROWS_5(X)  ROWS_4(X) X(4, 1)
#define ROWS_6(X)  ROWS_5(X) X(5, 1)
#define ROWS_7(X)  ROWS_6(X) X(6, 2)
#define ROWS_8(X)  ROWS_7(X) X(7, 2)
#define ROWS_9(X)  ROWS_8(X) X(8, 2)
#define ROWS_10(X) ROWS_9(X) X(9, 3)
#define ROWS_11(X) ROWS_10(X) X(10, 3)
#define ROWS_12(X) ROWS_11(X) X(11, 3)

/* The rows of A in threes, X(row, three): with a pointer to each three the addresses of all rows
 * stay in registers. */
struct threes {
    const real *of0, *of1, *of2, *of3;
};
INLINE struct threes threes_at(const real *a, size_t a_row) {
    return (struct threes){a, a + 3 * a_row, a + 6 * a_row, a + 9 * a_row};
}
INLINE void threes_step(struct threes *a, size_t step) {
    a->of0 += step, a->of1 += step, a->of2 += step, a->of3 += step;
}

/* Where in the operands a tile lies. */
struct corner {
    const real *a, *b, *more_a, *more_b, *start;
    real *c;
};

/* `left` and `right` are the lanes of the two vectors across: constants in a full tile. `second` is
 * how far the right vector of B lies from the left one. */
#define START(r, three)                                                                            \
    vec low##r = p->fresh ? start0 : LOAD(at.c + r * p->c_row, left);                              \
    vec high##r = p->fresh ? start1 : LOAD(at.c + r * p->c_row + LANES, right);
#define MULTIPLY(r, three)                                                                         \
    {                                                                                              \
        vec x = vec_set(a.of##three[(r - 3 * three) * a_row]);                                     \
        low##r = vec_fma(x, b0, low##r);                                                           \
        high##r = vec_fma(x, b1, high##r);                                                         \
    }
#define FINISH(r, three)                                                                           \
    STORE(at.c + r * p->c_row, low##r, left);                                                      \
    STORE(at.c + r * p->c_row + LANES, high##r, right);
#define TILE(R)                                                                                    \
    INLINE void tile_##R(const struct product *p, struct corner at, size_t left, size_t right) {   \
        const vec zero = vec_set(0);                                                               \
        const vec start0 = at.start != NULL ? LOAD(at.start, left) : zero;                         \
        const vec start1 = at.start != NULL ? LOAD(at.start + LANES, right) : zero;                \
        struct threes a = threes_at(at.a, p->a_row);                                               \
        const real *b = at.b;                                                                      \
        size_t a_row = p->a_row, depth = p->depth, more = p->more_depth;                           \
        size_t second = (size_t)PANEL > LANES ? LANES : p->b_panel;                                \
        ROWS_##R(START) for (;;) {                                                                 \
            for (size_t k = 0; k < depth; k++, threes_step(&a, p->a_step), b += p->b_step) {       \
                vec b0 = LOAD(b, left), b1 = LOAD(b + second, right);                              \
                ROWS_##R(MULTIPLY)                                                                 \
            }                                                                                      \
            if (more == 0) break;                                                                  \
            a_row = p->more_a_row, a = threes_at(at.more_a, a_row), b = at.more_b;                 \
            depth = more, more = 0;                                                                \
            second = (size_t)PANEL > LANES ? LANES : p->more_b_panel;                              \
        }                                                                                          \
        ROWS_##R(FINISH)                                                                           \
    }
enum { FEW_ROWS = 6 };
TILE(1)
TILE(2)
TILE(3)
TILE(4)
TILE(5)
TILE(6)
#ifdef __AVX512F__
enum { TILE_ROWS = 12 };
TILE(7)
TILE(8)
TILE(9)
TILE(10)
TILE(11)
TILE(12)
#define MORE_TILES(X) X(7) X(8) X(9) X(10) X(11) X(12)
#else
enum { TILE_ROWS = FEW_ROWS };
#define MORE_TILES(X)
#endif

/* Rows for the next tile: as many as may be, but the last two tiles share what is left, so that
 * none is so thin that its few chains wait for each other. */
INLINE size_t next_rows(size_t left, size_t most) {
    if (left <= most) return left;
    return left < 2 * most ? (left + 1) / 2 : most;
}

#define CASE(R)                                                                                    \
    case R: tile_##R(p, at, left, right); break;
INLINE void strip(const struct product *p, struct corner at, size_t left, size_t right,
                  size_t most) {
    for (size_t i = 0, rows; i < p->rows; i += rows) {
        rows = next_rows(p->rows - i, most);
        if (most > FEW_ROWS && rows > FEW_ROWS) switch (rows) {
                MORE_TILES(CASE)
            }
        else
            switch (rows) { CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) }
        at.a += rows * p->a_row;
        at.c += rows * p->c_row;
        if (p->more_depth > 0) at.more_a += rows * p->more_a_row;
    }
}

/* The last columns: a strip less wide, and for the sake of size with fewer kinds of tiles. */
OUTLINE void strip_end(const struct product *p, struct corner at, size_t left, size_t right) {
    strip(p, at, left, right, FEW_ROWS);
}

/* One row alone: two chains would wait for each other's multiply-adds, so eight vectors go side by
 * side. */
enum { ROW_COLUMNS = 8 * LANES };
#define ALL_8(X)              X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#define AT_PANEL(b, v, panel) ((b) + (v)*LANES / PANEL * (panel) + (v)*LANES % PANEL)
#define ROW_START(v)                                                                               \
    vec sum##v = !p->fresh          ? vec_load(at.c + (size_t)v * LANES)                           \
                 : at.start != NULL ? vec_load(at.start + (size_t)v * LANES)                       \
                                    : vec_set(0);
#define ROW_MULTIPLY(v) sum##v = vec_fma(x, vec_load(AT_PANEL(b, (size_t)v, panel)), sum##v);
#define ROW_FINISH(v)   vec_store(at.c + (size_t)v * LANES, sum##v);

OUTLINE void single_row(const struct product *p, struct corner at) {
    const real *a = at.a, *b = at.b;
    size_t depth = p->depth, more = p->more_depth, panel = p->b_panel;
    ALL_8(ROW_START)
    for (;;) {
        for (size_t k = 0; k < depth; k++, a += p->a_step, b += p->b_step) {
            vec x = vec_set(*a);
            ALL_8(ROW_MULTIPLY)
        }
        if (more == 0) break;
        a = at.more_a, b = at.more_b, depth = more, more = 0, panel = p->more_b_panel;
    }
    ALL_8(ROW_FINISH)
}

/* Columns from j on. */
static struct corner corner_at(const struct product *p, size_t j) {
    struct corner at = {.a = p->a,
                        .b = p->b + j / PANEL * p->b_panel + j % PANEL,
                        .c = p->c + j,
                        .more_a = p->more_a};
    if (p->start != NULL) at.start = p->start + j;
    if (p->more_depth > 0) at.more_b = p->more_b + j / PANEL * p->more_b_panel + j % PANEL;
    return at;
}

void KERNEL(product)(const struct product *p) {
    size_t j = 0;
    if (p->rows == 1)
        for (; j + ROW_COLUMNS <= p->columns; j += ROW_COLUMNS) single_row(p, corner_at(p, j));
    for (; j < p->columns; j += TILE_COLUMNS) {
        size_t left = p->columns - j;
        if (left >= TILE_COLUMNS)
            strip(p, corner_at(p, j), LANES, LANES, TILE_ROWS);
        else
            strip_end(p, corner_at(p, j), left < LANES ? left : LANES,
                      left < LANES ? 0 : left - LANES);
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
