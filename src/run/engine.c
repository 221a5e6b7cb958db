#include "run/engine.h"

#include <math.h>
#include <stdlib.h>

#include "data/chunks.h"

/* Below this much work in a batch (multiply-adds of forward and backward; about half a millisecond)
 * another thread gains little, and on a busy machine waiting for it costs much. */
static const double work_per_thread = 2e7;

/* What one call of a team's work needs. */
struct task {
    struct engine *engine;
    enum part part;
    struct pass pass;
    bool backward;
    bool with_loss;
    struct profile *profile; /* NULL outside training */
};

/* What the model eats. */
static struct batch *fed(struct engine *e) {
    return e->mask.layer != NULL ? &e->fed : &e->batch;
}

static bool decodes(const struct engine *e) {
    return e->model.encoder > 0;
}

/* Does a decoder write texts? Its steps are then the targets' rows; of numbers the whole horizon is
 * one. */
static bool writes(const struct engine *e) {
    return decodes(e) && e->model.horizon.steps == 0;
}

/* Have the targets a batch of their own? */
static bool apart(const struct engine *e) {
    return e->decoder.shape.targets > 0;
}

/* What the loss compares with. */
static struct batch *answered(struct engine *e) {
    return apart(e) ? &e->decoder : fed(e);
}

const struct batch *engine_targets(const struct engine *e) {
    return apart(e) ? &e->decoder : &e->batch;
}

size_t engine_threads(const struct engine *engine) {
    if (engine->threads > 0) return engine->threads;
    double rows = (double)engine->batch.shape.rows *
                  (double)(engine->batch.shape.steps + engine->decoder.shape.steps);
    double work = 3 * rows * (double)engine->model.size;
    size_t worth = work < work_per_thread * 1024 ? (size_t)(work / work_per_thread) : 1024;
    size_t processors = team_processors();
    return worth < 1 ? 1 : worth < processors ? worth : processors;
}

bool engine_start(struct engine *e, struct error *err) {
    if (!plan_commit(&e->plan, "the model", err)) return false;
    model_connect_both(&e->model, fed(e)->x, e->decoder.x, e->dy);
    states_connect(&e->states[0]);
    e->threads = engine_threads(e);
    e->team = team_start(e->threads, err);
    return e->team != NULL;
}

void engine_stop(struct engine *e) {
    team_stop(e->team);
    optimizer_free(&e->optimizer);
    penalty_free(&e->penalty);
    for (size_t i = 0; i < 2; i++) states_free(&e->states[i]);
    model_free(&e->model);
    plan_free(&e->plan);
    e->team = NULL;
}

size_t engine_rows(const struct engine *e) {
    const struct batch *batch = engine_targets(e);
    return batch->shape.target_steps ? batch->steps.total : batch->steps.rows;
}

const real *engine_output(const struct engine *e) {
    return e->output != NULL ? e->output : model_output(&e->model);
}

/* Rows that the loss is a mean over: without the masked ones. */
static size_t loss_count(const struct engine *e) {
    return engine_targets(e)->shape.target_steps ? e->steps->total : e->steps->rows;
}

void engine_weights_changed(struct engine *e) {
    e->prepared = false;
}

real *engine_use_weights(struct engine *e, real *weights) {
    real *before = e->model.weights;
    if (before != weights) e->prepared = false;
    e->model.weights = weights;
    return before;
}

/* Rows r0..r1-1 for one member: shares of about as many steps, since rows are sorted by length. */
static struct team_range share_rows(const struct steps *steps, size_t member, size_t size) {
    struct team_range range = {0, 0};
    size_t from = steps->total / size * member + steps->total % size * member / size;
    size_t to = steps->total / size * (member + 1) + steps->total % size * (member + 1) / size;
    size_t before = 0; /* steps of the rows so far; a row belongs to whom its first step falls */
    for (size_t r = 0; r < steps->rows; before += steps->length[r], r++) {
        if (before < from) range.first = r + 1;
        if (before < to) range.end = r + 1;
    }
    if (member + 1 == size) range.end = steps->rows; /* those without a step, too */
    if (range.end < range.first) range.end = range.first;
    return range;
}

static void loss_rows(struct engine *e, const struct task *task, size_t r0, size_t r1) {
    const struct steps *steps = e->steps;
    const struct batch *batch = answered(e);
    bool per_step = batch->shape.target_steps;
    const real *output = model_logits(&e->model), *given = model_output(&e->model);
    size_t outputs = e->model.outputs, targets = batch->shape.targets;
    double scale = 1 / (double)loss_count(e);
    for (size_t i = 0; i < layer_runs(steps, per_step, r0, r1); i++) {
        struct run run = layer_run(steps, per_step, r0, r1, i);
        for (size_t r = run.first; r < run.first + run.rows; r++) {
            double weight = batch->weight != NULL ? (double)batch->weight[r] : 1;
            e->row_loss[r] = weight * loss_row_given(&e->loss, output + r * outputs,
                                                     given != output ? given + r * outputs : NULL,
                                                     batch->y + r * targets, weight * scale,
                                                     task->backward ? e->dy + r * outputs : NULL);
        }
    }
}

static void work_rows(void *context, size_t member, size_t size) {
    struct task *task = context;
    struct engine *e = task->engine;
    struct team_range rows = share_rows(&fed(e)->steps, member, size);
    if (rows.first >= rows.end) return;
    double since = profile_now(task->profile);
    if (e->mask.layer != NULL)
        mask_gather(&e->mask, &e->batch, &e->fed, rows.first, rows.end);
    else
        dataset_gather(e->data, task->part, &e->batch, rows.first, rows.end);
    if (apart(e)) dataset_gather_decoder(e->data, task->part, &e->decoder, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_GATHER, &since);
    const struct states *states = &e->states[task->backward];
    states_load(states, &fed(e)->steps, e->slot, rows.first, rows.end);
    model_forward(&e->model, &task->pass, rows.first, rows.end);
    states_store(states, &fed(e)->steps, e->slot, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_FORWARD, &since);
    if (task->with_loss) loss_rows(e, task, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_LOSS, &since);
    if (task->backward) model_backward(&e->model, &task->pass, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_BACKWARD, &since);
}

/* What the pass is of: the same, over the decoder's steps. */
static struct pass decoder_pass(const struct task *task) {
    struct pass pass = task->pass;
    pass.steps = &task->engine->decoder.steps;
    return pass;
}

static void work_encode(void *context, size_t member, size_t size) {
    struct task *task = context;
    struct engine *e = task->engine;
    struct team_range rows = share_rows(&e->batch.steps, member, size);
    if (rows.first >= rows.end) return;
    double since = profile_now(task->profile);
    dataset_gather(e->data, task->part, &e->batch, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_GATHER, &since);
    model_encode(&e->model, &task->pass, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_FORWARD, &since);
}

static void work_decode(void *context, size_t member, size_t size) {
    struct task *task = context;
    struct engine *e = task->engine;
    struct team_range rows = share_rows(&e->decoder.steps, member, size);
    struct pass pass = decoder_pass(task);
    if (rows.first >= rows.end) return;
    double since = profile_now(task->profile);
    dataset_gather_decoder(e->data, task->part, &e->decoder, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_GATHER, &since);
    model_hand_over(&e->model, rows.first, rows.end);
    if (e->model.horizon.steps > 0 && !task->backward) {
        pass.steps = &e->single;
        model_unroll(&e->model, &pass, e->decoder.x, rows.first, rows.end);
    } else {
        model_forward(&e->model, &pass, rows.first, rows.end);
    }
    profile_lap(task->profile, member, PHASE_FORWARD, &since);
    if (task->with_loss) loss_rows(e, task, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_LOSS, &since);
    if (task->backward) model_backward(&e->model, &pass, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_BACKWARD, &since);
}

static void work_encode_back(void *context, size_t member, size_t size) {
    struct task *task = context;
    struct engine *e = task->engine;
    struct team_range rows = share_rows(&e->batch.steps, member, size);
    if (rows.first >= rows.end) return;
    double since = profile_now(task->profile);
    model_hand_back(&e->model, rows.first, rows.end);
    model_encode_back(&e->model, &task->pass, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_BACKWARD, &since);
}

/* Where the model masks steps, the whole batch comes first: what is valid decides how rows lie. */
static void work_whole(void *context, size_t member, size_t size) {
    struct task *task = context;
    struct engine *e = task->engine;
    struct team_range rows = share_rows(&e->batch.steps, member, size);
    if (rows.first >= rows.end) return;
    double since = profile_now(task->profile);
    dataset_gather(e->data, task->part, &e->batch, rows.first, rows.end);
    mask_count(&e->mask, &e->batch, rows.first, rows.end);
    profile_lap(task->profile, member, PHASE_GATHER, &since);
}

static void work_prepare(void *context, size_t member, size_t size) {
    struct task *task = context;
    double since = profile_now(task->profile);
    model_prepare(&task->engine->model, &task->pass, member, size);
    penalty_sums(&task->engine->penalty, member, size);
    profile_lap(task->profile, member, PHASE_PACK, &since);
}

static void work_gradient(void *context, size_t member, size_t size) {
    struct task *task = context;
    double since = profile_now(task->profile);
    model_weight_gradient(&task->engine->model, &task->pass, member, size);
    profile_lap(task->profile, member, PHASE_GRADIENTS, &since);
}

static void work_penalty(void *context, size_t member, size_t size) {
    struct task *task = context;
    double since = profile_now(task->profile);
    penalty_gradient(&task->engine->penalty, member, size);
    profile_lap(task->profile, member, PHASE_GRADIENTS, &since);
}

static void work_squares(void *context, size_t member, size_t size) {
    struct task *task = context;
    double since = profile_now(task->profile);
    optimizer_squares(&task->engine->optimizer, task->engine->kernels, member, size);
    profile_lap(task->profile, member, PHASE_NORMS, &since);
}

static void work_update(void *context, size_t member, size_t size) {
    struct task *task = context;
    double since = profile_now(task->profile);
    optimizer_update(&task->engine->optimizer, task->engine->kernels, member, size);
    profile_lap(task->profile, member, PHASE_UPDATE, &since);
}

/* One step of every row, in the order of the samples. */
static void steps_of_one(struct steps *steps, size_t rows) {
    steps->rows = steps->total = rows;
    steps->count = 1;
    steps->active[0] = rows;
    steps->offset[0] = 0;
    steps->offset[1] = rows;
    for (size_t r = 0; r < rows; r++) {
        steps->length[r] = 1;
        steps->origin[r] = r;
    }
}

static void arrange(struct engine *e, enum part part, const size_t *sample, size_t count) {
    for (size_t i = 0; i < count; i++) e->length[i] = dataset_length(e->data, part, sample[i]);
    batch_arrange(&e->batch, sample, e->length, count);
    if (apart(e) && !decodes(e)) batch_follow(&e->decoder, &e->batch);
    if (!decodes(e)) return;
    for (size_t i = 0; i < count; i++)
        e->length[i] =
            writes(e) ? dataset_target_length(e->data, part, sample[i]) : e->model.horizon.steps;
    batch_arrange(&e->decoder, sample, e->length, count);
    if (!writes(e)) steps_of_one(&e->single, count);
}

static struct task begin(struct engine *e, enum part part, const size_t *sample, size_t count,
                         bool training) {
    struct profile *profile = training ? e->profile : NULL;
    double since = profile_now(profile);
    arrange(e, part, sample, count);
    profile_lap(profile, 0, PHASE_GATHER, &since);
    struct task task = {.engine = e,
                        .part = part,
                        .backward = training,
                        .profile = profile,
                        .pass = {.kernels = e->kernels,
                                 .steps = &fed(e)->steps,
                                 .parameters = e->model.weights,
                                 .gradients = e->model.gradients,
                                 .training = training,
                                 .seed = e->seed,
                                 .step = e->optimizer.iteration}};
    if (e->mask.layer != NULL) {
        team_run(e->team, work_whole, &task);
        mask_arrange(&e->mask, &e->batch, sample, &e->fed);
    }
    if (decodes(e)) {
        model_arrange_both(&e->model, &e->batch.steps, &e->decoder.steps);
        e->steps = &e->decoder.steps;
    } else {
        e->steps = model_arrange(&e->model, &fed(e)->steps);
    }
    return task;
}

/* In the order of the rows, which no thread count changes. */
double engine_loss(const struct engine *e) {
    double sum = 0;
    size_t rows = loss_count(e);
    for (size_t r = 0; r < rows; r++) sum += e->row_loss[r];
    return rows > 0 ? sum / (double)rows : 0;
}

/* With the penalty, as Keras' is. */
static double mean_loss(const struct engine *e) {
    return e->penalty_value + engine_loss(e);
}

/* Who goes on from where; tracks that begin start from zeros. */
static void take_slots(struct engine *e, const struct task *task) {
    const struct states *states = &e->states[task->backward];
    const struct batch *batch = fed(e);
    if (states->sequences == 0) return;
    states_connect(states);
    for (size_t r = 0; r < batch->steps.rows; r++) {
        bool begins;
        e->slot[r] = dataset_slot(e->data, task->part, batch->sample[r], &begins);
        if (begins) states_reset(states, e->slot[r]);
    }
}

static void prepare(struct engine *e, struct task *task) {
    if (!e->prepared) {
        team_run(e->team, work_prepare, task);
        e->penalty_value = penalty_value(&e->penalty);
    }
    e->prepared = true;
}

static void run_rows(struct engine *e, struct task *task) {
    take_slots(e, task);
    prepare(e, task);
    if (decodes(e)) {
        team_run(e->team, work_encode, task);
        team_run(e->team, work_decode, task);
        if (task->backward) team_run(e->team, work_encode_back, task);
        return;
    }
    team_run(e->team, work_rows, task);
    if (e->mask.layer != NULL)
        mask_scatter(&e->mask, &e->batch, &e->fed, e->model.outputs, model_output(&e->model),
                     e->output);
}

/* The first layer that gives what is not a number, if any does. */
static bool lost(const struct engine *e, double loss, struct error *err) {
    for (size_t i = 0; i < e->model.layers; i++) {
        const struct layer *layer = &e->model.layer[i];
        const struct steps *steps = layer->steps != NULL ? layer->steps : &e->batch.steps;
        size_t count = (layer->out_sequence ? steps->total : steps->rows) * layer->out_features;
        for (size_t k = 0; layer->y != NULL && k < count; k++)
            if (!isfinite(layer->y[k]))
                return error_set(err, ERROR_DIVERGED, "the loss is %g, the output of layer %s %g",
                                 loss, layer->name, (double)layer->y[k]);
    }
    return error_set(err, ERROR_DIVERGED, "the loss is %g", loss);
}

bool engine_train(struct engine *e, enum part part, const size_t *sample, size_t count,
                  double *loss, struct error *err) {
    struct task task = begin(e, part, sample, count, true);
    task.with_loss = true;
    run_rows(e, &task);
    *loss = mean_loss(e);
    if (!isfinite(*loss)) return lost(e, *loss, err);
    team_run(e->team, work_gradient, &task);
    if (e->penalty.blocks > 0) team_run(e->team, work_penalty, &task);
    team_run(e->team, work_squares, &task);
    if (!optimizer_norms(&e->optimizer))
        return error_set(err, ERROR_DIVERGED, "the gradient of %s is not finite",
                         optimizer_culprit(&e->optimizer));
    team_run(e->team, work_update, &task);
    e->optimizer.iteration++;
    e->prepared = false;
    return true;
}

void engine_evaluate(struct engine *e, enum part part, const size_t *sample, size_t count,
                     double *loss) {
    struct task task = begin(e, part, sample, count, false);
    task.with_loss = loss != NULL;
    run_rows(e, &task);
    if (loss != NULL) *loss = mean_loss(e);
}

void engine_encode(struct engine *e, enum part part, const size_t *sample, size_t count) {
    struct task task = begin(e, part, sample, count, false);
    prepare(e, &task);
    team_run(e->team, work_encode, &task);
}

double engine_weight(const struct engine *e) {
    bool chunks = e->batch.shape.carry != CARRY_NONE;
    return (double)(chunks ? e->batch.steps.total : e->batch.steps.rows);
}

const struct states *engine_states(const struct engine *e) {
    return &e->states[1];
}

size_t engine_scored(const struct engine *e) {
    return loss_count(e);
}

size_t engine_scored_row(const struct engine *e, size_t i) {
    if (e->mask.layer == NULL) return i;
    if (e->batch.shape.target_steps) return mask_leaves_out(&e->mask) ? e->mask.place[i] : i;
    return e->mask.row[e->fed.steps.origin[i]];
}

void engine_gather(struct engine *e, enum part part, const size_t *sample, size_t count) {
    const struct schema *schema = dataset_schema(e->data);
    (void)begin(e, part, sample, count, false);
    if (e->mask.layer != NULL)
        mask_gather(&e->mask, &e->batch, &e->fed, 0, count);
    else
        dataset_gather(e->data, part, &e->batch, 0, count);
    if (apart(e)) dataset_gather_decoder(e->data, part, &e->decoder, 0, count);
    const struct batch *targets = engine_targets(e);
    for (size_t i = 0; i < engine_rows(e) * targets->shape.targets; i++)
        e->truth[i] = (double)targets->y[i];
    /* What restore makes of y itself is of no use, and written over by the truth. */
    if (schema->target_kind == TARGET_NUMBER && dataset_restores(e->data))
        dataset_restore(e->data, part, targets, targets->y, e->truth, e->truth);
}
