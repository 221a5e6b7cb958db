/* How much faster a decoder writes texts in blocks on two threads than one by one on one:
 * decode MODEL.ckpt DATA BEAM [ROUNDS]. Prints texts, beam, milliseconds of both and their ratio,
 * each the quickest of rounds in which the two take turns: what else the machine does can only slow
 * them. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "run/writer.h"
#include "tools/predictor.h"
#include "tools/texts_out.h"

enum { ROUNDS_MOST = 999 };

static void fail(const struct error *err) {
    (void)fprintf(stderr, "decode: %s\n", err->text);
    exit(1);
}

static double now(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec * 1e-6;
}

static double least(const double *value, size_t count) {
    double found = value[0];
    for (size_t i = 1; i < count; i++)
        if (value[i] < found) found = value[i];
    return found;
}

struct decoder {
    struct predictor predictor;
    struct writer writer;
    size_t *sample;
};

/* With `block` texts at once; 0 is what rnnpredict takes. */
static void start(struct decoder *d, const char *const *argument, size_t beam, size_t threads,
                  size_t block) {
    struct error err = {0};
    struct predictor *p = &d->predictor;
    if (!predictor_open(p, argument[0], &err) ||
        !predictor_open_input(p, argument[1], false, NULL, &err))
        fail(&err);
    p->engine.beam = beam;
    if (block == 0) block = texts_block(p->data, beam);
    if (!predictor_plan(p, "auto", threads, block, &err)) fail(&err);
    writer_plan(&d->writer, &p->engine, false);
    if (!predictor_start(p, &err)) fail(&err);
    d->sample = calloc(block, sizeof *d->sample);
    if (d->sample == NULL) abort();
}

static double run(struct decoder *d) {
    size_t all = dataset_count(d->predictor.data, PART_TRAIN);
    size_t block = d->predictor.engine.batch_size;
    double since = now();
    for (size_t first = 0; first < all; first += block) {
        size_t count = all - first < block ? all - first : block;
        for (size_t i = 0; i < count; i++) d->sample[i] = first + i;
        writer_write(&d->writer, PART_TRAIN, d->sample, count);
    }
    return now() - since;
}

static void stop(struct decoder *d) {
    predictor_close(&d->predictor);
    free(d->sample);
}

int main(int argc, char **argv) {
    if (argc < 4) {
        (void)fputs("usage: decode MODEL.ckpt DATA.csv BEAM [ROUNDS]\n", stderr);
        return 2;
    }
    const char *const argument[] = {argv[1], argv[2]};
    size_t beam = strtoul(argv[3], NULL, 10), rounds = argc > 4 ? strtoul(argv[4], NULL, 10) : 5;
    double one_by_one[ROUNDS_MOST], blocks[ROUNDS_MOST];
    static struct decoder one, two;
    if (beam < 1 || rounds < 1 || rounds > ROUNDS_MOST) return 2;
    start(&one, argument, beam, 1, 1);
    start(&two, argument, beam, 2, 0);
    for (size_t i = 0; i < rounds; i++) {
        one_by_one[i] = run(&one);
        blocks[i] = run(&two);
    }
    double slow = least(one_by_one, rounds), quick = least(blocks, rounds);
    (void)printf("%zu,%zu,%.1f,%.1f,%.2f\n", dataset_count(one.predictor.data, PART_TRAIN), beam,
                 slow, quick, slow / quick);
    stop(&one);
    stop(&two);
    return 0;
}
