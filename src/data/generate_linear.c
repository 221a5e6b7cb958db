/* linear: y = slope x + noise, the standard deviation of which is given; x is uniform in 0..1. */
#include "data/generate_tasks.h"

const struct param linear_params[] = {
    GENERATE_SAMPLES(struct linear_settings, "20", "rows to make"),
    GENERATE_REAL(struct linear_settings, noise, "0.1", 0, 1e6,
                  "standard deviation of what is added to y"),
    GENERATE_REAL(struct linear_settings, slope, "2", -1e6, 1e6,
                  "what x, uniform in 0..1, is multiplied by to give y"),
    {.key = NULL},
};

static void keys(const void *settings, struct text *lines) {
    (void)settings;
    text_add(lines, "targets=y\n");
}

static bool write(const void *of, uint64_t seed, struct text *csv, struct error *err) {
    const struct linear_settings *settings = of;
    struct random_stream stream = generate_stream(seed);
    (void)err;
    text_add(csv, "x,y\n");
    for (size_t row = 0; row < settings->samples; row++) {
        double x = random_uniform(stream, row, 0);
        double y = settings->slope * x + settings->noise * random_normal(stream, row, 1);
        generate_number(csv, x, ",");
        generate_number(csv, y, "\n");
    }
    return true;
}

const struct task linear_task = {keys, write};
