#include "tools/streaming.h"

#include <stdio.h>
#include <stdlib.h>

#include "data/stream.h"
#include "files/atomic.h"
#include "files/stream_state.h"
#include "run/stepper.h"
#include "tools/answers.h"
#include "tools/beside.h"
#include "tools/cli.h"
#include "tools/signals.h"

/* Sequences that are kept at once; answers that are held back while further lines are there. */
enum { SEQUENCES = 10000, HELD_BACK = 1 << 16 };

struct line_printer {
    const struct streaming *settings;
    struct predictor *predictor;
    struct stream *stream;
    struct stepper stepper;
    struct answers answers;
    struct data_keep keep;
    struct stream_state state; /* to go on from; empty when it begins */
    struct stream_parts parts;
    char model[CHECKPOINT_DIGEST];
    struct text out;
    bool told; /* that sequences were given up */
};

/* ---- output ---------------------------------------------------------------------------------- */

static bool print_held(struct line_printer *p, struct error *err) {
    if (p->out.failed) return error_set(err, ERROR_SYSTEM, "out of memory (an answer)");
    size_t length = p->out.length;
    p->out.length = 0;
    return length == 0 || cli_print(p->out.bytes, length, err);
}

/* What is answered is out before anything is waited for. */
static bool wait_for_input(void *context, int descriptor, bool *stop, struct error *err) {
    struct line_printer *p = context;
    if (!print_held(p, err)) return false;
    *stop = !signals_wait(descriptor);
    return true;
}

static void add_header(struct line_printer *p) {
    const struct dataset *data = p->predictor->data;
    beside_header(data, p->settings->append, &p->out);
    answers_header(&p->answers, data, &p->out);
    text_add(&p->out, "\n");
}

static void add_line(struct line_printer *p, enum stream_event event) {
    beside_row(p->predictor->data, p->settings->append, stream_row(p->stream), &p->out);
    if (event == STREAM_SAMPLE)
        answers_add(&p->answers, stepper_step(&p->stepper, stream_carried(p->stream)), &p->out);
    else
        answers_add_empty(&p->answers, &p->out);
    text_add(&p->out, "\n");
}

/* ---- the start ------------------------------------------------------------------------------- */

static bool check_model(const struct checkpoint *checkpoint, struct error *err) {
    const struct config *config = &checkpoint->config;
    bool steps;
    return stream_check(&config->data, &checkpoint->schema, &steps, err) &&
           (!steps || stepper_check(&config->model, err));
}

static bool open_stream(struct line_printer *p, const char *path, const struct input_wait *wait,
                        struct error *err) {
    const struct checkpoint *checkpoint = &p->predictor->checkpoint;
    p->keep.all = p->settings->append;
    const struct stream_settings settings = {
        .keep = &p->keep, .wait = wait, .header = p->state.header, .sequences = SEQUENCES};
    struct error cause;
    if (stream_open(&p->stream, &checkpoint->config.data, &checkpoint->schema, path, &settings,
                    &cause))
        return true;
    if (cause.kind == ERROR_CHECKPOINT)
        return error_set(err, cause.kind, "%s: %s", p->settings->state_in, cause.text);
    *err = cause;
    return false;
}

static bool list_parts(struct line_printer *p, struct error *err) {
    struct stream_part part;
    while ((part.name = stepper_part(&p->stepper, p->parts.count, &part.numbers)) != NULL)
        p->parts.count++;
    p->parts.item = memory_take(p->parts.count, sizeof *p->parts.item, "states", err);
    for (size_t i = 0; p->parts.item != NULL && i < p->parts.count; i++)
        p->parts.item[i].name = stepper_part(&p->stepper, i, &p->parts.item[i].numbers);
    return p->parts.item != NULL;
}

static bool set_up(struct line_printer *p, struct error *err) {
    struct predictor *predictor = p->predictor;
    struct engine *engine = &predictor->engine;
    predictor->data = stream_dataset(p->stream);
    predictor->streams = true;
    p->answers = predictor_answers(predictor);
    p->answers.probabilities = p->settings->probabilities;
    p->answers.top = p->settings->top;
    if (!answers_check(&p->answers, err) || !predictor_plan(predictor, p->settings->isa, 1, 1, err))
        return false;
    p->answers.outputs = engine->model.outputs;
    p->stepper = stepper_of(engine);
    stream_carry(p->stream, stepper_numbers(&p->stepper), engine->model.layer[0].ids);
    return predictor_start(predictor, err) && list_parts(p, err);
}

static bool start(struct line_printer *p, const char *path, const struct input_wait *wait,
                  struct error *err) {
    const struct streaming *s = p->settings;
    bool goes_on = s->state_in != NULL;
    checkpoint_digest(&p->predictor->checkpoint, p->model);
    if (!check_model(&p->predictor->checkpoint, err) ||
        (s->state_out != NULL && !file_can_be_written(s->state_out, err)) ||
        (goes_on && !stream_state_open(&p->state, s->state_in, p->model, err)) ||
        !open_stream(p, path, wait, err) || !set_up(p, err) ||
        (goes_on && !stream_state_restore(&p->state, &p->parts, p->stream, err)))
        return false;
    if (!goes_on || stream_headed(p->stream)) add_header(p);
    return true;
}

/* ---- the run --------------------------------------------------------------------------------- */

/* Said when it first happens: the stream may have no end. */
static void tell_of_sequences(struct line_printer *p) {
    if (p->told || p->settings->quiet || stream_given_up(p->stream) == 0) return;
    p->told = true;
    (void)fprintf(
        stderr,
        "rnnpredict: more than %d sequences: the one that was not heard of for longest is "
        "forgotten, and begins anew if it comes again\n",
        SEQUENCES);
}

static bool print_lines(struct line_printer *p, struct error *err) {
    enum stream_event event;
    while (signals_seen() == 0) {
        if (!stream_next(p->stream, &event, err)) return false;
        if (event == STREAM_END) break;
        add_line(p, event);
        tell_of_sequences(p);
        if ((p->out.length > HELD_BACK || p->out.failed) && !print_held(p, err)) return false;
    }
    return print_held(p, err);
}

/* Answers to lines before one that is wrong are given. */
static bool run(struct line_printer *p, const char *path, const struct input_wait *wait,
                struct error *err) {
    const struct streaming *s = p->settings;
    struct error late;
    if (!start(p, path, wait, err)) return false;
    if (!print_lines(p, err)) {
        if (err->kind == ERROR_DATA) (void)print_held(p, &late);
        return false;
    }
    stream_note(p->stream);
    return s->state_out == NULL ||
           stream_state_save(p->stream, &p->parts, p->model, s->state_out, err);
}

bool streaming_print(struct predictor *predictor, const char *path,
                     const struct streaming *streaming, int *signal, struct error *err) {
    struct line_printer p = {.settings = streaming, .predictor = predictor};
    const struct input_wait wait = {wait_for_input, &p};
    signals_note();
    bool good = run(&p, path, &wait, err);
    *signal = signals_seen();
    if (!good && p.stream == NULL && *signal != 0 && err->kind == ERROR_DATA) good = true;
    if (good && !streaming->quiet && p.stream != NULL) predictor_tell_of_data(predictor);
    predictor->data = NULL;
    stream_close(p.stream);
    stream_state_close(&p.state);
    free(p.parts.item);
    text_free(&p.out);
    return good;
}
