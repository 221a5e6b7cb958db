/* adding: Hochreiter and Schmidhuber, Long short-term memory (1997), experiment 4, in the form that
 * later papers use: values uniform in 0..1, one marked in either half of the sequence, and their sum
 * wanted at its end. Always answering 1 has a mean squared error of 1/6. */
#include "data/generate_tasks.h"

const struct param adding_params[] = {
    GENERATE_SAMPLES(struct adding_settings, "1000", "sequences to make"),
    GENERATE_COUNT(struct adding_settings, length, "100", 2, 1e5, "steps of each"),
    {.key = NULL},
};

static void keys(const void *settings, struct text *lines) {
    (void)settings;
    text_add(lines, "sequence_id=id\ntargets=sum\n");
}

static bool write(const void *of, uint64_t seed, struct text *csv, struct error *err) {
    const struct adding_settings *settings = of;
    struct random_stream stream = generate_stream(seed);
    size_t length = settings->length, half = length / 2;
    (void)err;
    text_add(csv, "id,value,mark,sum\n");
    for (size_t i = 0; i < settings->samples; i++) {
        size_t first = generate_draw(stream, i, length, half);
        size_t second = half + generate_draw(stream, i, length + 1, length - half);
        double sum = random_uniform(stream, i, first) + random_uniform(stream, i, second);
        for (size_t t = 0; t < length; t++) {
            text_format(csv, "%zu,", i + 1);
            generate_number(csv, random_uniform(stream, i, t), ",");
            text_add(csv, t == first || t == second ? "1," : "0,");
            generate_number(csv, sum, "\n");
        }
    }
    return true;
}

const struct task adding_task = {keys, write};
