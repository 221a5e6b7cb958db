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
    LOSS_NUMBERS, /* as many numbers as outputs */
    LOSS_CLASS,   /* a class number */
    LOSS_EITHER,  /* a class number, or a number for each output */
};

struct loss_settings {
    double delta;           /* huber */
    int from_logits;        /* crossentropies */
    double label_smoothing; /* binary, categorical */
};

struct loss; /* below */

struct loss_ops {
    /* Loss of one row (a sequence or a step), and its derivative times `scale` in gradient
     * [width] unless that is NULL. */
    double (*row)(const struct loss *loss, const real *output, const real *target, double scale,
                  real *gradient);
    enum loss_target target;
    enum activation activation; /* of the last layer, that the loss can be fused with */
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

#endif
