#include "run/watch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/schedule.h"

/* Columns that can be watched: 0 loss, 1 val_loss, 2 + 2i the i-th metric, 3 + 2i its validation. */
static bool is_validation(size_t column) {
    return column % 2 == 1;
}

static const struct metric *metric_of(const struct trainer *t, size_t column) {
    return column < 2 ? NULL : &t->metric[(column - 2) / 2];
}

/* Name of a column, validation or not, into `to`. */
static const char *column_name(const struct trainer *t, size_t column, char to[static 80]) {
    const char *base = column < 2 ? "loss" : metric_of(t, column)->name;
    (void)snprintf(to, 80, "%s%s", is_validation(column) ? "val_" : "", base);
    return to;
}

static bool unknown(const struct trainer *t, const char *given, struct place place,
                    struct error *err) {
    char names[2 * STATE_METRICS + 2][80];
    const char *list[2 * STATE_METRICS + 2];
    size_t count = 2 + 2 * t->metrics;
    for (size_t i = 0; i < count; i++) list[i] = column_name(t, i, names[i]);
    const char *near = text_nearest(given, list, count);
    return error_at(err, ERROR_CONFIG, place, "monitor '%s' is not a column of the history; %s%s%s",
                    given, near != NULL ? "did you mean '" : "expected loss, val_loss or a metric",
                    near != NULL ? near : "", near != NULL ? "'?" : "");
}

static bool find(const struct trainer *t, const char *given, struct place place, size_t *column,
                 struct error *err) {
    size_t count = 2 + 2 * t->metrics;
    char name[80];
    *column = 0;
    while (*column < count && strcmp(column_name(t, *column, name), given) != 0) ++*column;
    if (*column == count) return unknown(t, given, place, err);
    if (is_validation(*column)) {
        if (dataset_count(t->engine.data, PART_VALIDATION) > 0) return true;
        return error_at(err, ERROR_CONFIG, place,
                        "monitor '%s' needs a validation part; set train.validation_split or "
                        "data.validation, or monitor loss",
                        given);
    }
    if (metric_of(t, *column) == NULL || !metric_of(t, *column)->ops->whole) return true;
    return error_at(err, ERROR_CONFIG, place,
                    "monitor '%s' is not measured on the training part; write val_%s", given,
                    given);
}

/* Only a rate that nothing else changes can be reduced. */
static bool check_rate(const struct trainer *t, struct error *err) {
    const struct optimizer_settings *settings = t->config->optimizer.settings;
    if (!schedule_changes(&settings->learning_rate)) return true;
    return error_at(err, ERROR_CONFIG, t->plateau_place,
                    "reduce_lr_on_plateau and the schedule %s both set the learning rate; keep one",
                    settings->learning_rate.kind->name);
}

bool watch_plan(struct trainer *t, struct error *err) {
    const struct early_stopping_config *stopping = &t->config->early_stopping;
    const struct plateau_config *plateau = &t->config->plateau;
    t->state.best = t->state.plateau_best = t->state.reduced_rate = NAN;
    t->state.last_loss = t->state.last_val_loss = NAN;
    if (stopping->given) {
        if (!find(t, stopping->monitor, t->monitor_place, &t->monitor, err)) return false;
        if (stopping->restore_best)
            plan_want(&t->engine.plan, &t->best_weights, t->engine.model.size, sizeof(real));
    }
    if (!plateau->given) return true;
    return check_rate(t, err) &&
           find(t, plateau->monitor, t->plateau_place, &t->plateau_monitor, err);
}

static double value_of(const struct trainer *t, const struct train_epoch *record, size_t column) {
    (void)t;
    if (column < 2) return is_validation(column) ? record->val_loss : record->loss;
    size_t metric = (column - 2) / 2;
    return is_validation(column) ? record->val_metric[metric] : record->metric[metric];
}

static bool is_better(const struct trainer *t, size_t column, double value, double best,
                      double min_delta) {
    bool higher = metric_of(t, column) != NULL && metric_of(t, column)->ops->higher_better;
    if (isnan(best)) return true;
    return higher ? value - min_delta > best : value + min_delta < best;
}

void watch_stopping(struct trainer *t, struct train_epoch *record) {
    const struct early_stopping_config *config = &t->config->early_stopping;
    double value = value_of(t, record, t->monitor);
    if (!config->given || isnan(value) || record->epoch <= config->start_from_epoch) return;
    if (!is_better(t, t->monitor, value, t->state.best, config->min_delta)) {
        t->state.wait++;
        if (t->state.wait >= config->patience) t->state.finished = true;
        return;
    }
    record->best = true;
    t->state.best = value;
    t->state.best_epoch = record->epoch;
    /* An improvement ends nothing, but the next epoch without one may. */
    if (is_better(t, t->monitor, value, config->baseline, config->min_delta))
        t->state.wait = 0;
    else if (t->state.wait + 1 < config->patience)
        t->state.wait++;
    if (t->best_weights != NULL)
        memcpy(t->best_weights, train_present_weights(t), t->engine.model.size * sizeof(real));
}

static void reduce(struct trainer *t) {
    const struct plateau_config *config = &t->config->plateau;
    double rate = t->engine.optimizer.learning_rate;
    if (rate <= config->min_lr) return;
    rate *= config->factor;
    t->state.reduced_rate = rate > config->min_lr ? rate : config->min_lr;
    t->engine.optimizer.reduced_rate = t->state.reduced_rate;
    t->state.plateau_cooldown = config->cooldown;
    t->state.plateau_wait = 0;
}

void watch_plateau(struct trainer *t, const struct train_epoch *record) {
    const struct plateau_config *config = &t->config->plateau;
    struct training_state *state = &t->state;
    double value = value_of(t, record, t->plateau_monitor);
    if (!config->given || isnan(value)) return;
    if (state->plateau_cooldown > 0) {
        state->plateau_cooldown--;
        state->plateau_wait = 0;
    }
    if (is_better(t, t->plateau_monitor, value, state->plateau_best, config->min_delta)) {
        state->plateau_best = value;
        state->plateau_wait = 0;
    } else if (state->plateau_cooldown == 0 && ++state->plateau_wait >= config->patience) {
        reduce(t);
    }
}
