/* breakdown.h - scores of parts of a part: of groups of rows, of the steps of a horizon; and which
 * classes were taken for which. */
#ifndef RUN_BREAKDOWN_H
#define RUN_BREAKDOWN_H

#include "run/score.h"

struct breakdown_item {
    size_t rows; /* of outputs that belong to it */
    struct metric metric[STATE_METRICS];
    struct scores scores; /* the losses of steps of a horizon are NAN */
};

struct breakdown {
    struct breakdown_item *item; /* owned */
    size_t items;
    const size_t *group; /* [rows of the data] item of each; NULL: an item for each step ahead */
    size_t horizon;
    double *row; /* scratch: outputs and targets of one step ahead */
};

/* Make the items and note what their metrics need in the engine's plan, which is not yet taken. With
 * `group` (borrowed) there are `items` of them; without, one for each of the horizon's steps. */
bool breakdown_plan(struct breakdown *breakdown, struct engine *engine, enum part part,
                    const struct param_kinds *metrics, const size_t *group, size_t items,
                    struct error *err);

/* After the plan was committed: what metrics are scaled by, from the state of their training. */
void breakdown_take(struct breakdown *breakdown, size_t metrics,
                    const struct training_state *state);

/* Score model and baselines (NULL: none); `order` as for score_part. */
void breakdown_score(struct breakdown *breakdown, struct engine *engine,
                     const struct baselines *baselines, enum part part, size_t *order,
                     size_t metrics);

void breakdown_free(struct breakdown *breakdown);

/* Count into counts[classes][classes] how often a class (the row) was taken for another. */
void breakdown_confusion(struct engine *engine, enum part part, size_t *order, size_t classes,
                         size_t *counts);

#endif
