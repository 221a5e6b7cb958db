/* copy: Arjovsky, Shah and Bengio, Unitary evolution recurrent neural networks (2016), after
 * Hochreiter and Schmidhuber (1997).
 *
 *   symbol   c a d ... _ _ _ : _ _ _ ...     `length` letters, `delay` steps of which the last is :
 *   answer   _ _ _ ... _ _ _ _ c a d ...     and the letters once more */
#include "data/generate_tasks.h"

const struct param copy_params[] = {
    GENERATE_SAMPLES(struct copy_settings, "1000", "sequences to make"),
    GENERATE_COUNT(struct copy_settings, length, "10", 1, 1e4, "symbols to remember"),
    GENERATE_COUNT(struct copy_settings, delay, "20", 1, 1e5,
                   "steps from the last symbol to the first one of the answer"),
    GENERATE_COUNT(struct copy_settings, symbols, "8", 2, 26, "different symbols"),
    {.key = NULL},
};

static void keys(const void *settings, struct text *lines) {
    (void)settings;
    text_add(lines, "sequence_id=id\ntargets=answer\ntarget_per=step\n"
                    "columns.symbol=category\ncolumns.answer=category\n");
}

static char letter(struct random_stream stream, size_t sample, size_t place, size_t symbols) {
    return (char)('a' + generate_draw(stream, sample, place, symbols));
}

static bool write(const void *of, uint64_t seed, struct text *csv, struct error *err) {
    const struct copy_settings *s = of;
    struct random_stream stream = generate_stream(seed);
    size_t recall = s->length + s->delay;
    (void)err;
    text_add(csv, "id,symbol,answer\n");
    for (size_t i = 0; i < s->samples; i++)
        for (size_t t = 0; t < recall + s->length; t++) {
            char symbol = t + 1 == recall ? ':' : '_', answer = '_';
            if (t < s->length) symbol = letter(stream, i, t, s->symbols);
            if (t >= recall) answer = letter(stream, i, t - recall, s->symbols);
            text_format(csv, "%zu,%c,%c\n", i + 1, symbol, answer);
        }
    return true;
}

const struct task copy_task = {keys, write};
