/* task.h - from a config to data, a loss and a model that agree with each other. */
#ifndef TOOLS_TASK_H
#define TOOLS_TASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "files/config.h"
#include "run/engine.h"

struct task {
    const struct config *config; /* borrowed */
    struct param_kind loss;      /* of the config, or chosen; settings owned when chosen */
    bool loss_chosen;
    struct data_options options; /* the config's, with train.validation_split as data.validation */
    struct dataset *data;
};

/* Open the data a config names; choose the loss if it does not. Errors with the place of what does
 * not fit. On failure nothing is left to close. */
bool task_open(struct task *task, const struct config *config, struct error *err);
/* The same for a fold of data.cross_validation, counted from 1. */
bool task_open_fold(struct task *task, const struct config *config, size_t fold, struct error *err);
/* The same, with columns kept as texts. */
bool task_open_keeping(struct task *task, const struct config *config, const struct data_keep *keep,
                       struct error *err);
void task_close(struct task *task);

/* Build engine->model for the schema and set engine->loss; checks that the last layer, the loss and
 * the targets agree. For prediction too, where `loss` is the checkpoint's. */
bool task_model(const struct config *config, const struct param_kind *loss,
                const struct schema *schema, const struct batch_shape *shape, struct engine *engine,
                struct error *err);

#endif
