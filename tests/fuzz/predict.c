/* A checkpoint whose checksums are right and whose texts are anything, and data to predict on: the
 * header of a plain checkpoint, a NUL, a CSV file. Its tensors are zeros, as many as it says.
 * Refused in one line, or it predicts. */
#include "fuzz.h"

#include "run/predict.h"
#include "tools/predictor.h"

/* The largest end of a tensor's data, as far as a plain look tells. */
static size_t data_length(const char *header) {
    enum { MOST = 1 << 16 };
    size_t most = 0;
    for (const char *at = header; (at = strstr(at, "\"data_offsets\":[")) != NULL; at++) {
        const char *comma = strchr(at, ',');
        unsigned long end = comma != NULL ? strtoul(comma + 1, NULL, 10) : 0;
        if (end > most) most = end;
    }
    return most < MOST ? most : MOST;
}

static const char *checkpoint_of(const char *header) {
    size_t length = strlen(header), data = data_length(header), size = 8 + length + data;
    char *file = calloc(size, 1);
    HOLDS(file != NULL);
    for (int i = 0; i < 8; i++) file[i] = (char)(length >> 8 * i & 255);
    memcpy(file + 8, header, length);
    const char *path = fuzz_file(0, file, size);
    free(file);
    return path;
}

static bool take(void *context, const struct predict_block *block, struct error *err) {
    (void)err;
    *(size_t *)context += block->count;
    return true;
}

static bool predict(struct predictor *predictor, const char *csv, struct error *err) {
    size_t count = 0;
    return predictor_open_input(predictor, csv, false, NULL, err) &&
           predictor_plan(predictor, "auto", 1, 4, err) && predictor_start(predictor, err) &&
           predict_all(&predictor->engine, take, &count, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct error err = {.kind = ERROR_NONE};
    struct predictor predictor;
    char *header = fuzz_text(bytes, length);
    size_t used = strlen(header), rest = used < length ? used + 1 : length;
    if (predictor_open(&predictor, checkpoint_of(header), &err)) {
        if (!predict(&predictor, fuzz_file(1, bytes + rest, length - rest), &err)) fuzz_error(&err);
        predictor_close(&predictor);
    } else {
        fuzz_error(&err);
    }
    free(header);
    return 0;
}
