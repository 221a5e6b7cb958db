#include "tools/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

enum { DEFAULT_COLUMNS = 80 };

/* A variable that is set and not empty, or NULL. */
static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

static bool locale_is_utf8(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *locale = variable(names[i]);
        if (locale != NULL)
            return strcasestr(locale, "utf-8") != NULL || strcasestr(locale, "utf8") != NULL;
    }
    return false;
}

static size_t extent(const char *name, size_t said, size_t otherwise) {
    const char *value = variable(name);
    size_t given;
    if (value != NULL && text_parse_count(value, strlen(value), &given) && given > 0) return given;
    return said > 0 ? said : otherwise;
}

/* All 0 where there is none. */
static struct winsize size_of(int fd) {
    struct winsize size = {0};
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) size = (struct winsize){0};
    return size;
}

struct terminal terminal_at(int fd) {
    struct terminal terminal = {.present = isatty(fd) == 1, .unicode = locale_is_utf8()};
    const char *type = variable("TERM");
    terminal.cursor = terminal.present && (type == NULL || strcmp(type, "dumb") != 0);
    terminal.color = terminal.cursor && variable("NO_COLOR") == NULL;
    struct winsize size = size_of(fd);
    terminal.columns = extent("COLUMNS", size.ws_col, DEFAULT_COLUMNS);
    terminal.rows = extent("LINES", size.ws_row, 24);
    return terminal;
}

size_t terminal_columns_now(int fd) {
    size_t now = size_of(fd).ws_col, given = extent("COLUMNS", now, DEFAULT_COLUMNS);
    return now > 0 && now < given ? now : given;
}

bool terminal_is_ours(int fd) {
    pid_t group = tcgetpgrp(fd);
    return group < 0 || group == getpgrp();
}
