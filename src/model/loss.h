/* loss.h - what training makes small. */
#ifndef MODEL_LOSS_H
#define MODEL_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/param.h"
#include "base/real.h"
#include "kernels/kernels.h"

/* What a loss reads as a target. */
enum loss_target {
    LOSS_NUMBERS, /* as many numbers as outputs (quantile: as outputs of one level) */
    LOSS_CLASS,   /* a class number */
    LOSS_EITHER,  /* a class number, or a number for each output */
};

struct loss_settings {
    double delta;                 /* huber */
    int from_logits;              /* crossentropies */
    double label_smoothing;       /* binary, categorical */
    struct param_reals quantiles; /* levels, growing */
};

struct loss; /* below */

/* Loss of one row (a sequence or a step), and its derivative times `scale` in gradient [width]
 * unless that is NULL. */
typedef double loss_row_function(const struct loss *loss, const real *output, const real *target,
                                 double scale, real *gradient);

/* The same from logits whose softmax is there already: exponentials are most of the work where classes
 * are many. */
typedef double loss_given_function(const struct loss *loss, const real *logit,
                                   const real *probability, const real *target, double scale,
                                   real *gradient);

struct loss_ops {
    loss_row_function *row;
    loss_given_function *given; /* or NULL */
    enum loss_target target;
    enum activation activation; /* of the last layer, that the loss can be fused with */
    bool positive_outputs;      /* learns nothing from outputs below 0 */
    bool natural_targets;       /* means nothing for targets moved by a scale */
};

/* The kinds' `ops` are struct loss_ops, their settings struct loss_settings. */
extern const struct kind loss_kinds[];

struct loss {
    const struct loss_ops *ops;
    const struct loss_settings *settings;
    size_t width;       /* outputs of the model */
    bool logits;        /* outputs come before sigmoid or softmax */
    bool class_targets; /* a target is a class number */
};

double loss_row(const struct loss *loss, const real *output, const real *target, double scale,
                real *gradient);

/* With `probability` what the last activation made of the outputs, where they are logits; else NULL. */
double loss_row_given(const struct loss *loss, const real *output, const real *probability,
                      const real *target, double scale, real *gradient);

/* What its keys cannot mean together: ERROR_CONFIG with its place. */
bool loss_check(const struct param_kind *loss, struct error *err);

/* The targets that a loss means something for. */
void loss_target_range(const struct loss_ops *ops, double *least, double *most);

/* Outputs for each number of a target: 1, or the levels of a quantile loss, which stand side by
 * side. */
size_t loss_levels(const struct loss *loss);

/* The level that stands for the number itself: the one nearest to the median. */
size_t loss_middle(const struct loss *loss);

#endif
