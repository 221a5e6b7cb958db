/* Inputs and outputs of an ONNX graph in the data's own units, and in the form that rnnpredict gives
 * them. Scales are undone in double, as rnntrain does it: a large centre leaves digits. */
#include <stdlib.h>

#include "base/memory.h"
#include "files/export_onnx.h"

/* Centre and spread of each number of a step; of each step, where they are not all alike. */
struct units {
    double *center, *spread; /* [steps][width] */
    size_t steps, width;
};

static void free_units(struct units *u) {
    free(u->center);
    free(u->spread);
}

static bool take_units(struct units *u, size_t numbers, size_t width, struct error *err) {
    *u = (struct units){.steps = numbers / width, .width = width};
    u->center = memory_take(numbers, sizeof *u->center, "scales", err);
    u->spread = memory_take(numbers, sizeof *u->spread, "scales", err);
    for (size_t i = 0; u->center != NULL && u->spread != NULL && i < numbers; i++) u->spread[i] = 1;
    return u->center != NULL && u->spread != NULL;
}

static bool set_number(struct units *u, size_t i, const struct schema_column *column,
                       struct error *err) {
    if (column->type != COLUMN_NUMBER) return true;
    if (column->difference > 0)
        return error_set(err, ERROR_CONFIG,
                         "--scaled: column \"%s\" has difference: %zu, which needs rows that the "
                         "graph is not given",
                         column->name, column->difference);
    if (column->log)
        return error_set(err, ERROR_CONFIG,
                         "--scaled: column \"%s\" has log: true, and the graph's logarithm would "
                         "not be rnntrain's",
                         column->name);
    u->center[i] = column->center;
    u->spread[i] = column->spread;
    return true;
}

/* One step stands for all where they are alike. */
static void join_steps(struct units *u) {
    for (size_t i = u->width; i < u->steps * u->width; i++)
        if (u->center[i] != u->center[i - u->width] || u->spread[i] != u->spread[i - u->width])
            return;
    u->steps = 1;
}

static bool find_inputs(struct units *u, const struct onnx_writer *w, struct error *err) {
    const struct schema *schema = w->export->schema;
    size_t numbers = 0, at = 0;
    for (size_t i = 0; i < schema->inputs; i++)
        numbers += schema_width(&schema->column[schema->input[i]]);
    if (!take_units(u, numbers, schema->features, err)) return false;
    for (size_t i = 0; i < schema->inputs; i++) {
        const struct schema_column *column = &schema->column[schema->input[i]];
        if (!set_number(u, at, column, err)) return false;
        at += schema_width(column);
    }
    join_steps(u);
    return true;
}

/* The outputs of a target stand together; with a target for each of a row's steps there are more
 * targets than a step has outputs. */
static bool find_outputs(struct units *u, const struct onnx_writer *w, struct error *err) {
    const struct schema *schema = w->export->schema;
    size_t outputs = w->export->model->outputs, all = schema->targets * w->export->levels;
    if (all < outputs) all = outputs;
    if (!take_units(u, all, outputs, err)) return false;
    for (size_t i = 0; i < all; i++) {
        size_t target = schema->target[i / (all / schema->targets)];
        if (!set_number(u, i, &schema->column[target], err)) return false;
    }
    join_steps(u);
    return true;
}

static void cast(struct onnx_writer *w, const char *from, const char *to, enum onnx_type type) {
    struct text attributes = {0};
    onnx_integer(&attributes, "to", type);
    onnx_node(&w->graph, "Cast", &attributes, "%s > %s", from, to);
}

static void add_tensors(struct onnx_writer *w, const struct units *u, size_t rank,
                        const char *name) {
    const size_t shape[] = {u->steps, 1, u->width};
    onnx_double_tensor(&w->graph, rank, shape + 3 - rank, u->center, "%s_center", name);
    onnx_double_tensor(&w->graph, rank, shape + 3 - rank, u->spread, "%s_spread", name);
}

bool onnx_add_scaling(struct onnx_writer *w, struct error *err) {
    struct units u = {0};
    bool good = find_inputs(&u, w, err);
    if (good) {
        add_tensors(w, &u, 3, "input");
        cast(w, w->value.bytes, "input_numbers", ONNX_DOUBLE);
        onnx_node(&w->graph, "Sub", NULL, "input_numbers input_center > input_centered");
        onnx_node(&w->graph, "Div", NULL, "input_centered input_spread > input_scaled");
        cast(w, "input_scaled", "input_read", ONNX_FLOAT);
    }
    free_units(&u);
    return good && onnx_set_value(w, err, "input_read");
}

bool onnx_add_unscaling(struct onnx_writer *w, struct error *err) {
    struct units u = {0};
    if (w->export->schema->target_kind != TARGET_NUMBER) return true;
    bool good = find_outputs(&u, w, err);
    if (good) {
        add_tensors(w, &u, w->export->model->output_sequence ? 3 : 1, "output");
        cast(w, w->value.bytes, "output_numbers", ONNX_DOUBLE);
        onnx_node(&w->graph, "Mul", NULL, "output_numbers output_spread > output_spreaded");
        onnx_node(&w->graph, "Add", NULL, "output_spreaded output_center > output_unscaled");
        cast(w, "output_unscaled", "output_given", ONNX_FLOAT);
    }
    free_units(&u);
    return good && onnx_set_value(w, err, "output_given");
}

bool onnx_add_sort(struct onnx_writer *w, struct error *err) {
    struct text attributes = {0};
    int64_t levels = (int64_t)w->export->levels;
    if (levels < 2) return true;
    onnx_integer_tensor(&w->graph, 1, &levels, "levels");
    onnx_integer_tensor(&w->graph, 2, (int64_t[]){-1, levels}, "levels_shape");
    onnx_node(&w->graph, "Shape", NULL, "%s > answers_shape", w->value.bytes);
    onnx_node(&w->graph, "Reshape", NULL, "%s levels_shape > answers", w->value.bytes);
    onnx_integer(&attributes, "axis", -1);
    onnx_integer(&attributes, "largest", 0);
    onnx_node(&w->graph, "TopK", &attributes, "answers levels > answers_sorted answers_order");
    onnx_node(&w->graph, "Reshape", NULL, "answers_sorted answers_shape > answers_in_order");
    return onnx_set_value(w, err, "answers_in_order");
}
