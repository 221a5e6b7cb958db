/* The list of losses; each stands with its formula in loss_numbers.c or loss_classes.c. */
#include "model/loss.h"

#include <math.h>

#include "model/loss_rows.h"

double loss_row(const struct loss *loss, const real *output, const real *target, double scale,
                real *gradient) {
    return loss->ops->row(loss, output, target, scale, gradient);
}

double loss_row_given(const struct loss *loss, const real *output, const real *probability,
                      const real *target, double scale, real *gradient) {
    if (probability == NULL || !loss->logits || loss->ops->given == NULL)
        return loss_row(loss, output, target, scale, gradient);
    return loss->ops->given(loss, output, probability, target, scale, gradient);
}

void loss_target_range(const struct loss_ops *ops, double *least, double *most) {
    bool distribution = ops->target == LOSS_NUMBERS && ops->activation == ACTIVATION_SOFTMAX;
    *least = ops->positive_outputs || distribution ? 0 : -INFINITY;
    *most = distribution ? 1 : INFINITY;
}

bool loss_check(const struct param_kind *loss, struct error *err) {
    const struct param_reals *levels = &((const struct loss_settings *)loss->settings)->quantiles;
    for (size_t i = 1; i < levels->count; i++)
        if (!(levels->value[i] > levels->value[i - 1]))
            return error_at(err, ERROR_CONFIG, loss->place,
                            "quantile: levels must grow, but %g comes after %g", levels->value[i],
                            levels->value[i - 1]);
    return true;
}

size_t loss_levels(const struct loss *loss) {
    size_t levels = loss->settings->quantiles.count;
    return levels > 0 ? levels : 1;
}

size_t loss_middle(const struct loss *loss) {
    const double *level = loss->settings->quantiles.value;
    size_t middle = 0;
    for (size_t i = 1; i < loss_levels(loss); i++)
        if (fabs(level[i] - 0.5) < fabs(level[middle] - 0.5)) middle = i;
    return middle;
}

#define NUMBERS(loss, ...)                                                                         \
    static const struct loss_ops loss##_ops = {                                                    \
        .row = loss_##loss, .target = LOSS_NUMBERS, .activation = ACTIVATION_LINEAR, __VA_ARGS__}
NUMBERS(mse, .natural_targets = false);
NUMBERS(mae, .natural_targets = false);
NUMBERS(mape, .natural_targets = true);
NUMBERS(msle, .natural_targets = true, .positive_outputs = true);
NUMBERS(huber, .natural_targets = false);
NUMBERS(log_cosh, .natural_targets = false);
NUMBERS(poisson, .natural_targets = true, .positive_outputs = true);
NUMBERS(quantile, .natural_targets = false);
#define CLASSES(name, function, faster, reads, last)                                               \
    static const struct loss_ops name = {                                                          \
        .row = function, .given = faster, .target = reads, .activation = last}
CLASSES(binary_ops, loss_binary, NULL, LOSS_EITHER, ACTIVATION_SIGMOID);
CLASSES(categorical_ops, loss_categorical, loss_categorical_given, LOSS_EITHER, ACTIVATION_SOFTMAX);
CLASSES(sparse_ops, loss_categorical, loss_categorical_given, LOSS_CLASS, ACTIVATION_SOFTMAX);
CLASSES(kl_ops, loss_kl_divergence, NULL, LOSS_NUMBERS, ACTIVATION_SOFTMAX);

#define FROM_LOGITS                                                                                \
    {                                                                                              \
        .key = "from_logits", .type = PARAM_BOOL,                                                  \
        .offset = offsetof(struct loss_settings, from_logits), .preset = "false",                  \
        .help = "the model's outputs are logits, not probabilities"                                \
    }
#define LABEL_SMOOTHING                                                                            \
    {                                                                                              \
        .key = "label_smoothing", .type = PARAM_REAL,                                              \
        .offset = offsetof(struct loss_settings, label_smoothing), .preset = "0", .least = 0,      \
        .most = 1, .help = "part of each target that is spread evenly over the classes"            \
    }

static const struct param no_params[] = {{0}};
static const struct param huber_params[] = {
    {.key = "delta",
     .type = PARAM_REAL,
     .offset = offsetof(struct loss_settings, delta),
     .preset = "1",
     .least = 0,
     .above = true,
     .most = INFINITY,
     .help = "where the square becomes a straight line"},
    {0},
};
static const struct param quantile_params[] = {
    {.key = "quantiles",
     .type = PARAM_REALS,
     .offset = offsetof(struct loss_settings, quantiles),
     .least = 0,
     .above = true,
     .most = 1,
     .below = true,
     .help = "levels, growing: each has an output of its own for each number to predict"},
    {0},
};
static const struct param smoothed_params[] = {FROM_LOGITS, LABEL_SMOOTHING, {0}};
static const struct param sparse_params[] = {FROM_LOGITS, {0}};

#define LOSS(text, rows, table, words)                                                             \
    {                                                                                              \
        .name = text, .params = rows, .size = sizeof(struct loss_settings), .ops = &table,         \
        .help = words                                                                              \
    }
const struct kind loss_kinds[] = {
    LOSS("mse", no_params, mse_ops, "mean squared error"),
    LOSS("mae", no_params, mae_ops, "mean absolute error"),
    LOSS("mape", no_params, mape_ops, "mean absolute error in per cent of the target"),
    LOSS("msle", no_params, msle_ops, "mean squared difference of the logarithms of 1 + x"),
    LOSS("huber", huber_params, huber_ops, "square near zero, straight beyond delta"),
    LOSS("log_cosh", no_params, log_cosh_ops, "logarithm of the hyperbolic cosine: a smooth mae"),
    LOSS("poisson", no_params, poisson_ops, "counts, the output their mean"),
    {.name = "quantile",
     .params = quantile_params,
     .size = sizeof(struct loss_settings),
     .shorthand = "quantiles",
     .ops = &quantile_ops,
     .help = "quantiles of the target: what lies above an output of level q costs q, what lies "
             "below costs 1 - q; predictions are sorted, so that levels never cross"},
    LOSS("kl_divergence", no_params, kl_ops, "from a distribution of the targets to the outputs'"),
    LOSS("binary_crossentropy", smoothed_params, binary_ops,
         "two classes, or several labels, each with its own output"),
    LOSS("categorical_crossentropy", smoothed_params, categorical_ops,
         "a probability for each class"),
    LOSS("sparse_categorical_crossentropy", sparse_params, sparse_ops,
         "a probability for each class, the target a class number"),
    {0},
};
