/* atomic.h - replace a file at one instant: whoever looks finds the old one or the new one, whole.
 *
 * What is written goes to ".NAME.tmp.PID" beside the target; commit makes it durable and gives it
 * the target's name. A target that is a symbolic link is written through to what it points to. The
 * permissions of a target that exists are kept; hard links and access lists are not. A device or a
 * pipe (/dev/stdout) is written to directly. */
#ifndef FILES_ATOMIC_H
#define FILES_ATOMIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct atomic_file {
    int fd;          /* -1 when nothing is open */
    char *path;      /* as the caller named it, for messages */
    char *target;    /* the real path */
    char *temporary; /* NULL when written directly */
};

/* Start. Temporary files of the same target that dead processes left are removed. All errors of
 * these functions are ERROR_SYSTEM: "cannot write PATH: No space left on device". */
bool atomic_begin(struct atomic_file *file, const char *path, struct error *err);

/* Write all the bytes. After a failure only abort is left. */
bool atomic_write(struct atomic_file *file, const void *bytes, size_t length, struct error *err);

/* Make it durable and put it in place. In any case nothing is left open or behind; after a failure
 * the target is as it was. */
bool atomic_commit(struct atomic_file *file, struct error *err);

/* Give up: removes the temporary file. Does nothing to a file that is committed or aborted. */
void atomic_abort(struct atomic_file *file);

/* Begin, write and commit in one. */
bool atomic_save(const char *path, const void *bytes, size_t length, struct error *err);

/* What a path stands for: itself, or what it points to through any number of symbolic links, whether
 * that is there or not. */
char *atomic_target(const char *path, struct error *err);

/* Length of the folder's part of a path, the last slash included. */
size_t atomic_folder_length(const char *path);

/* Is `path` free to be written by a tool that reads `read`, a list of names with NULL at its end? An
 * error of ERROR_CONFIG where it is one of them. */
bool file_is_not_read(const char *path, const char *const *read, struct error *err);

/* Ask before a long run: would atomic_begin succeed? Leaves nothing behind. */
bool file_can_be_written(const char *path, struct error *err);

#endif
