/* What an engine needs: everything that is taken before the first step. */
#include "run/engine.h"

static bool packed_limits(struct layer_limits *limits, size_t rows, size_t steps, bool training,
                          struct error *err) {
    *limits = (struct layer_limits){.rows = rows, .training = training};
    return memory_multiply(rows, steps, &limits->total, "a batch", err);
}

/* One batch of what is read and one of what is to be written. */
static bool plan_both(struct engine *e, const struct batch_shape *shape,
                      const struct layer_limits *limits, size_t *rows, struct error *err) {
    struct batch_shape source = *shape, target = batch_shape_of_decoder(shape);
    struct layer_limits decoder;
    if (e->model.horizon.steps > 0) {
        target.steps = e->model.horizon.steps;
        target.features = e->model.decoder_features;
        target.targets = 0;
        target.weighted = false;
        plan_want(&e->plan, &e->single.active, 1, sizeof *e->single.active);
        plan_want(&e->plan, &e->single.offset, 2, sizeof *e->single.offset);
        plan_want(&e->plan, &e->single.length, shape->rows, sizeof *e->single.length);
        plan_want(&e->plan, &e->single.origin, shape->rows, sizeof *e->single.origin);
    } else {
        source.targets = 0;
        source.weighted = source.target_steps = false;
    }
    if (target.steps < e->beam) target.steps = e->beam; /* rows side by side take no more */
    if (!packed_limits(&decoder, target.rows, target.steps, e->training, err)) return false;
    *rows = e->model.horizon.steps > 0 ? target.rows : decoder.total;
    if (e->beam > 1) decoder.rows *= e->beam;
    batch_plan(&e->batch, &source, &e->plan);
    batch_plan(&e->decoder, &target, &e->plan);
    if (e->model.encoder > 0)
        model_plan_both(&e->model, limits, &decoder, &e->plan);
    else
        model_plan(&e->model, limits, &e->plan);
    return true;
}

/* One batch; of its outputs the most rows. */
static bool plan_one(struct engine *e, const struct batch_shape *shape,
                     const struct layer_limits *limits, size_t *rows, struct error *err) {
    if (!model_output_rows(&e->model, limits, rows, err)) return false;
    batch_plan(&e->batch, shape, &e->plan);
    mask_plan(&e->mask, &e->model, shape, &e->fed, &e->plan);
    if (e->mask.layer != NULL)
        plan_want(&e->plan, &e->output, *rows, e->model.outputs * sizeof *e->output);
    model_plan(&e->model, limits, &e->plan);
    return true;
}

/* Each kind of pass has states of its own, so that a validation leaves those of training alone. */
static bool plan_states(struct engine *e, const struct layer_limits *limits, struct error *err) {
    if (e->batch.shape.carry == CARRY_NONE) return true;
    plan_want(&e->plan, &e->slot, limits->rows, sizeof *e->slot);
    for (size_t i = 0; i < 2; i++)
        if (!states_start(&e->states[i], &e->model, limits, limits->rows, &e->plan, err))
            return false;
    return true;
}

bool engine_plan(struct engine *e, struct error *err) {
    size_t ids = e->model.layer[0].ids;
    if (ids > 0 && !dataset_check_ids(e->data, ids, err)) return false;
    struct batch_shape shape = {.rows = e->batch_size};
    dataset_shape(e->data, &shape);
    return engine_plan_shape(e, &shape, err);
}

bool engine_plan_shape(struct engine *e, const struct batch_shape *given, struct error *err) {
    struct batch_shape shape = *given;
    struct layer_limits limits;
    size_t rows;
    e->plan.sparse = !e->training;
    if (!packed_limits(&limits, shape.rows, shape.steps, e->training, err) ||
        !(shape.decoder_steps > 0 || e->model.encoder > 0
              ? plan_both(e, &shape, &limits, &rows, err)
              : plan_one(e, &shape, &limits, &rows, err)))
        return false;
    if (!plan_states(e, &limits, err)) return false;
    if (!penalty_start(&e->penalty, &e->model, &e->plan, err)) return false;
    plan_want(&e->plan, &e->length, shape.rows, sizeof *e->length);
    plan_want(&e->plan, &e->row_loss, rows, sizeof *e->row_loss);
    plan_want(&e->plan, &e->restored, rows, e->model.outputs * sizeof *e->restored);
    plan_want(&e->plan, &e->truth, rows, shape.targets * sizeof *e->truth);
    if (e->loss.ops != NULL && loss_levels(&e->loss) > 1) {
        plan_want(&e->plan, &e->level, rows, shape.targets * sizeof *e->level);
        plan_want(&e->plan, &e->middle, rows, shape.targets * sizeof *e->middle);
    }
    if (!e->training) return true;
    plan_want(&e->plan, &e->dy, rows, e->model.outputs * sizeof *e->dy);
    /* The optimizer lists the tensors' blocks: not for a model that cannot be. */
    if (!plan_check(&e->plan, "the model", err)) return false;
    return optimizer_start(&e->optimizer, e->optimizer_kind, &e->model, &e->plan, err);
}
