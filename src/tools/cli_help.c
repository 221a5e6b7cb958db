#include <string.h>

#include "tools/cli.h"

enum { WIDTH = 80, HELP_COLUMN = 25 };

static void spaces(struct text *to, size_t count) {
    text_format(to, "%*s", (int)count, "");
}

/* Add words, the line being `column` wide already, wrapped and indented. */
static void wrap(struct text *to, const char *words, size_t column, size_t indent) {
    bool first = true;
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        if (!first && column + 1 + length > WIDTH) {
            text_add(to, "\n");
            spaces(to, indent);
            column = indent;
        } else if (!first) {
            text_add(to, " ");
            column++;
        }
        text_add_bytes(to, words, length);
        column += length;
        words += length;
        words += strspn(words, " ");
        first = false;
    }
    text_add(to, "\n");
}

static void add_option(struct text *to, const struct cli_option *option) {
    struct text left = {0};
    if (option->letter != 0)
        text_format(&left, "  -%c, ", option->letter);
    else
        text_add(&left, "      ");
    text_format(&left, "--%s", option->name);
    if (option->argument != NULL && option->argument[0] == '[')
        text_format(&left, "[=%s", option->argument + 1);
    else if (option->argument != NULL)
        text_format(&left, " %s", option->argument);
    if (left.failed) to->failed = true;
    text_add_bytes(to, left.bytes, left.length);
    if (left.length + 2 > HELP_COLUMN) {
        text_add(to, "\n");
        left.length = 0;
    }
    spaces(to, HELP_COLUMN - left.length);
    wrap(to, option->help, HELP_COLUMN, HELP_COLUMN);
    text_free(&left);
}

void cli_help(const struct cli_tool *tool, struct text *to) {
    const struct cli_option *option;
    text_format(to, "Usage: %s [options] %s\n", tool->name, tool->operands);
    wrap(to, tool->summary, 0, 0);
    text_add(to, "\nOptions:\n");
    for (size_t i = 0; (option = cli_option_at(tool, i)) != NULL; i++) add_option(to, option);
}
