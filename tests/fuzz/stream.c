/* A stream that goes on from a state whose lengths and checksum are right: the tensors' JSON, the account
 * of the stream and the lines that come, a NUL between them; then the tensors' bytes. Refused in one
 * line, or every line is answered. */
#include "sealed_file.h"

#include <fcntl.h>

#include "files/json.h"
#include "files/whole.h"
#include "tools/streaming.h"
#include "tools/training.h"

enum { STATE, LINES, MODEL }; /* slots of files */

/* A run that is trained no step, as a checkpoint; its path. */
static const char *save(const struct training *run) {
    struct error err = {.kind = ERROR_NONE};
    const struct checkpoint_content content = {
        .config = run->resolved,
        .schema = dataset_schema(run->task.data),
        .model = &run->trainer.engine.model,
        .predicting = run->trainer.engine.model.weights,
        .state = &run->trainer.state,
    };
    char path[] = "/tmp/rnntrain-fuzz-XXXXXX";
    size_t length = 0;
    int fd = mkstemp(path);
    HOLDS(fd >= 0 && close(fd) == 0);
    must(checkpoint_save(&content, path, 1, &err), &err);
    char *bytes = whole_read(path, &length, ERROR_SYSTEM, &err);
    HOLDS(bytes != NULL && unlink(path) == 0);
    const char *saved = fuzz_file(MODEL, bytes, length);
    free(bytes);
    return saved;
}

static const char *model(void) {
    static const char data[] = "id,x,sky,y\na,1,r,2\na,4,s,3\na,2,s,5\na,5,r,5\na,7,s,4\n"
                               "b,2,,1\nb,,r,1\nb,6,s,2\nb,1,s,2\n";
    static const char *path;
    struct error err = {.kind = ERROR_NONE};
    struct config config;
    struct training run;
    char text[400];
    if (path != NULL) return path;
    (void)snprintf(text, sizeof text,
                   "threads: 1\n"
                   "data: {csv: %s, sequence_id: id, inputs: [x, sky], targets: y, target_per: "
                   "step, missing: forward, columns: {x: {difference: 2}}}\n"
                   "model: {layers: [gru: 2, dense: 1]}\n",
                   fuzz_file(LINES, data, sizeof data - 1));
    must(config_read_text(&config, "c", text, NULL, 0, &err), &err);
    must(training_open(&run, &config, "generic", &err), &err);
    must(training_start(&run, false, false, &err), &err);
    path = save(&run);
    training_close(&run);
    config_free(&config);
    return path;
}

static const char *write_state(const char *tensors, const char *account, const char *digest,
                               const char *at, const char *end) {
    struct text header = {0};
    text_format(&header,
                "{\"__metadata__\":{\"format\":\"1\",\"kind\":\"stream\",\"model\":\"%s\","
                "\"stream\":",
                digest);
    json_add_string(&header, account);
    text_format(&header, "}%s%s}", *tensors != '\0' ? "," : "", tensors);
    HOLDS(!header.failed);
    const char *path = sealed_file(STATE, header.bytes, at, (size_t)(end - at));
    text_free(&header);
    return path;
}

/* What is answered goes nowhere. */
static bool go_on(struct predictor *predictor, const char *state, const char *lines,
                  struct error *err) {
    static const struct streaming plain = {.quiet = true, .isa = "generic"};
    struct streaming streaming = plain;
    int signal, shown = dup(STDOUT_FILENO), nowhere = open("/dev/null", O_WRONLY);
    streaming.state_in = state;
    HOLDS(shown >= 0 && fflush(stdout) == 0 && dup2(nowhere, STDOUT_FILENO) >= 0);
    bool good = streaming_print(predictor, lines, &streaming, &signal, err);
    HOLDS(fflush(stdout) == 0 && dup2(shown, STDOUT_FILENO) >= 0);
    HOLDS(close(shown) == 0 && close(nowhere) == 0);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct error err = {.kind = ERROR_NONE};
    struct predictor predictor;
    char digest[CHECKPOINT_DIGEST], *text = fuzz_text(bytes, length);
    const char *at = text, *end = text + length;
    const char *tensors = take_part(&at, end), *account = take_part(&at, end);
    const char *lines = take_part(&at, end);
    must(predictor_open(&predictor, model(), &err), &err);
    checkpoint_digest(&predictor.checkpoint, digest);
    const char *state = write_state(tensors, account, digest, at, end);
    if (!go_on(&predictor, state, fuzz_file(LINES, lines, strlen(lines)), &err)) fuzz_error(&err);
    predictor_close(&predictor);
    free(text);
    return 0;
}
