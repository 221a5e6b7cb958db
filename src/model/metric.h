/* metric.h - figures beside the loss: in the targets' own units, over valid steps. */
#ifndef MODEL_METRIC_H
#define MODEL_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/param.h"

/* The kinds' `ops` are struct metric_ops; they have no settings. */
extern const struct kind metric_kinds[];

/* Some rows of outputs and targets. */
struct metric_rows {
    size_t rows, outputs, targets;
    const double *output; /* [rows][outputs] */
    const double *target; /* [rows][targets] */
    bool class_targets;   /* a target is a class number */
    bool categorical;     /* the outputs are scores of classes, one of which is right */
    double threshold;     /* else: of a positive answer: 0.5, or 0 for logits */
};

struct metric_ops {
    void (*add)(const struct metric_rows *rows, double *sum, double *count);
    bool root;    /* the value is the root of the mean */
    bool classes; /* for classes; else for numbers */
    bool higher_better;
};

/* A metric and its running sums, which are part of the training state. */
struct metric {
    const char *name;
    const struct metric_ops *ops;
    double sum, count;
};

void metric_add(struct metric *metric, const struct metric_rows *rows);
double metric_value(const struct metric *metric); /* NAN before the first row */

#endif
