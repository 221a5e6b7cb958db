/* A checkpoint whose lengths and checksum are right, whatever it says, so that what lies behind those
 * is reached; a run goes on from it. The input is its parts, a NUL between them: the tensors' JSON,
 * config, schema, training state, baselines; then the tensors' bytes. Refused in one line, or a step
 * is trained. */
#include "sealed_file.h"

#include "files/json.h"
#include "tools/training.h"

/* The run that goes on, made once: states are carried, moments kept, the best weights apart. */
static struct training *open_run(void) {
    static const char data[] = "id,x,y\na,1,2\na,2,3\na,3,5\na,4,4\na,5,7\nb,2,1\nb,4,1\nb,3,2\n";
    static struct config config;
    static struct training run;
    struct error err = {.kind = ERROR_NONE};
    char text[600];
    if (run.config != NULL) return &run;
    (void)snprintf(
        text, sizeof text,
        "threads: 1\n"
        "data: {csv: %s, sequence_id: id, inputs: x, targets: y, target_per: step, "
        "scale: standard, validation: 1}\n"
        "model: {layers: [lstm: 2, dense: 1]}\n"
        "train: {metrics: [mae, r2], batch_size: 2, bptt: 2, epochs: 9, early_stopping: {}, "
        "reduce_lr_on_plateau: {}}\n",
        fuzz_file(1, data, sizeof data - 1));
    must(config_read_text(&config, "c", text, NULL, 0, &err), &err);
    must(training_open(&run, &config, "generic", &err), &err);
    must(training_start(&run, false, false, &err), &err);
    return &run;
}

/* ---- the file -------------------------------------------------------------------------------- */

static const char *write_checkpoint(const char *at, const char *end) {
    static const char *const keys[] = {"config", "schema", "state", "baselines"};
    struct text header = {0};
    const char *tensors = take_part(&at, end);
    text_add(&header, "{\"__metadata__\":{\"format\":\"1\",\"resume\":\"adam\"");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        text_format(&header, ",\"%s\":", keys[i]);
        json_add_string(&header, take_part(&at, end));
    }
    text_format(&header, "}%s%s}", *tensors != '\0' ? "," : "", tensors);
    HOLDS(!header.failed);
    const char *path = sealed_file(0, header.bytes, at, (size_t)(end - at));
    text_free(&header);
    return path;
}

/* ---- going on -------------------------------------------------------------------------------- */

static bool stop(void *context, const struct trainer *trainer, bool *stops, struct error *err) {
    (void)context, (void)trainer, (void)err;
    *stops = true;
    return true;
}

static bool end(void *context, const struct trainer *trainer, const struct train_epoch *record,
                struct error *err) {
    (void)context, (void)trainer, (void)record, (void)err;
    return true;
}

static bool go_on(struct training *run, const struct checkpoint *checkpoint, struct error *err) {
    static const struct train_events events = {NULL, stop, end};
    struct trainer *trainer = &run->trainer;
    struct engine *engine = &trainer->engine;
    struct baselines baselines = {0};
    bool good = checkpoint_baselines(checkpoint) == NULL ||
                baselines_from_json(&baselines, engine, checkpoint_baselines(checkpoint), "m", err);
    baselines_free(&baselines);
    if (!good || !train_resume(trainer, &checkpoint->state, err) ||
        !checkpoint_weights(checkpoint, &engine->model, trainer->best_weights, err) ||
        !checkpoint_states(checkpoint, engine_states(engine), err) ||
        !checkpoint_resume(checkpoint, &engine->model, &engine->optimizer, "adam", err))
        return false;
    engine_weights_changed(engine);
    return train_run(trainer, &events, err) || err->kind == ERROR_DIVERGED;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct error err = {.kind = ERROR_NONE};
    struct training *run = open_run();
    struct checkpoint checkpoint;
    char *text = fuzz_text(bytes, length);
    const char *path = write_checkpoint(text, text + length);
    if (checkpoint_open(&checkpoint, path, &err)) {
        if (!go_on(run, &checkpoint, &err)) fuzz_error(&err);
        checkpoint_close(&checkpoint);
    } else {
        fuzz_error(&err);
    }
    free(text);
    return 0;
}
