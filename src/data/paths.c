#include "data/paths.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

static bool add(struct paths *paths, const char *path, struct error *err) {
    if (!memory_grow(&paths->path, &paths->capacity, paths->count + 1, sizeof *paths->path, "files",
                     err))
        return false;
    char *copy = memory_text(path, err);
    if (copy != NULL) paths->path[paths->count++] = copy;
    return copy != NULL;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add_found(struct paths *paths, const glob_t *found, struct error *err) {
    size_t first = paths->count;
    for (size_t i = 0; i < found->gl_pathc; i++)
        if (!add(paths, found->gl_pathv[i], err)) return false;
    qsort(paths->path + first, paths->count - first, sizeof *paths->path, by_bytes);
    return true;
}

static bool add_matches(struct paths *paths, const char *pattern, struct error *err) {
    glob_t found = {0};
    /* The library sorts by the locale. */
    int status = glob(pattern, GLOB_NOSORT | GLOB_ERR, NULL, &found);
    bool ok = true;
    if (status == 0)
        ok = add_found(paths, &found, err);
    else if (status == GLOB_NOMATCH)
        ok = error_set(err, ERROR_DATA, "%s: no file matches", pattern);
    else if (status == GLOB_NOSPACE)
        ok = error_set(err, ERROR_SYSTEM, "out of memory (files that match %s)", pattern);
    else
        ok = error_set(err, ERROR_DATA, "%s: a folder cannot be read", pattern);
    globfree(&found);
    return ok;
}

bool paths_add(struct paths *paths, const char *pattern, struct error *err) {
    struct stat status;
    bool plain = strpbrk(pattern, "*?[") == NULL || lstat(pattern, &status) == 0;
    return plain ? add(paths, pattern, err) : add_matches(paths, pattern, err);
}

void paths_free(struct paths *paths) {
    for (size_t i = 0; i < paths->count; i++) free(paths->path[i]);
    free(paths->path);
    *paths = (struct paths){0};
}

bool paths_same(const char *a, const char *b) {
    struct stat of_a, of_b;
    if (strcmp(a, b) == 0) return true;
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && S_ISREG(of_a.st_mode) &&
           of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}
