/* evaluation.h - a checkpoint's model on labelled data: scores, baselines, groups, confusions. */
#ifndef TOOLS_EVALUATION_H
#define TOOLS_EVALUATION_H

#include "data/dictionary.h"
#include "run/breakdown.h"
#include "tools/evaluation_texts.h"
#include "tools/figures.h"
#include "tools/predictor.h"
#include "tools/scoreboard.h"

struct evaluation_request {
    const char *checkpoint;
    const char *data; /* a file, "-", or NULL: the config's test part, else its validation part */
    const char *targets; /* of lines, the file of what was to be written; or NULL */
    const char *by;      /* a column of the data, or NULL */
    bool per_step;       /* each step of the horizon by itself, too */
    size_t beam;         /* of a decoder's texts; 0: 1 */
    size_t threads;      /* 0: as many as pay */
    const char *isa;
};

struct evaluation {
    const struct evaluation_request *request;
    struct data_keep keep;
    struct predictor predictor;
    enum part part;
    bool measured; /* there are baselines */
    struct baselines baselines;
    struct metric metric[STATE_METRICS];
    size_t metrics;
    size_t *order; /* scratch of a batch */
    struct scores scores;
    struct dictionary groups; /* texts of the column `by` */
    size_t *group;            /* [rows of the data] */
    struct breakdown by, per_step;
    bool writes; /* texts, by a decoder */
    struct evaluation_texts texts;
    size_t classes;
    size_t *confusion; /* [classes][classes], or NULL */
};

/* Open data and model, take all memory. The request is borrowed. On failure nothing is left. */
bool evaluation_open(struct evaluation *v, const struct evaluation_request *request,
                     struct error *err);
void evaluation_run(struct evaluation *v);
void evaluation_close(struct evaluation *v);

/* loss, metrics, skill; of a part of the config's data also by the names of rnntrain's summary,
 * such as test_loss. Before evaluation_run without values. */
bool evaluation_figures(const struct evaluation *v, struct figures *to, struct error *err);

bool evaluation_tables(const struct evaluation *v, struct text *to, struct error *err);
void evaluation_json(const struct evaluation *v, struct text *to);

/* A line when the model does not beat the baselines. */
void evaluation_warn(const struct evaluation *v, struct text *to);

#endif
