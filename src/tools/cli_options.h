/* cli_options.h - the command line, taken apart. */
#ifndef TOOLS_CLI_OPTIONS_H
#define TOOLS_CLI_OPTIONS_H

#include "tools/cli.h"

/* What is left to do after the options. */
enum cli_next { CLI_RUN, CLI_SHOW_HELP, CLI_SHOW_VERSION, CLI_SHOW_COMPLETION };

/* Identifiers of the shared options; a tool's own are not negative. */
enum { CLI_HELP = -1, CLI_VERSION = -2, CLI_QUIET = -3, CLI_COMPLETION = -4 };

/* Parse argv by the tool's table: options may stand before and after operands; a long one may be
 * cut as far as it stays clear which is meant. Fills `call` and the tool's settings. */
bool cli_parse(const struct cli_tool *tool, void *settings, int argc, char **argv,
               struct cli_call *call, enum cli_next *next, struct error *err);

#endif
