/* sequences.h - what is carried of each sequence of a stream, by its id.
 *
 * Sequences may lie between each other in any way. So many are kept at most; a new one then takes the
 * place of the one that was not heard of for longest. */
#ifndef DATA_SEQUENCES_H
#define DATA_SEQUENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct sequence {
    char *id;
    float *history; /* [most rows][width] what the rows before are to those to come; NAN: missing */
    size_t rows;    /* that there are */
    bool hole;      /* a row was left out behind them: no value is taken over it */
    float *carried; /* [carried] what the stream's user keeps of it; zeros at its begin */
    struct sequence *newer, *older; /* by when they were last heard of */
    struct sequence *next;          /* with the same hash */
};

struct sequences {
    size_t history, carried; /* numbers of each */
    size_t most;             /* kept at once */
    size_t count;
    size_t given_up; /* whose places were taken */
    struct sequence *oldest, *newest;
    struct sequence **slot; /* [slots] */
    size_t slots;           /* a power of two, or 0 */
};

/* The sequence of an id, which is now the one last heard of; when it is new, empty. NULL without
 * memory. */
struct sequence *sequences_find(struct sequences *sequences, const char *id, struct error *err);

/* It begins anew. */
void sequences_reset(const struct sequences *sequences, struct sequence *sequence);

void sequences_free(struct sequences *sequences);

#endif
