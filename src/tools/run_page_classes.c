/* Which classes were taken for which: a matrix, or for many classes what was confused most. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/markup.h"
#include "files/page.h"
#include "run/breakdown.h"
#include "tools/confusion.h"
#include "tools/run_page_parts.h"

enum { MATRIX_CLASSES = 30, CLASSES_MOST = 4096 };

/* A character that leaves no ink has a sign. */
static const char *seen(const char *name) {
    static const char *const sign[][2] = {
        {"", "(empty)"}, {" ", "␣"}, {"\n", "↵"}, {"\t", "⇥"}, {"\r", "␍"}};
    for (size_t i = 0; i < sizeof sign / sizeof *sign; i++)
        if (strcmp(name, sign[i][0]) == 0) return sign[i][1];
    return name;
}

static void add_name(const struct confusion *c, size_t class, const char *tag, struct text *to) {
    struct text name = {0};
    confusion_add_name(c, class, &name);
    page_add_cell(to, tag, seen(name.bytes != NULL ? name.bytes : ""));
    to->failed |= name.failed;
    text_free(&name);
}

static void add_count(struct text *to, size_t count) {
    text_format(to, "<td>%zu</td>", count);
}

static void add_share(struct text *to, size_t part, size_t whole) {
    if (whole > 0)
        text_format(to, "<td>%.3f</td>", (double)part / (double)whole);
    else
        text_add(to, "<td>-</td>");
}

/* ---- few classes ----------------------------------------------------------------------------- */

/* The more of the class, the darker, but never so dark that the number cannot be read. */
static void add_field(const struct confusion *c, size_t truth, size_t answer, struct text *to) {
    size_t count = confusion_at(c, truth, answer), rows = confusion_class(c, truth).rows;
    const char *class = truth == answer ? " class=\"right\"" : count == 0 ? " class=\"zero\"" : "";
    text_format(to, "<td%s style=\"--share:%.2f\">%zu</td>", class,
                rows > 0 ? 0.5 * (double)count / (double)rows : 0, count);
}

static void add_matrix(const struct confusion *c, struct text *to) {
    page_open_table(to, " class=\"matrix\"", "Confusion matrix");
    text_add(to, "<thead><tr><td></td>");
    for (size_t answer = 0; answer < c->classes; answer++)
        add_name(c, answer, "th scope=\"col\"", to);
    text_add(to, "<th scope=\"col\">recall</th></tr></thead>\n<tbody>\n");
    for (size_t truth = 0; truth < c->classes; truth++) {
        struct confusion_class of = confusion_class(c, truth);
        text_add(to, "<tr>");
        add_name(c, truth, "th scope=\"row\"", to);
        for (size_t answer = 0; answer < c->classes; answer++) add_field(c, truth, answer, to);
        add_share(to, of.right, of.rows);
        text_add(to, "</tr>\n");
    }
    text_add(to, "<tr><th scope=\"row\">precision</th>");
    for (size_t answer = 0; answer < c->classes; answer++) {
        struct confusion_class of = confusion_class(c, answer);
        add_share(to, of.right, of.answers);
    }
    text_add(to, "<td></td></tr>\n</tbody>\n");
    page_close_table(to);
}

/* ---- many ------------------------------------------------------------------------------------ */

static bool add_pairs(const struct confusion *c, struct text *to, struct error *err) {
    size_t pairs;
    struct confusion_pair *pair = confusion_pairs(c, &pairs, err);
    if (pair == NULL) return false;
    text_format(to, "<p>The most frequent of %zu confusion%s:</p>\n", pairs, text_plural(pairs));
    page_open_table(to, "", "Most frequent confusions");
    text_add(to, "<thead><tr><th scope=\"col\">true</th><th scope=\"col\" class=\"text\">predicted"
                 "</th><th scope=\"col\">rows</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < pairs && i < CONFUSION_PAIRS; i++) {
        text_add(to, "<tr>");
        add_name(c, pair[i].truth, "th scope=\"row\"", to);
        add_name(c, pair[i].answer, "td class=\"text\"", to);
        add_count(to, pair[i].count);
        text_add(to, "</tr>\n");
    }
    text_add(to, "</tbody>\n");
    page_close_table(to);
    free(pair);
    return true;
}

static void add_classes(const struct confusion *c, struct text *to) {
    text_format(to, "<details>\n<summary>Table of %zu classes</summary>\n", c->classes);
    page_open_table(to, "", "Classes");
    text_add(to,
             "<thead><tr><th scope=\"col\">class</th><th scope=\"col\">rows</th><th "
             "scope=\"col\">precision</th><th scope=\"col\">recall</th></tr></thead>\n<tbody>\n");
    for (size_t class = 0; class < c->classes; class ++) {
        struct confusion_class of = confusion_class(c, class);
        text_add(to, "<tr>");
        add_name(c, class, "th scope=\"row\"", to);
        add_count(to, of.rows);
        add_share(to, of.right, of.answers);
        add_share(to, of.right, of.rows);
        text_add(to, "</tr>\n");
    }
    text_add(to, "</tbody>\n");
    page_close_table(to);
    text_add(to, "</details>\n");
}

static bool add_confusion(const struct confusion *c, struct text *to, struct error *err) {
    if (c->classes <= MATRIX_CLASSES) {
        add_matrix(c, to);
        return true;
    }
    if (!add_pairs(c, to, err)) return false;
    add_classes(c, to);
    return true;
}

bool run_page_classes(struct run_page *page, struct error *err) {
    struct training *t = page->t;
    const struct schema *schema = dataset_schema(t->task.data);
    struct text *to = &page->to;
    size_t classes = schema->classes;
    if (classes > CLASSES_MOST) {
        text_format(to, "<p>%zu classes are too many to be told apart here.</p>\n", classes);
        return true;
    }
    size_t *count = memory_take(classes * classes, sizeof *count, "confusions", err);
    if (count == NULL) return false;
    breakdown_confusion(&t->trainer.engine, page->part, t->trainer.scratch, classes, count);
    const struct confusion confusion = {&schema->column[schema->target[0]], classes, count};
    text_format(
        to, "<p>What each class of the %s part was taken for%s.</p>\n", run_page_part(page->part),
        classes > MATRIX_CLASSES ? "" : ": rows are the true classes, columns the predicted ones");
    bool good = add_confusion(&confusion, to, err);
    free(count);
    return good;
}
