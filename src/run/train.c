#include "run/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "run/evaluate.h"

/* Monitored columns: 0 loss, 1 val_loss, 2 + 2i the i-th metric, 3 + 2i its validation. */
static bool is_validation(size_t monitor) {
    return monitor % 2 == 1;
}

static bool set_metrics(struct trainer *t, struct error *err) {
    const struct param_kinds *given = &t->config->metrics;
    bool classes = t->engine.loss.ops->activation != ACTIVATION_LINEAR;
    const struct kind *usual = kind_find(metric_kinds, classes ? "accuracy" : "rmse");
    t->metrics = given->count > 0 ? given->count : 1;
    if (t->metrics > STATE_METRICS)
        return error_set(err, ERROR_CONFIG, "train.metrics: at most %d metrics", STATE_METRICS);
    for (size_t i = 0; i < t->metrics; i++) {
        const struct kind *kind = given->count > 0 ? given->item[i].kind : usual;
        const struct metric_ops *ops = kind->ops;
        if (ops->classes != classes)
            return error_at(err, ERROR_CONFIG, given->item[i].place,
                            "metric '%s' is for %s, but the loss is for %s", kind->name,
                            ops->classes ? "classes" : "numbers", classes ? "classes" : "numbers");
        for (size_t j = 0; j < i; j++)
            if (t->metric[j].ops == ops)
                return error_at(err, ERROR_CONFIG, given->item[i].place,
                                "metric '%s' stands there twice", kind->name);
        t->metric[i] = t->val_metric[i] = (struct metric){.name = kind->name, .ops = ops};
    }
    return true;
}

/* Name of a column that can be watched, validation or not, into `to`. */
static const char *column_name(const struct trainer *t, size_t column, char to[static 80]) {
    const char *base = column < 2 ? "loss" : t->metric[(column - 2) / 2].name;
    (void)snprintf(to, 80, "%s%s", is_validation(column) ? "val_" : "", base);
    return to;
}

static bool unknown_monitor(const struct trainer *t, const char *given, struct error *err) {
    char names[2 * STATE_METRICS + 2][80];
    const char *list[2 * STATE_METRICS + 2];
    size_t count = 2 + 2 * t->metrics;
    for (size_t i = 0; i < count; i++) list[i] = column_name(t, i, names[i]);
    const char *near = text_nearest(given, list, count);
    return error_at(err, ERROR_CONFIG, t->monitor_place,
                    "monitor '%s' is not a column of the history; %s%s%s", given,
                    near != NULL ? "did you mean '" : "expected loss, val_loss or a metric",
                    near != NULL ? near : "", near != NULL ? "'?" : "");
}

static bool set_monitor(struct trainer *t, struct error *err) {
    const char *given = t->config->early_stopping.monitor;
    size_t count = 2 + 2 * t->metrics;
    char name[80];
    t->monitor = 0;
    while (t->monitor < count && strcmp(column_name(t, t->monitor, name), given) != 0) t->monitor++;
    if (t->monitor == count) return unknown_monitor(t, given, err);
    if (!is_validation(t->monitor) || dataset_count(t->engine.data, PART_VALIDATION) > 0)
        return true;
    return error_at(err, ERROR_CONFIG, t->monitor_place,
                    "monitor '%s' needs a validation part; set train.validation_split or "
                    "data.validation, or monitor loss",
                    given);
}

bool train_plan(struct trainer *t, struct error *err) {
    size_t count = dataset_count(t->engine.data, PART_TRAIN), size = t->engine.batch_size;
    t->steps = count / size + (count % size > 0);
    if (t->config->steps_per_epoch < t->steps) t->steps = t->config->steps_per_epoch;
    t->state.best = NAN;
    if (!set_metrics(t, err)) return false;
    plan_want(&t->engine.plan, &t->order, count, sizeof *t->order);
    plan_want(&t->engine.plan, &t->scratch, size, sizeof *t->scratch);
    if (!t->config->early_stopping.given) return true;
    if (!set_monitor(t, err)) return false;
    if (t->config->early_stopping.restore_best)
        plan_want(&t->engine.plan, &t->best_weights, t->engine.model.size, sizeof(real));
    return true;
}

/* The weights as they are now, or their average where one is kept. */
static real *present_weights(const struct trainer *t) {
    real *average = optimizer_average(&t->engine.optimizer);
    return average != NULL ? average : t->engine.model.weights;
}

const real *train_predicting_weights(const struct trainer *t) {
    return t->best_weights != NULL && t->state.best_epoch > 0 ? t->best_weights
                                                              : present_weights(t);
}

const struct train_epoch *train_predicting_epoch(const struct trainer *t) {
    bool best = train_predicting_weights(t) == t->best_weights && t->best_weights != NULL;
    const struct train_epoch *epoch = best ? &t->best : &t->last;
    return epoch->epoch > 0 ? epoch : NULL;
}

/* The order of an epoch is a function of seed and epoch, so a resumed one finds its place in it. */
static void set_order(struct trainer *t) {
    size_t count = dataset_count(t->engine.data, PART_TRAIN);
    if (t->config->shuffle) {
        struct random_stream stream = random_stream(t->engine.seed, RANDOM_SHUFFLE, 0);
        random_shuffle(stream, t->state.epoch, t->order, count);
        return;
    }
    for (size_t i = 0; i < count; i++) t->order[i] = i;
}

static void load_metrics(struct trainer *t) {
    for (size_t i = 0; i < t->metrics; i++) {
        t->metric[i].sum = t->state.metric_sum[i];
        t->metric[i].count = t->state.metric_count[i];
    }
}

static void store_metrics(struct trainer *t) {
    for (size_t i = 0; i < t->metrics; i++) {
        t->state.metric_sum[i] = t->metric[i].sum;
        t->state.metric_count[i] = t->metric[i].count;
    }
}

static bool train_step(struct trainer *t, struct error *err) {
    struct engine *e = &t->engine;
    size_t count = dataset_count(e->data, PART_TRAIN), first = t->state.step * e->batch_size;
    size_t n = count - first < e->batch_size ? count - first : e->batch_size;
    double loss, start = profile_now(e->profile);
    if (!engine_train(e, PART_TRAIN, t->order + first, n, &loss, err)) {
        struct error cause = *err;
        return error_set(err, cause.kind,
                         "diverged at epoch %zu, step %zu: %s (learning rate %g); try a lower "
                         "learning rate, global_clipnorm: 1 in the optimizer, or data.scale",
                         t->state.epoch + 1, t->state.step + 1, cause.text,
                         e->optimizer.learning_rate);
    }
    double since = profile_now(e->profile);
    engine_restore(e, PART_TRAIN, true);
    evaluate_batch(e, t->metric, t->metrics);
    profile_lap(e->profile, 0, PHASE_METRICS, &since);
    profile_step(e->profile, start);
    store_metrics(t);
    t->state.loss_sum += loss * (double)n;
    t->state.sample_sum += (double)n;
    if (e->optimizer.norm > t->state.norm) t->state.norm = e->optimizer.norm;
    t->state.step++;
    t->state.iteration = e->optimizer.iteration;
    return true;
}

static double monitored(const struct trainer *t, const struct train_epoch *record) {
    switch (t->monitor) {
    case 0: return record->loss;
    case 1: return record->val_loss;
    default:
        return is_validation(t->monitor) ? record->val_metric[(t->monitor - 2) / 2]
                                         : record->metric[(t->monitor - 2) / 2];
    }
}

/* Keras' EarlyStopping: better by more than min_delta, else one epoch more of waiting. */
static void watch(struct trainer *t, struct train_epoch *record) {
    const struct early_stopping_config *config = &t->config->early_stopping;
    double value = monitored(t, record);
    if (!config->given || isnan(value)) return;
    bool higher = t->monitor > 1 && t->metric[(t->monitor - 2) / 2].ops->higher_better;
    bool better = isnan(t->state.best) || (higher ? value - config->min_delta > t->state.best
                                                  : value + config->min_delta < t->state.best);
    if (!better) {
        t->state.wait++;
        if (t->state.wait >= config->patience) t->state.finished = true;
        return;
    }
    record->best = true;
    t->state.best = value;
    t->state.best_epoch = record->epoch;
    t->state.wait = 0;
    if (t->best_weights != NULL)
        memcpy(t->best_weights, present_weights(t), t->engine.model.size * sizeof(real));
}

static void validate(struct trainer *t, struct train_epoch *record) {
    struct engine *e = &t->engine;
    record->val_loss = NAN;
    for (size_t i = 0; i < t->metrics; i++) record->val_metric[i] = NAN;
    if (dataset_count(e->data, PART_VALIDATION) == 0) return;
    if (record->epoch % t->config->validation_freq != 0) return;
    double since = profile_now(e->profile);
    real *training = engine_use_weights(e, present_weights(t));
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
    for (size_t i = 0; i < t->metrics; i++) t->metric[i].sum = t->metric[i].count = 0;
    store_metrics(t);
    watch(t, &record);
    t->last = record;
    if (record.best) t->best = record;
    if (state->epoch >= t->config->epochs) state->finished = true;
    return record;
}

bool train_run(struct trainer *t, const struct train_events *events, struct error *err) {
    bool stop = false;
    if (t->state.epoch >= t->config->epochs) t->state.finished = true;
    load_metrics(t);
    while (!t->state.finished && !stop) {
        double start = clock_now(), samples = t->state.sample_sum;
        set_order(t);
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
