/* random.h - counter-based random numbers: Philox4x32-10.
 *
 * Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011). A number is a
 * function of a key and a counter, so it does not depend on who asks, when, or in what order: any
 * thread and any resumed run gets the same. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What random numbers are for; part of the key, so that no two uses share a stream. Values are in
 * checkpoints' results: never renumber. */
enum random_purpose {
    RANDOM_INITIAL = 1,  /* weights; counter: tensor, element */
    RANDOM_SHUFFLE = 2,  /* order of samples; counter: epoch, position */
    RANDOM_DROPOUT = 3,  /* masks; counter: global step, row before sorting, time step, unit / 4 */
    RANDOM_GENERATE = 4, /* generated data; counter: sample, column */
    RANDOM_SPLIT = 5,    /* parts of the data; counter: 0, position */
    RANDOM_WRITE = 6,    /* symbols of a text that is written; counter: 0, position */
};

/* The block function: four 32-bit words of counter and two of key give four random words. */
void random_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* A stream: the key made of seed, purpose and a number that tells apart those who share the
 * purpose (a layer, a tensor). */
struct random_stream {
    uint32_t key[2];
};
struct random_stream random_stream(uint64_t seed, enum random_purpose purpose, uint32_t which);

/* Uniform in (0, 1), 52 bits, never 0 or 1, at 128-bit position (high, low). */
double random_uniform(struct random_stream stream, uint64_t high, uint64_t low);

/* Standard normal, by the inverse of its distribution (one uniform each). */
double random_normal(struct random_stream stream, uint64_t high, uint64_t low);

/* Normal restricted to -2..2 standard deviations (not rescaled). */
double random_truncated_normal(struct random_stream stream, uint64_t high, uint64_t low);

/* A permutation of 0..count-1 into `order`: Fisher-Yates with draws at (high, 0..count-1), without
 * modulo bias (64-bit multiply and shift; the bias is below 2^-32 for any count under 2^32). */
void random_shuffle(struct random_stream stream, uint64_t high, size_t *order, size_t count);

#endif
