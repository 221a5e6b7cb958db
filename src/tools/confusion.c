#include "tools/confusion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/json.h"

enum { WIDTH = 80, NAME_MOST = 20, CELL_LEAST = 6, CELL_MOST = 12 };

size_t confusion_at(const struct confusion *c, size_t truth, size_t answer) {
    return c->count[truth * c->classes + answer];
}

void confusion_add_name(const struct confusion *c, size_t class, struct text *to) {
    if (class < c->target->categories)
        text_add(to, c->target->category[class]);
    else
        text_format(to, "%zu", class);
}

/* For the terminal. */
static void add_class(const struct confusion *c, size_t class, struct text *to) {
    struct text name = {0};
    confusion_add_name(c, class, &name);
    if (name.bytes != NULL) text_add_safe(to, name.bytes);
    to->failed |= name.failed;
    text_free(&name);
}

/* The name of a class in so many columns, cut at a character; to the left or the right. */
static void add_cell(const struct confusion *c, size_t class, size_t width, bool right,
                     struct text *to) {
    struct text name = {0};
    add_class(c, class, &name);
    size_t length = 0, shown = 0, have = name.length;
    while (length < have && shown < width) {
        length++;
        while (length < have && ((unsigned char)name.bytes[length] & 0xc0) == 0x80) length++;
        shown++;
    }
    if (right) text_format(to, "%*s", (int)(width - shown), "");
    if (name.bytes != NULL) text_add_bytes(to, name.bytes, length);
    if (!right) text_format(to, "%*s", (int)(width - shown), "");
    to->failed |= name.failed;
    text_free(&name);
}

/* The widest name, within bounds. */
static size_t name_width(const struct confusion *c, size_t least, size_t most) {
    size_t widest = least;
    for (size_t i = 0; i < c->target->categories && i < c->classes; i++) {
        size_t width = text_width(c->target->category[i]);
        if (width > widest) widest = width;
    }
    return widest < most ? widest : most;
}

static size_t cell_width(const struct confusion *c) {
    size_t largest = 0, width;
    for (size_t i = 0; i < c->classes * c->classes; i++)
        if (c->count[i] > largest) largest = c->count[i];
    for (width = 2; largest >= 10; largest /= 10) width++;
    if (width < CELL_LEAST) width = CELL_LEAST;
    size_t names = 1 + name_width(c, 1, CELL_MOST - 1);
    return names > width ? names : width;
}

static void add_matrix(const struct confusion *c, size_t name, size_t cell, struct text *to) {
    text_format(to, "%-*s  predicted\n", (int)name + 2, "true");
    text_format(to, "%*s", (int)name + 2, "");
    for (size_t answer = 0; answer < c->classes; answer++) {
        text_add(to, " ");
        add_cell(c, answer, cell - 1, true, to);
    }
    text_add(to, "\n");
    for (size_t truth = 0; truth < c->classes; truth++) {
        text_add(to, "  ");
        add_cell(c, truth, name, false, to);
        for (size_t answer = 0; answer < c->classes; answer++)
            text_format(to, "%*zu", (int)cell, confusion_at(c, truth, answer));
        text_add(to, "\n");
    }
}

/* ---- more classes than a line has room for ---------------------------------------------------- */

static void add_share(struct text *to, size_t part, size_t whole) {
    if (whole > 0)
        text_format(to, " %9.3f", (double)part / (double)whole);
    else
        text_format(to, " %9s", "-");
}

struct confusion_class confusion_class(const struct confusion *c, size_t class) {
    struct confusion_class of = {.right = confusion_at(c, class, class)};
    for (size_t other = 0; other < c->classes; other++) {
        of.rows += confusion_at(c, class, other);
        of.answers += confusion_at(c, other, class);
    }
    return of;
}

static void add_classes(const struct confusion *c, size_t name, struct text *to) {
    text_format(to, "%-*s %9s %9s %9s\n", (int)name + 2, "class", "rows", "precision", "recall");
    for (size_t class = 0; class < c->classes; class ++) {
        struct confusion_class of = confusion_class(c, class);
        text_add(to, "  ");
        add_cell(c, class, name, false, to);
        text_format(to, " %9zu", of.rows);
        add_share(to, of.right, of.answers);
        add_share(to, of.right, of.rows);
        text_add(to, "\n");
    }
}

static int by_count(const void *a, const void *b) {
    const struct confusion_pair *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    if (x->truth != y->truth) return x->truth < y->truth ? -1 : 1;
    return x->answer < y->answer ? -1 : 1;
}

struct confusion_pair *confusion_pairs(const struct confusion *c, size_t *pairs,
                                       struct error *err) {
    struct confusion_pair *pair =
        memory_take(c->classes * c->classes, sizeof *pair, "confusions", err);
    *pairs = 0;
    for (size_t truth = 0; pair != NULL && truth < c->classes; truth++)
        for (size_t answer = 0; answer < c->classes; answer++)
            if (truth != answer && confusion_at(c, truth, answer) > 0)
                pair[(*pairs)++] =
                    (struct confusion_pair){truth, answer, confusion_at(c, truth, answer)};
    if (pair != NULL) qsort(pair, *pairs, sizeof *pair, by_count);
    return pair;
}

static bool add_pairs(const struct confusion *c, size_t name, struct text *to, struct error *err) {
    size_t pairs;
    struct confusion_pair *pair = confusion_pairs(c, &pairs, err);
    if (pair == NULL) return false;
    if (pairs > 0) text_add(to, "most often taken for another\n");
    for (size_t i = 0; i < pairs && i < CONFUSION_PAIRS; i++) {
        text_add(to, "  ");
        add_cell(c, pair[i].truth, name, false, to);
        text_add(to, "  for  ");
        add_cell(c, pair[i].answer, name, false, to);
        text_format(to, " %9zu\n", pair[i].count);
    }
    free(pair);
    return true;
}

bool confusion_table(const struct confusion *c, struct text *to, struct error *err) {
    size_t name = name_width(c, 4, NAME_MOST), cell = cell_width(c);
    if (c->classes * cell + name + 2 <= WIDTH) {
        add_matrix(c, name, cell, to);
        return true;
    }
    add_classes(c, name, to);
    return add_pairs(c, name, to, err);
}

void confusion_json(const struct confusion *c, struct text *to) {
    json_open(to, '{');
    json_key(to, "classes");
    json_open(to, '[');
    for (size_t i = 0; i < c->classes; i++) {
        struct text name = {0};
        confusion_add_name(c, i, &name);
        json_add_string(to, name.bytes != NULL ? name.bytes : "");
        text_free(&name);
    }
    json_close(to, ']');
    json_key(to, "counts");
    json_open(to, '[');
    for (size_t truth = 0; truth < c->classes; truth++) {
        json_open(to, '[');
        for (size_t answer = 0; answer < c->classes; answer++)
            json_add_count(to, confusion_at(c, truth, answer));
        json_close(to, ']');
    }
    json_close(to, ']');
    json_close(to, '}');
}
