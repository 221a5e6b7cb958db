/* Dropout: the generator of base/random.h, several counters at a time. */
#include "kernels/table.h"
#include "kernels/vec.h"

/* Philox4x32-10's rounds, as in random_block; a lane is a counter. */
INLINE void random_blocks(wide c[4], const uint32_t key[2]) {
    const wide low = (wide){0} + UINT32_MAX, m0 = (wide){0} + 0xD2511F53u,
               m1 = (wide){0} + 0xCD9E8D57u;
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
        wide a = wide_multiply(c[0], m0), b = wide_multiply(c[2], m1);
        c[0] = (b >> 32) ^ c[1] ^ k0;
        c[1] = b & low;
        c[2] = (a >> 32) ^ c[3] ^ k1;
        c[3] = a & low;
    }
}

/* Random bits for WIDE_LANES blocks of four units from block `first` of a row on. */
enum { BITS = 4 * WIDE_LANES };
#ifdef REAL_DOUBLE
typedef uint64_t bits; /* in lanes as wide as a real's */
#else
typedef uint32_t bits;
#endif
typedef bits bits_vec __attribute__((vector_size(sizeof(vec))));

static void row_bits(uint32_t first, const uint32_t counter[3], const uint32_t key[2],
                     bits to[BITS]) {
    wide c[4] = {(wide){0} + first, (wide){0} + counter[0], (wide){0} + counter[1],
                 (wide){0} + counter[2]};
    for (uint32_t i = 0; i < WIDE_LANES; i++) c[0][i] += i;
    random_blocks(c, key);
    uint64_t word[4][WIDE_LANES];
    memcpy(word, c, sizeof word);
    for (size_t i = 0; i < WIDE_LANES; i++)
        for (size_t w = 0; w < 4; w++) to[4 * i + w] = (bits)word[w][i];
}

void KERNEL(dropout)(size_t rows, size_t width, double rate, const uint32_t key[2], uint64_t step,
                     const size_t *origin, size_t time, const real *x, real *y) {
    const bits_vec limit = (bits_vec){0} + (uint32_t)(rate * 0x1p32); /* bits below it: dropped */
    const real factor = (real)(1 / (1 - rate));
    for (size_t r = 0; r < rows; r++, x += width, y += width) {
        const uint32_t rest[3] = {(uint32_t)origin[r], (uint32_t)time, (uint32_t)step};
        for (size_t j = 0; j < width; j += BITS) {
            bits drawn[BITS];
            /* Units are below 2^22, so the step has 42 bits. */
            row_bits((uint32_t)(j / 4) | (uint32_t)(step >> 32) << 22, rest, key, drawn);
            EACH_VEC(k, n, width - j < BITS ? width - j : BITS) {
                bits_vec random;
                memcpy(&random, drawn + k, sizeof random);
                vec kept = LOAD(x + j + k, n) * factor;
                STORE(y + j + k, vec_select((mask)(random < limit), vec_set(0), kept), n);
            }
        }
    }
}
