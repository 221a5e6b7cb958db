/* rnntrain - train a recurrent network as a config says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/atomic.h"
#include "files/config_table.h"
#include "tools/cli.h"
#include "tools/cross_validation.h"
#include "tools/repeats.h"
#include "tools/report.h"
#include "tools/show_samples.h"
#include "tools/signals.h"
#include "tools/summary.h"
#include "tools/tools.h"
#include "tools/training.h"
#include "tools/training_files.h"

enum {
    SET_CHECK,
    SET_PRINT_CONFIG,
    SET_SHOW_SAMPLES,
    SET_RESUME,
    SET_INIT_FROM,
    SET_THREADS,
    SET_SEED,
    SET_ISA,
    SET_MAX_TIME,
    SET_REPEATS,
    SET_REPEATS_CSV,
    SET_FAIL_IF,
    SET_LOG_JSON,
    SET_WRITE_DATA,
    SET_PROGRESS,
    SET_PROFILE,
    SET_MANUAL,
};

static const struct cli_option options[] = {
    {"check", 0, NULL, "read config and data, print the start-up report, train nothing", SET_CHECK},
    {"print-config", 0, NULL, "print the config with all defaults filled in", SET_PRINT_CONFIG},
    {"show-samples", 0, "N", "print the first N samples as the model will see them and stop",
     SET_SHOW_SAMPLES},
    {"resume", 0, "[auto]", "go on from output.checkpoint; =auto starts when there is none",
     SET_RESUME},
    {"init-from", 0, "FILE", "first weights from a checkpoint or a .safetensors file, by name",
     SET_INIT_FROM},
    {"threads", 0, "N", "threads to use; results do not depend on it", SET_THREADS},
    {"seed", 0, "N", "seed of everything random", SET_SEED},
    {"isa", 0, "auto|generic|avx2|avx512", "instruction set; results do not depend on it", SET_ISA},
    {"max-time", 0, "TIME", "stop after that long (90s, 5m, 1h30m), ready to be resumed",
     SET_MAX_TIME},
    {"repeats", 0, "N",
     "train with N seeds, the config's and those after it: median and range of every figure",
     SET_REPEATS},
    {"repeats-csv", 0, "FILE", "where their table goes; by default history.repeats.csv",
     SET_REPEATS_CSV},
    {"fail-if", 0, "EXPR",
     "exit with 6 when this is true of the final figures, as in 'val_rmse>12 or loss>1'",
     SET_FAIL_IF},
    {"log-json", 0, "FILE", "write the history as JSON, too: one object on a line for each epoch",
     SET_LOG_JSON},
    {"write-data", 0, "FILE", "write what the config generates as CSV and stop", SET_WRITE_DATA},
    {"progress", 0, "auto|always|never", "a progress bar: auto is on a terminal", SET_PROGRESS},
    {"profile", 0, NULL, "at the end, a table of where the time went", SET_PROFILE},
    {"print-manual", 0, NULL, "print all config keys as mdoc(7), for rnntrain-config(5)",
     SET_MANUAL},
    {NULL, 0, NULL, NULL, 0},
};

struct settings {
    bool check, print_config, resume, resume_auto, profile, manual;
    size_t show_samples; /* 0: train */
    size_t repeats;      /* 0: one seed */
    const char *isa, *write_data, *progress, *fail_if, *repeats_csv, *log_json;
    /* Options that are another way to write a config key, as overrides. */
    char *override[8];
    size_t overrides;
};

static bool add_override(struct settings *s, const char *key, const char *value,
                         struct error *err) {
    struct text text = {0};
    if (s->overrides == sizeof s->override / sizeof *s->override)
        return error_set(err, ERROR_CONFIG, "too many options");
    text_format(&text, "%s=%s", key, value);
    s->override[s->overrides] = text_take(&text, err);
    return s->override[s->overrides] != NULL && ++s->overrides > 0;
}

/* A path is a YAML scalar of any characters. */
static bool add_path(struct settings *s, const char *key, const char *path, struct error *err) {
    struct text quoted = {0};
    text_add(&quoted, "'");
    for (const char *p = path; *p != '\0'; p++)
        text_add_bytes(&quoted, *p == '\'' ? "''" : p, *p == '\'' ? 2 : 1);
    text_add(&quoted, "'");
    char *value = text_take(&quoted, err);
    bool good = value != NULL && add_override(s, key, value, err);
    free(value);
    return good;
}

static bool set_resume(struct settings *s, const char *value, struct error *err) {
    s->resume = true;
    s->resume_auto = value != NULL;
    if (value == NULL || strcmp(value, "auto") == 0) return true;
    return error_set(err, ERROR_CONFIG, "--resume: expected nothing or auto, got '%s'", value);
}

static bool set_progress(struct settings *s, const char *value, struct error *err) {
    s->progress = value;
    if (strcmp(value, "auto") == 0 || strcmp(value, "always") == 0 || strcmp(value, "never") == 0)
        return true;
    return error_set(err, ERROR_CONFIG, "--progress: expected auto, always or never, got '%s'",
                     value);
}

static bool set_log_json(struct settings *s, const char *path, struct error *err) {
    s->log_json = path;
    if (strcmp(path, "-") != 0) return true;
    return error_set(err, ERROR_CONFIG,
                     "--log-json: standard output is for the result; name a file, or /dev/stderr");
}

static bool set(void *settings, int id, const char *value, struct error *err) {
    struct settings *s = settings;
    switch (id) {
    case SET_CHECK: s->check = true; return true;
    case SET_PRINT_CONFIG: s->print_config = true; return true;
    case SET_SHOW_SAMPLES:
        return cli_count("show-samples", value, 1, SIZE_MAX, &s->show_samples, err);
    case SET_MANUAL: s->manual = true; return true;
    case SET_PROFILE: s->profile = true; return true;
    case SET_RESUME: return set_resume(s, value, err);
    case SET_PROGRESS: return set_progress(s, value, err);
    case SET_ISA: s->isa = value; return true;
    case SET_REPEATS: return cli_count("repeats", value, 2, 1000, &s->repeats, err);
    case SET_REPEATS_CSV: s->repeats_csv = value; return true;
    case SET_FAIL_IF: s->fail_if = value; return expression_check(value, "--fail-if", err);
    case SET_LOG_JSON: return set_log_json(s, value, err);
    case SET_WRITE_DATA: s->write_data = value; return true;
    case SET_INIT_FROM: return add_path(s, "train.init_from", value, err);
    case SET_THREADS: return add_override(s, "threads", value, err);
    case SET_SEED: return add_override(s, "seed", value, err);
    default: return add_override(s, "train.max_time", value, err);
    }
}

/* ---- the run --------------------------------------------------------------------------------- */

/* A name that is unknown in --fail-if is told before the run, not after it. */
static bool check_gate(const struct training *t, const char *expression, struct error *err) {
    struct figures figures = {0};
    if (expression == NULL) return true;
    bool good =
        summary_figures(t, NULL, &figures, err) && figures_check_gate(&figures, expression, err);
    figures_free(&figures);
    return good;
}

static bool train(struct training *t, const struct settings *s, struct cli_call *call,
                  struct error *err) {
    double since = profile_now(t->trainer.engine.profile);
    if (!training_start(t, s->resume, s->resume_auto, err)) return false;
    profile_lap(t->trainer.engine.profile, 0, PHASE_START, &since);
    if (t->finished_before && !call->quiet) report_finished(t);
    if (t->finished_before) return summary_print(t, call->operand[0], s->fail_if, err);
    if (!training_run(t, s->progress, call->quiet, err) || !summary_plot(t, err)) return false;
    if (!call->quiet) report_end(t);
    /* One that was stopped is not judged: it may become better when it goes on. */
    if (t->signal != 0) call->status = 128 + t->signal;
    return summary_print(t, call->operand[0], t->signal != 0 ? NULL : s->fail_if, err);
}

/* A run that goes on has its folds behind it. */
static bool has_folds(const struct training *t, const struct settings *s) {
    if (t->config->data.cross_validation == PARAM_NO_COUNT) return false;
    return !s->resume || (s->resume_auto && access(t->config->output.checkpoint, F_OK) != 0);
}

static bool train_folds(struct training *t, const struct settings *s, struct cli_call *call,
                        struct cross_validation *cross, struct error *err) {
    if (!training_check_writable(t, err) ||
        !cross_validation_run(cross, t->config, s->isa, call->quiet, err))
        return false;
    if (cross->signal != 0) {
        call->status = 128 + cross->signal;
        if (!call->quiet)
            (void)fprintf(stderr, "stopped by a signal in fold %zu; nothing is written\n",
                          cross->folds + 1);
        return true;
    }
    if (!call->quiet) cross_validation_report(cross, &t->trainer);
    return train(t, s, call, err);
}

/* The other seeds first: what they end with stands beside the model that is kept. */
static bool train_seeds(struct training *t, const struct settings *s, struct cli_call *call,
                        struct error *err) {
    struct repeats *repeats = t->repeats;
    if (!training_check_writable(t, err) || !training_check_output(t, t->repeats_path, err) ||
        !repeats_run(repeats, t->config, s->isa, call->quiet, err))
        return false;
    if (repeats->signal == 0) return train(t, s, call, err);
    call->status = 128 + repeats->signal;
    if (!call->quiet)
        (void)fprintf(stderr, "stopped by a signal in run %zu; nothing is written\n",
                      repeats->done + 1);
    return true;
}

/* All that a run could stumble over later. */
static bool check_all(const struct training *t, bool folds, const char *isa, struct error *err) {
    const struct kind *loss = t->task.loss.kind;
    struct target_limits limits = {.loss = loss->name};
    loss_target_range(loss->ops, &limits.least, &limits.most);
    return dataset_check_values(t->task.data, &limits, err) && training_check_writable(t, err) &&
           (!folds || cross_validation_check(t->config, isa, err));
}

/* From the report on: the folds, where there are such, and the training whose model is kept. */
static bool work(struct training *t, const struct settings *s, struct cli_call *call,
                 struct cross_validation *cross, struct error *err) {
    bool folds = has_folds(t, s);
    if (folds) t->cross_validation = cross;
    t->progress.silent = call->quiet;
    if (!check_gate(t, s->fail_if, err)) return false;
    if (!call->quiet && !report_start(t, call->operand[0], s->resume, err)) return false;
    if (s->check) return check_all(t, folds, s->isa, err);
    if (!training_lock(t, err)) return false;
    return folds                ? train_folds(t, s, call, cross, err)
           : t->repeats != NULL ? train_seeds(t, s, call, err)
                                : train(t, s, call, err);
}

static bool start(struct training *t, const struct settings *s, struct cli_call *call,
                  struct error *err) {
    struct cross_validation cross = {0};
    bool good = work(t, s, call, &cross, err);
    t->cross_validation = NULL;
    cross_validation_free(&cross);
    return good;
}

/* With one seed or several. */
static bool begin(struct training *t, const struct settings *s, struct cli_call *call,
                  struct error *err) {
    struct repeats repeats = {.wanted = s->repeats};
    if (s->repeats == 0) return start(t, s, call, err);
    if (s->resume || t->config->data.cross_validation != PARAM_NO_COUNT)
        return error_set(err, ERROR_CONFIG, "--repeats and %s exclude each other",
                         s->resume ? "--resume" : "data.cross_validation");
    char *path = repeats_path(t->config, s->repeats_csv, err);
    if (path == NULL) return false;
    t->repeats = &repeats;
    t->repeats_path = path;
    bool good = start(t, s, call, err);
    t->repeats = NULL;
    repeats_free(&repeats);
    free(path);
    return good;
}

static bool start_profiled(struct training *t, const struct settings *s, struct cli_call *call,
                           struct error *err) {
    struct profile profile;
    struct text to = {0};
    double since = t->started;
    if (!profile_start(&profile, engine_threads(&t->trainer.engine), since, err)) return false;
    profile_lap(&profile, 0, PHASE_READ, &since);
    t->trainer.engine.profile = &profile;
    bool good = begin(t, s, call, err);
    profile_report(&profile, &to);
    char *bytes = good ? text_take(&to, err) : NULL;
    if (bytes != NULL) (void)fputs(bytes, stderr);
    free(bytes);
    text_free(&to);
    profile_free(&profile);
    t->trainer.engine.profile = NULL;
    return good && bytes != NULL;
}

static bool write_data(const struct config *config, const char *path, struct error *err) {
    struct text csv = {0};
    const char *const read[] = {config->tree.root->place.file, NULL};
    if (!file_is_not_read(path, read, err) ||
        !dataset_write_generated(&config->data, config->seed, &csv, err))
        return false;
    if (strcmp(path, "-") == 0) return cli_print_text(&csv, err);
    size_t length = csv.length;
    char *bytes = text_take(&csv, err);
    bool good = bytes != NULL && atomic_save(path, bytes, length, err);
    free(bytes);
    return good;
}

static bool print_config(const struct config *config, struct error *err) {
    struct text text = {0};
    if (config_print(config, &text, err)) return cli_print_text(&text, err);
    text_free(&text);
    return false;
}

/* Options come after the operands' overrides: the later word counts. */
static bool read_config(const struct settings *s, const struct cli_call *call,
                        struct config *config, struct error *err) {
    size_t given = call->operands - 1, count = given + s->overrides;
    char **override = memory_take(count, sizeof *override, "overrides", err);
    if (override == NULL) return false;
    for (size_t i = 0; i < count; i++)
        override[i] = i < given ? call->operand[1 + i] : s->override[i - given];
    bool good = config_read(config, call->operand[0], override, count, err);
    free(override);
    return good;
}

static bool run(void *settings, struct cli_call *call, struct error *err) {
    const struct settings *s = settings;
    struct config config;
    struct training training;
    if (s->manual) {
        struct text manual = {0};
        config_manual(&manual);
        return cli_print_text(&manual, err);
    }
    if (call->operands == 0)
        return error_set(err, ERROR_CONFIG, "expected a config file (see rnntrain --help)");
    if (!read_config(s, call, &config, err)) return false;
    signals_note_questions();
    bool good;
    if (s->print_config)
        good = print_config(&config, err);
    else if (s->show_samples > 0)
        good = show_samples(&config, s->show_samples, err);
    else if (s->write_data != NULL)
        good = write_data(&config, s->write_data, err);
    else if ((good = training_open(&training, &config, s->isa, err))) {
        training.log = s->log_json;
        good =
            s->profile ? start_profiled(&training, s, call, err) : begin(&training, s, call, err);
        training_close(&training);
    }
    config_free(&config);
    return good;
}

int rnntrain_main(int argc, char **argv) {
    static const struct cli_tool tool = {
        .name = "rnntrain",
        .operands = "config.yaml [key=value ...]",
        .summary = "Train a recurrent network as the config says. Writes a checkpoint and a loss "
                   "history, and prints one JSON object when done. key=value overrides a config "
                   "key by its dotted path, such as train.epochs=5.",
        .options = options,
        .least = 0,
        .most = SIZE_MAX,
        .keys = config_params,
        .set = set,
        .run = run,
    };
    struct settings settings = {.isa = "auto", .progress = "auto"};
    int code = cli_main(&tool, &settings, argc, argv);
    for (size_t i = 0; i < settings.overrides; i++) free(settings.override[i]);
    return code;
}
