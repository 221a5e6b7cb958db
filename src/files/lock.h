/* lock.h - one writer to an output: a lock beside the file, which goes when its process does.
 *
 * The lock is one of fcntl(2) on an empty file ".NAME.lock" beside the output. A process that ends,
 * however it ends, no longer holds it; the empty file that a killed one leaves is taken over. Where a
 * file system has no locks, or the folder cannot be written, there is none and no error: whether the
 * output itself can be written is asked elsewhere. */
#ifndef FILES_LOCK_H
#define FILES_LOCK_H

#include <stdbool.h>

#include "base/error.h"

struct lock {
    int fd;     /* -1: nothing is locked */
    char *path; /* of the lock's own file */
};

/* Lock the output at `path`, which need not be there yet; a symbolic link stands for what it points
 * to, and a device or a pipe is never locked. ERROR_SYSTEM when another process has it: "PATH is in
 * use by process N". A process does not lock itself out. */
bool lock_take(struct lock *lock, const char *path, struct error *err);

/* Give it up and remove its file. Does nothing to a lock that was not taken. */
void lock_release(struct lock *lock);

#endif
