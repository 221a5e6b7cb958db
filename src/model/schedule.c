/* Learning rates by the step, with Keras 3's formulas; s counts from 0, p = s / decay_steps.
 *
 *   exponential_decay          r0 decay_rate^p                      staircase: floor(p)
 *   inverse_time_decay         r0 / (1 + decay_rate p)              staircase: floor(p)
 *   polynomial_decay           (r0 - end) (1 - p)^power + end       p at most 1;
 *                              cycle: decay_steps times the least whole number that keeps p <= 1
 *   cosine_decay               r0 ((1 - alpha) (1 + cos(pi p)) / 2 + alpha)      p at most 1;
 *                              warm-up: a straight line from r0 to warmup_target, which then takes
 *                              the place of r0, in warmup_steps, from where on s counts
 *   piecewise_constant_decay   values[i] for the first i with s <= boundaries[i], else the last */
#include "model/schedule.h"

#include <math.h>
#include <stddef.h>

#include "base/elementary.h"

struct schedule_settings {
    double initial, decay_rate, end, power, alpha, warmup_target;
    size_t decay_steps, warmup_steps;
    int staircase, cycle;
    struct param_reals boundaries, values;
};

typedef double schedule_rate_function(const struct schedule_settings *s, double step);

static double constant(const struct schedule_settings *s, double step) {
    (void)step;
    return s->initial;
}

/* x^y for x >= 0: exact for small whole exponents, which are the common ones. */
static double power(double x, double y) {
    if (y >= 0 && y <= 0x1p20 && y == floor(y)) return exact_power(x, (uint64_t)y);
    return x > 0 ? exact_exp(y * exact_log(x)) : 0;
}

/* Decays gone by. */
static double progress(const struct schedule_settings *s, double step) {
    double p = step / (double)s->decay_steps;
    return s->staircase ? floor(p) : p;
}

static double exponential(const struct schedule_settings *s, double step) {
    return s->initial * power(s->decay_rate, progress(s, step));
}

static double inverse_time(const struct schedule_settings *s, double step) {
    return s->initial / (1 + s->decay_rate * progress(s, step));
}

static double polynomial(const struct schedule_settings *s, double step) {
    double length = (double)s->decay_steps;
    if (s->cycle && step > length) length *= ceil(step / length);
    double p = step < length ? step / length : 1;
    return (s->initial - s->end) * power(1 - p, s->power) + s->end;
}

static double cosine(const struct schedule_settings *s, double step) {
    double start = s->initial, warmup = (double)s->warmup_steps, length = (double)s->decay_steps;
    if (!isnan(s->warmup_target)) {
        if (step < warmup) return start + (s->warmup_target - start) * (step / warmup);
        start = s->warmup_target;
        step -= warmup;
    }
    double p = step < length ? step / length : 1;
    double wave = 0.5 * (1 + exact_sin_turns(0.25 + p / 2)); /* a cosine is a sine turned */
    return start * ((1 - s->alpha) * wave + s->alpha);
}

static double piecewise(const struct schedule_settings *s, double step) {
    size_t i = 0;
    while (i < s->boundaries.count && step > s->boundaries.value[i]) i++;
    return s->values.value[i];
}

double schedule_rate(const struct param_kind *schedule, uint64_t step) {
    schedule_rate_function *const *rate = schedule->kind->ops;
    return (*rate)(schedule->settings, (double)step);
}

static schedule_rate_function *const constant_ops = constant;
static schedule_rate_function *const exponential_ops = exponential;
static schedule_rate_function *const inverse_time_ops = inverse_time;
static schedule_rate_function *const polynomial_ops = polynomial;
static schedule_rate_function *const cosine_ops = cosine;
static schedule_rate_function *const piecewise_ops = piecewise;

bool schedule_changes(const struct param_kind *schedule) {
    return schedule->kind->ops != &constant_ops;
}

static bool check_piecewise(const struct param_kind *schedule, struct error *err) {
    const struct schedule_settings *s = schedule->settings;
    if (s->values.count != s->boundaries.count + 1)
        return error_at(err, ERROR_CONFIG, schedule->place,
                        "piecewise_constant_decay: expected one value more than boundaries (%zu), "
                        "got %zu",
                        s->boundaries.count, s->values.count);
    for (size_t i = 1; i < s->boundaries.count; i++)
        if (!(s->boundaries.value[i] > s->boundaries.value[i - 1]))
            return error_at(err, ERROR_CONFIG, schedule->place,
                            "piecewise_constant_decay: boundaries must grow, but %g comes after "
                            "%g",
                            s->boundaries.value[i], s->boundaries.value[i - 1]);
    return true;
}

bool schedule_check(const struct param_kind *schedule, struct error *err) {
    const struct schedule_settings *s = schedule->settings;
    if (schedule->kind->ops == &piecewise_ops) return check_piecewise(schedule, err);
    if (schedule->kind->ops != &cosine_ops) return true;
    if (isnan(s->warmup_target) == (s->warmup_steps == 0)) return true;
    return error_at(err, ERROR_CONFIG, schedule->place,
                    "cosine_decay: warmup_target and warmup_steps go together; %s is missing",
                    s->warmup_steps == 0 ? "warmup_steps" : "warmup_target");
}

#define AT(field) offsetof(struct schedule_settings, field)
#define INITIAL                                                                                    \
    {                                                                                              \
        .key = "initial_learning_rate", .type = PARAM_REAL, .offset = AT(initial), .least = 0,     \
        .most = INFINITY, .help = "the rate of the first step"                                     \
    }
#define DECAY_STEPS(words)                                                                         \
    {                                                                                              \
        .key = "decay_steps", .type = PARAM_COUNT, .offset = AT(decay_steps), .least = 1,          \
        .most = 0x1p53, .help = words                                                              \
    }
#define DECAY_RATE(words)                                                                          \
    {                                                                                              \
        .key = "decay_rate", .type = PARAM_REAL, .offset = AT(decay_rate), .least = 0,             \
        .above = true, .most = INFINITY, .help = words                                             \
    }
#define STAIRCASE                                                                                  \
    {                                                                                              \
        .key = "staircase", .type = PARAM_BOOL, .offset = AT(staircase), .preset = "false",        \
        .help = "change only once every decay_steps"                                               \
    }

static const struct param constant_params[] = {
    {.key = "learning_rate",
     .type = PARAM_REAL,
     .offset = AT(initial),
     .least = 0,
     .above = true,
     .most = INFINITY,
     .help = "the rate of every step"},
    {0},
};
static const struct param exponential_params[] = {
    INITIAL,
    DECAY_STEPS("steps in which the rate falls by decay_rate"),
    DECAY_RATE("what the rate is multiplied by"),
    STAIRCASE,
    {0},
};
static const struct param inverse_time_params[] = {
    INITIAL,
    DECAY_STEPS("steps that count as one unit of time"),
    DECAY_RATE("what the divisor grows by in a unit of time"),
    STAIRCASE,
    {0},
};
static const struct param polynomial_params[] = {
    INITIAL,
    DECAY_STEPS("steps to the last rate"),
    {.key = "end_learning_rate",
     .type = PARAM_REAL,
     .offset = AT(end),
     .preset = "0.0001",
     .least = 0,
     .most = INFINITY,
     .help = "the last rate"},
    {.key = "power",
     .type = PARAM_REAL,
     .offset = AT(power),
     .preset = "1",
     .least = 0,
     .above = true,
     .most = INFINITY,
     .help = "1 for a straight line"},
    {.key = "cycle",
     .type = PARAM_BOOL,
     .offset = AT(cycle),
     .preset = "false",
     .help = "begin again, each time slower, instead of staying at the last rate"},
    {0},
};
static const struct param cosine_params[] = {
    INITIAL,
    DECAY_STEPS("steps from the highest rate to the lowest"),
    {.key = "alpha",
     .type = PARAM_REAL,
     .offset = AT(alpha),
     .preset = "0",
     .least = 0,
     .most = 1,
     .help = "the lowest rate as a part of the highest"},
    {.key = "warmup_target",
     .type = PARAM_REAL,
     .offset = AT(warmup_target),
     .preset = "~",
     .least = 0,
     .most = INFINITY,
     .help = "the rate that a warm-up leads to, from where it falls"},
    {.key = "warmup_steps",
     .type = PARAM_COUNT,
     .offset = AT(warmup_steps),
     .preset = "0",
     .most = 0x1p53,
     .help = "steps of the warm-up"},
    {0},
};
static const struct param piecewise_params[] = {
    {.key = "boundaries",
     .type = PARAM_REALS,
     .offset = AT(boundaries),
     .least = 0,
     .most = 0x1p53,
     .help = "the last steps, counted from 0, that have the first, the second, ... value"},
    {.key = "values",
     .type = PARAM_REALS,
     .offset = AT(values),
     .least = 0,
     .most = INFINITY,
     .help = "the rates, one more than boundaries"},
    {0},
};

const char schedule_constant[] = "constant";
#define SCHEDULE(text, rows, rate, words)                                                          \
    {                                                                                              \
        .name = text, .params = rows, .size = sizeof(struct schedule_settings), .ops = &rate,      \
        .help = words                                                                              \
    }
const struct kind schedule_kinds[] = {
    {.name = schedule_constant,
     .params = constant_params,
     .size = sizeof(struct schedule_settings),
     .shorthand = "learning_rate",
     .ops = &constant_ops,
     .help = "the same rate all the time; what a bare number stands for"},
    SCHEDULE("exponential_decay", exponential_params, exponential_ops,
             "multiplied by decay_rate every decay_steps"),
    SCHEDULE("cosine_decay", cosine_params, cosine_ops,
             "half a wave of a cosine, after a warm-up on request"),
    SCHEDULE("polynomial_decay", polynomial_params, polynomial_ops,
             "a power of the steps that are left"),
    SCHEDULE("inverse_time_decay", inverse_time_params, inverse_time_ops,
             "divided by a number that grows with the steps"),
    SCHEDULE("piecewise_constant_decay", piecewise_params, piecewise_ops,
             "one rate after the other"),
    {0},
};
