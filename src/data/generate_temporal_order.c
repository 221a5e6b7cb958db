/* temporal_order: Hochreiter and Schmidhuber, Long short-term memory (1997), experiment 6a.
 *
 * A sequence begins with E, ends with B, and is of a, b, c and d drawn at random, but for two places,
 * one in the second tenth and one in the sixth, with X or Y. Its class is Q for X X, R for X Y, S for
 * Y X and U for Y Y. The length is drawn from `length` to a tenth more. */
#include "data/generate_tasks.h"

const struct param temporal_order_params[] = {
    GENERATE_SAMPLES(struct temporal_order_settings, "1000", "sequences to make"),
    GENERATE_COUNT(struct temporal_order_settings, length, "100", 20, 1e5,
                   "steps of the shortest; the longest have a tenth more"),
    {.key = NULL},
};

static void keys(const void *settings, struct text *lines) {
    (void)settings;
    text_add(lines,
             "sequence_id=id\ntargets=order\ncolumns.symbol=category\ncolumns.order=category\n");
}

/* Places of what is drawn once a sequence, before those of its steps. */
enum { DRAW_LENGTH, DRAW_FIRST, DRAW_SECOND, DRAW_SYMBOLS, DRAW_STEPS };

static void write_sequence(struct random_stream stream, size_t least, size_t sample,
                           struct text *csv) {
    size_t tenth = least / 10;
    size_t length = least + generate_draw(stream, sample, DRAW_LENGTH, tenth + 1);
    size_t first = tenth + generate_draw(stream, sample, DRAW_FIRST, tenth);
    size_t second = 5 * tenth + generate_draw(stream, sample, DRAW_SECOND, tenth);
    size_t order = generate_draw(stream, sample, DRAW_SYMBOLS, 4);
    for (size_t t = 0; t < length; t++) {
        char symbol = "abcd"[generate_draw(stream, sample, DRAW_STEPS + t, 4)];
        if (t == 0) symbol = 'E';
        if (t == first) symbol = "XY"[order / 2];
        if (t == second) symbol = "XY"[order % 2];
        if (t + 1 == length) symbol = 'B';
        text_format(csv, "%zu,%c,%c\n", sample + 1, symbol, "QRSU"[order]);
    }
}

static bool write(const void *of, uint64_t seed, struct text *csv, struct error *err) {
    const struct temporal_order_settings *settings = of;
    (void)err;
    text_add(csv, "id,symbol,order\n");
    for (size_t i = 0; i < settings->samples; i++)
        write_sequence(generate_stream(seed), settings->length, i, csv);
    return true;
}

const struct task temporal_order_task = {keys, write};
