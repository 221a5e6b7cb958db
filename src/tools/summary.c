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
#include "tools/repeats.h"
#include "tools/run_page.h"
#include "tools/scoreboard.h"

static struct scoreboard board_of(const struct training *t) {
    return (struct scoreboard){t->trainer.val_metric, t->trainer.metrics, t->baselines.season};
}

static bool has_part(const struct training *t, enum part part) {
    return dataset_count(t->task.data, part) > 0;
}

/* Of the epoch that predicts; one before this run is not known. */
static bool add_training(const struct training *t, bool known, struct figures *to,
                         struct error *err) {
    const struct trainer *trainer = &t->trainer;
    const struct train_epoch *epoch = known ? train_predicting_epoch(trainer) : NULL;
    if (!figures_add(to, "", "loss", epoch != NULL ? epoch->loss : NAN, err)) return false;
    for (size_t i = 0; i < trainer->metrics; i++)
        if (!figures_add(to, "", trainer->metric[i].name, epoch != NULL ? epoch->metric[i] : NAN,
                         err))
            return false;
    return true;
}

bool summary_figures(const struct training *t, const struct training_result *result,
                     struct figures *to, struct error *err) {
    const struct scoreboard board = board_of(t);
    bool good =
        add_training(t, result != NULL, to, err) &&
        (!has_part(t, PART_VALIDATION) ||
         scoreboard_figures(&board, "val_", result != NULL ? &result->validation : NULL, to,
                            err)) &&
        (!has_part(t, PART_TEST) ||
         scoreboard_figures(&board, "test_", result != NULL ? &result->test : NULL, to, err)) &&
        (t->cross_validation == NULL ||
         cross_validation_figures(t->cross_validation, &t->trainer, to, err));
    if (!good || t->repeats == NULL) return good;
    return (result == NULL || repeats_end(t->repeats, t, to, err)) &&
           repeats_figures(t->repeats, to, to, err);
}

static void add_baselines(const struct training *t, const struct training_result *result,
                          struct text *to) {
    const struct scoreboard board = board_of(t);
    if (result->validation.samples + result->test.samples == 0) return;
    json_key(to, "baselines");
    json_open(to, '{');
    if (result->validation.samples > 0) {
        json_key(to, "val");
        scoreboard_json(&board, &result->validation, to);
    }
    if (result->test.samples > 0) {
        json_key(to, "test");
        scoreboard_json(&board, &result->test, to);
    }
    json_close(to, '}');
}

static void add_table(const struct training *t, const char *title, const struct scores *scores,
                      struct text *to) {
    const struct scoreboard board = board_of(t);
    if (scores->samples == 0) return;
    scoreboard_table(&board, title, scores, to);
    scoreboard_warn(title, scores, to);
}

/* The figures beside those of the baselines, for a person. */
static bool tell(const struct training *t, const struct training_result *result,
                 struct error *err) {
    struct text to = {0};
    add_table(t, "validation", &result->validation, &to);
    add_table(t, "test", &result->test, &to);
    char *bytes = text_take(&to, err);
    if (bytes == NULL) return false;
    (void)fputs(bytes, stderr);
    free(bytes);
    return true;
}

static void add_text(struct text *to, const char *key, const char *value) {
    json_put_string(to, key, value);
}

static void add_count(struct text *to, const char *key, size_t value) {
    json_put_count(to, key, value);
}

const char *summary_status(const struct training *t) {
    if (t->signal != 0) return "interrupted";
    if (!t->trainer.state.finished) return "out of time";
    return t->trainer.state.epoch < t->config->train.epochs ? "stopped early" : "finished";
}

static void add_run(const struct training *t, const char *config, struct text *to) {
    const struct training_state *state = &t->trainer.state;
    add_text(to, "program", "rnntrain " VERSION);
    add_text(to, "config", config);
    add_text(to, "status", summary_status(t));
    add_count(to, "epochs", state->epoch);
    if (t->trainer.best_weights != NULL && state->best_epoch > 0)
        add_count(to, "best_epoch", state->best_epoch);
    add_count(to, "parameters", t->trainer.engine.model.size);
}

static void add_files(const struct training *t, struct text *to) {
    json_put_number(to, "seconds", floor((clock_now() - t->started) * 1e4 + 0.5) / 1e4);
    add_text(to, "checkpoint", t->config->output.checkpoint);
    add_text(to, "history", t->config->output.history);
    if (t->config->output.plot != NULL) add_text(to, "plot", t->config->output.plot);
    if (t->config->output.report != NULL) add_text(to, "report", t->config->output.report);
    if (t->repeats != NULL) add_text(to, "repeats_csv", t->repeats_path);
}

/* What all seeds gave together: for a person, and as a file. */
static bool end_repeats(const struct training *t, struct error *err) {
    if (!t->progress.silent) repeats_report(t->repeats);
    return repeats_save(t->repeats, t->repeats_path, err);
}

bool summary_print(struct training *t, const char *config, const char *fail_if, struct error *err) {
    struct text to = {0};
    struct training_result result;
    struct figures figures = {0};
    training_judge(t, &result);
    bool good = (t->progress.silent || t->finished_before || tell(t, &result, err)) &&
                summary_figures(t, &result, &figures, err);
    if (good && t->repeats != NULL) good = end_repeats(t, err);
    if (good) good = run_page_write(t, &result, &figures, config, err);
    json_open(&to, '{');
    add_run(t, config, &to);
    figures_to_json(&figures, &to);
    if (t->cross_validation != NULL)
        cross_validation_to_json(t->cross_validation, &t->trainer, &to);
    if (t->repeats != NULL && good) repeats_to_json(t->repeats, &to);
    add_baselines(t, &result, &to);
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
