#include "files/onnx.h"

#include <stdlib.h>
#include <string.h>

#include "files/atomic.h"
#include "files/protobuf.h"

/* Numbers of fields, from onnx.proto. */
enum { MODEL_IR = 1, MODEL_PRODUCER = 2, MODEL_VERSION = 3, MODEL_ABOUT = 6, MODEL_GRAPH = 7 };
enum { MODEL_OPSET = 8, OPSET_DOMAIN = 1, OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_TENSOR = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OPERATION = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_FLOAT = 2, ATTRIBUTE_INTEGER = 3, ATTRIBUTE_TEXT = 4 };
enum { ATTRIBUTE_FLOATS = 7, ATTRIBUTE_INTEGERS = 8, ATTRIBUTE_TEXTS = 9, ATTRIBUTE_TYPE = 20 };
enum { TYPE_FLOAT = 1, TYPE_INTEGER, TYPE_TEXT, TYPE_FLOATS = 6, TYPE_INTEGERS, TYPE_TEXTS };
enum { TENSOR_EXTENT = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_BYTES = 9 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, ELEMENT_TYPE = 1, ELEMENT_SHAPE = 2 };
enum { SHAPE_DIMENSION = 1, DIMENSION_NUMBER = 1, DIMENSION_NAME = 2 };
enum { IR_VERSION = 8, OPSET = 17 };

/* ---- attributes ------------------------------------------------------------------------------ */

static void add_attribute(struct text *to, const char *name, int type, struct text *value) {
    protobuf_text(value, ATTRIBUTE_NAME, name);
    protobuf_integer(value, ATTRIBUTE_TYPE, type);
    protobuf_message(to, NODE_ATTRIBUTE, value);
}

void onnx_integer(struct text *attributes, const char *name, int64_t value) {
    struct text text = {0};
    protobuf_integer(&text, ATTRIBUTE_INTEGER, value);
    add_attribute(attributes, name, TYPE_INTEGER, &text);
}

void onnx_float(struct text *attributes, const char *name, float value) {
    struct text text = {0};
    protobuf_float(&text, ATTRIBUTE_FLOAT, value);
    add_attribute(attributes, name, TYPE_FLOAT, &text);
}

void onnx_string(struct text *attributes, const char *name, const char *value) {
    struct text text = {0};
    protobuf_text(&text, ATTRIBUTE_TEXT, value);
    add_attribute(attributes, name, TYPE_TEXT, &text);
}

void onnx_integers(struct text *attributes, const char *name, size_t count, const int64_t *value) {
    struct text text = {0};
    for (size_t i = 0; i < count; i++) protobuf_integer(&text, ATTRIBUTE_INTEGERS, value[i]);
    add_attribute(attributes, name, TYPE_INTEGERS, &text);
}

void onnx_strings(struct text *attributes, const char *name, size_t count,
                  const char *const *value) {
    struct text text = {0};
    for (size_t i = 0; i < count; i++) protobuf_text(&text, ATTRIBUTE_TEXTS, value[i]);
    add_attribute(attributes, name, TYPE_TEXTS, &text);
}

void onnx_floats(struct text *attributes, const char *name, size_t count, const float *value) {
    struct text text = {0};
    for (size_t i = 0; i < count; i++) protobuf_float(&text, ATTRIBUTE_FLOATS, value[i]);
    add_attribute(attributes, name, TYPE_FLOATS, &text);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static void add_names(struct text *node, unsigned field, const char *names, const char *end) {
    while (names < end) {
        size_t length = strcspn(names, " ");
        protobuf_bytes(node, field, names, *names == '~' ? 0 : length);
        names += length + 1;
    }
}

void onnx_node(struct onnx_graph *graph, const char *operation, struct text *attributes,
               const char *names, ...) {
    static const char to[] = " > ";
    struct text all = {0}, node = {0};
    va_list arguments;
    va_start(arguments, names);
    text_format_list(&all, names, arguments);
    va_end(arguments);
    const char *arrow = all.failed ? NULL : strstr(all.bytes, to);
    if (arrow != NULL) {
        const char *output = arrow + strlen(to);
        add_names(&node, NODE_INPUT, all.bytes, arrow);
        add_names(&node, NODE_OUTPUT, output, all.bytes + all.length);
        protobuf_bytes(&node, NODE_NAME, output, strcspn(output, " "));
    }
    node.failed |= all.failed || (attributes != NULL && attributes->failed);
    text_free(&all);
    protobuf_text(&node, NODE_OPERATION, operation);
    if (attributes != NULL && attributes->length > 0)
        text_add_bytes(&node, attributes->bytes, attributes->length);
    if (attributes != NULL) text_free(attributes);
    protobuf_message(&graph->nodes, GRAPH_NODE, &node);
}

bool onnx_takes(struct onnx_graph *graph, const char *name) {
    struct text field = {0};
    protobuf_text(&field, NODE_INPUT, name);
    if (field.failed) graph->nodes.failed = true;
    bool found = !field.failed && graph->nodes.length > 0 &&
                 memmem(graph->nodes.bytes, graph->nodes.length, field.bytes, field.length) != NULL;
    text_free(&field);
    return found;
}

/* ---- tensors --------------------------------------------------------------------------------- */

/* Little-endian, as the format asks. */
static void add_words(struct text *to, const void *values, size_t count, size_t size) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    protobuf_bytes(to, TENSOR_BYTES, values, count * size);
#else
    struct text bytes = {0};
    for (size_t i = 0; i < count; i++)
        for (size_t b = size; b-- > 0;)
            text_add_bytes(&bytes, (const char *)values + i * size + b, 1);
    protobuf_message(to, TENSOR_BYTES, &bytes);
#endif
}

static void add_tensor(struct onnx_graph *graph, enum onnx_type type, size_t rank,
                       const size_t *shape, const void *values, size_t size, const char *format,
                       va_list arguments) {
    struct text tensor = {0}, name = {0};
    size_t count = 1;
    for (size_t i = 0; i < rank; i++) {
        protobuf_integer(&tensor, TENSOR_EXTENT, (int64_t)shape[i]);
        count *= shape[i];
    }
    protobuf_integer(&tensor, TENSOR_TYPE, type);
    text_format_list(&name, format, arguments);
    protobuf_message(&tensor, TENSOR_NAME, &name);
    add_words(&tensor, values, count, size);
    protobuf_message(&graph->initializers, GRAPH_TENSOR, &tensor);
}

void onnx_tensor(struct onnx_graph *graph, size_t rank, const size_t *shape, const float *values,
                 const char *name, ...) {
    va_list arguments;
    va_start(arguments, name);
    add_tensor(graph, ONNX_FLOAT, rank, shape, values, sizeof *values, name, arguments);
    va_end(arguments);
}

void onnx_double_tensor(struct onnx_graph *graph, size_t rank, const size_t *shape,
                        const double *values, const char *name, ...) {
    va_list arguments;
    va_start(arguments, name);
    add_tensor(graph, ONNX_DOUBLE, rank, shape, values, sizeof *values, name, arguments);
    va_end(arguments);
}

void onnx_integer_tensor(struct onnx_graph *graph, size_t count, const int64_t *values,
                         const char *name, ...) {
    va_list arguments;
    va_start(arguments, name);
    add_tensor(graph, ONNX_INT64, 1, &count, values, sizeof *values, name, arguments);
    va_end(arguments);
}

/* ---- inputs and outputs ---------------------------------------------------------------------- */

static void add_value(struct text *to, unsigned field, const char *name, enum onnx_type type,
                      size_t rank, const size_t *shape, const char *const *named) {
    struct text value = {0}, value_type = {0}, tensor = {0}, dimensions = {0};
    for (size_t i = 0; i < rank; i++) {
        struct text dimension = {0};
        if (named[i] != NULL)
            protobuf_text(&dimension, DIMENSION_NAME, named[i]);
        else
            protobuf_integer(&dimension, DIMENSION_NUMBER, (int64_t)shape[i]);
        protobuf_message(&dimensions, SHAPE_DIMENSION, &dimension);
    }
    protobuf_integer(&tensor, ELEMENT_TYPE, type);
    protobuf_message(&tensor, ELEMENT_SHAPE, &dimensions);
    protobuf_message(&value_type, TYPE_TENSOR, &tensor);
    protobuf_text(&value, VALUE_NAME, name);
    protobuf_message(&value, VALUE_TYPE, &value_type);
    protobuf_message(to, field, &value);
}

void onnx_input(struct onnx_graph *graph, const char *name, enum onnx_type type, size_t rank,
                const size_t *shape, const char *const *named) {
    add_value(&graph->inputs, GRAPH_INPUT, name, type, rank, shape, named);
}

void onnx_output(struct onnx_graph *graph, const char *name, enum onnx_type type, size_t rank,
                 const size_t *shape, const char *const *named) {
    add_value(&graph->outputs, GRAPH_OUTPUT, name, type, rank, shape, named);
}

/* ---- the file -------------------------------------------------------------------------------- */

static void append(struct text *to, struct text *from) {
    if (from->failed) to->failed = true;
    if (from->length > 0) text_add_bytes(to, from->bytes, from->length);
    text_free(from);
}

bool onnx_write(struct onnx_graph *graph, const char *name, const char *about, const char *path,
                struct error *err) {
    struct text model = {0}, opset = {0}, content = {0};
    append(&content, &graph->nodes);
    protobuf_text(&content, GRAPH_NAME, name);
    append(&content, &graph->initializers);
    append(&content, &graph->inputs);
    append(&content, &graph->outputs);
    protobuf_integer(&model, MODEL_IR, IR_VERSION);
    protobuf_text(&model, MODEL_PRODUCER, "rnntrain");
    protobuf_text(&model, MODEL_VERSION, VERSION);
    protobuf_text(&model, MODEL_ABOUT, about);
    protobuf_message(&model, MODEL_GRAPH, &content);
    protobuf_text(&opset, OPSET_DOMAIN, "");
    protobuf_integer(&opset, OPSET_VERSION, OPSET);
    protobuf_message(&model, MODEL_OPSET, &opset);
    size_t length = model.length;
    char *bytes = text_take(&model, err);
    bool good = bytes != NULL && atomic_save(path, bytes, length, err);
    free(bytes);
    return good;
}

void onnx_free(struct onnx_graph *graph) {
    text_free(&graph->nodes);
    text_free(&graph->initializers);
    text_free(&graph->inputs);
    text_free(&graph->outputs);
}
