/* The optimizers, with Keras 3's formulas and defaults; g the gradient, lr the learning rate, t the
 * update from 1. What all share - clipping, decay, accumulation, averaging - is in optimizer.c.
 *
 *   sgd       w -= lr g
 *             momentum:  m = mu m - lr g,  w += m
 *             nesterov:  w += mu m - lr g
 *
 *   rmsprop   v = rho v + (1 - rho) g^2,  d = lr g / sqrt(v + epsilon),  w -= d
 *             centered:  a = rho a + (1 - rho) g,  d = lr g / sqrt(v - a^2 + epsilon)
 *             momentum:  m = mu m + d,  w -= m
 *
 *   adam      m += (g - m)(1 - beta_1),  v += (g^2 - v)(1 - beta_2)
 *   adamw     w -= lr sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon)
 *             amsgrad:  the largest v so far in the place of v
 *
 *   adagrad   a += g^2,  w -= lr g / sqrt(a + epsilon)      a starts at initial_accumulator_value
 *
 *   adadelta  a = rho a + (1 - rho) g^2,  d = sqrt(b + epsilon) / sqrt(a + epsilon) g,
 *             b = rho b + (1 - rho) d^2,  w -= lr d
 *
 *   adamax    m as in adam,  u = max(beta_2 u, |g|),  w -= lr m / ((1 - beta_1^t)(u + epsilon))
 *
 *   nadam     m and v as in adam,  u_t = beta_1 (1 - 0.96^t / 2),  U = u_1 u_2 ... u_t
 *             n = u_(t+1) m / (1 - U u_(t+1)) + (1 - u_t) g / (1 - U)
 *             w -= lr n / (sqrt(v / (1 - beta_2^t)) + epsilon) */
#include <math.h>

#include "base/elementary.h"
#include "model/optimizer.h"
#include "model/schedule.h"

static void sgd_moments(const struct optimizer_settings *s, const char *name[OPTIMIZER_MOMENTS]) {
    name[0] = s->momentum > 0 ? "momentum" : NULL;
}

static void rmsprop_moments(const struct optimizer_settings *s,
                            const char *name[OPTIMIZER_MOMENTS]) {
    name[0] = "velocity";
    name[1] = s->momentum > 0 ? "momentum" : NULL;
    name[2] = s->centered ? "average_gradient" : NULL;
}

static void adam_moments(const struct optimizer_settings *s, const char *name[OPTIMIZER_MOMENTS]) {
    name[0] = "m";
    name[1] = "v";
    name[2] = s->amsgrad ? "v_hat" : NULL;
}

static void adagrad_moments(const struct optimizer_settings *s,
                            const char *name[OPTIMIZER_MOMENTS]) {
    (void)s;
    name[0] = "accumulator";
}

static void adadelta_moments(const struct optimizer_settings *s,
                             const char *name[OPTIMIZER_MOMENTS]) {
    (void)s;
    name[0] = "accumulated_grad";
    name[1] = "accumulated_delta";
}

static void adamax_moments(const struct optimizer_settings *s,
                           const char *name[OPTIMIZER_MOMENTS]) {
    (void)s;
    name[0] = "m";
    name[1] = "u";
}

static void plain(struct optimizer *o, uint64_t t, struct update *u) {
    (void)o, (void)t, (void)u;
}

static void adam_prepare(struct optimizer *o, uint64_t t, struct update *u) {
    const struct optimizer_settings *s = o->settings;
    u->rate = (real)(o->learning_rate * sqrt(1 - exact_power(s->beta_2, t)) /
                     (1 - exact_power(s->beta_1, t)));
}

static void adamax_prepare(struct optimizer *o, uint64_t t, struct update *u) {
    u->rate = (real)(o->learning_rate / (1 - exact_power(o->settings->beta_1, t)));
}

static double nadam_momentum(const struct optimizer_settings *s, uint64_t t) {
    return s->beta_1 * (1 - 0.5 * exact_power(0.96, t));
}

/* The product goes on from step to step; a resumed run makes it anew, factor by factor. */
static void nadam_prepare(struct optimizer *o, uint64_t t, struct update *u) {
    const struct optimizer_settings *s = o->settings;
    if (o->nadam_steps > t) {
        o->nadam_steps = 0;
        o->nadam_product = 1;
    }
    while (o->nadam_steps < t) o->nadam_product *= nadam_momentum(s, ++o->nadam_steps);
    double now = nadam_momentum(s, t), next = nadam_momentum(s, t + 1);
    u->rate = (real)(o->learning_rate * next / (1 - o->nadam_product * next));
    u->gradient_rate = (real)(o->learning_rate * (1 - now) / (1 - o->nadam_product));
    u->widening = (real)(1 / (1 - exact_power(s->beta_2, t)));
}

#define STEP(name)                                                                                 \
    static void name##_step(const struct kernels *k, const struct update *u) {                     \
        k->name(u);                                                                                \
    }
STEP(sgd)
STEP(rmsprop)
STEP(adam)
STEP(adagrad)
STEP(adadelta)
STEP(adamax)
STEP(nadam)

static const struct optimizer_ops sgd_ops = {sgd_moments, plain, sgd_step};
static const struct optimizer_ops rmsprop_ops = {rmsprop_moments, plain, rmsprop_step};
static const struct optimizer_ops adam_ops = {adam_moments, adam_prepare, adam_step};
static const struct optimizer_ops adagrad_ops = {adagrad_moments, plain, adagrad_step};
static const struct optimizer_ops adadelta_ops = {adadelta_moments, plain, adadelta_step};
static const struct optimizer_ops adamax_ops = {adamax_moments, adamax_prepare, adamax_step};
static const struct optimizer_ops nadam_ops = {adam_moments, nadam_prepare, nadam_step};

/* ---- keys ---- */

#define AT(field) offsetof(struct optimizer_settings, field)
#define NUMBER(name, value, words, ...)                                                            \
    {                                                                                              \
        .key = #name, .type = PARAM_REAL, .offset = AT(name), .preset = value, .help = words,      \
        __VA_ARGS__                                                                                \
    }
#define SWITCH(name, words)                                                                        \
    { .key = #name, .type = PARAM_BOOL, .offset = AT(name), .preset = "false", .help = words }
#define POSITIVE .least = 0, .above = true, .most = INFINITY
#define FRACTION .least = 0, .most = 1, .below = true

#define COMMON(rate, decay)                                                                        \
    {.key = "learning_rate",                                                                       \
     .type = PARAM_KIND,                                                                           \
     .offset = AT(learning_rate),                                                                  \
     .preset = rate,                                                                               \
     .kinds = schedule_kinds,                                                                      \
     .plain = schedule_constant,                                                                   \
     .help = "how far a step goes: a number, or a schedule as listed under "                       \
             "train.optimizer.adam.learning_rate"},                                                \
        NUMBER(weight_decay, decay, "weights shrink by learning_rate x this before each step",     \
               .least = 0, .most = INFINITY),                                                      \
        NUMBER(clipnorm, "~", "largest norm of a tensor's gradient", POSITIVE),                    \
        NUMBER(clipvalue, "~", "largest absolute value in a gradient", POSITIVE),                  \
        NUMBER(global_clipnorm, "~", "largest norm of all gradients together", POSITIVE),          \
        {.key = "gradient_accumulation_steps",                                                     \
         .type = PARAM_COUNT,                                                                      \
         .offset = AT(accumulation),                                                               \
         .preset = "1",                                                                            \
         .least = 1,                                                                               \
         .most = 65536,                                                                            \
         .help = "batches whose mean gradient makes one update"},                                  \
        SWITCH(use_ema, "predict with a moving average of the weights"),                           \
        NUMBER(ema_momentum, "0.99", "memory of that average", FRACTION), {                        \
        .key = "ema_overwrite_frequency", .type = PARAM_COUNT,                                     \
        .offset = AT(ema_overwrite_frequency), .preset = "~", .least = 1, .most = 0x1p53,          \
        .help = "updates after which the weights are set to their average"                         \
    }
#define EPSILON NUMBER(epsilon, "1e-7", "keeps a division finite", POSITIVE)
#define BETAS                                                                                      \
    NUMBER(beta_1, "0.9", "memory of the mean gradient", FRACTION),                                \
        NUMBER(beta_2, "0.999", "memory of the mean square", FRACTION)
#define AMSGRAD SWITCH(amsgrad, "divide by the largest mean square so far")

static const struct param sgd_params[] = {
    COMMON("0.01", "0"),
    NUMBER(momentum, "0", "part of the last step that is added to this one", FRACTION),
    SWITCH(nesterov, "Nesterov's form of momentum"),
    {0},
};
static const struct param rmsprop_params[] = {
    COMMON("0.001", "0"),
    NUMBER(rho, "0.9", "memory of the mean square", FRACTION),
    NUMBER(momentum, "0", "part of the last step that is added to this one", FRACTION),
    EPSILON,
    SWITCH(centered, "divide by the deviation, not the mean square"),
    {0},
};
static const struct param adam_params[] = {COMMON("0.001", "0"), BETAS, EPSILON, AMSGRAD, {0}};
static const struct param adamw_params[] = {COMMON("0.001", "0.004"), BETAS, EPSILON, AMSGRAD, {0}};
static const struct param adagrad_params[] = {
    COMMON("0.001", "0"),
    {.key = "initial_accumulator_value",
     .type = PARAM_REAL,
     .offset = AT(initial_accumulator),
     .preset = "0.1",
     .least = 0,
     .most = INFINITY,
     .help = "what the sum of squares starts from"},
    EPSILON,
    {0},
};
static const struct param adadelta_params[] = {
    COMMON("0.001", "0"),
    NUMBER(rho, "0.95", "memory of the mean squares", FRACTION),
    EPSILON,
    {0},
};
static const struct param adamax_params[] = {
    COMMON("0.001", "0"),
    NUMBER(beta_1, "0.9", "memory of the mean gradient", FRACTION),
    NUMBER(beta_2, "0.999", "memory of the largest gradient", FRACTION),
    EPSILON,
    {0},
};
static const struct param nadam_params[] = {COMMON("0.001", "0"), BETAS, EPSILON, {0}};

#define OPTIMIZER(text, rows, table, words)                                                        \
    {                                                                                              \
        .name = text, .params = rows, .size = sizeof(struct optimizer_settings),                   \
        .shorthand = "learning_rate", .ops = &table, .help = words                                 \
    }
const struct kind optimizer_kinds[] = {
    OPTIMIZER("adam", adam_params, adam_ops, "adaptive moments (Kingma and Ba 2015)"),
    OPTIMIZER("adamw", adamw_params, adam_ops,
              "adam with weight decay apart from the gradient (Loshchilov and Hutter 2019)"),
    OPTIMIZER("sgd", sgd_params, sgd_ops, "gradient descent, with momentum on request"),
    OPTIMIZER("rmsprop", rmsprop_params, rmsprop_ops, "gradients over their root mean square"),
    OPTIMIZER("adagrad", adagrad_params, adagrad_ops,
              "gradients over the root of all their squares (Duchi et al. 2011)"),
    OPTIMIZER("adadelta", adadelta_params, adadelta_ops,
              "steps as large as the steps before (Zeiler 2012); learning_rate: 1 is the paper's"),
    OPTIMIZER("adamax", adamax_params, adamax_ops,
              "adam with the largest gradient in the place of the mean square"),
    OPTIMIZER("nadam", nadam_params, nadam_ops, "adam with Nesterov's momentum (Dozat 2016)"),
    {0},
};
