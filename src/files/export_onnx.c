/* A model as a graph of ONNX operators, from its input to its output. */
#include "files/export_onnx.h"

#include <math.h>
#include <stdarg.h>

#include "layers/column_embedding.h"
#include "layers/layers.h"

const float *onnx_weights(const struct onnx_writer *w, const struct layer *layer, size_t tensor) {
    return w->export->weights + layer->tensor[tensor].offset;
}

bool onnx_set_value(struct onnx_writer *w, struct error *err, const char *format, ...) {
    va_list arguments;
    text_free(&w->value);
    va_start(arguments, format);
    text_format_list(&w->value, format, arguments);
    va_end(arguments);
    return !w->value.failed || error_set(err, ERROR_SYSTEM, "out of memory (a graph)");
}

/* ---- layers ---------------------------------------------------------------------------------- */

static bool add_layer(struct onnx_writer *w, const struct layer *layer, struct error *err) {
    const struct activation_settings *activation = layer->settings;
    const struct layer_ops *ops = layer->ops;
    bool good = true;
    if (ops == &lstm_ops || ops == &gru_ops || ops == &simple_rnn_ops)
        good = onnx_add_recurrent(w, layer, err);
    else if (ops == &bidirectional_ops)
        good = onnx_add_bidirectional(w, layer, err);
    else if (ops == &dense_ops)
        good = onnx_add_dense(w, layer, err);
    else if (ops == &activation_ops)
        good = onnx_add_activation(w, layer->name, (enum activation)activation->activation,
                                   w->value.bytes, err);
    else if (ops == &layer_normalization_ops)
        good = onnx_add_normalization(w, layer, err);
    else if (ops == &column_embedding_ops)
        good = onnx_add_column_embedding(w, layer, err);
    else if (ops == &embedding_ops)
        onnx_add_embedding(w, layer);
    else if (ops == &pool_ops)
        onnx_add_pool(w, layer);
    else if (ops == &repeat_vector_ops)
        onnx_add_repeat(w, layer);
    else if (ops == &dropout_ops || ops == &masking_ops) /* masks are made before the layers */
        onnx_node(&w->graph, "Identity", NULL, "%s > %s/y", w->value.bytes, layer->name);
    else
        return error_set(err, ERROR_CONFIG, "layer '%s': there is no ONNX operator for its type",
                         layer->name);
    return good && onnx_set_value(w, err, "%s/y", layer->name);
}

/* ---- the graph ------------------------------------------------------------------------------- */

static void add_integer(struct onnx_writer *w, const char *name, int64_t value) {
    if (onnx_takes(&w->graph, name)) onnx_integer_tensor(&w->graph, 1, &value, "%s", name);
}

static void add_number(struct onnx_writer *w, const char *name, float value) {
    const size_t one = 1;
    if (onnx_takes(&w->graph, name)) onnx_tensor(&w->graph, 1, &one, &value, "%s", name);
}

/* Those that nodes have asked for by name: a runtime warns of the others. */
static void add_constants(struct onnx_writer *w) {
    add_integer(w, "first_axis", 0);
    add_integer(w, "second_axis", 1);
    add_integer(w, "from_end", -1);
    add_integer(w, "to_start", INT64_MIN);
    add_integer(w, "backwards", -1);
    add_number(w, "no_number", 0);
    add_number(w, "least_number", -INFINITY);
}

static void swap_first_axes(struct onnx_writer *w, const char *from, const char *to) {
    struct text attributes = {0};
    onnx_integers(&attributes, "perm", 3, (int64_t[]){1, 0, 2});
    onnx_node(&w->graph, "Transpose", &attributes, "%s > %s", from, to);
}

static void add_lengths(struct onnx_writer *w) {
    struct text attributes = {0};
    onnx_input(&w->graph, "lengths", ONNX_INT32, 1, NULL, (const char *[]){"batch"});
    onnx_integer(&attributes, "to", ONNX_INT64);
    onnx_node(&w->graph, "Cast", &attributes, "lengths > lengths64");
    w->lengths = "lengths";
    w->lengths64 = "lengths64";
}

static bool add_inputs(struct onnx_writer *w, struct error *err) {
    const struct model *model = w->export->model;
    bool ragged = w->export->schema->steps == 0;
    onnx_input(&w->graph, "input", ONNX_FLOAT, 3, (size_t[]){0, 0, model->features},
               (const char *[]){"batch", "time", NULL});
    swap_first_axes(w, "input", "steps");
    if (!onnx_set_value(w, err, "steps") || (w->export->scaled && !onnx_add_scaling(w, err)))
        return false;
    if (ragged) add_lengths(w);
    if (ragged || model->layer[0].masks) onnx_add_step_numbers(w);
    return !model->layer[0].masks || onnx_add_mask(w, &model->layer[0], err);
}

/* As rnnpredict has them: quantiles in order, logits as probabilities. */
static bool add_answers(struct onnx_writer *w, struct error *err) {
    static const char *const name = "/probability";
    enum activation finish = w->export->finish;
    if (!onnx_add_sort(w, err)) return false;
    if (w->masked && w->export->model->output_sequence && !onnx_add_unmask(w, err)) return false;
    if (finish != ACTIVATION_LINEAR &&
        !(onnx_add_activation(w, name, finish, w->value.bytes, err) &&
          onnx_set_value(w, err, "%s/y", name)))
        return false;
    return !w->export->scaled || onnx_add_unscaling(w, err);
}

static void add_outputs(struct onnx_writer *w) {
    size_t units = w->export->model->outputs;
    if (w->export->model->output_sequence) {
        swap_first_axes(w, w->value.bytes, "output");
        onnx_output(&w->graph, "output", ONNX_FLOAT, 3, (size_t[]){0, 0, units},
                    (const char *[]){"batch", "time", NULL});
    } else {
        onnx_node(&w->graph, "Identity", NULL, "%s > output", w->value.bytes);
        onnx_output(&w->graph, "output", ONNX_FLOAT, 2, (size_t[]){0, units},
                    (const char *[]){"batch", NULL});
    }
}

bool export_onnx(const struct export *export, const char *path, struct error *err) {
    struct onnx_writer w = {.export = export};
    bool good = add_inputs(&w, err);
    for (size_t i = 0; good && i < export->model->layers; i++)
        good = add_layer(&w, &export->model->layer[i], err);
    good = good && add_answers(&w, err);
    if (good) add_outputs(&w);
    if (good) add_constants(&w);
    good = good && onnx_write(&w.graph, "rnntrain", "made by rnnexport", path, err);
    onnx_free(&w.graph);
    text_free(&w.value);
    return good;
}
