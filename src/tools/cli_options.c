#include "tools/cli_options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/params_home.h"

static const struct cli_option shared[] = {
    {"quiet", 'q', NULL, "say nothing but results and errors", CLI_QUIET},
    {"print-completion", 0, NULL, "print a completion for bash and exit", CLI_COMPLETION},
    {"help", 'h', NULL, "show this help and exit", CLI_HELP},
    {"version", 'V', NULL, "show the version and exit", CLI_VERSION},
    {NULL, 0, NULL, NULL, 0},
};

const struct cli_option *cli_option_at(const struct cli_tool *tool, size_t i) {
    size_t own = 0;
    while (tool->options[own].name != NULL) own++;
    if (i < own) return &tool->options[i];
    i -= own;
    return i + 1 < sizeof shared / sizeof *shared ? &shared[i] : NULL;
}

/* getopt's own tables, made from the tool's. */
struct parser {
    const struct cli_tool *tool;
    const struct cli_option **option; /* [count], the shared ones too */
    struct option *table; /* val is the option's index + FIRST_VALUE, above every letter */
    struct text letters;
    size_t count;
};

enum { FIRST_VALUE = 256 };

static int argument_kind(const struct cli_option *option) {
    if (option->argument == NULL) return no_argument;
    return option->argument[0] == '[' ? optional_argument : required_argument;
}

static bool make_tables(struct parser *parser, struct error *err) {
    while (cli_option_at(parser->tool, parser->count) != NULL) parser->count++;
    parser->option = memory_take(parser->count, sizeof *parser->option, "options", err);
    parser->table = memory_take(parser->count + 1, sizeof *parser->table, "options", err);
    if (parser->option == NULL || parser->table == NULL) return false;
    for (size_t i = 0; i < parser->count; i++) parser->option[i] = cli_option_at(parser->tool, i);
    text_add(&parser->letters, ":"); /* tell a missing argument from an unknown option */
    for (size_t i = 0; i < parser->count; i++) {
        const struct cli_option *option = parser->option[i];
        int kind = argument_kind(option);
        parser->table[i] = (struct option){option->name, kind, NULL, FIRST_VALUE + (int)i};
        if (option->letter != 0)
            text_format(&parser->letters, "%c%s", option->letter, &"::"[2 - kind]);
    }
    return !parser->letters.failed ||
           error_set(err, ERROR_SYSTEM, "out of memory (needed for options)");
}

/* getopt gives the values and letters alone that it was told of. */
static const struct cli_option *by_value(const struct parser *parser, int value) {
    size_t i = 0;
    if (value >= FIRST_VALUE) return parser->option[value - FIRST_VALUE];
    while (parser->option[i]->letter != value) i++;
    return parser->option[i];
}

/* The options that a long one, as far as it was written, could be. */
static size_t list_matches(const struct parser *parser, const char *word, struct text *list) {
    size_t matches = 0;
    for (size_t i = 0; i < parser->count; i++) {
        if (strncmp(parser->table[i].name, word, strlen(word)) != 0) continue;
        text_format(list, "%s'--%s'", matches > 0 ? " or " : "", parser->table[i].name);
        matches++;
    }
    return matches;
}

static const char *nearest(const struct parser *parser, const char *word, struct error *err) {
    const char **names = memory_take(parser->count, sizeof *names, "options", err);
    if (names == NULL) return NULL;
    for (size_t i = 0; i < parser->count; i++) names[i] = parser->table[i].name;
    const char *found = text_nearest(word, names, parser->count);
    free(names);
    return found;
}

/* Many a trainer takes an option where ours takes KEY=VALUE: "--batch-size". */
static bool find_key(const struct cli_tool *tool, const char *word, struct phrase *path) {
    struct phrase key = params_shown(word);
    for (char *at = key.text; *at != '\0'; at++)
        if (*at == '-') *at = '_';
    return tool->keys != NULL && params_home(tool->keys, key.text, NULL, path);
}

static bool unknown_long(const struct parser *parser, const char *argument, struct error *err) {
    struct text word = {0}, list = {0};
    struct phrase key;
    text_add_bytes(&word, argument + 2, strcspn(argument + 2, "="));
    const char *name = word.bytes != NULL ? word.bytes : "";
    size_t matches = list_matches(parser, name, &list);
    const char *near = nearest(parser, name, err);
    if (matches > 1 && list.bytes != NULL)
        (void)error_set(err, ERROR_CONFIG, "ambiguous option '--%s'; did you mean %s?", name,
                        list.bytes);
    else if (near != NULL)
        (void)error_set(err, ERROR_CONFIG, "unknown option '--%s'; did you mean '--%s'?", name,
                        near);
    else if (find_key(parser->tool, name, &key))
        (void)error_set(err, ERROR_CONFIG,
                        "unknown option '--%s'; what the config says is changed by %s=VALUE", name,
                        key.text);
    else
        (void)error_set(err, ERROR_CONFIG, "unknown option '--%s'", name);
    text_free(&word);
    text_free(&list);
    return false;
}

static bool unknown(const struct parser *parser, const char *argument, struct error *err) {
    if (optopt >= FIRST_VALUE)
        return error_set(err, ERROR_CONFIG, "option '--%s' takes no argument",
                         by_value(parser, optopt)->name);
    if (optopt != 0) return error_set(err, ERROR_CONFIG, "unknown option '-%c'", optopt);
    return unknown_long(parser, argument, err);
}

static bool lacks_argument(const struct parser *parser, struct error *err) {
    const struct cli_option *option = by_value(parser, optopt);
    return error_set(err, ERROR_CONFIG, "option '--%s' needs an argument: %s", option->name,
                     option->argument);
}

static bool take(const struct parser *parser, void *settings, const struct cli_option *option,
                 struct cli_call *call, enum cli_next *next, struct error *err) {
    switch (option->id) {
    case CLI_HELP: *next = CLI_SHOW_HELP; return true;
    case CLI_VERSION: *next = CLI_SHOW_VERSION; return true;
    case CLI_COMPLETION: *next = CLI_SHOW_COMPLETION; return true;
    case CLI_QUIET: call->quiet = true; return true;
    default: return parser->tool->set(settings, option->id, optarg, err);
    }
}

static bool take_options(const struct parser *parser, void *settings, int argc, char **argv,
                         struct cli_call *call, enum cli_next *next, struct error *err) {
    optind = 0; /* glibc: forget an earlier command line */
    opterr = 0;
    while (*next == CLI_RUN) {
        int value = getopt_long(argc, argv, parser->letters.bytes, parser->table, NULL);
        if (value == -1) break;
        if (value == ':') return lacks_argument(parser, err);
        if (value == '?') return unknown(parser, argv[optind - 1], err);
        if (!take(parser, settings, by_value(parser, value), call, next, err)) return false;
    }
    call->operand = argv + optind;
    call->operands = (size_t)(argc - optind);
    return true;
}

static bool check_operands(const struct cli_tool *tool, const struct cli_call *call,
                           struct error *err) {
    if (call->operands < tool->least)
        return error_set(err, ERROR_CONFIG, "missing operand; usage: %s [options] %s", tool->name,
                         tool->operands);
    if (call->operands > tool->most)
        return error_set(err, ERROR_CONFIG, "unexpected operand '%s'; usage: %s [options] %s",
                         call->operand[tool->most], tool->name, tool->operands);
    return true;
}

bool cli_parse(const struct cli_tool *tool, void *settings, int argc, char **argv,
               struct cli_call *call, enum cli_next *next, struct error *err) {
    struct parser parser = {.tool = tool};
    *next = CLI_RUN;
    bool ok = make_tables(&parser, err) &&
              take_options(&parser, settings, argc, argv, call, next, err) &&
              (*next != CLI_RUN || check_operands(tool, call, err));
    free(parser.option);
    free(parser.table);
    text_free(&parser.letters);
    return ok;
}

bool cli_count(const char *option, const char *value, size_t least, size_t most, size_t *to,
               struct error *err) {
    if (text_parse_count(value, strlen(value), to) && *to >= least && *to <= most) return true;
    return error_set(err, ERROR_CONFIG, "--%s: expected a whole number %zu..%zu, got '%s'", option,
                     least, most, value);
}
