/* metric.h - figures beside the loss: in the targets' own units, over valid steps.
 *
 * A metric is a few running sums in double, added to in the order of the rows, so that its value
 * depends on nothing else. Rows are not weighted. */
#ifndef MODEL_METRIC_H
#define MODEL_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "base/param.h"

/* The kinds' `ops` are struct metric_ops, their settings struct metric_settings. */
extern const struct kind metric_kinds[];

struct metric_settings {
    size_t k;      /* top_k_accuracy */
    size_t season; /* mase: rows; PARAM_NO_COUNT: the data's */
};

/* Some rows of outputs and targets. */
struct metric_rows {
    size_t rows, outputs, targets;
    const double *output; /* [rows][outputs] */
    const double *target; /* [rows][targets] */
    /* From one row to the next, 0: outputs and targets. With them the columns may be some of many,
     * such as one step of a horizon. */
    size_t output_row, target_row;
    bool class_targets; /* a target is a class number */
    bool categorical;   /* the outputs are scores of classes, one of which is right */
    bool logits;        /* of classes: not probabilities */
    double threshold;   /* of several answers each by itself, positive: 0.5, or 0 for logits */
};

/* What a metric must know before the first row. */
struct metric_frame {
    size_t outputs, targets; /* of a row */
    size_t classes;   /* 2 for one output that speaks for two; of labels, each by itself, as many */
    bool categorical; /* as in metric_rows, but also for one output that speaks for two */
    size_t most_rows; /* of a whole part */
    bool forecasts;   /* the targets come after the inputs */
};

struct metric;

/* What a metric divides errors by, of each target. */
enum metric_scale { METRIC_UNSCALED, METRIC_BY_NAIVE_ERROR, METRIC_BY_DEVIATION };

struct metric_ops {
    void (*add)(struct metric *metric, const struct metric_rows *rows);
    double (*value)(const struct metric *metric);
    /* Numbers in `more`; NULL: none. */
    size_t (*size)(const struct metric_frame *frame);
    /* Why the frame is not one for this metric, and what to write; NULL: it is. */
    const char *(*refuse)(const struct metric_frame *frame);
    bool classes; /* for classes; else for numbers */
    bool higher_better;
    enum metric_scale scale;
    bool whole;        /* of all rows of a part at once: not of an epoch whose weights move */
    int part, average; /* metric_counts.c's own */
};

struct metric {
    const char *name;
    const struct metric_ops *ops;
    const struct metric_settings *settings;
    double sum, count; /* part of the training state, as is `more` */
    double *scale;     /* [scales] as ops->scale says, of each target; the caller's to fill */
    size_t scales;
    double *more;         /* [size]; wanted in the plan */
    size_t size, classes; /* classes: of the frame */
};

/* Set up; notes `more` in the plan. */
void metric_start(struct metric *metric, const struct param_kind *kind,
                  const struct metric_frame *frame, struct plan *plan);

void metric_reset(struct metric *metric);
void metric_add(struct metric *metric, const struct metric_rows *rows);
double metric_value(const struct metric *metric); /* NAN before the first row */

/* The class that row i answers, and the one that is right; of one output 0 or 1. */
size_t metric_answer(const struct metric_rows *rows, size_t i);
size_t metric_truth(const struct metric_rows *rows, size_t i);

#endif
