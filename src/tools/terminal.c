#include "tools/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

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

struct terminal terminal_at(int fd) {
    struct winsize size = {0};
    struct terminal terminal = {.present = isatty(fd) == 1, .unicode = locale_is_utf8()};
    const char *type = variable("TERM");
    terminal.color = terminal.present && variable("NO_COLOR") == NULL &&
                     (type == NULL || strcmp(type, "dumb") != 0);
    if (terminal.present && ioctl(fd, TIOCGWINSZ, &size) != 0) size = (struct winsize){0};
    terminal.columns = extent("COLUMNS", size.ws_col, 80);
    terminal.rows = extent("LINES", size.ws_row, 24);
    return terminal;
}
