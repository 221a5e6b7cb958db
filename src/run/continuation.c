#include "run/continuation.h"

#include <math.h>

#include "base/elementary.h"

bool continuation_plan(struct continuation *c, const struct batch_shape *shape, struct plan *plan,
                       struct error *err) {
    const struct layer_limits limits = {.rows = 1, .total = 1};
    states_carry_all(c->model);
    batch_plan(&c->batch, shape, plan);
    model_plan(c->model, &limits, plan);
    plan_want(plan, &c->z, c->model->outputs, sizeof *c->z);
    plan_want(plan, &c->order, c->model->outputs, sizeof *c->order);
    return states_start(&c->states, c->model, &limits, 1, plan, err);
}

void continuation_start(struct continuation *c) {
    const size_t sample = 0, length = 1;
    batch_arrange(&c->batch, &sample, &length, 1);
    model_connect(c->model, c->batch.x, NULL);
    states_connect(&c->states);
    c->pass = (struct pass){
        .kernels = c->kernels, .steps = &c->batch.steps, .parameters = c->model->weights};
    (void)model_arrange(c->model, &c->batch.steps);
    model_prepare(c->model, &c->pass, 0, 1);
}

void continuation_read(struct continuation *c, size_t id) {
    const size_t row = 0;
    c->batch.x[0] = (real)id;
    states_load(&c->states, &c->batch.steps, &row, 0, 1);
    model_forward(c->model, &c->pass, 0, 1);
    states_store(&c->states, &c->batch.steps, &row, 0, 1);
}

size_t continuation_draw(struct continuation *c, size_t without) {
    bool logits = c->loss->logits;
    const real *output = logits ? model_logits(c->model) : model_output(c->model);
    for (size_t i = 0; i < c->model->outputs; i++) {
        double z = (double)output[i];
        c->z[i] = logits ? z : z > 0 ? exact_log(z) : -INFINITY;
    }
    c->z[without] = -INFINITY;
    return draw_one(&c->draw, c->z, c->order, c->model->outputs, c->drawn++);
}

void continuation_free(struct continuation *c) {
    states_free(&c->states);
}
