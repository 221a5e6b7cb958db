/* mackey_glass: Mackey and Glass, Oscillation and chaos in physiological control systems (1977).
 *
 *   dx/dt = beta x(t - tau) / (1 + x(t - tau)^exponent) - gamma x(t)
 *
 * by the classical Runge-Kutta method in `steps` steps to the unit of time, x being `start` up to
 * time 0. Halfway between two steps a delayed value is that of the cubic through both and their slopes.
 * One value is written for each unit of time, after the first `transient` of them. */
#include <stdlib.h>

#include "base/elementary.h"
#include "base/memory.h"
#include "data/generate_tasks.h"

const struct param mackey_glass_params[] = {
    GENERATE_SAMPLES(struct mackey_glass_settings, "1000", "values of the series, one a row"),
    GENERATE_COUNT(struct mackey_glass_settings, tau, "17", 1, 1000,
                   "the delay; the series is chaotic from 17 on"),
    GENERATE_REAL(struct mackey_glass_settings, beta, "0.2", 0, 10,
                  "growth from the delayed value"),
    GENERATE_REAL(struct mackey_glass_settings, gamma, "0.1", 0, 10, "decay of the present value"),
    GENERATE_COUNT(struct mackey_glass_settings, exponent, "10", 1, 100,
                   "how sharply growth ends above 1"),
    GENERATE_REAL(struct mackey_glass_settings, start, "1.2", 0, 10, "value up to time 0"),
    GENERATE_COUNT(struct mackey_glass_settings, steps, "10", 1, 1000,
                   "Runge-Kutta steps to the unit of time, at which values are taken"),
    GENERATE_COUNT(struct mackey_glass_settings, transient, "500", 0, 1e6,
                   "values left out at the beginning"),
    GENERATE_REAL(struct mackey_glass_settings, noise, "0", 0, 1e6,
                  "standard deviation of what is added to each value that is written"),
    {.key = NULL},
};

static void keys(const void *settings, struct text *lines) {
    (void)settings;
    text_add(lines, "window=20\n");
}

/* The last delay, in a ring: x at each step and halfway to the next, the oldest at `at`. */
struct past {
    double *x, *middle;
    size_t count, at;
};

static double derivative(const struct mackey_glass_settings *s, double x, double delayed) {
    return s->beta * delayed / (1 + exact_power(delayed, s->exponent)) - s->gamma * x;
}

/* From x to the next step; x takes the oldest one's place. */
static double advance(const struct mackey_glass_settings *s, struct past *past, double x) {
    double h = 1 / (double)s->steps;
    size_t at = past->at;
    past->at = at + 1 < past->count ? at + 1 : 0;
    double first = past->x[at], middle = past->middle[at];
    past->x[at] = x;
    double last = past->x[past->at];
    double k1 = derivative(s, x, first);
    double k2 = derivative(s, x + h / 2 * k1, middle);
    double k3 = derivative(s, x + h / 2 * k2, middle);
    double k4 = derivative(s, x + h * k3, last);
    double next = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    past->middle[at] = (x + next) / 2 + h / 8 * (k1 - derivative(s, next, last));
    return next;
}

static void write_series(const struct mackey_glass_settings *s, struct past *past, uint64_t seed,
                         struct text *csv) {
    struct random_stream stream = generate_stream(seed);
    double x = s->start;
    for (size_t i = 0; i < past->count; i++) past->x[i] = past->middle[i] = s->start;
    text_add(csv, "x\n");
    for (size_t t = 0; t < s->transient + s->samples; t++) {
        if (t >= s->transient)
            generate_number(csv, x + s->noise * random_normal(stream, t - s->transient, 0), "\n");
        for (size_t i = 0; i < s->steps; i++) x = advance(s, past, x);
    }
}

static bool write(const void *of, uint64_t seed, struct text *csv, struct error *err) {
    const struct mackey_glass_settings *s = of;
    struct past past = {.count = s->tau * s->steps};
    past.x = memory_take(past.count, sizeof *past.x, "a series", err);
    past.middle = memory_take(past.count, sizeof *past.middle, "a series", err);
    bool good = past.x != NULL && past.middle != NULL;
    if (good) write_series(s, &past, seed, csv);
    free(past.x);
    free(past.middle);
    return good;
}

const struct task mackey_glass_task = {keys, write};
