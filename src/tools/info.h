/* info.h - what rnninfo finds in a checkpoint, and the forms it shows it in. */
#ifndef TOOLS_INFO_H
#define TOOLS_INFO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sampling.h"
#include "files/checkpoint.h"
#include "model/cost.h"
#include "model/model.h"

/* What ended the training, or is to. */
enum ended { ENDED_NOT, ENDED_EPOCHS, ENDED_EARLY };

struct info {
    const struct checkpoint *checkpoint; /* borrowed */
    struct sampling sampling;
    struct model model;
    size_t steps;         /* of every sample; 0: they differ */
    size_t decoder_steps; /* that a decoder writes; 0: there is none, or as many as it likes */
    size_t rows; /* of data that a window's prediction needs; 0: no windows, or not known */
    enum reach reach;
    size_t fixed,
        sample; /* bytes that rnnpredict's engine takes: always; for each sample, or, where
                             steps differ, for each step of one */
    enum ended ended;
    double rate;            /* of the last step; NAN before the first */
    size_t tensors, resume; /* in the file; of them those that only a resumed run reads */
};

/* The checkpoint is borrowed. Errors are ERROR_CHECKPOINT, or ERROR_SYSTEM without memory. */
bool info_make(struct info *info, const struct checkpoint *checkpoint, struct error *err);
void info_free(struct info *info);

/* The type of layer i, as a config calls it. */
const char *info_layer_type(const struct info *info, size_t i);

/* The program that wrote a checkpoint. */
const char *info_program(const struct checkpoint *checkpoint);

/* "early_stopping" and the like, for JSON. */
const char *info_ended_name(const struct info *info);

/* The page that people read, in lines of at most `columns` where names allow it. */
void info_to_text(const struct info *info, size_t columns, struct text *to);

/* Its part on the columns of the data: their types, categories, scales. */
void info_data_to_text(const struct info *info, size_t columns, struct text *to);

/* One JSON object in a line. */
void info_to_json(const struct info *info, struct text *to);

/* What differs between two checkpoints: keys of the config, of the schema and of the training
 * state, tensors. */
bool info_compare(const struct checkpoint *a, const struct checkpoint *b, bool json,
                  struct text *to, struct error *err);

#endif
