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

/* What figure 0, the loss, and those after it, the metrics, are called. */
const char *scoreboard_name(const struct scoreboard *board, size_t figure);

/* The lines of a table: the model, each baseline, the best first, and of each figure the skill over
 * the best one. Returns how many. */
enum { SCOREBOARD_LINES = 2 + BASELINES };
struct scoreboard_line {
    char name[64];
    double value[1 + STATE_METRICS];
    bool skill;
};
size_t scoreboard_lines(const struct scoreboard *board, const struct scores *scores,
                        struct scoreboard_line line[static SCOREBOARD_LINES]);

/* A table of at most 80 columns: a line for the model, one for each baseline, the best first, and
 * one of skills. `title` says what was scored. */
void scoreboard_table(const struct scoreboard *board, const char *title,
                      const struct scores *scores, struct text *to);

/* A column of such tables: as wide as its name, and a figure in it, "-" for one that is not a
 * number. */
int scoreboard_width(const char *name);
void scoreboard_add(struct text *to, const char *name, double value);

/* Is the best baseline at least as good as the model, penalties of its weights left aside? */
bool scoreboard_falls_short(const struct scores *scores);

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
