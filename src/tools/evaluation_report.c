/* What an evaluation found, as tables and as JSON. */
#include <stdio.h>

#include "files/json.h"
#include "tools/confusion.h"
#include "tools/evaluation.h"

enum { NAME_WIDTH = 20, LINE_WIDTH = 80 };

static struct scoreboard board_of(const struct evaluation *v) {
    return (struct scoreboard){v->metric, v->metrics, v->baselines.season};
}

static const char *title_of(const struct evaluation *v) {
    if (v->request->data == NULL) return v->part == PART_TEST ? "test" : "validation";
    return "data";
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* Metrics that a line has room for, beside the rows and the loss of a group, and the skill. */
static size_t metrics_shown(const struct evaluation *v, bool steps) {
    int width = NAME_WIDTH + (steps ? 0 : 8 + 11) + 8;
    size_t shown = 0;
    while (shown < v->metrics) {
        width += 1 + scoreboard_width(v->metric[shown].name);
        if (width > LINE_WIDTH) break;
        shown++;
    }
    return shown;
}

/* Steps of a horizon have neither rows nor loss. */
static void add_item(const struct evaluation *v, const struct breakdown_item *item, bool steps,
                     struct text *to) {
    const struct scoreboard board = board_of(v);
    size_t shown = metrics_shown(v, steps);
    char number[32];
    if (!steps) {
        text_format(to, " %7zu", item->scores.samples);
        scoreboard_add(to, "loss", item->scores.model.loss);
    }
    for (size_t m = 0; m < shown; m++)
        scoreboard_add(to, v->metric[m].name, item->scores.model.metric[m]);
    double skill = scoreboard_skill(&board, &item->scores);
    text_format(to, " %7s\n", figure_text_skill(skill, 100, number));
}

static void add_heads(const struct evaluation *v, const char *name, bool steps, struct text *to) {
    size_t shown = metrics_shown(v, steps);
    text_format(to, "\n%-*.*s", NAME_WIDTH, NAME_WIDTH, name);
    if (!steps) text_format(to, " %7s %10s", "rows", "loss");
    for (size_t m = 0; m < shown; m++) text_format(to, " %10s", v->metric[m].name);
    text_format(to, " %7s\n", "skill");
}

static void add_unshown(const struct evaluation *v, bool steps, struct text *to) {
    size_t shown = metrics_shown(v, steps);
    if (shown == v->metrics) return;
    text_add(to, "  (--json also has");
    for (size_t m = shown; m < v->metrics; m++)
        text_format(to, "%s %s", m > shown ? "," : "", v->metric[m].name);
    text_add(to, ")\n");
}

static void add_groups(const struct evaluation *v, struct text *to) {
    add_heads(v, v->request->by, false, to);
    for (size_t i = 0; i < v->by.items; i++) {
        struct text name = {0};
        text_add_safe(&name, v->groups.text[i]);
        text_format(to, "  %-*.*s", NAME_WIDTH - 2, NAME_WIDTH - 2,
                    name.bytes != NULL ? name.bytes : "");
        add_item(v, &v->by.item[i], false, to);
        text_free(&name);
    }
    add_unshown(v, false, to);
}

static void add_steps(const struct evaluation *v, struct text *to) {
    add_heads(v, "step ahead", true, to);
    for (size_t i = 0; i < v->per_step.items; i++) {
        text_format(to, "  %-*zu", NAME_WIDTH - 2, i + 1);
        add_item(v, &v->per_step.item[i], true, to);
    }
    add_unshown(v, true, to);
}

static struct confusion confusion_of(const struct evaluation *v) {
    const struct schema *schema = &v->predictor.checkpoint.schema;
    return (struct confusion){&schema->column[schema->target[0]], v->classes, v->confusion};
}

bool evaluation_tables(const struct evaluation *v, struct text *to, struct error *err) {
    const struct scoreboard board = board_of(v);
    const struct confusion confusion = confusion_of(v);
    text_add_safe(to, v->request->checkpoint);
    text_format(to, ": %zu sample%s of ", v->scores.samples, text_plural(v->scores.samples));
    if (v->request->data != NULL)
        text_add_safe(to, v->request->data);
    else
        text_format(to, "the %s part", title_of(v));
    if (v->scores.unlabelled > 0)
        text_format(to, ", %zu passed over for a missing target", v->scores.unlabelled);
    text_add(to, "\n");
    scoreboard_table(&board, title_of(v), &v->scores, to);
    if (v->writes) evaluation_texts_table(&v->texts, to);
    if (v->request->per_step) add_steps(v, to);
    if (v->request->by != NULL) add_groups(v, to);
    if (v->confusion == NULL) return true;
    text_add(to, "\n");
    return confusion_table(&confusion, to, err);
}

void evaluation_warn(const struct evaluation *v, struct text *to) {
    scoreboard_warn(title_of(v), &v->scores, to);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_figures(const struct evaluation *v, const struct scores *scores, bool loss,
                        struct text *to) {
    const struct scoreboard board = board_of(v);
    if (loss) {
        json_put_number(to, "loss", scores->model.loss);
    }
    for (size_t m = 0; m < v->metrics; m++) {
        json_key(to, v->metric[m].name);
        json_add_number(to, scores->model.metric[m]);
    }
    json_put_number(to, "skill", scoreboard_skill(&board, scores));
    json_key(to, "baselines");
    scoreboard_json(&board, scores, to);
}

static void add_items(const struct evaluation *v, const struct breakdown *breakdown, bool steps,
                      struct text *to) {
    json_open(to, '[');
    for (size_t i = 0; i < breakdown->items; i++) {
        const struct scores *scores = &breakdown->item[i].scores;
        json_open(to, '{');
        json_key(to, steps ? "step" : "group");
        if (steps)
            json_add_count(to, i + 1);
        else
            json_add_string(to, v->groups.text[i]);
        if (!steps) {
            json_put_count(to, "rows", scores->samples);
        }
        add_figures(v, scores, !steps, to);
        json_close(to, '}');
    }
    json_close(to, ']');
}

void evaluation_json(const struct evaluation *v, struct text *to) {
    const struct confusion confusion = confusion_of(v);
    json_open(to, '{');
    json_put_string(to, "program", "rnneval " VERSION);
    json_put_string(to, "checkpoint", v->request->checkpoint);
    json_put_string(to, "data", v->request->data != NULL ? v->request->data : title_of(v));
    json_put_count(to, "samples", v->scores.samples);
    json_put_count(to, "unlabelled", v->scores.unlabelled);
    add_figures(v, &v->scores, true, to);
    if (v->writes) evaluation_texts_json(&v->texts, to);
    if (v->request->per_step) {
        json_key(to, "per_step");
        add_items(v, &v->per_step, true, to);
    }
    if (v->request->by != NULL) {
        json_key(to, "by");
        add_items(v, &v->by, false, to);
    }
    if (v->confusion != NULL) {
        json_key(to, "confusion");
        confusion_json(&confusion, to);
    }
    json_close(to, '}');
    text_add(to, "\n");
}
