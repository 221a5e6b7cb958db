/* Predicted beside actual numbers: lines over the rows of a forecast or over the steps of sequences,
 * points for samples that have no order. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/chart.h"
#include "files/page.h"
#include "run/evaluate.h"
#include "tools/run_page_parts.h"

/* Pictures, rows of one, and points: more would not be looked at. */
enum { PANELS_MOST = 6, ROWS_MOST = 400, POINTS_MOST = 2000 };

enum line { ACTUAL, NEAR, FAR, LOW, HIGH, LINES };

/* A picture. Lines are [rows], NAN where there is nothing. */
struct panel {
    const struct run_page *page;
    size_t column;     /* of the targets */
    size_t first, end; /* samples */
    size_t row, rows;  /* of the data, or steps; of points none */
    size_t left_out;   /* samples before them */
    double *value[LINES];
    double *x;         /* [rows] what is on the axis where there are no names */
    const char **name; /* [rows] or NULL */
};

static const struct engine *engine_of(const struct panel *p) {
    return &p->page->t->trainer.engine;
}

static const struct dataset *data_of(const struct run_page *page) {
    return page->t->task.data;
}

static size_t levels_of(const struct panel *p) {
    const struct engine *e = engine_of(p);
    return e->middle != NULL ? e->model.outputs / engine_targets(e)->shape.targets : 1;
}

/* Columns among the numbers of a target, and steps of each. */
static size_t columns_of(const struct run_page *page) {
    const struct batch_shape *shape = &engine_targets(&page->t->trainer.engine)->shape;
    size_t columns = dataset_schema(data_of(page))->targets;
    return shape->targets < columns ? shape->targets : columns;
}

static size_t horizon_of(const struct run_page *page) {
    return engine_targets(&page->t->trainer.engine)->shape.targets / columns_of(page);
}

/* ---- one picture ----------------------------------------------------------------------------- */

static bool take_lines(struct panel *p, size_t rows, struct error *err) {
    bool good = true;
    for (size_t l = 0; l < LINES; l++) {
        p->value[l] = memory_take(rows, sizeof *p->value[l], "a figure", err);
        good = good && p->value[l] != NULL;
        for (size_t i = 0; good && i < rows; i++) p->value[l][i] = NAN;
    }
    p->x = memory_take(rows, sizeof *p->x, "a figure", err);
    p->name = memory_take(rows, sizeof *p->name, "a figure", err);
    return good && p->x != NULL && p->name != NULL;
}

static void free_lines(struct panel *p) {
    for (size_t l = 0; l < LINES; l++) free(p->value[l]);
    free(p->x);
    free(p->name);
}

static void put(struct panel *p, size_t at, size_t target, const struct evaluate_row *row) {
    size_t levels = levels_of(p);
    p->value[ACTUAL][at] = row->truth[target];
    p->value[NEAR][at] = row->point[target];
    if (levels == 1) return;
    p->value[LOW][at] = row->output[target * levels];
    p->value[HIGH][at] = row->output[target * levels + levels - 1];
}

static const char *line_name(const struct panel *p, enum line line, char to[static 64]) {
    size_t horizon = horizon_of(p->page);
    const struct param_reals *levels = &engine_of(p)->loss.settings->quantiles;
    switch (line) {
    case ACTUAL: return "actual";
    case NEAR: return horizon > 1 && p->rows > 0 ? "predicted 1 ahead" : "predicted";
    case FAR: (void)snprintf(to, 64, "predicted %zu ahead", horizon); return to;
    default:
        (void)snprintf(to, 64, "%g %% quantile",
                       100 * levels->value[line == LOW ? 0 : levels->count - 1]);
        return to;
    }
}

static bool any_number(const double *value, size_t rows) {
    for (size_t i = 0; i < rows; i++)
        if (isfinite(value[i])) return true;
    return false;
}

static bool add_series(struct plot *plot, struct plot_series series, const char *label,
                       struct error *err) {
    if (!memory_grow(&plot->series, &plot->capacity, plot->count + 1, sizeof series, "a plot", err))
        return false;
    series.stride = 1;
    series.best = series.count;
    series.label = memory_text(label, err);
    if (series.label == NULL) return false;
    plot->series[plot->count++] = series;
    return true;
}

static bool draw(struct run_page *page, const struct panel *p, struct plot *plot, const char *title,
                 bool wide, struct error *err) {
    char note[64] = "";
    if (p->left_out > 0)
        (void)snprintf(note, sizeof note, "the last %zu of %zu samples", p->end - p->first,
                       p->end - p->first + p->left_out);
    if (!any_number(p->value[ACTUAL], p->rows > 0 ? p->rows : p->end - p->first)) return true;
    const struct chart chart = {.plot = plot,
                                .title = title,
                                .note = note[0] != '\0' ? note : NULL,
                                .first = p->first,
                                .wide = wide,
                                .floats = true};
    return chart_add(&chart, &page->number, &page->to, err);
}

static bool draw_lines(struct run_page *page, struct panel *p, const char *title,
                       const char *x_label, bool wide, struct error *err) {
    struct plot plot = {.x_label = x_label};
    char label[64];
    bool good = true, named = p->rows > 0 && p->name[0] != NULL;
    if (named) {
        plot.x_name = p->name;
        plot.x_names = p->rows;
    }
    for (enum line l = 0; l < LINES && good; l++)
        if (any_number(p->value[l], p->rows))
            good = add_series(
                &plot,
                (struct plot_series){
                    .x = named ? NULL : p->x, .y = p->value[l], .count = p->rows, .role = l},
                line_name(p, l, label), err);
    good = good && draw(page, p, &plot, title, wide, err);
    plot_free(&plot);
    return good;
}

/* ---- forecasts: over the rows of the data ---------------------------------------------------- */

static void take_forecast(void *context, const struct evaluate_row *row) {
    struct panel *p = context;
    size_t horizon = horizon_of(p->page), target = p->column * horizon;
    for (size_t h = 0; h < horizon; h++) {
        size_t at = dataset_target_row(data_of(p->page), p->page->part, row->sample, h) - p->row;
        if (at >= p->rows) continue;
        if (h == 0) put(p, at, target, row);
        p->value[ACTUAL][at] = row->truth[target + h];
        if (h > 0 && h + 1 == horizon) p->value[FAR][at] = row->point[target + h];
    }
}

/* Samples from `first` on that are of one series: the end of them. */
static size_t series_end(const struct run_page *page, size_t first) {
    const struct dataset *data = data_of(page);
    size_t count = dataset_count(data, page->part), before = SIZE_MAX, i = first;
    const char *id = NULL;
    for (; i < count; i++) {
        size_t row = dataset_target_row(data, page->part, i, 0);
        if (row == SIZE_MAX) break;
        const char *now = dataset_id(data, row);
        if (i > first && (row <= before || (now != NULL && id != NULL && strcmp(now, id) != 0)))
            break;
        before = row;
        id = now;
    }
    return i;
}

static void add_title(const struct panel *p, const char *part, struct text *to) {
    const struct schema *schema = dataset_schema(data_of(p->page));
    text_add(to, schema->column[schema->target[p->column]].name);
    if (part != NULL) text_format(to, ", %s", part);
}

static bool fill_forecast(struct panel *p, struct error *err) {
    const struct run_page *page = p->page;
    const struct dataset *data = data_of(page);
    struct training *t = page->t;
    size_t horizon = horizon_of(page);
    p->row = dataset_target_row(data, page->part, p->first, 0);
    p->rows = dataset_target_row(data, page->part, p->end - 1, 0) + horizon - p->row;
    if (!take_lines(p, p->rows, err)) return false;
    for (size_t i = 0; i < p->rows; i++) {
        size_t row = p->row + i < dataset_rows(data) ? p->row + i : dataset_rows(data) - 1;
        p->x[i] = (double)(p->row + i + 1);
        p->name[i] = dataset_time(data, row);
    }
    evaluate_visit(&t->trainer.engine, page->part, p->first, p->end, t->trainer.scratch,
                   take_forecast, p);
    return true;
}

/* The last rows of it, where it is long. */
static void shorten(struct panel *p) {
    const struct dataset *data = data_of(p->page);
    enum part part = p->page->part;
    size_t last = dataset_target_row(data, part, p->end - 1, 0);
    while (last - dataset_target_row(data, part, p->first, 0) >= ROWS_MOST) {
        p->first++;
        p->left_out++;
    }
}

static bool add_forecast(struct run_page *page, size_t first, size_t end, size_t column, bool wide,
                         struct error *err) {
    struct panel p = {.page = page, .column = column, .first = first, .end = end};
    const struct dataset *data = data_of(page);
    struct text title = {0};
    shorten(&p);
    add_title(&p, dataset_id(data, dataset_target_row(data, page->part, p.first, 0)), &title);
    const char *time = dataset_time_name(data);
    char *text = text_take(&title, err);
    bool good = text != NULL && fill_forecast(&p, err) &&
                draw_lines(page, &p, text, time != NULL ? time : "row", wide, err);
    free_lines(&p);
    free(text);
    return good;
}

static size_t count_series(const struct run_page *page) {
    size_t count = dataset_count(data_of(page), page->part), series = 0;
    for (size_t first = 0, end; first < count; first = end, series++)
        if ((end = series_end(page, first)) == first) break;
    return series;
}

static void add_sentence(struct run_page *page, size_t shown, size_t all, const char *things) {
    text_format(&page->to, "<p>The %s part", run_page_part(page->part));
    if (shown < all)
        text_format(&page->to, "; the first %zu of %zu %s are drawn", shown, all, things);
    text_add(&page->to, ".</p>\n");
}

static bool add_forecasts(struct run_page *page, struct error *err) {
    size_t columns = columns_of(page), series = count_series(page), drawn = 0, first = 0;
    size_t all = series * columns, most = all < PANELS_MOST ? all : PANELS_MOST;
    add_sentence(page, most, all, columns > 1 ? "pairs of series and target" : "series");
    text_add(&page->to, "<div class=\"charts\">\n");
    for (size_t s = 0; s < series && drawn < most; s++) {
        size_t end = series_end(page, first);
        for (size_t c = 0; c < columns && drawn < most; c++, drawn++)
            if (!add_forecast(page, first, end, c, all == 1, err)) return false;
        first = end;
    }
    text_add(&page->to, "</div>\n");
    return true;
}

/* ---- a target for each step: over the steps of some samples ----------------------------------- */

struct panels {
    struct panel panel[PANELS_MOST];
    size_t count;
};

static void take_step(void *context, const struct evaluate_row *row) {
    struct panels *all = context;
    for (size_t i = 0; i < all->count; i++) {
        struct panel *p = &all->panel[i];
        if (row->sample == p->first && row->step < p->rows) put(p, row->step, p->column, row);
    }
}

static bool prepare_steps(struct panel *p, struct error *err) {
    p->rows = dataset_target_length(data_of(p->page), p->page->part, p->first);
    if (p->rows > ROWS_MOST) p->rows = ROWS_MOST;
    if (!take_lines(p, p->rows, err)) return false;
    for (size_t i = 0; i < p->rows; i++) p->x[i] = (double)(i + 1);
    return true;
}

static bool draw_steps(struct run_page *page, struct panel *p, struct error *err) {
    const struct dataset *data = data_of(page);
    struct text title = {0};
    char part[64];
    const char *id = dataset_id(data, dataset_row(data, page->part, p->first, 0));
    (void)snprintf(part, sizeof part, "sample %zu", p->first + 1);
    add_title(p, id != NULL ? id : part, &title);
    char *text = text_take(&title, err);
    bool good = text != NULL && draw_lines(page, p, text, "step", false, err);
    free(text);
    return good;
}

/* Chunks of a long sequence need the states that those before them leave: all of the part is gone
 * through, once. */
static bool add_sequences(struct run_page *page, struct error *err) {
    struct training *t = page->t;
    struct panels panels = {.count = 0};
    size_t columns = columns_of(page), all = dataset_count(t->task.data, page->part) * columns;
    bool good = true;
    while (panels.count < PANELS_MOST && panels.count < all && good) {
        struct panel *p = &panels.panel[panels.count];
        size_t sample = panels.count / columns;
        *p = (struct panel){
            .page = page, .column = panels.count % columns, .first = sample, .end = sample + 1};
        good = prepare_steps(p, err);
        panels.count++;
    }
    add_sentence(page, panels.count, all, columns > 1 ? "pairs of sample and target" : "samples");
    if (good && panels.count > 0)
        evaluate_visit(&t->trainer.engine, page->part, 0, panels.panel[panels.count - 1].end,
                       t->trainer.scratch, take_step, &panels);
    text_add(&page->to, "<div class=\"charts\">\n");
    for (size_t i = 0; i < panels.count && good; i++)
        good = draw_steps(page, &panels.panel[i], err);
    text_add(&page->to, "</div>\n");
    for (size_t i = 0; i < panels.count; i++) free_lines(&panels.panel[i]);
    return good;
}

/* ---- samples without an order: points -------------------------------------------------------- */

static void take_point(void *context, const struct evaluate_row *row) {
    struct panel *p = context;
    put(p, row->sample - p->first, p->column, row);
}

static bool draw_points(struct run_page *page, struct panel *p, const char *title,
                        struct error *err) {
    struct plot plot = {.x_label = "actual"};
    double ends[2] = {INFINITY, -INFINITY};
    size_t points = p->end - p->first;
    for (size_t i = 0; i < points; i++) {
        ends[0] = fmin(ends[0], fmin(p->value[ACTUAL][i], p->value[NEAR][i]));
        ends[1] = fmax(ends[1], fmax(p->value[ACTUAL][i], p->value[NEAR][i]));
    }
    const struct plot_series dots = {
        .x = p->value[ACTUAL], .y = p->value[NEAR], .count = points, .dots = true};
    const struct plot_series perfect = {.x = ends, .y = ends, .count = 2, .role = PLOT_COLORS - 1};
    bool good = add_series(&plot, dots, "a sample", err) &&
                add_series(&plot, perfect, "predicted = actual", err) &&
                (plot.y_label = memory_text("predicted", err)) != NULL &&
                draw(page, p, &plot, title, false, err);
    plot_free(&plot);
    return good;
}

static bool add_points(struct run_page *page, size_t target, struct error *err) {
    struct training *t = page->t;
    size_t count = dataset_count(t->task.data, page->part);
    struct panel p = {.page = page, .column = target, .end = count};
    struct text title = {0};
    if (count > POINTS_MOST) p.first = p.left_out = count - POINTS_MOST;
    dataset_target_name(t->task.data, 0, target, &title);
    char *text = text_take(&title, err);
    bool good = text != NULL && take_lines(&p, p.end - p.first, err);
    if (good) {
        evaluate_visit(&t->trainer.engine, page->part, p.first, p.end, t->trainer.scratch,
                       take_point, &p);
        good = draw_points(page, &p, text, err);
    }
    free_lines(&p);
    free(text);
    return good;
}

static bool add_scatters(struct run_page *page, struct error *err) {
    size_t all = engine_targets(&page->t->trainer.engine)->shape.targets;
    size_t most = all < PANELS_MOST ? all : PANELS_MOST;
    add_sentence(page, most, all, "targets");
    text_add(&page->to, "<div class=\"charts\">\n");
    for (size_t target = 0; target < most; target++)
        if (!add_points(page, target, err)) return false;
    text_add(&page->to, "</div>\n");
    return true;
}

bool run_page_numbers(struct run_page *page, struct error *err) {
    if (engine_targets(&page->t->trainer.engine)->shape.target_steps)
        return add_sequences(page, err);
    if (page->t->config->data.window != PARAM_NO_COUNT) return add_forecasts(page, err);
    return add_scatters(page, err);
}
