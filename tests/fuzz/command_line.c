/* A command line of any bytes, an argument a line: refused in one line, or taken. What stands after
 * the first operand overrides the keys of a config. */
#include "fuzz.h"

#include "files/config.h"
#include "tools/cli_options.h"

static bool set(void *settings, int id, const char *value, struct error *err) {
    size_t *count = settings;
    HOLDS(id == 2 ? value == NULL : id == 3 || value != NULL);
    if (id != 4) return true;
    return cli_count("top-k", value, 1, 1000, count, err);
}

static void override(const struct cli_call *call) {
    static const char config_text[] = "data: {generate: {task: linear}}\n"
                                      "model: {layers: [{lstm: 4}, {dense: 1}]}\n"
                                      "train: {optimizer: adam}\n";
    struct error err = {.kind = ERROR_NONE};
    struct config config;
    struct text printed = {0};
    char *const *given = call->operand + 1;
    if (!config_read_text(&config, "c", config_text, given, call->operands - 1, &err)) {
        fuzz_error(&err);
        return;
    }
    HOLDS(config_print(&config, &printed, &err));
    text_free(&printed);
    config_free(&config);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    enum { MOST = 16 };
    static const struct cli_option options[] = {
        {"probabilities", 'p', NULL, "a flag", 2},
        {"progress", 0, "[WHEN]", "may have a value", 3},
        {"prompt", 'P', "TEXT", "has a value", 1},
        {"top-k", 'k', "K", "has a count", 4},
        {NULL, 0, NULL, NULL, 0},
    };
    static const struct cli_tool tool = {
        .name = "fuzz", .operands = "a", .options = options, .least = 1, .most = 8, .set = set};
    struct error err = {.kind = ERROR_NONE};
    struct cli_call call = {0};
    enum cli_next next;
    char name[] = "fuzz", *argument[MOST + 2] = {name}, *text = fuzz_text(bytes, length),
         *at = text;
    int count = 1;
    size_t k = 0;
    while (count <= MOST && at < text + length) {
        argument[count++] = at;
        at += strcspn(at, "\n");
        *at++ = '\0';
    }
    if (!cli_parse(&tool, &k, count, argument, &call, &next, &err))
        fuzz_error(&err);
    else if (next == CLI_RUN)
        override(&call);
    free(text);
    return 0;
}
