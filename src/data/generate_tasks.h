/* generate_tasks.h - what each generated task's file gives to the list, and what they share. */
#ifndef DATA_GENERATE_TASKS_H
#define DATA_GENERATE_TASKS_H

#include "base/random.h"
#include "data/generate.h"

struct linear_settings {
    size_t samples;
    double noise, slope;
};

struct sine_settings {
    size_t samples, window, period;
    double noise;
};

struct mackey_glass_settings {
    size_t samples, tau, exponent, steps, transient;
    double beta, gamma, start, noise;
};

struct adding_settings {
    size_t samples, length;
};

struct temporal_order_settings {
    size_t samples, length;
};

struct copy_settings {
    size_t samples, length, delay, symbols;
};

struct reber_settings {
    size_t samples;
    int embedded;
};

/* Of reverse and addition. */
struct digits_settings {
    size_t samples, digits;
    int form, reversed;
};

extern const struct param linear_params[], sine_params[], mackey_glass_params[], adding_params[],
    temporal_order_params[], copy_params[], reber_params[], reverse_params[], addition_params[];
extern const struct task linear_task, sine_task, mackey_glass_task, adding_task,
    temporal_order_task, copy_task, reber_task, reverse_task, addition_task;

/* The row of `samples` in a task's table. */
#define GENERATE_SAMPLES(struct_type, default_count, what)                                         \
    {                                                                                              \
        .key = "samples", .type = PARAM_COUNT, .offset = offsetof(struct_type, samples),           \
        .preset = default_count, .least = 1, .most = 1e8, .help = what                             \
    }

/* Any other count. */
#define GENERATE_COUNT(struct_type, field, default_count, low, high, what)                         \
    {                                                                                              \
        .key = #field, .type = PARAM_COUNT, .offset = offsetof(struct_type, field),                \
        .preset = default_count, .least = low, .most = high, .help = what                          \
    }

#define GENERATE_REAL(struct_type, field, default_value, low, high, what)                          \
    {                                                                                              \
        .key = #field, .type = PARAM_REAL, .offset = offsetof(struct_type, field),                 \
        .preset = default_value, .least = low, .most = high, .help = what                          \
    }

/* The random numbers of a seed's data: counters are the sample and the place in it. */
struct random_stream generate_stream(uint64_t seed);

/* One of 0..count-1, all equally likely. */
size_t generate_draw(struct random_stream stream, uint64_t sample, uint64_t place, size_t count);

/* Add a number so that it reads back to the same float, and what follows it. */
void generate_number(struct text *csv, double value, const char *after);

#endif
