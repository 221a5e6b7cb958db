#include "tools/output_units.h"

#include <string.h>

#include "model/loss.h"

size_t *output_units(const struct model_options *options) {
    const struct param_kinds *layers = model_last_stack(options);
    for (size_t i = layers->count; i-- > 0;) {
        const struct param_kind *item = &layers->item[i];
        for (const struct param *row = item->kind->params; row->key != NULL; row++)
            if (strcmp(row->key, "units") == 0)
                return (size_t *)((char *)item->settings + row->offset);
    }
    return NULL;
}

static size_t wanted(const struct task *task, const struct batch_shape *shape, bool decodes) {
    const struct schema *schema = dataset_schema(task->data);
    const struct loss loss = {.ops = task->loss.kind->ops, .settings = task->loss.settings};
    if (schema->target_kind == TARGET_CLASS)
        return loss.ops->activation == ACTIVATION_SIGMOID ? 1 : schema->classes;
    size_t steps =
        decodes && shape->horizon > 0 ? shape->horizon : 1; /* a decoder's come one by one */
    return shape->targets / steps * loss_levels(&loss);
}

void settle_output_units(const struct model_options *options, const struct task *task,
                         const struct batch_shape *shape) {
    size_t *units = output_units(options);
    if (units != NULL && *units == 0) *units = wanted(task, shape, options->decoder.count > 0);
}
