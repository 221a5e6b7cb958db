#include "files/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum { LEAST_ROOM = 4096 };

/* The size a file says is where to begin; what read() gives is what counts, since pipes say 0 and
 * files grow. */
static char *read_all(int fd, const char *path, size_t start, size_t *length, enum error_kind kind,
                      struct error *err) {
    char *bytes = NULL;
    size_t capacity = 0;
    *length = 0;
    if (!memory_grow(&bytes, &capacity, start, 1, path, err)) return NULL;
    for (;;) {
        ssize_t got = read(fd, bytes + *length, capacity - 1 - *length);
        if (got > 0) *length += (size_t)got;
        if (got < 0 && errno != EINTR) (void)error_errno(err, kind, path, errno);
        if (got == 0) break;
        if ((got < 0 && errno != EINTR) ||
            (capacity - *length < 2 &&
             !memory_grow(&bytes, &capacity, capacity + LEAST_ROOM, 1, path, err))) {
            free(bytes);
            return NULL;
        }
    }
    bytes[*length] = '\0';
    return bytes;
}

char *whole_read(const char *path, size_t *length, enum error_kind kind, struct error *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        (void)error_errno(err, kind, path, errno);
        return NULL;
    }
    struct stat status;
    char *bytes = NULL;
    if (fstat(fd, &status) != 0)
        (void)error_errno(err, kind, path, errno);
    else if (S_ISDIR(status.st_mode))
        (void)error_set(err, kind, "%s: is a directory", path);
    else
        bytes = read_all(fd, path, (size_t)(status.st_size > 0 ? status.st_size : 0) + LEAST_ROOM,
                         length, kind, err);
    (void)close(fd); /* only read from: nothing can be lost */
    return bytes;
}
