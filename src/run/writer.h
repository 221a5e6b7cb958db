/* writer.h - a decoder's texts, written step by step from its own words: beam search.
 *
 * A text grows by the word that makes all of it most probable; `beam` texts of each sample are kept
 * side by side, and one that ends leaves the others one place less (Sutskever, Vinyals and Le 2014).
 * With a beam of 1 that is the most probable word at every step. Texts of different lengths are
 * compared by their score, the mean log probability of a step, its end counted. Words that are not
 * known are never written. */
#ifndef RUN_WRITER_H
#define RUN_WRITER_H

#include "run/engine.h"

/* A text on its way, or at its end. */
struct written {
    double log_probability;
    double score; /* when it has ended */
    size_t node;  /* its last word, or its end; SIZE_MAX: none yet */
    size_t length;
    bool ended; /* not cut */
    size_t row; /* of the last pass, for its states */
};

/* A word behind others. */
struct written_node {
    size_t before; /* node; SIZE_MAX: none */
    size_t id;
};

struct writer {
    struct engine *engine;
    const struct layer *attention; /* whose looks are kept, or NULL */
    size_t beam;
    size_t longest; /* words, after which a text is cut */
    struct steps steps;
    struct written *live, *next; /* [batch][beam] by row of the encoder's batch */
    size_t *live_count;          /* [batch] */
    struct written *done;        /* [batch][beam], the best first */
    size_t *done_count;          /* [batch] */
    size_t *sample_row;          /* [batch] row of the encoder's batch of a sample */
    size_t *taken;               /* [batch * beam] row that a row goes on from */
    size_t *nodes;               /* [batch] in use */
    struct written_node *node;   /* [batch][beam * longest] */
    real *look;                  /* [nodes][memory.longest]; NULL without attention */
    double *likely;              /* [batch * beam][beam] log probabilities of the likeliest words */
    size_t *likely_id;           /* those */
    double *end;                 /* [batch * beam] log probability of the end */
    size_t *chosen;              /* [batch][beam] scratch: likeliest words of a text that go on */
    bool *ended;                 /* [batch][beam] scratch */
};

/* After engine_plan of an engine with `beam` set: note all memory; with `attention` keep where the
 * decoder's first attention layer looks, if it has one. */
void writer_plan(struct writer *writer, struct engine *engine, bool attention);

/* Write texts for some samples, a batch at most. */
void writer_write(struct writer *writer, enum part part, const size_t *sample, size_t count);

/* The k-th best text of the i-th sample, NULL when there are not so many; and its words, [length]
 * ids. */
const struct written *writer_text(const struct writer *writer, size_t i, size_t k);
void writer_ids(const struct writer *writer, const struct written *text, size_t *id);

/* The weights with which the step that wrote word t, or at t = length the end, looked at the
 * encoder's steps. */
const real *writer_look(const struct writer *writer, const struct written *text, size_t t);

#endif
