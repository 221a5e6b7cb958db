/* rnneval - how good a trained model is, beside what can be had without one. */
#include <stdio.h>
#include <stdlib.h>

#include "tools/cli.h"
#include "tools/evaluation.h"
#include "tools/tools.h"

enum { SET_JSON, SET_BY, SET_PER_STEP, SET_BEAM, SET_FAIL_IF, SET_THREADS, SET_ISA };

static const struct cli_option options[] = {
    {"json", 0, NULL, "print one JSON object instead of tables", SET_JSON},
    {"by", 0, "COLUMN", "scores for each text of a column of the data, too", SET_BY},
    {"per-step", 0, NULL, "scores for each step of the horizon, too", SET_PER_STEP},
    {"beam", 0, "N", "texts: keep the N best on the way, instead of the best word at every step",
     SET_BEAM},
    {"fail-if", 0, "EXPR",
     "exit with 6 when this is true of the figures, as in 'rmse>12 or skill<0'", SET_FAIL_IF},
    {"threads", 0, "N", "threads to use; results do not depend on it", SET_THREADS},
    {"isa", 0, "auto|generic|avx2|avx512", "instruction set; results do not depend on it", SET_ISA},
    {NULL, 0, NULL, NULL, 0},
};

struct settings {
    struct evaluation_request request;
    bool json;
    const char *fail_if;
};

static bool set(void *settings, int id, const char *value, struct error *err) {
    struct settings *s = settings;
    switch (id) {
    case SET_JSON: s->json = true; return true;
    case SET_BY: s->request.by = value; return true;
    case SET_PER_STEP: s->request.per_step = true; return true;
    case SET_BEAM: return cli_count("beam", value, 1, 10000, &s->request.beam, err);
    case SET_FAIL_IF: s->fail_if = value; return expression_check(value, "--fail-if", err);
    case SET_THREADS: return cli_count("threads", value, 1, 1024, &s->request.threads, err);
    default: s->request.isa = value; return true;
    }
}

static bool print(struct evaluation *evaluation, const struct settings *s, bool quiet,
                  struct error *err) {
    struct text to = {0};
    bool good = true;
    if (s->json)
        evaluation_json(evaluation, &to);
    else
        good = evaluation_tables(evaluation, &to, err);
    if (!good) {
        text_free(&to);
        return false;
    }
    if (!cli_print_text(&to, err)) return false;
    if (quiet) return true;
    evaluation_warn(evaluation, &to);
    char *warning = text_take(&to, err);
    if (warning == NULL) return false;
    (void)fputs(warning, stderr);
    free(warning);
    return true;
}

static bool run(void *settings, struct cli_call *call, struct error *err) {
    struct settings *s = settings;
    struct evaluation evaluation;
    struct figures figures = {0};
    s->request.checkpoint = call->operand[0];
    s->request.data = call->operands > 1 ? call->operand[1] : NULL;
    s->request.targets = call->operands > 2 ? call->operand[2] : NULL;
    if (!evaluation_open(&evaluation, &s->request, err)) return false;
    bool good = evaluation_figures(&evaluation, &figures, err) &&
                (s->fail_if == NULL || figures_check_gate(&figures, s->fail_if, err));
    figures_free(&figures);
    if (good) {
        evaluation_run(&evaluation);
        good = print(&evaluation, s, call->quiet, err) &&
               evaluation_figures(&evaluation, &figures, err) &&
               (s->fail_if == NULL || figures_pass_gate(&figures, s->fail_if, err));
    }
    figures_free(&figures);
    evaluation_close(&evaluation);
    return good;
}

int rnneval_main(int argc, char **argv) {
    static const struct cli_tool tool = {
        .name = "rnneval",
        .operands = "model.ckpt [data.csv | source.txt target.txt]",
        .summary = "Evaluate a trained model on labelled data, beside baselines that need no "
                   "network. Without a file the test part of the config's data is used, else its "
                   "validation part; - is standard input.",
        .options = options,
        .least = 1,
        .most = 3,
        .set = set,
        .run = run,
    };
    struct settings settings = {.request = {.isa = "auto"}};
    return cli_main(&tool, &settings, argc, argv);
}
