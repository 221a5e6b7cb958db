#include "tools/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/cli_options.h"

/* A tool may be started with its standard streams closed. The numbers 0 to 2 must then not fall to
 * files it opens, or messages would end up in a checkpoint. They are held open in the direction
 * that is of no use, so that the first use fails as it should. */
static bool hold_standard_streams(struct error *err) {
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) continue;
        if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            return error_errno(err, ERROR_SYSTEM, "/dev/null", errno);
    }
    return true;
}

/* A closed pipe and a file-size limit then show as errors of write(), like any other. */
static void ignore_signals(void) {
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
}

static bool output_failed(int code, struct error *err) {
    if (code != EPIPE) return error_errno(err, ERROR_SYSTEM, "standard output", code);
    err->kind = ERROR_SYSTEM; /* the reader has gone: nobody to tell */
    err->text[0] = '\0';
    return false;
}

bool cli_print(const char *bytes, size_t length, struct error *err) {
    errno = EIO;
    if (fwrite(bytes, 1, length, stdout) == length && fflush(stdout) == 0) return true;
    return output_failed(errno, err);
}

bool cli_print_text(struct text *text, struct error *err) {
    size_t length = text->length;
    char *bytes = text_take(text, err);
    bool good = bytes != NULL && cli_print(bytes, length, err);
    free(bytes);
    return good;
}

/* Small writes to a full disk or a closed pipe seem to succeed; the end tells. */
static bool close_output(struct error *err) {
    bool failed = ferror(stdout) != 0;
    errno = EIO;
    if (fflush(stdout) != 0) return output_failed(errno, err);
    if (fclose(stdout) != 0) return output_failed(errno, err);
    return !failed || output_failed(EIO, err);
}

static bool show(const struct cli_tool *tool, enum cli_next what, struct error *err) {
    struct text page = {0};
    if (what == CLI_SHOW_HELP)
        cli_help(tool, &page);
    else if (what == CLI_SHOW_COMPLETION)
        cli_completion(tool, &page);
    else
        text_format(&page, "%s %s\n", tool->name, VERSION);
    return cli_print_text(&page, err);
}

static void add_hint(const struct cli_tool *tool, struct error *err) {
    size_t used = strlen(err->text);
    if (err->kind == ERROR_CONFIG)
        (void)snprintf(err->text + used, sizeof err->text - used, " (see %s --help)", tool->name);
}

static bool parse_and_run(const struct cli_tool *tool, void *settings, int argc, char **argv,
                          struct cli_call *call, struct error *err) {
    enum cli_next next;
    if (!hold_standard_streams(err)) return false;
    ignore_signals();
    if (!cli_parse(tool, settings, argc, argv, call, &next, err)) {
        add_hint(tool, err);
        return false;
    }
    return next == CLI_RUN ? tool->run(settings, call, err) : show(tool, next, err);
}

int cli_main(const struct cli_tool *tool, void *settings, int argc, char **argv) {
    struct cli_call call = {0};
    struct error err = {.kind = ERROR_NONE}, late;
    bool ok = parse_and_run(tool, settings, argc, argv, &call, &err);
    /* The first error is the one to tell. */
    if (!close_output(&late) && ok) {
        err = late;
        ok = false;
    }
    if (ok) return call.status;
    if (err.text[0] != '\0') (void)fprintf(stderr, "%s: %s\n", tool->name, err.text);
    return err.kind != ERROR_NONE ? (int)err.kind
                                  : ERROR_SYSTEM; /* never success without a result */
}
