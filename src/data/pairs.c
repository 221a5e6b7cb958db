#include "data/pairs.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/plain.h"
#include "data/schema.h"
#include "data/token.h"

/* ---- the config ------------------------------------------------------------------------------ */

static char *names[PAIRS_COLUMNS] = {"source", "target"};
static char drop[] = "drop";

static bool check_keys(const struct data_options *options, struct error *err) {
    const struct data_given other[] = {
        {"csv", options->csv.count > 0},
        {"generate", options->generate.kind != NULL},
        {"inputs", options->inputs.count > 0},
        {"targets", options->targets.count > 0},
        {"ignore", options->ignore.count > 0},
        {"time", options->time != NULL},
        {"sequence_id", options->sequence_id != NULL},
        {"layout", options->layout != PARAM_UNSET && options->layout != LAYOUT_ROWS},
        {"header", options->header != PARAM_UNSET},
        {"skip", options->skip > 0},
        {"delimiter", options->delimiter != NULL},
        {"quote", options->quote != NULL},
        {"comment", options->comment != NULL},
        {"encoding", options->encoding != CHARSET_UTF8},
        {"missing", options->missing != NULL && strcmp(options->missing, "error") != 0},
    };
    if (!data_excludes(other, sizeof other / sizeof *other, "pairs", err)) return false;
    if (options->pairs.count == PAIRS_COLUMNS) return true;
    return error_set(err, ERROR_CONFIG, "data.pairs: expected two files, [source, target], got %zu",
                     options->pairs.count);
}

static bool check_part(const struct param_part *part, const char *key, struct error *err) {
    if (part->form == PART_FROM)
        return error_set(err, ERROR_CONFIG,
                         "data.%s: lines have no dates; write a fraction, a count or two files, "
                         "[source, target]",
                         key);
    return part->form != PART_FILE || part->other != NULL ||
           error_set(err, ERROR_CONFIG,
                     "data.%s: expected two files, [source, target], as in data.pairs, got \"%s\"",
                     key, part->file);
}

/* A column's own settings, but that it is a text of data.unit, of which empty ones are left out. */
static bool describe(const struct data_options *options, size_t k, struct column_options *to,
                     struct error *err) {
    const struct column_options *own = data_column(options, names[k]);
    if (own != NULL) {
        *to = *own;
    } else {
        *to = (struct column_options){.scale = PARAM_UNSET,
                                      .log = PARAM_UNSET,
                                      .missing_indicator = PARAM_UNSET,
                                      .unknown = PARAM_UNSET,
                                      .encode = PARAM_UNSET,
                                      .unit = PARAM_UNSET,
                                      .max_length = PARAM_NO_COUNT,
                                      .min_count = PARAM_NO_COUNT};
    }
    if (own != NULL && own->type != PARAM_UNSET && own->type != COLUMN_TEXT)
        return error_set(err, ERROR_CONFIG, "data.columns.%s.type: lines of data.pairs are texts",
                         names[k]);
    to->type = COLUMN_TEXT;
    to->missing = drop;
    if (to->unit == PARAM_UNSET) to->unit = options->unit;
    if (to->min_count == PARAM_NO_COUNT) to->min_count = options->min_count;
    return true;
}

static bool check_columns(const struct data_options *options, struct error *err) {
    for (size_t i = 0; i < options->columns.count; i++) {
        const char *name = options->columns.name[i];
        if (strcmp(name, names[PAIRS_SOURCE]) != 0 && strcmp(name, names[PAIRS_TARGET]) != 0)
            return error_set(err, ERROR_CONFIG,
                             "data.columns.%s: the columns of data.pairs are source and target",
                             name);
    }
    return true;
}

struct pairs *pairs_start(const struct data_options *options, const struct data_weights *weights,
                          struct error *err) {
    if (!check_keys(options, err) || !check_part(&options->validation, "validation", err) ||
        !check_part(&options->test, "test", err) || !check_columns(options, err))
        return NULL;
    if (weights->column != NULL) {
        (void)error_set(err, ERROR_CONFIG, "train.sample_weight: lines have no such column");
        return NULL;
    }
    struct pairs *pairs = memory_take(1, sizeof *pairs, "pairs of lines", err);
    if (pairs == NULL) return NULL;
    struct data_options *to = &pairs->options;
    *to = *options;
    to->inputs = (struct param_texts){&names[PAIRS_SOURCE], 1};
    to->targets = (struct param_texts){&names[PAIRS_TARGET], 1};
    to->columns =
        (struct param_map){.name = names, .settings = pairs->column, .count = PAIRS_COLUMNS};
    if (to->split == SPLIT_GROUP) {
        to->sequence_id = names[PAIRS_SOURCE];
        to->layout = LAYOUT_ROWS;
    }
    for (size_t k = 0; k < PAIRS_COLUMNS; k++)
        if (!describe(options, k, &pairs->column[k], err)) {
            free(pairs);
            return NULL;
        }
    return pairs;
}

void pairs_free(struct pairs *pairs) {
    free(pairs);
}

/* ---- the files ------------------------------------------------------------------------------- */

struct lines {
    const char *path;
    char *bytes;
    char *next;
};

static size_t count_lines(const char *bytes) {
    size_t lines = 0;
    for (const char *p = bytes; *p != '\0'; lines++) {
        p += strcspn(p, "\n");
        p += *p == '\n';
    }
    return lines;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* Blanks at a line's ends are no part of it, as they are none of a field. */
static void add_line(struct lines *lines, struct text *csv) {
    char *first = lines->next, *end = first + strcspn(first, "\n");
    lines->next = end + (*end == '\n');
    while (first < end && is_blank(*first)) first++;
    while (first < end && is_blank(end[-1])) end--;
    *end = '\0';
    text_add(csv, "\"");
    for (const char *p = token_has_words(first) ? first : end; *p != '\0';) {
        size_t length = strcspn(p, "\"");
        text_add_bytes(csv, p, length);
        p += length;
        if (*p == '"') text_add(csv, "\"\""), p++;
    }
    text_add(csv, "\"");
}

static bool check_counts(const struct lines *lines, const size_t *count, struct error *err) {
    if (count[PAIRS_SOURCE] == count[PAIRS_TARGET]) return true;
    return error_set(err, ERROR_DATA,
                     "%s has %zu line%s, %s has %zu; a line of one belongs to a line of the other",
                     lines[PAIRS_SOURCE].path, count[PAIRS_SOURCE],
                     text_plural(count[PAIRS_SOURCE]), lines[PAIRS_TARGET].path,
                     count[PAIRS_TARGET]);
}

static void write_csv(struct lines *lines, size_t files, struct text *csv) {
    text_add(csv, files == 1 ? "source\n" : "source,target\n");
    while (*lines[PAIRS_SOURCE].next != '\0') {
        for (size_t i = 0; i < files; i++) {
            if (i > 0) text_add(csv, ",");
            add_line(&lines[i], csv);
        }
        text_add(csv, "\n");
    }
}

static const char *show(const char *path) {
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

bool pairs_csv(const char *source, const char *target, struct text *csv, struct text *name,
               struct error *err) {
    struct lines lines[PAIRS_COLUMNS] = {{.path = source}, {.path = target}};
    size_t files = target != NULL ? PAIRS_COLUMNS : 1, count[PAIRS_COLUMNS] = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < files; i++) {
        lines[i].next = lines[i].bytes = plain_read(lines[i].path, err);
        ok = lines[i].bytes != NULL;
        if (ok) count[i] = count_lines(lines[i].bytes);
        lines[i].path = show(lines[i].path);
    }
    ok = ok && (files == 1 || check_counts(lines, count, err));
    if (ok) write_csv(lines, files, csv);
    text_format(name, files == 1 ? "%s" : "%s, %s", lines[0].path, lines[1].path);
    if (ok && (csv->failed || name->failed))
        ok = error_set(err, ERROR_SYSTEM, "out of memory (reading %s)", lines[0].path);
    for (size_t i = 0; i < files; i++) free(lines[i].bytes);
    return ok;
}
