#include "tools/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "files/atomic.h"
#include "files/json.h"
#include "files/plot.h"
#include "tools/cli.h"
#include "tools/cross_validation.h"

static bool add_part(struct figures *to, const struct trainer *trainer, const char *prefix,
                     double loss, const double *metric, struct error *err) {
    if (!figures_add(to, prefix, "loss", loss, err)) return false;
    for (size_t i = 0; i < trainer->metrics; i++)
        if (!figures_add(to, prefix, trainer->metric[i].name, metric[i], err)) return false;
    return true;
}

bool summary_figures(const struct training *t, const struct training_result *result,
                     struct figures *to, struct error *err) {
    struct train_epoch unknown = {.loss = NAN};
    struct training_result nothing = {.val_loss = NAN, .test_loss = NAN};
    const struct trainer *trainer = &t->trainer;
    const struct dataset *data = t->task.data;
    const struct train_epoch *epoch = result != NULL ? train_predicting_epoch(trainer) : NULL;
    for (size_t i = 0; i < STATE_METRICS; i++)
        unknown.metric[i] = nothing.val_metric[i] = nothing.test_metric[i] = NAN;
    if (epoch == NULL) epoch = &unknown;
    if (result == NULL) result = &nothing;
    return add_part(to, trainer, "", epoch->loss, epoch->metric, err) &&
           (dataset_count(data, PART_VALIDATION) == 0 ||
            add_part(to, trainer, "val_", result->val_loss, result->val_metric, err)) &&
           (dataset_count(data, PART_TEST) == 0 ||
            add_part(to, trainer, "test_", result->test_loss, result->test_metric, err)) &&
           (t->cross_validation == NULL ||
            cross_validation_figures(t->cross_validation, trainer, to, err));
}

static void add_text(struct text *to, const char *key, const char *value) {
    json_key(to, key);
    json_add_string(to, value);
}

static void add_count(struct text *to, const char *key, size_t value) {
    json_key(to, key);
    json_add_count(to, value);
}

static const char *status_of(const struct training *t) {
    if (t->signal != 0) return "interrupted";
    if (!t->trainer.state.finished) return "out of time";
    return t->trainer.state.epoch < t->config->train.epochs ? "stopped early" : "finished";
}

static void add_run(const struct training *t, const char *config, struct text *to) {
    const struct training_state *state = &t->trainer.state;
    add_text(to, "program", "rnntrain " VERSION);
    add_text(to, "config", config);
    add_text(to, "status", status_of(t));
    add_count(to, "epochs", state->epoch);
    if (t->trainer.best_weights != NULL && state->best_epoch > 0)
        add_count(to, "best_epoch", state->best_epoch);
    add_count(to, "parameters", t->trainer.engine.model.size);
}

static void add_files(const struct training *t, struct text *to) {
    json_key(to, "seconds");
    json_add_number(to, floor((clock_now() - t->started) * 1e4 + 0.5) / 1e4);
    add_text(to, "checkpoint", t->config->output.checkpoint);
    add_text(to, "history", t->config->output.history);
    if (t->config->output.plot != NULL) add_text(to, "plot", t->config->output.plot);
}

bool summary_print(struct training *t, const char *config, const char *fail_if, struct error *err) {
    struct text to = {0};
    struct training_result result;
    struct figures figures = {0};
    training_judge(t, &result);
    bool good = summary_figures(t, &result, &figures, err);
    json_open(&to, '{');
    add_run(t, config, &to);
    figures_to_json(&figures, &to);
    if (t->cross_validation != NULL)
        cross_validation_to_json(t->cross_validation, &t->trainer, &to);
    add_files(t, &to);
    json_close(&to, '}');
    text_add(&to, "\n");
    good = good && cli_print_text(&to, err) &&
           (fail_if == NULL || figures_pass_gate(&figures, fail_if, err));
    text_free(&to);
    figures_free(&figures);
    return good;
}

bool summary_plot(const struct training *t, struct error *err) {
    const struct config *config = t->config;
    static const char *const columns[] = {"loss", "val_loss"};
    const char *path = config->output.plot;
    struct history_table table = {0};
    struct plot plot = {0};
    struct text figure = {0};
    if (path == NULL || t->trainer.state.epoch == 0) return true;
    bool good = history_read(&table, config->output.history, err) &&
                plot_add(&plot, &table, config->output.history, NULL, columns, 2, true, err) &&
                plot_svg(&plot, PLOT_WIDTH, PLOT_HEIGHT, &figure, err);
    size_t length = figure.length;
    char *bytes = good ? text_take(&figure, err) : NULL;
    good = bytes != NULL && atomic_save(path, bytes, length, err);
    free(bytes);
    text_free(&figure);
    plot_free(&plot);
    history_table_free(&table);
    return good;
}
