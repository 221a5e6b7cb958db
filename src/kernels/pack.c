/* Packing of a right-hand matrix, or of its transpose, into panels of 16 columns. */
#include "kernels/table.h"
#include "kernels/vec.h"

void KERNEL(pack)(size_t k, size_t n, const real *b, size_t b_row, size_t first, size_t end,
                  real *panels) {
    for (size_t p = first; p < end; p++) {
        const real *from = b + p * PANEL;
        real *to = panels + p * k * PANEL;
        size_t width = n - p * PANEL;
        if (width >= PANEL) {
            for (size_t i = 0; i < k; i++)
                memcpy(to + i * PANEL, from + i * b_row, PANEL * sizeof *to);
            continue;
        }
        memset(to, 0, k * PANEL * sizeof *to);
        for (size_t i = 0; i < k; i++) memcpy(to + i * PANEL, from + i * b_row, width * sizeof *to);
    }
}

/* A block of 4 by 4, in shuffles of quarters of the virtual lanes. */
enum { SIDE = 4 };
typedef real quarter __attribute__((vector_size(SIDE * sizeof(real))));
INLINE quarter quarter_load(const real *p) {
    quarter v;
    memcpy(&v, p, sizeof v);
    return v;
}
INLINE void quarter_store(real *p, quarter v) {
    memcpy(p, &v, sizeof v);
}

INLINE void transpose_block(const real *b, size_t b_row, real *to) {
    quarter p = quarter_load(b), q = quarter_load(b + b_row);
    quarter r = quarter_load(b + 2 * b_row), s = quarter_load(b + 3 * b_row);
    quarter pq = {p[0], q[0], p[1], q[1]}, pq2 = {p[2], q[2], p[3], q[3]};
    quarter rs = {r[0], s[0], r[1], s[1]}, rs2 = {r[2], s[2], r[3], s[3]};
    quarter_store(to, (quarter){pq[0], pq[1], rs[0], rs[1]});
    quarter_store(to + PANEL, (quarter){pq[2], pq[3], rs[2], rs[3]});
    quarter_store(to + (size_t)2 * PANEL, (quarter){pq2[0], pq2[1], rs2[0], rs2[1]});
    quarter_store(to + (size_t)3 * PANEL, (quarter){pq2[2], pq2[3], rs2[2], rs2[3]});
}

/* Some elements of one row of b: one column of the panel. */
static void transpose_row(size_t first, size_t end, const real *row, real *to) {
    for (size_t i = first; i < end; i++) to[i * PANEL] = row[i];
}

/* b is [n][k]: column j of the packed matrix is its row j. Four rows are read a cache line at a
 * time: rows of a power of two in length fall into few sets of the cache. */
enum { LINE = 16 };
void KERNEL(pack_transposed)(size_t k, size_t n, const real *b, size_t b_row, size_t first,
                             size_t end, real *panels) {
    for (size_t p = first; p < end; p++) {
        const real *from = b + p * PANEL * b_row;
        real *to = panels + p * k * PANEL;
        size_t width = n - p * PANEL < PANEL ? n - p * PANEL : PANEL;
        size_t rows = width - width % SIDE, whole = k - k % LINE;
        if (width < PANEL) memset(to, 0, k * PANEL * sizeof *to);
        for (size_t i = 0; i < whole; i += LINE)
            for (size_t j = 0; j < rows; j += SIDE)
                for (size_t l = i; l < i + LINE; l += SIDE)
                    transpose_block(from + j * b_row + l, b_row, to + l * PANEL + j);
        for (size_t j = 0; j < rows; j++) transpose_row(whole, k, from + j * b_row, to + j);
        for (size_t j = rows; j < width; j++) transpose_row(0, k, from + j * b_row, to + j);
    }
}
