#include "run/draw.h"

#include <math.h>
#include <stdbool.h>

#include "base/elementary.h"
#include "base/random.h"

static size_t likeliest(const double *z, size_t count) {
    size_t most = 0;
    for (size_t i = 1; i < count; i++)
        if (z[i] > z[most]) most = i;
    return most;
}

static void to_chances(double *z, size_t count, double temperature) {
    double most = z[likeliest(z, count)];
    for (size_t i = 0; i < count; i++)
        z[i] = isinf(z[i]) ? 0 : exact_exp((z[i] - most) / temperature);
}

static bool stands_after(const double *chance, size_t a, size_t b) {
    if (chance[a] != chance[b]) return chance[a] < chance[b];
    return a > b;
}

/* Let order[root] sink to its place in a heap whose top stands last in the sorted order. */
static void sink(const double *chance, size_t *order, size_t root, size_t count) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && stands_after(chance, order[child + 1], order[child])) child++;
        if (stands_after(chance, order[root], order[child])) return;
        size_t other = order[root];
        order[root] = order[child];
        order[child] = other;
    }
}

/* The likeliest first. A heap sort, since qsort may ask for memory. */
static void sort(const double *chance, size_t *order, size_t count) {
    for (size_t i = count / 2; i-- > 0;) sink(chance, order, i, count);
    for (size_t end = count; end > 1; end--) {
        size_t last = order[0];
        order[0] = order[end - 1];
        order[end - 1] = last;
        sink(chance, order, 0, end - 1);
    }
}

static double sum(const double *chance, const size_t *order, size_t count) {
    double total = 0;
    for (size_t i = 0; i < count; i++) total += chance[order[i]];
    return total;
}

/* How many of the likeliest may be drawn. */
static size_t keep(const struct draw *draw, const double *chance, const size_t *order,
                   size_t count) {
    if (draw->top_k > 0 && draw->top_k < count) count = draw->top_k;
    if (draw->top_p >= 1) return count;
    double share = draw->top_p * sum(chance, order, count), so_far = 0;
    size_t kept = 0;
    while (kept < count && so_far < share) so_far += chance[order[kept++]];
    return kept;
}

size_t draw_one(const struct draw *draw, double *z, size_t *order, size_t count,
                uint64_t position) {
    struct random_stream stream = random_stream(draw->seed, RANDOM_WRITE, 0);
    if (draw->temperature == 0) return likeliest(z, count);
    to_chances(z, count, draw->temperature);
    for (size_t i = 0; i < count; i++) order[i] = i;
    if (draw->top_k > 0 || draw->top_p < 1) sort(z, order, count);
    size_t kept = keep(draw, z, order, count);
    double left = random_uniform(stream, 0, position) * sum(z, order, kept);
    size_t found = order[0];
    for (size_t i = 0; i < kept && left > 0; i++) {
        if (z[order[i]] > 0) found = order[i];
        left -= z[order[i]];
    }
    return found;
}
