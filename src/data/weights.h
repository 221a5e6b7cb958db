/* weights.h - how much each row of a target counts in the loss: by a column, by its class. */
#ifndef DATA_WEIGHTS_H
#define DATA_WEIGHTS_H

#include "base/param.h"

/* A class of train.class_weight. */
struct class_weight {
    double weight;
};
extern const struct param class_weight_params[];

/* What a config asks for. Both weights of a row are multiplied; those of classes are for training
 * alone, as in Keras. */
struct data_weights {
    const char *column;               /* of non-negative numbers; NULL: none */
    const struct param_map *of_class; /* of struct class_weight; its word is `balanced`; or NULL */
};

#endif
