#include "files/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "files/whole.h"

static bool cannot_write(const char *path, int code, struct error *err) {
    char reason[128];
    return error_set(err, ERROR_SYSTEM, "cannot write %s: %s", path,
                     strerror_r(code, reason, sizeof reason));
}

/* One call where the system takes it whole; a disk that fills up in the middle of a row is an
 * error, and a resumed run drops what is torn. */
static bool write_all(struct rows *rows, const char *bytes, size_t length, struct error *err) {
    while (length > 0) {
        ssize_t wrote = write(rows->fd, bytes, length);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return cannot_write(rows->path, errno, err);
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return true;
}

/* Length of the lines before `first_epoch`; a line without an end is torn. */
static size_t kept_length(const char *lines, const char *mark, size_t first_epoch) {
    const char *line = lines, *end;
    size_t skip = strlen(mark);
    while ((end = strchr(line, '\n')) != NULL && strncmp(line, mark, skip) == 0) {
        const char *number = line + skip;
        size_t epoch, digits = strspn(number, "0123456789");
        if (number[digits] != ',' || !text_parse_count(number, digits, &epoch) ||
            epoch >= first_epoch)
            break;
        line = end + 1;
    }
    return (size_t)(line - lines);
}

/* How much of a file's bytes stays: nothing, or its header and some lines. False where it is
 * another kind of file; what breaks off within the header or the first mark is torn. */
static bool find_kept(const char *bytes, const struct rows_form *form, size_t first_epoch,
                      size_t *kept) {
    const char *begin = form->header[0] != '\0' ? form->header : form->mark;
    size_t length = strlen(bytes), start = strlen(form->header), known = strlen(begin);
    *kept = 0;
    if (strncmp(bytes, begin, length < known ? length : known) != 0) return false;
    if (length >= start) *kept = start + kept_length(bytes + start, form->mark, first_epoch);
    return true;
}

static bool cut(struct rows *rows, const struct rows_form *form, size_t first_epoch, size_t *kept,
                struct error *err) {
    struct stat status;
    *kept = 0;
    if (fstat(rows->fd, &status) != 0) return cannot_write(rows->path, errno, err);
    if (first_epoch > 1 && S_ISREG(status.st_mode)) {
        size_t length;
        char *bytes = whole_read(rows->path, &length, ERROR_SYSTEM, err);
        if (bytes == NULL) return false;
        bool ours = find_kept(bytes, form, first_epoch, kept);
        free(bytes);
        if (!ours) return error_set(err, ERROR_SYSTEM, "%s:1: %s", rows->path, form->other);
    }
    /* A pipe or a device has no length to cut. */
    return ftruncate(rows->fd, (off_t)*kept) == 0 || errno == EINVAL ||
           cannot_write(rows->path, errno, err);
}

/* Standard output or error under another name, such as /dev/stderr, or -1. A file that the shell has
 * opened for it holds more than our lines. */
static int standard_stream(const char *path) {
    struct stat named, open_one;
    if (stat(path, &named) != 0) return -1;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstat(fd, &open_one) == 0 && open_one.st_dev == named.st_dev &&
            open_one.st_ino == named.st_ino)
            return fd;
    return -1;
}

static bool start(struct rows *rows, const struct rows_form *form, size_t first_epoch,
                  struct error *err) {
    int stream = standard_stream(rows->path);
    size_t kept = 0;
    rows->fd = stream >= 0 ? fcntl(stream, F_DUPFD_CLOEXEC, 3)
                           : open(rows->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (rows->fd < 0) return cannot_write(rows->path, errno, err);
    if (stream < 0 && !cut(rows, form, first_epoch, &kept, err)) return false;
    return kept > 0 || write_all(rows, form->header, strlen(form->header), err);
}

bool rows_open(struct rows *rows, const char *path, const struct rows_form *form,
               size_t first_epoch, struct error *err) {
    struct error ignored;
    *rows = (struct rows){.fd = -1};
    rows->path = memory_text(path, err);
    if (rows->path != NULL && start(rows, form, first_epoch, err)) return true;
    (void)rows_close(rows, &ignored);
    return false;
}

bool rows_append(struct rows *rows, struct text *line, struct error *err) {
    size_t length = line->length;
    char *bytes = text_take(line, err);
    bool good = bytes != NULL && write_all(rows, bytes, length, err);
    free(bytes);
    return good;
}

bool rows_sync(struct rows *rows, struct error *err) {
    if (fsync(rows->fd) == 0 || errno == EINVAL || errno == EROFS) return true;
    return cannot_write(rows->path, errno, err);
}

bool rows_close(struct rows *rows, struct error *err) {
    if (rows->path == NULL) return true;
    bool good = rows->fd < 0 || close(rows->fd) == 0 || cannot_write(rows->path, errno, err);
    free(rows->path);
    *rows = (struct rows){.fd = -1};
    return good;
}
