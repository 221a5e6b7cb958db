#include "files/plot_axis.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "base/elementary.h"

/* Beyond these, differences could overflow and powers of ten vanish. */
static const double largest = 1e300, smallest = 1e-300;

static double log10_of(double x) {
    return exact_log(x) / exact_log(10);
}

static double power_of_ten(int n) {
    return n >= 0 ? exact_power(10, (uint64_t)n) : 1 / exact_power(10, (uint64_t)-n);
}

/* The n with 10^n <= x < 10^(n+1); x > 0. */
static int decade_of(double x) {
    int n = (int)floor(log10_of(x));
    if (power_of_ten(n) > x) n--; /* the logarithm is rounded */
    if (power_of_ten(n + 1) <= x) n++;
    return n;
}

/* ---- ticks ----------------------------------------------------------------------------------- */

/* Enough digits to tell neighbours `step` apart. */
static void write_label(char label[static PLOT_LABEL_SIZE], double value, double step) {
    int place = decade_of(step * 1.0001), first = value != 0 ? decade_of(fabs(value)) : place;
    if (fabs(value) < 1e7 && place >= -5)
        (void)snprintf(label, PLOT_LABEL_SIZE, "%.*f", place < 0 ? -place : 0, value);
    else
        (void)snprintf(label, PLOT_LABEL_SIZE, "%.*g", first > place ? first - place + 1 : 1,
                       value);
}

static void add_tick(struct plot_axis *axis, double value, double step) {
    if (axis->ticks == PLOT_TICKS_MOST) return;
    write_label(axis->label[axis->ticks], value, step);
    axis->tick[axis->ticks++] = value;
}

/* The one of 1, 2, 5 and 10 that is nearest to 1 <= x < 10 by proportion. */
static double nearest_digit(double x) {
    return x * x < 2 ? 1 : x * x < 10 ? 2 : x * x < 50 ? 5 : 10;
}

/* Multiples of 1, 2 or 5 times a power of ten. */
static void linear_ticks(struct plot_axis *axis, double low, double high, size_t wanted,
                         bool whole) {
    double rough = (high - low) / (double)wanted, unit = power_of_ten(decade_of(rough));
    double step = unit * nearest_digit(rough / unit);
    if (whole && step < 1) step = 1;
    double slack = 1e-9 * (high - low);
    for (double k = ceil((low - slack) / step); k * step <= high + slack; k++) {
        add_tick(axis, k == 0 ? 0 : k * step, step); /* no -0 */
        if (axis->ticks == PLOT_TICKS_MOST) break;
    }
}

/* The whole powers of ten, every n-th if there are many. */
static void decade_ticks(struct plot_axis *axis, size_t wanted) {
    int first = (int)ceil(axis->low - 1e-9), last = (int)floor(axis->high + 1e-9);
    int every = (last - first) / (int)wanted + 1;
    for (int n = first; n <= last; n += every) add_tick(axis, power_of_ten(n), power_of_ten(n));
}

static void digit_ticks(struct plot_axis *axis) {
    static const double digits[] = {1, 2, 5};
    for (int n = (int)floor(axis->low); n <= (int)floor(axis->high); n++)
        for (size_t d = 0; d < sizeof digits / sizeof *digits; d++) {
            double value = digits[d] * power_of_ten(n), at = log10_of(value);
            if (at >= axis->low && at <= axis->high) add_tick(axis, value, power_of_ten(n));
        }
}

static void log_ticks(struct plot_axis *axis, double low, double high, size_t wanted) {
    if (axis->high - axis->low >= 2) {
        decade_ticks(axis, wanted);
        return;
    }
    digit_ticks(axis);
    if (axis->ticks >= 3) return;
    axis->ticks = 0;
    linear_ticks(axis, low, high, wanted, false);
}

/* ---- ranges ---------------------------------------------------------------------------------- */

bool plot_point(const struct plot_series *series, const struct plot_axis *y, size_t i,
                double point[static 2]) {
    point[0] = series->x != NULL ? series->x[i * series->stride] : (double)(i + 1);
    point[1] = series->smooth != NULL ? series->smooth[i] : series->y[i * series->stride];
    /* A comparison with NAN is false. */
    return fabs(point[0]) <= largest && fabs(point[1]) <= largest &&
           (!y->log || point[1] > smallest);
}

struct range {
    double least, most;
    bool any, whole;
};

static void widen(struct range *range, double value) {
    if (!range->any || value < range->least) range->least = value;
    if (!range->any || value > range->most) range->most = value;
    range->whole = (range->whole || !range->any) && value == floor(value);
    range->any = true;
}

static bool is_constant(const struct range *range) {
    double span = range->most - range->least, size = fmax(fabs(range->least), fabs(range->most));
    return span < 1e-290 || span < 1e-12 * size;
}

static void make_x(struct plot_axis *axis, const struct range *range, size_t wanted) {
    axis->low = range->least;
    axis->high = range->most;
    if (is_constant(range)) {
        double pad = fmax(1, 1e-9 * fabs(range->most));
        axis->low -= pad;
        axis->high += pad;
    }
    linear_ticks(axis, axis->low, axis->high, wanted, range->whole);
}

static void make_linear(struct plot_axis *axis, const struct range *range, size_t wanted) {
    double pad = 0.05 * (range->most - range->least);
    if (is_constant(range)) pad = fabs(range->most) > 1e-280 ? 0.1 * fabs(range->most) : 1;
    axis->low = range->least - pad;
    axis->high = range->most + pad;
    /* Losses live above 0: no empty strip below it. */
    if (range->least >= 0 && axis->low < 0 && !is_constant(range)) axis->low = 0;
    linear_ticks(axis, axis->low, axis->high, wanted, false);
}

static void make_log(struct plot_axis *axis, const struct range *range, size_t wanted) {
    double low = log10_of(range->least), high = log10_of(range->most);
    double pad = is_constant(range) ? 0.1 : 0.05 * (high - low);
    axis->low = low - pad;
    axis->high = high + pad;
    double factor = exact_exp(pad * exact_log(10));
    log_ticks(axis, range->least / factor, range->most * factor, wanted);
}

struct plot_series plot_raw(const struct plot_series *series) {
    struct plot_series raw = *series;
    raw.smooth = NULL;
    return raw;
}

static void add_range(const struct plot_series *series, const struct plot_axis *axis,
                      struct range *x, struct range *y) {
    for (size_t i = 0; i < series->count; i++) {
        double point[2];
        if (!plot_point(series, axis, i, point)) continue;
        widen(x, point[0]);
        widen(y, point[1]);
    }
}

bool plot_frame_make(const struct plot *plot, size_t x_ticks, size_t y_ticks, bool raw_too,
                     struct plot_frame *frame, struct error *err) {
    struct range x = {0}, y = {0};
    *frame = (struct plot_frame){.y.log = plot->log};
    for (size_t s = 0; s < plot->count; s++) {
        struct plot_series raw = plot_raw(&plot->series[s]);
        add_range(&plot->series[s], &frame->y, &x, &y);
        if (raw_too) add_range(&raw, &frame->y, &x, &y);
    }
    if (!x.any)
        return error_set(err, ERROR_DATA, "nothing to draw: there is no number%s",
                         plot->log ? " above 0, which a log scale needs" : "");
    make_x(&frame->x, &x, x_ticks);
    if (plot->log)
        make_log(&frame->y, &y, y_ticks);
    else
        make_linear(&frame->y, &y, y_ticks);
    return true;
}

double plot_axis_at(const struct plot_axis *axis, double value) {
    return ((axis->log ? log10_of(value) : value) - axis->low) / (axis->high - axis->low);
}

/* ---- names of the horizontal axis -------------------------------------------------------------- */

const char *plot_x_label(const struct plot *plot) {
    return plot->x_label != NULL ? plot->x_label : "epoch";
}

const char *plot_x_text(const struct plot *plot, const struct plot_axis *x, size_t tick) {
    double at = x->tick[tick];
    if (plot->x_name == NULL || plot->series[0].dots) return x->label[tick];
    bool named = at >= 1 && at <= (double)plot->x_names && at == floor(at);
    return named ? plot->x_name[(size_t)at - 1] : "";
}

size_t plot_x_width(const struct plot *plot) {
    size_t widest = 0;
    for (size_t i = 0; plot->x_name != NULL && i < plot->x_names; i++) {
        size_t width = text_width(plot->x_name[i]);
        if (width > widest) widest = width;
    }
    return widest;
}

/* ---- along a line ---------------------------------------------------------------------------- */

struct mark {
    size_t i;
    double x, y;
};

struct walk {
    plot_visit *visit;
    void *context;
    bool thin;       /* there are many points to a column */
    size_t usual;    /* distance of neighbours, in points; 0: not known yet */
    size_t previous; /* the last point met */
    size_t column;   /* of it */
    bool started, pending, start;
    struct mark first, lowest, highest, last; /* of the column, while pending */
};

static void show(struct walk *w, const struct mark *mark) {
    w->visit(w->context, mark->x, mark->y, w->start);
    w->start = false;
}

/* The column's points that show, in their order, none twice. */
static void flush(struct walk *w) {
    if (!w->pending) return;
    const struct mark *a = &w->lowest, *b = &w->highest;
    if (a->i > b->i) {
        a = &w->highest;
        b = &w->lowest;
    }
    show(w, &w->first);
    if (a->i != w->first.i) show(w, a);
    if (b->i != a->i && b->i != w->first.i) show(w, b);
    if (w->last.i != w->first.i && w->last.i != b->i) show(w, &w->last);
    w->pending = false;
}

static void gather(struct walk *w, struct mark mark) {
    if (!w->pending) w->first = w->lowest = w->highest = mark;
    if (mark.y < w->lowest.y) w->lowest = mark;
    if (mark.y > w->highest.y) w->highest = mark;
    w->last = mark;
    w->pending = true;
}

static bool breaks(struct walk *w, size_t i, size_t column) {
    if (!w->started) return true;
    size_t distance = i - w->previous;
    if (w->usual == 0) w->usual = distance;
    return distance > w->usual && !(w->thin && column <= w->column + 1);
}

static void meet(struct walk *w, struct mark mark, size_t column) {
    bool broken = breaks(w, mark.i, column);
    if (broken || !w->thin || column != w->column) flush(w);
    if (broken) w->start = true;
    gather(w, mark);
    w->previous = mark.i;
    w->column = column;
    w->started = true;
}

void plot_walk(const struct plot_series *series, const struct plot_frame *frame, size_t columns,
               plot_visit *visit, void *context) {
    struct walk w = {.visit = visit, .context = context, .thin = series->count / 2 > columns};
    for (size_t i = 0; i < series->count; i++) {
        double point[2];
        if (!plot_point(series, &frame->y, i, point)) continue;
        struct mark mark = {i, plot_axis_at(&frame->x, point[0]),
                            plot_axis_at(&frame->y, point[1])};
        double at = fmin(fmax(mark.x, 0), 1) * (double)columns;
        meet(&w, mark, (size_t)at);
    }
    flush(&w);
}
