/* golden_case.h - a golden case: its config, its tensors, a model with its first weights. */
#ifndef TESTS_GOLDEN_CASE_H
#define TESTS_GOLDEN_CASE_H

#include "fixture.h"

#include "files/safetensors.h"

static const char *const cases[] = {
    "lstm_dense_mse",
    "gru_reset_after_dense_mse",
    "gru_reset_before_dense_mae",
    "simple_rnn_dense_huber",
    "stacked_lstm_clipping",
    "odd_sizes_long",
    "edge_t1_b1_u1",
    "fit_minibatches",
    "activations_nobias_backwards",
    "lstm_binary_logits",
    "gru_binary_probs",
    "lstm_categorical_smoothing",
    "birnn_mul_ave",
    "bigru_sum_sequences",
    "embedding_gru_softmax_sparse",
    "charlm_lstm_logits",
    "lstm_layernorm_gru",
    "repeat_vector_autoencoder",
    "lr_schedules",
    "regularized_lstm",
    "masking_lstm_per_step",
    "embedding_mask_zero_bilstm",
    "bilstm_concat_dense",
    "lstm_per_step_mse",
};

enum { CASES = sizeof cases / sizeof *cases };

struct golden {
    struct tree tree;
    struct tensor_file file;
    const struct node *expect;
    const char *isa;
};

static inline struct node *at(const struct node *node, const char *key) {
    struct node *found = node_find(node, key);
    if (found == NULL) fail_msg("the case has no '%s'", key);
    return found;
}
static inline double number(const struct node *node) {
    return strtod(node->text, NULL);
}

static inline const struct tensor *tensor(const struct golden *g, const char *format, ...) {
    char name[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(name, sizeof name, format, args);
    va_end(args);
    const struct tensor *found = tensor_file_find(&g->file, name);
    if (found == NULL) fail_msg("no tensor '%s'", name);
    return found;
}

/* A class number stands for a row of outputs. */
static inline bool has_classes(const struct golden *g) {
    return tensor(g, "y")->rank < tensor(g, "prediction")->rank;
}

static inline struct batch_shape shape_of(const struct golden *g) {
    const struct tensor *x = tensor(g, "x"), *prediction = tensor(g, "prediction");
    return (struct batch_shape){.rows = x->shape[0],
                                .steps = x->shape[1],
                                .features = x->rank == 3 ? x->shape[2] : 1,
                                .targets =
                                    has_classes(g) ? 1 : prediction->shape[prediction->rank - 1],
                                .target_steps = prediction->rank == 3,
                                .weighted = tensor_file_find(&g->file, "sample_weight") != NULL};
}

static inline void load_weights(const struct golden *g, struct fixture *f) {
    for (size_t i = 0; i < f->model.parameters; i++) {
        const struct parameter *p = &f->model.parameter[i];
        const struct tensor *from = tensor(g, "weights/%s", p->name);
        assert_int_equal(from->count, p->tensor->size);
        for (size_t j = 0; j < from->count; j++)
            f->model.weights[p->tensor->offset + j] = (real)tensor_value(from, j);
    }
}

static inline void golden_open(struct golden *g, const char *name, const char *isa) {
    char path[256];
    struct yaml_limits limits = yaml_config_limits;
    *g = (struct golden){.isa = isa};
    (void)snprintf(path, sizeof path, "tests/golden/vectors/%s.yaml", name);
    CHECK(yaml_read_file(&g->tree, path, &limits, err));
    (void)snprintf(path, sizeof path, "tests/golden/vectors/%s.safetensors", name);
    CHECK(tensor_file_read(&g->file, path, TENSOR_ACCEPT_ALL, err));
    g->expect = at(g->tree.root, "expect");
}

static inline void golden_close(struct golden *g) {
    tensor_file_free(&g->file);
    tree_free(&g->tree);
}

#endif
