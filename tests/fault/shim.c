/* Loaded before the C library (LD_PRELOAD), this counts a program's calls of one kind and lets the
 * Nth fail, alone or with all that follow.
 *
 *   FAULT=KIND:N[:on]   KIND is memory, open, read, write, short (a write that takes one byte), few
 *                       (a read that gives one), interrupt (a signal comes while a read or a write
 *                       waits), sync, truncate, stat, lock, close, rename or thread; ":on" for
 *                       every call from the Nth on
 *   FAULT_COUNT=FILE    at the end, write how many calls of the kind there were
 *   FAULT_LOG=FILE      write down what happens to files, with the bytes; for power_cut.pl
 *
 * Standard output goes through stdio, whose writes cannot be reached from here: /dev/full is for
 * that. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* The C library's own names, which no program of ours calls. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

enum kind {
    NONE,
    MEMORY,
    OPEN,
    READ,
    WRITE,
    SHORT,
    FEW,
    INTERRUPT,
    SYNC,
    TRUNCATE,
    STAT,
    LOCK,
    CLOSE,
    RENAME,
    THREAD,
    KINDS
};
static const char *const kinds[] = {"",      "memory", "open",      "read",   "write",
                                    "short", "few",    "interrupt", "sync",   "truncate",
                                    "stat",  "lock",   "close",     "rename", "thread"};
_Static_assert(sizeof kinds / sizeof *kinds == KINDS, "a name for each kind");
static enum kind chosen;
static unsigned long wanted;
static int from_then_on;
static int log_file = -1;
static atomic_ulong calls;

__attribute__((constructor)) static void begin(void) {
    const char *fault = getenv("FAULT"), *path = getenv("FAULT_LOG");
    if (path != NULL) log_file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fault == NULL) return;
    size_t length = strcspn(fault, ":");
    wanted = strtoul(fault + length + (fault[length] == ':'), NULL, 10);
    from_then_on = strstr(fault, ":on") != NULL;
    for (enum kind i = MEMORY; i < KINDS; i++)
        if (strlen(kinds[i]) == length && strncmp(kinds[i], fault, length) == 0) chosen = i;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAULT_COUNT");
    char line[32];
    chosen = NONE;
    if (path == NULL) return;
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    int length = snprintf(line, sizeof line, "%lu\n", atomic_load(&calls));
    if (file < 0 || write(file, line, (size_t)length) != length) _exit(99);
    close(file);
}

/* What the program's parts do after main has returned is their own: one that counts what was run
 * writes files then. */
static int (*real_main)(int, char **, char **);

static int only_main(int argc, char **argv, char **environment) {
    int code = real_main(argc, argv, environment);
    chosen = NONE;
    return code;
}

typedef int start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                       void (*)(void), void *);

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end) {
    start_main *real = (start_main *)dlsym(RTLD_NEXT, "__libc_start_main");
    if (real == NULL) _exit(99);
    real_main = main;
    return real(only_main, argc, argv, init, fini, rtld_fini, stack_end);
}

static int fails(enum kind kind, int code) {
    if (kind != chosen) return 0;
    unsigned long n = atomic_fetch_add(&calls, 1) + 1;
    if (n != wanted && !(from_then_on && wanted > 0 && n > wanted)) return 0;
    errno = code;
    return 1;
}

void *malloc(size_t size) {
    return fails(MEMORY, ENOMEM) ? NULL : __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    return fails(MEMORY, ENOMEM) ? NULL : __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
    return fails(MEMORY, ENOMEM) ? NULL : __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
    return fails(MEMORY, ENOMEM) ? NULL : __libc_memalign(alignment, size);
}

/* One entry, in one piece whatever the threads do: a line, then the bytes. */
static void note(const char *line, const void *bytes, size_t size) {
    int before = errno;
    struct iovec part[2] = {{(void *)line, strlen(line)}, {(void *)bytes, size}};
    if (log_file >= 0 && writev(log_file, part, 2) < 0) _exit(99);
    errno = before;
}
#define NOTE(bytes, size, ...)                                                                     \
    do {                                                                                           \
        char line[4200];                                                                           \
        if (log_file >= 0 && snprintf(line, sizeof line, __VA_ARGS__) > 0)                         \
            note(line, bytes, size);                                                               \
    } while (0)

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (fails(OPEN, EMFILE)) return -1;
    int file = REAL(open)(path, flags, mode);
    if (file >= 0) NOTE("", 0, "open %d %d %s\n", file, flags, path);
    return file;
}
ssize_t read(int file, void *to, size_t size) {
    if (fails(READ, EIO) || fails(INTERRUPT, EINTR)) return -1;
    if (fails(FEW, 0) && size > 1) size = 1;
    return REAL(read)(file, to, size);
}
ssize_t write(int file, const void *from, size_t size) {
    if (fails(SHORT, 0) && size > 1) size = 1;
    if (fails(WRITE, ENOSPC) || fails(INTERRUPT, EINTR)) return -1;
    ssize_t wrote = REAL(write)(file, from, size);
    if (wrote > 0) NOTE(from, (size_t)wrote, "write %d %zd\n", file, wrote);
    return wrote;
}
int fsync(int file) {
    if (fails(SYNC, EIO)) return -1;
    int result = REAL(fsync)(file);
    if (result == 0) NOTE("", 0, "sync %d\n", file);
    return result;
}
/* A failed close has closed all the same, on Linux. */
int close(int file) {
    int failed = fails(CLOSE, EIO), result = REAL(close)(file);
    if (failed) errno = EIO;
    return failed ? -1 : result;
}
int rename(const char *from, const char *to) {
    if (fails(RENAME, EACCES)) return -1;
    int result = REAL(rename)(from, to);
    if (result == 0) NOTE("", 0, "rename %s\t%s\n", from, to);
    return result;
}
int unlink(const char *path) {
    int result = REAL(unlink)(path);
    if (result == 0) NOTE("", 0, "unlink %s\n", path);
    return result;
}
int fstat(int file, struct stat *to) {
    return fails(STAT, EIO) ? -1 : REAL(fstat)(file, to);
}
int stat(const char *path, struct stat *to) {
    return fails(STAT, EACCES) ? -1 : REAL(stat)(path, to);
}
/* Those that are used take a number or an address, which is passed on alike. */
int fcntl(int file, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if ((command == F_SETLK || command == F_GETLK) && fails(LOCK, ENOLCK)) return -1;
    return REAL(fcntl)(file, command, argument);
}
int ftruncate(int file, off_t length) {
    if (fails(TRUNCATE, EIO)) return -1;
    int result = REAL(ftruncate)(file, length);
    if (result == 0) NOTE("", 0, "truncate %d %lld\n", file, (long long)length);
    return result;
}
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument) {
    if (fails(THREAD, 0)) return EAGAIN;
    return REAL(pthread_create)(thread, attributes, start, argument);
}
