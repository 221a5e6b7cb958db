#include "run/baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/elementary.h"
#include "base/least_squares.h"

const char *const baseline_names[BASELINES] = {[BASELINE_MEAN] = "mean",
                                               [BASELINE_MAJORITY] = "majority",
                                               [BASELINE_PERSISTENCE] = "persistence",
                                               [BASELINE_SEASONAL] = "seasonal",
                                               [BASELINE_LINEAR] = "linear"};

/* Bounds that keep a fit to a fraction of a second, and its weights to a small part of a file. */
enum { LINEAR_INPUTS = 256, LINEAR_WEIGHTS = 16384 };
static const double fit_work = 2.5e8; /* multiply-adds */

void baselines_free(struct baselines *b) {
    free(b->level);
    free(b->weight);
    free(b->value);
    free(b->encoded);
    free(b->output);
    *b = (struct baselines){0};
}

static bool is_class_loss(const struct engine *e) {
    return e->loss.ops->activation != ACTIVATION_LINEAR;
}

size_t baselines_width(const struct engine *e) {
    return e->loss.class_targets ? e->model.outputs : engine_targets(e)->shape.targets;
}

/* Which fit the task; and how many of the last steps a linear one can look at. */
static void choose(struct baselines *b, const struct engine *e) {
    const struct schema *schema = dataset_schema(e->data);
    const struct batch_shape *shape = &engine_targets(e)->shape;
    b->width = baselines_width(e);
    b->features = e->batch.shape.features;
    b->given[e->loss.class_targets ? BASELINE_MAJORITY : BASELINE_MEAN] = true;
    if (is_class_loss(e)) return;
    b->given[BASELINE_PERSISTENCE] = dataset_forecasts(e->data);
    b->season = b->given[BASELINE_PERSISTENCE] ? dataset_season(e->data) : 0;
    b->given[BASELINE_SEASONAL] = b->season > 1;
    size_t inputs = LINEAR_WEIGHTS / b->width;
    if (inputs > LINEAR_INPUTS) inputs = LINEAR_INPUTS;
    b->steps = inputs / b->features < schema->steps ? inputs / b->features : schema->steps;
    b->given[BASELINE_LINEAR] = !shape->target_steps && b->steps > 0;
}

bool baselines_take_scratch(struct baselines *b, const struct engine *e, struct error *err) {
    const struct batch_shape *shape = &engine_targets(e)->shape;
    size_t rows = shape->rows, size;
    if ((shape->target_steps && !memory_multiply(rows, shape->steps, &rows, "baselines", err)) ||
        !memory_multiply(rows, b->width, &size, "baselines", err))
        return false;
    b->value = memory_take(size, sizeof *b->value, "baselines", err);
    b->encoded = memory_take(size, sizeof *b->encoded, "baselines", err);
    b->output = memory_take(e->model.outputs, sizeof *b->output, "baselines", err);
    return b->value != NULL && b->encoded != NULL && b->output != NULL;
}

static bool take_memory(struct baselines *b, const struct engine *e, struct error *err) {
    b->level = memory_take(b->width, sizeof *b->level, "baselines", err);
    if (b->level == NULL || !baselines_take_scratch(b, e, err)) return false;
    if (!b->given[BASELINE_LINEAR]) return true;
    b->weight =
        memory_take(b->width, (b->steps * b->features + 1) * sizeof *b->weight, "baselines", err);
    return b->weight != NULL;
}

/* ---- fitting --------------------------------------------------------------------------------- */

struct fit {
    struct baselines *baselines;
    struct engine *engine;
    struct least_squares linear;
    double *x, *y; /* of a row */
    size_t rows;   /* counted for the levels */
    size_t skip;   /* one sample in so many is fitted */
};

/* The inputs of a row that the linear baseline looks at, in order. */
static void take_inputs(const struct baselines *b, const struct batch *batch, size_t row,
                        double *x) {
    const struct steps *steps = &batch->steps;
    size_t first = steps->length[row] - b->steps;
    for (size_t t = 0; t < b->steps; t++)
        for (size_t f = 0; f < b->features; f++)
            *x++ = (double)batch->x[(steps->offset[first + t] + row) * b->features + f];
}

static bool all_finite(const double *x, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!isfinite(x[i])) return false;
    return true;
}

static void add_levels(struct fit *fit) {
    struct engine *e = fit->engine;
    struct baselines *b = fit->baselines;
    size_t targets = engine_targets(e)->shape.targets;
    for (size_t i = 0; i < engine_scored(e); i++) {
        const double *truth = e->truth + engine_scored_row(e, i) * targets;
        if (!all_finite(truth, targets)) continue;
        fit->rows++;
        if (!e->loss.class_targets)
            for (size_t j = 0; j < b->width; j++) b->level[j] += truth[j];
        else if (b->width == 1)
            b->level[0] += truth[0];
        else if (truth[0] < (double)b->width)
            b->level[(size_t)truth[0]]++;
    }
}

static void add_linear(struct fit *fit) {
    const struct batch *batch = &fit->engine->batch;
    size_t width = fit->baselines->width;
    for (size_t r = 0; r < batch->steps.rows; r++) {
        if (batch->steps.length[r] < fit->baselines->steps) continue;
        take_inputs(fit->baselines, batch, r, fit->x);
        for (size_t j = 0; j < width; j++) fit->y[j] = (double)batch->y[r * width + j];
        if (all_finite(fit->x, fit->linear.inputs) && all_finite(fit->y, width))
            least_squares_add(&fit->linear, fit->x, fit->y);
    }
}

/* All training samples, or as many, evenly far apart, as the bounds on the work let through. */
static bool add_samples(struct fit *fit, bool linear, struct error *err) {
    struct engine *e = fit->engine;
    size_t count = dataset_count(e->data, PART_TRAIN), n = 0;
    size_t *sample = memory_take(e->batch_size, sizeof *sample, "baselines", err);
    if (sample == NULL) return false;
    for (size_t i = 0; i < count; i += fit->skip) {
        sample[n++] = i;
        if (n < e->batch_size && count - i > fit->skip) continue;
        engine_gather(e, PART_TRAIN, sample, n);
        if (linear)
            add_linear(fit);
        else
            add_levels(fit);
        n = 0;
    }
    free(sample);
    return true;
}

static size_t samples_to_skip(const struct engine *e, double work_of_one) {
    double work = work_of_one * (double)dataset_count(e->data, PART_TRAIN);
    return work <= fit_work ? 1 : (size_t)(work / fit_work) + 1;
}

static bool fit_levels(struct fit *fit, struct error *err) {
    const struct batch_shape *shape = &engine_targets(fit->engine)->shape;
    struct baselines *b = fit->baselines;
    fit->skip = samples_to_skip(fit->engine, (double)shape->steps * (double)shape->features);
    if (!add_samples(fit, false, err)) return false;
    for (size_t j = 0; j < b->width; j++) b->level[j] /= fit->rows > 0 ? (double)fit->rows : 1;
    return true;
}

static bool fit_linear(struct fit *fit, struct error *err) {
    struct baselines *b = fit->baselines;
    size_t inputs = b->steps * b->features;
    double p = (double)inputs, m = (double)b->width;
    fit->skip = samples_to_skip(fit->engine, p * (p / 2 + m));
    if (!least_squares_start(&fit->linear, inputs, b->width, err)) return false;
    fit->x = memory_take(inputs + b->width, sizeof *fit->x, "baselines", err);
    fit->y = fit->x != NULL ? fit->x + inputs : NULL;
    bool good = fit->x != NULL && add_samples(fit, true, err);
    if (good && fit->linear.rows > 0)
        least_squares_solve(&fit->linear, b->weight);
    else
        b->given[BASELINE_LINEAR] = false;
    free(fit->x);
    least_squares_free(&fit->linear);
    return good;
}

bool baselines_fit(struct baselines *b, struct engine *e, struct error *err) {
    struct fit fit = {.baselines = b, .engine = e};
    *b = (struct baselines){0};
    choose(b, e);
    if (take_memory(b, e, err) && fit_levels(&fit, err) &&
        (!b->given[BASELINE_LINEAR] || fit_linear(&fit, err)))
        return true;
    baselines_free(b);
    return false;
}

/* ---- answers --------------------------------------------------------------------------------- */

/* A probability as the loss has it from the model, with or without logits. */
static double as_output(const struct engine *e, double p, bool logits) {
    const double least = 1e-7;
    if (!logits) return p;
    p = p < least ? least : p > 1 - least ? 1 - least : p;
    double log_p = exact_log(p);
    return e->loss.ops->activation == ACTIVATION_SOFTMAX ? log_p : log_p - exact_log(1 - p);
}

static void answer_shares(const struct baselines *b, struct engine *e) {
    bool from_logits = e->loss.settings->from_logits;
    for (size_t i = 0; i < engine_rows(e) * b->width; i++) {
        b->value[i] = as_output(e, b->level[i % b->width], from_logits);
        b->encoded[i] = (real)as_output(e, b->level[i % b->width], e->loss.logits);
    }
}

static void answer_linear(const struct baselines *b, struct engine *e, enum part part) {
    const struct steps *steps = &e->batch.steps;
    size_t inputs = b->steps * b->features;
    for (size_t r = 0; r < steps->rows; r++)
        for (size_t j = 0; j < b->width; j++) {
            const double *w = b->weight + j * (inputs + 1);
            size_t first = steps->length[r] - b->steps;
            double sum = w[inputs];
            for (size_t t = 0; t < b->steps; t++) {
                const real *x = e->batch.x + (steps->offset[first + t] + r) * b->features;
                for (size_t f = 0; f < b->features; f++) sum += *w++ * (double)x[f];
            }
            b->encoded[r * b->width + j] = (real)sum;
        }
    dataset_restore(e->data, part, engine_targets(e), b->encoded, b->value, NULL);
}

static void answer_values(const struct baselines *b, struct engine *e, enum part part,
                          enum baseline which) {
    if (which == BASELINE_MEAN)
        for (size_t i = 0; i < engine_rows(e) * b->width; i++) b->value[i] = b->level[i % b->width];
    else
        dataset_repeat(e->data, part, &e->batch, which == BASELINE_SEASONAL ? b->season : 1,
                       b->value);
    dataset_encode(e->data, part, engine_targets(e), b->value, b->encoded);
}

/* A number stands for all its levels. */
static void place(const struct baselines *b, struct engine *e) {
    size_t outputs = e->model.outputs, levels = outputs / b->width;
    for (size_t i = 0; i < engine_rows(e) * outputs; i++) e->restored[i] = b->value[i / levels];
    for (size_t i = 0; e->middle != NULL && i < engine_rows(e) * b->width; i++)
        e->middle[i] = b->value[i];
}

static void measure(const struct baselines *b, struct engine *e) {
    size_t levels = e->model.outputs / b->width;
    const real *weight = e->mask.layer != NULL ? e->fed.weight : engine_targets(e)->weight;
    for (size_t i = 0; i < engine_scored(e); i++) {
        size_t row = engine_scored_row(e, i);
        for (size_t j = 0; j < e->model.outputs; j++)
            b->output[j] = b->encoded[row * b->width + j / levels];
        double loss =
            loss_row(&e->loss, b->output,
                     engine_targets(e)->y + row * engine_targets(e)->shape.targets, 1, NULL);
        e->row_loss[i] = weight != NULL ? (double)weight[i] * loss : loss;
    }
}

void baselines_answer(const struct baselines *b, struct engine *e, enum part part,
                      enum baseline which) {
    if (is_class_loss(e))
        answer_shares(b, e);
    else if (which == BASELINE_LINEAR)
        answer_linear(b, e, part);
    else
        answer_values(b, e, part, which);
    place(b, e);
    measure(b, e);
}
