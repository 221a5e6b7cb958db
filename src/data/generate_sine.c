/* sine: x_t = sin(2 pi t / period) + noise. */
#include "base/elementary.h"
#include "data/generate_tasks.h"

const struct param sine_params[] = {
    GENERATE_SAMPLES(struct sine_settings, "200",
                     "windows to make; the series has as many values and a window's more"),
    GENERATE_COUNT(struct sine_settings, window, "20", 1, 1e6,
                   "steps of a sample, where data.window is not set"),
    GENERATE_COUNT(struct sine_settings, period, "25", 2, 1e6, "values to one wave"),
    GENERATE_REAL(struct sine_settings, noise, "0", 0, 1e6,
                  "standard deviation of what is added to each value"),
    {.key = NULL},
};

static void keys(const void *settings, struct text *lines) {
    text_format(lines, "window=%zu\n", ((const struct sine_settings *)settings)->window);
}

static bool write(const void *of, uint64_t seed, struct text *csv, struct error *err) {
    const struct sine_settings *settings = of;
    struct random_stream stream = generate_stream(seed);
    (void)err;
    text_add(csv, "x\n");
    for (size_t row = 0; row < settings->samples + settings->window; row++) {
        double turn = (double)(row % settings->period) / (double)settings->period;
        double noise = settings->noise * random_normal(stream, row, 0);
        generate_number(csv, exact_sin_turns(turn) + noise, "\n");
    }
    return true;
}

const struct task sine_task = {keys, write};
