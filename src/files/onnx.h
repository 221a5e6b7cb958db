/* onnx.h - a graph of ONNX operators, and the file it makes.
 *
 * Open Neural Network Exchange, opset 17 (ir version 8). Values are known by their names; a node
 * takes some and gives some. Failures stay in the texts and show at onnx_write. */
#ifndef FILES_ONNX_H
#define FILES_ONNX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum onnx_type { ONNX_FLOAT = 1, ONNX_INT32 = 6, ONNX_INT64 = 7, ONNX_BOOL = 9, ONNX_DOUBLE = 11 };

/* Start with {0}; empty after onnx_write or onnx_free. */
struct onnx_graph {
    struct text nodes, initializers, inputs, outputs; /* fields of a GraphProto */
};

/* An attribute of the next node, added to a text that onnx_node takes. */
void onnx_integer(struct text *attributes, const char *name, int64_t value);
void onnx_float(struct text *attributes, const char *name, float value);
void onnx_string(struct text *attributes, const char *name, const char *value);
void onnx_integers(struct text *attributes, const char *name, size_t count, const int64_t *value);
void onnx_strings(struct text *attributes, const char *name, size_t count,
                  const char *const *value);
void onnx_floats(struct text *attributes, const char *name, size_t count, const float *value);

/* Add a node. The format gives the names of its inputs, " > ", and those of its outputs, with a
 * blank between names; "~" is an optional input that is left out. `attributes` may be NULL and is
 * empty afterwards. */
void onnx_node(struct onnx_graph *graph, const char *operation, struct text *attributes,
               const char *names, ...) __attribute__((format(printf, 4, 5)));

/* Does a node take a value of that name? Without memory to tell, the graph has failed. */
bool onnx_takes(struct onnx_graph *graph, const char *name);

/* Constants; the format gives the name. */
void onnx_tensor(struct onnx_graph *graph, size_t rank, const size_t *shape, const float *values,
                 const char *name, ...) __attribute__((format(printf, 5, 6)));
void onnx_double_tensor(struct onnx_graph *graph, size_t rank, const size_t *shape,
                        const double *values, const char *name, ...)
    __attribute__((format(printf, 5, 6)));
void onnx_integer_tensor(struct onnx_graph *graph, size_t count, const int64_t *values,
                         const char *name, ...) __attribute__((format(printf, 4, 5)));

/* What the graph takes and gives. A dimension is a number or, where `named[i]` is not NULL, known
 * at run time only. */
void onnx_input(struct onnx_graph *graph, const char *name, enum onnx_type type, size_t rank,
                const size_t *shape, const char *const *named);
void onnx_output(struct onnx_graph *graph, const char *name, enum onnx_type type, size_t rank,
                 const size_t *shape, const char *const *named);

/* Write the model in place of `path`; `about` is a line on what it is. The graph is empty
 * afterwards. */
bool onnx_write(struct onnx_graph *graph, const char *name, const char *about, const char *path,
                struct error *err);
void onnx_free(struct onnx_graph *graph);

#endif
