#include "base/random.h"

#include "base/elementary.h"

void random_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c0, b = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)b;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)a;
        k0 += 0x9E3779B9u; /* Weyl: the golden ratio and sqrt(3) - 1 */
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

struct random_stream random_stream(uint64_t seed, enum random_purpose purpose, uint32_t which) {
    /* The key is one block of the generator itself, so that near seeds give far keys. */
    const uint32_t counter[4] = {(uint32_t)seed, (uint32_t)(seed >> 32), (uint32_t)purpose, which};
    const uint32_t key[2] = {0x726e6e74u, 0x7261696eu};
    uint32_t out[4];
    random_block(counter, key, out);
    return (struct random_stream){{out[0], out[1]}};
}

static uint64_t bits(struct random_stream stream, uint64_t high, uint64_t low) {
    const uint32_t counter[4] = {(uint32_t)low, (uint32_t)(low >> 32), (uint32_t)high,
                                 (uint32_t)(high >> 32)};
    uint32_t out[4];
    random_block(counter, stream.key, out);
    return (uint64_t)out[0] << 32 | out[1];
}

double random_uniform(struct random_stream stream, uint64_t high, uint64_t low) {
    /* The middle of one of 2^52 equal parts of (0, 1): never an end, also after rounding. */
    return ((double)(bits(stream, high, low) >> 12) + 0.5) * 0x1p-52;
}

double random_normal(struct random_stream stream, uint64_t high, uint64_t low) {
    return exact_normal_quantile(random_uniform(stream, high, low));
}

double random_truncated_normal(struct random_stream stream, uint64_t high, uint64_t low) {
    const double outside = 0.022750131948179207; /* the distribution at -2 */
    double u = random_uniform(stream, high, low);
    return exact_normal_quantile(outside + u * (1 - 2 * outside));
}

void random_shuffle(struct random_stream stream, uint64_t high, size_t *order, size_t count) {
    for (size_t i = 0; i < count; i++) order[i] = i;
    for (size_t i = count; i-- > 1;) {
        size_t j = (size_t)((unsigned __int128)bits(stream, high, i) * (i + 1) >> 64);
        size_t swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
}
