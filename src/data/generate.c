#include "data/generate.h"

#include "base/elementary.h"
#include "base/memory.h"
#include "base/random.h"

enum { MOST_COLUMNS = 8, STREAM = 0 };

/* ---- linear: y = slope x + noise ---------------------------------------------------------- */

struct linear {
    size_t samples;
    double noise, slope;
};

static const char *const linear_columns[] = {"x", "y", NULL};

static const struct param linear_params[] = {
    {.key = "samples",
     .type = PARAM_COUNT,
     .offset = offsetof(struct linear, samples),
     .preset = "20",
     .least = 1,
     .most = 1e8,
     .help = "rows to make"},
    {.key = "noise",
     .type = PARAM_REAL,
     .offset = offsetof(struct linear, noise),
     .preset = "0.1",
     .least = 0,
     .most = 1e6,
     .help = "standard deviation of what is added to y"},
    {.key = "slope",
     .type = PARAM_REAL,
     .offset = offsetof(struct linear, slope),
     .preset = "2",
     .least = -1e6,
     .most = 1e6,
     .help = "what x, uniform in 0..1, is multiplied by to give y"},
    {.key = NULL},
};

static size_t no_window(const void *settings) {
    (void)settings;
    return PARAM_NO_COUNT;
}

static size_t linear_rows(const void *settings) {
    return ((const struct linear *)settings)->samples;
}

static void linear_fill(const void *settings, uint64_t seed, size_t row, double *value) {
    const struct linear *linear = settings;
    struct random_stream stream = random_stream(seed, RANDOM_GENERATE, STREAM);
    value[0] = random_uniform(stream, row, 0);
    value[1] = linear->slope * value[0] + linear->noise * random_normal(stream, row, 1);
}

static const struct task linear_task = {linear_columns, "y", no_window, linear_rows, linear_fill};

/* ---- sine: the next value of a noisy wave --------------------------------------------------- */

struct sine {
    size_t samples, window, period;
    double noise;
};

static const char *const sine_columns[] = {"x", NULL};

static const struct param sine_params[] = {
    {.key = "samples",
     .type = PARAM_COUNT,
     .offset = offsetof(struct sine, samples),
     .preset = "200",
     .least = 1,
     .most = 1e8,
     .help = "windows to make; the series has as many values and a window's more"},
    {.key = "window",
     .type = PARAM_COUNT,
     .offset = offsetof(struct sine, window),
     .preset = "20",
     .least = 1,
     .most = 1e6,
     .help = "steps of a sample, where data.window is not set"},
    {.key = "period",
     .type = PARAM_COUNT,
     .offset = offsetof(struct sine, period),
     .preset = "25",
     .least = 2,
     .most = 1e6,
     .help = "values to one wave"},
    {.key = "noise",
     .type = PARAM_REAL,
     .offset = offsetof(struct sine, noise),
     .preset = "0",
     .least = 0,
     .most = 1e6,
     .help = "standard deviation of what is added to each value"},
    {.key = NULL},
};

static size_t sine_window(const void *settings) {
    return ((const struct sine *)settings)->window;
}

static size_t sine_rows(const void *settings) {
    const struct sine *sine = settings;
    return sine->samples + sine->window;
}

static void sine_fill(const void *settings, uint64_t seed, size_t row, double *value) {
    const struct sine *sine = settings;
    struct random_stream stream = random_stream(seed, RANDOM_GENERATE, STREAM);
    double turn = (double)(row % sine->period) / (double)sine->period;
    value[0] = exact_sin_turns(turn) + sine->noise * random_normal(stream, row, 0);
}

static const struct task sine_task = {sine_columns, NULL, sine_window, sine_rows, sine_fill};

/* ---- all ------------------------------------------------------------------------------------ */

const struct kind generate_kinds[] = {
    {.name = "linear",
     .params = linear_params,
     .size = sizeof(struct linear),
     .help = "columns x and y: a straight line with noise, x in random order",
     .ops = &linear_task},
    {.name = "sine",
     .params = sine_params,
     .size = sizeof(struct sine),
     .help = "column x: a sine wave, whose next value is to be predicted",
     .ops = &sine_task},
    {.name = NULL},
};

static bool start(struct table *table, const struct task *task, struct error *err) {
    size_t count = 0;
    while (task->column[count] != NULL) count++;
    if (!table_start(table, count, err)) return false;
    for (size_t c = 0; c < count; c++) {
        table->column[c].keep = KEEP_NUMBER;
        table->column[c].name = memory_text(task->column[c], err);
        if (table->column[c].name == NULL) return false;
    }
    return table_add_file(table, "data.generate", err);
}

bool generate_table(struct table *table, const struct param_kind *generate, uint64_t seed,
                    struct error *err) {
    const struct task *task = generate->kind->ops;
    if (!start(table, task, err)) return false;
    size_t rows = task->rows(generate->settings);
    for (size_t row = 0; row < rows; row++) {
        double value[MOST_COLUMNS];
        task->fill(generate->settings, seed, row, value);
        if (!table_add_numbers(table, value, err)) return false;
    }
    return true;
}
