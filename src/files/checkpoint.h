/* checkpoint.h - a model in a file: all that predicts, and all that a resumed run needs.
 *
 * A gzip-compressed safetensors file (see safetensors.h). Its tensors, F32, in this order:
 *
 *     <layer>/<tensor>                    the weights that predict, with Keras' names and shapes
 *     resume/weights/<layer>/<tensor>     the weights that training goes on from, where they differ
 *     resume/<optimizer>/<slot>/<layer>/<tensor>     the optimizer's moments
 *     resume/states/<layer>     [tracks][state]: where stateful layers go on from (lstm: h, then c)
 *
 * Its __metadata__, all texts: "format" ("1"), "program", "config" (resolved, YAML), "schema"
 * (schema_json.h), "state" (training_state.h), "baselines" (JSON: what the model is measured by),
 * and "resume" (the optimizer's name) where there is something to resume from. */
#ifndef FILES_CHECKPOINT_H
#define FILES_CHECKPOINT_H

#include <stdbool.h>

#include "base/error.h"
#include "data/schema.h"
#include "files/config.h"
#include "files/safetensors.h"
#include "files/training_state.h"
#include "model/model.h"
#include "model/optimizer.h"
#include "model/states.h"

enum { CHECKPOINT_FORMAT = 1 };

/* What to save; all borrowed. */
struct checkpoint_content {
    const char *config; /* as config_print gives it */
    const struct schema *schema;
    const struct model *model;
    const float *predicting; /* flat weights that predict */
    const struct training_state *state;
    const struct optimizer *optimizer; /* NULL: nothing to resume from */
    const struct states *states;       /* NULL: none are carried */
    const char *optimizer_name;
    const char *baselines; /* as baselines_to_json gives them, or NULL */
};

/* Replace the file at `path` at one instant. */
bool checkpoint_save(const struct checkpoint_content *content, const char *path, int level,
                     struct error *err);

/* Before a run: will what is saved be read again? ERROR_CONFIG when the data has too many columns,
 * categories or words for it. */
bool checkpoint_check(const struct checkpoint_content *content, struct error *err);

/* An open checkpoint: everything checked but the tensors, which need a model to be held against. */
struct checkpoint {
    struct tensor_file file;
    struct config config;
    struct schema schema;
    struct training_state state;
    char *path;
};

/* Errors are ERROR_CHECKPOINT (a missing file too); then nothing is left to close. */
bool checkpoint_open(struct checkpoint *checkpoint, const char *path, struct error *err);
void checkpoint_close(struct checkpoint *checkpoint);

/* A digest of what the model is: weights that predict, config and schema. Before they are dropped. */
enum { CHECKPOINT_DIGEST = 17 };
void checkpoint_digest(const struct checkpoint *checkpoint, char to[static CHECKPOINT_DIGEST]);

/* The baselines' text, or NULL when there is none. */
const char *checkpoint_baselines(const struct checkpoint *checkpoint);

/* The weights that predict into a flat buffer of the model: every tensor there, of the right shape,
 * finite, and none that the model lacks. */
bool checkpoint_weights(const struct checkpoint *checkpoint, const struct model *model, float *to,
                        struct error *err);

/* Has the file all of the model's tensors that predict, of the right shapes, and none that the model
 * lacks? To be asked before memory is taken for a model that a stranger's config describes. */
bool checkpoint_fits(const struct checkpoint *checkpoint, const struct model *model,
                     struct error *err);

/* Bytes that its tensors take, and an end to that: no weights can be had of it afterwards. */
size_t checkpoint_bytes(const struct checkpoint *checkpoint);
void checkpoint_drop_tensors(struct checkpoint *checkpoint);

/* Can it be resumed? False when resume_state was dropped. */
bool checkpoint_resumes(const struct checkpoint *checkpoint);

/* What training goes on from: the present weights into the model, the optimizer's slots and
 * iteration. */
bool checkpoint_resume(const struct checkpoint *checkpoint, const struct model *model,
                       struct optimizer *optimizer, const char *optimizer_name, struct error *err);

/* The states of stateful layers that training goes on from. */
bool checkpoint_states(const struct checkpoint *checkpoint, const struct states *states,
                       struct error *err);

#endif
