/* scoreboard.h - scores of a model and its baselines, as a table, as JSON and as figures. */
#ifndef TOOLS_SCOREBOARD_H
#define TOOLS_SCOREBOARD_H

#include "run/score.h"
#include "tools/figures.h"

struct scoreboard {
    const struct metric *metric; /* names and directions */
    size_t metrics;
    size_t season; /* of the seasonal baseline */
};

/* A table of at most 80 columns: a line for the model, one for each baseline, the best first, and
 * one of skills. `title` says what was scored. */
void scoreboard_table(const struct scoreboard *board, const char *title,
                      const struct scores *scores, struct text *to);

/* A column of such tables: as wide as its name, and a figure in it, "-" for one that is not a
 * number. */
int scoreboard_width(const char *name);
void scoreboard_add(struct text *to, const char *name, double value);

/* A line of warning when the model does not beat the best baseline; else nothing. */
void scoreboard_warn(const char *title, const struct scores *scores, struct text *to);

/* 1 - loss / that of the best baseline; where there is no loss, by the first metric, as far as it
 * is from perfect. NAN without baselines. */
double scoreboard_skill(const struct scoreboard *board, const struct scores *scores);

/* {"mean":{"loss":...,"rmse":...},...} */
void scoreboard_json(const struct scoreboard *board, const struct scores *scores, struct text *to);

/* PREFIXloss, PREFIX and each metric, PREFIXskill. `scores` NULL: names without values. */
bool scoreboard_figures(const struct scoreboard *board, const char *prefix,
                        const struct scores *scores, struct figures *to, struct error *err);

#endif
