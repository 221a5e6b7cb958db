#include "tools/report.h"

#include <stdio.h>
#include <stdlib.h>

bool report_start(const struct training *t, const char *config, struct error *err) {
    const struct engine *engine = &t->trainer.engine;
    const struct output_config *output = &t->config->output;
    struct text to = {0};
    char memory[32];
    text_format(&to, "rnntrain %s: %s\n", VERSION, config);
    dataset_report(t->task.data, &to);
    model_report(&engine->model, &to);
    text_format(&to, "loss %s, optimizer %s, %zu step%s an epoch\n", t->task.loss.kind->name,
                t->config->train.optimizer.kind->name, t->trainer.steps,
                t->trainer.steps == 1 ? "" : "s");
    size_t threads = engine_threads(engine);
    text_format(&to, "memory %s, %zu thread%s, %s\n", memory_show(engine->plan.bytes, memory),
                threads, threads == 1 ? "" : "s", engine->kernels->name);
    text_format(&to, "outputs %s, %s", output->checkpoint, output->history);
    if (output->plot != NULL) text_format(&to, ", %s", output->plot);
    text_add(&to, "\n");
    char *bytes = text_take(&to, err);
    if (bytes == NULL) return false;
    (void)fputs(bytes, stderr);
    free(bytes);
    return true;
}

void report_stopped(const struct training *t) {
    const struct training_state *state = &t->trainer.state;
    if (state->finished) return;
    (void)fprintf(stderr, "stopped %s in epoch %zu; %s is written, --resume goes on\n",
                  t->signal != 0 ? "by a signal" : "by max_time", state->epoch + 1,
                  t->config->output.checkpoint);
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
