/* rnnpredict - predictions of a trained model for a CSV file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/atomic.h"
#include "run/predict.h"
#include "tools/ahead.h"
#include "tools/answers.h"
#include "tools/beside.h"
#include "tools/cli.h"
#include "tools/generation.h"
#include "tools/predictor.h"
#include "tools/streaming.h"
#include "tools/texts_out.h"
#include "tools/tools.h"

enum {
    SET_PROBABILITIES,
    SET_TOP,
    SET_APPEND,
    SET_ALIGN,
    SET_STEPS,
    SET_BEAM,
    SET_ATTENTION,
    SET_STREAM,
    SET_STATE_IN,
    SET_STATE_OUT,
    SET_GENERATE,
    SET_PROMPT,
    SET_TEMPERATURE,
    SET_TOP_P,
    SET_SEED,
    SET_THREADS,
    SET_ISA
};

static const struct cli_option options[] = {
    {"probabilities", 'p', NULL, "a column p_CLASS for each class instead of the class",
     SET_PROBABILITIES},
    {"top-k", 0, "K",
     "the K most probable classes, each with its probability; the K best texts with their scores; "
     "with --generate, draw only among the K likeliest",
     SET_TOP},
    {"append", 0, NULL, "write all columns of the input, then the predictions", SET_APPEND},
    {"align", 0, NULL, "a line for every row of the input, empty where nothing is predicted",
     SET_ALIGN},
    {"steps", 0, "N", "forecast N rows after the end of each series, going on from the predictions",
     SET_STEPS},
    {"beam", 0, "N", "texts: keep the N best on the way, instead of the best word at every step",
     SET_BEAM},
    {"attention", 0, "FILE", "texts: write where each step of the decoder looked, as CSV",
     SET_ATTENTION},
    {"stream", 0, NULL, "answer each line as soon as it has come, carrying on what came before",
     SET_STREAM},
    {"state-in", 0, "FILE", "with --stream, go on from a state that was saved", SET_STATE_IN},
    {"state-out", 0, "FILE", "with --stream, save the state at the end, or at a signal",
     SET_STATE_OUT},
    {"generate", 0, "N",
     "go on with a text for N characters or words, each drawn as the model says", SET_GENERATE},
    {"prompt", 0, "TEXT", "the text to go on with, printed first; without it, from a new line",
     SET_PROMPT},
    {"temperature", 0, "X",
     "divide the logarithms of the chances by X: below 1 is safer, 0 is always the likeliest; "
     "default 1",
     SET_TEMPERATURE},
    {"top-p", 0, "P", "draw only among the likeliest that have a share of P together", SET_TOP_P},
    {"seed", 0, "N", "of what is drawn; default 0", SET_SEED},
    {"threads", 0, "N", "threads to use; results do not depend on it", SET_THREADS},
    {"isa", 0, "auto|generic|avx2|avx512", "instruction set; results do not depend on it", SET_ISA},
    {NULL, 0, NULL, NULL, 0},
};

struct settings {
    bool probabilities, append, align, stream;
    size_t top, steps, beam, threads;
    const char *isa, *attention, *state_in, *state_out;
    struct generation generation;
    const char *of_generation; /* an option given that goes with --generate, or NULL */
};

static bool set_real(const char *option, const char *value, double most, double *to,
                     struct error *err) {
    if (text_parse_real(value, strlen(value), to) && *to >= 0 && *to <= most) return true;
    return error_set(err, ERROR_CONFIG, "--%s: expected a number from 0 to %g, got '%s'", option,
                     most, value);
}

/* Options of --generate. */
static bool set_generation(struct settings *s, int id, const char *value, struct error *err) {
    struct generation *g = &s->generation;
    size_t seed = 0;
    switch (id) {
    case SET_GENERATE: return cli_count("generate", value, 1, SIZE_MAX, &g->symbols, err);
    case SET_PROMPT:
        s->of_generation = "prompt";
        g->prompt = value;
        return true;
    case SET_TEMPERATURE:
        s->of_generation = "temperature";
        return set_real("temperature", value, 1000, &g->draw.temperature, err);
    case SET_TOP_P:
        s->of_generation = "top-p";
        if (!set_real("top-p", value, 1, &g->draw.top_p, err)) return false;
        return g->draw.top_p > 0 || error_set(err, ERROR_CONFIG, "--top-p: expected more than 0");
    default:
        s->of_generation = "seed";
        if (!cli_count("seed", value, 0, (size_t)1 << 53, &seed, err)) return false;
        g->draw.seed = seed;
        return true;
    }
}

static bool set(void *settings, int id, const char *value, struct error *err) {
    struct settings *s = settings;
    switch (id) {
    case SET_PROBABILITIES: s->probabilities = true; return true;
    case SET_APPEND: s->append = true; return true;
    case SET_ALIGN: s->align = true; return true;
    case SET_STEPS: return cli_count("steps", value, 1, 100000000, &s->steps, err);
    case SET_BEAM: return cli_count("beam", value, 1, 10000, &s->beam, err);
    case SET_ATTENTION: s->attention = value; return true;
    case SET_STREAM: s->stream = true; return true;
    case SET_STATE_IN: s->state_in = value; return true;
    case SET_STATE_OUT: s->state_out = value; return true;
    case SET_TOP: return cli_count("top-k", value, 1, 1000000, &s->top, err);
    case SET_THREADS: return cli_count("threads", value, 1, 1024, &s->threads, err);
    case SET_ISA: s->isa = value; return true;
    default: return set_generation(s, id, value, err);
    }
}

/* Rows of a block: enough to keep the kernels of two threads busy, few enough that what they work on
 * stays in the cache; fewer where sequences are long, so that memory stays small. */
enum { BLOCK_ROWS = 384, BLOCK_STEPS = 1 << 16 };

struct prediction {
    const struct settings *settings;
    struct predictor predictor;
    struct data_keep keep;
    struct answers answers;
    size_t next;      /* row after that of the last prediction */
    size_t predicted; /* rows that have one */
};

/* ---- output ---------------------------------------------------------------------------------- */

static void add_header(const struct prediction *p, struct text *to) {
    beside_header(p->predictor.data, p->settings->append, to);
    answers_header(&p->answers, p->predictor.data, to);
    text_add(to, "\n");
}

/* The rows from the last one on that have no prediction, up to `end`. */
static void add_empty_rows(struct prediction *p, size_t end, struct text *to) {
    for (; p->settings->align && p->next < end; p->next++) {
        beside_row(p->predictor.data, p->settings->append, p->next, to);
        answers_add_empty(&p->answers, to);
        text_add(to, "\n");
    }
}

static bool print_block(void *context, const struct predict_block *block, struct error *err) {
    struct prediction *p = context;
    const struct engine *e = &p->predictor.engine;
    struct text to = {0};
    for (size_t i = 0; i < block->count; i++) {
        size_t sample = block->first + i;
        size_t steps = engine_targets(e)->shape.target_steps
                           ? dataset_target_length(p->predictor.data, PART_TRAIN, sample)
                           : 1;
        for (size_t t = 0; t < steps; t++) {
            size_t row = dataset_row(p->predictor.data, PART_TRAIN, sample, t);
            add_empty_rows(p, row, &to);
            beside_row(p->predictor.data, p->settings->append, row, &to);
            answers_add(&p->answers, e->restored + predict_place(block, i, t) * e->model.outputs,
                        &to);
            text_add(&to, "\n");
            p->predicted += row >= p->next;
            p->next = row + 1;
        }
    }
    return cli_print_text(&to, err);
}

static bool print_rest(struct prediction *p, struct error *err) {
    struct text rest = {0};
    add_empty_rows(p, dataset_rows(p->predictor.data), &rest);
    return cli_print_text(&rest, err);
}

/* One answer a sequence is what was asked for; rows that no window ends at are worth a word. */
static void tell_of_rest(const struct prediction *p) {
    size_t window = p->predictor.checkpoint.config.data.window;
    size_t without = dataset_rows(p->predictor.data) - p->predicted,
           rows = dataset_rows(p->predictor.data);
    if (without == 0 || window == PARAM_NO_COUNT) return;
    (void)fprintf(stderr,
                  "rnnpredict: %zu of %zu rows without a prediction: no whole window of %zu rows "
                  "ends there%s\n",
                  without, rows, window, p->settings->align ? "" : " (--align keeps their lines)");
}

/* ---- the run --------------------------------------------------------------------------------- */

static bool check_options(const struct prediction *p, struct error *err) {
    bool windows = p->predictor.checkpoint.config.data.window != PARAM_NO_COUNT;
    struct batch_shape shape = {0};
    dataset_shape(p->predictor.data, &shape);
    if (!p->settings->align || !shape.target_steps || !windows)
        return answers_check(&p->answers, err);
    return error_set(err, ERROR_CONFIG,
                     "--align: windows with a target per step answer a row several times");
}

/* Of a stranger's checkpoint this takes no more than twice what the file holds and 16 MB, of which the
 * program itself and the input's buffers are some: blocks are as large as that allows. */
static size_t most_memory(const struct prediction *p) {
    static const size_t beside = 10 << 20;
    return 2 * checkpoint_bytes(&p->predictor.checkpoint) + beside;
}

static bool plan(struct prediction *p, size_t rows, struct error *err) {
    const struct settings *s = p->settings;
    if (!predictor_plan(&p->predictor, s->isa, s->threads, rows, err)) return false;
    size_t bytes = p->predictor.engine.plan.bytes;
    return bytes <= most_memory(p) || rows == 1 || plan(p, (rows + 1) / 2, err);
}

static bool set_up(struct prediction *p, struct error *err) {
    struct batch_shape shape = {0};
    dataset_shape(p->predictor.data, &shape);
    size_t rows = BLOCK_STEPS / (shape.steps > 0 ? shape.steps : 1);
    rows = rows < 1 ? 1 : rows < BLOCK_ROWS ? rows : BLOCK_ROWS;
    p->answers = predictor_answers(&p->predictor);
    p->answers.probabilities = p->settings->probabilities;
    p->answers.top = p->settings->top;
    if (!check_options(p, err) || !plan(p, rows, err)) return false;
    p->answers.outputs = p->predictor.engine.model.outputs;
    return predictor_start(&p->predictor, err);
}

static bool forecast(struct prediction *p, const char *path, struct error *err) {
    const struct settings *s = p->settings;
    if (s->append || s->align || s->probabilities || s->top > 0)
        return error_set(err, ERROR_CONFIG,
                         "--steps excludes --align, --append, --probabilities and --top-k");
    return predictor_open_ahead(&p->predictor, path, s->steps, err) && set_up(p, err) &&
           ahead_print(&p->predictor, s->steps, err);
}

static bool write_texts(struct prediction *p, struct error *err) {
    const struct settings *s = p->settings;
    const struct texts_request request = {.beam = s->beam,
                                          .top = s->top,
                                          .attention = s->attention,
                                          .append = s->append,
                                          .threads = s->threads,
                                          .isa = s->isa};
    if (s->probabilities)
        return error_set(err, ERROR_CONFIG,
                         "--probabilities is for classes, and the model writes texts; --top-k "
                         "gives their scores");
    p->predicted = dataset_rows(p->predictor.data);
    return texts_print(&p->predictor, &request, err);
}

static bool predict(struct prediction *p, const char *path, struct error *err) {
    struct text header = {0};
    if (p->settings->steps > 0) return forecast(p, path, err);
    p->keep.all = p->settings->append;
    if (!predictor_open_input(&p->predictor, path, false, &p->keep, err)) return false;
    if (schema_writes(&p->predictor.checkpoint.schema) || p->settings->beam > 0 ||
        p->settings->attention != NULL)
        return write_texts(p, err);
    if (!set_up(p, err)) return false;
    add_header(p, &header);
    return cli_print_text(&header, err) && predict_all(&p->predictor.engine, print_block, p, err) &&
           print_rest(p, err);
}

static bool generate(struct prediction *p, const struct cli_call *call, struct error *err) {
    const struct settings *s = p->settings;
    struct generation generation = s->generation;
    generation.draw.top_k = s->top;
    generation.isa = s->isa;
    generation.quiet = call->quiet;
    if (call->operands > 1)
        return error_set(err, ERROR_CONFIG, "--generate reads no file; --prompt gives a text");
    if (s->append || s->align || s->probabilities || s->steps > 0 || s->beam > 0 ||
        s->attention != NULL)
        return error_set(err, ERROR_CONFIG,
                         "--generate excludes --align, --append, --attention, --beam, "
                         "--probabilities and --steps");
    return generation_print(&p->predictor, &generation, err);
}

static bool stream(struct prediction *p, const char *path, struct cli_call *call,
                   struct error *err) {
    const struct settings *s = p->settings;
    const struct streaming streaming = {.state_in = s->state_in,
                                        .state_out = s->state_out,
                                        .probabilities = s->probabilities,
                                        .append = s->append,
                                        .quiet = call->quiet,
                                        .top = s->top,
                                        .isa = s->isa};
    int signal = 0;
    if (s->align)
        return error_set(err, ERROR_CONFIG,
                         "--stream excludes --align: it has a line for every row anyway");
    if (s->steps > 0 || s->beam > 0 || s->attention != NULL || s->generation.symbols > 0)
        return error_set(err, ERROR_CONFIG,
                         "--stream excludes --attention, --beam, --generate and --steps");
    bool good = streaming_print(&p->predictor, path, &streaming, &signal, err);
    if (good && signal != 0) call->status = 128 + signal;
    return good;
}

/* Options that mean something with another one alone. */
static bool check_company(const struct settings *s, struct error *err) {
    if (s->generation.symbols == 0 && s->of_generation != NULL)
        return error_set(err, ERROR_CONFIG, "--%s needs --generate", s->of_generation);
    if (s->stream || (s->state_in == NULL && s->state_out == NULL)) return true;
    return error_set(err, ERROR_CONFIG, "--state-%s needs --stream",
                     s->state_in != NULL ? "in" : "out");
}

/* Neither the model nor the data is written over. */
static bool check_outputs(const struct settings *s, const struct cli_call *call,
                          struct error *err) {
    const char *const read[] = {call->operand[0], call->operands > 1 ? call->operand[1] : NULL,
                                NULL};
    return (s->attention == NULL || file_is_not_read(s->attention, read, err)) &&
           (s->state_out == NULL || file_is_not_read(s->state_out, read, err));
}

static bool run(void *settings, struct cli_call *call, struct error *err) {
    struct prediction p = {.settings = settings};
    const char *path = call->operands > 1 ? call->operand[1] : "-";
    bool generates = p.settings->generation.symbols > 0, streams = p.settings->stream;
    if (!check_company(p.settings, err) || !check_outputs(p.settings, call, err) ||
        !predictor_open(&p.predictor, call->operand[0], err))
        return false;
    if (generates || streams) {
        bool written = streams ? stream(&p, path, call, err) : generate(&p, call, err);
        predictor_close(&p.predictor);
        return written;
    }
    bool good = predict(&p, path, err);
    if (good && !call->quiet) predictor_tell_of_data(&p.predictor);
    if (good && !call->quiet && p.settings->steps == 0) tell_of_rest(&p);
    predictor_close(&p.predictor);
    return good;
}

int rnnpredict_main(int argc, char **argv) {
    static const struct cli_tool tool = {
        .name = "rnnpredict",
        .operands = "model.ckpt [input.csv]",
        .summary = "Predict with a trained model: CSV in, CSV out. Columns are found by name; "
                   "without a file, or with -, standard input is read.",
        .options = options,
        .least = 1,
        .most = 2,
        .set = set,
        .run = run,
    };
    struct settings settings = {.isa = "auto", .generation.draw = {.temperature = 1, .top_p = 1}};
    return cli_main(&tool, &settings, argc, argv);
}
