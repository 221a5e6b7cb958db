/* How long rnnpredict --stream takes to answer a line, through a pair of pipes:
 *
 *     stream LINES PROGRAM ARGUMENT... <lines.csv
 *
 * starts the program, sends it the header of standard input, then its rows one at a time, again and
 * again until LINES were sent, each when the one before is answered. Prints "median,WORST of a
 * hundred,worst" in microseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* Its standard input and output. */
struct program {
    pid_t pid;
    int in, out;
};

static struct program start(char **argv) {
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0) fail("pipe");
    struct program program = {fork(), in[1], out[0]};
    if (program.pid < 0) fail("fork");
    if (program.pid == 0) {
        if (dup2(in[0], 0) < 0 || dup2(out[1], 1) < 0) fail("dup2");
        close(in[0]), close(in[1]), close(out[0]), close(out[1]);
        execv(argv[0], argv);
        fail(argv[0]);
    }
    close(in[0]), close(out[1]);
    return program;
}

/* Send a line and wait for the whole of its answer. */
static double ask(const struct program *program, const char *line) {
    char answer[1 << 16];
    size_t length = strlen(line), got = 0;
    double begun = now();
    if (write(program->in, line, length) != (ssize_t)length) fail("write");
    while (got == 0 || answer[got - 1] != '\n') {
        ssize_t n = read(program->out, answer + got, sizeof answer - got);
        if (n <= 0) fail("read");
        got += (size_t)n;
    }
    return now() - begun;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { ROWS = 1000 };

int main(int argc, char **argv) {
    static char line[ROWS + 1][4096];
    size_t rows = 0, lines = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
    if (lines == 0) return fprintf(stderr, "stream LINES PROGRAM ARGUMENT...\n"), 2;
    while (rows <= ROWS && fgets(line[rows], sizeof line[rows], stdin) != NULL) rows++;
    if (rows < 2) return fprintf(stderr, "stream: expected a header and rows\n"), 2;
    double *time = malloc(lines * sizeof *time);
    if (time == NULL) fail("malloc");
    struct program program = start(argv + 2);
    (void)ask(&program, line[0]);
    for (size_t i = 0; i < lines; i++) time[i] = ask(&program, line[1 + i % (rows - 1)]);
    close(program.in);
    (void)waitpid(program.pid, NULL, 0);
    qsort(time, lines, sizeof *time, by_size);
    printf("%.1f,%.1f,%.1f\n", time[lines / 2], time[lines * 99 / 100], time[lines - 1]);
    free(time);
    return 0;
}
