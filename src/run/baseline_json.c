/* Baselines as they are kept in a checkpoint:
 *
 *     {"mean":[...],"season":12,"linear":{"steps":6,"weights":[...]}}
 *
 * with "majority" instead for classes; "season" is 1 where a forecast has none. */
#include <stdlib.h>
#include <string.h>

#include "files/json.h"
#include "run/baseline.h"

static void add_numbers(struct text *to, const char *key, const double *number, size_t count) {
    json_key(to, key);
    json_open(to, '[');
    for (size_t i = 0; i < count; i++) json_add_number(to, number[i]);
    json_close(to, ']');
}

void baselines_to_json(const struct baselines *b, struct text *to) {
    json_open(to, '{');
    if (b->given[BASELINE_MEAN]) add_numbers(to, "mean", b->level, b->width);
    if (b->given[BASELINE_MAJORITY]) add_numbers(to, "majority", b->level, b->width);
    if (b->given[BASELINE_PERSISTENCE]) {
        json_put_count(to, "season", b->given[BASELINE_SEASONAL] ? b->season : 1);
    }
    if (b->given[BASELINE_LINEAR]) {
        json_key(to, "linear");
        json_open(to, '{');
        json_put_count(to, "steps", b->steps);
        add_numbers(to, "weights", b->weight, b->width * (b->steps * b->features + 1));
        json_close(to, '}');
    }
    json_close(to, '}');
}

/* ---- reading --------------------------------------------------------------------------------- */

struct reader {
    struct baselines *baselines;
    const struct engine *engine;
    const char *name;
    struct error *err;
};

static bool expected(struct reader *r, const char *key, const char *what) {
    return error_set(r->err, ERROR_CHECKPOINT, "%s: baselines: \"%s\": expected %s", r->name, key,
                     what);
}

static bool read_numbers(struct reader *r, const struct json *list, const char *key, size_t count,
                         double **to) {
    size_t i = 0;
    if (!json_is_list(list) || list->count != count)
        return expected(r, key, "a list of as many numbers as the model asks for");
    *to = memory_take(count, sizeof **to, "baselines", r->err);
    if (*to == NULL) return false;
    struct json_list walk = json_list_of(list);
    for (const struct json *v; (v = json_list_next(&walk)) != NULL;) {
        if (v->type != JSON_NUMBER) return expected(r, key, "numbers");
        (*to)[i++] = v->number;
    }
    return true;
}

static bool read_level(struct reader *r, const struct json *root) {
    struct baselines *b = r->baselines;
    if (root->type != JSON_OBJECT)
        return error_set(r->err, ERROR_CHECKPOINT, "%s: baselines: expected an object", r->name);
    bool classes = r->engine->loss.class_targets;
    const char *key = classes ? "majority" : "mean";
    const struct json *list = json_member(root, key);
    if (list == NULL) return true;
    b->given[classes ? BASELINE_MAJORITY : BASELINE_MEAN] = true;
    return read_numbers(r, list, key, b->width, &b->level);
}

static bool read_season(struct reader *r, const struct json *root) {
    struct baselines *b = r->baselines;
    const struct json *season = json_member(root, "season");
    if (season == NULL) return true;
    if (!dataset_forecasts(r->engine->data) || !b->given[BASELINE_MEAN] ||
        !json_count(season, &b->season) || b->season < 1 || b->season > 1000000000)
        return expected(r, "season", "a number of rows, and forecasts");
    b->given[BASELINE_PERSISTENCE] = true;
    b->given[BASELINE_SEASONAL] = b->season > 1;
    return true;
}

static bool read_linear(struct reader *r, const struct json *root) {
    struct baselines *b = r->baselines;
    const struct json *linear = json_member(root, "linear");
    size_t steps = dataset_schema(r->engine->data)->steps;
    if (linear == NULL) return true;
    if (!b->given[BASELINE_MEAN] || engine_targets(r->engine)->shape.target_steps ||
        !json_count(json_member(linear, "steps"), &b->steps) || b->steps < 1 || b->steps > steps)
        return expected(r, "linear", "a number of the inputs' steps");
    b->given[BASELINE_LINEAR] = true;
    return read_numbers(r, json_member(linear, "weights"), "weights",
                        b->width * (b->steps * b->features + 1), &b->weight);
}

bool baselines_from_json(struct baselines *b, const struct engine *engine, const char *text,
                         const char *name, struct error *err) {
    static const struct json_limits limits = {(size_t)16 << 20, 4, (size_t)1 << 20};
    struct json_document document;
    struct reader r = {b, engine, name, err};
    *b = (struct baselines){.width = baselines_width(engine),
                            .features = engine->batch.shape.features};
    if (!json_read(&document, text, strlen(text), &limits, name, ERROR_CHECKPOINT, err))
        return false;
    bool good = read_level(&r, document.root) && read_season(&r, document.root) &&
                read_linear(&r, document.root) && baselines_take_scratch(b, engine, err);
    json_free(&document);
    if (!good) baselines_free(b);
    return good;
}
