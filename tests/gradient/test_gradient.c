/* Every layer, option, activation and loss against central differences, in double. */
#include "fixture.h"

#include "base/random.h"

static const double step_size = 5e-4, bound = 1e-6;

enum { ROWS = 5, STEPS = 6, FEATURES = 3, TARGETS = 3 };

struct gradient_case {
    const char *name, *layers, *loss;
    bool target_steps, class_targets;
};

static const struct gradient_case cases[] = {
    {"simple_rnn", "[simple_rnn: 4, dense: 3]", "mse", false, false},
    {"simple_rnn relu, no bias",
     "[simple_rnn: {units: 4, activation: relu, use_bias: false}, dense: 3]", "mse", false, false},
    {"simple_rnn gelu, steps", "[simple_rnn: {units: 4, activation: gelu}, dense: 3]", "mse", true,
     false},
    {"simple_rnn backwards",
     "[simple_rnn: 4, simple_rnn: {units: 5, go_backwards: true}, dense: 3]", "mse", false, false},
    {"lstm", "[lstm: 4, dense: 3]", "mse", false, false},
    {"lstm of 9 units", "[lstm: 9, dense: 3]", "mse", false, false},
    {"lstm, steps", "[lstm: 4, dense: 3]", "mse", true, false},
    {"lstm, no bias", "[lstm: {units: 4, use_bias: false}, dense: 3]", "mse", false, false},
    {"lstm, no forget bias", "[lstm: {units: 4, unit_forget_bias: false}, dense: 3]", "mse", false,
     false},
    {"lstm backwards", "[lstm: 4, lstm: {units: 5, go_backwards: true}, dense: 3]", "mse", true,
     false},
    {"lstm softsign, hard_sigmoid",
     "[lstm: {units: 4, activation: softsign, recurrent_activation: hard_sigmoid}, dense: 3]",
     "mse", false, false},
    {"lstm mish, silu gates",
     "[lstm: {units: 4, activation: mish, recurrent_activation: silu}, dense: 3]", "mse", true,
     false},
    {"three lstm", "[lstm: 4, lstm: 3, lstm: 5, dense: 3]", "mse", false, false},
    {"gru", "[gru: 4, dense: 3]", "mse", false, false},
    {"gru of 9 units", "[gru: 9, dense: 3]", "mse", false, false},
    {"gru, steps", "[gru: 4, dense: 3]", "mse", true, false},
    {"gru, no bias", "[gru: {units: 4, use_bias: false}, dense: 3]", "mse", false, false},
    {"gru backwards", "[gru: 4, gru: {units: 5, go_backwards: true}, dense: 3]", "mse", true,
     false},
    {"gru gelu, softplus gates",
     "[gru: {units: 4, activation: gelu, recurrent_activation: softplus}, dense: 3]", "mse", false,
     false},
    {"gru reset before", "[gru: {units: 4, reset_after: false}, dense: 3]", "mse", false, false},
    {"gru reset before, no bias",
     "[gru: {units: 4, reset_after: false, use_bias: false}, dense: 3]", "mse", true, false},
    {"gru reset before, backwards",
     "[gru: 4, gru: {units: 5, reset_after: false, go_backwards: true}, dense: 3]", "mse", false,
     false},
    {"gru reset before, silu, mish gates",
     "[gru: {units: 4, reset_after: false, activation: silu, recurrent_activation: mish}, dense: "
     "3]",
     "mse", true, false},
    {"bidirectional", "[bidirectional: {lstm: 4}, dense: 3]", "mse", false, false},
    {"bidirectional, steps", "[bidirectional: {gru: 4}, bidirectional: {lstm: 3}, dense: 3]", "mse",
     true, false},
    {"bidirectional sum",
     "[dense: 4, bidirectional: {gru: {units: 4, go_backwards: true}, merge_mode: sum}, dense: 3]",
     "mse", true, false},
    {"bidirectional mul",
     "[bidirectional: {simple_rnn: 4, merge_mode: mul}, bidirectional: {lstm: 5, merge_mode: mul}, "
     "dense: 3]",
     "mse", false, false},
    {"bidirectional ave",
     "[bidirectional: {lstm: {units: 4, use_bias: false}, merge_mode: ave}, bidirectional: {gru: "
     "3, "
     "merge_mode: ave}, dense: 3]",
     "mse", true, false},
    {"masking", "[masking: {mask_value: 2}, lstm: 4, dense: 3]", "mse", false, false},
    {"masking, steps", "[masking: {mask_value: 2}, bidirectional: {gru: 4}, dense: 3]", "mse", true,
     false},
    {"embedding, mask_zero",
     "[embedding: {input_dim: 7, output_dim: 4, mask_zero: true}, lstm: 4, pool: mean, dense: 3]",
     "mse", false, false},
    {"embedding, mask_zero, steps",
     "[embedding: {input_dim: 7, output_dim: 4, mask_zero: true}, gru: 4, dense: 3]", "mse", true,
     false},
    {"regularizers",
     "[embedding: {input_dim: 7, output_dim: 4, embeddings_regularizer: {l2: 0.3}}, "
     "lstm: {units: 4, kernel_regularizer: {l1: 0.1}, recurrent_regularizer: {l2: 0.2}, "
     "bias_regularizer: {l1: 0.1, l2: 0.1}}, dense: {units: 3, kernel_regularizer: {l2: 0.4}, "
     "bias_regularizer: {l1: 0.2}}]",
     "mse", false, false},
    {"regularizers, gru",
     "[gru: {units: 4, bias_regularizer: {l1: 0.1, l2: 0.2}}, bidirectional: {simple_rnn: {units: "
     "4, kernel_regularizer: {l2: 0.2}}}, dense: 3]",
     "mse", true, false},
    {"lstm, dropout: 0.3",
     "[lstm: {units: 5, dropout: 0.3}, lstm: {units: 4, dropout: 0.3, go_backwards: true}, dense: "
     "3]",
     "mse", true, false},
    {"lstm, recurrent_dropout: 0.3",
     "[lstm: {units: 5, recurrent_dropout: 0.3}, lstm: {units: 4, recurrent_dropout: 0.3, "
     "go_backwards: true}, dense: 3]",
     "mse", true, false},
    {"lstm, dropout: 0.4, recurrent_dropout: 0.2",
     "[lstm: {units: 5, dropout: 0.4, recurrent_dropout: 0.2}, lstm: {units: 4, dropout: 0.4, "
     "recurrent_dropout: 0.2, go_backwards: true}, dense: 3]",
     "mse", true, false},
    {"gru, dropout: 0.3",
     "[gru: {units: 5, dropout: 0.3}, gru: {units: 4, dropout: 0.3, go_backwards: true}, dense: 3]",
     "mse", true, false},
    {"gru, recurrent_dropout: 0.3",
     "[gru: {units: 5, recurrent_dropout: 0.3}, gru: {units: 4, recurrent_dropout: 0.3, "
     "go_backwards: true}, dense: 3]",
     "mse", true, false},
    {"gru, dropout: 0.4, recurrent_dropout: 0.2",
     "[gru: {units: 5, dropout: 0.4, recurrent_dropout: 0.2}, gru: {units: 4, dropout: 0.4, "
     "recurrent_dropout: 0.2, go_backwards: true}, dense: 3]",
     "mse", true, false},
    {"gru, reset_after: false, dropout: 0.3",
     "[gru: {units: 5, reset_after: false, dropout: 0.3}, gru: {units: 4, reset_after: false, "
     "dropout: 0.3, go_backwards: true}, dense: 3]",
     "mse", true, false},
    {"gru, reset_after: false, recurrent_dropout: 0.3",
     "[gru: {units: 5, reset_after: false, recurrent_dropout: 0.3}, gru: {units: 4, reset_after: "
     "false, recurrent_dropout: 0.3, go_backwards: true}, dense: 3]",
     "mse", true, false},
    {"gru, reset_after: false, dropout: 0.4, recurrent_dropout: 0.2",
     "[gru: {units: 5, reset_after: false, dropout: 0.4, recurrent_dropout: 0.2}, gru: {units: 4, "
     "reset_after: false, dropout: 0.4, recurrent_dropout: 0.2, go_backwards: true}, dense: 3]",
     "mse", true, false},
    {"simple_rnn, dropout: 0.3",
     "[simple_rnn: {units: 5, dropout: 0.3}, simple_rnn: {units: 4, dropout: 0.3, go_backwards: "
     "true}, dense: 3]",
     "mse", true, false},
    {"simple_rnn, recurrent_dropout: 0.3",
     "[simple_rnn: {units: 5, recurrent_dropout: 0.3}, simple_rnn: {units: 4, recurrent_dropout: "
     "0.3, go_backwards: true}, dense: 3]",
     "mse", true, false},
    {"simple_rnn, dropout: 0.4, recurrent_dropout: 0.2",
     "[simple_rnn: {units: 5, dropout: 0.4, recurrent_dropout: 0.2}, simple_rnn: {units: 4, "
     "dropout: 0.4, recurrent_dropout: 0.2, go_backwards: true}, dense: 3]",
     "mse", true, false},
    {"bidirectional dropout",
     "[dense: 3, bidirectional: {gru: {units: 4, dropout: 0.2, recurrent_dropout: 0.3}}, dense: 3]",
     "mse", false, false},
    {"embedding", "[embedding: {input_dim: 7, output_dim: 4}, lstm: 4, dense: 3]", "mse", false,
     false},
    {"embedding of 20, steps", "[embedding: {input_dim: 7, output_dim: 20}, gru: 4, dense: 3]",
     "mse", true, false},
    {"layer_normalization", "[lstm: 5, layer_normalization: {epsilon: 0.01}, dense: 3]", "mse",
     false, false},
    {"layer_normalization, steps of 20",
     "[dense: 20, layer_normalization, gru: 5, layer_normalization, dense: 3]", "mse", true, false},
    {"layer_normalization, gamma alone", "[gru: 5, layer_normalization: {center: false}, dense: 3]",
     "mse", true, false},
    {"layer_normalization, beta alone", "[gru: 5, layer_normalization: {scale: false}, dense: 3]",
     "mse", true, false},
    {"layer_normalization, neither",
     "[gru: 5, layer_normalization: {scale: false, center: false}, dense: 3]", "mse", true, false},
    {"pool last", "[lstm: 4, pool: last, dense: 3]", "mse", false, false},
    {"pool mean", "[lstm: 4, pool: mean, dense: 3]", "mse", false, false},
    {"pool max", "[lstm: 4, pool: max, dense: 3]", "mse", false, false},
    {"repeat_vector", "[lstm: 4, repeat_vector: 3, gru: 4, dense: 3]", "mse", false, false},
    {"repeat_vector, steps", "[lstm: 4, repeat_vector: 4, dense: 5, gru: 4, dense: 3]", "mse", true,
     false},
    {"repeat_vector, bidirectional",
     "[lstm: 4, repeat_vector: 5, bidirectional: {gru: 4}, pool: mean, repeat_vector: 2, lstm: 3, "
     "dense: 3]",
     "mse", false, false},
    {"dense on steps", "[dense: {units: 4, activation: tanh}, lstm: 4, dense: 3]", "mse", true,
     false},
    {"dense, no bias", "[gru: 4, dense: {units: 5, activation: selu, use_bias: false}, dense: 3]",
     "mse", false, false},
    {"dense softmax in the middle", "[gru: 4, dense: {units: 4, activation: softmax}, dense: 3]",
     "mse", false, false},
    {"dropout", "[lstm: 4, dropout: 0.4, dense: 3]", "mse", false, false},
    {"dropout on steps", "[dense: 4, dropout: 0.3, lstm: 4, dropout: 0.5, dense: 3]", "mse", true,
     false},
    {"activation softmax", "[lstm: 4, activation: softmax, dense: 3]", "mse", true, false},
    {"activation gelu", "[lstm: 4, activation: gelu, dense: 3]", "mse", false, false},
    {"dense linear", "[lstm: 4, dense: {units: 4, activation: linear}, dense: 3]", "mse", false,
     false},
    {"dense tanh", "[lstm: 4, dense: {units: 4, activation: tanh}, dense: 3]", "mse", false, false},
    {"dense sigmoid", "[lstm: 4, dense: {units: 4, activation: sigmoid}, dense: 3]", "mse", false,
     false},
    {"dense relu", "[lstm: 4, dense: {units: 9, activation: relu}, dense: 3]", "mse", false, false},
    {"dense relu6", "[lstm: 4, dense: {units: 9, activation: relu6}, dense: 3]", "mse", false,
     false},
    {"dense hard_sigmoid", "[lstm: 4, dense: {units: 4, activation: hard_sigmoid}, dense: 3]",
     "mse", false, false},
    {"dense elu", "[lstm: 4, dense: {units: 4, activation: elu}, dense: 3]", "mse", false, false},
    {"dense gelu", "[lstm: 4, dense: {units: 4, activation: gelu}, dense: 3]", "mse", false, false},
    {"dense silu", "[lstm: 4, dense: {units: 4, activation: silu}, dense: 3]", "mse", false, false},
    {"dense mish", "[lstm: 4, dense: {units: 4, activation: mish}, dense: 3]", "mse", false, false},
    {"dense softplus", "[lstm: 4, dense: {units: 4, activation: softplus}, dense: 3]", "mse", false,
     false},
    {"dense softsign", "[lstm: 4, dense: {units: 4, activation: softsign}, dense: 3]", "mse", false,
     false},
    {"dense exponential", "[lstm: 4, dense: {units: 4, activation: exponential}, dense: 3]", "mse",
     false, false},
    {"dense leaky_relu", "[lstm: 4, dense: {units: 9, activation: leaky_relu}, dense: 3]", "mse",
     false, false},
    {"mae", "[lstm: 4, dense: 3]", "mae", false, false},
    {"huber", "[lstm: 4, dense: 3]", "{huber: {delta: 0.3}}", true, false},
    {"mape", "[lstm: 4, dense: 3]", "mape", false, false},
    {"msle", "[lstm: 4, dense: {units: 3, activation: softplus}]", "msle", true, false},
    {"log_cosh", "[lstm: 4, dense: 3]", "log_cosh", false, false},
    {"poisson", "[lstm: 4, dense: {units: 3, activation: exponential}]", "poisson", true, false},
    {"quantile", "[lstm: 4, dense: 3]", "{quantile: 0.3}", false, false},
    {"kl_divergence, fused softmax", "[lstm: 4, dense: {units: 3, activation: softmax}]",
     "kl_divergence", true, false},
    {"kl_divergence, probabilities",
     "[lstm: 4, dense: {units: 3, activation: softmax}, dropout: 0]", "kl_divergence", false,
     false},
    {"binary from logits", "[lstm: 4, dense: 3]",
     "{binary_crossentropy: {from_logits: true, label_smoothing: 0.2}}", false, false},
    {"binary, fused sigmoid", "[lstm: 4, dense: {units: 3, activation: sigmoid}]",
     "binary_crossentropy", true, false},
    {"binary, probabilities", "[lstm: 4, dense: {units: 3, activation: sigmoid}, dropout: 0]",
     "{binary_crossentropy: {label_smoothing: 0.1}}", false, false},
    {"categorical from logits", "[lstm: 4, dense: 3]",
     "{categorical_crossentropy: {from_logits: true}}", false, false},
    {"categorical, fused softmax", "[lstm: 4, dense: {units: 3, activation: softmax}]",
     "{categorical_crossentropy: {label_smoothing: 0.1}}", true, false},
    {"categorical, activation layer", "[lstm: 4, dense: 3, activation: softmax]",
     "categorical_crossentropy", false, false},
    {"categorical, probabilities", "[lstm: 4, dense: {units: 3, activation: softplus}]",
     "{categorical_crossentropy: {label_smoothing: 0.2}}", false, false},
    {"categorical, class targets", "[gru: 4, dense: {units: 3, activation: softmax}]",
     "{categorical_crossentropy: {label_smoothing: 0.1}}", false, true},
    {"sparse, fused", "[gru: 4, dense: {units: 3, activation: softmax}]",
     "sparse_categorical_crossentropy", true, true},
    {"sparse, probabilities", "[gru: 4, dense: {units: 3, activation: softmax}, dropout: 0]",
     "sparse_categorical_crossentropy", false, true},
};

static double uniform(size_t stream, size_t i) {
    return 2 * random_uniform(random_stream(11, RANDOM_GENERATE, (uint32_t)stream), 0, i) - 1;
}

/* Lengths differ, so packing is part of what is checked. */
static void fill(struct fixture *f, const struct gradient_case *c) {
    static const size_t length[ROWS] = {3, 6, 1, 6, 4};
    size_t sample[ROWS] = {0, 1, 2, 3, 4};
    batch_arrange(&f->batch, sample, length, ROWS);
    size_t features = f->batch.shape.features;
    for (size_t i = 0; i < f->batch.steps.total * features; i++)
        f->batch.x[i] = features > 1 ? uniform(1, i) : (double)(i * i % 7);
    for (size_t i = 0; strstr(c->layers, "masking") != NULL && i < f->batch.steps.total; i += 2)
        for (size_t j = 0; j < features; j++) f->batch.x[i * features + j] = 2;
    fixture_mask(f);
    f->steps = model_arrange(&f->model, &fixture_batch(f)->steps);
    for (size_t i = 0; i < fixture_rows_out(f) * f->batch.shape.targets; i++)
        f->batch.y[i] = c->class_targets ? (double)(i % 3) : 0.5 + 0.45 * uniform(2, i);
    for (size_t i = 0; i < f->model.size; i++) f->model.weights[i] = 0.8 * uniform(3, i);
}

static struct node *parse(const char *format, const char *value) {
    struct text text = {0};
    text_format(&text, format, value);
    struct node *node = NULL;
    CHECK((node = yaml_read_value(text.bytes, (struct place){"case", 0, 0}, &yaml_config_limits,
                                  err)) != NULL);
    text_free(&text);
    return node;
}

static void start(struct fixture *f, const struct gradient_case *c) {
    struct node *model = parse("{layers: %s}", c->layers), *train = parse("{loss: %s}", c->loss);
    bool ids = strstr(c->layers, "embedding") != NULL;
    struct batch_shape shape = {.rows = ROWS,
                                .steps = STEPS,
                                .features = ids ? 1 : FEATURES,
                                .targets = c->class_targets ? 1 : TARGETS,
                                .target_steps = c->target_steps};
    fixture_build(f, model, train, NULL, shape, c->class_targets, "generic");
    node_free(model);
    node_free(train);
    fill(f, c);
}

/* The loss, and what the last states add to it in the tests of states. */
struct objective {
    struct fixture *f;
    const real *last, *dlast;
    size_t states;
};

static double value(const struct objective *o) {
    double sum = fixture_pass_all(o->f, 1, false);
    for (size_t i = 0; i < o->states; i++) sum += o->dlast[i] * o->last[i];
    return sum;
}

/* Central differences of fourth order: the error is h^4, so h may be large and rounding small. */
static double slope(const struct objective *o, real *at) {
    const real kept = *at;
    double side[4];
    static const double offset[4] = {-2, -1, 1, 2};
    for (size_t i = 0; i < 4; i++) {
        *at = kept + offset[i] * step_size;
        side[i] = value(o);
    }
    *at = kept;
    return (side[0] - 8 * side[1] + 8 * side[2] - side[3]) / (12 * step_size);
}

/* A gradient that is zero everywhere would pass any comparison of zeros. */
static void check_tensor(struct fixture *f, const struct parameter *p) {
    const struct objective objective = {.f = f};
    const real *gradient = f->model.gradients + p->tensor->offset;
    double largest = 0;
    for (size_t i = 0; i < p->tensor->size; i++)
        if (fabs(gradient[i]) > largest) largest = fabs(gradient[i]);
    if (!(largest > 1e-6)) fail_msg("%s: the gradient is zero", p->name);
    for (size_t i = 0; i < p->tensor->size; i++) {
        double want = slope(&objective, &f->model.weights[p->tensor->offset + i]);
        double got = gradient[i];
        double scale = fmax(fmax(fabs(want), fabs(got)), 1e-3 * largest);
        if (!(fabs(want - got) <= bound * scale))
            fail_msg("%s[%zu]: gradient %.12g, difference %.12g", p->name, i, got, want);
    }
}

static void test_case(void **state) {
    const struct gradient_case *c = *state;
    struct fixture f;
    start(&f, c);
    (void)fixture_pass_all(&f, 3, true);
    for (size_t i = 0; i < f.model.parameters; i++) check_tensor(&f, &f.model.parameter[i]);
    fixture_free(&f);
}

/* States: the loss is a weighted sum of all outputs and last states; its derivative with respect to
 * the first states goes through every step. */
static void test_states(void **state) {
    struct fixture f;
    struct gradient_case c = {"", *state, "mse", false, false};
    real first[ROWS * 16], last[ROWS * 16], dlast[ROWS * 16], dfirst[ROWS * 16];
    start(&f, &c);
    struct layer *layer = &f.model.layer[0];
    size_t size = ROWS * layer->state_size;
    for (size_t i = 0; i < size; i++) {
        first[i] = uniform(4, i);
        dlast[i] = uniform(5, i);
    }
    layer->state = (struct layer_state){first, last, dlast, dfirst};
    (void)fixture_pass_all(&f, 2, true);
    const struct objective objective = {&f, last, dlast, size};
    for (size_t i = 0; i < size; i++) {
        double want = slope(&objective, &first[i]);
        assert_true(fabs(want) > 1e-9);
        if (!(fabs(want - dfirst[i]) <= bound * fmax(fabs(want), 1e-3)))
            fail_msg("state %zu: derivative %.12g, difference %.12g", i, dfirst[i], want);
    }
    for (size_t i = 0; i < f.model.size; i++) { /* weights see the states too */
        double want = slope(&objective, &f.model.weights[i]);
        (void)fixture_pass_all(&f, 1, true);
        if (!(fabs(want - f.model.gradients[i]) <= bound * fmax(fabs(want), 1e-3)))
            fail_msg("weight %zu: gradient %.12g, difference %.12g", i, f.model.gradients[i], want);
    }
    fixture_free(&f);
}

int main(void) {
    enum { CASES = sizeof cases / sizeof *cases, STATES = 4 };
    static char states[STATES][64] = {"[lstm: 4, dense: 3]", "[gru: 4, dense: 3]",
                                      "[gru: {units: 4, reset_after: false}, dense: 3]",
                                      "[simple_rnn: 4, dense: 3]"};
    static struct gradient_case copies[CASES];
    struct CMUnitTest tests[CASES + STATES];
    char names[CASES + STATES][96];
    memcpy(copies, cases, sizeof cases);
    for (size_t i = 0; i < CASES; i++) {
        (void)snprintf(names[i], sizeof names[i], "gradient: %s", cases[i].name);
        tests[i] = (struct CMUnitTest){
            .name = names[i], .test_func = test_case, .initial_state = &copies[i]};
    }
    for (size_t i = 0; i < STATES; i++) {
        (void)snprintf(names[CASES + i], sizeof names[0], "gradient of states: %.63s", states[i]);
        tests[CASES + i] = (struct CMUnitTest){
            .name = names[CASES + i], .test_func = test_states, .initial_state = states[i]};
    }
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
