#include "files/atomic.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/paths.h"

static bool cannot_write(const struct atomic_file *file, int code, struct error *err) {
    char reason[128];
    return error_set(err, ERROR_SYSTEM, "cannot write %s: %s", file->path,
                     strerror_r(code, reason, sizeof reason));
}

/* ---- where it goes --------------------------------------------------------------------------- */

size_t atomic_folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* The folder, never empty. */
static char *folder_of(const char *path, struct error *err) {
    struct text folder = {0};
    size_t length = atomic_folder_length(path);
    if (length == 0) text_add(&folder, ".");
    text_add_bytes(&folder, path, length);
    return text_take(&folder, err);
}

/* What a symbolic link says, with the link's folder before it; NULL and no error in *err when the
 * path is no link. */
static char *link_target(const char *path, struct error *err) {
    char *said = NULL;
    size_t room = 0;
    ssize_t length = 0;
    do {
        if (!memory_grow(&said, &room, room + 256, 1, "path", err)) break;
        length = readlink(path, said, room);
    } while (length >= 0 && (size_t)length >= room);
    if (length < 0 || err->kind != ERROR_NONE) {
        free(said);
        return NULL;
    }
    struct text target = {0};
    if (said[0] != '/') text_add_bytes(&target, path, atomic_folder_length(path));
    text_add_bytes(&target, said, (size_t)length);
    free(said);
    return text_take(&target, err);
}

/* Follow links by hand: realpath() wants the target to exist, and a link may point to a file that
 * is yet to be written. */
static bool resolve(struct atomic_file *file, struct error *err) {
    enum { MOST_LINKS = 40 };
    struct error trouble = {.kind = ERROR_NONE};
    for (int links = 0; links < MOST_LINKS; links++) {
        char *next = link_target(file->target, &trouble);
        if (trouble.kind != ERROR_NONE) {
            *err = trouble;
            return false;
        }
        if (next == NULL) return true;
        free(file->target);
        file->target = next;
    }
    return cannot_write(file, ELOOP, err);
}

char *atomic_target(const char *path, struct error *err) {
    struct atomic_file file = {.fd = -1, .path = memory_text(path, err)};
    file.target = file.path != NULL ? memory_text(path, err) : NULL;
    if (file.target != NULL && !resolve(&file, err)) {
        free(file.target);
        file.target = NULL;
    }
    free(file.path);
    return file.target;
}

/* ---- temporary files ------------------------------------------------------------------------- */

/* The process that a leftover names, or 0 when the name is not of ours. */
static pid_t owner_of(const char *entry, const char *prefix) {
    size_t length = strlen(prefix), pid;
    if (strncmp(entry, prefix, length) != 0) return 0;
    if (!text_parse_count(entry + length, strlen(entry + length), &pid)) return 0;
    return pid <= 0x7fffffff ? (pid_t)pid : 0;
}

static char *temporary_prefix(const char *target, struct error *err) {
    struct text prefix = {0};
    text_format(&prefix, ".%s.tmp.", target + atomic_folder_length(target));
    return text_take(&prefix, err);
}

/* Best effort: a leftover that cannot be removed harms nobody. */
static void remove_leftovers(const char *folder, const char *prefix) {
    DIR *entries = opendir(folder);
    if (entries == NULL) return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        pid_t owner = owner_of(entry->d_name, prefix);
        if (owner <= 0) continue;
        /* One of our own number is of an earlier process that had it. */
        if (owner == getpid() || (kill(owner, 0) != 0 && errno == ESRCH))
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
    }
    (void)closedir(entries);
}

static bool open_temporary(struct atomic_file *file, struct error *err) {
    char *folder = folder_of(file->target, err);
    char *prefix = folder != NULL ? temporary_prefix(file->target, err) : NULL;
    struct text name = {0};
    if (prefix != NULL) {
        remove_leftovers(folder, prefix);
        text_add_bytes(&name, file->target, atomic_folder_length(file->target));
        text_format(&name, "%s%ld", prefix, (long)getpid());
        file->temporary = text_take(&name, err);
    }
    free(folder);
    free(prefix);
    if (file->temporary == NULL) return false;
    file->fd = open(file->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file->fd >= 0) return true;
    int code = errno;
    free(file->temporary); /* not ours to unlink */
    file->temporary = NULL;
    return cannot_write(file, code, err);
}

/* ---- begin, write, commit -------------------------------------------------------------------- */

static bool open_direct(struct atomic_file *file, struct error *err) {
    file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
    return file->fd >= 0 || cannot_write(file, errno, err);
}

static bool open_any(struct atomic_file *file, struct error *err) {
    struct stat old;
    bool exists = stat(file->path, &old) == 0;
    if (exists && S_ISDIR(old.st_mode)) return cannot_write(file, EISDIR, err);
    if (exists && !S_ISREG(old.st_mode)) return open_direct(file, err);
    /* Renaming over a file needs no permission to write it; a write-protected one is meant so. */
    if (exists && access(file->path, W_OK) != 0) return cannot_write(file, errno, err);
    if (!resolve(file, err)) return false;
    if (file->target[atomic_folder_length(file->target)] == '\0')
        return cannot_write(file, file->target[0] == '\0' ? ENOENT : EISDIR, err);
    if (!open_temporary(file, err)) return false;
    /* Some file systems have no permissions to set; the content matters more. */
    if (exists) (void)!fchmod(file->fd, old.st_mode & 0777);
    return true;
}

bool atomic_begin(struct atomic_file *file, const char *path, struct error *err) {
    *file = (struct atomic_file){.fd = -1};
    file->path = memory_text(path, err);
    file->target = file->path != NULL ? memory_text(path, err) : NULL;
    if (file->target != NULL && open_any(file, err)) return true;
    atomic_abort(file);
    return false;
}

bool atomic_write(struct atomic_file *file, const void *bytes, size_t length, struct error *err) {
    const char *next = bytes;
    while (length > 0) {
        ssize_t wrote = write(file->fd, next, length);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return cannot_write(file, errno, err);
        next += wrote;
        length -= (size_t)wrote;
    }
    return true;
}

/* The rename is durable when its folder is. A folder that may not be read, or a file system that
 * syncs no folders, is no failure: the new file is whole and in place. */
static bool sync_folder(const struct atomic_file *file, struct error *err) {
    char *folder = folder_of(file->target, err);
    if (folder == NULL) return false;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (fd < 0) return errno == EACCES || cannot_write(file, errno, err);
    int code = fsync(fd) != 0 && errno != EINVAL ? errno : 0;
    (void)close(fd);
    return code == 0 || cannot_write(file, code, err);
}

/* A failed fsync is final: the kernel may have dropped the pages, and a second one would succeed
 * without them. */
static bool put_in_place(struct atomic_file *file, struct error *err) {
    if (file->temporary != NULL && fsync(file->fd) != 0) return cannot_write(file, errno, err);
    int fd = file->fd;
    file->fd = -1;
    if (close(fd) != 0) return cannot_write(file, errno, err);
    if (file->temporary == NULL) return true;
    if (rename(file->temporary, file->target) != 0) return cannot_write(file, errno, err);
    free(file->temporary);
    file->temporary = NULL;
    return sync_folder(file, err);
}

bool atomic_commit(struct atomic_file *file, struct error *err) {
    bool ok = put_in_place(file, err);
    atomic_abort(file);
    return ok;
}

void atomic_abort(struct atomic_file *file) {
    if (file->fd >= 0) (void)close(file->fd);
    if (file->temporary != NULL) (void)unlink(file->temporary);
    free(file->path);
    free(file->target);
    free(file->temporary);
    *file = (struct atomic_file){.fd = -1};
}

bool atomic_save(const char *path, const void *bytes, size_t length, struct error *err) {
    struct atomic_file file;
    if (!atomic_begin(&file, path, err)) return false;
    if (atomic_write(&file, bytes, length, err)) return atomic_commit(&file, err);
    atomic_abort(&file);
    return false;
}

bool file_is_not_read(const char *path, const char *const *read, struct error *err) {
    for (; *read != NULL; read++)
        if (paths_same(path, *read))
            return error_set(err, ERROR_CONFIG, "output '%s' would overwrite what is read", path);
    return true;
}

bool file_can_be_written(const char *path, struct error *err) {
    struct atomic_file file;
    struct stat status;
    /* Who reads from a pipe would take the end of a trial for the end of all. */
    if (stat(path, &status) == 0 && S_ISFIFO(status.st_mode) && access(path, W_OK) == 0)
        return true;
    if (!atomic_begin(&file, path, err)) return false;
    atomic_abort(&file);
    return true;
}
