#include "tools/cross_validation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "files/json.h"
#include "tools/signals.h"
#include "tools/silent.h"

/* ---- one fold -------------------------------------------------------------------------------- */

static bool in_fold(size_t fold, struct error *err) {
    struct error cause = *err;
    return error_set(err, cause.kind, "fold %zu: %s", fold, cause.text);
}

static void show_fold(const struct training *t, const double *value, size_t fold) {
    const struct trainer *trainer = &t->trainer;
    (void)fprintf(stderr, "fold %zu/%zu: val_loss %.4g", fold, t->config->data.cross_validation,
                  value[0]);
    for (size_t i = 0; i < trainer->metrics; i++)
        (void)fprintf(stderr, "  val_%s %.4g", trainer->metric[i].name, value[1 + i]);
    silent_show_end(t);
}

static bool train_fold(struct training *t, double *value, struct error *err) {
    struct training_result result;
    if (!silent_train(t, err)) return false;
    training_judge(t, &result);
    value[0] = result.validation.model.loss;
    for (size_t i = 0; i < t->trainer.metrics; i++)
        value[1 + i] = result.validation.model.metric[i];
    return true;
}

static bool run_fold(struct cross_validation *cross, struct config *config, const char *isa,
                     size_t fold, bool quiet, struct error *err) {
    struct training training;
    double *value = cross->value[fold - 1];
    if (!training_open_fold(&training, config, isa, fold, err)) return in_fold(fold, err);
    bool good = train_fold(&training, value, err) || in_fold(fold, err);
    cross->signal = training.signal;
    if (good && cross->signal == 0) {
        cross->folds = fold;
        if (!quiet) show_fold(&training, value, fold);
    }
    training_close(&training);
    return good;
}

bool cross_validation_check(struct config *config, const char *isa, struct error *err) {
    struct training training;
    for (size_t fold = 1; fold <= config->data.cross_validation; fold++) {
        if (!training_open_fold(&training, config, isa, fold, err)) return in_fold(fold, err);
        training_close(&training);
    }
    return true;
}

bool cross_validation_run(struct cross_validation *cross, struct config *config, const char *isa,
                          bool quiet, struct error *err) {
    size_t folds = config->data.cross_validation;
    *cross = (struct cross_validation){0};
    cross->value = memory_take(folds, sizeof *cross->value, "folds", err);
    if (cross->value == NULL) return false;
    signals_note();
    for (size_t fold = 1; fold <= folds && cross->signal == 0; fold++)
        if (!run_fold(cross, config, isa, fold, quiet, err)) return false;
    return true;
}

void cross_validation_free(struct cross_validation *cross) {
    free(cross->value);
    *cross = (struct cross_validation){0};
}

/* ---- all folds ------------------------------------------------------------------------------- */

struct spread {
    double mean, deviation;
};

static struct spread spread_of(const struct cross_validation *cross, size_t column) {
    double sum = 0, squares = 0, n = (double)cross->folds;
    if (cross->folds < 2) return (struct spread){NAN, NAN};
    for (size_t i = 0; i < cross->folds; i++) sum += cross->value[i][column];
    double mean = sum / n;
    for (size_t i = 0; i < cross->folds; i++) {
        double d = cross->value[i][column] - mean;
        squares += d * d;
    }
    return (struct spread){mean, sqrt(squares / (n - 1))};
}

static const char *column_name(const struct trainer *trainer, size_t column) {
    return column == 0 ? "loss" : trainer->metric[column - 1].name;
}

void cross_validation_report(const struct cross_validation *cross, const struct trainer *trainer) {
    (void)fprintf(stderr, "cross-validation:");
    for (size_t c = 0; c <= trainer->metrics; c++) {
        struct spread spread = spread_of(cross, c);
        (void)fprintf(stderr, "%s val_%s %.4g ± %.2g", c > 0 ? "," : "", column_name(trainer, c),
                      spread.mean, spread.deviation);
    }
    (void)fprintf(stderr, " (mean ± standard deviation of %zu folds)\n", cross->folds);
}

bool cross_validation_figures(const struct cross_validation *cross, const struct trainer *trainer,
                              struct figures *to, struct error *err) {
    for (size_t c = 0; c <= trainer->metrics; c++) {
        struct spread spread = spread_of(cross, c);
        char name[80];
        (void)snprintf(name, sizeof name, "%s_sd", column_name(trainer, c));
        if (!figures_add(to, "cv_", column_name(trainer, c), spread.mean, err) ||
            !figures_add(to, "cv_", name, spread.deviation, err))
            return false;
    }
    return true;
}

void cross_validation_to_json(const struct cross_validation *cross, const struct trainer *trainer,
                              struct text *to) {
    json_key(to, "cross_validation");
    json_open(to, '[');
    for (size_t i = 0; i < cross->folds; i++) {
        json_open(to, '{');
        for (size_t c = 0; c <= trainer->metrics; c++) {
            char name[80];
            (void)snprintf(name, sizeof name, "val_%s", column_name(trainer, c));
            json_put_number(to, name, cross->value[i][c]);
        }
        json_close(to, '}');
    }
    json_close(to, ']');
}
