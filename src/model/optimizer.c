/* Optimizers, with Keras 3's formulas and defaults; g the gradient, lr the learning rate, t the
 * step from 1.
 *
 *   sgd       w -= lr g
 *             momentum:  m = mu m - lr g,  w += m
 *             nesterov:  w += mu m - lr g
 *
 *   rmsprop   v = rho v + (1 - rho) g^2,  d = lr g / sqrt(v + epsilon),  w -= d
 *             centered:  a = rho a + (1 - rho) g,  d = lr g / sqrt(v - a^2 + epsilon)
 *             momentum:  m = mu m + d,  w -= m
 *
 *   adam      m += (g - m)(1 - beta_1),  v += (g^2 - v)(1 - beta_2)
 *             w -= lr sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon)
 *             amsgrad:  the largest v so far in the place of v
 *
 * Order of a step: clip, then weight decay (w -= lr weight_decay w), then the update. clipnorm is
 * for each tensor by itself, global_clipnorm for all together, clipvalue for each number. */
#include "model/optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "base/elementary.h"
#include "base/team.h"

/* A norm is summed block by block, so that its bits do not depend on who sums. */
enum { BLOCK = 4096 };

static void sgd_slots(const struct optimizer_settings *s, const char *name[OPTIMIZER_SLOTS]) {
    name[0] = s->momentum > 0 ? "momentum" : NULL;
}

static void rmsprop_slots(const struct optimizer_settings *s, const char *name[OPTIMIZER_SLOTS]) {
    name[0] = "velocity";
    name[1] = s->momentum > 0 ? "momentum" : NULL;
    name[2] = s->centered ? "average_gradient" : NULL;
}

static void adam_slots(const struct optimizer_settings *s, const char *name[OPTIMIZER_SLOTS]) {
    name[0] = "m";
    name[1] = "v";
    name[2] = s->amsgrad ? "v_hat" : NULL;
}

static double plain_rate(const struct optimizer_settings *s, double learning_rate, uint64_t t) {
    (void)s, (void)t;
    return learning_rate;
}

static double adam_rate(const struct optimizer_settings *s, double learning_rate, uint64_t t) {
    return learning_rate * sqrt(1 - exact_power(s->beta_2, t)) / (1 - exact_power(s->beta_1, t));
}

static void sgd_step(const struct kernels *k, const struct update *u) {
    k->sgd(u);
}
static void rmsprop_step(const struct kernels *k, const struct update *u) {
    k->rmsprop(u);
}
static void adam_step(const struct kernels *k, const struct update *u) {
    k->adam(u);
}

static bool list_blocks(struct optimizer *o, struct error *err) {
    size_t count = 0;
    for (size_t i = 0; i < o->model->parameters; i++)
        count += o->model->parameter[i].tensor->size / BLOCK + 1;
    o->block = memory_take(count, sizeof *o->block, "the optimizer", err);
    if (o->block == NULL) return false;
    for (size_t i = 0; i < o->model->parameters; i++) {
        const struct layer_tensor *tensor = o->model->parameter[i].tensor;
        if (!o->model->parameter[i].trainable) continue;
        for (size_t at = 0; at < tensor->size; at += BLOCK)
            o->block[o->blocks++] = (struct optimizer_block){
                i, tensor->offset + at, tensor->size - at < BLOCK ? tensor->size - at : BLOCK};
    }
    return true;
}

bool optimizer_start(struct optimizer *o, const struct param_kind *kind, const struct model *model,
                     struct plan *plan, struct error *err) {
    *o = (struct optimizer){.ops = kind->kind->ops, .settings = kind->settings, .model = model};
    const struct optimizer_settings *s = o->settings;
    if (!isnan(s->clipnorm) + !isnan(s->clipvalue) + !isnan(s->global_clipnorm) > 1)
        return error_at(err, ERROR_CONFIG, kind->place,
                        "optimizer '%s': only one of clipnorm, clipvalue and global_clipnorm may "
                        "be set",
                        kind->kind->name);
    o->learning_rate = s->learning_rate;
    o->ops->slots(s, o->slot_name);
    for (size_t i = 0; i < OPTIMIZER_SLOTS; i++)
        if (o->slot_name[i] != NULL) plan_want(plan, &o->slot[i], model->size, sizeof(real));
    if (!list_blocks(o, err)) return false;
    plan_want(plan, &o->block_squares, o->blocks, sizeof *o->block_squares);
    plan_want(plan, &o->factor, model->parameters, sizeof *o->factor);
    return true;
}

void optimizer_free(struct optimizer *o) {
    free(o->block);
    o->block = NULL;
}

void optimizer_squares(struct optimizer *o, const struct kernels *kernels, size_t part,
                       size_t parts) {
    struct team_range range = team_share(o->blocks, 1, part, parts);
    for (size_t i = range.first; i < range.end; i++)
        o->block_squares[i] =
            kernels->sum_squares(o->block[i].count, o->model->gradients + o->block[i].offset);
}

bool optimizer_norms(struct optimizer *o) {
    const struct optimizer_settings *s = o->settings;
    double total = 0;
    for (size_t i = 0; i < o->model->parameters; i++) o->factor[i] = 0;
    for (size_t i = 0; i < o->blocks; i++) o->factor[o->block[i].parameter] += o->block_squares[i];
    for (size_t i = 0; i < o->model->parameters; i++) total += o->factor[i];
    o->norm = sqrt(total);
    if (!isfinite(o->norm)) return false;
    for (size_t i = 0; i < o->model->parameters; i++) {
        double norm = sqrt(o->factor[i]);
        o->factor[i] = 1;
        if (norm > s->clipnorm) o->factor[i] = s->clipnorm / norm; /* false when unset (NAN) */
        if (o->norm > s->global_clipnorm) o->factor[i] = s->global_clipnorm / o->norm;
    }
    return true;
}

const char *optimizer_culprit(const struct optimizer *o) {
    for (size_t i = 0; i < o->blocks; i++)
        if (!isfinite(o->block_squares[i])) return o->model->parameter[o->block[i].parameter].name;
    return "all tensors together";
}

static void update_block(struct optimizer *o, const struct kernels *kernels,
                         const struct optimizer_block *block) {
    const struct optimizer_settings *s = o->settings;
    real *gradient = o->model->gradients + block->offset, *slot[OPTIMIZER_SLOTS] = {NULL};
    double factor = o->factor[block->parameter];
    if (factor != 1) kernels->scale(block->count, (real)factor, gradient);
    if (!isnan(s->clipvalue)) kernels->clip(block->count, (real)s->clipvalue, gradient);
    for (size_t i = 0; i < OPTIMIZER_SLOTS; i++)
        if (o->slot[i] != NULL) slot[i] = o->slot[i] + block->offset;
    o->ops->step(kernels,
                 &(struct update){.count = block->count,
                                  .weights = o->model->weights + block->offset,
                                  .gradient = gradient,
                                  .first = slot[0],
                                  .second = slot[1],
                                  .third = slot[2],
                                  .rate = (real)o->ops->rate(s, o->learning_rate, o->iteration + 1),
                                  .decay = (real)(o->learning_rate * s->weight_decay),
                                  .momentum = (real)s->momentum,
                                  .rho = (real)s->rho,
                                  .beta_1 = (real)s->beta_1,
                                  .beta_2 = (real)s->beta_2,
                                  .epsilon = (real)s->epsilon,
                                  .nesterov = s->nesterov != 0,
                                  .centered = s->centered != 0,
                                  .amsgrad = s->amsgrad != 0});
}

void optimizer_update(struct optimizer *o, const struct kernels *kernels, size_t part,
                      size_t parts) {
    struct team_range range = team_share(o->blocks, 1, part, parts);
    for (size_t i = range.first; i < range.end; i++) update_block(o, kernels, &o->block[i]);
}

static const struct optimizer_ops sgd_ops = {sgd_slots, plain_rate, sgd_step};
static const struct optimizer_ops rmsprop_ops = {rmsprop_slots, plain_rate, rmsprop_step};
static const struct optimizer_ops adam_ops = {adam_slots, adam_rate, adam_step};

#define NUMBER(name, value, words, ...)                                                            \
    {                                                                                              \
        .key = #name, .type = PARAM_REAL, .offset = offsetof(struct optimizer_settings, name),     \
        .preset = value, .help = words, __VA_ARGS__                                                \
    }
#define SWITCH(name, words)                                                                        \
    {                                                                                              \
        .key = #name, .type = PARAM_BOOL, .offset = offsetof(struct optimizer_settings, name),     \
        .preset = "false", .help = words                                                           \
    }
#define POSITIVE .least = 0, .above = true, .most = INFINITY
#define FRACTION .least = 0, .most = 1, .below = true

#define COMMON(rate)                                                                               \
    NUMBER(learning_rate, rate, "how far a step goes", POSITIVE),                                  \
        NUMBER(weight_decay, "0", "weights shrink by learning_rate x this before each step",       \
               .least = 0, .most = INFINITY),                                                      \
        NUMBER(clipnorm, "~", "largest norm of a tensor's gradient", POSITIVE),                    \
        NUMBER(clipvalue, "~", "largest absolute value in a gradient", POSITIVE),                  \
        NUMBER(global_clipnorm, "~", "largest norm of all gradients together", POSITIVE)
#define EPSILON NUMBER(epsilon, "1e-7", "keeps a division finite", POSITIVE)

static const struct param sgd_params[] = {
    COMMON("0.01"),
    NUMBER(momentum, "0", "part of the last step that is added to this one", FRACTION),
    SWITCH(nesterov, "Nesterov's form of momentum"),
    {0},
};
static const struct param rmsprop_params[] = {
    COMMON("0.001"),
    NUMBER(rho, "0.9", "memory of the mean square", FRACTION),
    NUMBER(momentum, "0", "part of the last step that is added to this one", FRACTION),
    EPSILON,
    SWITCH(centered, "divide by the deviation, not the mean square"),
    {0},
};
static const struct param adam_params[] = {
    COMMON("0.001"),
    NUMBER(beta_1, "0.9", "memory of the mean gradient", FRACTION),
    NUMBER(beta_2, "0.999", "memory of the mean square", FRACTION),
    EPSILON,
    SWITCH(amsgrad, "divide by the largest mean square so far"),
    {0},
};

#define OPTIMIZER(text, rows, table, words)                                                        \
    {                                                                                              \
        .name = text, .params = rows, .size = sizeof(struct optimizer_settings),                   \
        .shorthand = "learning_rate", .ops = &table, .help = words                                 \
    }
const struct kind optimizer_kinds[] = {
    OPTIMIZER("adam", adam_params, adam_ops, "adaptive moments (Kingma and Ba 2015)"),
    OPTIMIZER("rmsprop", rmsprop_params, rmsprop_ops, "gradients over their root mean square"),
    OPTIMIZER("sgd", sgd_params, sgd_ops, "gradient descent, with momentum on request"),
    {0},
};
