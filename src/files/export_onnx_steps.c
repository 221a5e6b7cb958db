/* Layers that look across the steps of a sequence, lengths and masks, as ONNX operators. */
#include "files/export_onnx.h"
#include "layers/layers.h"

static void cast(struct onnx_writer *w, const char *from, const char *to, enum onnx_type type) {
    struct text attributes = {0};
    onnx_integer(&attributes, "to", type);
    onnx_node(&w->graph, "Cast", &attributes, "%s > %s", from, to);
}

/* The sum over the steps, without their axis. */
static void sum_steps(struct onnx_writer *w, const char *from, const char *to) {
    struct text attributes = {0};
    onnx_integer(&attributes, "keepdims", 0);
    onnx_node(&w->graph, "ReduceSum", &attributes, "%s first_axis > %s", from, to);
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* step_numbers [T][1] */
void onnx_add_step_numbers(struct onnx_writer *w) {
    struct text attributes = {0};
    onnx_integer(&attributes, "start", 0);
    onnx_integer(&attributes, "end", 1);
    onnx_node(&w->graph, "Shape", &attributes, "%s > step_count", w->value.bytes);
    onnx_node(&w->graph, "Squeeze", NULL, "step_count > step_end");
    onnx_node(&w->graph, "Squeeze", NULL, "first_axis > number_0");
    onnx_node(&w->graph, "Squeeze", NULL, "second_axis > number_1");
    onnx_node(&w->graph, "Range", NULL, "number_0 step_end number_1 > step_list");
    onnx_node(&w->graph, "Unsqueeze", NULL, "step_list second_axis > step_numbers");
}

/* valid_steps [T][B], by Keras' rule: a step counts when any of its features is something else. */
static void add_valid_steps(struct onnx_writer *w, const struct layer *first) {
    const float value = first->mask_value;
    struct text attributes = {0};
    onnx_tensor(&w->graph, 1, (size_t[]){1}, &value, "mask_value");
    onnx_node(&w->graph, "Equal", NULL, "%s mask_value > equal_numbers", w->value.bytes);
    cast(w, "equal_numbers", "equal_counts", ONNX_INT32);
    onnx_integers(&attributes, "axes", 1, (int64_t[]){-1});
    onnx_integer(&attributes, "keepdims", 0);
    onnx_node(&w->graph, "ReduceMin", &attributes, "equal_counts > padding_counts");
    cast(w, "padding_counts", "padding_steps", ONNX_BOOL);
    onnx_node(&w->graph, "Not", NULL, "padding_steps > %s",
              w->lengths != NULL ? "other_steps" : "valid_steps");
    if (w->lengths == NULL) return;
    onnx_node(&w->graph, "Less", NULL, "step_numbers %s > given_steps", w->lengths64);
    onnx_node(&w->graph, "And", NULL, "other_steps given_steps > valid_steps");
}

/* GatherElements wants an index for each number. */
static void take_steps(struct onnx_writer *w, const char *from, const char *index, const char *to) {
    onnx_node(&w->graph, "Unsqueeze", NULL, "%s from_end > %s_column", index, index);
    onnx_node(&w->graph, "Shape", NULL, "%s > %s_shape", from, index);
    onnx_node(&w->graph, "Expand", NULL, "%s_column %s_shape > %s_wide", index, index, index);
    struct text attributes = {0};
    onnx_integer(&attributes, "axis", 0);
    onnx_node(&w->graph, "GatherElements", &attributes, "%s %s_wide > %s", from, index, to);
}

/* In the order of t - T for valid steps and t for the others. */
bool onnx_add_mask(struct onnx_writer *w, const struct layer *first, struct error *err) {
    struct text attributes = {0};
    add_valid_steps(w, first);
    cast(w, "valid_steps", "valid_counts", ONNX_INT64);
    onnx_node(&w->graph, "Mul", NULL, "valid_counts step_count > valid_shift");
    onnx_node(&w->graph, "Sub", NULL, "step_numbers valid_shift > valid_keys");
    onnx_integer(&attributes, "axis", 0);
    onnx_integer(&attributes, "largest", 0);
    onnx_node(&w->graph, "TopK", &attributes, "valid_keys step_count > sorted_keys valid_order");
    take_steps(w, w->value.bytes, "valid_order", "valid_first");
    sum_steps(w, "valid_counts", "valid_lengths64");
    cast(w, "valid_lengths64", "valid_lengths", ONNX_INT32);
    w->lengths = "valid_lengths";
    w->lengths64 = "valid_lengths64";
    w->masked = true;
    return onnx_set_value(w, err, "valid_first");
}

/* A masked step repeats the output before it; before the first valid one stand zeros. */
bool onnx_add_unmask(struct onnx_writer *w, struct error *err) {
    onnx_node(&w->graph, "CumSum", NULL, "valid_counts number_0 > valid_so_far");
    onnx_node(&w->graph, "Sub", NULL, "valid_so_far number_1 > valid_rank");
    onnx_node(&w->graph, "Max", NULL, "valid_rank number_0 > valid_place");
    take_steps(w, w->value.bytes, "valid_place", "steps_repeated");
    onnx_node(&w->graph, "Less", NULL, "valid_rank number_0 > too_early");
    onnx_node(&w->graph, "Unsqueeze", NULL, "too_early from_end > too_early_column");
    onnx_node(&w->graph, "Where", NULL, "too_early_column no_number steps_repeated > steps_back");
    return onnx_set_value(w, err, "steps_back");
}

/* ---- layers ---------------------------------------------------------------------------------- */

enum { POOL_LAST, POOL_MEAN, POOL_MAX }; /* ORDER of pool's mode */

static void pool_all(struct onnx_writer *w, const char *name, int mode) {
    struct text attributes = {0};
    if (mode == POOL_LAST) {
        onnx_node(&w->graph, "Gather", NULL, "%s from_end > %s/last", w->value.bytes, name);
        onnx_node(&w->graph, "Squeeze", NULL, "%s/last first_axis > %s/y", name, name);
        return;
    }
    onnx_integers(&attributes, "axes", 1, (int64_t[]){0});
    onnx_integer(&attributes, "keepdims", 0);
    onnx_node(&w->graph, mode == POOL_MEAN ? "ReduceMean" : "ReduceMax", &attributes, "%s > %s/y",
              w->value.bytes, name);
}

/* The sum over the steps that count, of which last has one; or the largest of them. */
static void pool_lengths(struct onnx_writer *w, const char *name, int mode) {
    struct text attributes = {0}, to = {0}, type = {0};
    if (mode == POOL_LAST) {
        onnx_node(&w->graph, "Sub", NULL, "%s number_1 > %s/end", w->lengths64, name);
        onnx_node(&w->graph, "Equal", NULL, "step_numbers %s/end > %s/counts", name, name);
    } else {
        onnx_node(&w->graph, "Less", NULL, "step_numbers %s > %s/counts", w->lengths64, name);
    }
    onnx_node(&w->graph, "Unsqueeze", NULL, "%s/counts from_end > %s/counts_column", name, name);
    onnx_node(&w->graph, "Where", NULL, "%s/counts_column %s %s > %s/counted", name, w->value.bytes,
              mode == POOL_MAX ? "least_number" : "no_number", name);
    if (mode == POOL_MAX) {
        onnx_integers(&attributes, "axes", 1, (int64_t[]){0});
        onnx_integer(&attributes, "keepdims", 0);
        onnx_node(&w->graph, "ReduceMax", &attributes, "%s/counted > %s/y", name, name);
        return;
    }
    onnx_integer(&to, "keepdims", 0);
    onnx_node(&w->graph, "ReduceSum", &to, "%s/counted first_axis > %s/%s", name, name,
              mode == POOL_MEAN ? "sum" : "y");
    if (mode != POOL_MEAN) return;
    onnx_node(&w->graph, "Max", NULL, "%s number_1 > %s/length", w->lengths64, name);
    onnx_integer(&type, "to", ONNX_FLOAT);
    onnx_node(&w->graph, "Cast", &type, "%s/length > %s/divisor", name, name);
    onnx_node(&w->graph, "Unsqueeze", NULL, "%s/divisor from_end > %s/divisor_column", name, name);
    onnx_node(&w->graph, "Div", NULL, "%s/sum %s/divisor_column > %s/y", name, name, name);
}

void onnx_add_pool(struct onnx_writer *w, const struct layer *layer) {
    const struct pool_settings *settings = layer->settings;
    (w->lengths == NULL ? pool_all : pool_lengths)(w, layer->name, settings->mode);
}

/* What follows has the same steps in all rows. */
void onnx_add_repeat(struct onnx_writer *w, const struct layer *layer) {
    const struct repeat_vector_settings *settings = layer->settings;
    const char *name = layer->name;
    onnx_integer_tensor(&w->graph, 3, (int64_t[]){(int64_t)settings->n, 1, 1}, "%s/times", name);
    onnx_node(&w->graph, "Unsqueeze", NULL, "%s first_axis > %s/step", w->value.bytes, name);
    onnx_node(&w->graph, "Tile", NULL, "%s/step %s/times > %s/y", name, name, name);
    w->lengths = w->lengths64 = NULL;
    w->masked = false;
}
