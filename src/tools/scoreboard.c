#include "tools/scoreboard.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "files/json.h"

enum { NAME_WIDTH = 25, FIGURE_WIDTH = 10, LINE_WIDTH = 80 };

/* Figure 0 is the loss, the others are metrics. */
static double figure_at(const struct score *score, size_t i) {
    return i == 0 ? score->loss : score->metric[i - 1];
}

const char *scoreboard_name(const struct scoreboard *board, size_t figure) {
    return figure == 0 ? "loss" : board->metric[figure - 1].name;
}

int scoreboard_width(const char *name) {
    int length = (int)strlen(name);
    return length > FIGURE_WIDTH ? length : FIGURE_WIDTH;
}

void scoreboard_add(struct text *to, const char *name, double value) {
    char number[32];
    text_format(to, " %*s", scoreboard_width(name), figure_text(value, 5, number));
}

/* A small model can be very far from a good baseline. */
static void add_skill(struct text *to, const char *name, double skill) {
    char number[32];
    text_format(to, " %*s", scoreboard_width(name), figure_text_skill(skill, 1000, number));
}

/* How far the figure is from perfect: higher ones are best at 1. */
static double distance(const struct scoreboard *board, const struct score *score, size_t i) {
    bool higher = i > 0 && board->metric[i - 1].ops->higher_better;
    return higher ? 1 - figure_at(score, i) : figure_at(score, i);
}

/* The baseline that comes after one of `before` (BASELINES: the first), by loss. */
static enum baseline next_best(const struct scores *scores, enum baseline before) {
    enum baseline next = BASELINES;
    for (enum baseline b = 0; b < BASELINES; b++) {
        double loss = scores->baseline[b].loss;
        if (!scores->baseline[b].given || isnan(loss)) continue;
        if (before != BASELINES && (loss < scores->baseline[before].loss ||
                                    (loss == scores->baseline[before].loss && b <= before)))
            continue;
        if (next == BASELINES || loss < scores->baseline[next].loss) next = b;
    }
    return next;
}

static struct scoreboard_line line_of(const struct scoreboard *board, const char *name,
                                      const struct score *score) {
    struct scoreboard_line line = {0};
    (void)snprintf(line.name, sizeof line.name, "%s", name);
    for (size_t i = 0; i <= board->metrics; i++) line.value[i] = figure_at(score, i);
    return line;
}

static struct scoreboard_line skills_of(const struct scoreboard *board, const struct scores *scores,
                                        enum baseline best) {
    struct scoreboard_line line = {.skill = true};
    (void)snprintf(line.name, sizeof line.name, "skill over %s", baseline_names[best]);
    line.value[0] = scores_skill(scores);
    for (size_t i = 1; i <= board->metrics; i++)
        line.value[i] = score_skill(distance(board, &scores->model, i),
                                    distance(board, &scores->baseline[best], i));
    return line;
}

size_t scoreboard_lines(const struct scoreboard *board, const struct scores *scores,
                        struct scoreboard_line line[static SCOREBOARD_LINES]) {
    enum baseline best = scores_best(scores);
    size_t count = 0;
    line[count++] = line_of(board, "model", &scores->model);
    for (enum baseline b = best; b != BASELINES; b = next_best(scores, b)) {
        char name[64];
        (void)snprintf(name, sizeof name, "%s", baseline_names[b]);
        if (b == BASELINE_SEASONAL)
            (void)snprintf(name, sizeof name, "seasonal (%zu rows)", board->season);
        line[count++] = line_of(board, name, &scores->baseline[b]);
    }
    if (best != BASELINES) line[count++] = skills_of(board, scores, best);
    return count;
}

static void add_block(const struct scoreboard *board, const char *title,
                      const struct scores *scores, size_t first, size_t end, struct text *to) {
    struct scoreboard_line line[SCOREBOARD_LINES];
    size_t count = scoreboard_lines(board, scores, line);
    text_format(to, "%-*s", NAME_WIDTH, title);
    for (size_t i = first; i < end; i++)
        text_format(to, " %*s", FIGURE_WIDTH, scoreboard_name(board, i));
    text_add(to, "\n");
    for (size_t l = 0; l < count; l++) {
        text_format(to, "  %-*s", NAME_WIDTH - 2, line[l].name);
        for (size_t i = first; i < end; i++)
            (line[l].skill ? add_skill : scoreboard_add)(to, scoreboard_name(board, i),
                                                         line[l].value[i]);
        text_add(to, "\n");
    }
}

/* The figures from `first` on that a line has room for. */
static size_t block_end(const struct scoreboard *board, size_t first) {
    int width = NAME_WIDTH;
    size_t end = first;
    while (end <= board->metrics) {
        width += 1 + scoreboard_width(scoreboard_name(board, end));
        if (width > LINE_WIDTH && end > first) break;
        end++;
    }
    return end;
}

void scoreboard_table(const struct scoreboard *board, const char *title,
                      const struct scores *scores, struct text *to) {
    for (size_t first = 0, end; first <= board->metrics; first = end) {
        end = block_end(board, first);
        add_block(board, title, scores, first, end, to);
    }
}

bool scoreboard_falls_short(const struct scores *scores) {
    enum baseline best = scores_best(scores);
    bool beats =
        best == BASELINES || scores->model.loss - scores->penalty < scores->baseline[best].loss;
    return !beats; /* also with a loss that is not a number */
}

void scoreboard_warn(const char *title, const struct scores *scores, struct text *to) {
    if (!scoreboard_falls_short(scores)) return;
    enum baseline best = scores_best(scores);
    text_format(to,
                "warning: %s: the model does not beat the baseline '%s' (loss %.5g, its %.5g)\n",
                title, baseline_names[best], scores->model.loss, scores->baseline[best].loss);
}

double scoreboard_skill(const struct scoreboard *board, const struct scores *scores) {
    if (!isnan(scores->model.loss) || board->metrics == 0) return scores_skill(scores);
    double least = NAN;
    for (enum baseline b = 0; b < BASELINES; b++) {
        double error = distance(board, &scores->baseline[b], 1);
        if (scores->baseline[b].given && !isnan(error) && !(error >= least)) least = error;
    }
    return score_skill(distance(board, &scores->model, 1), least);
}

void scoreboard_json(const struct scoreboard *board, const struct scores *scores, struct text *to) {
    json_open(to, '{');
    for (enum baseline b = 0; b < BASELINES; b++) {
        if (!scores->baseline[b].given) continue;
        json_key(to, baseline_names[b]);
        json_open(to, '{');
        for (size_t i = isnan(scores->baseline[b].loss) ? 1U : 0U; i <= board->metrics; i++) {
            json_key(to, scoreboard_name(board, i));
            json_add_number(to, figure_at(&scores->baseline[b], i));
        }
        json_close(to, '}');
    }
    json_close(to, '}');
}

bool scoreboard_figures(const struct scoreboard *board, const char *prefix,
                        const struct scores *scores, struct figures *to, struct error *err) {
    for (size_t i = 0; i <= board->metrics; i++)
        if (!figures_add(to, prefix, scoreboard_name(board, i),
                         scores != NULL ? figure_at(&scores->model, i) : NAN, err))
            return false;
    return figures_add(to, prefix, "skill", scores != NULL ? scores_skill(scores) : NAN, err);
}
