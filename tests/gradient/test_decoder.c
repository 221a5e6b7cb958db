/* An encoder and a decoder in double: gradients against differences, and the forward pass against
 * one written out here. The sequences of both have lengths of their own, so that their rows stand in
 * different orders. */
#include "fixture.h"

#include "base/random.h"

enum { ROWS = 5, STEPS = 6, OUT_STEPS = 5, IDS = 7, CLASSES = 6, MOST = 64, WRITTEN = 2 };

static const double step_size = 1e-3, bound = 1e-7;

static const size_t source_length[ROWS] = {3, 6, 1, 6, 4}, target_length[ROWS] = {2, 1, 5, 3, 5};

struct pair {
    struct model_options options;
    struct model model;
    struct loss loss;
    struct param_kind kind;
    struct batch source, target;
    struct plan plan;
    const struct kernels *kernels;
    real *dy;
    bool numbers; /* written, not classes */
};

static double uniform(size_t stream, size_t i) {
    return 2 * random_uniform(random_stream(5, RANDOM_GENERATE, (uint32_t)stream), 0, i) - 1;
}

static const struct param loss_rows[] = {
    {.key = "loss", .type = PARAM_KIND, .offset = 0, .kinds = loss_kinds}, {0}};

static void read_text(const struct param *rows, const char *text, void *to) {
    struct node *node = NULL;
    CHECK((node = yaml_read_value(text, (struct place){"case", 0, 0}, &yaml_config_limits, err)) !=
          NULL);
    CHECK(params_read(rows, node, to, err));
    node_free(node);
}

static void fill_numbers(struct pair *p) {
    for (size_t i = 0; i < p->target.steps.total * WRITTEN; i++) p->target.x[i] = uniform(6, i);
    for (size_t i = 0; i < ROWS * p->model.outputs; i++) p->target.y[i] = uniform(7, i);
}

static void fill(struct pair *p) {
    static const size_t equal[ROWS] = {OUT_STEPS, OUT_STEPS, OUT_STEPS, OUT_STEPS, OUT_STEPS};
    size_t sample[ROWS] = {0, 1, 2, 3, 4};
    batch_arrange(&p->source, sample, p->numbers ? equal : source_length, ROWS);
    batch_arrange(&p->target, sample, p->numbers ? equal : target_length, ROWS);
    for (size_t i = 0; i < p->source.steps.total; i++) p->source.x[i] = (double)(i * i % IDS);
    if (p->numbers) fill_numbers(p);
    for (size_t i = 0; !p->numbers && i < p->target.steps.total; i++) {
        p->target.x[i] = (double)((i * i + 1) % CLASSES);
        p->target.y[i] = (double)((3 * i + 2) % CLASSES);
    }
    for (size_t i = 0; i < p->model.size; i++) p->model.weights[i] = 0.8 * uniform(3, i);
    model_arrange_both(&p->model, &p->source.steps, &p->target.steps);
}

static void start(struct pair *p, const char *layers) {
    *p = (struct pair){.numbers = strstr(layers, "softmax") == NULL};
    read_text(model_params, layers, &p->options);
    read_text(loss_rows, p->numbers ? "{loss: mse}" : "{loss: sparse_categorical_crossentropy}",
              &p->kind);
    const struct batch_shape shape = {.rows = ROWS,
                                      .steps = STEPS,
                                      .features = 1,
                                      .vocabulary = IDS,
                                      .targets = p->numbers ? WRITTEN : 1,
                                      .decoder_steps = OUT_STEPS,
                                      .decoder_features = p->numbers ? WRITTEN : 1,
                                      .decoder_vocabulary = p->numbers ? 0 : CLASSES,
                                      .horizon = OUT_STEPS,
                                      .horizon_features = WRITTEN};
    const struct batch_shape target = batch_shape_of_decoder(&shape);
    CHECK((p->kernels = kernels_select("generic", err)) != NULL);
    CHECK(model_build(&p->model, &p->options, &shape, err));
    p->loss = (struct loss){.ops = p->kind.kind->ops,
                            .settings = p->kind.settings,
                            .width = p->model.outputs,
                            .logits = !p->numbers,
                            .class_targets = !p->numbers};
    if (!p->numbers) model_loss_on_logits(&p->model);
    const struct layer_limits encoder = {ROWS, ROWS * STEPS, true},
                              decoder = {ROWS, ROWS * OUT_STEPS, true};
    batch_plan(&p->source, &shape, &p->plan);
    batch_plan(&p->target, &target, &p->plan); /* y has room for the numbers of a horizon too */
    model_plan_both(&p->model, &encoder, &decoder, &p->plan);
    plan_want(&p->plan, &p->dy, ROWS * OUT_STEPS * p->model.outputs, sizeof(real));
    CHECK(plan_commit(&p->plan, "the test", err));
    model_connect_both(&p->model, p->source.x, p->target.x, p->dy);
    fill(p);
}

static void stop(struct pair *p) {
    model_free(&p->model);
    plan_free(&p->plan);
    params_free(model_params, &p->options);
    params_free(loss_rows, &p->kind);
}

static double losses(struct pair *p, bool derivatives) {
    size_t width = p->model.outputs, total = p->numbers ? ROWS : p->target.steps.total;
    double sum = 0;
    for (size_t r = 0; r < total; r++)
        sum += loss_row(&p->loss, model_logits(&p->model) + r * width,
                        p->target.y + r * (p->numbers ? width : 1), 1 / (double)total,
                        derivatives ? p->dy + r * width : NULL);
    return sum / (double)total;
}

/* The rows in `parts` cuts, which are others in the decoder. */
static double pass_all(struct pair *p, size_t parts, bool derivatives) {
    struct pass pass = {.kernels = p->kernels,
                        .steps = &p->source.steps,
                        .parameters = p->model.weights,
                        .gradients = p->model.gradients,
                        .training = true,
                        .seed = 7};
    struct pass decode = pass;
    decode.steps = &p->target.steps;
    struct model *m = &p->model;
#define EACH_PART(call)                                                                            \
    for (size_t i = 0; i < parts; i++) {                                                           \
        size_t r0 = ROWS * i / parts, r1 = ROWS * (i + 1) / parts;                                 \
        call;                                                                                      \
    }
    for (size_t i = 0; i < parts; i++) model_prepare(m, &pass, i, parts);
    EACH_PART(model_encode(m, &pass, r0, r1))
    EACH_PART(model_hand_over(m, r0, r1); model_forward(m, &decode, r0, r1))
    double loss = losses(p, derivatives);
    if (!derivatives) return loss;
    EACH_PART(model_backward(m, &decode, r0, r1))
    EACH_PART(model_hand_back(m, r0, r1); model_encode_back(m, &pass, r0, r1))
    for (size_t i = 0; i < parts; i++) model_weight_gradient(m, &pass, i, parts);
#undef EACH_PART
    return loss;
}

static double slope(struct pair *p, real *at) {
    const real kept = *at;
    double side[4];
    static const double offset[4] = {-2, -1, 1, 2};
    for (size_t i = 0; i < 4; i++) {
        *at = kept + offset[i] * step_size;
        side[i] = pass_all(p, 1, false);
    }
    *at = kept;
    return (side[0] - 8 * side[1] + 8 * side[2] - side[3]) / (12 * step_size);
}

static void check_tensor(struct pair *p, const struct parameter *parameter) {
    const real *gradient = p->model.gradients + parameter->tensor->offset;
    double largest = 0;
    for (size_t i = 0; i < parameter->tensor->size; i++) largest = fmax(largest, fabs(gradient[i]));
    if (!(largest > 1e-6)) fail_msg("%s: the gradient is zero", parameter->name);
    for (size_t i = 0; i < parameter->tensor->size; i++) {
        double want = slope(p, &p->model.weights[parameter->tensor->offset + i]);
        double scale = fmax(fmax(fabs(want), fabs(gradient[i])), 1e-3 * largest);
        if (!(fabs(want - gradient[i]) <= bound * scale))
            fail_msg("%s[%zu]: gradient %.12g, difference %.12g", parameter->name, i, gradient[i],
                     want);
    }
}

#define ENDS  "dense: {units: 6, activation: softmax}]}"
#define READS "embedding: {output_dim: 3}"

static const struct {
    const char *name, *layers;
} cases[] = {
    {"lstm, states alone", "{encoder: [" READS ", lstm: 4], decoder: [" READS ", lstm: 4, " ENDS},
    {"gru, states alone", "{encoder: [" READS ", gru: 4], decoder: [" READS ", gru: 4, " ENDS},
    {"simple_rnn, dot", "{encoder: [" READS ", simple_rnn: 4], decoder: [" READS
                        ", simple_rnn: 4, attention: dot, " ENDS},
    {"lstm, dot with a scale", "{encoder: [" READS ", lstm: 4], decoder: [" READS
                               ", lstm: 4, attention: {use_scale: true}, " ENDS},
    {"lstm, additive",
     "{encoder: [" READS ", lstm: 4], decoder: [" READS ", lstm: 4, attention: additive, " ENDS},
    {"gru, additive without a scale", "{encoder: [" READS ", gru: 4], decoder: [" READS
                                      ", gru: 4, attention: {score: additive, use_scale: false}, "
                                      "dense: {units: 5, activation: tanh}, " ENDS},
    {"two layers, dropout",
     "{encoder: [" READS ", lstm: 4, dropout: 0.2, lstm: {units: 3, dropout: "
     "0.2}], decoder: [" READS ", lstm: 4, dropout: 0.2, lstm: 3, attention: dot, " ENDS},
    {"attention twice", "{encoder: [" READS ", gru: 3, dense: 3], decoder: [" READS
                        ", gru: 3, attention: dot, dense: 3, attention: additive, " ENDS},
    {"numbers of a horizon", "{encoder: [" READS ", lstm: 4], decoder: [lstm: 4, attention: "
                             "additive, dense: 2]}"},
    {"encoder that reads backwards",
     "{encoder: [" READS ", lstm: {units: 4, go_backwards: true}], decoder: [" READS
     ", lstm: 4, attention: dot, " ENDS},
};

static void gradients_are_differences(void **state) {
    const char *const *layers = *state;
    struct pair p;
    start(&p, *layers);
    (void)pass_all(&p, 3, true);
    for (size_t i = 0; i < p.model.parameters; i++) check_tensor(&p, &p.model.parameter[i]);
    stop(&p);
}

/* ---- forward, written out ------------------------------------------------------------------- */

enum { UNITS = 4, WIDE = 3 };

static const double *weights_of(const struct pair *p, const char *name) {
    for (size_t i = 0; i < p->model.parameters; i++)
        if (strcmp(p->model.parameter[i].name, name) == 0)
            return p->model.weights + p->model.parameter[i].tensor->offset;
    fail_msg("no tensor %s", name);
    return NULL;
}

/* One step of an LSTM on the vector of an id. */
static void lstm_step(const struct pair *p, const char *stack, size_t id, double *h, double *c) {
    char name[3][64];
    static const char *const tensor[3] = {"kernel", "recurrent_kernel", "bias"};
    for (size_t i = 0; i < 3; i++)
        (void)snprintf(name[i], sizeof name[i], "%s/lstm/%s", stack, tensor[i]);
    char table[64];
    (void)snprintf(table, sizeof table, "%s/embedding/embeddings", stack);
    const double *w = weights_of(p, name[0]), *u = weights_of(p, name[1]),
                 *b = weights_of(p, name[2]), *x = weights_of(p, table) + id * WIDE;
    double z[4 * UNITS];
    for (size_t j = 0; j < 4 * UNITS; j++) {
        z[j] = b[j];
        for (size_t k = 0; k < WIDE; k++) z[j] += x[k] * w[k * 4 * UNITS + j];
        for (size_t k = 0; k < UNITS; k++) z[j] += h[k] * u[k * 4 * UNITS + j];
    }
    for (size_t j = 0; j < UNITS; j++) {
        double i = 1 / (1 + exp(-z[j])), f = 1 / (1 + exp(-z[UNITS + j]));
        double o = 1 / (1 + exp(-z[3 * UNITS + j]));
        c[j] = f * c[j] + i * tanh(z[2 * UNITS + j]);
        h[j] = o * tanh(c[j]);
    }
}

/* One step of a GRU, reset_after, on the vector of an id. */
static void gru_step(const struct pair *p, const char *stack, size_t id, double *h) {
    char name[4][64];
    static const char *const tensor[4] = {"gru/kernel", "gru/recurrent_kernel", "gru/bias",
                                          "embedding/embeddings"};
    for (size_t i = 0; i < 4; i++)
        (void)snprintf(name[i], sizeof name[i], "%s/%s", stack, tensor[i]);
    const double *w = weights_of(p, name[0]), *u = weights_of(p, name[1]),
                 *b = weights_of(p, name[2]), *x = weights_of(p, name[3]) + id * WIDE;
    double a[3 * UNITS], q[3 * UNITS];
    for (size_t j = 0; j < 3 * UNITS; j++) {
        a[j] = b[j];
        q[j] = b[3 * UNITS + j];
        for (size_t k = 0; k < WIDE; k++) a[j] += x[k] * w[k * 3 * UNITS + j];
        for (size_t k = 0; k < UNITS; k++) q[j] += h[k] * u[k * 3 * UNITS + j];
    }
    for (size_t j = 0; j < UNITS; j++) {
        double z = 1 / (1 + exp(-a[j] - q[j])), r = 1 / (1 + exp(-a[UNITS + j] - q[UNITS + j]));
        h[j] = z * h[j] + (1 - z) * tanh(a[2 * UNITS + j] + r * q[2 * UNITS + j]);
    }
}

static void cell_step(const struct pair *p, bool gru, const char *stack, size_t id, double *h,
                      double *c) {
    if (gru)
        gru_step(p, stack, id, h);
    else
        lstm_step(p, stack, id, h, c);
}

/* [context, h] by attention over `steps` values; `dot` with a scale. */
static void attend(const struct pair *p, bool dot, double (*v)[UNITS], size_t steps,
                   const double *h, double *to) {
    const double *k = weights_of(p, "decoder/attention/scale");
    double e[STEPS], sum = 0;
    for (size_t s = 0; s < steps; s++) {
        e[s] = 0;
        for (size_t j = 0; j < UNITS; j++)
            e[s] += dot ? k[0] * h[j] * v[s][j] : k[j] * tanh(h[j] + v[s][j]);
        sum += e[s] = exp(e[s]);
    }
    for (size_t j = 0; j < UNITS; j++) {
        to[j] = 0;
        for (size_t s = 0; s < steps; s++) to[j] += e[s] / sum * v[s][j];
        to[UNITS + j] = h[j];
    }
}

static void check_step(const struct pair *p, const double *y, size_t packed) {
    const double *w = weights_of(p, "decoder/dense/kernel"),
                 *b = weights_of(p, "decoder/dense/bias");
    for (size_t c = 0; c < CLASSES; c++) {
        double logit = b[c];
        for (size_t j = 0; j < 2 * UNITS; j++) logit += y[j] * w[j * CLASSES + c];
        assert_true(fabs(logit - model_logits(&p->model)[packed * CLASSES + c]) < 1e-12);
    }
}

static void check_row(const struct pair *p, bool gru, size_t origin) {
    const struct steps *source = &p->source.steps, *target = &p->target.steps;
    size_t from = 0, to = 0;
    while (source->origin[from] != origin) from++;
    while (target->origin[to] != origin) to++;
    double h[UNITS] = {0}, c[UNITS] = {0}, v[STEPS][UNITS], y[2 * UNITS];
    for (size_t t = 0; t < source_length[origin]; t++) {
        cell_step(p, gru, "encoder", (size_t)p->source.x[source->offset[t] + from], h, c);
        memcpy(v[t], h, sizeof h);
    }
    for (size_t t = 0; t < target_length[origin]; t++) {
        size_t packed = target->offset[t] + to;
        cell_step(p, gru, "decoder", (size_t)p->target.x[packed], h, c);
        attend(p, gru, v, source_length[origin], h, y);
        check_step(p, y, packed);
    }
}

/* An LSTM with additive attention, a GRU with dot. */
static void forward_is_as_written(void **state) {
    static const char *const layers[2] = {
        "{encoder: [" READS ", lstm: 4], decoder: [" READS ", lstm: 4, attention: additive, " ENDS,
        "{encoder: [" READS ", gru: 4], decoder: [" READS
        ", gru: 4, attention: {score: dot, use_scale: true}, " ENDS};
    (void)state;
    for (size_t gru = 0; gru < 2; gru++) {
        struct pair p;
        start(&p, layers[gru]);
        (void)pass_all(&p, 2, false);
        for (size_t r = 0; r < ROWS; r++) check_row(&p, gru == 1, r);
        stop(&p);
    }
}

/* ---- numbers, from the decoder's own ------------------------------------------------------- */

/* Fed with what it gave at the steps before, a decoder gives what it does alone. */
static void unrolled_is_fed_with_its_own(void **state) {
    (void)state;
    struct pair p;
    start(&p, "{encoder: [" READS ", gru: 4, lstm: 4], decoder: [gru: 4, lstm: 4, attention: dot, "
              "dense: 2]}");
    const struct steps *steps = &p.target.steps;
    struct model *m = &p.model;
    real alone[ROWS * OUT_STEPS * WRITTEN];
    for (size_t i = 0; i < steps->total * WRITTEN; i++) p.target.x[i] = 0;
    for (size_t h = 0; h < OUT_STEPS; h++) {
        (void)pass_all(&p, 2, false);
        for (size_t r = 0; h + 1 < OUT_STEPS && r < ROWS; r++)
            for (size_t k = 0; k < WRITTEN; k++)
                p.target.x[((h + 1) * ROWS + r) * WRITTEN + k] =
                    model_output(m)[r * m->outputs + k * OUT_STEPS + h];
    }
    memcpy(alone, model_output(m), sizeof alone);
    size_t active[1] = {ROWS}, offset[2] = {0, ROWS}, length[ROWS] = {1, 1, 1, 1, 1};
    size_t origin[ROWS] = {0, 1, 2, 3, 4};
    const struct steps single = {ROWS, 1, ROWS, active, offset, length, origin};
    const struct pass pass = {
        .kernels = p.kernels, .steps = &single, .parameters = p.model.weights};
    memset(m->layer[m->layers - 1].y, 0, sizeof alone);
    for (size_t r0 = 0; r0 < ROWS; r0 += 2) {
        size_t r1 = r0 + 2 < ROWS ? r0 + 2 : ROWS;
        model_hand_over(m, r0, r1);
        model_unroll(m, &pass, p.target.x, r0, r1);
    }
    for (size_t i = 0; i < ROWS * OUT_STEPS * WRITTEN; i++)
        assert_true(fabs(alone[i] - model_output(m)[i]) < 1e-14);
    stop(&p);
}

int main(void) {
    enum { CASES = sizeof cases / sizeof *cases };
    struct CMUnitTest tests[CASES + 2];
    const char *layers[CASES];
    char names[CASES][96];
    for (size_t i = 0; i < CASES; i++) {
        layers[i] = cases[i].layers;
        (void)snprintf(names[i], sizeof names[i], "gradient of a decoder: %s", cases[i].name);
        tests[i] = (struct CMUnitTest){.name = names[i],
                                       .test_func = gradients_are_differences,
                                       .initial_state = (void *)&layers[i]};
    }
    tests[CASES] = (struct CMUnitTest)cmocka_unit_test(forward_is_as_written);
    tests[CASES + 1] = (struct CMUnitTest)cmocka_unit_test(unrolled_is_fed_with_its_own);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
