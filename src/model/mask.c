#include "model/mask.h"

#include <string.h>

void mask_plan(struct mask *mask, const struct model *model, const struct batch_shape *shape,
               struct batch *fed, struct plan *plan) {
    size_t total; /* an overflow is the plan's to report */
    if (!model->layer[0].masks || model->encoder > 0) return;
    if (__builtin_mul_overflow(shape->rows, shape->steps, &total)) plan->failed = true;
    mask->layer = &model->layer[0];
    mask->outputs_follow = model->output_steps == 0;
    plan_want(plan, &mask->length, shape->rows, sizeof *mask->length);
    plan_want(plan, &mask->row, shape->rows, sizeof *mask->row);
    plan_want(plan, &mask->place, total, sizeof *mask->place);
    batch_plan(fed, shape, plan);
}

/* Keras' rule: a step counts when any of its features is something else. */
static bool is_valid(const struct mask *mask, const struct batch *whole, size_t at) {
    size_t features = whole->shape.features;
    const real *x = whole->x + at * features;
    for (size_t j = 0; j < features; j++)
        if (x[j] != mask->layer->mask_value) return true;
    return false;
}

void mask_count(struct mask *mask, const struct batch *whole, size_t r0, size_t r1) {
    const struct steps *steps = &whole->steps;
    for (size_t r = r0; r < r1; r++) {
        size_t valid = 0;
        for (size_t t = 0; t < steps->length[r]; t++)
            valid += is_valid(mask, whole, steps->offset[t] + r);
        mask->length[steps->origin[r]] = valid;
        mask->row[steps->origin[r]] = r;
    }
}

void mask_arrange(struct mask *mask, const struct batch *whole, const size_t *sample,
                  struct batch *fed) {
    batch_arrange(fed, sample, mask->length, whole->steps.rows);
}

/* Targets and their weight. */
static void copy_target(const struct batch *whole, struct batch *fed, size_t from, size_t to) {
    size_t targets = whole->shape.targets;
    memcpy(fed->y + to * targets, whole->y + from * targets, targets * sizeof *fed->y);
    if (fed->weight != NULL) fed->weight[to] = whole->weight[from];
}

/* The targets that do not go with the valid steps: one for a row, or those of all its steps. */
static void gather_targets(const struct mask *mask, const struct batch *whole, struct batch *fed,
                           size_t r) {
    size_t row = mask->row[fed->steps.origin[r]];
    size_t count = whole->shape.target_steps ? whole->steps.length[row] : 1;
    for (size_t t = 0; t < count; t++)
        copy_target(whole, fed, (t > 0 ? whole->steps.offset[t] : 0) + row,
                    t * fed->steps.rows + r);
}

void mask_gather(struct mask *mask, const struct batch *whole, struct batch *fed, size_t r0,
                 size_t r1) {
    size_t features = whole->shape.features;
    bool with_steps = whole->shape.target_steps && mask->outputs_follow;
    for (size_t r = r0; r < r1; r++) {
        size_t row = mask->row[fed->steps.origin[r]], next = 0;
        for (size_t t = 0; t < whole->steps.length[row]; t++) {
            size_t from = whole->steps.offset[t] + row;
            if (!is_valid(mask, whole, from)) continue;
            size_t to = fed->steps.offset[next++] + r;
            mask->place[to] = from;
            memcpy(fed->x + to * features, whole->x + from * features, features * sizeof *fed->x);
            if (with_steps) copy_target(whole, fed, from, to);
        }
        if (!with_steps) gather_targets(mask, whole, fed, r);
    }
}

static void scatter_steps(const struct mask *mask, const struct batch *whole,
                          const struct batch *fed, size_t r, size_t width, const real *from,
                          real *to) {
    size_t row = mask->row[fed->steps.origin[r]], next = 0;
    const real *now = NULL;
    for (size_t t = 0; t < whole->steps.length[row]; t++) {
        size_t at = whole->steps.offset[t] + row;
        if (next < fed->steps.length[r] && mask->place[fed->steps.offset[next] + r] == at)
            now = from + (fed->steps.offset[next++] + r) * width;
        if (now != NULL)
            memcpy(to + at * width, now, width * sizeof *to);
        else
            memset(to + at * width, 0, width * sizeof *to);
    }
}

void mask_scatter(const struct mask *mask, const struct batch *whole, const struct batch *fed,
                  size_t width, const real *from, real *to) {
    bool steps = whole->shape.target_steps;
    for (size_t r = 0; r < fed->steps.rows; r++) {
        size_t row = mask->row[fed->steps.origin[r]];
        if (steps && mask->outputs_follow) {
            scatter_steps(mask, whole, fed, r, width, from, to);
            continue;
        }
        for (size_t t = 0; t < (steps ? whole->steps.length[row] : 1); t++)
            memcpy(to + ((t > 0 ? whole->steps.offset[t] : 0) + row) * width,
                   from + (t * fed->steps.rows + r) * width, width * sizeof *to);
    }
}

bool mask_leaves_out(const struct mask *mask) {
    return mask->layer != NULL && mask->outputs_follow;
}
