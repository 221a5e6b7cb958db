#include "files/params_home.h"

#include <stdio.h>
#include <string.h>

/* A key of a kind in a section in a section. */
enum { DEEPEST = 3 };

/* What Keras, PyTorch, scikit-learn and Ludwig call it, and what we do. */
static const struct {
    const char *theirs, *ours;
} synonyms[] = {
    {"lr", "learning_rate"},
    {"hidden_size", "units"},
    {"hidden_units", "units"},
    {"num_units", "units"},
    {"rate", "dropout"},
    {"batch", "batch_size"},
    {"max_epochs", "epochs"},
    {"n_epochs", "epochs"},
    {"num_epochs", "epochs"},
    {"validation_size", "validation"},
    {"val_size", "validation"},
    {"validation_data", "validation"},
    {"val", "validation"},
    {"val_split", "validation_split"},
    {"test_size", "test"},
    {"test_split", "test"},
    {"features", "inputs"},
    {"x", "inputs"},
    {"input_columns", "inputs"},
    {"labels", "targets"},
    {"y", "targets"},
    {"output_columns", "targets"},
    {"lookback", "window"},
    {"look_back", "window"},
    {"seq_len", "window"},
    {"sequence_length", "window"},
    {"window_size", "window"},
    {"timesteps", "window"},
    {"clip_norm", "clipnorm"},
    {"grad_clip", "global_clipnorm"},
    {"normalize", "scale"},
    {"normalization", "scale"},
    {"filename", "csv"},
    {"random_seed", "seed"},
    {"random_state", "seed"},
    {"num_threads", "threads"},
    {"n_jobs", "threads"},
    {"workers", "threads"},
    {"save_best_only", "restore_best"},
    {"restore_best_weights", "restore_best"},
};

/* The names come from tables, none of which is long. */
static struct phrase below(struct phrase path, const char *name, const char *then) {
    size_t length = strlen(path.text);
    (void)snprintf(path.text + length, sizeof path.text - length, "%s%s", name, then);
    return path;
}

/* What is looked for, and the rows that lack it. */
struct wanted {
    const char *key;
    const struct param *lacking;
};

static bool search(const struct param *rows, const struct wanted *wanted, int depth,
                   struct phrase at, struct phrase *path);

/* Kinds whose keys have the same path: what one lacks is not found by naming the path again. */
static bool is_beside(const struct param *row, const struct param *lacking) {
    for (const struct kind *kind = row->kinds; kind->name != NULL; kind++)
        if (kind->params == lacking) return row->selector != NULL;
    return false;
}

static struct phrase below_kind(struct phrase path, const struct param *row,
                                const struct kind *kind) {
    return row->selector != NULL ? path : below(path, kind->name, ".");
}

/* The default kind first: what it lacks, few will mean. */
static bool search_kinds(const struct param *row, const struct wanted *wanted, int depth,
                         struct phrase at, struct phrase *path) {
    if (is_beside(row, wanted->lacking)) return false;
    const struct kind *preset = row->preset != NULL ? kind_find(row->kinds, row->preset) : NULL;
    if (!row->inlined) at = below(at, row->key, row->type == PARAM_KINDS ? ".N." : ".");
    if (preset != NULL && search(preset->params, wanted, depth, below_kind(at, row, preset), path))
        return true;
    for (const struct kind *kind = row->kinds; kind->name != NULL; kind++)
        if (search(kind->params, wanted, depth, below_kind(at, row, kind), path)) return true;
    return false;
}

/* A key that is exactly `depth` sections below `rows`, whose path is `at`. */
static bool search(const struct param *rows, const struct wanted *wanted, int depth,
                   struct phrase at, struct phrase *path) {
    const char *key = wanted->key;
    if (depth == 0) {
        bool found = params_row(rows, key) != NULL || params_inlined(rows, key) != NULL;
        if (found) *path = below(at, key, "");
        return found;
    }
    for (const struct param *row = rows; row != NULL && row->key != NULL; row++) {
        const char *then = row->type == PARAM_MAP ? ".NAME." : ".";
        if (row->kinds != NULL
                ? search_kinds(row, wanted, depth - 1, at, path)
                : search(row->rows, wanted, depth - 1, below(at, row->key, then), path))
            return true;
    }
    return false;
}

bool params_home(const struct param *rows, const char *word, const struct param *lacking,
                 struct phrase *path) {
    static const struct phrase here = {""};
    for (int depth = 0; depth <= DEEPEST; depth++) {
        if (search(rows, &(struct wanted){word, lacking}, depth, here, path)) return true;
        for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
            if (strcmp(synonyms[i].theirs, word) == 0 &&
                search(rows, &(struct wanted){synonyms[i].ours, lacking}, depth, here, path))
                return true;
    }
    return false;
}
