#include "tools/evaluation.h"

#include <stdlib.h>
#include <string.h>

#include "run/metrics.h"

enum { CONFUSION_CLASSES = 4096 };

/* ---- data ------------------------------------------------------------------------------------ */

/* Two files are what a model of pairs of lines is judged on, and no other. */
static bool check_files(const struct evaluation *v, struct error *err) {
    bool pairs = v->predictor.checkpoint.config.data.pairs.count > 0;
    if (pairs == (v->request->targets != NULL)) return true;
    if (!pairs)
        return error_set(err, ERROR_CONFIG,
                         "two files are for a model of data.pairs; %s reads one table",
                         v->request->checkpoint);
    return error_set(err, ERROR_CONFIG,
                     "%s was trained on pairs of lines: name two files, the source's and the "
                     "target's",
                     v->request->checkpoint);
}

static bool open_input(struct evaluation *v, struct error *err) {
    const struct schema *schema = &v->predictor.checkpoint.schema;
    v->part = PART_TRAIN;
    if (!check_files(v, err)) return false;
    if (v->request->targets != NULL)
        return predictor_open_pairs(&v->predictor, v->request->data, v->request->targets, &v->keep,
                                    err);
    if (!predictor_open_input(&v->predictor, v->request->data, true, &v->keep, err)) return false;
    if (dataset_has_targets(v->predictor.data)) return true;
    bool standard = strcmp(v->request->data, "-") == 0;
    return error_set(err, ERROR_DATA, "%s: no column \"%s\" to compare the predictions with",
                     standard ? "standard input" : v->request->data,
                     schema->column[schema->target[0]].name);
}

static bool open_part(struct evaluation *v, struct error *err) {
    if (!predictor_open_data(&v->predictor, &v->keep, err)) return false;
    v->part = dataset_count(v->predictor.data, PART_TEST) > 0 ? PART_TEST : PART_VALIDATION;
    if (dataset_count(v->predictor.data, v->part) > 0) return true;
    return error_set(err, ERROR_CONFIG,
                     "the config of %s has no test and no validation part; name a file to "
                     "evaluate on",
                     v->request->checkpoint);
}

static bool check_samples(const struct evaluation *v, struct error *err) {
    size_t count = dataset_count(v->predictor.data, v->part);
    for (size_t i = 0; i < count; i++)
        if (dataset_known(v->predictor.data, v->part, i)) return true;
    return error_set(err, ERROR_DATA, "%s: no sample whose targets are all in the file",
                     v->request->data != NULL ? v->request->data : v->request->checkpoint);
}

/* Number the texts of the column for --by. */
static bool find_groups(struct evaluation *v, struct error *err) {
    const struct dataset *data = v->predictor.data;
    if (v->request->by == NULL) return true;
    size_t rows = dataset_rows(data);
    v->group = memory_take(rows, sizeof *v->group, "groups", err);
    if (v->group == NULL) return false;
    for (size_t row = 0; row < rows; row++) {
        const char *text = dataset_kept_text(data, 0, row);
        if (!dictionary_add(&v->groups, text, strlen(text), &v->group[row], err)) return false;
    }
    return true;
}

/* ---- model ----------------------------------------------------------------------------------- */

/* Batches as in training: a loss is a mean of their means, and so the same as there. */
static size_t batch_size(const struct evaluation *v) {
    size_t size = v->predictor.checkpoint.config.train.batch_size;
    size_t count = dataset_count(v->predictor.data, v->part);
    return size < count ? size : count;
}

static bool set_beam(struct evaluation *v, struct error *err) {
    v->writes = schema_writes(&v->predictor.checkpoint.schema);
    if (!v->writes && v->request->beam > 0)
        return error_set(err, ERROR_CONFIG,
                         "--beam: the model writes no texts; it has no encoder and decoder");
    v->predictor.engine.beam = v->writes && v->request->beam == 0 ? 1 : v->request->beam;
    return true;
}

static bool plan(struct evaluation *v, struct error *err) {
    struct engine *engine = &v->predictor.engine;
    const struct param_kinds *metrics = &v->predictor.checkpoint.config.train.metrics;
    if (!set_beam(v, err) ||
        !predictor_plan(&v->predictor, v->request->isa, v->request->threads, batch_size(v), err))
        return false;
    if (v->writes) evaluation_texts_plan(&v->texts, engine);
    plan_want(&engine->plan, &v->order, engine->batch_size, sizeof *v->order);
    if (!metrics_start(v->metric, &v->metrics, metrics, engine, metrics_rows(engine, v->part), err))
        return false;
    if (v->request->by != NULL &&
        !breakdown_plan(&v->by, engine, v->part, metrics, v->group, v->groups.count, err))
        return false;
    if (!v->request->per_step) return true;
    const struct batch_shape *shape = &engine_targets(engine)->shape;
    if (engine->loss.class_targets || shape->target_steps ||
        shape->targets == v->predictor.checkpoint.schema.targets)
        return error_set(err, ERROR_CONFIG,
                         "--per-step: the model has no horizon of several steps");
    return breakdown_plan(&v->per_step, engine, v->part, metrics, NULL, 0, err);
}

static bool take_confusion(struct evaluation *v, struct error *err) {
    const struct engine *engine = &v->predictor.engine;
    v->classes = v->predictor.checkpoint.schema.classes;
    if (!engine->loss.class_targets || v->classes > CONFUSION_CLASSES || v->writes) return true;
    v->confusion = memory_take(v->classes * v->classes, sizeof *v->confusion, "confusions", err);
    return v->confusion != NULL;
}

/* What metrics are scaled by is of the training data, which need not be here. */
static void take_scales(struct evaluation *v) {
    const struct training_state *state = &v->predictor.checkpoint.state;
    metrics_take(v->metric, v->metrics, state);
    breakdown_take(&v->by, v->metrics, state);
    breakdown_take(&v->per_step, v->metrics, state);
}

static bool read_baselines(struct evaluation *v, struct error *err) {
    const char *text = checkpoint_baselines(&v->predictor.checkpoint);
    v->measured = text != NULL;
    return text == NULL || baselines_from_json(&v->baselines, &v->predictor.engine, text,
                                               v->request->checkpoint, err);
}

static bool open_all(struct evaluation *v, struct error *err) {
    bool good = (v->request->data != NULL ? open_input(v, err) : open_part(v, err)) &&
                check_samples(v, err) && find_groups(v, err) && plan(v, err) &&
                predictor_start(&v->predictor, err);
    if (good) take_scales(v);
    return good && take_confusion(v, err) && read_baselines(v, err);
}

bool evaluation_open(struct evaluation *v, const struct evaluation_request *request,
                     struct error *err) {
    *v = (struct evaluation){.request = request, .keep = {.column = request->by}};
    if (!predictor_open(&v->predictor, request->checkpoint, err)) return false;
    if (open_all(v, err)) return true;
    evaluation_close(v);
    return false;
}

void evaluation_close(struct evaluation *v) {
    breakdown_free(&v->by);
    breakdown_free(&v->per_step);
    baselines_free(&v->baselines);
    dictionary_free(&v->groups);
    free(v->group);
    free(v->confusion);
    predictor_close(&v->predictor);
}

void evaluation_run(struct evaluation *v) {
    struct engine *engine = &v->predictor.engine;
    const struct baselines *baselines = v->measured ? &v->baselines : NULL;
    score_part(engine, baselines, v->part, v->order, v->metric, v->metrics, &v->scores);
    if (v->request->by != NULL)
        breakdown_score(&v->by, engine, baselines, v->part, v->order, v->metrics);
    if (v->request->per_step)
        breakdown_score(&v->per_step, engine, baselines, v->part, v->order, v->metrics);
    if (v->writes) evaluation_texts_run(&v->texts, v->part, v->order);
    if (v->confusion != NULL)
        breakdown_confusion(engine, v->part, v->order, v->classes, v->confusion);
}

bool evaluation_figures(const struct evaluation *v, struct figures *to, struct error *err) {
    const struct scoreboard board = {v->metric, v->metrics, v->baselines.season};
    const struct scores *scores = v->scores.samples > 0 ? &v->scores : NULL;
    const char *prefix = v->part == PART_TEST ? "test_" : "val_";
    if (!scoreboard_figures(&board, "", scores, to, err) ||
        (v->writes && !evaluation_texts_figures(&v->texts, "", to, err)))
        return false;
    if (v->request->data != NULL) return true;
    return scoreboard_figures(&board, prefix, scores, to, err) &&
           (!v->writes || evaluation_texts_figures(&v->texts, prefix, to, err));
}
