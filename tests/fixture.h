/* fixture.h - a model with its loss and optimizer, run by hand on one batch: for the golden and the
 * gradient tests. Built from the same YAML as a config's sections. */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files/params.h"
#include "files/yaml.h"
#include "model/batch.h"
#include "model/loss.h"
#include "model/mask.h"
#include "model/model.h"
#include "model/optimizer.h"
#include "model/penalty.h"

struct fixture_train {
    struct param_kind loss, optimizer;
    size_t batch_size;
    int shuffle;
};
static const struct param fixture_rows[] = {
    {.key = "loss",
     .type = PARAM_KIND,
     .offset = offsetof(struct fixture_train, loss),
     .preset = "mse",
     .kinds = loss_kinds},
    {.key = "optimizer",
     .type = PARAM_KIND,
     .offset = offsetof(struct fixture_train, optimizer),
     .preset = "adam",
     .kinds = optimizer_kinds},
    {.key = "batch_size",
     .type = PARAM_COUNT,
     .offset = offsetof(struct fixture_train, batch_size),
     .preset = "1"},
    {.key = "shuffle",
     .type = PARAM_BOOL,
     .offset = offsetof(struct fixture_train, shuffle),
     .preset = "false"},
    {0},
};

struct fixture {
    struct model_options options;
    struct fixture_train train;
    struct model model;
    struct loss loss;
    struct optimizer optimizer;
    struct penalty penalty;
    struct batch batch;
    struct batch fed; /* what masks leave of it */
    struct mask mask;
    const struct steps *steps; /* of the outputs */
    struct plan plan;
    const struct kernels *kernels;
    real *dy;
    bool training;
    uint64_t step;
    bool with_optimizer;
};

#define CHECK(call)                                                                                \
    do {                                                                                           \
        struct error check_error = {0}, *err = &check_error;                                       \
        if (!(call)) fail_msg("%s", check_error.text);                                             \
    } while (0)

/* What the model eats. */
static inline struct batch *fixture_batch(struct fixture *f) {
    return f->mask.layer != NULL ? &f->fed : &f->batch;
}

/* `layers` is the model mapping, `train` the train mapping (NULL: defaults). */
static inline void fixture_build(struct fixture *f, const struct node *model,
                                 const struct node *train, const struct node *optimizer,
                                 struct batch_shape shape, bool class_targets, const char *isa) {
    *f = (struct fixture){0};
    CHECK(params_read(model_params, model, &f->options, err));
    CHECK(params_read(fixture_rows, train, &f->train, err));
    CHECK((f->kernels = kernels_select(isa, err)) != NULL);
    CHECK(model_build(&f->model, &f->options, &shape, err));
    const struct loss_settings *settings = f->train.loss.settings;
    f->loss = (struct loss){.ops = f->train.loss.kind->ops,
                            .settings = settings,
                            .width = f->model.outputs,
                            .logits = settings->from_logits != 0,
                            .class_targets = class_targets};
    if (f->loss.ops->activation != ACTIVATION_LINEAR &&
        f->loss.ops->activation == model_output_activation(&f->model)) {
        model_loss_on_logits(&f->model);
        f->loss.logits = true;
    }
    struct layer_limits limits = {shape.rows, shape.rows * shape.steps, true};
    size_t outputs;
    CHECK(model_output_rows(&f->model, &limits, &outputs, err));
    batch_plan(&f->batch, &shape, &f->plan);
    CHECK(penalty_start(&f->penalty, &f->model, &f->plan, err));
    mask_plan(&f->mask, &f->model, &shape, &f->fed, &f->plan);
    model_plan(&f->model, &limits, &f->plan);
    plan_want(&f->plan, &f->dy, outputs * f->model.outputs, sizeof(real));
    if (optimizer != NULL) {
        /* The golden runs give the optimizer apart from the train section. */
        struct fixture_train run = {0};
        CHECK(params_read(fixture_rows, optimizer, &run, err));
        params_free(fixture_rows, &f->train);
        f->train = run;
    }
    CHECK(optimizer_start(&f->optimizer, &f->train.optimizer, &f->model, &f->plan, err));
    CHECK(plan_commit(&f->plan, "the test", err));
    model_connect(&f->model, fixture_batch(f)->x, f->dy);
    f->training = true;
}

static inline void fixture_free(struct fixture *f) {
    optimizer_free(&f->optimizer);
    penalty_free(&f->penalty);
    model_free(&f->model);
    plan_free(&f->plan);
    params_free(model_params, &f->options);
    params_free(fixture_rows, &f->train);
}

static inline struct pass fixture_pass(struct fixture *f) {
    f->steps = model_arrange(&f->model, &fixture_batch(f)->steps);
    return (struct pass){.kernels = f->kernels,
                         .steps = &fixture_batch(f)->steps,
                         .parameters = f->model.weights,
                         .gradients = f->model.gradients,
                         .training = f->training,
                         .seed = 7,
                         .step = f->step};
}

static inline size_t fixture_rows_out(const struct fixture *f) {
    return f->batch.shape.target_steps ? f->steps->total : f->steps->rows;
}

/* Leave out what the model masks. */
static inline void fixture_mask(struct fixture *f) {
    size_t sample[64], rows = f->batch.steps.rows;
    if (f->mask.layer == NULL) return;
    for (size_t r = 0; r < rows; r++) sample[f->batch.steps.origin[r]] = f->batch.sample[r];
    mask_count(&f->mask, &f->batch, 0, rows);
    mask_arrange(&f->mask, &f->batch, sample, &f->fed);
    mask_gather(&f->mask, &f->batch, &f->fed, 0, rows);
}

/* Forward, in `parts` cuts of the rows; the mean loss; derivatives too when asked for. */
static inline double fixture_pass_all(struct fixture *f, size_t parts, bool derivatives) {
    fixture_mask(f);
    struct pass pass = fixture_pass(f);
    const struct batch *batch = fixture_batch(f);
    size_t rows = batch->steps.rows, out = fixture_rows_out(f), width = f->model.outputs;
    for (size_t p = 0; p < parts; p++) model_prepare(&f->model, &pass, p, parts);
    for (size_t p = 0; p < parts; p++)
        model_forward(&f->model, &pass, rows * p / parts, rows * (p + 1) / parts);
    double sum = 0;
    for (size_t r = 0; r < out; r++) {
        double weight = batch->weight != NULL ? (double)batch->weight[r] : 1;
        sum += weight * loss_row(&f->loss, model_logits(&f->model) + r * width,
                                 batch->y + r * batch->shape.targets, weight / (double)out,
                                 derivatives ? f->dy + r * width : NULL);
    }
    for (size_t p = 0; p < parts; p++) penalty_sums(&f->penalty, p, parts);
    double loss = sum / (double)out + penalty_value(&f->penalty);
    if (!derivatives) return loss;
    for (size_t p = 0; p < parts; p++)
        model_backward(&f->model, &pass, rows * p / parts, rows * (p + 1) / parts);
    for (size_t p = 0; p < parts; p++) model_weight_gradient(&f->model, &pass, p, parts);
    for (size_t p = 0; p < parts; p++) penalty_gradient(&f->penalty, p, parts);
    return loss;
}

static inline void fixture_update(struct fixture *f) {
    optimizer_squares(&f->optimizer, f->kernels, 0, 1);
    assert_true(optimizer_norms(&f->optimizer));
    optimizer_update(&f->optimizer, f->kernels, 0, 1);
    f->optimizer.iteration++;
}

#endif
