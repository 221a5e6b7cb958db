#include "model/penalty.h"

#include <math.h>
#include <stdlib.h>

#include "base/team.h"

enum { BLOCK = 4096 };

static bool is_regularized(const struct parameter *parameter) {
    return parameter->trainable && (parameter->tensor->l1 > 0 || parameter->tensor->l2 > 0);
}

bool penalty_start(struct penalty *penalty, const struct model *model, struct plan *plan,
                   struct error *err) {
    size_t count = 0;
    *penalty = (struct penalty){.model = model};
    for (size_t i = 0; i < model->parameters; i++)
        if (is_regularized(&model->parameter[i]))
            count += model->parameter[i].tensor->size / BLOCK + 1;
    if (count == 0) return true;
    penalty->block = memory_take(count, sizeof *penalty->block, "the penalty", err);
    if (penalty->block == NULL) return false;
    for (size_t i = 0; i < model->parameters; i++) {
        const struct layer_tensor *tensor = model->parameter[i].tensor;
        if (!is_regularized(&model->parameter[i])) continue;
        for (size_t at = 0; at < tensor->size; at += BLOCK)
            penalty->block[penalty->blocks++] = (struct penalty_block){
                tensor, tensor->offset + at, tensor->size - at < BLOCK ? tensor->size - at : BLOCK};
    }
    plan_want(plan, &penalty->sum, penalty->blocks, sizeof *penalty->sum);
    return true;
}

void penalty_free(struct penalty *penalty) {
    free(penalty->block);
    *penalty = (struct penalty){0};
}

/* In chains that the compiler takes side by side. */
static double sum_block(const struct layer_tensor *tensor, const real *w, size_t count) {
    enum { CHAINS = 8 };
    double size[CHAINS] = {0}, square[CHAINS] = {0}, sizes = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        double x = (double)w[i];
        size[i % CHAINS] += fabs(x);
        square[i % CHAINS] += x * x;
    }
    for (size_t j = 0; j < CHAINS; j++) {
        sizes += size[j];
        squares += square[j];
    }
    return tensor->l1 * sizes + tensor->l2 * squares;
}

void penalty_sums(struct penalty *penalty, size_t part, size_t parts) {
    struct team_range range = team_share(penalty->blocks, 1, part, parts);
    for (size_t i = range.first; i < range.end; i++) {
        const struct penalty_block *block = &penalty->block[i];
        penalty->sum[i] =
            sum_block(block->tensor, penalty->model->weights + block->offset, block->count);
    }
}

double penalty_value(const struct penalty *penalty) {
    double sum = 0;
    for (size_t i = 0; i < penalty->blocks; i++) sum += penalty->sum[i];
    return sum;
}

void penalty_gradient(const struct penalty *penalty, size_t part, size_t parts) {
    struct team_range range = team_share(penalty->blocks, 1, part, parts);
    for (size_t i = range.first; i < range.end; i++) {
        const struct penalty_block *block = &penalty->block[i];
        const real *w = penalty->model->weights + block->offset;
        real *gradient = penalty->model->gradients + block->offset;
        const real l1 = (real)block->tensor->l1, l2 = (real)(2 * block->tensor->l2);
        for (size_t j = 0; j < block->count; j++) {
            real sign = w[j] > 0 ? l1 : w[j] < 0 ? -l1 : 0;
            gradient[j] += l2 * w[j] + sign;
        }
    }
}
