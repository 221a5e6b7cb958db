/* cli.h - what every tool shares: options, --help, exit codes, standard streams.
 *
 * A tool is a table of options and two functions. From the table come the parser, the help and the
 * synopsis; --help, --version and --quiet are added to each. */
#ifndef TOOLS_CLI_H
#define TOOLS_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/param.h"
#include "base/text.h"

struct cli_option {
    const char *name;     /* without dashes; NULL ends a table */
    char letter;          /* 0: none */
    const char *argument; /* its name; "FILE" is one; "a|b" are all that it can be; "[MODE]" may be
                             left out (--name=MODE); NULL: none */
    const char *help;     /* a phrase, without a full stop */
    int id;               /* what `set` gets */
};

/* The operands and what the tool has been told. */
struct cli_call {
    char *const *operand;
    size_t operands;
    bool quiet;
    int status; /* the exit code when `run` returns true: 0, or 130 and 143 after a signal */
};

struct cli_tool {
    const char *name;
    const char *operands;             /* as the usage line shows them: "history.csv ..." */
    const char *summary;              /* a sentence or two for --help */
    const struct cli_option *options; /* the tool's own */
    size_t least, most;               /* operands; SIZE_MAX for any number */

    const struct param *keys; /* where operands are "key=value": the table of the keys; else NULL */

    /* Take an option. `value` is NULL when it has none. An error is a usage error. */
    bool (*set)(void *settings, int id, const char *value, struct error *err);

    /* Do the work. Results go to standard output, through stdio or cli_print. */
    bool (*run)(void *settings, struct cli_call *call, struct error *err);
};

/* A tool's main: prepares the standard streams, parses, runs, prints an error as "tool: text", and
 * checks that standard output took everything. Returns the exit code. */
int cli_main(const struct cli_tool *tool, void *settings, int argc, char **argv);

/* ---- arguments ------------------------------------------------------------------------------- */

/* A whole number within least..most, or ERROR_CONFIG naming the option. */
bool cli_count(const char *option, const char *value, size_t least, size_t most, size_t *to,
               struct error *err);

/* ---- output ---------------------------------------------------------------------------------- */

/* Write a text to standard output and flush it. A closed pipe gives an error with an empty text,
 * which cli_main does not print. */
bool cli_print(const char *bytes, size_t length, struct error *err);

/* The same for a text, which is empty afterwards. */
bool cli_print_text(struct text *text, struct error *err);

/* ---- texts made from the table --------------------------------------------------------------- */

/* All options in the order of the help: the tool's own, then the shared ones. NULL after the last.
 */
const struct cli_option *cli_option_at(const struct cli_tool *tool, size_t i);

/* The page of --help, at most 80 columns wide. */
void cli_help(const struct cli_tool *tool, struct text *to);

/* A completion for bash(1): options, the words and files that are their arguments, and operands by
 * the endings that the usage line shows. */
void cli_completion(const struct cli_tool *tool, struct text *to);

#endif
