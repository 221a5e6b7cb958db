/* run_page_parts.h - the pieces of the report of a run, in files of their own. */
#ifndef TOOLS_RUN_PAGE_PARTS_H
#define TOOLS_RUN_PAGE_PARTS_H

#include "tools/run_page.h"

struct run_page {
    struct training *t;
    const struct training_result *result;
    const struct figures *figures;
    const char *config;
    enum part part;               /* whose answers are shown: the last that there is */
    struct history_table history; /* of no rows: there is none */
    size_t number;                /* of figures so far */
    struct text to;
};

/* "training", "validation" or "test". */
const char *run_page_part(enum part part);

/* The verdict beside the strongest baseline, and the few figures that matter most; then the tables. */
void run_page_verdict(struct run_page *page);
void run_page_scores(struct run_page *page);

/* What the model answers, beside what is right: numbers, classes, texts. */
bool run_page_numbers(struct run_page *page, struct error *err);
bool run_page_classes(struct run_page *page, struct error *err);
bool run_page_texts(struct run_page *page, struct error *err);

#endif
