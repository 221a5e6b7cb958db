#include "run/train.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "run/batches.h"
#include "run/evaluate.h"
#include "run/metrics.h"
#include "run/watch.h"

/* Rows of the largest part that is measured as a whole. */
static size_t most_rows(const struct trainer *t) {
    size_t validation = metrics_rows(&t->engine, PART_VALIDATION);
    size_t test = metrics_rows(&t->engine, PART_TEST);
    return validation > test ? validation : test;
}

static bool set_metrics(struct trainer *t, struct error *err) {
    const struct param_kinds *given = &t->config->metrics;
    struct training_state *state = &t->state;
    size_t rows = most_rows(t);
    if (!metrics_start(t->metric, &t->metrics, given, &t->engine, 0, err) ||
        !metrics_start(t->val_metric, &t->metrics, given, &t->engine, rows, err))
        return false;
    for (size_t i = 0; i < t->metrics; i++) {
        state->more_count += t->metric[i].size + t->metric[i].scales;
        if (t->metric[i].ops->whole && rows == 0)
            return error_at(err, ERROR_CONFIG, given->item[i].place,
                            "metric '%s' needs a validation or a test part; set data.validation",
                            t->metric[i].name);
    }
    plan_want(&t->engine.plan, &state->more, state->more_count, sizeof *state->more);
    return true;
}

bool train_plan(struct trainer *t, struct error *err) {
    size_t size = t->engine.batch_size;
    t->batches = batches_count(&t->engine, PART_TRAIN);
    t->steps =
        t->config->steps_per_epoch != PARAM_NO_COUNT ? t->config->steps_per_epoch : t->batches;
    t->ordered = SIZE_MAX;
    t->state.epoch = t->config->initial_epoch;
    if (!set_metrics(t, err) || !watch_plan(t, err)) return false;
    plan_want(&t->engine.plan, &t->order, batches_units(&t->engine, PART_TRAIN), sizeof *t->order);
    plan_want(&t->engine.plan, &t->scratch, size, sizeof *t->scratch);
    return true;
}

static void load_metrics(struct trainer *t) {
    const double *more = t->state.more;
    for (size_t i = 0; i < t->metrics; i++) {
        t->metric[i].sum = t->state.metric_sum[i];
        t->metric[i].count = t->state.metric_count[i];
        for (size_t j = 0; j < t->metric[i].size; j++) t->metric[i].more[j] = *more++;
    }
}

static void store_metrics(struct trainer *t) {
    double *more = t->state.more;
    for (size_t i = 0; i < t->metrics; i++) {
        t->state.metric_sum[i] = t->metric[i].sum;
        t->state.metric_count[i] = t->metric[i].count;
        for (size_t j = 0; j < t->metric[i].size; j++) *more++ = t->metric[i].more[j];
    }
    for (size_t i = 0; i < t->metrics; i++)
        for (size_t j = 0; j < t->metric[i].scales; j++) *more++ = t->metric[i].scale[j];
}

void train_prepare(struct trainer *t) {
    metrics_fill(t->metric, t->metrics, &t->engine);
    metrics_fill(t->val_metric, t->metrics, &t->engine);
    store_metrics(t);
}

bool train_resume(struct trainer *t, const struct training_state *state, struct error *err) {
    double *more = t->state.more;
    if (state->more_count != t->state.more_count)
        return error_set(err, ERROR_CHECKPOINT,
                         "training state: 'more' has %zu numbers, but the metrics have %zu",
                         state->more_count, t->state.more_count);
    if (state->more_count > 0) memcpy(more, state->more, state->more_count * sizeof *more);
    t->state = *state;
    t->state.more = more;
    return true;
}

real *train_present_weights(const struct trainer *t) {
    real *average = t->reverted ? NULL : optimizer_average(&t->engine.optimizer);
    return average != NULL ? average : t->engine.model.weights;
}

const real *train_predicting_weights(const struct trainer *t) {
    return t->best_weights != NULL && t->state.best_epoch > 0 ? t->best_weights
                                                              : train_present_weights(t);
}

const struct train_epoch *train_predicting_epoch(const struct trainer *t) {
    bool best = train_predicting_weights(t) == t->best_weights && t->best_weights != NULL;
    const struct train_epoch *epoch = best ? &t->best : &t->last;
    return epoch->epoch > 0 ? epoch : NULL;
}

/* Batches go on over the passes through the data, however many make an epoch. The order of a pass
 * is a function of seed and pass, so a resumed run finds its place in it. */
static size_t find_batch(struct trainer *t) {
    size_t count = batches_units(&t->engine, PART_TRAIN);
    size_t before = t->config->initial_epoch * t->steps + t->state.iteration;
    size_t pass = before / t->batches;
    if (t->ordered != pass && t->config->shuffle) {
        struct random_stream stream = random_stream(t->engine.seed, RANDOM_SHUFFLE, 0);
        random_shuffle(stream, pass, t->order, count);
    }
    for (size_t i = 0; t->ordered == SIZE_MAX && !t->config->shuffle && i < count; i++)
        t->order[i] = i;
    t->ordered = pass;
    return before % t->batches;
}

/* What was just computed is not finite: the last update spoilt the weights. */
static bool diverged(struct trainer *t, struct error *err) {
    struct error cause = *err;
    (void)error_set(err, cause.kind,
                    "diverged at epoch %zu, step %zu: %s (learning rate %g); try a lower "
                    "learning rate, global_clipnorm: 1 in the optimizer, or data.scale",
                    t->state.epoch + 1, t->state.step + 1, cause.text,
                    t->engine.optimizer.learning_rate);
    (void)train_revert(t);
    return false;
}

bool train_revert(struct trainer *t) {
    const real *before = t->engine.optimizer.before;
    if (t->reverted || before == NULL || t->state.iteration == 0) return false;
    memcpy(t->engine.model.weights, before, t->engine.model.size * sizeof *before);
    t->reverted = true;
    t->state.iteration--;
    if (t->state.step > 0) t->state.step--;
    return true;
}

static bool train_step(struct trainer *t, struct error *err) {
    struct engine *e = &t->engine;
    size_t n = batches_take(e, PART_TRAIN, t->order, find_batch(t), t->scratch);
    double loss, start = profile_now(e->profile);
    if (!engine_train(e, PART_TRAIN, t->scratch, n, &loss, err)) return diverged(t, err);
    double since = profile_now(e->profile);
    engine_restore(e, PART_TRAIN, true);
    evaluate_batch(e, t->metric, t->metrics);
    profile_lap(e->profile, 0, PHASE_METRICS, &since);
    profile_step(e->profile, start);
    store_metrics(t);
    t->state.loss_sum += loss * engine_weight(e);
    t->state.sample_sum += engine_weight(e);
    if (e->optimizer.norm > t->state.norm) t->state.norm = e->optimizer.norm;
    t->state.step++;
    t->state.iteration = e->optimizer.iteration;
    return true;
}

static void validate(struct trainer *t, struct train_epoch *record) {
    struct engine *e = &t->engine;
    record->val_loss = NAN;
    for (size_t i = 0; i < t->metrics; i++) record->val_metric[i] = NAN;
    if (dataset_count(e->data, PART_VALIDATION) == 0) return;
    if (record->epoch % t->config->validation_freq != 0) return;
    double since = profile_now(e->profile);
    real *training = engine_use_weights(e, train_present_weights(t));
    evaluate_part(e, PART_VALIDATION, t->scratch, t->val_metric, t->metrics, &record->val_loss);
    (void)engine_use_weights(e, training);
    profile_lap(e->profile, 0, PHASE_VALIDATION, &since);
    for (size_t i = 0; i < t->metrics; i++) record->val_metric[i] = metric_value(&t->val_metric[i]);
}

/* The epoch's sums become a record, and the state the start of the next epoch. */
static struct train_epoch end_epoch(struct trainer *t, double seconds, double samples) {
    struct training_state *state = &t->state;
    struct train_epoch record = {.epoch = state->epoch + 1,
                                 .loss = state->loss_sum / state->sample_sum,
                                 .learning_rate = t->engine.optimizer.learning_rate,
                                 .norm = state->norm,
                                 .seconds = seconds,
                                 .samples_per_second = samples / seconds};
    for (size_t i = 0; i < t->metrics; i++) record.metric[i] = metric_value(&t->metric[i]);
    validate(t, &record);
    state->epoch++;
    state->step = 0;
    state->loss_sum = state->sample_sum = state->norm = 0;
    state->last_loss = record.loss;
    state->last_val_loss = record.val_loss;
    for (size_t i = 0; i < t->metrics; i++) metric_reset(&t->metric[i]);
    store_metrics(t);
    watch_stopping(t, &record);
    watch_plateau(t, &record);
    t->last = record;
    if (record.best) t->best = record;
    if (state->epoch >= t->config->epochs) state->finished = true;
    return record;
}

bool train_run(struct trainer *t, const struct train_events *events, struct error *err) {
    bool stop = false;
    if (t->state.epoch >= t->config->epochs) t->state.finished = true;
    load_metrics(t);
    t->engine.optimizer.reduced_rate = t->state.reduced_rate;
    while (!t->state.finished && !stop) {
        double start = clock_now(), samples = t->state.sample_sum;
        while (t->state.step < t->steps && !stop) {
            if (!train_step(t, err) || !events->step(events->context, t, &stop, err)) return false;
        }
        if (t->state.step < t->steps) return true;
        samples = t->state.sample_sum - samples;
        struct train_epoch record = end_epoch(t, clock_now() - start, samples);
        if (!events->epoch(events->context, t, &record, err)) return false;
    }
    return true;
}
