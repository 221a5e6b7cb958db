/* What a process takes, as Linux tells it in /proc/self/status. */
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum { STATUS_SIZE = 4096 };

/* The number behind "KEY:", which is in kB of 1024 bytes. */
static size_t bytes_of(const char *status, const char *key) {
    const char *at = strstr(status, key);
    size_t value = 0;
    if (at == NULL) return 0;
    for (at += strlen(key); *at == ':' || *at == ' ' || *at == '\t';) at++;
    for (; *at >= '0' && *at <= '9'; at++) value = value * 10 + (size_t)(*at - '0');
    return value * 1024;
}

struct memory_usage memory_usage(void) {
    char status[STATUS_SIZE];
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, status, sizeof status - 1) : -1;
    if (fd >= 0) (void)close(fd); /* only read from */
    status[length > 0 ? length : 0] = '\0';
    return (struct memory_usage){.now = bytes_of(status, "VmRSS"),
                                 .most = bytes_of(status, "VmHWM")};
}
