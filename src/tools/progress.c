#include "tools/progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "tools/pieces.h"

/* Of the bar and the curve: least and most characters. Fewer columns than NARROW have short forms,
 * WIDE ones a digit more. */
enum { CELLS_LEAST = 8, BAR_MOST = 16, CURVE_MOST = 48, NARROW = 36, WIDE = 100 };
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

/* A machine that builds and tests may lend a terminal, but nobody sits before it. */
static bool wants_bar(const char *when, const struct terminal *terminal) {
    const char *ci = getenv("CI");
    if (strcmp(when, "auto") != 0) return strcmp(when, "always") == 0;
    return terminal->cursor && (ci == NULL || *ci == '\0');
}

void progress_begin(struct progress *p, const char *when, bool quiet, double ends,
                    const struct trainer *trainer) {
    *p = (struct progress){.silent = quiet,
                           .terminal = terminal_at(STDERR_FILENO),
                           .started = clock_now(),
                           .ends = ends,
                           .best = NAN,
                           .first_epoch = trainer->state.epoch,
                           .first_step = trainer->state.step};
    p->bar = wants_bar(when, &p->terminal);
}

/* ---- what there is to say -------------------------------------------------------------------- */

/* Steps of this run that are done. */
static double steps_done(const struct progress *p, const struct trainer *t) {
    double epochs = (double)t->state.epoch - (double)p->first_epoch;
    return epochs * (double)t->steps + (double)t->state.step - (double)p->first_step;
}

/* NAN: nobody knows yet. */
static double seconds_left(const struct progress *p, const struct trainer *t) {
    double all = ((double)t->config->epochs - (double)p->first_epoch) * (double)t->steps -
                 (double)p->first_step;
    double done = steps_done(p, t), now = clock_now();
    double rest = done > 0 ? (now - p->started) / done * (all - done) : INFINITY;
    double least = fmin(rest, p->ends - now);
    return isinf(least) ? NAN : fmax(0, least);
}

/* Of the last epoch; in the first, of what is done of it. */
static double rate_of(const struct progress *p, const struct trainer *t) {
    if (p->epoch.epoch > 0) return p->epoch.samples_per_second;
    return steps_done(p, t) * (double)t->engine.batch_size / (clock_now() - p->started);
}

static bool has_validation(const struct trainer *t) {
    return dataset_count(t->engine.data, PART_VALIDATION) > 0;
}

/* By what early stopping watches, where there is such, else by the loss. */
static size_t best_of(const struct progress *p, const struct trainer *t, double *value) {
    bool watched = t->config->early_stopping.given;
    *value = watched ? t->state.best : p->best;
    return watched ? t->state.best_epoch : p->best_epoch;
}

static void note(struct progress *p, const struct trainer *t, const struct train_epoch *record) {
    double value = has_validation(t) ? record->val_loss : record->loss;
    p->epoch = *record;
    sparkline_add(&p->curve, value);
    if (isnan(value) || p->best <= value) return;
    p->best = value;
    p->best_epoch = record->epoch;
}

/* ---- pieces ---------------------------------------------------------------------------------- */

static void add_value(struct text *to, const char *prefix, const char *name, double value) {
    if (!isnan(value)) text_format(to, "  %s%s %.4g", prefix, name, value);
}

/* With all of its digits, so that it keeps its width: "0.0120". */
static void add_steady(struct text *to, const char *format, int digits, double value) {
    char number[32];
    if (isnan(value)) return;
    (void)snprintf(number, sizeof number, "%#.*g", digits, value);
    size_t length = strlen(number);
    if (length > 0 && number[length - 1] == '.') number[length - 1] = '\0';
    text_format(to, "%s%s", format, number);
}

/* "950", "21.3k", "4.07M" */
static void add_rate(struct text *to, double rate) {
    if (rate >= 999500)
        text_format(to, "  %.3gM samples/s", rate / 1e6);
    else if (rate >= 999.5)
        text_format(to, "  %.3gk samples/s", rate / 1e3);
    else if (rate > 0)
        text_format(to, "  %.3g samples/s", rate);
}

static void add_left(struct text *to, double seconds) {
    char time[32];
    if (!isnan(seconds)) text_format(to, "  %s left", progress_time(seconds, time));
}

static int digits_of(size_t number) {
    int digits = 1;
    for (; number >= 10; number /= 10) digits++;
    return digits;
}

/* The epoch under way, from 1. */
static void add_epoch(struct text *to, const struct trainer *t, bool narrow) {
    size_t epochs = t->config->epochs, now = t->state.epoch + 1;
    text_format(to, "%s%*zu/%zu", narrow ? "" : "epoch ", digits_of(epochs),
                now < epochs ? now : epochs, epochs);
}

/* The epoch's own mean so far; right after one that of the last. */
static double loss_now(const struct progress *p, const struct trainer *t) {
    const struct training_state *state = &t->state;
    if (state->sample_sum > 0) return state->loss_sum / state->sample_sum;
    return p->epoch.epoch > 0 ? p->epoch.loss : NAN;
}

/* Of the epoch, or of all epochs when one takes no time to speak of. */
static double part_done(const struct progress *p, const struct trainer *t) {
    double epoch = (double)t->state.step / (double)t->steps;
    bool quick = p->epoch.epoch > 0 && p->epoch.seconds < 2;
    return quick ? ((double)t->state.epoch + epoch) / (double)t->config->epochs : epoch;
}

static void add_bar(struct text *to, double part, size_t cells, bool unicode) {
    size_t inside = unicode ? cells : cells - 2;
    size_t halves = (size_t)(part * 2 * (double)inside);
    text_add(to, unicode ? "  " : "  [");
    for (size_t i = 0; i < inside; i++)
        if (unicode)
            text_add(to, 2 * i + 2 <= halves ? "━" : 2 * i + 1 == halves ? "╾" : "─");
        else
            text_add(to, 2 * i + 2 <= halves ? "=" : 2 * i <= halves ? ">" : " ");
    if (!unicode) text_add(to, "]");
}

static void add_curve(struct text *to, const struct progress *p, size_t cells) {
    if (p->curve.count < 2) return;
    text_add(to, "  ");
    sparkline_draw(&p->curve, cells, p->terminal.unicode, to);
}

static void fill_piece(const struct progress *p, const struct trainer *t, size_t columns,
                       enum progress_piece piece, struct text *to) {
    int digits = columns < WIDE ? 3 : 4;
    double value;
    size_t best = best_of(p, t, &value);
    switch (piece) {
    case PIECE_EPOCH: add_epoch(to, t, columns < NARROW); break;
    case PIECE_BAR: add_bar(to, part_done(p, t), CELLS_LEAST, p->terminal.unicode); break;
    case PIECE_LOSS: add_steady(to, "  loss ", digits, loss_now(p, t)); break;
    case PIECE_VALIDATION:
        if (p->epoch.epoch > 0) add_steady(to, "  val_loss ", digits, p->epoch.val_loss);
        break;
    case PIECE_BEST:
        if (best > 0) text_format(to, "  best %zu", best);
        break;
    case PIECE_BEST_VALUE:
        if (best > 0) add_steady(to, ": ", digits, value);
        break;
    case PIECE_CURVE: add_curve(to, p, CELLS_LEAST); break;
    case PIECE_RATE: add_rate(to, rate_of(p, t)); break;
    case PIECE_LEFT: add_left(to, seconds_left(p, t)); break;
    case PROGRESS_PIECES: break;
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Written with one call, so that a log never holds half a line. */
static void show(struct text *line) {
    if (!line->failed && line->bytes != NULL)
        (void)!write(STDERR_FILENO, line->bytes, line->length);
    text_free(line);
}

/* Begins a write. The cursor waits at the bar's start, where a terminal that was made narrower, and
 * broke the bar into several lines, has left it too: all from there on goes. */
static void take_away(struct progress *p, struct text *to) {
    if (p->drawn && p->terminal.cursor)
        text_add(to, "\r\033[J");
    else if (p->drawn)
        text_format(to, "\r%*s\r", (int)p->width, "");
    p->drawn = false;
}

/* The values of an epoch: of the losses before the metrics, where not all fit. */
static void add_values(struct pieces *line, const struct trainer *t,
                       const struct train_epoch *epoch) {
    enum { RANK_LOSS = 1, RANK_METRIC = 3 };
    add_value(&pieces_add(line, RANK_LOSS)->text, "", "loss", epoch->loss);
    for (size_t i = 0; i < t->metrics; i++)
        add_value(&pieces_add(line, RANK_METRIC)->text, "", t->metric[i].name, epoch->metric[i]);
    add_value(&pieces_add(line, RANK_LOSS)->text, "val_", "loss", epoch->val_loss);
    for (size_t i = 0; i < t->metrics; i++)
        add_value(&pieces_add(line, RANK_METRIC)->text, "val_", t->metric[i].name,
                  epoch->val_metric[i]);
}

/* The line of a finished epoch: whole in a file, on a terminal with a bar no longer than it is wide. */
static void show_epoch(struct progress *p, const struct trainer *t) {
    enum { RANK_BEST = 2, RANK_LEFT = 4 };
    struct text text = {0};
    struct pieces line = {0};
    const struct train_epoch *record = &p->epoch;
    size_t columns = p->bar && p->terminal.present ? terminal_columns_now(STDERR_FILENO) : 0;
    text_format(&pieces_add(&line, 0)->text, "%s%zu/%zu",
                columns > 0 && columns < NARROW ? "" : "epoch ", record->epoch, t->config->epochs);
    add_values(&line, t, record);
    add_rate(&pieces_add(&line, RANK_LEFT)->text, record->samples_per_second);
    double rest = seconds_left(p, t);
    struct text *left = &pieces_add(&line, RANK_LEFT)->text;
    if (rest >= worth_saying && !t->state.finished) add_left(left, rest); /* false for NAN */
    if (record->best) text_add(&pieces_add(&line, RANK_BEST)->text, "  best");
    if (columns > 0) (void)pieces_fit(&line, columns - 1);
    take_away(p, &text);
    pieces_join(&line, &text);
    text_add(&text, "\n");
    show(&text);
}

/* Room that is left goes to the bar, then to the curve. */
static void stretch(const struct progress *p, const struct trainer *t, struct pieces *line,
                    size_t room) {
    struct piece *bar = &line->piece[PIECE_BAR], *curve = &line->piece[PIECE_CURVE];
    size_t more = room < BAR_MOST - CELLS_LEAST ? room : BAR_MOST - CELLS_LEAST;
    if (bar->shown) {
        text_free(&bar->text);
        add_bar(&bar->text, part_done(p, t), CELLS_LEAST + more, p->terminal.unicode);
        room -= more;
    }
    if (!curve->shown) return;
    text_free(&curve->text);
    more = room < CURVE_MOST - CELLS_LEAST ? room : CURVE_MOST - CELLS_LEAST;
    add_curve(&curve->text, p, CELLS_LEAST + more);
}

/* "epoch  12/500  ━━━━━╾─────  loss 0.0120  val_loss 0.0140  best 9: 0.0138  ▇▅▃▂▁▁  21k samples/s
 * 1.2 s left": what fits, the most wanted first. */
static void make_bar(struct progress *p, const struct trainer *t, size_t columns, struct text *to) {
    static const size_t rank[PROGRESS_PIECES] = {
        [PIECE_EPOCH] = 0,      [PIECE_LEFT] = 1,  [PIECE_LOSS] = 2,
        [PIECE_VALIDATION] = 3, [PIECE_BEST] = 4,  [PIECE_BAR] = 5,
        [PIECE_RATE] = 6,       [PIECE_CURVE] = 7, [PIECE_BEST_VALUE] = 8};
    struct pieces line = {0};
    if (columns != p->columns) memset(p->widest, 0, sizeof p->widest);
    p->columns = columns;
    for (enum progress_piece i = 0; i < PROGRESS_PIECES; i++) {
        struct piece *piece = pieces_add(&line, rank[i]);
        fill_piece(p, t, columns, i, &piece->text);
        piece->width = i == PIECE_CURVE ? 2 + CELLS_LEAST : p->widest[i];
    }
    size_t left = pieces_fit(&line, columns - 1);
    for (size_t i = 0; i < PROGRESS_PIECES; i++)
        if (line.piece[i].shown) p->widest[i] = line.piece[i].width;
    line.piece[PIECE_BEST_VALUE].shown &= line.piece[PIECE_BEST].shown;
    stretch(p, t, &line, left);
    pieces_join(&line, to);
}

static void draw(struct progress *p, const struct trainer *t) {
    struct text bar = {0}, all = {0};
    size_t columns = terminal_columns_now(STDERR_FILENO), before = p->drawn ? p->width : 0;
    p->last_drawn = clock_now();
    if (columns == 0 || !terminal_is_ours(STDERR_FILENO)) return;
    make_bar(p, t, columns, &bar);
    if (bar.failed || bar.length == 0) {
        text_free(&bar);
        return;
    }
    p->width = text_width(bar.bytes);
    /* Written over the old one, which does not flicker; then its rest is erased. */
    text_format(&all, "\r%s", bar.bytes);
    if (p->terminal.cursor)
        text_add(&all, "\033[J\r");
    else
        text_format(&all, "%*s\r", (int)(before > p->width ? before - p->width : 0), "");
    text_free(&bar);
    show(&all);
    p->drawn = true;
}

/* ---- events ---------------------------------------------------------------------------------- */

void progress_step(struct progress *p, const struct trainer *t) {
    if (p->silent || !p->bar || clock_now() - p->last_drawn < redraw_seconds) return;
    draw(p, t);
}

/* Epochs that take a while stay on the terminal as lines; quick ones pass by in the bar. */
void progress_epoch(struct progress *p, const struct trainer *t, const struct train_epoch *record) {
    note(p, t, record);
    if (p->silent) return;
    p->shown = !p->bar || record->seconds >= worth_a_line || t->state.finished;
    if (p->shown)
        show_epoch(p, t);
    else if (clock_now() - p->last_drawn >= redraw_seconds)
        draw(p, t);
}

void progress_tell(struct progress *p, const struct trainer *t, const char *news) {
    static const enum progress_piece told[] = {PIECE_LOSS,       PIECE_VALIDATION, PIECE_BEST,
                                               PIECE_BEST_VALUE, PIECE_RATE,       PIECE_LEFT};
    struct text line = {0};
    take_away(p, &line);
    add_epoch(&line, t, false);
    text_format(&line, " step %zu/%zu", t->state.step, t->steps);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) fill_piece(p, t, WIDE, told[i], &line);
    text_format(&line, "%s\n", news);
    show(&line);
}

void progress_end(struct progress *p, const struct trainer *t) {
    struct text line = {0};
    if (p->silent || !p->bar) return;
    if (p->epoch.epoch > 0 && !p->shown) show_epoch(p, t); /* stopped before the last epoch */
    take_away(p, &line);
    show(&line);
}
