/* rnninfo - what a checkpoint holds. */
#include <unistd.h>

#include "files/checkpoint.h"
#include "tools/cli.h"
#include "tools/info.h"
#include "tools/terminal.h"
#include "tools/tools.h"

enum { SET_JSON, SET_CONFIG, SET_DIFF };

static const struct cli_option options[] = {
    {"json", 0, NULL, "one JSON object", SET_JSON},
    {"config", 0, NULL, "the resolved config, as YAML", SET_CONFIG},
    {"diff", 0, NULL, "what differs between two checkpoints: rnninfo --diff a.ckpt b.ckpt",
     SET_DIFF},
    {NULL, 0, NULL, NULL, 0},
};

struct settings {
    bool json, config, diff;
};

static bool set(void *settings, int id, const char *value, struct error *err) {
    struct settings *s = settings;
    (void)value, (void)err;
    switch (id) {
    case SET_JSON: s->json = true; return true;
    case SET_DIFF: s->diff = true; return true;
    default: s->config = true; return true;
    }
}

static bool describe(const struct settings *s, const struct checkpoint *checkpoint,
                     struct error *err) {
    struct info info;
    struct text to = {0};
    if (s->config) {
        text_add(&to, tensor_file_metadata(&checkpoint->file, "config"));
        return cli_print_text(&to, err);
    }
    if (!info_make(&info, checkpoint, err)) return false;
    if (s->json)
        info_to_json(&info, &to);
    else
        info_to_text(&info, terminal_at(STDOUT_FILENO).columns, &to);
    info_free(&info);
    return cli_print_text(&to, err);
}

static bool compare(const struct settings *s, const struct checkpoint *a, const char *path,
                    struct error *err) {
    struct checkpoint b;
    struct text to = {0};
    if (!checkpoint_open(&b, path, err)) return false;
    bool good = info_compare(a, &b, s->json, &to, err);
    checkpoint_close(&b);
    if (!good) text_free(&to);
    return good && cli_print_text(&to, err);
}

static bool check_operands(const struct settings *s, size_t operands, struct error *err) {
    if (s->diff && s->config)
        return error_set(err, ERROR_CONFIG, "--diff and --config exclude each other");
    if (s->diff && operands < 2)
        return error_set(err, ERROR_CONFIG,
                         "--diff compares two checkpoints: rnninfo --diff a.ckpt "
                         "b.ckpt");
    return s->diff || operands == 1 ||
           error_set(err, ERROR_CONFIG, "expected one checkpoint; --diff compares two");
}

static bool run(void *settings, struct cli_call *call, struct error *err) {
    const struct settings *s = settings;
    struct checkpoint checkpoint;
    if (!check_operands(s, call->operands, err) ||
        !checkpoint_open(&checkpoint, call->operand[0], err))
        return false;
    bool good =
        s->diff ? compare(s, &checkpoint, call->operand[1], err) : describe(s, &checkpoint, err);
    checkpoint_close(&checkpoint);
    return good;
}

int rnninfo_main(int argc, char **argv) {
    static const struct cli_tool tool = {
        .name = "rnninfo",
        .operands = "model.ckpt",
        .summary = "Show what a checkpoint holds: layers and what they cost, tensors, columns, the "
                   "state of the training, the config; with --diff, what differs between two.",
        .options = options,
        .least = 1,
        .most = 2,
        .set = set,
        .run = run,
    };
    struct settings settings = {0};
    return cli_main(&tool, &settings, argc, argv);
}
