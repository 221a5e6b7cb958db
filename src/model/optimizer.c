/* What all optimizers share; the formulas stand at the top of optimizer_kinds.c.
 *
 * Order of a step, Keras': the mean of the accumulated gradients, clipping, weight decay
 * (w -= lr weight_decay w), the update, the average of the weights. clipnorm is for each tensor by
 * itself, global_clipnorm for all together, clipvalue for each number. */
#include "model/optimizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/team.h"
#include "model/schedule.h"

/* A norm is summed block by block, so that its bits do not depend on who sums. */
enum { BLOCK = 4096 };

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
    *o = (struct optimizer){.ops = kind->kind->ops,
                            .settings = kind->settings,
                            .model = model,
                            .reduced_rate = NAN,
                            .nadam_product = 1};
    const struct optimizer_settings *s = o->settings;
    if (!isnan(s->clipnorm) + !isnan(s->clipvalue) + !isnan(s->global_clipnorm) > 1)
        return error_at(err, ERROR_CONFIG, kind->place,
                        "optimizer '%s': only one of clipnorm, clipvalue and global_clipnorm may "
                        "be set",
                        kind->kind->name);
    if (s->ema_overwrite_frequency != PARAM_NO_COUNT && !s->use_ema)
        return error_at(err, ERROR_CONFIG, kind->place,
                        "optimizer '%s': ema_overwrite_frequency needs use_ema: true",
                        kind->kind->name);
    if (!schedule_check(&s->learning_rate, err)) return false;
    o->learning_rate = schedule_rate(&s->learning_rate, 0);
    o->ops->moments(s, o->slot_name);
    if (s->accumulation > 1) o->slot_name[SLOT_ACCUMULATED] = "accumulated_gradient";
    if (s->use_ema) o->slot_name[SLOT_AVERAGE] = "average";
    for (size_t i = 0; i < OPTIMIZER_SLOTS; i++)
        if (o->slot_name[i] != NULL) plan_want(plan, &o->slot[i], model->size, sizeof(real));
    plan_want(plan, &o->before, model->size, sizeof *o->before);
    if (!list_blocks(o, err)) return false;
    plan_want(plan, &o->block_squares, o->blocks, sizeof *o->block_squares);
    plan_want(plan, &o->factor, model->parameters, sizeof *o->factor);
    return true;
}

void optimizer_free(struct optimizer *o) {
    free(o->block);
    o->block = NULL;
}

real *optimizer_average(const struct optimizer *o) {
    return o->iteration > 0 ? o->slot[SLOT_AVERAGE] : NULL;
}

/* ---- squares ---- */

static bool ends_accumulation(const struct optimizer *o) {
    return (o->iteration + 1) % o->settings->accumulation == 0;
}

void optimizer_squares(struct optimizer *o, const struct kernels *kernels, size_t part,
                       size_t parts) {
    struct team_range range = team_share(o->blocks, 1, part, parts);
    const real *accumulated = ends_accumulation(o) ? o->slot[SLOT_ACCUMULATED] : NULL;
    for (size_t i = range.first; i < range.end; i++) {
        const struct optimizer_block *block = &o->block[i];
        real *gradient = o->model->gradients + block->offset;
        if (accumulated != NULL) {
            kernels->add(block->count, accumulated + block->offset, gradient);
            kernels->scale(block->count, 1 / (real)o->settings->accumulation, gradient);
        }
        o->block_squares[i] = kernels->sum_squares(block->count, gradient);
    }
}

/* ---- norms ---- */

static void find_factors(struct optimizer *o) {
    const struct optimizer_settings *s = o->settings;
    for (size_t i = 0; i < o->model->parameters; i++) {
        double norm = sqrt(o->factor[i]);
        o->factor[i] = 1;
        if (norm > s->clipnorm) o->factor[i] = s->clipnorm / norm; /* false when unset (NAN) */
        if (o->norm > s->global_clipnorm) o->factor[i] = s->global_clipnorm / o->norm;
    }
}

/* Before the first step, when the first weights have their values. */
static void fill_slots(struct optimizer *o) {
    const struct optimizer_settings *s = o->settings;
    real *average = o->slot[SLOT_AVERAGE];
    for (size_t i = 0; s->initial_accumulator > 0 && i < o->model->size; i++)
        o->slot[0][i] = (real)s->initial_accumulator;
    memcpy(o->before, o->model->weights, o->model->size * sizeof *o->before);
    if (average != NULL) memcpy(average, o->model->weights, o->model->size * sizeof *average);
}

static void prepare_update(struct optimizer *o) {
    const struct optimizer_settings *s = o->settings;
    o->update = (struct update){.rate = (real)o->learning_rate,
                                .decay = (real)(o->learning_rate * s->weight_decay),
                                .momentum = (real)s->momentum,
                                .rho = (real)s->rho,
                                .rest = (real)(1 - s->rho),
                                .rest_1 = (real)(1 - s->beta_1),
                                .rest_2 = (real)(1 - s->beta_2),
                                .beta_2 = (real)s->beta_2,
                                .epsilon = (real)s->epsilon,
                                .nesterov = s->nesterov != 0,
                                .centered = s->centered != 0,
                                .amsgrad = s->amsgrad != 0};
    o->ops->prepare(o, o->iteration / s->accumulation + 1, &o->update);
}

bool optimizer_norms(struct optimizer *o) {
    const struct optimizer_settings *s = o->settings;
    double total = 0;
    o->learning_rate =
        isnan(o->reduced_rate) ? schedule_rate(&s->learning_rate, o->iteration) : o->reduced_rate;
    for (size_t i = 0; i < o->model->parameters; i++) o->factor[i] = 0;
    for (size_t i = 0; i < o->blocks; i++) o->factor[o->block[i].parameter] += o->block_squares[i];
    for (size_t i = 0; i < o->model->parameters; i++) total += o->factor[i];
    o->norm = sqrt(total);
    if (!isfinite(o->norm)) return false;
    if (o->iteration == 0) fill_slots(o);
    o->updating = ends_accumulation(o);
    if (!o->updating) {
        o->norm = 0;
        return true;
    }
    find_factors(o);
    prepare_update(o);
    return true;
}

const char *optimizer_culprit(const struct optimizer *o) {
    for (size_t i = 0; i < o->blocks; i++)
        if (!isfinite(o->block_squares[i])) return o->model->parameter[o->block[i].parameter].name;
    return "all tensors together";
}

/* ---- update ---- */

static void update_block(struct optimizer *o, const struct kernels *kernels,
                         const struct optimizer_block *block) {
    const struct optimizer_settings *s = o->settings;
    struct update update = o->update;
    real *gradient = o->model->gradients + block->offset, *slot[OPTIMIZER_MOMENTS] = {NULL};
    double factor = o->factor[block->parameter];
    if (factor != 1) kernels->scale(block->count, (real)factor, gradient);
    if (!isnan(s->clipvalue)) kernels->clip(block->count, (real)s->clipvalue, gradient);
    for (size_t i = 0; i < OPTIMIZER_MOMENTS; i++)
        if (o->slot[i] != NULL) slot[i] = o->slot[i] + block->offset;
    update.count = block->count;
    update.weights = o->model->weights + block->offset;
    update.gradient = gradient;
    update.first = slot[0];
    update.second = slot[1];
    update.third = slot[2];
    memcpy(o->before + block->offset, update.weights, block->count * sizeof *o->before);
    o->ops->step(kernels, &update);
}

static void accumulate_block(struct optimizer *o, const struct kernels *kernels,
                             const struct optimizer_block *block) {
    real *sum = o->slot[SLOT_ACCUMULATED];
    if (sum == NULL) return;
    if (o->updating)
        memset(sum + block->offset, 0, block->count * sizeof *sum);
    else
        kernels->add(block->count, o->model->gradients + block->offset, sum + block->offset);
}

/* Keras' moving average: the weights themselves in the first update's time. */
static void average_block(struct optimizer *o, const struct kernels *kernels,
                          const struct optimizer_block *block) {
    const struct optimizer_settings *s = o->settings;
    uint64_t updates = o->iteration / s->accumulation;
    if (o->slot[SLOT_AVERAGE] == NULL) return;
    real *average = o->slot[SLOT_AVERAGE] + block->offset;
    real *weights = o->model->weights + block->offset;
    double momentum = updates > 0 ? s->ema_momentum : 0;
    kernels->average(block->count, (real)momentum, (real)(1 - momentum), weights, average);
    if (s->ema_overwrite_frequency != PARAM_NO_COUNT &&
        (updates + 1) % s->ema_overwrite_frequency == 0)
        memcpy(weights, average, block->count * sizeof *weights);
}

void optimizer_update(struct optimizer *o, const struct kernels *kernels, size_t part,
                      size_t parts) {
    struct team_range range = team_share(o->blocks, 1, part, parts);
    for (size_t i = range.first; i < range.end; i++) {
        if (o->updating) update_block(o, kernels, &o->block[i]);
        accumulate_block(o, kernels, &o->block[i]);
        average_block(o, kernels, &o->block[i]);
    }
}
