/* rnnbench - time one whole training step: gather, forward, loss, backward, clipping, Adam.
 *
 * Prints rnntrain,CELL,B,T,I,H,L,ms per step,GFLOP/s; the work is 6 x the multiply-adds of the
 * recurrent layers' products, and the time the best of the steps run in two seconds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "tools/cli.h"
#include "tools/training.h"

enum { SET_THREADS, SET_ISA, SET_SECONDS, SET_LAYERS };

static const struct cli_option options[] = {
    {"threads", 0, "N", "threads to use (1)", SET_THREADS},
    {"isa", 0, "auto|generic|avx2|avx512", "instruction set", SET_ISA},
    {"seconds", 0, "N", "how long to measure (2)", SET_SECONDS},
    {"layers", 0, "LIST", "the whole model instead, as model.layers in a config", SET_LAYERS},
    {NULL, 0, NULL, NULL, 0},
};

struct settings {
    size_t threads, seconds;
    const char *isa, *layers;
};

static bool set(void *settings, int id, const char *value, struct error *err) {
    struct settings *s = settings;
    switch (id) {
    case SET_THREADS: return cli_count("threads", value, 1, 1024, &s->threads, err);
    case SET_SECONDS: return cli_count("seconds", value, 1, 3600, &s->seconds, err);
    case SET_LAYERS: s->layers = value; return true;
    default: s->isa = value; return true;
    }
}

struct shape {
    const char *cell;
    size_t gates, rows, steps, features, units, layers;
};

static bool read_shape(struct shape *s, char *const *operand, struct error *err) {
    s->cell = operand[0];
    s->gates = strcmp(s->cell, "lstm") == 0         ? 4
               : strcmp(s->cell, "gru") == 0        ? 3
               : strcmp(s->cell, "simple_rnn") == 0 ? 1
                                                    : 0;
    if (s->gates == 0)
        return error_set(err, ERROR_CONFIG, "CELL: expected lstm, gru or simple_rnn, got '%s'",
                         s->cell);
    return cli_count("B", operand[1], 1, 1000000, &s->rows, err) &&
           cli_count("T", operand[2], 1, 1000000, &s->steps, err) &&
           cli_count("I", operand[3], 1, 100000, &s->features, err) &&
           cli_count("H", operand[4], 1, 65536, &s->units, err) &&
           cli_count("L", operand[5], 1, 100, &s->layers, err);
}

/* B windows of T rows, each shifted by one. */
static void make_csv(const struct shape *s, struct text *csv) {
    struct random_stream stream = random_stream(1, RANDOM_GENERATE, 0);
    for (size_t j = 0; j < s->features; j++) text_format(csv, "x%zu,", j);
    text_add(csv, "y\n");
    for (size_t i = 0; i < s->rows + s->steps - 1; i++) {
        for (size_t j = 0; j <= s->features; j++)
            text_format(csv, "%.6f%c", random_normal(stream, i, j), j < s->features ? ',' : '\n');
    }
}

static void make_config(const struct shape *s, int file, const struct settings *settings,
                        struct text *yaml) {
    text_format(yaml,
                "threads: %zu\n"
                "data: {csv: /proc/self/fd/%d, inputs: 'x*', targets: y, window: %zu, gap: -1}\n"
                "train: {loss: mse, batch_size: %zu}\n"
                "model:\n  layers:\n",
                settings->threads, file, s->steps, s->rows);
    if (settings->layers != NULL) {
        text_format(yaml, "    %s\n", settings->layers);
        return;
    }
    for (size_t i = 0; i < s->layers; i++) text_format(yaml, "  - %s: %zu\n", s->cell, s->units);
    text_add(yaml, "  - dense: 1\n");
}

static double measure(struct engine *engine, size_t rows, double seconds, struct error *err) {
    double best = INFINITY, start = clock_now(), loss;
    size_t *sample = memory_take(rows, sizeof *sample, "samples", err);
    if (sample == NULL) return NAN;
    for (size_t i = 0; i < rows; i++) sample[i] = i;
    for (size_t n = 0; n < 5 || clock_now() - start < seconds; n++) {
        double before = clock_now();
        if (!engine_train(engine, PART_TRAIN, sample, rows, &loss, err)) {
            best = NAN;
            break;
        }
        double time = clock_now() - before;
        if (time < best) best = time;
    }
    free(sample);
    return best;
}

static double multiply_adds(const struct shape *s) {
    double sum = 0;
    for (size_t l = 0; l < s->layers; l++)
        sum += (double)(s->steps * s->rows) *
               (double)((l > 0 ? s->units : s->features) + s->units) *
               (double)(s->gates * s->units);
    return sum;
}

static bool bench(const struct shape *s, struct config *config, const struct settings *settings,
                  struct error *err) {
    struct training training;
    if (!training_open(&training, config, settings->isa, err)) return false;
    bool good = training_start(&training, false, false, err);
    if (good) {
        double time = measure(&training.trainer.engine, s->rows, (double)settings->seconds, err);
        good = !isnan(time);
        if (good)
            printf("rnntrain,%s,%zu,%zu,%zu,%zu,%zu,%.4f,%.1f\n", s->cell, s->rows, s->steps,
                   s->features, s->units, s->layers, time * 1e3, 6 * multiply_adds(s) / time / 1e9);
    }
    training_close(&training);
    return good;
}

static bool run(void *settings, struct cli_call *call, struct error *err) {
    struct shape shape = {0};
    struct text csv = {0}, yaml = {0};
    struct config config;
    if (!read_shape(&shape, call->operand, err)) return false;
    make_csv(&shape, &csv);
    int file = memfd_create("bench", MFD_CLOEXEC);
    make_config(&shape, file, settings, &yaml);
    bool good = !csv.failed && !yaml.failed && file >= 0 &&
                write(file, csv.bytes, csv.length) == (ssize_t)csv.length;
    if (!good) (void)error_set(err, ERROR_SYSTEM, "cannot make the data to measure on");
    good = good && config_read_text(&config, "bench", yaml.bytes, NULL, 0, err);
    if (good) {
        good = bench(&shape, &config, settings, err);
        config_free(&config);
    }
    if (file >= 0) (void)close(file);
    text_free(&csv);
    text_free(&yaml);
    return good;
}

int main(int argc, char **argv) {
    static const struct cli_tool tool = {
        .name = "rnnbench",
        .operands = "CELL B T I H L",
        .summary = "Time one whole training step of L recurrent layers of H units and a dense(1) "
                   "on the last step, for B sequences of T steps with I features.",
        .options = options,
        .least = 6,
        .most = 6,
        .set = set,
        .run = run,
    };
    struct settings settings = {.threads = 1, .seconds = 2, .isa = "auto"};
    return cli_main(&tool, &settings, argc, argv);
}
