/* What several histories are called in a legend. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/plot.h"

/* Bytes of the folders that all paths begin with. */
static size_t common_folders(const char *const *path, size_t count) {
    size_t folders = 0;
    for (size_t i = 0; path[0][i] != '\0'; i++) {
        for (size_t p = 1; p < count; p++)
            if (path[p][i] != path[0][i]) return folders;
        if (path[0][i] == '/') folders = i + 1;
    }
    return folders;
}

static const char *last_slash(const char *path, size_t from) {
    return strrchr(path + from, '/');
}

/* "/history.csv", when every path ends with it and something is left without it. */
static const char *common_file(const char *const *path, size_t count, size_t from) {
    const char *file = last_slash(path[0], from);
    for (size_t p = 0; p < count; p++) {
        const char *other = last_slash(path[p], from);
        if (file == NULL || other == NULL || other == path[p] + from || strcmp(file, other) != 0)
            return NULL;
    }
    return file;
}

bool plot_names(const char *const *path, size_t count, char **name, struct error *err) {
    size_t from = count > 1 ? common_folders(path, count) : 0;
    const char *file = count > 1 ? common_file(path, count, from) : NULL;
    for (size_t p = 0; p < count; p++) {
        name[p] = memory_text(path[p] + from, err);
        if (name[p] == NULL) {
            while (p-- > 0) free(name[p]);
            return false;
        }
        if (file != NULL) name[p][strlen(name[p]) - strlen(file)] = '\0';
    }
    return true;
}
