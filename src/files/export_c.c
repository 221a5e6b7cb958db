/* A model as a C file that needs nothing but the C library's math.h: weights as constants, the
 * state of a sequence in a struct of the caller, one function that takes a step. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "files/atomic.h"
#include "files/export.h"
#include "files/whole.h"
#include "layers/column_embedding.h"
#include "layers/layers.h"
#include "layers/recurrent.h"

/* ---- pieces of the program -------------------------------------------------------------------- */

static const char *const activation_code[ACTIVATION_COUNT] = {
    [ACTIVATION_LINEAR] = "x",
    [ACTIVATION_TANH] = "tanhf(x)",
    [ACTIVATION_SIGMOID] = "1 / (1 + expf(-x))",
    [ACTIVATION_RELU] = "x > 0 ? x : 0",
    [ACTIVATION_HARD_SIGMOID] = "x <= -3 ? 0 : x >= 3 ? 1 : x / 6 + 0.5F",
    [ACTIVATION_ELU] = "x > 0 ? x : expm1f(x)",
    [ACTIVATION_SELU] = "1.05070098F * (x > 0 ? x : 1.67326324F * expm1f(x))",
    [ACTIVATION_GELU] = "x * 0.5F * (1 + erff(x * 0.707106781F))",
    [ACTIVATION_SILU] = "x / (1 + expf(-x))",
    [ACTIVATION_MISH] = "x * tanhf(x > 20 ? x : log1pf(expf(x)))",
    [ACTIVATION_SOFTPLUS] = "x > 20 ? x : log1pf(expf(x))",
    [ACTIVATION_SOFTSIGN] = "x / (1 + fabsf(x))",
    [ACTIVATION_EXPONENTIAL] = "expf(x)",
    [ACTIVATION_LEAKY_RELU] = "x > 0 ? x : 0.2F * x",
    [ACTIVATION_RELU6] = "x < 0 ? 0 : x > 6 ? 6 : x",
};

static const char multiply_code[] =
    "/* z[j] = bias[j] + the sum over i of x[i] w[i][j] */\n"
    "static void multiply(int in, int out, const float *x, const float *w, const float *bias,\n"
    "                     float *z) {\n"
    "    for (int j = 0; j < out; j++) z[j] = bias ? bias[j] : 0;\n"
    "    for (int i = 0; i < in; i++)\n"
    "        for (int j = 0; j < out; j++) z[j] += x[i] * w[i * out + j];\n"
    "}\n\n";
static const char softmax_code[] =
    "static void softmax(int n, float *x) {\n"
    "    float most = x[0], sum = 0;\n"
    "    for (int i = 1; i < n; i++)\n"
    "        if (x[i] > most) most = x[i];\n"
    "    for (int i = 0; i < n; i++) sum += x[i] = expf(x[i] - most);\n"
    "    for (int i = 0; i < n; i++) x[i] /= sum;\n"
    "}\n\n";

static const char normalize_code[] =
    "static void normalize(int n, float epsilon, const float *gamma, const float *beta, float *x) "
    "{\n"
    "    float mean = 0, variance = 0;\n"
    "    for (int i = 0; i < n; i++) mean += x[i];\n"
    "    mean /= n;\n"
    "    for (int i = 0; i < n; i++) variance += (x[i] - mean) * (x[i] - mean);\n"
    "    float scale = 1 / sqrtf(variance / n + epsilon);\n"
    "    for (int i = 0; i < n; i++)\n"
    "        x[i] = (x[i] - mean) * scale * (gamma ? gamma[i] : 1) + (beta ? beta[i] : 0);\n"
    "}\n\n";
static const char look_up_code[] =
    "/* The vector of an id; of what is none, that of 0. */\n"
    "static const float *look_up(float id, size_t ids, size_t width, const float *table) {\n"
    "    return table + (id >= 0 && id < ids ? (size_t)id : 0) * width;\n"
    "}\n\n";

struct writer {
    const struct export *export;
    struct text data, step, fields; /* constants, the body of model_step, members of the state */
    bool uses[ACTIVATION_COUNT], normalizes, looks_up;
    size_t scratch; /* floats that a step needs beside the values */
    size_t widest;  /* of what goes from layer to layer */
};

static void use(struct writer *w, enum activation f) {
    w->uses[f] = true;
}

static void need(size_t *most, size_t count) {
    if (count > *most) *most = count;
}

/* A float that reads back to the same and is a C constant. */
static void add_float(struct text *to, float value) {
    char digits[32];
    const char *number = text_number((double)value, digits);
    text_add(to, number);
    text_add(to, strpbrk(number, ".e") != NULL ? "F" : ".0F");
}

static const float *tensor_of(const struct writer *w, const struct layer *layer, size_t i) {
    return w->export->weights + layer->tensor[i].offset;
}

/* static const float kernel0[] = {...}: some columns of a matrix with row length `row`. */
static void add_constant(struct writer *w, const char *name, size_t number, size_t rows, size_t row,
                         size_t first, size_t end, const float *values) {
    struct text *to = &w->data;
    text_format(to, "static const float %s%zu[%zu] = {", name, number, rows * (end - first));
    for (size_t i = 0, count = 0; i < rows; i++)
        for (size_t j = first; j < end; j++, count++) {
            text_add(to, count % 6 == 0 ? "\n    " : " ");
            add_float(to, values[i * row + j]);
            text_add(to, ",");
        }
    text_add(to, "\n};\n");
}

/* ---- layers ----------------------------------------------------------------------------------- */

static void add_state(struct writer *w, const char *name, size_t number, size_t units) {
    text_format(&w->fields, "    float %s%zu[%zu];\n", name, number, units);
}

static void add_lstm(struct writer *w, const struct layer *layer, size_t n) {
    const struct recurrent_settings *s = layer->settings;
    const char *f = activation_names[s->activation],
               *gate = activation_names[s->recurrent_activation];
    size_t u = layer->out_features;
    add_state(w, "c", n, u);
    text_format(
        &w->step,
        "    for (int j = 0; j < %zu; j++) {\n"
        "        float i = activate_%s(z[j] + r[j]), f = activate_%s(z[%zu + j] + r[%zu + j]);\n"
        "        float g = activate_%s(z[%zu + j] + r[%zu + j]), o = activate_%s(z[%zu + j] + "
        "r[%zu + j]);\n"
        "        m->c%zu[j] = f * m->c%zu[j] + i * g;\n"
        "        m->h%zu[j] = o * activate_%s(m->c%zu[j]);\n"
        "    }\n",
        u, gate, gate, u, u, f, 2 * u, 2 * u, gate, 3 * u, 3 * u, n, n, n, f, n);
}

static void add_gru(struct writer *w, const struct layer *layer, size_t n) {
    const struct recurrent_settings *s = layer->settings;
    const char *f = activation_names[s->activation],
               *gate = activation_names[s->recurrent_activation];
    size_t u = layer->out_features;
    if (s->reset_after) {
        text_format(&w->step,
                    "    for (int j = 0; j < %zu; j++) {\n"
                    "        float keep = activate_%s(z[j] + r[j]), reset = activate_%s(z[%zu + j] "
                    "+ r[%zu + j]);\n"
                    "        float g = activate_%s(z[%zu + j] + reset * r[%zu + j]);\n"
                    "        m->h%zu[j] = keep * m->h%zu[j] + (1 - keep) * g;\n"
                    "    }\n",
                    u, gate, gate, u, u, f, 2 * u, 2 * u, n, n);
        return;
    }
    add_constant(w, "candidate", n, u, 3 * u, 2 * u, 3 * u, tensor_of(w, layer, 1));
    text_format(
        &w->step,
        "    for (int j = 0; j < %zu; j++) {\n"
        "        z[j] = activate_%s(z[j] + r[j]);\n"
        "        r[%zu + j] = activate_%s(z[%zu + j] + r[%zu + j]) * m->h%zu[j];\n"
        "    }\n"
        "    multiply(%zu, %zu, r + %zu, candidate%zu, 0, r);\n"
        "    for (int j = 0; j < %zu; j++)\n"
        "        m->h%zu[j] = z[j] * m->h%zu[j] + (1 - z[j]) * activate_%s(z[%zu + j] + r[j]);\n",
        u, gate, u, gate, u, u, n, u, u, u, n, u, n, n, f, 2 * u);
}

static bool add_recurrent(struct writer *w, const struct layer *layer, size_t n,
                          struct error *err) {
    const struct recurrent_settings *s = layer->settings;
    bool lstm = layer->ops == &lstm_ops, gru = layer->ops == &gru_ops;
    size_t in = layer->in_features, u = layer->out_features, columns = layer->tensor[0].extent[1];
    bool before = gru && !s->reset_after;
    size_t recurrent = before ? 2 * u : columns; /* columns that h is multiplied by at once */
    if (s->go_backwards)
        return error_set(err, ERROR_CONFIG,
                         "layer '%s': go_backwards needs the end of the sequence first, which a "
                         "program that goes step by step does not have",
                         layer->name);
    use(w, (enum activation)s->activation);
    if (lstm || gru) use(w, (enum activation)s->recurrent_activation);
    need(&w->scratch, columns);
    add_state(w, "h", n, u);
    text_format(&w->step, "\n    /* %s */\n", layer->name);
    add_constant(w, "kernel", n, in, columns, 0, columns, tensor_of(w, layer, 0));
    add_constant(w, "recurrent", n, u, columns, 0, recurrent, tensor_of(w, layer, 1));
    if (s->use_bias)
        add_constant(w, "bias", n, 1, layer->tensor[2].size, 0, layer->tensor[2].size,
                     tensor_of(w, layer, 2));
    text_format(&w->step,
                s->use_bias ? "    multiply(%zu, %zu, x, kernel%zu, bias%zu, z);\n"
                            : "    multiply(%zu, %zu, x, kernel%zu, 0, z);\n",
                in, columns, n, n);
    bool second = gru && s->reset_after && s->use_bias;
    text_format(&w->step, "    multiply(%zu, %zu, m->h%zu, recurrent%zu, ", u, recurrent, n, n);
    if (second)
        text_format(&w->step, "bias%zu + %zu, r);\n", n, columns);
    else
        text_add(&w->step, "0, r);\n");
    if (lstm)
        add_lstm(w, layer, n);
    else if (gru)
        add_gru(w, layer, n);
    else
        text_format(&w->step,
                    "    for (int j = 0; j < %zu; j++) m->h%zu[j] = activate_%s(z[j] + r[j]);\n", u,
                    n, activation_names[s->activation]);
    text_format(&w->step, "    for (int j = 0; j < %zu; j++) x[j] = m->h%zu[j];\n", u, n);
    if (!layer->out_sequence) text_add(&w->step, "    if (!y) return;\n");
    return true;
}

static void add_activation(struct writer *w, enum activation f, size_t width, const char *to) {
    if (f == ACTIVATION_SOFTMAX)
        text_format(&w->step, "    softmax(%zu, %s);\n", width, to);
    else if (f != ACTIVATION_LINEAR)
        text_format(&w->step, "    for (int j = 0; j < %zu; j++) %s[j] = activate_%s(%s[j]);\n",
                    width, to, activation_names[f], to);
    if (f != ACTIVATION_LINEAR) use(w, f);
}

static void add_dense(struct writer *w, const struct layer *layer, size_t n) {
    const struct dense_settings *s = layer->settings;
    size_t in = layer->in_features, out = layer->out_features;
    need(&w->scratch, out);
    text_format(&w->step, "\n    /* %s */\n", layer->name);
    add_constant(w, "kernel", n, in, out, 0, out, tensor_of(w, layer, 0));
    if (s->use_bias) add_constant(w, "bias", n, 1, out, 0, out, tensor_of(w, layer, 1));
    text_format(&w->step,
                s->use_bias ? "    multiply(%zu, %zu, x, kernel%zu, bias%zu, z);\n"
                            : "    multiply(%zu, %zu, x, kernel%zu, 0, z);\n",
                in, out, n, n);
    text_format(&w->step, "    for (int j = 0; j < %zu; j++) x[j] = z[j];\n", out);
    add_activation(w, (enum activation)s->activation, out, "x");
}

static void add_normalization(struct writer *w, const struct layer *layer, size_t n) {
    const struct layer_normalization_settings *s = layer->settings;
    char epsilon[32];
    size_t width = layer->in_features;
    text_format(&w->step, "\n    /* %s */\n    normalize(%zu, %sF, ", layer->name, width,
                text_double(s->epsilon, epsilon));
    if (s->scale) {
        add_constant(w, "gamma", n, 1, width, 0, width, tensor_of(w, layer, 0));
        text_format(&w->step, "gamma%zu, ", n);
    } else {
        text_add(&w->step, "0, ");
    }
    if (s->center) {
        add_constant(w, "beta", n, 1, width, 0, width, tensor_of(w, layer, s->scale ? 1 : 0));
        text_format(&w->step, "beta%zu, x);\n", n);
    } else {
        text_add(&w->step, "0, x);\n");
    }
    w->normalizes = true;
}

/* Feature f of a step gives way to a vector. */
static void add_look_up(struct writer *w, const struct layer *layer, size_t n, size_t f) {
    const struct layer_tensor *table = &layer->tensor[0];
    size_t ids = table->extent[0], width = table->extent[1], after = layer->in_features - f - 1;
    add_constant(w, "embeddings", n, ids, width, 0, width, tensor_of(w, layer, 0));
    text_format(&w->step,
                "\n    /* %s */\n    {\n"
                "        const float *vector = look_up(x[%zu], %zu, %zu, embeddings%zu);\n",
                layer->name, f, ids, width, n);
    if (after > 0)
        text_format(&w->step, "        memmove(x + %zu, x + %zu, %zu * sizeof *x);\n", f + width,
                    f + 1, after);
    text_format(&w->step, "        memcpy(x + %zu, vector, %zu * sizeof *x);\n    }\n", f, width);
    w->looks_up = true;
}

enum { POOL_LAST, POOL_MEAN, POOL_MAX }; /* ORDER of pool's mode */

static void add_pool(struct writer *w, const struct layer *layer, size_t n) {
    const struct pool_settings *s = layer->settings;
    size_t width = layer->in_features;
    text_format(&w->step, "\n    /* %s */\n", layer->name);
    if (s->mode == POOL_LAST) {
        text_add(&w->step, "    if (!y) return;\n");
        return;
    }
    add_state(w, "pool", n, width);
    text_format(&w->fields, "    size_t steps%zu;\n", n);
    text_format(&w->step, "    for (int j = 0; j < %zu; j++)\n", width);
    if (s->mode == POOL_MEAN)
        text_format(&w->step, "        m->pool%zu[j] += x[j];\n", n);
    else
        text_format(&w->step,
                    "        if (m->steps%zu == 0 || x[j] > m->pool%zu[j]) m->pool%zu[j] = x[j];\n",
                    n, n, n);
    text_format(&w->step,
                "    m->steps%zu++;\n    if (!y) return;\n"
                "    for (int j = 0; j < %zu; j++) x[j] = m->pool%zu[j]",
                n, width, n);
    if (s->mode == POOL_MEAN) text_format(&w->step, " / m->steps%zu", n);
    text_add(&w->step, ";\n");
}

static bool add_layer(struct writer *w, const struct layer *layer, size_t n, struct error *err) {
    const struct layer_ops *ops = layer->ops;
    const struct activation_settings *activation = layer->settings;
    const struct embedded_feature *column = layer->own;
    need(&w->widest, layer->out_features);
    if (layer->masks)
        return error_set(
            err, ERROR_CONFIG,
            "layer '%s' leaves steps out, which has no form in a program that is given "
            "one step at a time",
            layer->name);
    if (ops == &lstm_ops || ops == &gru_ops || ops == &simple_rnn_ops)
        return add_recurrent(w, layer, n, err);
    if (ops == &dense_ops)
        add_dense(w, layer, n);
    else if (ops == &activation_ops)
        add_activation(w, (enum activation)activation->activation, layer->out_features, "x");
    else if (ops == &layer_normalization_ops)
        add_normalization(w, layer, n);
    else if (ops == &embedding_ops)
        add_look_up(w, layer, n, 0);
    else if (ops == &column_embedding_ops)
        add_look_up(w, layer, n, column->feature);
    else if (ops == &pool_ops)
        add_pool(w, layer, n);
    else if (ops != &dropout_ops) /* which only acts in training */
        return error_set(err, ERROR_CONFIG,
                         "layer '%s': its type has no form in a program that goes step by step",
                         layer->name);
    return true;
}

/* As rnnpredict has them: logits as probabilities, the quantiles of a target in order. */
static void add_answers(struct writer *w) {
    size_t outputs = w->export->model->outputs, levels = w->export->levels;
    if (w->export->finish != ACTIVATION_LINEAR) {
        text_add(&w->step, "\n    /* probabilities */\n");
        add_activation(w, w->export->finish, outputs, "x");
    }
    if (levels < 2) return;
    text_format(&w->step,
                "\n    /* quantiles in order */\n"
                "    for (int i = 0; i < %zu; i++)\n"
                "        for (int j = i; j %% %zu > 0 && x[j] < x[j - 1]; j--) {\n"
                "            float larger = x[j - 1];\n"
                "            x[j - 1] = x[j];\n"
                "            x[j] = larger;\n"
                "        }\n",
                outputs, levels);
}

/* ---- the files -------------------------------------------------------------------------------- */

static void add_functions(const struct writer *w, struct text *to) {
    text_add(to, multiply_code);
    for (enum activation f = 0; f < ACTIVATION_COUNT; f++)
        if (w->uses[f] && activation_code[f] != NULL)
            text_format(to, "static float activate_%s(float x) {\n    return %s;\n}\n\n",
                        activation_names[f], activation_code[f]);
    if (w->uses[ACTIVATION_SOFTMAX]) text_add(to, softmax_code);
    if (w->normalizes) text_add(to, normalize_code);
    if (w->looks_up) text_add(to, look_up_code);
}

static void add_program(const struct writer *w, const char *header, struct text *to) {
    const struct model *model = w->export->model;
    text_format(to,
                "/* A trained network, made by rnnexport; see %s. C99, needs libm. */\n"
                "#include \"%s\"\n\n#include <math.h>\n#include <string.h>\n\n",
                header, header);
    add_functions(w, to);
    text_add_bytes(to, w->data.bytes != NULL ? w->data.bytes : "", w->data.length);
    text_format(to,
                "\nvoid model_init(struct model *m) {\n"
                "    memset(m, 0, sizeof *m);\n}\n\n"
                "void model_step(struct model *m, const float *input, float *y) {\n"
                "    float x[%zu], z[%zu], r[%zu];\n"
                "    memcpy(x, input, MODEL_FEATURES * sizeof *x);\n",
                w->widest, w->scratch, w->scratch);
    text_add_bytes(to, w->step.bytes != NULL ? w->step.bytes : "", w->step.length);
    text_format(to,
                "\n    if (y) memcpy(y, x, MODEL_OUTPUTS * sizeof *y);\n}\n\n"
                "void model_predict(const float *input, size_t steps, float *y) {\n"
                "    struct model m;\n"
                "    model_init(&m);\n"
                "    for (size_t t = 0; t < steps; t++)\n"
                "        model_step(&m, input + t * MODEL_FEATURES, %s);\n"
                "}\n",
                model->output_sequence ? "y + t * MODEL_OUTPUTS" : "t + 1 < steps ? 0 : y");
}

#define HEADER_BEGINNING "/* A trained network, made by rnnexport."

static void add_header(const struct writer *w, struct text *to) {
    const struct model *model = w->export->model;
    text_format(
        to,
        HEADER_BEGINNING
        "\n *\n"
        " * It takes %zu number%s a step and gives %zu, both as the model has them: scaled, where\n"
        " * the training scaled them. Nothing is allocated and nothing is shared: each sequence\n"
        " * has its own struct model. */\n"
        "#ifndef MODEL_H\n#define MODEL_H\n\n#include <stddef.h>\n\n"
        "#define MODEL_FEATURES %zu\n#define MODEL_OUTPUTS %zu\n\n"
        "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
        "/* What is remembered between the steps of a sequence. */\n"
        "struct model {\n",
        model->features, text_plural(model->features), model->outputs, model->features,
        model->outputs);
    if (w->fields.length > 0)
        text_add_bytes(to, w->fields.bytes, w->fields.length);
    else
        text_add(to, "    char nothing;\n");
    text_format(
        to,
        "};\n\n/* Begin a sequence. */\nvoid model_init(struct model *m);\n\n"
        "/* Take a step x[MODEL_FEATURES]; y[MODEL_OUTPUTS], which may be NULL, is what the\n"
        " * network gives when the sequence ends here. */\n"
        "void model_step(struct model *m, const float *x, float *y);\n\n"
        "/* A whole sequence x[steps][MODEL_FEATURES]; y[%sMODEL_OUTPUTS]. */\n"
        "void model_predict(const float *x, size_t steps, float *y);\n\n"
        "#ifdef __cplusplus\n}\n#endif\n\n#endif\n",
        model->output_sequence ? "steps][" : "");
}

static bool save(struct text *text, const char *path, struct error *err) {
    size_t length = text->length;
    char *bytes = text_take(text, err);
    bool good = bytes != NULL && atomic_save(path, bytes, length, err);
    free(bytes);
    return good;
}

/* Of the two files only the program is named by the user: a header of other work is not written over. */
static bool header_is_free(const char *path, struct error *err) {
    size_t length;
    if (access(path, F_OK) != 0) return true;
    char *bytes = whole_read(path, &length, ERROR_SYSTEM, err);
    if (bytes == NULL) return false;
    bool ours = strncmp(bytes, HEADER_BEGINNING, strlen(HEADER_BEGINNING)) == 0;
    free(bytes);
    return ours || error_set(err, ERROR_CONFIG,
                             "%s is there and was not made by rnnexport; give the program another "
                             "name, or remove it",
                             path);
}

static bool save_both(const struct writer *w, const char *path, struct error *err) {
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    struct text header_path = {0}, header = {0}, program = {0};
    text_add_bytes(&header_path, path, strlen(path) - 1);
    text_add(&header_path, "h");
    char *to = text_take(&header_path, err);
    if (to == NULL) return false;
    add_header(w, &header);
    add_program(w, to + (name - path), &program);
    program.failed |= w->data.failed || w->step.failed;
    header.failed |= w->fields.failed;
    bool good = header_is_free(to, err) && save(&header, to, err) && save(&program, path, err);
    text_free(&header);
    text_free(&program);
    free(to);
    return good;
}

bool export_c(const struct export *export, const char *path, struct error *err) {
    struct writer w = {.export = export, .widest = export->model->features, .scratch = 1};
    bool good = true;
    for (size_t i = 0; good && i < export->model->layers; i++)
        good = add_layer(&w, &export->model->layer[i], i, err);
    if (good) add_answers(&w);
    good = good && save_both(&w, path, err);
    text_free(&w.data);
    text_free(&w.step);
    text_free(&w.fields);
    return good;
}
