/* config.h - a whole config: read, checked key by key, printed, compared.
 *
 * Its tables are put together from those of the rooms below; what its keys mean is said beside the
 * code that they set up. Errors are ERROR_CONFIG with a place, or ERROR_SYSTEM without memory. */
#ifndef FILES_CONFIG_H
#define FILES_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/param.h"
#include "base/text.h"
#include "data/options.h"
#include "files/tree.h"
#include "model/model.h"

struct early_stopping_config {
    bool given;
    char *monitor;
    size_t patience; /* epochs */
    double min_delta;
    double baseline;         /* NAN when unset */
    size_t start_from_epoch; /* epochs */
    int restore_best;
};

struct plateau_config {
    bool given;
    char *monitor;
    double factor;
    size_t patience; /* epochs */
    double min_delta;
    size_t cooldown; /* epochs */
    double min_lr;
};

struct train_config {
    struct param_kind loss;     /* of loss_kinds, or unset: by the target and the last layer */
    struct param_kinds metrics; /* of metric_kinds; count 0: unset */
    struct param_kind optimizer;
    size_t epochs, initial_epoch, batch_size;
    int shuffle;
    size_t bptt;                    /* steps of a chunk, PARAM_NO_COUNT: samples are whole */
    int stateful;                   /* unset: with bptt */
    char *sample_weight;            /* a column, or NULL */
    struct param_map class_weight;  /* of struct class_weight */
    double validation_split;        /* 0 <= x < 1, NAN when unset; never beside data.validation */
    size_t steps_per_epoch;         /* PARAM_NO_COUNT: all there are */
    size_t validation_freq;         /* epochs */
    struct param_interval max_time; /* count 0 and seconds NAN when unset */
    struct early_stopping_config early_stopping;
    struct plateau_config plateau;
    char *init_from; /* a file, or NULL */
};

struct output_config {
    char *checkpoint, *history;
    char *plot, *report; /* NULL: none */
    struct param_interval every;
    int resume_state;
    size_t compression; /* 0..9 */
};

struct config {
    size_t seed;    /* 0..2^53 */
    size_t threads; /* 0: as many as there are processors */
    struct data_options data;
    struct model_options model;
    struct train_config train;
    struct output_config output;
    struct tree tree; /* what the user wrote, overrides included */
};

/* Read a config file, then set each of `count` overrides (`key.path=value`, the value in YAML's
 * flow style). On failure nothing is left to free. */
bool config_read(struct config *config, const char *path, char *const *overrides, size_t count,
                 struct error *err);

/* The same from a text in memory, such as the copy in a checkpoint; `name` stands for its file. */
bool config_read_text(struct config *config, const char *name, const char *text,
                      char *const *overrides, size_t count, struct error *err);

void config_free(struct config *config);

/* Where the user wrote the value at a dotted path ("train.loss", "model.layers.0"), or the nearest
 * section around it. */
struct place config_place(const struct config *config, const char *dotted);

/* YAML with every key that is set, defaults included. Reading it gives the same structs, and
 * printing those the same bytes. */
bool config_print(const struct config *config, struct text *to, struct error *err);

/* Visit the dotted keys that differ, with their values in YAML's flow style, "unset" for none. Keys
 * that are or begin with a path in `ignored` (NULL at its end) do not count. */
typedef void config_visit(void *context, const char *key, const char *before, const char *after);
bool config_compare(const struct config *before, const struct config *after,
                    const char *const *ignored, config_visit *visit, void *context,
                    struct error *err);

/* The same as "train.epochs: 5 -> 10; ...", nothing when none differ. */
bool config_differences(const struct config *before, const struct config *after,
                        const char *const *ignored, struct text *to, struct error *err);

/* Every key with type, range, default and help, as mdoc(7) for rnntrain-config(5). */
void config_manual(struct text *to);

#endif
