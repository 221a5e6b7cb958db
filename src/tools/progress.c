#include "tools/progress.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum { BAR_WIDTH = 20 };
static const double redraw_seconds = 0.1, worth_a_line = 0.5, worth_saying = 1;

const char *progress_time(double seconds, char to[static 32]) {
    if (!(seconds < 1e9)) seconds = 1e9;
    unsigned long whole = (unsigned long)(seconds + 0.5);
    if (seconds < 9.95)
        (void)snprintf(to, 32, "%.1f s", seconds);
    else if (whole < 100)
        (void)snprintf(to, 32, "%lu s", whole);
    else if (whole < 3600)
        (void)snprintf(to, 32, "%lu:%02lu min", whole / 60, whole % 60);
    else
        (void)snprintf(to, 32, "%lu:%02lu:%02lu h", whole / 3600, whole / 60 % 60, whole % 60);
    return to;
}

void progress_begin(struct progress *p, const char *when, bool quiet,
                    const struct trainer *trainer) {
    *p = (struct progress){.silent = quiet,
                           .terminal = terminal_at(STDERR_FILENO),
                           .started = clock_now(),
                           .first_epoch = trainer->state.epoch,
                           .first_step = trainer->state.step};
    p->bar = strcmp(when, "always") == 0 || (strcmp(when, "auto") == 0 && p->terminal.present);
}

/* Steps of this run that are done, and all that it may do. */
static double steps_done(const struct progress *p, const struct trainer *t) {
    double epochs = (double)t->state.epoch - (double)p->first_epoch;
    return epochs * (double)t->steps + (double)t->state.step - (double)p->first_step;
}

static double seconds_left(const struct progress *p, const struct trainer *t) {
    double all = ((double)t->config->epochs - (double)p->first_epoch) * (double)t->steps -
                 (double)p->first_step;
    double done = steps_done(p, t);
    return done > 0 ? (clock_now() - p->started) / done * (all - done) : NAN;
}

static void add_value(struct text *to, const char *prefix, const char *name, double value) {
    if (!isnan(value)) text_format(to, "  %s%s %.4g", prefix, name, value);
}

static void add_values(struct text *to, const struct trainer *t, const struct train_epoch *epoch) {
    add_value(to, "", "loss", epoch->loss);
    for (size_t i = 0; i < t->metrics; i++) add_value(to, "", t->metric[i].name, epoch->metric[i]);
    add_value(to, "val_", "loss", epoch->val_loss);
    for (size_t i = 0; i < t->metrics; i++)
        add_value(to, "val_", t->metric[i].name, epoch->val_metric[i]);
}

/* Written with one call, so that a log never holds half a line. */
static void show(struct text *line) {
    if (!line->failed && line->bytes != NULL)
        (void)!write(STDERR_FILENO, line->bytes, line->length);
    text_free(line);
}

/* "950", "21.3k", "4.07M" */
static void add_rate(struct text *to, double rate) {
    if (rate >= 999500)
        text_format(to, "  %.3gM samples/s", rate / 1e6);
    else if (rate >= 999.5)
        text_format(to, "  %.3gk samples/s", rate / 1e3);
    else
        text_format(to, "  %.3g samples/s", rate);
}

/* The line of a finished epoch. */
static void show_epoch(const struct progress *p, const struct trainer *t) {
    struct text line = {0};
    char left[32];
    const struct train_epoch *record = &p->epoch;
    if (p->bar) text_add(&line, "\r\033[K");
    text_format(&line, "epoch %zu/%zu", record->epoch, t->config->epochs);
    add_values(&line, t, record);
    add_rate(&line, record->samples_per_second);
    double rest = seconds_left(p, t);
    if (rest >= worth_saying && !t->state.finished) /* false for NAN */
        text_format(&line, "  %s left", progress_time(rest, left));
    text_add(&line, record->best ? "  best\n" : "\n");
    show(&line);
}

/* The pieces of the bar's line, in the order in which they stand. */
enum piece { PIECE_EPOCH, PIECE_BAR, PIECE_LOSS, PIECE_VALIDATION, PIECE_RATE, PIECE_LEFT, PIECES };

/* The bar is that of the epoch, or of all epochs when one takes no time to speak of. */
static void add_bar(const struct progress *p, const struct trainer *t, struct text *to) {
    double epoch = (double)t->state.step / (double)t->steps;
    bool quick = p->epoch.epoch > 0 && p->epoch.seconds < 2;
    double part = quick ? ((double)t->state.epoch + epoch) / (double)t->config->epochs : epoch;
    size_t full = (size_t)(part * BAR_WIDTH);
    text_add(to, "  [");
    for (size_t i = 0; i < BAR_WIDTH; i++) text_add(to, i < full ? "=" : i == full ? ">" : " ");
    text_add(to, "]");
}

static void make_piece(const struct progress *p, const struct trainer *t, enum piece piece,
                       struct text *to) {
    const struct training_state *state = &t->state;
    size_t epochs = t->config->epochs;
    double rest;
    char left[32];
    switch (piece) {
    case PIECE_EPOCH:
        text_format(to, "epoch %zu/%zu", state->epoch < epochs ? state->epoch + 1 : epochs, epochs);
        break;
    case PIECE_BAR: add_bar(p, t, to); break;
    case PIECE_LOSS:
        if (state->sample_sum > 0)
            add_value(to, "", "loss", state->loss_sum / state->sample_sum);
        else if (p->epoch.epoch > 0)
            add_value(to, "", "loss", p->epoch.loss);
        break;
    case PIECE_VALIDATION:
        if (p->epoch.epoch > 0) add_value(to, "val_", "loss", p->epoch.val_loss);
        break;
    case PIECE_RATE:
        if (p->epoch.epoch > 0) add_rate(to, p->epoch.samples_per_second);
        break;
    case PIECE_LEFT:
        rest = seconds_left(p, t);
        if (!isnan(rest)) text_format(to, "  %s left", progress_time(rest, left));
        break;
    case PIECES: break;
    }
}

/* "epoch 12/500  [=====>     ]  loss 0.012  val_loss 0.014  21k samples/s  1.2 s left": what fits,
 * the most wanted first. */
static void draw(struct progress *p, const struct trainer *t) {
    static const enum piece wanted[PIECES] = {PIECE_EPOCH,      PIECE_LEFT, PIECE_LOSS,
                                              PIECE_VALIDATION, PIECE_BAR,  PIECE_RATE};
    struct text piece[PIECES] = {{0}}, line = {0};
    size_t room = p->terminal.columns > 1 ? p->terminal.columns - 1 : 1;
    for (size_t i = 0; i < PIECES; i++) {
        struct text *text = &piece[wanted[i]];
        make_piece(p, t, wanted[i], text);
        if (text->length <= room)
            room -= text->length;
        else
            text_free(text);
    }
    text_add(&line, "\r\033[K");
    for (size_t i = 0; i < PIECES; i++) {
        if (piece[i].bytes != NULL) text_add(&line, piece[i].bytes);
        text_free(&piece[i]);
    }
    show(&line);
    p->drawn = true;
    p->last_drawn = clock_now();
}

void progress_step(struct progress *p, const struct trainer *t) {
    if (p->silent || !p->bar || clock_now() - p->last_drawn < redraw_seconds) return;
    draw(p, t);
}

/* Epochs that take a while stay on the terminal as lines; quick ones pass by in the bar. */
void progress_epoch(struct progress *p, const struct trainer *t, const struct train_epoch *record) {
    p->epoch = *record;
    if (p->silent) return;
    if (!p->bar || record->seconds >= worth_a_line || t->state.finished)
        show_epoch(p, t);
    else if (clock_now() - p->last_drawn >= redraw_seconds)
        draw(p, t);
    p->shown = !p->bar || record->seconds >= worth_a_line || t->state.finished;
    if (p->shown) p->drawn = false;
}

void progress_end(struct progress *p, const struct trainer *t) {
    if (p->silent || !p->bar) return;
    if (p->epoch.epoch > 0 && !p->shown)
        show_epoch(p, t); /* stopped before the last epoch */
    else if (p->drawn) {
        struct text line = {0};
        text_add(&line, "\r\033[K");
        show(&line);
    }
    p->drawn = false;
}
