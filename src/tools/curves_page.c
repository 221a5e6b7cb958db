#include "tools/curves_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/atomic.h"
#include "files/curves.h"
#include "files/page.h"
#include "files/plot.h"
#include "tools/cli.h"

static void add_names(char *const *history, size_t count, struct text *to) {
    for (size_t i = 0; i < count; i++) {
        if (i > 0) text_add(to, ", ");
        text_add(to, strcmp(history[i], "-") == 0 ? "standard input" : history[i]);
    }
}

static bool begin(char *const *history, size_t count, const char *title, struct text *to,
                  struct error *err) {
    static const char *const none[] = {NULL};
    struct text names = {0};
    add_names(history, count, &names);
    char *subtitle = text_take(&names, err);
    if (subtitle == NULL) return false;
    page_begin(to, title != NULL ? title : "Training curves", subtitle, none);
    free(subtitle);
    return true;
}

static bool make(const struct curves_run *run, size_t runs, struct text *to, struct error *err) {
    size_t number = 0;
    if (!curves_add(run, runs, &number, to, err)) return false;
    page_end(to, "rnnplot " VERSION);
    return true;
}

static bool save(struct text *page, const char *output, struct error *err) {
    if (strcmp(output, "-") == 0) return cli_print_text(page, err);
    size_t length = page->length;
    char *bytes = text_take(page, err);
    bool good = bytes != NULL && atomic_save(output, bytes, length, err);
    free(bytes);
    return good;
}

bool curves_page_write(char *const *history, size_t count, const char *title, const char *output,
                       struct error *err) {
    struct text page = {0};
    struct history_table *table = memory_take(count, sizeof *table, "histories", err);
    struct curves_run *run = memory_take(count, sizeof *run, "histories", err);
    char **name = memory_take(count, sizeof *name, "histories", err);
    bool good = table != NULL && run != NULL && name != NULL &&
                plot_names((const char *const *)history, count, name, err);
    for (size_t i = 0; i < count && good; i++) {
        const char *path = strcmp(history[i], "-") == 0 ? "/dev/stdin" : history[i];
        good = history_read(&table[i], path, err);
        run[i] = (struct curves_run){&table[i], path, count > 1 ? name[i] : NULL};
    }
    good = good && begin(history, count, title, &page, err) && make(run, count, &page, err) &&
           save(&page, output, err);
    for (size_t i = 0; table != NULL && i < count; i++) history_table_free(&table[i]);
    for (size_t i = 0; name != NULL && i < count; i++) free(name[i]);
    free(name);
    free(table);
    free(run);
    text_free(&page);
    return good;
}
