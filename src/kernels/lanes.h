/* lanes.h - horizontal sums: over the virtual lanes and one tree, whatever lanes a machine has. */
#ifndef KERNELS_LANES_H
#define KERNELS_LANES_H

#include "kernels/vec.h"

enum { VECS = VIRTUAL_LANES / LANES };

typedef real lanes_8 __attribute__((vector_size(8 * sizeof(real))));
typedef real lanes_4 __attribute__((vector_size(4 * sizeof(real))));

/* The tree: lane i takes lane i + 8, then i + 4, i + 2, i + 1. */
INLINE real lane_sum(const vec sums[static VECS]) {
    lanes_8 a, b;
    memcpy(&a, sums, sizeof a);
    memcpy(&b, (const char *)sums + sizeof a, sizeof b);
    a += b;
    lanes_4 c, d;
    memcpy(&c, &a, sizeof c);
    memcpy(&d, (const char *)&a + sizeof c, sizeof d);
    c += d;
    return (c[0] + c[2]) + (c[1] + c[3]);
}

#endif
