#include "tools/run_page.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files/atomic.h"
#include "files/curves.h"
#include "files/markup.h"
#include "files/page.h"
#include "tools/run_page_parts.h"

const char *run_page_part(enum part part) {
    static const char *const names[PART_COUNT] = {"training", "validation", "test"};
    return names[part];
}

/* ---- answers --------------------------------------------------------------------------------- */

static bool writes(const struct run_page *page) {
    return schema_writes(dataset_schema(page->t->task.data));
}

static bool classes(const struct run_page *page) {
    return page->t->trainer.engine.loss.class_targets;
}

static const char *answers_heading(const struct run_page *page) {
    return writes(page) ? "Texts" : classes(page) ? "Confusions" : "Predicted and actual";
}

static bool add_answers(struct run_page *page, struct error *err) {
    page_open_section(&page->to, "answers", answers_heading(page));
    bool good = writes(page)    ? run_page_texts(page, err)
                : classes(page) ? run_page_classes(page, err)
                                : run_page_numbers(page, err);
    page_close_section(&page->to);
    return good;
}

/* ---- curves ---------------------------------------------------------------------------------- */

static bool add_curves(struct run_page *page, struct error *err) {
    const char *path = page->t->config->output.history;
    const struct curves_run run = {&page->history, path, NULL};
    page_open_section(&page->to, "curves", "Curves");
    bool good = true;
    if (page->history.rows == 0) {
        text_format(&page->to, "<p>%s.</p>\n",
                    page->t->trainer.state.epoch == 0 ? "No epoch has ended"
                                                      : "There is no history to draw");
    } else {
        good = curves_add(&run, 1, &page->number, &page->to, err);
        text_add(&page->to, "<p class=\"soft\">Numbers are those of ");
        markup_add(&page->to, path);
        text_add(&page->to, ". A training loss is the mean over an epoch while it is learnt, "
                            "with dropout; a validation loss comes after it, without.</p>\n");
    }
    page_close_section(&page->to);
    return good;
}

/* ---- data, model, config --------------------------------------------------------------------- */

/* A line of the start-up report: "key: what there is to say". */
static void add_fact(struct text *to, const char *line) {
    const char *colon = strstr(line, ": ");
    struct text key = {0};
    text_add_bytes(&key, line, colon != NULL ? (size_t)(colon - line) : 0);
    bool warning = key.bytes != NULL && strcmp(key.bytes, "warning") == 0;
    page_add_cell(to, warning ? "dt class=\"warning\"" : "dt", key.bytes);
    page_add(to, warning ? "dd class=\"warning\"" : "dd", colon != NULL ? colon + 2 : line);
    to->failed |= key.failed;
    text_free(&key);
}

static bool add_data(struct run_page *page, struct error *err) {
    struct text report = {0};
    dataset_report(page->t->task.data, &report);
    char *lines = text_take(&report, err);
    if (lines == NULL) return false;
    page_open_section(&page->to, "data", "Data");
    text_add(&page->to, "<dl class=\"facts\">\n");
    for (char *line = lines, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        add_fact(&page->to, line);
    }
    text_add(&page->to, "</dl>\n");
    page_close_section(&page->to);
    free(lines);
    return true;
}

static void add_layer(struct text *to, const char *name, const char *shape, size_t parameters) {
    char number[32];
    page_add_cell(to, "th scope=\"row\"", name);
    page_add_cell(to, "td class=\"text\"", shape);
    page_add_cell(to, "td", text_number((double)parameters, number));
    text_add(to, "</tr>\n");
}

static void add_model(struct run_page *page) {
    const struct training *t = page->t;
    const struct model *model = &t->trainer.engine.model;
    struct text *to = &page->to;
    page_open_section(to, "model", "Model");
    page_open_table(to, "", "Layers");
    text_add(to,
             "<thead><tr><th scope=\"col\">layer</th><th scope=\"col\" class=\"text\">output</th>"
             "<th scope=\"col\">parameters</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < model->layers; i++) {
        char shape[64];
        text_add(to, "<tr>");
        add_layer(to, model->layer[i].name, model_output_shape(&model->layer[i], shape),
                  layer_parameters(&model->layer[i]));
    }
    text_add(to, "<tr class=\"total\">");
    add_layer(to, "total", "", model->size);
    text_add(to, "</tbody>\n");
    page_close_table(to);
    text_format(to, "<p class=\"soft\">Loss %s, optimizer %s, %zu step%s an epoch.</p>\n",
                t->task.loss.kind->name, t->config->train.optimizer.kind->name, t->trainer.steps,
                text_plural(t->trainer.steps));
    page_close_section(to);
}

static void add_row(struct text *to, const char *name, const char *value) {
    page_add_cell(to, "dt", name);
    page_add(to, "dd", value);
}

/* Of the whole training, and so of all runs that a resumed one is made of; the only clock here. */
static void add_time(struct run_page *page) {
    const struct history_table *history = &page->history;
    size_t column = history_find(history, "seconds");
    double sum = 0;
    char number[32];
    if (history->rows == 0 || column == history->columns) return;
    for (size_t i = 0; i < history->rows; i++) {
        double seconds = history->value[i * history->columns + column];
        if (!isnan(seconds)) sum += seconds;
    }
    text_format(&page->to, "<dt>training time</dt><dd class=\"clock\">%s</dd>\n",
                progress_time(sum, number));
}

static void add_run(struct run_page *page) {
    const struct training *t = page->t;
    struct text *to = &page->to;
    char number[32];
    page_open_section(to, "run", "Run and config");
    text_add(to, "<dl class=\"facts\">\n");
    add_row(to, "program", "rnntrain " VERSION);
    add_row(to, "config", page->config);
    add_row(to, "seed", text_double((double)t->config->seed, number));
    add_row(to, "checkpoint", t->config->output.checkpoint);
    add_row(to, "history", t->config->output.history);
    add_time(page);
    text_add(to,
             "</dl>\n<p>The config with all defaults filled in, as the checkpoint has it:</p>\n");
    text_add(to, "<pre tabindex=\"0\" role=\"region\" aria-label=\"Config\">");
    markup_add(to, t->resolved);
    text_add(to, "</pre>\n");
    page_close_section(to);
}

/* ---- the page -------------------------------------------------------------------------------- */

static bool begin(struct run_page *page, struct error *err) {
    const char *const sections[] = {
        "results", "Results", "answers", answers_heading(page), "curves", "Curves", "data", "Data",
        "model",   "Model",   "run",     "Run and config",      NULL};
    struct text subtitle = {0};
    const char *name = page->config + atomic_folder_length(page->config);
    text_format(&subtitle, "Report of a training run by rnntrain %s, config %s", VERSION,
                page->config);
    char *line = text_take(&subtitle, err);
    if (line == NULL) return false;
    page_begin(&page->to, name, line, sections);
    free(line);
    return true;
}

static bool make(struct run_page *page, struct error *err) {
    if (!begin(page, err)) return false;
    run_page_verdict(page);
    page_open_section(&page->to, "results", "Results");
    run_page_scores(page);
    page_close_section(&page->to);
    if (!add_answers(page, err) || !add_curves(page, err) || !add_data(page, err)) return false;
    add_model(page);
    add_run(page);
    page_end(&page->to, "rnntrain " VERSION);
    return true;
}

static bool save(struct run_page *page, struct error *err) {
    size_t length = page->to.length;
    char *bytes = text_take(&page->to, err);
    bool good = bytes != NULL && atomic_save(page->t->config->output.report, bytes, length, err);
    free(bytes);
    return good;
}

/* A run that was over before may have lost its history; a device keeps none. */
static bool read_history(struct run_page *page, struct error *err) {
    const char *path = page->t->config->output.history;
    struct stat status;
    if (page->t->trainer.state.epoch == 0) return true;
    if (stat(path, &status) != 0)
        return errno == ENOENT || error_errno(err, ERROR_SYSTEM, path, errno);
    if (!S_ISREG(status.st_mode)) return true;
    return history_read(&page->history, path, err);
}

static enum part last_part(const struct dataset *data) {
    enum part part = PART_TEST;
    while (part > PART_TRAIN && dataset_count(data, part) == 0) part--;
    return part;
}

bool run_page_write(struct training *t, const struct training_result *result,
                    const struct figures *figures, const char *config, struct error *err) {
    struct run_page page = {.t = t, .result = result, .figures = figures, .config = config};
    if (t->config->output.report == NULL) return true;
    page.part = last_part(t->task.data);
    bool good = read_history(&page, err) && make(&page, err) && save(&page, err);
    history_table_free(&page.history);
    text_free(&page.to);
    return good;
}
