/* What a decoder writes for some samples, beside what was expected; and how close all texts are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/page.h"
#include "tools/run_page_parts.h"

enum { SAMPLES_SHOWN = 12 };

struct written_sample {
    struct text read, expected, written;
};

static const struct schema_column *column_at(const struct run_page *page, bool target) {
    const struct schema *schema = dataset_schema(page->t->task.data);
    return &schema->column[target ? schema->target[0] : schema->input[0]];
}

static void add_read(const struct run_page *page, size_t i, struct text *to) {
    const struct training *t = page->t;
    const struct batch *batch = &t->trainer.engine.batch;
    size_t row = t->texts.writer.sample_row[i], count = batch->steps.length[row];
    bool reversed = t->config->data.reverse_input != 0;
    for (size_t s = 0; s < count; s++) {
        size_t at = batch->steps.offset[reversed ? count - 1 - s : s] + row;
        schema_add_token(column_at(page, false), (size_t)batch->x[at], s == 0, to);
    }
}

/* Without the end. */
static void add_expected(const struct run_page *page, size_t row, struct text *to) {
    const struct batch *batch = &page->t->trainer.engine.decoder;
    for (size_t s = 0; s + 1 < batch->steps.length[row]; s++)
        schema_add_token(column_at(page, true), (size_t)batch->y[batch->steps.offset[s] + row],
                         s == 0, to);
}

static bool add_written(const struct run_page *page, size_t i, struct text *to, struct error *err) {
    const struct writer *writer = &page->t->texts.writer;
    const struct written *text = writer_text(writer, i, 0);
    size_t *id = memory_take(text->length, sizeof *id, "a text", err);
    if (id == NULL) return false;
    writer_ids(writer, text, id);
    for (size_t s = 0; s < text->length; s++)
        schema_add_token(column_at(page, true), id[s], s == 0, to);
    free(id);
    return true;
}

static const char *bytes_of(const struct text *text) {
    return text->bytes != NULL ? text->bytes : "";
}

static void add_row(const struct written_sample *sample, struct text *to) {
    bool same = strcmp(bytes_of(&sample->expected), bytes_of(&sample->written)) == 0;
    text_add(to, "<tr>");
    page_add_cell(to, "td class=\"text\"", bytes_of(&sample->read));
    page_add_cell(to, "td class=\"text\"", bytes_of(&sample->expected));
    page_add_cell(to, "td class=\"text\"", bytes_of(&sample->written));
    page_add_cell(to, same ? "td class=\"text fine\"" : "td class=\"text wrong\"",
                  same ? "✓ same" : "✗ differs");
    text_add(to, "</tr>\n");
    to->failed |= sample->read.failed || sample->expected.failed || sample->written.failed;
}

static bool write_samples(struct run_page *page, size_t count, struct written_sample *sample,
                          struct error *err) {
    struct training *t = page->t;
    struct engine *e = &t->trainer.engine;
    bool good = true;
    for (size_t i = 0; i < count; i++) t->trainer.scratch[i] = i;
    writer_write(&t->texts.writer, page->part, t->trainer.scratch, count);
    dataset_gather_decoder(e->data, page->part, &e->decoder, 0, count);
    for (size_t r = 0; r < count && good; r++) {
        size_t i = e->decoder.steps.origin[r];
        add_read(page, i, &sample[i].read);
        add_expected(page, r, &sample[i].expected);
        good = add_written(page, i, &sample[i].written, err);
    }
    return good;
}

static bool add_samples(struct run_page *page, struct error *err) {
    const struct training *t = page->t;
    struct written_sample sample[SAMPLES_SHOWN] = {{{0}, {0}, {0}}};
    size_t all = dataset_count(t->task.data, page->part), count = SAMPLES_SHOWN;
    struct text *to = &page->to;
    if (count > all) count = all;
    if (count > t->trainer.engine.batch_size) count = t->trainer.engine.batch_size;
    bool good = write_samples(page, count, sample, err);
    text_format(to, "<p>The first %zu of %zu text%s of the %s part:</p>\n", count, all,
                text_plural(all), run_page_part(page->part));
    page_open_table(to, "", "Some texts");
    text_add(to,
             "<thead><tr><th scope=\"col\">read</th><th scope=\"col\" class=\"text\">expected"
             "</th><th scope=\"col\" class=\"text\">written</th><td></td></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count && good; i++) add_row(&sample[i], to);
    text_add(to, "</tbody>\n");
    page_close_table(to);
    for (size_t i = 0; i < SAMPLES_SHOWN; i++) {
        text_free(&sample[i].read);
        text_free(&sample[i].expected);
        text_free(&sample[i].written);
    }
    return good;
}

static bool add_figures(struct run_page *page, struct error *err) {
    struct training *t = page->t;
    struct figures figures = {0};
    char number[32];
    evaluation_texts_run(&t->texts, page->part, t->trainer.scratch);
    bool good = evaluation_texts_figures(&t->texts, "", &figures, err);
    text_format(&page->to, "<p>The decoder wrote all texts of the %s part by itself:</p>\n",
                run_page_part(page->part));
    text_add(&page->to, "<dl class=\"tiles\">\n");
    for (size_t i = 0; i < figures.count; i++) {
        if (isnan(figures.item[i].value)) continue;
        text_add(&page->to, "<div>");
        page_add_cell(&page->to, "dt", figures.item[i].name);
        page_add_cell(&page->to, "dd", figure_text(figures.item[i].value, 5, number));
        text_add(&page->to, "</div>\n");
    }
    text_add(&page->to, "</dl>\n");
    figures_free(&figures);
    return good;
}

bool run_page_texts(struct run_page *page, struct error *err) {
    if (page->part != PART_TRAIN && !add_figures(page, err)) return false;
    return add_samples(page, err);
}
