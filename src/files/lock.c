#include "files/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "files/atomic.h"

enum attempt { LOCK_TAKEN, LOCK_NONE, LOCK_HELD, LOCK_AGAIN };

/* The one before may have removed its file between our open and our lock: then ours has no name any
 * more, and a third process would lock another. */
static bool has_its_name(const struct lock *lock) {
    struct stat held, named;
    return fstat(lock->fd, &held) == 0 && stat(lock->path, &named) == 0 &&
           held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

static enum attempt attempt(struct lock *lock, pid_t *owner) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (lock->fd < 0) return LOCK_NONE;
    if (fcntl(lock->fd, F_SETLK, &whole) == 0) return has_its_name(lock) ? LOCK_TAKEN : LOCK_AGAIN;
    if (errno != EACCES && errno != EAGAIN) return LOCK_NONE;
    if (fcntl(lock->fd, F_GETLK, &whole) != 0) return LOCK_NONE;
    if (whole.l_type == F_UNLCK) return LOCK_AGAIN; /* it ended just now */
    *owner = whole.l_pid;
    return LOCK_HELD;
}

/* A file that holds something is not of ours. */
static void remove_file(const struct lock *lock) {
    struct stat status;
    if (fstat(lock->fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0)
        (void)unlink(lock->path);
}

static void drop(struct lock *lock) {
    if (lock->fd >= 0) (void)close(lock->fd);
    free(lock->path);
    *lock = (struct lock){.fd = -1};
}

/* ".NAME.lock" beside what the path stands for. */
static char *lock_path(const char *path, struct error *err) {
    struct text name = {0};
    char *target = atomic_target(path, err);
    if (target == NULL) return NULL;
    size_t folder = atomic_folder_length(target);
    text_add_bytes(&name, target, folder);
    text_format(&name, ".%s.lock", target + folder);
    free(target);
    return text_take(&name, err);
}

static bool in_use(const char *path, pid_t owner, struct error *err) {
    /* A process of another machine or container has no number here. */
    if (owner <= 0) return error_set(err, ERROR_SYSTEM, "%s is in use by another process", path);
    return error_set(err, ERROR_SYSTEM, "%s is in use by process %ld", path, (long)owner);
}

bool lock_take(struct lock *lock, const char *path, struct error *err) {
    enum { MOST_ATTEMPTS = 100 };
    struct stat status;
    pid_t owner = 0;
    *lock = (struct lock){.fd = -1};
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) return true;
    lock->path = lock_path(path, err);
    if (lock->path == NULL) return false;
    enum attempt result = LOCK_AGAIN;
    for (int i = 0; i < MOST_ATTEMPTS && result == LOCK_AGAIN; i++) {
        if (lock->fd >= 0) (void)close(lock->fd);
        result = attempt(lock, &owner);
    }
    if (result == LOCK_TAKEN) return true;
    /* Where nothing can be locked, nobody waits for the file. */
    if (result == LOCK_NONE && lock->fd >= 0) remove_file(lock);
    drop(lock);
    return result != LOCK_HELD || in_use(path, owner, err);
}

void lock_release(struct lock *lock) {
    if (lock->path == NULL) return;
    remove_file(lock); /* while it is held */
    drop(lock);
}
