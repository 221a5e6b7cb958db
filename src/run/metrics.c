#include "run/metrics.h"

#include <math.h>

/* One output of a sigmoid speaks for two classes; several are labels, each by itself. */
static struct metric_frame frame_of(const struct engine *e, size_t most_rows) {
    const struct schema *schema = dataset_schema(e->data);
    struct batch_shape shape = {0};
    dataset_shape(e->data, &shape);
    bool softmax = e->loss.ops->activation == ACTIVATION_SOFTMAX, one = e->loss.width == 1;
    return (struct metric_frame){.outputs = e->loss.width,
                                 .targets = shape.targets,
                                 .classes = softmax && schema->classes > 0 ? schema->classes
                                            : one                          ? 2
                                                                           : e->loss.width,
                                 .categorical = softmax || one,
                                 .most_rows = most_rows,
                                 .forecasts = dataset_forecasts(e->data)};
}

/* A loss of classes, and one of numbers; a distribution is both. */
static bool check_fit(const struct engine *e, const struct kind *kind, struct place place,
                      const struct metric_frame *frame, struct error *err) {
    const struct metric_ops *ops = kind->ops;
    bool classes = e->loss.ops->activation != ACTIVATION_LINEAR;
    bool numbers = e->loss.ops->target == LOSS_NUMBERS;
    if (ops->classes ? !classes : !numbers)
        return error_at(err, ERROR_CONFIG, place, "metric '%s' is for %s, but the loss is for %s",
                        kind->name, ops->classes ? "classes" : "numbers",
                        classes ? "classes" : "numbers");
    const char *why = ops->refuse != NULL ? ops->refuse(frame) : NULL;
    return why == NULL || error_at(err, ERROR_CONFIG, place, "metric '%s' %s", kind->name, why);
}

bool metrics_start(struct metric metric[static STATE_METRICS], size_t *count,
                   const struct param_kinds *given, struct engine *e, size_t most_rows,
                   struct error *err) {
    bool classes = e->loss.ops->activation != ACTIVATION_LINEAR;
    const struct param_kind usual = {.kind =
                                         kind_find(metric_kinds, classes ? "accuracy" : "rmse")};
    struct metric_frame frame = frame_of(e, most_rows);
    *count = given->count > 0 ? given->count : 1;
    if (*count > STATE_METRICS)
        return error_set(err, ERROR_CONFIG, "train.metrics: at most %d metrics", STATE_METRICS);
    for (size_t i = 0; i < *count; i++) {
        const struct param_kind *kind = given->count > 0 ? &given->item[i] : &usual;
        if (!check_fit(e, kind->kind, kind->place, &frame, err)) return false;
        for (size_t j = 0; j < i; j++)
            if (metric[j].ops == kind->kind->ops)
                return error_at(err, ERROR_CONFIG, kind->place, "metric '%s' stands there twice",
                                kind->kind->name);
        metric_start(&metric[i], kind, &frame, &e->plan);
    }
    return true;
}

static size_t season_of(const struct metric *metric, const struct engine *e) {
    size_t season = metric->settings->season;
    if (season == PARAM_NO_COUNT) season = dataset_season(e->data);
    return season > 0 ? season : 1;
}

void metrics_fill(struct metric *metric, size_t count, const struct engine *e) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < metric[i].scales; j++)
            metric[i].scale[j] = metric[i].ops->scale == METRIC_BY_DEVIATION
                                     ? dataset_deviation(e->data, j)
                                     : dataset_naive_error(e->data, j, season_of(&metric[i], e));
}

/* The scales are the last numbers of the state's, in the order of the metrics. */
void metrics_take(struct metric *metric, size_t count, const struct training_state *state) {
    size_t scales = 0;
    for (size_t i = 0; i < count; i++) scales += metric[i].scales;
    bool there = scales > 0 && scales <= state->more_count;
    const double *more = there ? state->more + state->more_count - scales : NULL;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < metric[i].scales; j++)
            metric[i].scale[j] = more != NULL ? *more++ : NAN;
}

size_t metrics_rows(const struct engine *e, enum part part) {
    size_t count = dataset_count(e->data, part), steps = 0;
    if (!engine_targets(e)->shape.target_steps) return count;
    for (size_t i = 0; i < count; i++) steps += dataset_target_length(e->data, part, i);
    return steps;
}
