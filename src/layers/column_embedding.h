/* column_embedding.h - a learned vector in the place of one feature, beside the others as they are.
 *
 * No layer of a config: the model begins with one for each column of the data that asks for it. */
#ifndef LAYERS_COLUMN_EMBEDDING_H
#define LAYERS_COLUMN_EMBEDDING_H

#include "layers/layer.h"

/* A feature that holds ids. */
struct embedded_feature {
    const char *name; /* of its column, which names the layer */
    size_t feature;   /* its place among those of a step */
    size_t ids;       /* its values are integers below this */
    size_t width;     /* of a vector */
};

/* Its layers' settings are a struct embedded_feature, which `build` copies. */
extern const struct layer_ops column_embedding_ops;

#endif
