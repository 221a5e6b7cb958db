#include "files/yaml_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

static bool too_large(const char *name, size_t most, struct error *err) {
    return error_set(err, ERROR_CONFIG, "%s: config larger than %zu bytes", name, most);
}

/* One byte more than allowed is asked for, so that "exactly all" and "too much" differ. */
static bool read_all(int file, const char *path, size_t most, char **bytes, size_t *length,
                     struct error *err) {
    size_t capacity = 0;
    *length = 0;
    for (;;) {
        if (!memory_grow(bytes, &capacity, *length + 4096, 1, "config", err)) return false;
        size_t want = capacity - *length;
        if (want > most + 1 - *length) want = most + 1 - *length;
        ssize_t got = read(file, *bytes + *length, want);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return error_errno(err, ERROR_CONFIG, path, errno);
        if (got == 0) return true;
        *length += (size_t)got;
        if (*length > most) return too_large(path, most, err);
    }
}

static bool load_open(int file, const char *path, size_t most, char **bytes, size_t *length,
                      struct error *err) {
    struct stat about;
    if (fstat(file, &about) != 0) return error_errno(err, ERROR_CONFIG, path, errno);
    if (S_ISDIR(about.st_mode)) return error_set(err, ERROR_CONFIG, "%s: is a directory", path);
    if (S_ISREG(about.st_mode) && about.st_size > 0 && (size_t)about.st_size > most)
        return too_large(path, most, err);
    return read_all(file, path, most, bytes, length, err);
}

bool yaml_load_bytes(const char *path, size_t most, char **bytes, size_t *length,
                     struct error *err) {
    *bytes = NULL;
    if (strlen(path) >= PATH_MAX)
        return error_set(err, ERROR_CONFIG, "%.60s...: path too long", path);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return error_errno(err, ERROR_CONFIG, path, errno);
    bool done = load_open(file, path, most, bytes, length, err);
    (void)close(file); /* nothing was written */
    if (done) return true;
    free(*bytes);
    *bytes = NULL;
    return false;
}

/* What files begin with that are given by mistake. */
static const char *looks_like(const char *bytes, size_t length) {
    static const struct {
        const char *magic, *name;
    } known[] = {{"\x1f\x8b", "gzip"},
                 {"PK\x03\x04", "a zip archive"},
                 {"\xff\xfe", "UTF-16"},
                 {"\xfe\xff", "UTF-16"},
                 {"\x7f"
                  "ELF",
                  "a program"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t size = strlen(known[i].magic);
        if (length >= size && memcmp(bytes, known[i].magic, size) == 0) return known[i].name;
    }
    return NULL;
}

static struct place place_at(const char *name, const char *bytes, size_t offset) {
    struct place place = {name, 1, 1};
    for (size_t i = 0; i < offset; i++) {
        if (bytes[i] == '\n') {
            place.line++;
            place.column = 1;
        } else if (((unsigned char)bytes[i] & 0xc0) != 0x80) {
            place.column++;
        }
    }
    return place;
}

static bool is_control(char c) {
    unsigned char byte = (unsigned char)c;
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
}

/* libyaml compares each %TAG with all before it, so their number must be bounded before it looks.
 */
static bool check_directives(const char *name, const char *bytes, size_t length,
                             struct error *err) {
    enum { MOST_DIRECTIVES = 16 };
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        bool starts = i == 0 || bytes[i - 1] == '\n' || bytes[i - 1] == '\r';
        if (starts && bytes[i] == '%' && ++count > MOST_DIRECTIVES)
            return error_at(err, ERROR_CONFIG, place_at(name, bytes, i),
                            "more than %d directives (lines that begin with %%)", MOST_DIRECTIVES);
    }
    return true;
}

bool yaml_check_bytes(const char *name, const char *bytes, size_t length, size_t most,
                      struct error *err) {
    if (length > most) return too_large(name, most, err);
    const char *other = looks_like(bytes, length);
    size_t fault = text_utf8_fault(bytes, length);
    if (other != NULL && strcmp(other, "UTF-16") == 0)
        return error_set(err, ERROR_CONFIG,
                         "%s: invalid UTF-8 at byte 0 (looks like UTF-16, expected UTF-8)", name);
    if (other != NULL)
        return error_set(err, ERROR_CONFIG, "%s: looks like %s, expected YAML", name, other);
    for (size_t i = 0; i < fault; i++)
        if (is_control(bytes[i]))
            return error_at(err, ERROR_CONFIG, place_at(name, bytes, i),
                            "control characters are not allowed: byte 0x%02x at offset %zu",
                            (unsigned)(unsigned char)bytes[i], i);
    if (fault < length)
        return error_at(err, ERROR_CONFIG, place_at(name, bytes, fault),
                        "invalid UTF-8 at byte %zu", fault);
    return check_directives(name, bytes, length, err);
}
