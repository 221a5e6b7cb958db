#include "files/history.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "files/whole.h"

static bool cannot_write(const char *path, int code, struct error *err) {
    char reason[128];
    return error_set(err, ERROR_SYSTEM, "cannot write %s: %s", path,
                     strerror_r(code, reason, sizeof reason));
}

/* One call where the system takes it whole; a disk that fills up in the middle of a row is an
 * error, and a resumed run drops what is torn. */
static bool write_all(struct history *history, const char *bytes, size_t length,
                      struct error *err) {
    while (length > 0) {
        ssize_t wrote = write(history->fd, bytes, length);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return cannot_write(history->path, errno, err);
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return true;
}

static char *make_header(const char *const *columns, size_t count, struct error *err) {
    struct text header = {0};
    for (size_t i = 0; i < count; i++) text_format(&header, "%s%s", i > 0 ? "," : "", columns[i]);
    text_add(&header, "\n");
    return text_take(&header, err);
}

/* Length of the rows before `first_epoch`, counted from `rows`; a line without an end is torn. */
static size_t kept_length(const char *rows, size_t first_epoch) {
    const char *line = rows, *end;
    while ((end = strchr(line, '\n')) != NULL) {
        size_t epoch, digits = strspn(line, "0123456789");
        if (line[digits] != ',' || !text_parse_count(line, digits, &epoch) || epoch >= first_epoch)
            break;
        line = end + 1;
    }
    return (size_t)(line - rows);
}

/* How much of the file stays: 0, or its header and some rows. */
static bool find_kept(struct history *history, const char *header, size_t first_epoch, size_t *kept,
                      struct error *err) {
    struct stat status;
    *kept = 0;
    if (fstat(history->fd, &status) != 0) return cannot_write(history->path, errno, err);
    if (first_epoch <= 1 || !S_ISREG(status.st_mode)) return true;
    size_t length, start = strlen(header);
    char *bytes = whole_read(history->path, &length, ERROR_SYSTEM, err);
    if (bytes == NULL) return false;
    bool same = length >= start && memcmp(bytes, header, start) == 0;
    bool torn = length < start && memcmp(bytes, header, length) == 0;
    if (same) *kept = start + kept_length(bytes + start, first_epoch);
    free(bytes);
    if (same || torn) return true;
    return error_set(err, ERROR_SYSTEM,
                     "%s:1: the run to be resumed has other columns; expected %.*s", history->path,
                     (int)start - 1, header);
}

static bool start(struct history *history, const char *header, size_t first_epoch,
                  struct error *err) {
    size_t kept;
    if (!find_kept(history, header, first_epoch, &kept, err)) return false;
    /* A pipe or a device has no length to cut. */
    if (ftruncate(history->fd, (off_t)kept) != 0 && errno != EINVAL)
        return cannot_write(history->path, errno, err);
    return kept > 0 || write_all(history, header, strlen(header), err);
}

bool history_open(struct history *history, const char *path, const char *const *columns,
                  size_t count, size_t first_epoch, struct error *err) {
    *history = (struct history){.fd = -1, .columns = count};
    char *header = make_header(columns, count, err);
    history->path = header != NULL ? memory_text(path, err) : NULL;
    bool ok = false;
    if (history->path != NULL) {
        history->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        ok = history->fd >= 0 ? start(history, header, first_epoch, err)
                              : cannot_write(path, errno, err);
    }
    free(header);
    struct error ignored;
    if (!ok) (void)history_close(history, &ignored);
    return ok;
}

bool history_append(struct history *history, const double *values, struct error *err) {
    struct text row = {0};
    char digits[32];
    for (size_t i = 0; i < history->columns; i++) {
        if (i > 0) text_add(&row, ",");
        if (!isnan(values[i])) text_add(&row, text_double(values[i], digits));
    }
    text_add(&row, "\n");
    size_t length = row.length;
    char *bytes = text_take(&row, err);
    bool ok = bytes != NULL && write_all(history, bytes, length, err);
    free(bytes);
    return ok;
}

bool history_sync(struct history *history, struct error *err) {
    if (fsync(history->fd) == 0 || errno == EINVAL || errno == EROFS) return true;
    return cannot_write(history->path, errno, err);
}

bool history_close(struct history *history, struct error *err) {
    if (history->path == NULL) return true;
    bool ok = history->fd < 0 || close(history->fd) == 0 || cannot_write(history->path, errno, err);
    free(history->path);
    *history = (struct history){.fd = -1};
    return ok;
}

size_t history_find(const struct history_table *table, const char *name) {
    size_t c = 0;
    while (c < table->columns && strcmp(table->column[c], name) != 0) c++;
    return c;
}

void history_table_free(struct history_table *table) {
    free(table->column);
    free(table->value);
    free(table->text);
    *table = (struct history_table){0};
}
