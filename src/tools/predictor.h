/* predictor.h - a checkpoint's model over some data, ready to run: what prediction and evaluation
 * share. */
#ifndef TOOLS_PREDICTOR_H
#define TOOLS_PREDICTOR_H

#include "files/checkpoint.h"
#include "run/engine.h"
#include "tools/answers.h"
#include "tools/task.h"

struct predictor {
    struct checkpoint checkpoint;
    struct task task;     /* empty unless the data is that of the config */
    struct dataset *data; /* an input's own, or the task's */
    struct engine engine;
    bool streams; /* what is predicted on comes row by row: all states are carried on */
};

/* Open a checkpoint, then a file by its schema ("-": standard input), or the data that its config
 * names, which must be what the model was trained on; or a file with `steps` rows to come. `judging` as
 * for dataset_open_input; `keep` is borrowed; NULL: nothing. */
bool predictor_open(struct predictor *predictor, const char *checkpoint, struct error *err);
bool predictor_open_pairs(struct predictor *predictor, const char *source, const char *target,
                          const struct data_keep *keep, struct error *err);
bool predictor_open_input(struct predictor *predictor, const char *path, bool judging,
                          const struct data_keep *keep, struct error *err);
bool predictor_open_ahead(struct predictor *predictor, const char *path, size_t steps,
                          struct error *err);
bool predictor_open_data(struct predictor *predictor, const struct data_keep *keep,
                         struct error *err);

/* Build model and loss and plan the memory, for batches of so many samples. The file's schema and its
 * config and its tensors are three witnesses: ERROR_CHECKPOINT when they do not fit. May be called
 * again, for other batches, before predictor_start. */
bool predictor_plan(struct predictor *predictor, const char *isa, size_t threads, size_t batch_size,
                    struct error *err);

/* Take the memory and the weights that predict; the checkpoint's own tensors are freed. */
bool predictor_start(struct predictor *predictor, struct error *err);

/* How its outputs are written, as long as no option says otherwise; their number is known once the model
 * is planned. */
struct answers predictor_answers(const struct predictor *predictor);

/* Say on standard error what was done about values that are missing or not known. */
void predictor_tell_of_data(const struct predictor *predictor);

void predictor_close(struct predictor *predictor);

#endif
