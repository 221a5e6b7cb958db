/* rnnpredict - predictions of a trained model for a CSV file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/checkpoint.h"
#include "run/predict.h"
#include "tools/cli.h"
#include "tools/task.h"
#include "tools/tools.h"

enum { SET_PROBABILITIES, SET_THREADS, SET_ISA };

static const struct cli_option options[] = {
    {"probabilities", 'p', NULL, "a column p_CLASS for each class instead of the class",
     SET_PROBABILITIES},
    {"threads", 0, "N", "threads to use; results do not depend on it", SET_THREADS},
    {"isa", 0, "NAME",
     "instruction set: auto, generic, avx2 or avx512; results do not depend on it", SET_ISA},
    {NULL, 0, NULL, NULL, 0},
};

struct settings {
    bool probabilities;
    size_t threads;
    const char *isa;
};

static bool set(void *settings, int id, const char *value, struct error *err) {
    struct settings *s = settings;
    switch (id) {
    case SET_PROBABILITIES: s->probabilities = true; return true;
    case SET_THREADS: return cli_count("threads", value, 1, 1024, &s->threads, err);
    default: s->isa = value; return true;
    }
}

/* Steps of a block: enough to keep the kernels busy, little enough to stay small. */
enum { BLOCK_STEPS = 16384, BLOCK_ROWS = 512 };

struct prediction {
    const struct settings *settings;
    struct checkpoint checkpoint;
    struct dataset *data;
    struct engine engine;
    bool classes; /* the target is a class */
};

/* ---- output ---------------------------------------------------------------------------------- */

static const struct schema_column *target_column(const struct prediction *p, size_t target) {
    return &p->checkpoint.schema.column[p->checkpoint.schema.target[target]];
}

static void add_class(const struct prediction *p, size_t class, struct text *to) {
    const struct schema_column *column = target_column(p, 0);
    if (class < column->categories)
        text_add_csv(to, column->category[class]);
    else
        text_format(to, "%zu", class);
}

/* y, or y+1 ... y+H with a horizon; p_CLASS for each class. */
static void add_header(const struct prediction *p, struct text *to) {
    const struct schema *schema = &p->checkpoint.schema;
    size_t width = p->engine.batch.shape.targets, horizon = width / schema->targets;
    dataset_label_header(p->data, to);
    if (p->classes && p->settings->probabilities) {
        for (size_t c = 0; c < schema->classes; c++) {
            struct text name = {0};
            text_add(&name, "p_");
            const struct schema_column *column = target_column(p, 0);
            if (c < column->categories)
                text_add(&name, column->category[c]);
            else
                text_format(&name, "%zu", c);
            if (c > 0) text_add(to, ",");
            text_add_csv(to, name.bytes != NULL ? name.bytes : "");
            text_free(&name);
        }
    } else if (p->classes)
        text_add_csv(to, target_column(p, 0)->name);
    else
        for (size_t i = 0; i < width; i++) {
            struct text name = {0};
            text_add(&name, target_column(p, i / horizon)->name);
            if (horizon > 1) text_format(&name, "+%zu", i % horizon + 1);
            if (i > 0) text_add(to, ",");
            text_add_csv(to, name.bytes != NULL ? name.bytes : "");
            text_free(&name);
        }
    text_add(to, "\n");
}

static void add_number(struct text *to, double value) {
    char number[32];
    text_add(to, text_number(value, number));
}

static void add_class_answer(const struct prediction *p, const double *output, struct text *to) {
    size_t width = p->engine.model.outputs, classes = p->checkpoint.schema.classes, best = 0;
    const double two[2] = {1 - output[0], output[0]};
    const double *probability = width == 1 ? two : output; /* one sigmoid speaks for two classes */
    if (width == 1) width = 2;
    if (p->settings->probabilities) {
        for (size_t c = 0; c < classes; c++) {
            if (c > 0) text_add(to, ",");
            add_number(to, c < width ? probability[c] : 0);
        }
        return;
    }
    for (size_t c = 1; c < width; c++)
        if (probability[c] > probability[best]) best = c;
    add_class(p, best, to);
}

static void add_answer(const struct prediction *p, const double *output, struct text *to) {
    if (p->classes)
        add_class_answer(p, output, to);
    else
        for (size_t i = 0; i < p->engine.model.outputs; i++) {
            if (i > 0) text_add(to, ",");
            add_number(to, output[i]);
        }
    text_add(to, "\n");
}

static bool print_block(void *context, const struct predict_block *block, struct error *err) {
    const struct prediction *p = context;
    const struct engine *e = &p->engine;
    struct text to = {0};
    for (size_t i = 0; i < block->count; i++) {
        size_t sample = block->first + i;
        size_t steps =
            e->batch.shape.target_steps ? dataset_length(p->data, PART_TRAIN, sample) : 1;
        for (size_t t = 0; t < steps; t++) {
            dataset_label(p->data, PART_TRAIN, sample, t, &to);
            add_answer(p, e->restored + predict_place(block, i, t) * e->model.outputs, &to);
        }
    }
    return cli_print_text(&to, err);
}

/* ---- the run --------------------------------------------------------------------------------- */

/* The file's schema and its config are two witnesses; the model is built from both. */
static bool set_up(struct prediction *p, struct error *err) {
    struct engine *engine = &p->engine;
    const struct config *config = &p->checkpoint.config;
    struct batch_shape shape = {0};
    dataset_shape(p->data, &shape);
    size_t rows = BLOCK_STEPS / (shape.steps > 0 ? shape.steps : 1);
    engine->data = p->data;
    engine->kernels = kernels_select(p->settings->isa, err);
    engine->threads = p->settings->threads;
    engine->batch_size = rows < 1 ? 1 : rows < BLOCK_ROWS ? rows : BLOCK_ROWS;
    p->classes = p->checkpoint.schema.target_kind == TARGET_CLASS;
    if (engine->kernels == NULL) return false;
    if (p->settings->probabilities && !p->classes)
        return error_set(err, ERROR_CONFIG,
                         "--probabilities: the target '%s' is a number, not a class",
                         target_column(p, 0)->name);
    if (config->train.loss.kind == NULL)
        return error_set(err, ERROR_CHECKPOINT, "%s: its config has no loss", p->checkpoint.path);
    if (!task_model(config, &config->train.loss, &p->checkpoint.schema, &shape, engine, err)) {
        if (err->kind == ERROR_CONFIG) err->kind = ERROR_CHECKPOINT;
        return false;
    }
    return engine_plan(engine, err) && engine_start(engine, err) &&
           checkpoint_weights(&p->checkpoint, &engine->model, engine->model.weights, err);
}

static bool predict(struct prediction *p, const char *path, struct error *err) {
    struct text header = {0};
    if (!dataset_open_input(&p->data, &p->checkpoint.config.data, &p->checkpoint.schema, path,
                            err) ||
        !set_up(p, err))
        return false;
    add_header(p, &header);
    return cli_print_text(&header, err) && predict_all(&p->engine, print_block, p, err);
}

static bool run(void *settings, struct cli_call *call, struct error *err) {
    struct prediction p = {.settings = settings};
    if (!checkpoint_open(&p.checkpoint, call->operand[0], err)) return false;
    bool good = predict(&p, call->operands > 1 ? call->operand[1] : "-", err);
    engine_stop(&p.engine);
    dataset_close(p.data);
    checkpoint_close(&p.checkpoint);
    return good;
}

int rnnpredict_main(int argc, char **argv) {
    static const struct cli_tool tool = {
        .name = "rnnpredict",
        .operands = "model.ckpt [input.csv]",
        .summary = "Predict with a trained model: CSV in, CSV out. Columns are found by name; "
                   "without a file, or with -, standard input is read.",
        .options = options,
        .least = 1,
        .most = 2,
        .set = set,
        .run = run,
    };
    struct settings settings = {.isa = "auto"};
    return cli_main(&tool, &settings, argc, argv);
}
