/* Keras 3's initialisers, on the fused matrices of all gates. fan_in and fan_out are the rows and
 * columns of a matrix; both are n for a vector of n.
 *
 *   glorot   variance 2 / (fan_in + fan_out)        he  2 / fan_in        lecun  1 / fan_in
 *   uniform  in +-sqrt(3 variance)
 *   normal   cut at +-2 standard deviations, then scaled to the variance
 *   orthogonal   QR of a standard normal matrix, columns' signs fixed by R's diagonal (Saxe,
 *                McClelland, Ganguli 2014) */
#include "model/init.h"

#include <math.h>
#include <stdbool.h>

#include "base/random.h"
#include "kernels/kernels.h"

/* The standard deviation that a unit normal keeps when cut at +-2. */
static const double truncated_deviation = 0.87962566103423978;

static double variance(const struct layer_tensor *tensor) {
    double in = (double)tensor->extent[0];
    double out = (double)(tensor->rank > 1 ? tensor->extent[1] : tensor->extent[0]);
    switch (tensor->initializer) {
    case INITIALIZER_GLOROT_UNIFORM:
    case INITIALIZER_GLOROT_NORMAL: return 2 / (in + out);
    case INITIALIZER_HE_UNIFORM:
    case INITIALIZER_HE_NORMAL: return 2 / in;
    case INITIALIZER_LECUN_UNIFORM:
    case INITIALIZER_LECUN_NORMAL: return 1 / in;
    default: return 0; /* not by the shape */
    }
}

/* A vector within a matrix: along a row (step 1) or down a column. */
struct line {
    real *x;
    size_t length, step;
};

/* As the kernel does, of vectors that need not lie in one piece. */
static double dot(struct line a, struct line b) {
    enum { LANES = 8 };
    double sum[LANES] = {0};
    size_t whole = a.length - a.length % LANES;
    for (size_t i = 0; i < a.length; i++)
        sum[i < whole ? i % LANES : 0] += (double)a.x[i * a.step] * (double)b.x[i * b.step];
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

static void project(struct line q, struct line x) {
    double along = dot(q, x);
    for (size_t i = 0; i < x.length; i++)
        x.x[i * x.step] = (real)((double)x.x[i * x.step] - along * (double)q.x[i * q.step]);
}

/* Modified Gram-Schmidt on the vectors of the shorter side: they come out orthonormal. Rows of a
 * wide matrix, columns of a tall one. Twice is enough (Kahan, Parlett) for orthogonality to
 * rounding. Subtracting projections leaves the signs as a QR with positive diagonal has them. */
static void orthogonal(struct random_stream stream, size_t rows, size_t columns, real *to) {
    bool wide = rows <= columns;
    size_t vectors = wide ? rows : columns, length = wide ? columns : rows;
    size_t stride = wide ? columns : 1, step = wide ? 1 : columns;
    struct error unread; /* there always is a best set */
    const struct kernels *kernels = kernels_select("auto", &unread);
    for (size_t v = 0; v < vectors; v++) {
        struct line line = {to + v * stride, length, step};
        for (size_t i = 0; i < length; i++) line.x[i * step] = (real)random_normal(stream, v, i);
        for (size_t w = 0; w < 2 * v; w++) {
            struct line other = {to + w % v * stride, length, step};
            if (step == 1)
                kernels->project(length, other.x, line.x);
            else
                project(other, line);
        }
        double norm = sqrt(dot(line, line));
        for (size_t i = 0; i < length; i++)
            line.x[i * step] = (real)((double)line.x[i * step] / norm);
    }
}

static double draw(enum initializer kind, const struct initializer_settings *s,
                   struct random_stream stream, uint64_t i, double spread) {
    switch (kind) {
    case INITIALIZER_GLOROT_UNIFORM:
    case INITIALIZER_HE_UNIFORM:
    case INITIALIZER_LECUN_UNIFORM:
        return (2 * random_uniform(stream, 0, i) - 1) * sqrt(3 * spread);
    case INITIALIZER_GLOROT_NORMAL:
    case INITIALIZER_HE_NORMAL:
    case INITIALIZER_LECUN_NORMAL:
        return random_truncated_normal(stream, 0, i) * sqrt(spread) / truncated_deviation;
    case INITIALIZER_RANDOM_UNIFORM:
        return s->minval + random_uniform(stream, 0, i) * (s->maxval - s->minval);
    case INITIALIZER_RANDOM_NORMAL: return s->mean + random_normal(stream, 0, i) * s->stddev;
    case INITIALIZER_TRUNCATED_NORMAL:
        return s->mean + random_truncated_normal(stream, 0, i) * s->stddev;
    case INITIALIZER_CONSTANT: return s->value;
    case INITIALIZER_ONES: return 1;
    default: return 0;
    }
}

static void apply_gain(const struct layer_tensor *tensor, double gain, size_t columns, real *to) {
    if (tensor->initializer == INITIALIZER_IDENTITY)
        for (size_t i = 0; i < tensor->extent[0] && i < columns; i++)
            to[i * columns + i] = (real)gain;
    if (tensor->initializer == INITIALIZER_ORTHOGONAL && gain != 1)
        for (size_t i = 0; i < tensor->size; i++) to[i] = (real)((double)to[i] * gain);
}

void init_tensor(const struct layer_tensor *tensor, uint64_t seed, uint32_t number, real *to) {
    static const struct initializer_settings defaults = {
        .gain = 1, .minval = -0.05, .maxval = 0.05, .stddev = 0.05};
    const struct initializer_settings *settings =
        tensor->initial != NULL ? tensor->initial : &defaults;
    struct random_stream stream = random_stream(seed, RANDOM_INITIAL, number);
    size_t columns = tensor->rank > 1 ? tensor->extent[1] : 1;
    if (tensor->initializer == INITIALIZER_ORTHOGONAL)
        orthogonal(stream, tensor->extent[0], columns, to);
    else {
        double spread = variance(tensor);
        for (size_t i = 0; i < tensor->size; i++)
            to[i] = (real)draw(tensor->initializer, settings, stream, i, spread);
    }
    apply_gain(tensor, settings->gain, columns, to);
    for (size_t i = tensor->ones; i < tensor->ones_end; i++) to[i] = 1;
}
