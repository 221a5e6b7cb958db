#include "tools/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Beside the plan a run takes what saving does (texts, compression) and its threads' stacks. */
enum { BESIDE_PLAN = 300 << 10 };

static size_t size_of(const char *path) {
    struct stat status;
    return path != NULL && stat(path, &status) == 0 && status.st_size > 0 ? (size_t)status.st_size
                                                                          : 0;
}

/* The first weights come from a file that is read whole and unpacked when the plan is there. Weights
 * hardly shrink in it. */
static size_t memory_of_start(const struct training *t, bool resume) {
    size_t stored = size_of(resume ? t->config->output.checkpoint : t->config->train.init_from);
    size_t unpacked = t->saver.buffers * t->trainer.engine.model.size * sizeof(real);
    return stored == 0 ? 0 : resume ? stored + unpacked : 2 * stored;
}

/* What the run will hold at most: what the data took while it was read, or what there is now and
 * what is still to come. */
static size_t memory_of_run(const struct training *t, bool resume) {
    struct memory_usage usage = memory_usage();
    size_t plan = t->trainer.engine.plan.bytes;
    if (usage.now == 0) return plan;
    size_t then = usage.now + plan + BESIDE_PLAN + memory_of_start(t, resume);
    return then > usage.most ? then : usage.most;
}

bool report_start(const struct training *t, const char *config, bool resume, struct error *err) {
    const struct engine *engine = &t->trainer.engine;
    const struct output_config *output = &t->config->output;
    struct text to = {0};
    char memory[32];
    text_format(&to, "rnntrain %s: %s\n", VERSION, config);
    dataset_report(t->task.data, &to);
    model_report(&engine->model, &to);
    text_format(&to, "loss %s, optimizer %s, %zu step%s an epoch\n", t->task.loss.kind->name,
                t->config->train.optimizer.kind->name, t->trainer.steps,
                text_plural(t->trainer.steps));
    size_t threads = engine_threads(engine);
    text_format(&to, "memory %s, %zu thread%s, %s\n", memory_show(memory_of_run(t, resume), memory),
                threads, text_plural(threads), engine->kernels->name);
    text_format(&to, "outputs %s, %s", output->checkpoint, output->history);
    if (output->plot != NULL) text_format(&to, ", %s", output->plot);
    if (output->report != NULL) text_format(&to, ", %s", output->report);
    text_add(&to, "\n");
    char *bytes = text_take(&to, err);
    if (bytes == NULL) return false;
    (void)fputs(bytes, stderr);
    free(bytes);
    return true;
}

static void report_stopped(const struct training *t) {
    const struct training_state *state = &t->trainer.state;
    if (state->finished) return;
    (void)fprintf(stderr, "stopped %s in epoch %zu; %s is written, --resume goes on\n",
                  t->signal != 0 ? "by a signal" : "by max_time", state->epoch + 1,
                  t->config->output.checkpoint);
}

void report_end(const struct training *t) {
    const struct progress *p = &t->progress;
    bool passed = p->best_epoch > 0 && p->best < 0.9 * p->epoch.val_loss;
    report_stopped(t);
    if (!t->trainer.state.finished || t->config->train.early_stopping.given || !passed) return;
    (void)fprintf(stderr,
                  "val_loss was least after epoch %zu (%.4g); train.early_stopping={} keeps it\n",
                  p->best_epoch, p->best);
}

void report_finished(const struct training *t) {
    size_t epoch = t->trainer.state.epoch;
    const char *path = t->config->output.checkpoint;
    if (epoch >= t->config->train.epochs)
        (void)fprintf(stderr, "%s: already finished after epoch %zu; raise train.epochs to go on\n",
                      path, epoch);
    else
        (void)fprintf(stderr, "%s: already finished: early stopping ended it after epoch %zu\n",
                      path, epoch);
}
