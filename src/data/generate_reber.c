/* reber: strings of the Reber grammar (Reber 1967), or of the embedded one that Hochreiter and
 * Schmidhuber, Long short-term memory (1997), experiment 1, take from Smith and Zipser (1989).
 *
 *   grammar    B, then T S* X or P T* V, ... as the graph below says, then E
 *   embedded   B, then T or P, then a string of the grammar, then the same T or P again, then E
 *
 * Each step has one symbol for its input and, as 0 or 1, whether each symbol may come next. */
#include <string.h>

#include "data/generate_tasks.h"

const struct param reber_params[] = {
    GENERATE_SAMPLES(struct reber_settings, "1000", "strings to make"),
    {.key = "embedded",
     .type = PARAM_BOOL,
     .offset = offsetof(struct reber_settings, embedded),
     .preset = "true",
     .help =
         "whether each string of the grammar stands between two equal symbols, T or P, of which "
         "the second can only be told by remembering the first"},
    {.key = NULL},
};

static const char symbols[] = "BTPSXVE";

static void keys(const void *settings, struct text *lines) {
    (void)settings;
    text_add(lines, "sequence_id=id\ntarget_per=step\ntargets=[");
    for (const char *p = symbols; *p != '\0'; p++)
        text_format(lines, "%snext_%c", p > symbols ? ", " : "", *p);
    text_add(lines, "]\ncolumns.symbol=category\n");
}

/* What may follow in each state of the grammar, and the state it leads to. */
static const struct {
    const char *next;
    unsigned char state[2];
} graph[] = {
    {"B", {1}},     {"TP", {2, 3}}, {"SX", {2, 4}}, {"TV", {3, 5}},
    {"XS", {3, 6}}, {"PV", {4, 6}}, {"E", {7}},
};
enum { END = sizeof graph / sizeof *graph };

static void write_step(struct text *csv, size_t sample, char symbol, const char *next) {
    text_format(csv, "%zu,%c", sample + 1, symbol);
    for (const char *p = symbols; *p != '\0'; p++)
        text_add(csv, strchr(next, *p) != NULL ? ",1" : ",0");
    text_add(csv, "\n");
}

/* A string of the grammar, followed by `last` (nothing when it is the whole string). */
static void write_string(struct random_stream stream, size_t sample, const char *last,
                         struct text *csv) {
    for (size_t state = 0, place = 1; state != END; place++) {
        size_t ways = strlen(graph[state].next);
        size_t way = generate_draw(stream, sample, place, ways);
        char symbol = graph[state].next[way];
        state = graph[state].state[way];
        const char *next = state != END ? graph[state].next : last;
        if (next[0] != '\0') write_step(csv, sample, symbol, next);
    }
}

static void write_embedded(struct random_stream stream, size_t sample, struct text *csv) {
    const char *around = generate_draw(stream, sample, 0, 2) == 0 ? "T" : "P";
    write_step(csv, sample, 'B', "TP");
    write_step(csv, sample, around[0], "B");
    write_string(stream, sample, around, csv);
    write_step(csv, sample, around[0], "E");
}

static bool write(const void *of, uint64_t seed, struct text *csv, struct error *err) {
    const struct reber_settings *settings = of;
    struct random_stream stream = generate_stream(seed);
    (void)err;
    text_add(csv, "id,symbol");
    for (const char *p = symbols; *p != '\0'; p++) text_format(csv, ",next_%c", *p);
    text_add(csv, "\n");
    for (size_t i = 0; i < settings->samples; i++)
        if (settings->embedded)
            write_embedded(stream, i, csv);
        else
            write_string(stream, i, "", csv);
    return true;
}

const struct task reber_task = {keys, write};
