/* How good the model is: a verdict, the figures that matter most, and tables beside the baselines. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "files/markup.h"
#include "files/page.h"
#include "tools/run_page_parts.h"
#include "tools/scoreboard.h"
#include "tools/summary.h"

enum { DIGITS = 5 };

static struct scoreboard board_of(const struct run_page *page) {
    const struct training *t = page->t;
    return (struct scoreboard){t->trainer.val_metric, t->trainer.metrics, t->baselines.season};
}

static const struct scores *scores_of(const struct run_page *page, enum part part) {
    const struct scores *scores =
        part == PART_TEST ? &page->result->test : &page->result->validation;
    return part != PART_TRAIN && scores->samples > 0 ? scores : NULL;
}

/* A skill below this is no reason to use a network; another seed may have none. */
#define NARROW 0.02

/* ---- the verdict ----------------------------------------------------------------------------- */

static void add_beaten(const struct run_page *page, const struct scores *scores, struct text *to) {
    const char *part = run_page_part(page->part);
    char skill[32];
    enum baseline best = scores_best(scores);
    if (best == BASELINES)
        text_format(to,
                    "<p class=\"verdict\">The loss on the %s part is %.5g. There is no baseline to "
                    "compare it with.</p>\n",
                    part, scores->model.loss);
    else if (scoreboard_falls_short(scores))
        text_format(to,
                    "<p class=\"verdict bad\">The model does not beat the baseline “%s” on the %s "
                    "part: its loss is %.5g, that of the baseline %.5g.</p>\n",
                    baseline_names[best], part, scores->model.loss, scores->baseline[best].loss);
    else if (scores_skill(scores) < NARROW)
        text_format(
            to,
            "<p class=\"verdict\">The model is hardly better than the baseline “%s” on the %s "
            "part: its loss is %.5g, that of the baseline %.5g (skill %s).</p>\n",
            baseline_names[best], part, scores->model.loss, scores->baseline[best].loss,
            figure_text_skill(scores_skill(scores), 1000, skill));
    else
        text_format(to,
                    "<p class=\"verdict good\">The model beats every baseline on the %s part: its "
                    "loss is %.5g, that of the best one, “%s”, %.5g (skill %s).</p>\n",
                    part, scores->model.loss, baseline_names[best], scores->baseline[best].loss,
                    figure_text_skill(scores_skill(scores), 1000, skill));
}

static void add_status(const struct run_page *page, struct text *to) {
    const struct training *t = page->t;
    const struct training_state *state = &t->trainer.state;
    const char *status = summary_status(t);
    if (strcmp(status, "stopped early") == 0)
        text_format(to, "<p>Early stopping ended the run after epoch %zu of %zu.", state->epoch,
                    t->config->train.epochs);
    else if (state->finished)
        text_format(to, "<p>The run is finished, after %zu epoch%s.", state->epoch,
                    text_plural(state->epoch));
    else
        text_format(to,
                    "<p class=\"warning\">The run is not finished: %s in epoch %zu of %zu. "
                    "--resume goes on.",
                    t->signal != 0 ? "stopped by a signal" : "out of time", state->epoch + 1,
                    t->config->train.epochs);
    if (t->trainer.best_weights != NULL && state->best_epoch > 0)
        text_format(to, " The weights are those of epoch %zu, the best.", state->best_epoch);
    text_add(to, "</p>\n");
}

static void add_tile(struct text *to, const char *name, const char *value) {
    text_add(to, "<div>");
    page_add_cell(to, "dt", name);
    page_add_cell(to, "dd", value);
    text_add(to, "</div>\n");
}

/* The first metric, or the loss where there is none. */
static void add_score_tiles(const struct run_page *page, const struct scores *scores,
                            struct text *to) {
    const struct scoreboard board = board_of(page);
    struct scoreboard_line line[SCOREBOARD_LINES];
    size_t count = scoreboard_lines(&board, scores, line), figure = board.metrics > 0 ? 1 : 0;
    char value[32];
    for (size_t l = 0; l < count && l < 2 && !line[l].skill; l++) {
        struct text name = {0};
        text_format(&name, "%s %s", run_page_part(page->part), scoreboard_name(&board, figure));
        if (l > 0) text_format(&name, " of %s", line[l].name);
        add_tile(to, name.bytes, figure_text(line[l].value[figure], DIGITS, value));
        to->failed |= name.failed;
        text_free(&name);
    }
    if (scores_best(scores) == BASELINES) return;
    add_tile(to, "skill (loss)", figure_text_skill(scores_skill(scores), 1000, value));
}

static void add_tiles(const struct run_page *page, const struct scores *scores, struct text *to) {
    const struct training *t = page->t;
    char number[32];
    text_add(to, "<dl class=\"tiles\">\n");
    if (scores != NULL) add_score_tiles(page, scores, to);
    add_tile(to, "epochs", text_double((double)t->trainer.state.epoch, number));
    if (t->trainer.best_weights != NULL && t->trainer.state.best_epoch > 0)
        add_tile(to, "best epoch", text_double((double)t->trainer.state.best_epoch, number));
    add_tile(to, "parameters", text_double((double)t->trainer.engine.model.size, number));
    add_tile(to, "training samples",
             text_double((double)dataset_count(t->task.data, PART_TRAIN), number));
    text_add(to, "</dl>\n");
}

void run_page_verdict(struct run_page *page) {
    const struct scores *scores = scores_of(page, page->part);
    struct text *to = &page->to;
    if (scores != NULL)
        add_beaten(page, scores, to);
    else
        text_add(to, "<p class=\"verdict bad\">Nothing was held out: without a validation or test "
                     "part nobody knows how the model does on new data.</p>\n");
    add_status(page, to);
    add_tiles(page, scores, to);
}

/* ---- the tables ------------------------------------------------------------------------------ */

static void add_heads(const struct scoreboard *board, struct text *to) {
    text_add(to, "<thead><tr><td></td>");
    for (size_t i = 0; i <= board->metrics; i++)
        page_add_cell(to, "th scope=\"col\"", scoreboard_name(board, i));
    text_add(to, "</tr></thead>\n<tbody>\n");
}

static void add_line(const struct scoreboard *board, const struct scoreboard_line *line,
                     struct text *to) {
    char number[32];
    bool model = strcmp(line->name, "model") == 0;
    text_add(to, model ? "<tr class=\"model\">" : "<tr>");
    page_add_cell(to, "th scope=\"row\"", line->name);
    for (size_t i = 0; i <= board->metrics; i++)
        page_add_cell(to, "td",
                      line->skill ? figure_text_skill(line->value[i], 1000, number)
                                  : figure_text(line->value[i], DIGITS, number));
    text_add(to, "</tr>\n");
}

static void add_table(const struct run_page *page, enum part part, struct text *to) {
    const struct scoreboard board = board_of(page);
    const struct scores *scores = scores_of(page, part);
    struct scoreboard_line line[SCOREBOARD_LINES];
    char label[64];
    if (scores == NULL) return;
    size_t count = scoreboard_lines(&board, scores, line);
    (void)snprintf(label, sizeof label, "Results on the %s part", run_page_part(part));
    text_format(to, "<h3>On the %s part, %zu sample%s", run_page_part(part), scores->samples,
                text_plural(scores->samples));
    if (scores->unlabelled > 0)
        text_format(to, "; %zu passed over for a missing target", scores->unlabelled);
    text_add(to, "</h3>\n");
    page_open_table(to, "", label);
    add_heads(&board, to);
    for (size_t l = 0; l < count; l++) add_line(&board, &line[l], to);
    text_add(to, "</tbody>\n");
    page_close_table(to);
    if (part == page->part || !scoreboard_falls_short(scores))
        return; /* else the verdict says it */
    enum baseline best = scores_best(scores);
    text_format(to,
                "<p class=\"warning\">On the %s part the model does not beat the baseline “%s” "
                "(loss %.5g, its %.5g).</p>\n",
                run_page_part(part), baseline_names[best], scores->model.loss,
                scores->baseline[best].loss);
}

/* The row of the history that the weights are of; its rows where there is none. */
static size_t predicting_row(const struct run_page *page) {
    const struct history_table *history = &page->history;
    const struct training *t = page->t;
    const struct training_state *state = &t->trainer.state;
    bool best = t->trainer.best_weights != NULL && state->best_epoch > 0;
    size_t epoch = best ? state->best_epoch : state->epoch, row = 0;
    size_t column = history_find(history, "epoch");
    if (column == history->columns) return history->rows;
    while (row < history->rows && history->value[row * history->columns + column] != (double)epoch)
        row++;
    return row;
}

static bool is_result(const struct run_page *page, const char *column) {
    const struct trainer *trainer = &page->t->trainer;
    bool found = strcmp(column, "loss") == 0;
    for (size_t m = 0; m < trainer->metrics; m++)
        found |= strcmp(column, trainer->metric[m].name) == 0;
    return found;
}

static void add_training(const struct run_page *page, struct text *to) {
    const struct history_table *history = &page->history;
    size_t row = predicting_row(page), shown = 0;
    char number[32];
    if (row == history->rows) return;
    const double *value = history->value + row * history->columns;
    text_format(to, "<p>While training, in epoch %.0f:", value[history_find(history, "epoch")]);
    for (size_t c = 0; c < history->columns; c++) {
        if (!is_result(page, history->column[c])) continue;
        text_add(to, shown++ > 0 ? ", " : " ");
        markup_add(to, history->column[c]);
        text_format(to, " %s", figure_text(value[c], DIGITS, number));
    }
    text_add(to, ".</p>\n");
}

/* Of several seeds or folds. */
static void add_figures(const struct run_page *page, struct text *to) {
    char number[32];
    if (page->t->cross_validation == NULL && page->t->repeats == NULL) return;
    text_add(to, "<details>\n<summary>All figures, of all folds and seeds</summary>\n");
    page_open_table(to, "", "All figures");
    text_add(to, "<thead><tr><th scope=\"col\">figure</th><th scope=\"col\">value</th></tr>"
                 "</thead>\n<tbody>\n");
    for (size_t i = 0; i < page->figures->count; i++) {
        const struct figure *figure = &page->figures->item[i];
        if (isnan(figure->value)) continue;
        text_add(to, "<tr>");
        page_add_cell(to, "th scope=\"row\"", figure->name);
        page_add_cell(to, "td", text_double(figure->value, number));
        text_add(to, "</tr>\n");
    }
    text_add(to, "</tbody>\n");
    page_close_table(to);
    text_add(to, "</details>\n");
}

void run_page_scores(struct run_page *page) {
    struct text *to = &page->to;
    add_table(page, PART_TEST, to);
    add_table(page, PART_VALIDATION, to);
    add_training(page, to);
    if (scores_of(page, page->part) != NULL)
        text_add(
            to, "<p class=\"soft\">Baselines need no network and were fitted on the training "
                "part. Skill is 1 − loss / loss of the baseline: 1 is perfect, 0 no better.</p>\n");
    add_figures(page, to);
}
